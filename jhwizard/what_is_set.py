"""Which settings a file decides, and which lines beat others."""

from __future__ import annotations

from jhwizard.facts import Facts, Found
from jhwizard.settings import SETTINGS
from jhwizard.settings.setting import NotConfig, Setting


def set_here(facts: Facts) -> list[tuple[Setting, Found]]:
    """Return every setting that a file decides, in the wizard's order."""
    return [
        (record, facts.found[record.key])
        for record in SETTINGS.values()
        if facts.found[record.key].file is not None and not isinstance(record.lands, NotConfig)
    ]
