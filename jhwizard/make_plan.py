"""The plan: from Facts and Answers to the exact bytes of each file. Pure.

A value is changed where it stands if that is one plain literal; otherwise jhwizard's block at
the end of the file overrides it, and the plan says so. Everything jhwizard wrote before stays in
the plan, so that a second run never drops what the first one wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.answers import Answers
from jhwizard.edit import MEND, Edit
from jhwizard.errors import RefusedError, raise_all
from jhwizard.facts import Facts, Reading, Role
from jhwizard.install_kernels import installed_files
from jhwizard.install_packages import install_commands
from jhwizard.jupyter import classes
from jhwizard.jupyter.json_config import remove_json, set_json
from jhwizard.jupyter.page_config import LABCONFIG, changes_locks
from jhwizard.jupyter.paths import OUR_EXTENSIONS
from jhwizard.jupyter.python_editing import Entry, remove, splice, with_block
from jhwizard.jupyter.python_entries import patched
from jhwizard.landing import is_of_hub, landing_file
from jhwizard.language import _, ngettext
from jhwizard.lasting import IN_CONTAINER
from jhwizard.layers import role_of
from jhwizard.moves import as_meant, moved_edits, notices_of_moves, said_to_the_other
from jhwizard.other_traits import edits_of_traits
from jhwizard.place import edits_of
from jhwizard.place_beside import edits_beside
from jhwizard.place_words import joined
from jhwizard.plan import NEW_MODE, Change, Effect, Notice, Plan
from jhwizard.settings import SETTINGS, STEPS
from jhwizard.settings.setting import NotConfig, OtherTraits, Setting, SpawnerName
from jhwizard.share_kernels import shared_files
from jhwizard.understand import with_files, without_ours
from jhwizard.wizard import broken_rules


def make_plan(facts: Facts, answers: Answers) -> Plan:
    """Return what would be written.

    Raises RefusedError, with the line, where a file cannot be edited, a value has no place, or
    the answers contradict each other.
    """
    refuse_errors(facts, answers)
    hub = _of_hub(facts, answers)
    # What the hub tells the servers can turn the order of their config directories round, and make
    # them another application.
    told = {c.path: c.after for c in _changes(_in_hub_files(hub, facts), facts)}
    servers = with_files(facts, told) if told else facts
    is_moving = servers.legacy != facts.legacy
    if is_moving:
        servers = without_ours(servers)
    edits = [*hub, *_of_servers(facts, servers, answers)]
    owned = _owned_files(facts, is_moving=is_moving)
    kernels = (*shared_files(facts, answers), *installed_files(facts, answers))
    changes = (*_changes(edits, facts, *owned), *kernels)
    notices = (
        *_notices(facts, answers, edits),
        *_will_not_last(facts, changes, edits),
        *notices_of_moves(facts, servers, edits),
    )
    snippet, commands = _snippet(facts, edits), tuple(install_commands(facts, answers))
    return Plan(changes, notices, snippet, commands, answers.changes())


def _of_hub(facts: Facts, answers: Answers) -> list[Edit]:
    meant = as_meant(facts, answers)
    if meant.legacy and not facts.legacy:
        # The hub's page beats the one in a file that people's servers have not read so far.
        meant = replace(meant, sources=tuple(s for s in meant.sources if s.role == "hub"))
    return _each(
        _records("hub"),
        lambda r: (*edits_of(r, meant, answers), *edits_beside(r, meant, answers)),
    )


def _of_servers(facts: Facts, servers: Facts, answers: Answers) -> list[Edit]:
    """Return what the servers' files have to say, perhaps to another application than before."""
    roles: tuple[Role, ...] = ("ipython", "lab")
    others = [e for role in roles for r in _records(role) for e in edits_of(r, servers, answers)]
    records = _records("server")
    if facts.legacy != servers.legacy:
        moved = [e for r in records for e in moved_edits(r, facts, servers, answers)]
        return [*moved, *others]
    edits = _each(
        records,
        lambda record: (
            edits_of_traits(record, servers, answers)
            if isinstance(record.lands, OtherTraits)
            else edits_of(record, servers, answers)
        ),
    )
    said = sorted([*edits, *said_to_the_other(servers, answers)], key=_place_in_block)
    return [*said, *others]


def _records(role: Role) -> list[Setting]:
    return [
        record
        for record in SETTINGS.values()
        if role_of(record.lands) == role and not isinstance(record.lands, NotConfig)
    ]


def _place_in_block(edit: Edit) -> int:
    """Return the place of an edit among others: that of its setting."""
    return list(SETTINGS).index(edit.key)


def _in_hub_files(edits: list[Edit], facts: Facts) -> list[Edit]:
    return [edit for edit in edits if is_of_hub(edit.path, facts)]


def _changes(edits: list[Edit], facts: Facts, *owned: PurePosixPath) -> Iterator[Change]:
    for path in dict.fromkeys([*owned, *(edit.path for edit in edits)]):
        change = _change(path, [edit for edit in edits if edit.path == path], facts)
        if change:
            yield change


def refuse_errors(facts: Facts, answers: Answers) -> None:
    """Raise RefusedError for the rules that the answers break."""
    broken = [issue for step in STEPS for issue in broken_rules(step, answers, facts)]
    errors = [issue for issue in broken if issue.level == "error"]
    raise_all([RefusedError(f"{issue.key}: {issue.text}") for issue in errors])


def _each(records: Iterable[Setting], place: Callable[[Setting], Iterable[Edit]]) -> list[Edit]:
    """Return what all records say. Raises RefusedError with every one that has no place."""
    edits, refused = list[Edit](), list[RefusedError]()
    for record in records:
        try:
            edits += place(record)
        except RefusedError as error:
            refused.append(error)
    raise_all(refused)
    return edits


def _owned_files(facts: Facts, *, is_moving: bool) -> list[PurePosixPath]:
    """Return the files that jhwizard wrote to before: what is not said again there goes.

    What the application that runs does not read is left alone, unless another one will run.
    """
    return [
        source.path
        for source in facts.sources
        if source.state
        and (source.reading.has_block or source.path.name == OUR_EXTENSIONS)
        and (is_moving or source.role != "dormant")
    ]


def _change(path: PurePosixPath, edits: list[Edit], facts: Facts) -> Change | None:
    state = facts.files.get(path)
    before = state.content if state else None
    try:
        reading = _reading(facts, path)
        after = _edited(path, list(joined(edits, reading)), before, reading)
    except RefusedError as error:
        raise RefusedError(error.text, file=path, line=error.line, fix=error.fix) from error
    if after == before:
        return None
    mode, owner = (state.mode, (state.uid, state.gid)) if state else (NEW_MODE, None)
    return Change(path, before, after, mode, owner, _effect(path, before, after, facts))


def _reading(facts: Facts, path: PurePosixPath) -> Reading:
    return next((s.reading for s in facts.sources if s.path == path), Reading())


def _edited(
    path: PurePosixPath, edits: list[Edit], before: bytes | None, reading: Reading
) -> bytes | None:
    if problem := reading.problem:
        raise RefusedError(problem.text, line=problem.line, fix=problem.fix or MEND)
    if path.suffix == ".json":
        return _edited_json(edits, None if path.name == OUR_EXTENSIONS else before)
    after = _spliced(edits, before)
    entries = _entries(edits)
    if not entries and not reading.has_block:
        return after
    # A file that held nothing but the block goes with it.
    return with_block(after, entries) or None


def _spliced(edits: list[Edit], content: bytes | None) -> bytes | None:
    """Return the file with what stands in it exchanged or taken out, from its end to its start."""
    # Two settings that share a trait say the same of its line.
    placed = {edit.span: edit for edit in edits if edit.span}
    for span in sorted(placed, reverse=True):
        assert content is not None  # noqa: S101 - it was read from there
        content = _exchanged(placed[span], content)
    return content


def _exchanged(edit: Edit, content: bytes) -> bytes:
    if edit.patch:
        return patched(content, [edit.patch])
    if edit.there is None:
        return content
    return (
        remove(content, edit.there) if edit.takes_out else splice(content, edit.there, edit.value)
    )


def _edited_json(edits: list[Edit], content: bytes | None) -> bytes | None:
    for edit in edits:
        path = tuple(part for part in (edit.cls, edit.trait, edit.inner) if part)
        if edit.takes_out:
            content = remove_json(content or b"{}", path)
        else:
            content = set_json(content, path, edit.value)
    return content


def _entries(edits: list[Edit]) -> list[Entry]:
    """Return the block's entries: two settings that share a trait share an entry."""
    entries: dict[tuple[str, str, str], Entry] = {}
    for edit in edits:
        if edit.span or edit.takes_out:
            continue
        name = (edit.cls, edit.trait, "" if edit.op == "=" else edit.key)
        comment = entries[name].comment if name in entries else ()
        lines = tuple(line for line in edit.comment if line not in comment)
        entries[name] = Entry(edit.cls, edit.trait, edit.op, edit.value, (*comment, *lines))
    return list(entries.values())


def _effect(path: PurePosixPath, before: bytes | None, after: bytes | None, facts: Facts) -> Effect:
    if is_of_hub(path, facts):
        return "hub restart"
    is_page_config = LABCONFIG in path.parts
    if is_page_config and not changes_locks(before, after):
        return "browser reload"
    return "next server start"


def _notices(facts: Facts, answers: Answers, edits: list[Edit]) -> tuple[Notice, ...]:
    rules = [
        Notice(issue.key, issue.text)
        for step in STEPS
        for issue in broken_rules(step, answers, facts)
        if issue.level == "warning" and issue.new
    ]
    placed = (edit.notice for edit in edits if edit.notice)
    return (*rules, *placed, *_beside_the_image(facts, edits))


def _will_not_last(facts: Facts, changes: Iterable[Change], edits: list[Edit]) -> Iterator[Notice]:
    """Yield, once for each reason, the files that will not stay as they are written."""
    paths: dict[str, list[PurePosixPath]] = {}
    for change in changes:
        if change.path in facts.fleeting:
            paths.setdefault(facts.fleeting[change.path], []).append(change.path)
    for reason, files in paths.items():
        if reason == IN_CONTAINER:
            yield Notice(_key_of(files, edits), reason, files[0])
            continue
        text = ngettext(
            "{files} will not stay as it is written: {reason}",
            "{files} will not stay as they are written: {reason}",
            len(files),
        )
        words = text.format(files=", ".join(map(str, files)), reason=reason)
        yield Notice(_key_of(files, edits), words, files[0])


def _key_of(files: list[PurePosixPath], edits: list[Edit]) -> str:
    return next((edit.key for edit in edits if edit.path in files), "kernels.share")


def _beside_the_image(facts: Facts, edits: list[Edit]) -> Iterator[Notice]:
    """Yield what to do about files of this machine that servers in containers do not see."""
    if facts.user is not None or not classes.starts_containers(facts.spawner):
        return
    text = _("{spawner} starts servers from an image, which needs this file too: {file}")
    for edit in {e.path: e for e in edits if e not in _in_hub_files(edits, facts)}.values():
        yield Notice(edit.key, text.format(spawner=facts.spawner, file=edit.path), edit.path)


def _snippet(facts: Facts, edits: list[Edit]) -> str:
    """Return the hub's lines alone, as a block of their own, to copy elsewhere."""
    paths = {facts.hub_config, landing_file(SpawnerName(), facts)}
    mine = [e for e in edits if e.path in paths and not e.takes_out and e.words is None]
    entries = _entries([replace(edit, there=None) for edit in mine])
    return (with_block(None, entries) or b"").decode() if entries else ""
