"""Rules about the three that stop things: kernels' time, servers' own time, the hub's culler."""

from __future__ import annotations

from collections.abc import Iterator

from jhwizard.facts import Facts, Found
from jhwizard.language import _
from jhwizard.rules.rule import Fix, Rule, Spot
from jhwizard.settings.hub_culler import IDLE, INTERVAL
from jhwizard.settings.kinds import Duration

_TIME = Duration()
_KERNEL, _SERVER = "culling.kernel_idle", "culling.server_idle"


def _set(key: str, facts: Facts) -> tuple[Found, int] | None:
    """Return a time that a file sets; None for never, for a default, and for what is not known."""
    found = facts.found[key]
    is_time = found.kind == "exact" and isinstance(found.value, int) and found.value > 0
    return (found, int(found.value)) if is_time else None  # type: ignore[call-overload]


def _hub_comes_first(facts: Facts) -> Iterator[Spot]:
    """Yield times in a server that the hub's culler does not let come."""
    hub, every = _set(IDLE, facts), facts.found[INTERVAL].value
    late = hub[1] + every if hub and isinstance(every, int) else None
    names = {_KERNEL: _("a kernel"), _SERVER: _("an idle server by itself")}
    for key in (_KERNEL, _SERVER) if hub and late else ():
        own = _set(key, facts)
        if key == _KERNEL and facts.found["culling.kernel_connected"].value is not False:
            continue  # an open tab keeps the server, and not its kernels
        if own and hub and late and own[1] > late:
            text = _(
                "{key} stops {what} after {time}, but the hub's culler ({where}) stops the whole "
                "idle server after {hub} already"
            )
            words = text.format(
                key=key,
                what=names[key],
                time=_TIME.text(own[1]),
                where=hub[0].origin,
                hub=_TIME.text(hub[1]),
            )
            fix = Fix(
                _("Write less than {hub} there, or more for the hub's culler.").format(
                    hub=_TIME.text(hub[1])
                )
            )
            yield Spot(words, (key, IDLE), own[0].file, own[0].line, fix)


def _server_waits(facts: Facts) -> Iterator[Spot]:
    """Yield a server's time that is shorter than its kernels' (jupyter_server 2.21, tried)."""
    server, kernel = _set(_SERVER, facts), _set(_KERNEL, facts)
    if server and kernel and server[1] < kernel[1]:
        text = _(
            "a server does not stop while a kernel lives, and an idle kernel lives for {kernel}: "
            "so the {server} of {key} are {kernel} or more for whoever leaves a kernel behind"
        )
        words = text.format(kernel=_TIME.text(kernel[1]), server=_TIME.text(server[1]), key=_SERVER)
        yield Spot(words, (_SERVER, _KERNEL), server[0].file, server[0].line)


RULES: tuple[Rule, ...] = (
    Rule(
        "hub-culler-comes-first",
        _("A time for kernels or servers that is longer than that of the hub's culler."),
        "warning",
        _hub_comes_first,
    ),
    Rule(
        "server-waits-for-kernels",
        _("A server's own time that is shorter than that of its kernels."),
        "note",
        _server_waits,
    ),
)
