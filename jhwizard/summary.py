"""A deployment at a glance: what is set by somebody, and what is odd about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from jhwizard.answers import Answers
from jhwizard.facts import Facts, Found
from jhwizard.image import files_not_seen, why_not_seen
from jhwizard.jupyter.applications import OLD_LAB_VARIABLE
from jhwizard.language import _, ngettext
from jhwizard.lasting import IN_CONTAINER
from jhwizard.layers import folded, ladder, says
from jhwizard.printable import shown
from jhwizard.settings import SETTINGS, STEPS
from jhwizard.settings.setting import NotConfig, Setting, SpawnerVariable
from jhwizard.wizard import broken_rules, spoken_value

_Place = tuple[PurePosixPath | None, int | None]
_NAMED = 3
"""Settings named one by one; of more, the number is said."""


@dataclass(frozen=True)
class Oddity:
    """Something an admin would want to know before changing anything."""

    text: str
    keys: tuple[str, ...] = ()
    """The settings it speaks of; none for a whole file."""
    file: PurePosixPath | None = None
    line: int | None = None


def set_here(facts: Facts) -> list[tuple[Setting, Found]]:
    """Return every setting that a file decides, in the wizard's order."""
    return [
        (record, facts.found[record.key])
        for record in SETTINGS.values()
        if facts.found[record.key].file is not None and not isinstance(record.lands, NotConfig)
    ]


def oddities(facts: Facts) -> list[Oddity]:
    """Return what is broken, unknown, without effect, against a rule, fleeting or not read."""
    return [
        *_broken_files(facts),
        *_unknown(facts),
        *_shadowed(facts),
        *_broken_rules(facts),
        *_broken_kernels(facts),
        *_out_of_use(facts),
        *_beside_the_image(facts),
        *_fleeting(facts),
        *_unloaded(facts),
    ]


def _broken_files(facts: Facts) -> Iterator[Oddity]:
    problems = {s.path: s.reading.problem for s in facts.sources if s.reading.problem}
    for path, problem in problems.items():
        yield Oddity(problem.text, _unknown_because(problem.text, facts), path, problem.line)


def _unknown_because(reason: str, facts: Facts) -> tuple[str, ...]:
    return tuple(record.key for record, found in set_here(facts) if found.reason == reason)


def _unknown(facts: Facts) -> Iterator[Oddity]:
    """Yield the lines that leave settings unknown; those of broken files are named already."""
    known = {s.reading.problem.text for s in facts.sources if s.reading.problem}
    lines: dict[tuple[_Place, str], list[str]] = {}
    for record, found in set_here(facts):
        if found.value is None and found.reason not in known:
            place = (found.file, found.line), _why_unknown(found)
            lines.setdefault(place, []).append(record.key)
    for ((file, line), reason), keys in lines.items():
        text = _("{names}: {why}").format(names=_names(keys), why=shown(reason, 120))
        yield Oddity(text, tuple(keys), file, line)


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


def _shadowed(facts: Facts) -> Iterator[Oddity]:
    """Yield the lines that have no effect; what jhwizard's own block overrides is meant so."""
    lines: dict[tuple[_Place, str], tuple[str, list[str]]] = {}
    for record, found in set_here(facts):
        # What may be anything does not make another line's effect certain.
        is_certain = not found.ours and found.kind != "unknown"
        for shadow in found.shadows if is_certain else ():
            place = (shadow.file, shadow.line), found.origin
            said = "" if shadow.value is None else spoken_value(record, shadow)
            lines.setdefault(place, (said, []))[1].append(record.key)
    for ((file, line), winner), (said, keys) in lines.items():
        text = _("{names} = {value} has no effect: {winner} decides")
        if not said:
            text = _("{names}: this line has no effect: {winner} decides")
        yield Oddity(text.format(names=keys[0], value=said, winner=winner), tuple(keys), file, line)


def _broken_rules(facts: Facts) -> Iterator[Oddity]:
    answers = Answers(facts)
    for step in STEPS:
        for issue in broken_rules(step, answers, facts):
            found = facts.found[issue.key]
            if issue.level == "warning" and found.kind != "default":
                yield Oddity(issue.text, (issue.key,), found.file, found.line)


def _broken_kernels(facts: Facts) -> Iterator[Oddity]:
    for spec in facts.kernelspecs:
        if spec.problem:
            text = _("the kernel {name} cannot be used: {why}")
            yield Oddity(
                text.format(name=shown(spec.name), why=spec.problem),
                ("kernels.allowed",),
                spec.directory,
            )


def _out_of_use(facts: Facts) -> Iterator[Oddity]:
    """Yield a variable that once chose JupyterLab, and that no program of Jupyter looks at."""
    variable = SpawnerVariable(OLD_LAB_VARIABLE)
    found = folded(ladder(variable, facts), variable)
    if found.kind == "default" or not any(
        says(r.write, variable.name) for r in ladder(variable, facts)
    ):
        return  # or it is only not certain that it is not there
    text = _(
        "{name} means nothing to JupyterHub's servers, which show JupyterLab by themselves where "
        "it is installed; only start scripts of older container images look at it"
    )
    words = text.format(name=OLD_LAB_VARIABLE)
    yield Oddity(words, ("interface.app",), found.file, found.line)


def _beside_the_image(facts: Facts) -> Iterator[Oddity]:
    """Yield the first of the files that servers in an image do not see."""
    for path in files_not_seen(facts)[:1]:
        text = _("people's servers do not read this file: it is {why}")
        yield Oddity(text.format(why=why_not_seen([path], facts)), (), path)


def _fleeting(facts: Facts) -> Iterator[Oddity]:
    """Yield each reason once: in a container it is the same for every file."""
    files: dict[str, list[PurePosixPath]] = {}
    for path, reason in facts.fleeting.items():
        if facts.files.get(path) is not None:
            files.setdefault(reason, []).append(path)
    if paths := files.pop(IN_CONTAINER, []):
        yield Oddity(IN_CONTAINER, (), paths[0])
    for reason, paths in files.items():
        text = ngettext(
            "this file will not stay as it is: {why}",
            "this file and {count} others will not stay as they are: {why}",
            len(paths),
        )
        yield Oddity(text.format(count=len(paths) - 1, why=reason), (), paths[0])


def _unloaded(facts: Facts) -> Iterator[Oddity]:
    for path, reason in facts.unloaded.items():
        yield Oddity(reason, (), path)
