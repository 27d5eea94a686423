"""Where an answer goes: which file and line, and whether in place or in jhwizard's block.

The rule: what stands somewhere is changed there; what stands nowhere goes where the target says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.answers import Answers
from jhwizard.edit import (
    Edit,
    by_hand,
    by_tljh_config,
    mapping,
    not_in_json,
    not_readable,
    sequence,
    stays,
)
from jhwizard.errors import RefusedError
from jhwizard.facts import AdminExempt, Facts, Found, Op
from jhwizard.in_force import overruling
from jhwizard.jupyter.tljh import command_for, is_decided
from jhwizard.landing import block_path, landing_file, landing_paths
from jhwizard.language import _
from jhwizard.layers import Rung, folded, ladder, trait_of
from jhwizard.place_culler import edits_of_culler
from jhwizard.place_lab import edits_of_lab
from jhwizard.place_words import edit_of_words, without_words
from jhwizard.plan import Notice
from jhwizard.rungs import is_old_name, landing_of, path_for, rungs_of, stays_there, strongest_class
from jhwizard.settings import SETTINGS
from jhwizard.settings.setting import (
    HubCuller,
    IPythonTrait,
    LabExtensions,
    ServerExtensions,
    Setting,
    SpawnerName,
    SpawnerVariable,
)
from jhwizard.spawner_name import edits_for_other_spawners, spawner_landing, without_template
from jhwizard.which_application import under_application


def edits_of(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return what has to be said for a setting: nothing, if it is neither ours nor changed.

    Raises RefusedError where the value in force cannot be overruled from a file.
    """
    match record.lands:
        case HubCuller():
            return edits_of_culler(record, facts, answers)
        case LabExtensions() as landing:
            if answers.changed(record.key) and record.key not in answers.reset:
                refuse_overruled(record, facts)
            return edits_of_lab(record, landing, facts, answers)
        case SpawnerName():
            return _named(record, facts, answers)
        case _:
            return _of_trait(record, facts, answers)


def _of_trait(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    twins = [s.key for s in SETTINGS.values() if s.lands == SETTINGS[record.key].lands]
    record = under_application(record, facts)
    reset = [key for key in twins if key in answers.reset]
    if reset and _all_default(twins, facts, answers):
        return taken_out(record, facts) if record.key == reset[0] else []
    if any(answers.changed(key) for key in twins):
        refuse_overruled(record, facts)
        return wanted(record, facts, answers)
    if any(rung.write.ours for rung in rungs_of(record, facts)):
        return _still_wanted(record, facts, answers)
    return []


def _named(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return what names containers, pods or units; what other spawners were told stays."""
    landing = spawner_landing(facts)
    if not landing and answers.changed(record.key):
        raise without_template(record, facts)
    mine = edits_of(replace(record, lands=landing), facts, answers) if landing else []
    return [*edits_for_other_spawners(record, facts), *mine]


def wanted(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return what brings a setting to its answer."""
    match record.lands:
        case ServerExtensions():
            return _switched(record, facts, answers)
        case IPythonTrait():
            return _loaded(record, facts, answers)
        case _ if _stands(record, facts, answers):
            return []
        case _:
            return [placed(record, facts, answers)]


def _stands(record: Setting, facts: Facts, answers: Answers) -> bool:
    """Return whether a line of the admin's own says it already: another twin was answered."""
    rungs = rungs_of(record, facts)
    if record.beside is None or not rungs or rungs[-1].write.ours:
        return False
    top = folded(rungs, landing_of(record, rungs[-1]))
    return top.kind == "exact" and top.raw == record.write(answers, facts)


def _still_wanted(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    match record.lands:
        case ServerExtensions():
            return _switched(record, facts, answers)
        case IPythonTrait():
            return _still_loaded(record, facts, answers)
        case _:
            return [kept(record, facts, answers)]


def _all_default(keys: list[str], facts: Facts, answers: Answers) -> bool:
    """Return whether a trait that holds several answers can go: none of them is still wanted."""
    return all(
        answers[key] == SETTINGS[key].default(facts)
        or not SETTINGS[key].when(facts, answers)
        or key in answers.reset
        for key in keys
    )


def placed(record: Setting, facts: Facts, answers: Answers) -> Edit:
    """Return what sets a trait: in the place of the line in force, or in a block."""
    rungs = rungs_of(record, facts)
    top = rungs[-1] if rungs else None
    if top and not top.write.ours:
        return over(record, facts, answers, top)
    return entry(record, facts, answers, path_for(record, facts, top), top)


def kept(record: Setting, facts: Facts, answers: Answers) -> Edit:
    """Return what was written before, said again as it was; it moves when the target does."""
    rungs = rungs_of(record, facts)
    mine = next(rung for rung in reversed(rungs) if rung.write.ours)
    path = path_for(record, facts, mine)
    if mine is rungs[-1] and answers[record.key] is not None:
        return entry(record, facts, answers, path, mine)
    # Something stronger decides now, or it was edited inside the block.
    write, says = mine.write, own_comment(record, facts, answers, mine)
    return Edit(record.key, path, write.cls, write.trait, write.op, write.value, says)


def own_comment(record: Setting, facts: Facts, answers: Answers, mine: Rung) -> tuple[str, ...]:
    """Return what stands above a line of ours, from the line itself."""
    found = folded([mine], record.lands)
    try:
        value = record.read(found.raw, facts)
    except RefusedError:
        return (record.source,)
    return (record.says({**answers, record.key: value}, facts), record.source)


def over(record: Setting, facts: Facts, answers: Answers, top: Rung) -> Edit:
    """Return the edit that beats the line in force: in its place, or in the block of its file."""
    write, value = top.write, record.write(answers, facts)
    name = record.lands.name if isinstance(record.lands, SpawnerVariable) else ""
    if top.path in facts.unreadable:
        raise not_readable(record, top, facts.unreadable[top.path])
    if top.source.command_line:
        return edit_of_words(record, top, value)
    if is_decided(facts.hub_config, top.path, write) and (typed := command_for(record.key, value)):
        raise by_tljh_config(record, top, [typed])
    if top.path.suffix == ".json":
        if problem := top.source.reading.problem:
            raise not_readable(record, top, problem)
        if write.op == "unknown" or isinstance(value, AdminExempt):
            raise not_in_json(record, top)
        return Edit(record.key, top.path, write.cls, write.trait, "=", value, inner=name)
    is_same_kind = isinstance(value, AdminExempt) == isinstance(write.value, AdminExempt)
    if write.spliceable and not name and is_same_kind:
        return Edit(record.key, top.path, write.cls, write.trait, "=", value, there=write)
    if is_old_name(top, record.lands):
        raise by_hand(record, top)
    path = block_path(top, facts)
    notice = Notice(record.key, stays(top, path), top.path, write.line)
    return replace(entry(record, facts, answers, path, top), notice=notice)


def entry(
    record: Setting, facts: Facts, answers: Answers, path: PurePosixPath, beaten: Rung | None
) -> Edit:
    """Return an entry of the block of `path`, on the most specific class that is set already."""
    landing = landing_of(record, beaten)
    value = record.write(answers, facts)
    op: Op = "="
    if isinstance(landing, SpawnerVariable):
        op, value = "update", {landing.name: value}
    cls, trait = strongest_class(landing, facts), trait_of(landing)[1]
    comment = (record.says(answers, facts), record.source)
    return Edit(record.key, path, cls, trait, op, value, comment)


def taken_out(record: Setting, facts: Facts) -> list[Edit]:
    """Return the removal of every line of the admin's own; ours go by not being said again."""
    edits = []
    for rung in rungs_of(record, facts):
        write = rung.write
        if write.ours or rung.source.role == "switches":
            continue
        if rung.source.command_line:
            edits.append(without_words(record, rung))
            continue
        name = record.lands.name if isinstance(record.lands, SpawnerVariable) else ""
        there = None if rung.path.suffix == ".json" else write
        if there and (name or not write.spliceable):
            raise by_hand(record, rung)
        out = Edit(record.key, rung.path, write.cls, write.trait, "=", None, there=there)
        edits.append(replace(out, takes_out=True, inner=name))
    return edits


def _switched(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return the switches that differ from the others' files, and those written before."""
    found = mapping(facts.found[record.key].value)
    pairs = mapping(answers[record.key]).items()
    changed = {name: on for name, on in pairs if found.get(name) != on}
    blocks: dict[PurePosixPath, dict[str, object]] = {}
    for rung in rungs_of(record, facts):
        if rung.write.ours:
            kept = {n: on for n, on in mapping(rung.write.value).items() if n not in changed}
            blocks.setdefault(path_for(record, facts, rung), {}).update(kept)
    return switched(record, facts, answers, changed, blocks)


def switched(
    record: Setting,
    facts: Facts,
    answers: Answers,
    changed: Mapping[str, object],
    blocks: dict[PurePosixPath, dict[str, object]],
) -> list[Edit]:
    """Return what switches extensions, besides what `blocks` hold already, file by file."""
    edits = []
    for name, on in changed.items():
        above = _switching(name, record, facts)
        if above and above.path.suffix == ".json":
            cls, trait = above.write.cls, above.write.trait
            edits.append(Edit(record.key, above.path, cls, trait, "=", on, inner=name))
        else:
            path = above.path if above else landing_file(record.lands, facts)
            blocks.setdefault(path, {})[name] = on
    comment = (record.says(answers, facts), record.source)
    return [*edits, *(_switches(record, p, b, comment) for p, b in blocks.items() if b)]


def _switching(name: str, record: Setting, facts: Facts) -> Rung | None:
    """Return the admin's strongest line of the trait that switches an extension."""
    for rung in reversed(rungs_of(record, facts)):
        if (
            rung.source.role == "server"
            and not rung.write.ours
            and name in mapping(rung.write.value)
        ):
            return rung
    return None


def _switches(
    record: Setting, path: PurePosixPath, switches: dict[str, object], comment: tuple[str, ...]
) -> Edit:
    cls, trait = trait_of(record.lands)
    op: Op = "=" if path.suffix == ".json" else "update"
    return Edit(record.key, path, cls, trait, op, switches, comment)


def _still_loaded(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return what was written before, said again; it moves when the target does."""
    mine = [rung for rung in ladder(record.lands, facts) if rung.write.ours]
    names = list(dict.fromkeys(n for rung in mine for n in sequence(rung.write.value)))
    files = [path for path in {r.path: 1 for r in mine} if stays_there(path, record, facts)]
    cls, trait = trait_of(record.lands)
    comment = (record.says(answers, facts), record.source)
    return [
        Edit(record.key, path, cls, trait, "extend", names, comment)
        for path in files or landing_paths(record.lands, facts)
    ]


def _loaded(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return what brings the list of IPython extensions to the wanted one."""
    wanted = [str(name) for name in sequence(answers[record.key])]
    rungs = [rung for rung in ladder(record.lands, facts) if not rung.write.ours]
    theirs = folded(rungs, record.lands)
    there = [str(name) for name in sequence(theirs.raw)]
    top = rungs[-1] if rungs else None
    cls, trait = trait_of(record.lands)
    if top and top.write.spliceable:
        changed = wanted != there
        return (
            [Edit(record.key, top.path, cls, trait, "=", wanted, there=top.write)]
            if changed
            else []
        )
    is_known = theirs.kind in {"exact", "default"}
    if top and (not is_known or set(there) - set(wanted)):
        raise by_hand(record, top)
    missing = [name for name in wanted if name not in there]
    files = [top.path] if top else landing_paths(record.lands, facts)
    comment = (record.says(answers, facts), record.source)
    return [Edit(record.key, f, cls, trait, "extend", missing, comment) for f in files if missing]


def refuse_overruled(record: Setting, facts: Facts) -> None:
    """Raise RefusedError with the line that decides in place of any config file."""
    above: Found | None = overruling(record, facts)
    if above is not None:
        raise RefusedError(
            _("{key} is decided elsewhere: {why}").format(key=record.key, why=above.reason),
            file=above.file,
            line=above.line,
            fix=_("take that line out first"),
        )
