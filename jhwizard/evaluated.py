"""What loading the hub's config file adds to what reading it has found. Pure.

Reading leaves open what hangs on code that is not read; loading says the value. Where both know it
and agree, what was read stays: it knows the lines, and what can be changed in place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jhwizard.facts import AdminExempt, Evaluation, Missing, Source, Write
from jhwizard.folding import folded
from jhwizard.language import _
from jhwizard.layers import Rung
from jhwizard.settings.setting import HubTrait

_NESTED = _("it is set in a section inside another one")

Pair = tuple[str, str]
"""Class and trait."""
Place = tuple[int, int]
"""Which source, and after which of its writes; -1 for before all of them."""


@dataclass(frozen=True)
class Additions:
    """What is added to a trait that the file does not set: traitlets' `LazyConfigValue`."""

    operations: tuple[tuple[str, object], ...]
    """`extend`, `update`, `prepend` or `inserts`, each with what is added."""


@dataclass(frozen=True)
class Section:
    """Stands for a section inside another one, of which reading says more."""


@dataclass(frozen=True)
class Loaded:
    """What a file set when it was loaded."""

    values: Mapping[Pair, object]
    """Plain data with `Missing` where something is none, `Additions`, or `Section`."""
    asked: tuple[str, ...] = ()
    """Variables it asked for that nobody had told; `*` for all of them."""


def settled(sources: Sequence[Source], loaded: Loaded) -> tuple[Evaluation, tuple[Rung, ...]]:
    """Return what loading adds to what was read, and the lines that it contradicts."""
    read = {(w.cls, w.trait) for s in sources for w in _theirs(s) if "*" not in (w.cls, w.trait)}
    values: dict[Pair, object] = {}
    given = {p: v for p, v in loaded.values.items() if not isinstance(v, Section)}
    nested = {(cls, "*") for (cls, _trait), v in loaded.values.items() if isinstance(v, Section)}
    stays = nested & {(w.cls, w.trait) for s in sources for w in _theirs(s)}
    given |= dict.fromkeys(sorted(nested - stays), Missing(_NESTED, 1))
    wrong: list[Rung] = []
    for pair in dict.fromkeys([*given, *sorted(read)]):
        rungs = [Rung(sources[place[0]], write) for place, write in _covering(pair, sources)]
        if pair in stays or _is_read(pair, rungs, loaded):
            stays.add(pair)
            continue
        values |= {pair: given[pair]} if pair in given else {}
        wrong += rungs[-1:] if folded(rungs, HubTrait(*pair)).kind == "exact" else []
    return Evaluation(values, frozenset(stays), loaded.asked), tuple(wrong)


def _is_read(pair: Pair, rungs: Sequence[Rung], loaded: Loaded) -> bool:
    """Return whether reading says as much of a trait as loading does, or more."""
    given = loaded.values.get(pair)
    if _says_more(rungs, given, loaded):
        return True
    found = folded(rungs, HubTrait(*pair))
    if found.kind != "exact":
        return False
    return _agree(found.raw, rungs, given, is_set=pair in loaded.values)


def combined(sources: tuple[Source, ...], evaluation: Evaluation | None) -> tuple[Source, ...]:
    """Return the hub's files with what loading has settled.

    A value stands at the line that names it, or that may have set it, and can never be exchanged
    there. What jhwizard wrote itself was not loaded, and counts above it.
    """
    if evaluation is None:
        return sources
    new: dict[Place, list[Pair]] = {}
    for pair in evaluation.values:
        new.setdefault(_place(pair, sources), []).append(pair)
    return tuple(
        replace(source, reading=replace(source.reading, writes=tuple(lines)))
        for number, source in enumerate(sources)
        for lines in [list(_with(source, number, new, evaluation))]
    )


def _with(
    source: Source, number: int, new: Mapping[Place, list[Pair]], evaluation: Evaluation
) -> Iterator[Write]:
    lines = source.reading.writes
    wild = max((i for i, write in enumerate(lines) if "*" in (write.cls, write.trait)), default=-1)
    for index, write in enumerate((None, *lines), start=-1):
        if write is not None and (write.ours or not _is_python(source)):
            yield write
        elif write is not None:
            yield from _left(write, evaluation)
        for pair in new.get((number, index), ()):
            yield _evaluated(pair, evaluation, write, sure=index > wild)


def _left(write: Write, evaluation: Evaluation) -> Iterator[Write]:
    """Yield what is left of a line: with all variables known, the file sets nothing else."""
    pair = (write.cls, write.trait)
    if pair in evaluation.read:
        yield write
    elif "*" in pair and evaluation.asked:
        yield replace(write, evaluated=True)
    elif evaluation.asked and pair not in evaluation.values:
        yield write


def _place(pair: Pair, sources: Sequence[Source]) -> Place:
    """Return the last line that names a trait, else the first that may have set it."""
    covering = list(_covering(pair, sources))
    named = [(place, w) for place, w in covering if (w.cls, w.trait) == pair]
    # One that only doubts what was set above says less than that.
    told = [place for place, write in named if write.op != "unknown" or write.kind != "unknown"]
    naming = told or [place for place, _write in named]
    return naming[-1] if naming else (covering[0][0] if covering else _end(sources))


def _is_python(source: Source) -> bool:
    return source.role == "hub" and source.path.suffix == ".py"


def _theirs(source: Source) -> Iterator[Write]:
    if _is_python(source):
        yield from (write for write in source.reading.writes if not write.ours)


def _covering(pair: Pair, sources: Sequence[Source]) -> Iterator[tuple[Place, Write]]:
    """Yield the lines that set, or may set, a trait, weakest first."""
    for number, source in enumerate(sources):
        for index, write in enumerate(source.reading.writes if _is_python(source) else ()):
            sets = write.cls in (pair[0], "*") and write.trait in (pair[1], "*")
            if sets and not write.ours:
                yield (number, index), write


def _end(sources: Sequence[Source]) -> Place:
    """Return the place below all lines of the admin's."""
    number = max(n for n, source in enumerate(sources) if _is_python(source))
    writes = sources[number].reading.writes
    return number, max((i for i, write in enumerate(writes) if not write.ours), default=-1)


def _says_more(rungs: Sequence[Rung], given: object, loaded: Loaded) -> bool:
    """Return whether the last line says more than loading did: what it hangs on, or its name."""
    last = rungs[-1].write if rungs else None
    if last is None or "*" in (last.cls, last.trait):
        return False
    gaps = list(_missing(last.parts))
    if loaded.asked and gaps and all(gap.kind == "env" or gap.refers for gap in gaps):
        return True
    return isinstance(given, Missing) and last.kind == "function"


def _agree(read: object, rungs: Sequence[Rung], given: object, *, is_set: bool) -> bool:
    only_adds = all(rung.write.op != "=" for rung in rungs)
    if not is_set:
        return only_adds and not read  # nothing is added to what is set nowhere
    if isinstance(given, Additions):
        return only_adds and [_canonical(v) for _op, v in given.operations] == [_canonical(read)]
    if isinstance(read, AdminExempt):
        return isinstance(given, Missing)
    return _canonical(read) == _canonical(given)


def _canonical(value: object) -> str:
    """Return a text that tells values and their types apart, whatever their order in memory."""
    match value:
        case dict():
            inner = sorted(f"{_canonical(k)}: {_canonical(v)}" for k, v in value.items())
        case set():
            inner = sorted(map(_canonical, value))
        case list() | tuple():
            inner = list(map(_canonical, value))
        case _:
            return f"{type(value).__name__} {value!r}"
    return f"{type(value).__name__}({', '.join(inner)})"


def _evaluated(pair: Pair, evaluation: Evaluation, read: Write | None, *, sure: bool) -> Write:
    """Return what running has given, in the place of the line `read`; None for above all lines.

    `sure`: no line below may set it, as far as that was read.
    """
    value, line = evaluation.values[pair], read.line if read else 1
    missing = next(_missing(value), None)
    if evaluation.asked:
        return _hanging(pair, value, evaluation.asked, read, sure=sure)
    if isinstance(value, Additions):
        return _added(pair, value, line)
    if missing is None:
        return Write(*pair, "=", value, line, evaluated=True)
    whole = value is missing
    reason = missing.reason if whole else _("the value is computed")
    kind = missing.kind if whole else "computed"
    open_ = Write(*pair, "unknown", None, line, reason=reason, kind=kind, parts=value)
    return replace(open_, evaluated="*" not in pair)


def _added(pair: Pair, value: Additions, line: int) -> Write:
    match value.operations:
        case ((("extend" | "update") as op, what),) if next(_missing(what), None) is None:
            return Write(*pair, op, what, line, evaluated=True)
    text = _("something is added to it that is no plain data, or not at its end")
    return Write(*pair, "unknown", None, line, reason=text, kind="computed", evaluated=True)


def _hanging(
    pair: Pair, value: object, asked: tuple[str, ...], read: Write | None, *, sure: bool
) -> Write:
    """Return a value that is so only if variables nobody has told are not set."""
    if isinstance(value, Additions):
        # To a dict that is set nowhere: what is added is all of it.
        ((_op, value),) = value.operations if len(value.operations) == 1 else (("", None),)
    line = read.line if read else 1
    is_named = read is not None and (read.cls, read.trait) == pair
    part = _part(read.parts if read and is_named else None, value, _Hanging(asked, line, sure=sure))
    missing = next(_missing(part), None)
    whole = missing if missing is part else None
    reason = whole.reason if whole else _("it may hang on the environment")
    kind = whole.kind if whole else "env"
    open_ = Write(*pair, "unknown", None, line, reason=reason, kind=kind, parts=part)
    return replace(open_, evaluated=True)


@dataclass(frozen=True)
class _Hanging:
    asked: tuple[str, ...]
    line: int
    sure: bool
    """Whether no line below may set what is read here."""

    def is_as_read(self, read: object, value: object) -> bool:
        """Return whether running gave what reading says, which says it better."""
        match read, value:
            case Missing(kind="env"), _:
                is_same = _canonical(read.fallback) == _canonical(value)
                return read.variable in self.asked and is_same
            case Missing(), Missing():
                return read.kind == value.kind == "function"
        return self.sure and read is not None and _canonical(read) == _canonical(value)


def _part(read: object, value: object, hanging: _Hanging) -> object:
    """Return a value, or a part of one, with what reading says of it where that says more."""
    if hanging.is_as_read(read, value):
        return read
    match read, value:
        case dict(), dict() if read.keys() == value.keys():
            return {key: _part(read[key], value[key], hanging) for key in read}
        case ((list() | tuple()), (list() | tuple())) if len(read) == len(value):
            return [_part(*pair, hanging) for pair in zip(read, value, strict=True)]
        case _, Missing():
            return value
    fallback = None if next(_missing(value), None) else value
    reason = _("it may hang on the environment")
    return Missing(reason, hanging.line, "env", fallback=fallback, unset=hanging.asked)


def _missing(value: object) -> Iterator[Missing]:
    match value:
        case Missing():
            yield value
        case Additions():
            yield from (found for _op, what in value.operations for found in _missing(what))
        case dict():
            yield from (found for v in (*value, *value.values()) for found in _missing(v))
        case list() | tuple() | set():
            yield from (found for one in value for found in _missing(one))
