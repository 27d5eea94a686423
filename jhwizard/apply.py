"""The only module that writes to the configured machine: all files of a plan, or none.

Before the first file is touched, the journal holds every original; if anything fails on the way
the originals are put back, and if jhwizard itself is ended the next start does it. Undoing is
the same transaction the other way round.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from jhwizard import journal
from jhwizard.directories import (
    make_directories,
    missing_above,
    missing_directories,
    remove_directories,
    sweep,
)
from jhwizard.errors import (
    ConflictError,
    NotPermittedError,
    RefusedError,
    WizardError,
)
from jhwizard.host import Host
from jhwizard.journal import Receipt, Record
from jhwizard.language import _
from jhwizard.may_write import refuse_not_permitted
from jhwizard.plan import Change, Command, Plan
from jhwizard.replace_file import ChangedError, remove_file, replace_file
from jhwizard.run_commands import Note, Progress, run_commands
from jhwizard.state import nearest
from jhwizard.take_back import content_now, to_take_back, undo_plan
from jhwizard.what_stays import naming_what_stays, what_stays


def apply(  # noqa: PLR0913 - what to write, and how to talk to whoever waits
    plan: Plan,
    host: Host,
    state: Path,
    title: str,
    *,
    progress: Progress = lambda _words: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Receipt:
    """Run the plan's commands, write its files and return the receipt.

    What could stop the writing is looked for first, then the commands run, and only then a file is
    touched. Raises ConflictError if a file is no longer what was read, NotPermittedError if one
    may not be written, WizardError if a command or writing failed, KeyboardInterrupt when it is
    `cancelled`; then every file is as it was before. Each says what commands left behind, and a
    receipt of these alone is kept.
    """
    with journal.locked(state):
        for begun in recover(host, state):
            progress(cut_off(begun))
        run = partial(run_commands, plan.commands, progress, cancelled)
        return _commit(plan, host, state, title, run=run)


def undo(host: Host, state: Path, receipt_id: str | None = None) -> Receipt:
    """Take back one apply, the last one by default, and return the receipt of doing so.

    What later ones wrote of the same files is taken back along. Raises ConflictError if somebody
    edited a file since, and UsageError for an unknown id.
    """
    with journal.locked(state):
        recover(host, state)
        plan = undo_plan(host, state, receipt_id)
        taken = to_take_back(state, receipt_id)
        title = _("undo of {id}").format(id=", ".join(receipt.id for receipt in taken))
        return _commit(plan, host, state, title, undoes=taken)


def history(_host: Host, state: Path) -> tuple[Receipt, ...]:
    """Return every receipt, newest first."""
    return tuple(r for r in journal.receipts(state) if r.state == "committed")


def note(_host: Host, state: Path, key: str, value: object) -> Receipt:
    """Note what counts as written for a setting from now on, without touching any file.

    None: it is the admin's own. Raises what `journal.locked` does.
    """
    title = _("keep {key}") if value is None else _("adopt {key}")
    with journal.locked(state):
        plan = Plan(answers={key: value})
        return journal.committed(journal.prepare(plan, (), state, title.format(key=key)), state)


def catch_up(host: Host, state: Path) -> tuple[Receipt, ...]:
    """Recover if something was cut off; return those receipts. Called before anything is read.

    Raises ConflictError while another jhwizard is writing.
    """
    if not any(receipt.state == "prepared" for receipt in journal.receipts(state)):
        return ()
    with journal.locked(state):
        return recover(host, state)


def recover(host: Host, state: Path) -> tuple[Receipt, ...]:
    """Put back the originals of whatever was begun and not finished; return those receipts."""
    journal.forget_unbegun(state)
    begun = tuple(r for r in journal.receipts(state) if r.state == "prepared")
    for receipt in begun:
        sweep({host.real(path).parent for path in receipt.paths})
        _put_back(receipt, host, state, seen=True)
    return begun


def cut_off(receipt: Receipt) -> str:
    """Return what is said of a receipt that was begun and not finished."""
    text = _("{id} was cut off while it wrote; its files were put back")
    return "; ".join([text.format(id=receipt.id), *what_stays(receipt.commands)])


def _commit(  # noqa: PLR0913 - one transaction, there and back
    plan: Plan,
    host: Host,
    state: Path,
    title: str,
    *,
    undoes: tuple[Receipt, ...] = (),
    run: Callable[[Note], None] = lambda _note: None,
) -> Receipt:
    """Write a plan; `run` runs its commands once all that can be taken back is in the journal."""
    _refuse(plan, host)
    receipt = journal.prepare(plan, missing_directories(plan, host), state, title, undoes)

    def note(commands: tuple[Command, ...]) -> None:
        nonlocal receipt
        # They can make directories themselves: those are not ours to remove.
        missing = missing_directories(plan, host)
        noted = replace(receipt, commands=commands, directories=missing)
        journal.store(noted, state)
        receipt = noted

    try:
        run(note)
        if plan.commands:
            _refuse(plan, host)  # it may have taken minutes
        make_directories(receipt.directories, host)
        for change in plan.changes:
            _write(change, host)
        done = journal.committed(receipt, state)
    except BaseException as error:
        _put_back(receipt, host, state, seen=False)
        why = _failed(error, host) if isinstance(error, OSError) else error
        told = naming_what_stays(why, receipt.commands)
        if told is error:
            raise
        raise told from error
    for taken in reversed(undoes):
        remove_directories(taken.directories, host)
    return done


def _refuse(plan: Plan, host: Host) -> None:
    """Raise what would stop the writing."""
    if plan.commands and not host.is_this_machine:
        raise RefusedError(_("programs under another root are not started"))
    refuse_not_permitted(plan, host)
    for change in plan.changes:
        _refuse_conflict(change, host)
        _refuse_odd(change, host)


def _write(change: Change, host: Host) -> None:
    real = host.real(change.path)
    try:
        if change.after is not None:
            replace_file(real, change.after, change.mode, change.owner, change.before)
        elif change.before is not None:
            remove_file(real, change.before)
    except ChangedError as error:
        raise _changed(change.path) from error


def _put_back(receipt: Receipt, host: Host, state: Path, *, seen: bool) -> None:
    """Restore what was written of an unfinished receipt; a file edited by others is left alone.

    Raises ConflictError for a damaged original, after everything else is restored.
    """
    damaged: ConflictError | None = None
    for record in reversed(receipt.records):
        try:
            _put_back_one(record, receipt, host, state)
        except ConflictError as error:
            damaged = error
        except OSError as error:
            text = _("it could not be put back ({why}), and will be at the next start")
            raise WizardError(text.format(why=error.strerror), file=record.path) from error
    if damaged:
        raise damaged
    remove_directories(receipt.directories, host)
    journal.put_back(receipt, state, seen=seen)


def _put_back_one(record: Record, receipt: Receipt, host: Host, state: Path) -> None:
    try:
        there = content_now(record.path, host)
    except WizardError:
        return  # somebody made it something else
    if journal.digest(there) != record.after:
        return
    original = journal.original(receipt, record, state)
    change = Change(record.path, there, original, record.mode, record.owner, record.effect)
    try:
        make_directories(tuple(reversed(missing_above(record.path, host))), host)
        _write(change, host)
    except ConflictError:
        return  # edited in this very moment


def _refuse_conflict(change: Change, host: Host) -> None:
    if content_now(change.path, host) != change.before:
        raise _changed(change.path)


def _refuse_odd(change: Change, host: Host) -> None:
    """Raise RefusedError for what cannot be exchanged without harm to something else."""
    real = host.real(change.path)
    above = nearest(real.parent)
    if not above.is_dir():
        text = _("it is a file, where a directory is needed for {path}").format(path=change.path)
        raise RefusedError(text, file=host.inside(above), fix=_("move it away"))
    if change.before is not None and real.stat().st_nlink > 1:
        raise RefusedError(
            _("it has a second name (a hard link), which would keep the old text"),
            file=change.path,
            fix=_("find it with `find / -samefile {path}`").format(path=change.path),
        )


def _changed(path: PurePosixPath) -> ConflictError:
    text = _("it changed since it was read, and nothing was written")
    return ConflictError(
        text, file=path, fix=_("begin with the file as it is now, and look at the new diff")
    )


def _failed(error: OSError, host: Host) -> WizardError:
    text = _("writing failed, and every file is as before: {why}").format(why=error.strerror)
    kind = NotPermittedError if isinstance(error, PermissionError) else WizardError
    return kind(text, file=_where(error, host), fix=_HELP.get(error.errno or 0, ""))


_HELP = {
    errno.EBUSY: _(
        "it is mounted there by itself, as in a container: change it where it comes from"
    ),
    errno.ENOSPC: _("make room on that file system (`df -h`, `df -i`)"),
    errno.EDQUOT: _("the quota of its owner is used up"),
    errno.EROFS: _("that file system is read-only (`findmnt -T`)"),
    errno.EPERM: _("`lsattr -d` shows whether it is immutable"),
}


def _where(error: OSError, host: Host) -> PurePosixPath | None:
    name = str(error.filename2 or error.filename or "")
    return host.inside(Path(name)) if name and Path(name).is_relative_to(host.root) else None
