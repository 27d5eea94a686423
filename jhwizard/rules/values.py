"""Rules about single values: not understood, of no use to Jupyter, or beaten by another line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from jhwizard.errors import RefusedError, UselessError
from jhwizard.facts import Facts, Found
from jhwizard.in_force import LEGACY_MISSING, NO_CONFIG
from jhwizard.jupyter.classes import LOCAL
from jhwizard.jupyter.page_config import SECTIONS, breaks_pages
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.rules.culler import reasons as culler_reasons
from jhwizard.rules.rule import Fix, Rule, Spot
from jhwizard.settings.kinds import Count, Duration
from jhwizard.settings.setting import Setting, SpawnerVariable
from jhwizard.what_is_set import set_here
from jhwizard.wizard import spoken_value

_Place = tuple[PurePosixPath | None, int | None]
_NAMED = 3
"""Settings named one by one; of more, the number is said."""


def unknown_because(reason: str, facts: Facts) -> tuple[str, ...]:
    """Return the settings that are not known for a reason."""
    return tuple(record.key for record, found in set_here(facts) if found.reason == reason)


def _unknown(rule: str, facts: Facts) -> Iterator[Spot]:
    """Yield the lines that leave settings unknown; those of broken files are named already."""
    known = {s.reading.problem.text for s in facts.sources if s.reading.problem}
    known |= culler_reasons(facts)
    lines: dict[tuple[_Place, str], list[str]] = {}
    for record, found in set_here(facts):
        if (
            found.value is None
            and found.reason not in known
            and _kind(record, found, facts) == rule
        ):
            place = (found.file, found.line), _why_unknown(found)
            lines.setdefault(place, []).append(record.key)
    for ((file, line), reason), keys in lines.items():
        text = _("{names}: {why}").format(names=_names(keys), why=shown(reason, 120))
        yield Spot(text, tuple(keys), file, line)


def _kind(record: Setting, found: Found, facts: Facts) -> str:
    """Return which rule speaks of a value that is not known."""
    if found.reason == LEGACY_MISSING:
        return "legacy-notebook-missing"
    if found.reason == NO_CONFIG:
        return "no-config-read"
    if found.reason in map(breaks_pages, SECTIONS):
        return "page-config-list"
    is_text_anyway = isinstance(record.lands, SpawnerVariable) and facts.spawner not in LOCAL
    if found.kind == "exact" and not is_text_anyway and _is_refused(record, found, facts):
        return "unusable-value"
    return "unknown-value"


def _is_refused(record: Setting, found: Found, facts: Facts) -> bool:
    """Return whether the program that reads a value does not take it, as `read` says in words."""
    try:
        record.read(found.raw, facts)
    except UselessError:
        return True
    except RefusedError:
        return False
    return False


def _why_unknown(found: Found) -> str:
    if found.kind == "env" and found.evaluated:
        return found.reason
    if found.kind == "env":
        return _("{value}, as the hub's environment has it").format(value=found.reason)
    return _("not known, since {why}").format(why=found.reason or _("not understood"))


def _names(keys: list[str]) -> str:
    if len(keys) > _NAMED:
        return _("{count} settings").format(count=len(keys))
    return ", ".join(keys)


def _shadowed(facts: Facts) -> Iterator[Spot]:
    """Yield the lines that have no effect; what jhwizard's own block overrides is meant so."""
    lines: dict[tuple[_Place, str], tuple[str, list[str]]] = {}
    for record, found in set_here(facts):
        # What may be anything, or stands inside an if, does not make another line's effect certain.
        is_certain = not found.ours and found.kind not in {"unknown", "computed"}
        for shadow in found.shadows if is_certain else ():
            place = (shadow.file, shadow.line), found.origin
            said = "" if shadow.value is None else spoken_value(record, shadow)
            lines.setdefault(place, (said, []))[1].append(record.key)
    for ((file, line), winner), (said, keys) in lines.items():
        text = _("{names} = {value} has no effect: {winner} decides")
        if not said:
            text = _("{names}: this line has no effect: {winner} decides")
        words = text.format(names=keys[0], value=said, winner=winner)
        fix = Fix(_("Take this line out, or the one that decides."))
        yield Spot(words, tuple(keys), file, line, fix)


def _true_for_a_number(facts: Facts) -> Iterator[Spot]:
    """Yield switches where a number belongs: to traitlets True is 1 (5.16, tried)."""
    for record, found in set_here(facts):
        if found.kind != "exact" or found.raw is not True or found.ours:
            continue
        if isinstance(record.kind, Duration):
            text = _("{trait} is a time: True is one second")
        elif isinstance(record.kind, Count):
            text = _("{trait} is a number: True is 1")
        else:
            continue
        fix = Fix(_("Write a number, such as 1200 or 3."))
        yield Spot(text.format(trait=found.trait), (record.key,), found.file, found.line, fix)


def _rule(name: str, text: str, level: str) -> Rule:
    return Rule(name, text, level, lambda facts: _unknown(name, facts))  # type: ignore[arg-type]


RULES: tuple[Rule, ...] = (
    _rule(
        "unusable-value",
        _("A value with which no server, or no hub, starts, or that means nothing to it."),
        "error",
    ),
    _rule(
        "legacy-notebook-missing",
        _("The hub starts the legacy Notebook, which is not installed: no server starts."),
        "error",
    ),
    _rule(
        "page-config-list",
        _("A list of extensions in a labconfig, with which every page is an error 500."),
        "error",
    ),
    _rule(
        "no-config-read",
        _("People's servers are told by JUPYTER_NO_CONFIG to read no config file."),
        "warning",
    ),
    _rule(
        "unknown-value",
        _("A line that reading does not understand, so that settings are not known."),
        "note",
    ),
    Rule(
        "shadowed-value",
        _("A value without effect, since another line decides."),
        "warning",
        _shadowed,
    ),
    Rule(
        "true-for-a-number",
        _("True where a time or a number belongs: one second, or one server."),
        "error",
        _true_for_a_number,
    ),
)
