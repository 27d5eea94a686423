"""Rules about named servers and limits, beside those of the answers."""

from __future__ import annotations

from collections.abc import Iterator

from jhwizard.facts import AdminExempt, Facts
from jhwizard.language import _
from jhwizard.layers import folded, ladder
from jhwizard.printable import shown
from jhwizard.rules.rule import Fix, Rule, Spot
from jhwizard.settings.setting import HubTrait

_ALLOW, _LIMIT = "named_servers.allow", "named_servers.limit"


def _default_name(facts: Facts) -> Iterator[Spot]:
    """Yield a default name that nobody may use (JupyterHub 6.1, `/hub/user-redirect`, tried)."""
    lands = HubTrait("JupyterHub", "default_server_name")
    found, allow = folded(ladder(lands, facts), lands), facts.found[_ALLOW]
    is_set = found.kind == "exact" and isinstance(found.raw, str) and found.raw
    if not is_set or allow.value is not False:
        return
    text = _(
        "{trait} is {name}, but named servers are off: links by /hub/user-redirect, such as "
        "nbgitpuller's, end with an error 400"
    )
    words = text.format(trait=found.trait, name=shown(str(found.raw), 40))
    fix = Fix(_("Allow named servers, or take the line out."), {_ALLOW: True})
    yield Spot(words, (_ALLOW,), found.file, found.line, fix)


def _less_than_nothing(facts: Facts) -> Iterator[Spot]:
    """Yield a limit below 0, which is none (JupyterHub 6.1, tried)."""
    found = facts.found[_LIMIT]
    limit = found.raw.limit if isinstance(found.raw, AdminExempt) else found.raw
    if found.kind == "exact" and isinstance(limit, int) and limit < 0:
        text = _(
            "{limit} named servers mean no limit to JupyterHub: each person may have any number"
        )
        fix = Fix(_("Write how many each person may have, or 0 for any number."))
        yield Spot(text.format(limit=limit), (_LIMIT,), found.file, found.line, fix)


RULES: tuple[Rule, ...] = (
    Rule(
        "default-server-name",
        _("A default_server_name while named servers are off."),
        "error",
        _default_name,
    ),
    Rule(
        "limit-below-nothing",
        _("A limit of named servers below 0, which is no limit."),
        "warning",
        _less_than_nothing,
    ),
)
