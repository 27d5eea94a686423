"""The files that the hub's own file loads in the place of its lines, and where they are.

A subconfig starts with an empty `c`, which is then merged into that of the file that loads it: what
it sets replaces, what it adds is added. One that is not there is passed over. A relative name
counts from where the hub was started, not from where the file lies (traitlets 5.16,
`PyFileConfigLoader.load_subconfig` and `filefind`, with what JupyterHub 6.1 gives them).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from jhwizard.facts import ANY_FILE, Facts, Problem, Source, Write
from jhwizard.language import _
from jhwizard.printable import shown

MOST_LEVELS = 10
"""Files that load one another: how deep they are followed."""
_WILD = frozenset("*?[")

Read = Callable[[Iterable[PurePosixPath]], Iterator[Source]]
"""From paths to what the hub would read there."""


def with_loaded(source: Source, facts: Facts, read: Read) -> Iterator[Source]:
    """Yield a file of the hub and every file that it loads, each once.

    A line that loads a file says so in `Write.loads`; it stays a doubt about everything where the
    file is not known, or was not looked at.
    """
    there: dict[PurePosixPath, Source] = {}
    _collect(source, facts, read, (), there)
    if facts.hub_directory and any(map(_may_move, there.values())):
        yield from with_loaded(source, replace(facts, hub_directory=None), read)
        return
    yield from there.values()


def _may_move(source: Source) -> bool:
    """Return whether a file may go elsewhere, so that relative names count from there."""
    return source.state is not None and b"chdir" in source.state.content


def not_looked_at(facts: Facts) -> list[PurePosixPath]:
    """Return the files that the hub loads by their names, and that nobody has looked for yet."""
    places = (_place(write.subconfig, facts) for write in _loads(facts))
    return [path for path in places if path and path not in facts.files]


def patterns(facts: Facts) -> list[PurePosixPath]:
    """Return the patterns of which the hub loads every file, such as `/etc/x/*.py`."""
    places = (_pattern(write.subconfig, facts) for write in _loads(facts))
    return [path for path in dict.fromkeys(places) if path]


def matches(name: str, pattern: str) -> bool:
    """Return whether a file's name fits a pattern, as `glob.glob` has it."""
    return fnmatchcase(name, pattern) and (not name.startswith(".") or pattern.startswith("."))


def _loads(facts: Facts) -> Iterator[Write]:
    for source in facts.sources:
        if source.role == "hub":
            yield from (write for write in source.reading.writes if write.subconfig)


def _collect(
    source: Source,
    facts: Facts,
    read: Read,
    above: tuple[PurePosixPath, ...],
    there: dict[PurePosixPath, Source],
) -> Problem | None:
    """Add a file and what it loads; return why the hub does not start with it, if it does not."""
    above = (*above, source.path)
    writes: list[Write] = []
    circle: Problem | None = None
    there[source.path] = source
    for write in source.reading.writes:
        for found in _resolved(write, facts, above):
            if isinstance(found, Problem):
                circle = found
                writes.append(replace(write, reason=found.text, subconfig=""))
                continue
            writes.append(found)
            if found.loads and found.loads not in there and found.loads in facts.files:
                for loaded in read([found.loads]):
                    inner = _collect(replace(loaded, loaded=True), facts, read, above, there)
                    circle = replace(inner, line=write.line) if inner else circle
    problem = source.reading.problem or circle
    reading = replace(source.reading, writes=tuple(writes), problem=problem)
    there[source.path] = replace(source, reading=reading)
    return circle


def _resolved(
    write: Write, facts: Facts, above: tuple[PurePosixPath, ...]
) -> Iterator[Write | Problem]:
    """Yield a line as it is, or for one that loads files a line for each of them."""
    if not write.subconfig:
        yield write
        return
    paths = _files(write.subconfig, facts)
    if paths is None:
        yield replace(write, reason=_why_not(write, facts))
        return
    if pattern := _pattern(write.subconfig, facts):
        yield replace(write, loads=pattern)  # no file, so that nothing counts in its place
    for path in paths:
        if path in above:
            text = _("`{file}` is loaded here, which loads this file again: the hub does not start")
            yield Problem(text.format(file=shown(str(path))), write.line)
        elif len(above) > MOST_LEVELS:
            text = _("`{file}` is not looked into: too many files load one another")
            yield replace(write, reason=text.format(file=shown(str(path))))
        elif facts.files[path] is not None or path in facts.unreadable:
            yield replace(write, loads=path)


def _files(name: str, facts: Facts) -> list[PurePosixPath] | None:
    """Return the files that are loaded under a name; None where that is not known."""
    if path := _place(name, facts):
        return [path] if path in facts.files else None
    if pattern := _pattern(name, facts):
        named = (p for p in facts.files if p.parent == pattern.parent)
        return sorted(path for path in named if matches(path.name, pattern.name))
    return None


def _why_not(write: Write, facts: Facts) -> str:
    name = write.subconfig
    if facts.hub_directory is None and _is_plain(name) and not name.startswith("/"):
        text = _("`load_subconfig({name})` is relative to where the hub is started: not known")
        return text.format(name=shown(repr(name), 60))
    return write.reason


def _place(name: str, facts: Facts) -> PurePosixPath | None:
    return None if set(name) & _WILD else _absolute(name, facts)


def _pattern(name: str, facts: Facts) -> PurePosixPath | None:
    path = _absolute(name, facts)
    if path is None or name == ANY_FILE or set(str(path.parent)) & _WILD:
        return None
    return path if set(path.name) & _WILD else None


def _absolute(name: str, facts: Facts) -> PurePosixPath | None:
    """Return the place of a name; None where the hub would fill something in, or start elsewhere.

    traitlets takes quotes off, and replaces `~` and `$VARIABLE`.
    """
    if not _is_plain(name):
        return None
    if name.startswith("/"):
        return PurePosixPath(name)
    return facts.hub_directory / name if facts.hub_directory else None


def _is_plain(name: str) -> bool:
    odd = name[0] in "~\"'" or name[-1] in "\"'" or "$" in name or ".." in name.split("/")
    # Whatever its name ends with, it is read as Python: not so here.
    return name != ANY_FILE and not odd and not name.endswith(".json")
