"""A deployment at a glance: what is set by somebody, and what is odd about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from jhwizard.check import findings
from jhwizard.facts import Facts
from jhwizard.rules import RULES
from jhwizard.what_is_set import set_here

__all__ = ("Oddity", "oddities", "set_here")

_BEYOND = frozenset(rule.name for rule in RULES if rule.beyond)
_EVEN_AS_A_NOTE = frozenset({"unknown-value", "variable-out-of-use"})
"""No faults for certain, and still good to know before anything is answered."""


@dataclass(frozen=True)
class Oddity:
    """Something an admin would want to know before changing anything."""

    text: str
    keys: tuple[str, ...] = ()
    """The settings it speaks of; none for a whole file."""
    file: PurePosixPath | None = None
    line: int | None = None


def oddities(facts: Facts) -> list[Oddity]:
    """Return what the doctor finds, but for notes and for what no question has to do with."""
    return [
        Oddity(found.text, found.keys, found.file, found.line)
        for found in findings(facts)
        if found.rule not in _BEYOND
        if found.level != "note" or found.rule in _EVEN_AS_A_NOTE
    ]
