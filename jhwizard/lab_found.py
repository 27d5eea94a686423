"""Which front-end extensions are disabled or locked, and the lines that decide it."""

from __future__ import annotations

from dataclasses import replace

from jhwizard.facts import Facts, Found
from jhwizard.jupyter.page_config import Named, merged, named, names_on, not_understood
from jhwizard.settings.setting import LabExtensions
from jhwizard.settings.words import is_name


def found_lab(lands: LabExtensions, facts: Facts) -> Found:
    """Return the names in force as the raw value, and the strongest line behind them.

    What packages say themselves is the default. A line that is not understood leaves nothing
    known: as a rule it keeps every page from opening.
    """
    lines = named(lands.section, facts.sources)
    if odd := not_understood(facts.sources):
        found = _found(odd, ())
        return replace(found, kind="unknown", raw=None, reason=odd.write.reason)
    if not any(_is_chosen(line) for line in lines):
        return Found(None, "default", trait=lands.section)
    state = merged(lines)
    in_force = [line for line in lines if line in state.values()] or lines
    decides = [line for line in in_force if _is_chosen(line)] or in_force
    on = names_on(lands.section, lines, facts.lab_extensions)
    # What cannot be the name of an extension disables nothing, and could not be answered again.
    names = tuple(sorted(name for name in on if is_name(name)))
    beaten = tuple(
        _found(line, (line.write.trait,) if line.is_on else ())
        for line in reversed(lines)
        if _is_beaten(line, state)
    )
    return replace(_found(decides[-1], names), shadows=beaten)


def _is_chosen(line: Named) -> bool:
    """Return whether a line is an admin's or ours, and none that came with a package."""
    return line.is_admins or line.write.ours


def _is_beaten(line: Named, state: dict[str, Named]) -> bool:
    """Return whether another line says the contrary of the same name, and wins."""
    top = state.get(line.write.trait)
    return top is not None and top is not line and top.is_on != line.is_on


def _found(line: Named, names: tuple[str, ...]) -> Found:
    write = line.write
    trait = write.cls if write.trait == "*" else f"{write.cls}[{write.trait!r}]"
    return Found(None, "exact", names, trait, line.path, write.line, write.ours)
