"""Rules about names and values, as the installed classes know them; and about Python itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jhwizard.examination.asked_classes import environment, said_lines
from jhwizard.examined import Side, Verdict
from jhwizard.facts import Facts, Source, Write
from jhwizard.jupyter.applications import LEGACY
from jhwizard.language import _
from jhwizard.printable import redacted, shown
from jhwizard.rules.rule import Fix, Rule, Spot
from jhwizard.settings import SETTINGS
from jhwizard.settings.kinds import Count, Duration

_SIDES: tuple[Side, ...] = ("hub", "server")


def _lines(facts: Facts) -> Iterator[tuple[Side, Source, Write, str, Verdict]]:
    """Yield every line that the installed classes said something of."""
    if facts.examined is None:
        return
    for side in _SIDES:
        for source, write, value in said_lines(side, facts):
            verdict = facts.examined.verdicts.get((side, write.cls, write.trait, value))
            # What stands under this name is passed on to other classes.
            passed_on = side == "server" and write.cls == LEGACY.cls and not facts.legacy
            if verdict is not None and not passed_on:
                yield side, source, write, value, verdict


def _misspelt_class(facts: Facts) -> Iterator[Spot]:
    text = _("{name}: there is no class {cls}, so this line means nothing at all")
    for side, source, write, _value, verdict in _lines(facts):
        if verdict.unknown != "class" or not verdict.near or _is_class(write.cls, side, facts):
            continue
        near = f"c.{shown(verdict.near)}.{write.trait}"
        fix = Fix(_("write {near}").format(near=shown(near)))
        yield _spot(text, source, write, fix)


def _is_class(name: str, side: Side, facts: Facts) -> bool:
    """Return whether a file speaks of a name otherwise than in `c.Name.trait`: it may define it."""
    elsewhere = re.compile(rf"\b{re.escape(name)}\b(?!\s*\.)")
    return any(elsewhere.search(text) for text in _texts(side, facts))


def _is_defined(trait: str, side: Side, facts: Facts) -> bool:
    """Return whether a file speaks of a trait by its bare name: a class of its own may have it."""
    bare = re.compile(rf"(?<![.\w]){re.escape(trait)}\b")
    return any(bare.search(text) for text in _texts(side, facts))


def _texts(side: Side, facts: Facts) -> Iterator[str]:
    for source in facts.sources:
        if source.role == side and source.state and source.path.suffix == ".py":
            yield source.state.content.decode("utf-8", "replace")


def _misspelt_trait(facts: Facts) -> Iterator[Spot]:
    text = _("{name}: the installed {cls} has no such trait, so this line means nothing at all")
    for side, source, write, _value, verdict in _lines(facts):
        if verdict.unknown != "trait" or _is_defined(write.trait, side, facts):
            continue
        near = f"c.{write.cls}.{verdict.near}"
        fix = Fix(_("write {near}").format(near=shown(near))) if verdict.near else None
        yield _spot(text, source, write, fix)


def _not_for_config(facts: Facts) -> Iterator[Spot]:
    text = _(
        "{name}: the installed {cls} lets no config file set it, so this line means nothing at all"
    )
    for side, source, write, _value, verdict in _lines(facts):
        if verdict.unknown == "setting" and not _is_defined(write.trait, side, facts):
            yield _spot(text, source, write, Fix(_("take the line out")))


def _wrong_value(facts: Facts) -> Iterator[Spot]:
    for side, source, write, value, verdict in _lines(facts):
        if verdict.refused in {"", "bool"} or not verdict.used or _is_said(source, write, facts):
            continue
        expected = _("it expects {what}").format(what=shown(verdict.expects, 80))
        if "expected" not in verdict.refused:
            expected = shown(redacted(verdict.refused), 120).rstrip(".")
        text = _("{name} = {value} stops {what}: {expected}")
        words = text.format(
            name=f"c.{write.cls}.{write.trait}",
            value=shown(redacted(value), 40),
            what=_stopped(side, verdict),
            expected=expected,
        )
        yield Spot(words, (), source.path, write.line, Fix(_("write a value of that kind")))


def _stopped(side: Side, verdict: Verdict) -> str:
    # Traits of a spawner are looked at when one is made, those of the hub when it starts.
    if side == "server" or verdict.used == "spawner_class":
        return _("every server from starting")
    return _("JupyterHub from starting")


def _is_said(source: Source, write: Write, facts: Facts) -> bool:
    """Return whether a setting says already that its line is not understood."""
    found = (f for f in facts.found.values() if (f.file, f.line) == (source.path, write.line))
    return any(f.value is None for f in found)


def _is_asked(source: Source, write: Write, facts: Facts) -> bool:
    """Return whether a line is that of a number the wizard asks for: another rule speaks of it."""
    place = source.path, write.line
    asked = (key for key, found in facts.found.items() if (found.file, found.line) == place)
    return any(isinstance(SETTINGS[key].kind, Count | Duration) for key in asked)


def _truth_for_number(facts: Facts) -> Iterator[Spot]:
    text = _("{name} = {value} is taken for the number {number}")
    for _side, source, write, value, verdict in _lines(facts):
        if verdict.refused != "bool" or not verdict.used or _is_asked(source, write, facts):
            continue
        number = int(value == "True")
        name = f"c.{write.cls}.{write.trait}"
        words = text.format(name=name, value=value, number=number)
        fix = Fix(_("write the number that is meant"))
        yield Spot(words, (), source.path, write.line, fix)


def _spot(text: str, source: Source, write: Write, fix: Fix | None) -> Spot:
    name = shown(f"c.{write.cls}.{write.trait}", 100)
    words = text.format(name=name, cls=shown(write.cls))
    return Spot(words, (), source.path, write.line, fix)


def _uncompiled(facts: Facts) -> Iterator[Spot]:
    """Yield what only the Python that loads a file cannot read; the rest is said of the file."""
    known = {s.path for s in facts.sources if s.reading.problem}
    for each in facts.examined.uncompiled if facts.examined else ():
        if each.path in known or environment(each.side, facts) is None:
            continue
        if each.side == "hub":
            text = _("Python {version}, which JupyterHub runs in, cannot read this file: {why}")
        else:
            text = _(
                "Python {version}, which people's servers run in, cannot read this file, and none "
                "of it counts: {why}"
            )
        fix = _("write that line so that Python {version} reads it").format(version=each.python)
        words = text.format(version=each.python, why=each.why)
        yield Spot(words, (), each.path, each.line, Fix(fix))


RULES: tuple[Rule, ...] = (
    Rule(
        "misspelt-class",
        _("A class that is not installed, where another of nearly that name is: nobody warns."),
        "error",
        _misspelt_class,
    ),
    Rule(
        "misspelt-trait",
        _("A trait that the installed version of its class does not have."),
        "error",
        _misspelt_trait,
    ),
    Rule(
        "not-for-config",
        _("A trait that is there, and that no config file can set."),
        "error",
        _not_for_config,
    ),
    Rule(
        "wrong-value",
        _("A value of another type than the trait's, or out of its bounds."),
        "error",
        _wrong_value,
    ),
    Rule(
        "truth-for-number",
        _("True or False where a number is expected: it is taken for 1 or 0."),
        "warning",
        _truth_for_number,
    ),
    Rule(
        "python-too-old",
        _("A config file that the Python which loads it cannot read."),
        "error",
        _uncompiled,
    ),
)
