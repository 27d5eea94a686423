"""What undoing a receipt writes, and which later receipts it takes back along.

A file is taken back if it is just what the receipt left, or already what was there before.
Later receipts of the same files count no more then, so they go along; one that wrote other files
too has to be taken back by itself first.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from jhwizard import journal
from jhwizard.errors import ConflictError, UnreadableError, UsageError, WizardError
from jhwizard.host import LARGEST, Host
from jhwizard.journal import Receipt, Record
from jhwizard.language import _
from jhwizard.plan import Change, Notice, Plan
from jhwizard.printable import shown
from jhwizard.what_stays import what_stays


def to_take_back(state: Path, receipt_id: str | None) -> tuple[Receipt, ...]:
    """Return the receipt to undo, the last one by default, and behind it those that go along.

    Raises UsageError for an unknown id, WizardError where there is nothing to undo, and
    ConflictError where a later receipt has to go first.
    """
    receipts = journal.receipts(state)
    receipt = _undoable(receipts, receipt_id)
    along = [later for later in reversed(receipts) if _follows(later, receipt, receipts)]
    wider = [later.id for later in along if not set(later.paths) <= set(receipt.paths)]
    if wider:
        text = _("{later} wrote the same file after {id}, and others too")
        fix = _("undo {later} first").format(later=", ".join(wider))
        raise ConflictError(text.format(later=", ".join(wider), id=receipt.id), fix=fix)
    return (receipt, *along)


def undo_plan(host: Host, state: Path, receipt_id: str | None = None) -> Plan:
    """Return what `undo` would write; raises what it raises."""
    receipt, *along = to_take_back(state, receipt_id)
    reverse = [_reverse(record, receipt, host, state) for record in receipt.records]
    for change, record in zip(reverse, receipt.records, strict=True):
        _refuse_edited(change, record, receipt, along)
    changes = tuple(change for change in reverse if change.before != change.after)
    stays = what_stays([command for each in (receipt, *along) for command in each.commands])
    return Plan(changes, tuple(Notice("environment.packages", text) for text in stays))


def content_now(path: PurePosixPath, host: Host) -> bytes | None:
    """Return the bytes of a file; None for no file. Raises ConflictError for anything else."""
    try:
        # What was written may be a block larger than what was read.
        state = host.read(path, largest=4 * LARGEST)
    except UnreadableError as error:
        text = _("it changed since it was read: {why}").format(why=error.text)
        raise ConflictError(text, file=path, fix=error.fix) from error
    return state.content if state else None


def _undoable(receipts: tuple[Receipt, ...], receipt_id: str | None) -> Receipt:
    there = [r for r in receipts if r.state == "committed"]
    fix = _("`jhwizard history` lists what was written")
    if receipt_id is None:
        wanted = [r for r in there if not r.undone and not r.undoes]
        if not wanted:
            raise WizardError(_("there is nothing to undo"), fix=fix)
        return wanted[0]
    if any(r.id == receipt_id and r.state == "put back" for r in receipts):
        text = _("{id} was cut off, and put back then: there is nothing left to undo")
        raise WizardError(text.format(id=receipt_id), fix=fix)
    wanted = [r for r in there if r.id == receipt_id]
    if not wanted:
        text = _("there is no receipt {id}").format(id=shown(receipt_id))
        raise UsageError(text, fix=fix)
    if wanted[0].undone:
        raise WizardError(_("{id} was undone before").format(id=wanted[0].id), fix=fix)
    return wanted[0]


def _follows(later: Receipt, receipt: Receipt, receipts: tuple[Receipt, ...]) -> bool:
    """Return whether a receipt that counts builds on `receipt`: by a file, or by what was noted."""
    if int(later.id) <= int(receipt.id) or later.undone or later.state != "committed":
        return False
    # Between an undo and what it took back lies nothing that counts.
    if any(int(target) > int(receipt.id) for target in later.undoes):
        return False
    if later.paths or later.commands:
        return _writes_the_same(later, receipt)
    gone = [receipt, *(r for r in receipts if _writes_the_same(r, receipt))]
    return any(key in each.answers for each in gone for key in later.answers)


def _writes_the_same(later: Receipt, receipt: Receipt) -> bool:
    return int(later.id) > int(receipt.id) and not set(later.paths).isdisjoint(receipt.paths)


def _reverse(record: Record, receipt: Receipt, host: Host, state: Path) -> Change:
    before = content_now(record.path, host)
    original = journal.original(receipt, record, state)
    return Change(record.path, before, original, record.mode, record.owner, record.effect)


def _refuse_edited(change: Change, record: Record, receipt: Receipt, along: list[Receipt]) -> None:
    """Raise ConflictError for a file that is neither what was written nor what was there before."""
    if journal.digest(change.before) in {record.after, record.before}:
        return
    later = [r.id for r in along if record.path in r.paths]
    if later:
        text = _("{later} wrote it after {id}").format(later=", ".join(later), id=receipt.id)
        fix = _("undo {later} first: it wrote the same file").format(later=", ".join(later))
        raise ConflictError(text, file=change.path, fix=fix)
    text = _(
        "it is not what jhwizard wrote ({id}): it was edited since, and undoing would lose that "
        "edit. This is all that undoing would change, the edit among it:\n{diff}"
    )
    fix = _("take the edit out by hand, or keep both as they are")
    text = text.format(id=receipt.id, diff=change.diff())
    raise ConflictError(text, file=change.path, fix=fix)
