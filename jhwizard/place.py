"""Where an answer goes: which file and line, and whether in place or in jhwizard's block.

The rule: what stands somewhere is changed there; what stands nowhere goes where the target says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from jhwizard.answers import Answers
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts, Found, Op, Write
from jhwizard.jupyter import paths
from jhwizard.jupyter.extensions import SWITCH_DIRECTORY
from jhwizard.language import _
from jhwizard.layers import Rung, folded, ladder, lineage, overruling, role_of, trait_of
from jhwizard.plan import Notice
from jhwizard.settings import SETTINGS
from jhwizard.settings.setting import (
    IPythonTrait,
    Landing,
    ServerExtensions,
    Setting,
    SpawnerVariable,
)
from jhwizard.understand import kernel_prefixes


@dataclass(frozen=True)
class Edit:
    """One thing to say in one file."""

    key: str
    path: PurePosixPath
    cls: str
    trait: str
    op: Op
    value: object
    comment: tuple[str, ...] = ()
    there: Write | None = None
    """The plain literal whose bytes are exchanged; None for the block or a JSON file."""
    takes_out: bool = False
    """Whether the line goes, so that Jupyter's own default counts."""
    inner: str = ""
    """The name inside a dict of a JSON file; empty for the whole trait."""
    notice: Notice | None = None


def edits_of(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return what has to be said for a setting: nothing, if it is neither ours nor changed.

    Raises RefusedError where the value in force cannot be overruled from a file.
    """
    twins = [s.key for s in SETTINGS.values() if s.lands == record.lands]
    if any(key in answers.reset for key in twins):
        return _taken_out(record, facts) if record.key in answers.reset else []
    changed = any(answers.changed(key) for key in twins)
    if changed:
        _refuse_overruled(record, facts)
    elif not any(rung.write.ours for rung in rungs_of(record, facts)):
        return []
    match record.lands:
        case ServerExtensions():
            return _switched(record, facts, answers)
        case IPythonTrait():
            return _loaded(record, facts, answers)
        case _:
            return [_placed(record, facts, answers, changed=changed)]


def rungs_of(record: Setting, facts: Facts) -> tuple[Rung, ...]:
    """Return the lines that set a setting, weakest first; of a dict, those that name its key."""
    rungs = (*ladder(record.lands, facts), *(ladder(record.stronger, facts) if record.stronger else ()))
    if not isinstance(record.lands, SpawnerVariable):
        return rungs
    name = record.lands.name
    return tuple(rung for rung in rungs if rung.write.op == "unknown" or name in _dict(rung.write))


def _placed(record: Setting, facts: Facts, answers: Answers, *, changed: bool) -> Edit:
    rungs = rungs_of(record, facts)
    ours = [rung for rung in rungs if rung.write.ours]
    top = rungs[-1] if rungs else None
    if changed and top and not top.write.ours:
        return _over(record, facts, answers, top)
    path = _landing_file(record.lands, facts)
    if ours and ours[-1].path not in _landing_files(record.lands, facts):
        path = ours[-1].path
    return _entry(record, facts, answers, path, ours[-1] if ours else None)


def _over(record: Setting, facts: Facts, answers: Answers, top: Rung) -> Edit:
    """Return the edit that beats the line in force: in its place, or in the block of its file."""
    write, value = top.write, record.write(answers, facts)
    name = record.lands.name if isinstance(record.lands, SpawnerVariable) else ""
    if top.path.suffix == ".json" and write.op != "unknown":
        return Edit(record.key, top.path, write.cls, write.trait, "=", value, inner=name)
    if write.spliceable and not name:
        return Edit(record.key, top.path, write.cls, write.trait, "=", value, there=write)
    return replace(
        _entry(record, facts, answers, top.path, top),
        notice=Notice(record.key, _stays(top), top.path, write.line),
    )


def _entry(
    record: Setting, facts: Facts, answers: Answers, path: PurePosixPath, beaten: Rung | None
) -> Edit:
    """Return an entry of the block of `path`, on the most specific class that is set already."""
    landing = _landing_of(record, beaten)
    value = record.write(answers, facts)
    op: Op = "="
    if isinstance(landing, SpawnerVariable):
        op, value = "update", {landing.name: value}
    cls, trait = _strongest_class(landing, facts), trait_of(landing)[1]
    comment = (record.says(answers, facts), record.source)
    return Edit(record.key, path, cls, trait, op, value, comment)


def _strongest_class(landing: Landing, facts: Facts) -> str:
    line = lineage(landing, facts)
    named = [rung.write.cls for rung in ladder(landing, facts)]
    places = [line.index(cls) if cls in line else len(line) - 1 for cls in named]
    return line[max([line.index(trait_of(landing)[0]), *places])]


def _landing_of(record: Setting, beaten: Rung | None) -> Landing:
    stronger = record.stronger
    if stronger and beaten and beaten.write.trait in (trait_of(stronger)[1], "*"):
        # The same trait name in another program's file: the file decides which landing it is.
        return record.lands if beaten.source.role == role_of(record.lands) else stronger
    return record.lands


def _taken_out(record: Setting, facts: Facts) -> list[Edit]:
    """Return the removal of every line of the admin's own; ours go by not being said again."""
    edits = []
    for rung in rungs_of(record, facts):
        write = rung.write
        if write.ours or rung.source.role == "switches":
            continue
        name = record.lands.name if isinstance(record.lands, SpawnerVariable) else ""
        there = None if rung.path.suffix == ".json" else write
        if there and (name or not write.spliceable):
            raise _by_hand(record, rung)
        edits.append(
            Edit(record.key, rung.path, write.cls, write.trait, "=", None, (), there, True, name)  # noqa: FBT003
        )
    return edits


def _switched(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return the switches that differ from what the packages and the admin's files say."""
    wanted = _mapping(answers[record.key])
    found = _mapping(facts.found[record.key].value)
    rungs = rungs_of(record, facts)
    owned = {name for rung in rungs if rung.write.ours for name in _dict(rung.write)}
    delta = {n: on for n, on in wanted.items() if n in owned or found.get(n) != on}
    edits = []
    for rung in rungs:
        names = [n for n in _dict(rung.write) if n in delta]
        if rung.source.role == "server" and names and not rung.write.ours:
            edits += [_switch_over(record, rung, name, delta.pop(name)) for name in names]
    comment = (record.says(answers, facts), record.source)
    return edits + [_switch_file(record, facts, delta, comment)] if delta else edits


def _switch_over(record: Setting, rung: Rung, name: str, on: object) -> Edit:
    cls, trait = rung.write.cls, rung.write.trait
    if rung.path.suffix == ".json":
        return Edit(record.key, rung.path, cls, trait, "=", on, inner=name)
    notice = Notice(record.key, _stays(rung), rung.path, rung.write.line)
    return Edit(record.key, rung.path, cls, trait, "update", {name: on}, notice=notice)


def _switch_file(
    record: Setting, facts: Facts, delta: dict[str, object], comment: tuple[str, ...]
) -> Edit:
    cls, trait = trait_of(record.lands)
    path = _landing_file(record.lands, facts)
    op: Op = "=" if path.suffix == ".json" else "update"
    return Edit(record.key, path, cls, trait, op, delta, comment)


def _loaded(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return what brings the list of IPython extensions to the wanted one."""
    wanted = [str(name) for name in _sequence(answers[record.key])]
    rungs = [rung for rung in ladder(record.lands, facts) if not rung.write.ours]
    theirs = folded(rungs, record.lands)
    there = [str(name) for name in _sequence(theirs.raw)]
    top = rungs[-1] if rungs else None
    cls, trait = trait_of(record.lands)
    if top and top.write.spliceable:
        changed = wanted != there
        return [Edit(record.key, top.path, cls, trait, "=", wanted, there=top.write)] if changed else []
    if top and (theirs.kind == "unknown" or set(there) - set(wanted)):
        raise _by_hand(record, top)
    missing = [name for name in wanted if name not in there]
    files = [top.path] if top else _landing_paths(record.lands, facts)
    comment = (record.says(answers, facts), record.source)
    return [Edit(record.key, f, cls, trait, "extend", missing, comment) for f in files if missing]


def _landing_file(landing: Landing, facts: Facts) -> PurePosixPath:
    return _landing_paths(landing, facts)[0]


def _landing_paths(landing: Landing, facts: Facts) -> list[PurePosixPath]:
    """Return where new answers of this kind go; several files only for kernels' environments."""
    directory = paths.config_directory(facts)
    role = role_of(landing)
    if role == "hub":
        return [facts.hub_config]
    if role == "ipython":
        prefixes = kernel_prefixes(facts) if facts.target == "env" else ()
        directories = [prefix / "etc/ipython" for prefix in prefixes]
        return [d / "ipython_config.py" for d in directories or [PurePosixPath("/etc/ipython")]]
    if isinstance(landing, ServerExtensions) and facts.target == "env":
        return [directory / SWITCH_DIRECTORY / paths.OUR_EXTENSIONS]
    return [directory / "jupyter_server_config.py"]


def _landing_files(landing: Landing, facts: Facts) -> set[PurePosixPath]:
    """Return the landing files of every target: what stands there moves when the target does."""
    targets = (replace(facts, target=target) for target in ("system", "env"))
    return {path for each in targets for path in _landing_paths(landing, each)}


def _refuse_overruled(record: Setting, facts: Facts) -> None:
    above: Found | None = overruling(record, facts)
    if above is not None:
        raise RefusedError(
            _("{key} is decided elsewhere: {why}").format(key=record.key, why=above.reason),
            file=above.file,
            line=above.line,
            fix=_("take that line out first"),
        )


def _stays(rung: Rung) -> str:
    text = _("{file}, line {line}, stays as it is; the block at the end of the file overrides it")
    return text.format(file=rung.path, line=rung.write.line)


def _by_hand(record: Setting, rung: Rung) -> RefusedError:
    why = rung.write.reason or _("it is not one plain value")
    return RefusedError(
        _("{key}: the line that sets it cannot be changed safely: {why}").format(
            key=record.key, why=why
        ),
        file=rung.path,
        line=rung.write.line,
        fix=_("change it by hand, then run jhwizard again"),
    )


def _dict(write: Write) -> Mapping[str, object]:
    return _mapping(write.value)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: object) -> list[object] | tuple[object, ...]:
    return value if isinstance(value, list | tuple) else []
