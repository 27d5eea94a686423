"""A deployment at a glance: what is set by somebody, and what is odd about it."""

from __future__ import annotations

from collections.abc import Sequence

from jhwizard.check import findings
from jhwizard.facts import Facts
from jhwizard.rules import RULES
from jhwizard.rules.rule import Finding
from jhwizard.what_is_set import set_here

__all__ = ("come_with", "found_at", "oddities", "set_here")

_BEYOND = frozenset(rule.name for rule in RULES if rule.beyond)
_EVEN_AS_A_NOTE = frozenset({"unknown-value", "variable-out-of-use"})
"""No faults for certain, and still good to know before anything is answered."""


def oddities(facts: Facts) -> list[Finding]:
    """Return what the doctor finds, but for notes and for what no question has to do with."""
    return [found for found in findings(facts) if is_shown(found)]


def is_shown(found: Finding) -> bool:
    """Return whether a finding is for the wizard's pages, and not for `check` alone."""
    if found.rule in _BEYOND:
        return False
    return found.level != "note" or found.rule in _EVEN_AS_A_NOTE


def found_at(key: str, found: Sequence[Finding]) -> list[Finding]:
    """Return what to say at the question of `key`; its own rules' findings are among it."""
    return [each for each in found if key in each.keys[:1] and each.level != "note"]


def come_with(now: Sequence[Finding], after: Sequence[Finding]) -> list[Finding]:
    """Return what is there only after a change, and no note."""
    known = {(each.rule, each.text) for each in now}
    fresh = [each for each in after if (each.rule, each.text) not in known]
    return [each for each in fresh if each.level != "note" and is_shown(each)]
