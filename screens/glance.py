"""A deployment at a glance, on the first page: what is odd, what is set, and a jump to each."""

from __future__ import annotations

from collections.abc import Iterator

from textual.containers import Vertical
from textual.widget import Widget

from jhwizard.facts import Facts
from jhwizard.language import _
from jhwizard.rules.rule import Finding
from jhwizard.screens.jumps import Jump, Jumps
from jhwizard.screens.widgets import words
from jhwizard.summary import oddities, set_here
from jhwizard.wizard import spoken_found


def glance(facts: Facts) -> list[Widget]:
    """Return what is odd here and what is set already; nothing for a machine without either."""
    there = [
        Jump(record.key, (("→", record.sentence), (" ", spoken_found(record, found))))
        for record, found in set_here(facts)
        if found.value is not None
    ]
    title = _("Set already. Enter goes to the question:")
    return [Vertical(*worth_a_look(facts), id="odd"), *(_part(title, there) if there else [])]


def worth_a_look(facts: Facts) -> list[Widget]:
    """Return what the doctor finds, each with what mends it."""
    rows = [row for found in oddities(facts) for row in _odd(found)]
    return _part(_("Worth a look before anything is changed:"), rows) if rows else []


def _odd(found: Finding) -> Iterator[Jump]:
    key, fix = found.keys[0] if found.keys else "", found.fix
    lines = [("!", found.text)]
    if found.where and found.where not in found.text:
        lines.append((" ", _("in {where}").format(where=found.where)))
    if fix and not fix.answers:
        lines.append((" ", fix.words))
    yield Jump(key, tuple(lines))
    if fix and fix.answers:
        text = _("Enter gives the answer. {words}").format(words=fix.words)
        yield Jump(key, (("  →", text),), fix.answers)


def _part(title: str, rows: list[Jump]) -> list[Widget]:
    return [words(title, classes="sentence"), Jumps(rows)]
