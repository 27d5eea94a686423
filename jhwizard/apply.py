"""The only module that writes to the configured machine: all files of a plan, or none.

Before the first file is touched, the journal holds every original; if anything fails on the way
the originals are put back, and if jhwizard itself is ended the next start does it. Undoing is
the same transaction the other way round.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from jhwizard import journal
from jhwizard.errors import ConflictError, NotPermittedError, WizardError
from jhwizard.facts import FileState
from jhwizard.host import Host
from jhwizard.journal import Receipt, Record
from jhwizard.language import _
from jhwizard.plan import Change, Plan
from jhwizard.replace_file import replace_file, same_directory_sync


def state_directory(host: Host, wanted: Path | None = None) -> Path:
    """Return where receipts and originals are kept: on the machine itself if that is permitted.

    Else in the state home of whoever runs jhwizard, apart for each root.
    """
    if wanted is not None:
        return wanted
    system = host.real(PurePosixPath("/var/lib/jhwizard"))
    if os.access(_nearest(system), os.W_OK | os.X_OK):
        return system
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "jhwizard"
    return home if host.is_this_machine else home / str(host.root).strip("/").replace("/", "-")


def permitted(plan: Plan, host: Host) -> tuple[PurePosixPath, ...]:
    """Return the paths that whoever runs jhwizard may not write; none is fine."""
    return tuple(
        change.path
        for change in plan.changes
        if not os.access(_nearest(host.real(change.path).parent), os.W_OK | os.X_OK)
    )


def apply(plan: Plan, host: Host, state: Path, title: str) -> Receipt:
    """Write the plan and return its receipt.

    Raises ConflictError if a file is no longer what was read, NotPermittedError if one may not
    be written, and WizardError if writing failed; then every file is as it was before.
    """
    with journal.locked(state):
        recover(host, state)
        for change in plan.changes:
            _refuse_conflict(change.path, change.before, host)
        return _commit(plan, host, state, title, undoes=None)


def undo(host: Host, state: Path, receipt_id: str | None = None) -> Receipt:
    """Take back one apply, the last one by default, and return the receipt of doing so.

    Raises ConflictError if somebody edited a file since, and WizardError for an unknown id.
    """
    with journal.locked(state):
        recover(host, state)
        plan = undo_plan(host, state, receipt_id)
        receipt = _undoable(state, receipt_id)
        title = _("undo of {id}").format(id=receipt.id)
        return _commit(plan, host, state, title, undoes=receipt)


def undo_plan(host: Host, state: Path, receipt_id: str | None = None) -> Plan:
    """Return what `undo` would write; raises what it raises."""
    receipt = _undoable(state, receipt_id)
    changes = tuple(_reverse(record, receipt, host, state) for record in receipt.records)
    for change, record in zip(changes, receipt.records, strict=True):
        _refuse_edited(change, record, receipt)
    return Plan(changes)


def history(_host: Host, state: Path) -> tuple[Receipt, ...]:
    """Return every receipt, newest first."""
    return tuple(r for r in journal.receipts(state) if r.state == "committed")


def recover(host: Host, state: Path) -> tuple[Receipt, ...]:
    """Put back the originals of whatever was begun and not finished; return those receipts."""
    begun = tuple(r for r in journal.receipts(state) if r.state == "prepared")
    for receipt in begun:
        _put_back(receipt, host, state)
    return begun


def _commit(plan: Plan, host: Host, state: Path, title: str, *, undoes: Receipt | None) -> Receipt:
    _refuse_not_permitted(plan, host)
    receipt = journal.prepare(plan, _missing_directories(plan, host), state, title, undoes)
    try:
        for change in plan.changes:
            _write(change, host)
        if undoes is not None:
            _remove_directories(undoes.directories, host)
        done = journal.committed(receipt, state)
    except OSError as error:
        _put_back(receipt, host, state)
        text = _("writing failed, and every file is as before: {why}").format(why=error.strerror)
        raise WizardError(text, file=_where(error, host)) from error
    if undoes is not None:
        journal.undone(undoes, state)
    return done


def _write(change: Change, host: Host) -> None:
    real = host.real(change.path)
    if change.after is None:
        real.unlink()
        same_directory_sync(real)
        return
    real.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    # Somebody may have saved the file while the others were written.
    _refuse_conflict(change.path, change.before, host)
    replace_file(real, change.after, change.mode, change.owner)


def _put_back(receipt: Receipt, host: Host, state: Path) -> None:
    """Restore what was written of an unfinished receipt; a file edited by others is left alone."""
    for record in reversed(receipt.records):
        found = _state(record.path, host)
        if journal.digest(found.content if found else None) != record.after:
            continue
        real = host.real(record.path)
        original = journal.original(receipt, record, state)
        if original is None:
            real.unlink(missing_ok=True)
        else:
            replace_file(real, original, record.mode, record.owner)
    _remove_directories(receipt.directories, host)
    journal.abandoned(receipt, state)


def _reverse(record: Record, receipt: Receipt, host: Host, state: Path) -> Change:
    found = _state(record.path, host)
    before = found.content if found else None
    original = journal.original(receipt, record, state)
    return Change(record.path, before, original, record.mode, record.owner, record.effect)


def _refuse_edited(change: Change, record: Record, receipt: Receipt) -> None:
    if journal.digest(change.before) == record.after:
        return
    text = _("it was edited since jhwizard wrote it ({id}), and undoing would lose that:\n{diff}")
    raise ConflictError(
        text.format(id=receipt.id, diff=change.diff()),
        file=change.path,
        fix=_("take the edit out by hand, or keep both as they are"),
    )


def _refuse_conflict(path: PurePosixPath, before: bytes | None, host: Host) -> None:
    found = _state(path, host)
    if (found.content if found else None) != before:
        text = _("it changed since it was read, and nothing was written")
        raise ConflictError(text, file=path, fix=_("make a new plan and look at its diff"))


def _refuse_not_permitted(plan: Plan, host: Host) -> None:
    if forbidden := permitted(plan, host):
        names = ", ".join(map(str, forbidden))
        raise NotPermittedError(
            _("you may not write {names}; nothing was written").format(names=names),
            file=forbidden[0],
            fix=_("save the plan with `jhwizard plan -o PLAN`, then `sudo jhwizard apply PLAN`"),
        )


def _undoable(state: Path, receipt_id: str | None) -> Receipt:
    there = [r for r in journal.receipts(state) if r.state == "committed"]
    wanted = [r for r in there if r.id == receipt_id or (receipt_id is None and not r.undone and not r.undoes)]
    if not wanted:
        known = _("there is nothing to undo") if receipt_id is None else _("there is no such receipt")
        raise WizardError(known, fix=_("`jhwizard history` lists what was written"))
    if wanted[0].undone:
        raise WizardError(_("{id} was undone before").format(id=wanted[0].id))
    return wanted[0]


def _state(path: PurePosixPath, host: Host) -> FileState | None:
    return host.read(path, largest=1 << 30)


def _missing_directories(plan: Plan, host: Host) -> tuple[PurePosixPath, ...]:
    missing: dict[PurePosixPath, None] = {}
    for change in plan.changes:
        if change.after is not None:
            above = [p for p in change.path.parents if not host.real(p).exists()]
            missing |= dict.fromkeys(reversed(above))
    return tuple(missing)


def _remove_directories(directories: tuple[PurePosixPath, ...], host: Host) -> None:
    for directory in reversed(directories):
        try:
            host.real(directory).rmdir()
        except OSError:
            continue  # somebody else put something there


def _nearest(path: Path) -> Path:
    return next(p for p in (path, *path.parents) if p.exists())


def _where(error: OSError, host: Host) -> PurePosixPath | None:
    name = str(error.filename) if error.filename else ""
    return host.inside(Path(name)) if name.startswith(str(host.root)) else None
