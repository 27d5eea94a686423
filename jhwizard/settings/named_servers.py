"""Named servers: more than one server for a person, how many, and how many run in all."""

from __future__ import annotations

from jhwizard.errors import UselessError
from jhwizard.facts import AdminExempt, Facts
from jhwizard.jupyter import capabilities
from jhwizard.language import _
from jhwizard.settings import name_template
from jhwizard.settings.kinds import Count, YesNo
from jhwizard.settings.read_traits import read_bool, read_integer
from jhwizard.settings.setting import HubTrait, Rule, Setting, Step, Values

_LIMIT = HubTrait("JupyterHub", "named_server_limit_per_user")
_GUIDE = f"{capabilities.DOCS}/howto/configuration/config-user-env.html#named-servers"
_UNITARY = {"SystemdSpawner", "UserCreatingSpawner"}
"""Spawners whose unit names ignore the server's name (jupyterhub/systemdspawner, issue 73)."""


def _limit(values: Values) -> int:
    value = values["named_servers.limit"]
    return value if isinstance(value, int) else 0


def _limit_trait(values: Values, _facts: Facts) -> object:
    limit = _limit(values)
    return AdminExempt(limit) if values["named_servers.admins_unlimited"] and limit else limit


def _limit_of(value: object, _facts: Facts) -> object:
    # Less than nothing is no limit either (jupyterhub/apihandlers/users.py).
    return max(value.limit if isinstance(value, AdminExempt) else read_integer(value), 0)


def _exempt(value: object, _facts: Facts) -> object:
    if isinstance(value, AdminExempt):
        return True
    read_integer(value)
    return False


def _says_limit(values: Values, _facts: Facts) -> str:
    limit = _limit(values)
    if not limit:
        return _("Any number of named servers for each person.")
    if values["named_servers.admins_unlimited"]:
        return _("At most {count} named servers for each person, any number for admins.").format(
            count=limit
        )
    return _("At most {count} named servers for each person.").format(count=limit)


def _active_limit(value: object, _facts: Facts) -> int:
    limit = read_integer(value)
    if limit < 0:
        # `active_count >= limit` holds from the start (jupyterhub/handlers/base.py).
        raise UselessError(_("less than 0 lets nobody start a server: write 0 for no limit"))
    return limit


def _says_active(values: Values, _facts: Facts) -> str:
    limit = values["named_servers.active_limit"]
    if not limit:
        return _("Any number of servers may run at a time.")
    return _("At most {count} servers run at a time, everybody's together.").format(count=limit)


def _all_count(values: Values, _facts: Facts) -> str:
    if not values["named_servers.active_limit"]:
        return ""
    return _(
        "Every server that runs or starts counts, named ones and admins' too. Who comes too late "
        "is told to try again in a few minutes."
    )


def _less_for_all(values: Values, _facts: Facts) -> str:
    active, limit = values["named_servers.active_limit"], _limit(values)
    if not values["named_servers.allow"] or not isinstance(active, int) or not active or not limit:
        return ""
    if limit + 1 < active:
        return ""
    return _(
        "One person with the default server and {count} named ones can take all {all} servers: "
        "write a lower limit for each person, or a higher one for all"
    ).format(count=limit, all=active)


def _allowed(_facts: Facts, values: Values) -> bool:
    return values["named_servers.allow"] is not False


def _limited(facts: Facts, values: Values) -> bool:
    return _allowed(facts, values) and values["named_servers.limit"] != 0


def _limit_without_servers(values: Values, _facts: Facts) -> str:
    if values["named_servers.allow"] is not False or not _limit(values):
        return ""
    return _("The limit has no effect while named servers are off: allow them first")


def _no_limit(values: Values, _facts: Facts) -> str:
    if not values["named_servers.allow"] or values["named_servers.limit"] != 0:
        return ""
    return _("Without a limit each person may have any number of servers: write a number.")


def _spawner_knows_one(values: Values, facts: Facts) -> str:
    if not values["named_servers.allow"] or facts.spawner not in _UNITARY:
        return ""
    return _(
        "{spawner} gives all servers of a person one name: starting a second one kills the first. "
        "Leave named servers off, or change the spawner"
    ).format(spawner=facts.spawner)


def _no_functions(values: Values, facts: Facts) -> str:
    if not isinstance(_limit_trait(values, facts), AdminExempt):
        return ""
    if capabilities.limit_may_be_function(facts.hub):
        return ""
    return _("This JupyterHub takes one limit for all, admins too: upgrade to 3.1, or answer no")


def _stopped_ones_count(values: Values, _facts: Facts) -> str:
    if not values["named_servers.allow"] or not _limit(values):
        return ""
    return _("A stopped server counts until it is deleted; the default server never counts.")


def _volume_goes(values: Values, facts: Facts) -> str:
    if not values["named_servers.allow"] or facts.spawner != "KubeSpawner":
        return ""
    return _(
        "Each named server has an empty home of its own, and whoever deletes the server deletes "
        "that volume, unless c.KubeSpawner.delete_pvc is False."
    )


ALLOW = Setting(
    key="named_servers.allow",
    sentence=_("May people have more than one server?"),
    help=_(
        "Besides the default server, people can start further ones with names of their own from "
        "the hub's home page, for example one for each project."
    ),
    kind=YesNo(),
    lands=HubTrait("JupyterHub", "allow_named_servers"),
    source=_GUIDE,
    default=lambda _facts: False,
    says=lambda values, _facts: (
        _("People may have named servers besides the default one.")
        if values["named_servers.allow"]
        else _("People have one server each.")
    ),
    write=lambda values, _facts: values["named_servers.allow"],
    read=lambda value, _facts: read_bool(value),
)

LIMIT = Setting(
    key="named_servers.limit",
    sentence=_("How many named servers may each person have?"),
    help=_("Somebody who asks for one more is told to delete one first. 0 means no limit."),
    kind=Count(unlimited=True),
    lands=_LIMIT,
    source=_GUIDE,
    default=lambda _facts: 0,
    says=_says_limit,
    write=_limit_trait,
    read=_limit_of,
    when=_allowed,
)

ADMINS_UNLIMITED = Setting(
    key="named_servers.admins_unlimited",
    sentence=_("May admins have any number of them?"),
    help=_("The hub looks at who asks: an admin who starts a server for somebody has no limit."),
    kind=YesNo(),
    lands=_LIMIT,
    source=_GUIDE,
    default=lambda _facts: False,
    says=_says_limit,
    write=_limit_trait,
    read=_exempt,
    needs=capabilities.LIMIT_FUNCTION,
    when=_limited,
)

ACTIVE_LIMIT = Setting(
    key="named_servers.active_limit",
    sentence=_("How many servers may run at a time, everybody's together?"),
    help=_(
        "It protects the machine: when that many servers run, nobody can start another one until "
        "one has stopped. 0 means no limit."
    ),
    kind=Count(unlimited=True),
    lands=HubTrait("JupyterHub", "active_server_limit"),
    source=f"{capabilities.DOCS}/reference/api/app.html",
    default=lambda _facts: 0,
    says=_says_active,
    write=lambda values, _facts: values["named_servers.active_limit"],
    read=_active_limit,
)

STEP = Step(
    name="named_servers",
    title=_("Named servers"),
    intro=_("Several servers for one person, side by side."),
    settings=(ALLOW, LIMIT, ADMINS_UNLIMITED, ACTIVE_LIMIT, name_template.NAME_TEMPLATE),
    rules=(
        *name_template.RULES,
        Rule(("named_servers.allow", "named_servers.limit"), "warning", _limit_without_servers),
        Rule(("named_servers.allow",), "error", _spawner_knows_one),
        Rule(("named_servers.admins_unlimited",), "error", _no_functions),
        Rule(("named_servers.limit",), "warning", _no_limit),
        Rule(("named_servers.active_limit", "named_servers.limit"), "warning", _less_for_all),
        Rule(("named_servers.limit",), "note", _stopped_ones_count),
        Rule(("named_servers.allow",), "note", _volume_goes),
        Rule(("named_servers.active_limit",), "note", _all_count),
    ),
)
