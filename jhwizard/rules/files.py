"""Rules about whole files: broken, not read, or read in another way than it looks."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath

from jhwizard.facts import Facts, Source, Write
from jhwizard.image import files_not_seen, why_not_seen
from jhwizard.language import _, ngettext
from jhwizard.lasting import IN_CONTAINER
from jhwizard.printable import shown
from jhwizard.rules.rule import Fix, Level, Rule, Spot
from jhwizard.rules.values import unknown_because
from jhwizard.settings import owner_of
from jhwizard.unloaded import traits_among_switches

_NUMBERS = 2
"""Of a version of Python: what decides on its grammar."""


def _broken_files(facts: Facts) -> Iterator[Spot]:
    seen: set[PurePosixPath] = set()
    for source in facts.sources:
        problem = source.reading.problem
        if problem and source.path not in seen:
            seen.add(source.path)
            is_lost = _is_broken(source) and source.role != "dormant"
            is_lost = is_lost and not _may_be_newer(source, facts)
            level: Level = "error" if is_lost else "warning"
            keys = unknown_because(problem.text, facts)
            yield Spot(problem.text, keys, source.path, problem.line, level=level)


def _is_broken(source: Source) -> bool:
    """Return whether Jupyter certainly makes nothing of a file, and not only jhwizard."""
    if source.state is None:
        return False
    try:
        if source.path.suffix == ".json":
            json.loads(source.state.content.decode())
        else:
            ast.parse(source.state.content)
    except (SyntaxError, ValueError):
        return True
    except RecursionError:
        pass
    return False


def _may_be_newer(source: Source, facts: Facts) -> bool:
    """Return whether a file may be good for a Python that is newer than jhwizard's own."""
    environment = facts.hub if source.role == "hub" else facts.user
    version = environment.python_version if environment else ""
    numbers = [int(part) for part in version.split(".")[:2] if part.isdigit()]
    is_python = source.path.suffix == ".py"
    return is_python and (len(numbers) != _NUMBERS or tuple(numbers) > sys.version_info[:2])


def _json_beats_py(facts: Facts) -> Iterator[Spot]:
    """Yield traits of a .py that the .json beside it sets, too.

    Those that a question is about are told with the values, as shadowed. jupyter_core loads .py
    before .json of one name and directory, and so does JupyterHub with its own ("Collisions
    detected" in the log, tried).
    """
    there = {s.path: s for s in facts.sources if s.role in {"hub", "server"} and s.state}
    for path, source in there.items():
        beside = there.get(path.with_suffix(".json")) if path.suffix == ".py" else None
        wins = {(w.cls, w.trait) for w in _plain(beside)} if beside else set()
        for write in _plain(source):
            if (write.cls, write.trait) in wins and not owner_of(write.cls, write.trait):
                assert beside is not None  # noqa: S101 - else nothing wins
                yield _beaten(source.path, write, beside.path)


def _plain(source: Source) -> list[Write]:
    """Return the lines that assign one trait, in whichever way the value is known."""
    return [w for w in source.reading.writes if w.op == "=" and "*" not in (w.cls, w.trait)]


def _beaten(path: PurePosixPath, write: Write, winner: PurePosixPath) -> Spot:
    text = _("c.{name} has no effect: {winner} sets it too, and JSON beats Python of the same name")
    name = shown(f"{write.cls}.{write.trait}", 80)
    fix = Fix(_("Keep one of the two lines."))
    return Spot(text.format(name=name, winner=winner), (), path, write.line, fix)


def _traits_among_switches(facts: Facts) -> Iterator[Spot]:
    """Yield the `.d` files that set traits, of which only extensions' switches are read."""
    text = _("of this file only the switches of extensions are read, and not {names}")
    for path, names in traits_among_switches(facts):
        file = path.parent.with_name(f"{path.parent.stem}.json")
        fix = Fix(_("Move them to {file}.").format(file=file))
        yield Spot(text.format(names=names), (), path, fix=fix)


def _beside_the_image(facts: Facts) -> Iterator[Spot]:
    """Yield the first of the files that servers in an image do not see."""
    for path in files_not_seen(facts)[:1]:
        text = _("people's servers do not read this file: it is {why}")
        yield Spot(text.format(why=why_not_seen([path], facts)), (), path)


def _fleeting(facts: Facts) -> Iterator[Spot]:
    """Yield each reason once: in a container it is the same for every file."""
    files: dict[str, list[PurePosixPath]] = {}
    for path, reason in facts.fleeting.items():
        if facts.files.get(path) is not None:
            files.setdefault(reason, []).append(path)
    if paths := files.pop(IN_CONTAINER, []):
        yield Spot(IN_CONTAINER, (), paths[0])
    for reason, paths in files.items():
        text = ngettext(
            "this file will not stay as it is: {why}",
            "this file and {count} others will not stay as they are: {why}",
            len(paths),
        )
        yield Spot(text.format(count=len(paths) - 1, why=reason), (), paths[0])


def _unloaded(facts: Facts) -> Iterator[Spot]:
    told = {spot.file for spot in _traits_among_switches(facts)}
    for path, reason in facts.unloaded.items():
        if path not in told:
            yield Spot(reason, (), path)


RULES: tuple[Rule, ...] = (
    Rule(
        "broken-file",
        _("A config file that is no Python, or no JSON: the hub, or all its settings, are lost."),
        "error",
        _broken_files,
    ),
)
LATER: tuple[Rule, ...] = (
    Rule(
        "json-beats-py",
        _("A trait in a .py that the .json of the same name and directory sets, too."),
        "warning",
        _json_beats_py,
    ),
)
LAST: tuple[Rule, ...] = (
    Rule(
        "file-beside-image",
        _("A file of this machine for servers that start from an image, which do not see it."),
        "warning",
        _beside_the_image,
    ),
    Rule(
        "fleeting-file",
        _("A file that something else writes anew, so that a change in it is lost."),
        "warning",
        _fleeting,
    ),
    Rule(
        "traits-among-switches",
        _("Traits in a .d file of a server, where only extensions are switched."),
        "error",
        _traits_among_switches,
    ),
    Rule(
        "unloaded-file",
        _("A config file that no program of the deployment reads."),
        "warning",
        _unloaded,
    ),
)
