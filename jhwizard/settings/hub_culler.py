"""The hub's own culler: one service that stops everybody's idle servers from outside."""

from __future__ import annotations

from collections.abc import Mapping

from jhwizard.facts import Facts
from jhwizard.installed import Environment
from jhwizard.jupyter import capabilities, idle_culler
from jhwizard.language import _
from jhwizard.settings.kinds import Duration, YesNo
from jhwizard.settings.setting import Follows, HubCuller, Rule, Setting, Values

IDLE = "culling.hub_idle"
INTERVAL = "culling.hub_interval"
MAX_AGE = "culling.hub_max_age"
USERS = "culling.hub_users"
REMOVE = "culling.hub_remove_named_servers"

_TIME = Duration()
_SURELY_IDLE = 600
"""Seconds: the hub hears of activity every 300 and hands it on every 300 (JupyterHub 6.1)."""
_OWN_CULLER = "UserCreatingSpawner"
"""The spawner of The Littlest JupyterHub, which starts a culler by itself."""


def _seconds(values: Values, key: str) -> int:
    value = values[key]
    return value if isinstance(value, int) else 0


def _half(idle: object) -> int:
    """Return the culler's own interval, or 1 where that would be 0, with which it dies."""
    seconds = idle if isinstance(idle, int) and idle else idle_culler.DEFAULT_TIMEOUT
    return max(seconds // 2, 1)


def _follows(idle: object, facts: Facts) -> int:
    return _half(idle) if idle else _default_interval(facts)


def _default_interval(facts: Facts) -> int:
    found = facts.found.get(IDLE)
    return _half(found.value if found else None)


def _flags(values: Values) -> dict[str, object]:
    """Return the culler's flags; those that say what it does without them are left out."""
    idle, every = _seconds(values, IDLE), _seconds(values, INTERVAL)
    flags: dict[str, object] = {idle_culler.TIMEOUT: idle}
    if every and every != idle // 2:
        flags["cull-every"] = every
    if max_age := _seconds(values, MAX_AGE):
        flags["max-age"] = max_age
    switches = {"cull-users": values[USERS], "remove-named-servers": values[REMOVE]}
    return {**flags, **{name: True for name, on in switches.items() if on}}


def answers_of(flags: Mapping[str, object]) -> dict[str, object]:
    """Return the answers that a command amounts to, as far as a comment tells of them."""
    return {
        IDLE: flags[idle_culler.TIMEOUT],
        MAX_AGE: flags.get("max-age", 0),
        USERS: flags.get("cull-users", False),
        REMOVE: flags.get("remove-named-servers", False),
    }


def without_flag(flag: str, idle: object) -> object:
    """Return what the culler does without a flag, with the time it has."""
    if flag == idle_culler.TIMEOUT:
        return idle_culler.DEFAULT_TIMEOUT
    if flag == "cull-every":
        return (idle if isinstance(idle, int) and idle else idle_culler.DEFAULT_TIMEOUT) // 2
    return 0 if flag == "max-age" else False


def python_of(hub: Environment | None) -> str:
    """Return the hub's interpreter, which has the culler; empty when no hub was found."""
    if hub is None:
        return ""
    return str(hub.python or hub.prefix / "bin/python3")


def services(values: Values, facts: Facts) -> list[object]:
    """Return the service that holds all five answers; none at all for `never`."""
    if not values[IDLE]:
        return []
    return [idle_culler.service(python_of(facts.hub), _flags(values))]


def roles(values: Values) -> list[object]:
    """Return the role that goes with the service."""
    return [idle_culler.role(_flags(values))] if values[IDLE] else []


def _says(values: Values, _facts: Facts) -> str:
    idle, age = _seconds(values, IDLE), _seconds(values, MAX_AGE)
    if not idle:
        return _("The hub stops nobody's server.")
    text = _("The hub stops servers that are idle for {time}.").format(time=_TIME.text(idle))
    if age:
        more = _("It stops every server after {time}.")
        text = f"{text} {more.format(time=_TIME.text(age))}"
    if values[USERS]:
        text = f"{text} {_('Idle people are deleted from the hub.')}"
    if values[REMOVE]:
        text = f"{text} {_('Named servers are deleted when they are stopped.')}"
    return text


def _culls(_facts: Facts, values: Values) -> bool:
    return bool(values[IDLE])


def _is_own(facts: Facts) -> bool:
    """Return whether a culler of the admin's own runs, whose command names all it needs."""
    found = facts.found.get(IDLE)
    return bool(found and found.value and found.file and not found.ours)


def _hub_unknown(values: Values, facts: Facts) -> str:
    if not values[IDLE] or facts.hub is not None or _is_own(facts):
        return ""
    return _(
        "The culler runs with the hub's Python, and no hub was found here: name its Python with "
        "--hub-python"
    )


def _not_installed(values: Values, facts: Facts) -> str:
    return not_installed(facts) if values[IDLE] and not _is_own(facts) else ""


def not_installed(facts: Facts) -> str:
    """Return that the hub's Python has no culler to start; empty where it has, or is not known."""
    if facts.hub is None or idle_culler.PACKAGE in facts.hub.packages:
        return ""
    return _("The culler is not installed beside the hub: run `{command}`").format(
        command=f"{python_of(facts.hub)} -m pip install {idle_culler.PACKAGE}"
    )


def _no_roles(values: Values, facts: Facts) -> str:
    if not values[IDLE] or capabilities.has_roles(facts.hub) or _is_own(facts):
        return ""
    return _("This JupyterHub knows no roles, which the culler needs: upgrade to 2.0")


def _stops_work(values: Values, _facts: Facts) -> str:
    if not 0 < _seconds(values, IDLE) < _SURELY_IDLE:
        return ""
    return _(
        "The hub learns of activity only every 5 minutes, so people who are working are stopped: "
        "write 10m or more"
    )


def _stops_all(values: Values, _facts: Facts) -> str:
    age = _seconds(values, MAX_AGE)
    if not age:
        return ""
    return _(
        "Every server is stopped {time} after its start, even while somebody works: answer never "
        "to stop idle ones only"
    ).format(time=_TIME.text(age))


def _looks_late(values: Values, _facts: Facts) -> str:
    idle, every = _seconds(values, IDLE), _seconds(values, INTERVAL)
    if not 0 < idle < every:
        return ""
    text = _(
        "The hub looks only every {interval}, so an idle server lives for up to {total}: write an "
        "interval below {idle}"
    )
    total = _TIME.text(idle + every)
    return text.format(interval=_TIME.text(every), total=total, idle=_TIME.text(idle))


def _deletes_users(values: Values, _facts: Facts) -> str:
    if not values[USERS]:
        return ""
    return _(
        "Whoever is idle for that long is deleted from the hub, with groups, tokens and named "
        "servers; the culler gets the right to change every user (admin:users)"
    )


def _deletes_volumes(values: Values, facts: Facts) -> str:
    if not values[REMOVE] or facts.spawner != "KubeSpawner":
        return ""
    return _(
        "KubeSpawner deletes the volume of a named server with it, and people's files there: "
        "answer no to keep them"
    )


def _second_culler(values: Values, facts: Facts) -> str:
    if not values[IDLE] or facts.spawner != _OWN_CULLER:
        return ""
    return _(
        "The Littlest JupyterHub starts a culler by itself, and the shorter time wins: set it with "
        "`tljh-config set services.cull.timeout`, and answer never here"
    )


def _needs_a_time(values: Values, _facts: Facts) -> str:
    if values[IDLE] != 0 or not (values[MAX_AGE] or values[USERS] or values[REMOVE]):
        return ""
    return _(
        "The hub's culler is off, so the other answers about it have no effect: give it a time, "
        "such as 1h"
    )


def _silent_work(values: Values, _facts: Facts) -> str:
    if not values[IDLE]:
        return ""
    return _("A long computation that prints nothing counts as idle, and ends with the server.")


HUB_IDLE = Setting(
    key=IDLE,
    sentence=_("Let the hub stop servers that have been idle for"),
    help=_(
        "The hub watches all servers from outside, whatever runs in them, and stops a kernel with "
        "its server. never means that the hub runs no such service."
    ),
    kind=Duration(),
    lands=HubCuller(idle_culler.TIMEOUT),
    source=idle_culler.SOURCE,
    default=lambda _facts: 0,
    says=_says,
    write=services,
    needs=capabilities.ROLES,
)

HUB_INTERVAL = Setting(
    key=INTERVAL,
    sentence=_("Let the hub look for idle servers every"),
    help=_("A server ends between its time and that time plus this interval."),
    kind=Duration(never=False),
    lands=HubCuller("cull-every"),
    source=idle_culler.SOURCE,
    default=_default_interval,
    says=_says,
    write=services,
    needs=capabilities.ROLES,
    follows=Follows(IDLE, _follows, unless_set=True),
    when=_culls,
)

HUB_MAX_AGE = Setting(
    key=MAX_AGE,
    sentence=_("Let the hub stop every server, busy or not, after"),
    help=_("It is meant for servers that must not run for ever, such as those of a course."),
    kind=Duration(),
    lands=HubCuller("max-age"),
    source=idle_culler.SOURCE,
    default=lambda _facts: 0,
    says=_says,
    write=services,
    needs=capabilities.ROLES,
    when=_culls,
)

HUB_USERS = Setting(
    key=USERS,
    sentence=_("Delete people from the hub when they have been idle for that long, too?"),
    help=_(
        "It is meant for hubs where people come once and have no account. Files in their homes "
        "stay."
    ),
    kind=YesNo(),
    lands=HubCuller("cull-users"),
    source=idle_culler.SOURCE,
    default=lambda _facts: False,
    says=_says,
    write=services,
    needs=capabilities.ROLES,
    when=_culls,
)

HUB_REMOVE = Setting(
    key=REMOVE,
    sentence=_("Delete idle named servers instead of stopping them?"),
    help=_(
        "A named server that is only stopped stays in the list of its owner and counts for the "
        "limit."
    ),
    kind=YesNo(),
    lands=HubCuller("remove-named-servers"),
    source=idle_culler.SOURCE,
    default=lambda _facts: False,
    says=_says,
    write=services,
    needs=capabilities.ROLES,
    when=_culls,
)

SETTINGS = (HUB_IDLE, HUB_INTERVAL, HUB_MAX_AGE, HUB_USERS, HUB_REMOVE)

RULES = (
    Rule((IDLE,), "error", _hub_unknown),
    Rule((IDLE,), "error", _not_installed),
    Rule((IDLE,), "error", _no_roles),
    Rule((IDLE,), "warning", _stops_work),
    Rule((IDLE,), "warning", _second_culler),
    Rule((IDLE, MAX_AGE, USERS, REMOVE), "warning", _needs_a_time),
    Rule((INTERVAL, IDLE), "warning", _looks_late),
    Rule((MAX_AGE,), "warning", _stops_all),
    Rule((USERS,), "warning", _deletes_users),
    Rule((REMOVE,), "warning", _deletes_volumes),
    Rule((IDLE,), "note", _silent_work),
)
