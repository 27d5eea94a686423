"""A deployment at a glance, on the first page: what is odd, what is set, and a jump to each."""

from __future__ import annotations

from textual.widget import Widget

from jhwizard.facts import Facts
from jhwizard.language import _
from jhwizard.screens.jumps import Jump, Jumps
from jhwizard.screens.widgets import words
from jhwizard.summary import Oddity, oddities, set_here
from jhwizard.wizard import spoken_found


def glance(facts: Facts) -> list[Widget]:
    """Return what is odd here and what is set already; nothing for a machine without either."""
    odd = [_odd(oddity) for oddity in oddities(facts)]
    there = [
        Jump(record.key, (("→", record.sentence), (" ", spoken_found(record, found))))
        for record, found in set_here(facts)
        if found.value is not None
    ]
    parts = (
        (_("Worth a look before anything is changed:"), odd),
        (_("Set already. Enter goes to the question:"), there),
    )
    return [widget for title, rows in parts if rows for widget in _part(title, rows)]


def _odd(oddity: Oddity) -> Jump:
    where = f"{oddity.file}:{oddity.line}" if oddity.line else str(oddity.file or "")
    lines = (("!", oddity.text), *(((" ", _("in {where}").format(where=where)),) if where else ()))
    return Jump(oddity.keys[0] if oddity.keys else "", lines)


def _part(title: str, rows: list[Jump]) -> list[Widget]:
    return [words(title, classes="sentence"), Jumps(rows)]
