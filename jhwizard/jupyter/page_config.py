"""JupyterLab's page config: which front-end extensions are switched off, and which are locked.

Tried on jupyterlab_server 2.28 (`config.get_page_config`) and jupyter_server 2.21
(`services.config.manager.ConfigManager`), which JupyterLab and Notebook 7 read it with:

- in each config directory `labconfig/page_config.d/*.json` in alphabetical order, above them
  `labconfig/page_config.json`; the directories in Jupyter's order; name by name. `null` takes a
  name out that the same directory has, and does nothing else.
- Whatever Python calls true counts as true. A list in place of the object is an error 500 on
  every page; a file that is not JSON is skipped.
- Below all of them `share/jupyter/lab/settings/page_config.json5`, or else `.json`, which
  Notebook 7 does not read and where each name that is there is off, and what prebuilt extensions
  switch off in their own `package.json`, as long as they are not off themselves. Locks count in
  the config directories only (`LabApp.initialize_handlers`), and are read when a server starts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import PurePosixPath
from typing import Final, Literal

from jhwizard.facts import LabExtension, Problem, Reading, Source, Write
from jhwizard.jupyter.json_config import read_json
from jhwizard.jupyter.paths import OUR_EXTENSIONS
from jhwizard.language import _
from jhwizard.printable import shown

Section = Literal["disabledExtensions", "lockedExtensions"]
DISABLED: Final = "disabledExtensions"
LOCKED: Final = "lockedExtensions"
SECTIONS: Final[tuple[Section, ...]] = (DISABLED, LOCKED)

LABCONFIG: Final = "labconfig"
PAGE_CONFIG: Final = PurePosixPath(LABCONFIG, "page_config.json")
"""Within a config directory; `jupyter labextension disable` and `lock` write it, too."""
PAGE_DIRECTORY: Final = PurePosixPath(LABCONFIG, "page_config.d")
APP_SETTINGS: Final = PurePosixPath("share/jupyter/lab/settings")
"""Within the environment: of JupyterLab alone, and weaker than every config directory."""


@dataclass(frozen=True)
class Named:
    """One line that names an extension, and the file it stands in."""

    source: Source
    write: Write

    @property
    def path(self) -> PurePosixPath:
        """Return the file it stands in."""
        return self.source.path

    @property
    def is_on(self) -> bool:
        """Return whether it disables or locks, as Python sees the value."""
        return bool(self.write.value)

    @property
    def is_admins(self) -> bool:
        """Return whether it stands where admins and Jupyter's own commands write."""
        return self.path == self.path.parents[1] / PAGE_CONFIG


def as_page_config(path: PurePosixPath, content: bytes) -> Reading:
    """Return what a file says of extensions: one write for each name, with the section as class.

    A section that is no object is one unknown write, named `*`.
    """
    reading = read_json(content)
    if problem := reading.problem:
        return replace(reading, writes=() if _is_skipped(path, content) else doubts(problem))
    lines = [
        replace(write, ours=path.name == OUR_EXTENSIONS)
        for write in reading.writes
        if write.cls in SECTIONS
    ]
    document = json.loads(content)
    odd = [
        _odd(path, section, document[section], content)
        for section in SECTIONS
        if section in document and not isinstance(document[section], dict)
    ]
    if _is_of_the_app(path):
        return replace(reading, writes=tuple(_of_the_app(lines, document, odd)))
    return replace(reading, writes=(*map(_judged, lines), *odd))


def _is_of_the_app(path: PurePosixPath) -> bool:
    return path.parent.match(str(APP_SETTINGS))


def _is_skipped(path: PurePosixPath, content: bytes) -> bool:
    """Return whether servers pass a file over: what is not JSON, and anywhere what is empty."""
    if _is_of_the_app(path):
        return not content
    try:
        json.loads(content.decode())
    except json.JSONDecodeError:
        return True
    except (ValueError, RecursionError):
        return False
    return False


def doubts(problem: Problem) -> tuple[Write, ...]:
    """Return the lines of a file of which nothing is known: they may name anything."""
    line = problem.line or 1
    return tuple(Write(s, "*", "unknown", None, line, reason=problem.text) for s in SECTIONS)


def _odd(path: PurePosixPath, section: Section, value: object, content: bytes) -> Write:
    """Return what a section that is no object does: a list breaks pages, null takes names out."""
    before = content.partition(json.dumps(section).encode())[0]
    line = before.count(b"\n") + 1
    if value is None and not (_is_of_the_app(path) and section == DISABLED):
        return Write(section, "*", "=", None, line)
    return Write(section, "*", "unknown", None, line, reason=breaks_pages(section))


def breaks_pages(section: Section) -> str:
    """Return what a section that is no object does to everybody's pages."""
    reason = _('{section} is no object here, and every page an error 500: write {{"name": true}}')
    return reason.format(section=section)


def _judged(write: Write) -> Write:
    if not isinstance(write.value, dict):
        return write
    reason = _("{name} is neither true nor false").format(name=shown(write.trait, 80))
    return replace(write, op="unknown", value=None, spliceable=False, reason=reason)


def _of_the_app(
    lines: Iterable[Write], document: Mapping[str, object], odd: Iterable[Write]
) -> Iterable[Write]:
    """Yield what JupyterLab's own settings directory says: every name it has is off there."""
    yield from (replace(write, value=True) for write in lines if write.cls == DISABLED)
    for write in odd:
        names = document[write.cls]
        if write.cls == LOCKED or not isinstance(names, list):
            yield write
            continue
        yield from (replace(write, trait=str(n), op="=", value=True, reason="") for n in names)


def page_files(
    directories: Iterable[PurePosixPath], there: Iterable[PurePosixPath]
) -> list[PurePosixPath]:
    """Return the files of the config directories, weakest first; `there` are all known files."""
    known = sorted(path for path in there if path.suffix == ".json")
    return [
        path
        for directory in directories
        for path in (
            *(p for p in known if p.parent == directory / PAGE_DIRECTORY),
            directory / PAGE_CONFIG,
        )
    ]


def app_files(prefix: PurePosixPath) -> list[PurePosixPath]:
    """Return the files of JupyterLab's own settings directory: the first that has words counts."""
    return [prefix / APP_SETTINGS / f"page_config.{suffix}" for suffix in ("json5", "json")]


def named(section: Section, sources: Iterable[Source]) -> list[Named]:
    """Return every line on a section, weakest first."""
    return [
        Named(source, write)
        for source in sources
        if source.role == "lab"
        for write in source.reading.writes
        if write.cls == section
    ]


def not_understood(sources: Iterable[Source]) -> Named | None:
    """Return a line that nothing can be said about; None when all is clear.

    One of either section spoils both: pages are put together from the whole, or not at all.
    """
    there = tuple(sources)
    lines = (line for section in SECTIONS for line in named(section, there))
    return next((line for line in lines if line.write.op == "unknown"), None)


def merged(lines: Iterable[Named]) -> dict[str, Named]:
    """Return the line that decides on each name; lines that are not understood are left out."""
    total: dict[str, Named] = {}
    for _directory, group in groupby(lines, key=lambda line: _directory_of(line.path)):
        here: dict[str, Named] = {}
        for line in group:
            _apply(line, here)
        total |= here
    return total


def _apply(line: Named, here: dict[str, Named]) -> None:
    name = line.write.trait
    if line.write.op == "unknown":
        return
    if line.write.value is not None:
        here[name] = line
    elif name == "*":
        here.clear()
    else:
        here.pop(name, None)


def _directory_of(path: PurePosixPath) -> PurePosixPath:
    return path.parent.parent if path.parent.name == PAGE_DIRECTORY.name else path.parent


def by_packages(
    section: Section, extensions: Iterable[LabExtension], is_off: Callable[[str], bool]
) -> set[str]:
    """Return what prebuilt extensions switch off themselves, but for those that are off."""
    if section == LOCKED:
        return set()
    return {name for e in extensions if not is_off(e.name) for name in e.disables}


def names_on(
    section: Section, lines: Iterable[Named], extensions: Iterable[LabExtension]
) -> set[str]:
    """Return the names that are disabled or locked in the end."""
    state = merged(lines)
    # Only what is literally true keeps an extension from switching others off.
    off = {name for name, line in state.items() if line.write.value is True}
    packages = by_packages(section, extensions, off.__contains__)
    return {name for name in {*packages, *state} if name not in state or state[name].is_on}


def changes_locks(before: bytes | None, after: bytes | None) -> bool:
    """Return whether a new version of a file locks otherwise, which takes a server's start."""
    return _locks(before) != _locks(after)


def _locks(content: bytes | None) -> object:
    return json.loads(content).get(LOCKED) or None if content else None
