"""The journal: one directory for each apply, with the originals and a record of what was done.

`prepared` before a command runs or a file is touched, `committed` after the last one. Private
(0700 and 0600), as originals may hold secrets. Ids only grow, whatever the clock does.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from jhwizard.errors import ConflictError, NotPermittedError, WizardError
from jhwizard.language import _
from jhwizard.plan import Command, Effect, Plan, command_from
from jhwizard.replace_file import write_private

_PRIVATE = 0o700


@dataclass(frozen=True)
class Record:
    """One file of a receipt."""

    path: PurePosixPath
    before: str
    """The digest of the original; empty when there was no file."""
    after: str
    """The digest of what was written; empty when the file was deleted."""
    mode: int
    owner: tuple[int, int] | None
    effect: Effect


@dataclass(frozen=True)
class Receipt:
    """What one apply wrote: enough to undo it, or to recover when it was cut off."""

    id: str
    when: str
    """ISO 8601, UTC."""
    title: str
    state: str
    """`prepared` while commands run and files are written, `committed` when all are; `put back`
    when it was cut off and its files are as before: it keeps its id, and nothing else."""
    records: tuple[Record, ...]
    directories: tuple[PurePosixPath, ...] = ()
    """Directories that were made for the files, outermost first."""
    commands: tuple[Command, ...] = ()
    """What was run before the files were written, from its start on; undoing leaves it."""
    answers: Mapping[str, object] = field(default_factory=dict)
    """Setting key to what it was set to, as an answers file has it; None for one taken out."""
    undone: bool = False
    """Whether an undo that counts takes it back: found out from the others when they are read."""
    undoes: tuple[str, ...] = ()
    """The receipts that this one takes back; none for an ordinary one."""

    @property
    def paths(self) -> tuple[PurePosixPath, ...]:
        """Return the files it wrote."""
        return tuple(record.path for record in self.records)


def digest(content: bytes | None) -> str:
    """Return the sha256 of a file's bytes; nothing for no file."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold the journal alone.

    Raises ConflictError while another jhwizard writes, NotPermittedError where it may not be
    kept, and WizardError where other people could put something into it.
    """
    handle = _opened(state)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            text = _("another jhwizard is writing to this machine")
            raise ConflictError(text, fix=_("wait until it is done, then try again")) from error
        yield
    finally:
        os.close(handle)


def _opened(state: Path) -> int:
    """Return the open lock file in the journal's directory, which is made if need be."""
    try:
        _make_private(state)
        _refuse_shared(state)
        _make_private(state / "journal")
        handle = os.open(state / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        os.fchmod(handle, 0o600)  # whatever the umask made of it
    except PermissionError as error:
        text = _("the journal in {state} may not be written").format(state=state)
        raise NotPermittedError(text, fix=_("run it with sudo, or name another --state")) from error
    except OSError as error:
        text = _("the journal in {state} cannot be used: {why}")
        text = text.format(state=state, why=error.strerror)
        raise WizardError(text, fix=_("name another directory with --state")) from error
    return handle


def _make_private(directory: Path) -> None:
    """Make a directory that only its owner may enter; those above it are ordinary ones."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir()
        path.chmod(_PRIVATE if path == directory else 0o755)


def _refuse_shared(state: Path) -> None:
    """Raise WizardError for a directory that somebody else could write an original into."""
    status = state.stat()
    if status.st_uid in {0, os.geteuid()} and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return
    text = _("other people may write to {state}, so it cannot hold originals").format(state=state)
    raise WizardError(text, fix=_("name another directory with --state, or `chmod 700` it"))


def receipts(state: Path) -> tuple[Receipt, ...]:
    """Return every receipt, newest first. One that cannot be read is passed over.

    Raises NotPermittedError where the journal may not be looked at.
    """
    found = [receipt for path in _entries(state) if (receipt := _load(path / "receipt.json"))]
    newest_first, taken_back = list[Receipt](), set[str]()
    for receipt in sorted(found, key=lambda receipt: int(receipt.id), reverse=True):
        # An undo that was undone itself takes nothing back any more.
        undone = receipt.id in taken_back
        if receipt.state == "committed" and not undone:
            taken_back |= set(receipt.undoes)
        newest_first.append(replace(receipt, undone=undone))
    return tuple(newest_first)


def prepare(
    plan: Plan,
    directories: tuple[PurePosixPath, ...],
    state: Path,
    title: str,
    undoes: tuple[Receipt, ...] = (),
) -> Receipt:
    """Save the originals and the intention, so that the writing can be taken back at any moment."""
    records = tuple(
        Record(c.path, digest(c.before), digest(c.after), c.mode, c.owner, c.effect)
        for c in plan.changes
    )
    when = datetime.now(UTC).isoformat(timespec="seconds")
    taken_back = tuple(taken.id for taken in undoes)
    receipt = Receipt(
        _next_id(state),
        when,
        title,
        "prepared",
        records,
        directories,
        answers=plan.answers,
        undoes=taken_back,
    )
    place = state / "journal" / receipt.id
    try:
        _make_private(place)
        for number, change in enumerate(plan.changes):
            if change.before is not None:
                write_private(place / f"original-{number}", change.before)
        store(receipt, state)
    except OSError as error:
        shutil.rmtree(place, ignore_errors=True)
        text = _("the originals cannot be saved in {state}, so nothing was written: {why}")
        text = text.format(state=state, why=error.strerror)
        raise WizardError(text, fix=_("make room there, or name another --state")) from error
    return receipt


def committed(receipt: Receipt, state: Path) -> Receipt:
    """Note that every file is written; return the receipt as it is now."""
    done = replace(receipt, state="committed")
    store(done, state)
    return done


def put_back(receipt: Receipt, state: Path, *, seen: bool) -> None:
    """Forget a receipt whose files are as they were, but for what its commands did.

    `seen`: its id was shown to somebody, and is never given again.
    """
    place = state / "journal" / receipt.id
    if not seen and not receipt.commands:
        shutil.rmtree(place)
        return
    kept = replace(receipt, state="put back", records=(), directories=(), answers={}, undoes=())
    if receipt.commands:
        title = _("{title} (commands only)").format(title=receipt.title)
        kept = replace(kept, state="committed", title=title)
    with suppress(OSError):  # a full disk: the next start does it
        store(kept, state)
        for path in place.glob("original-*"):
            path.unlink()


def forget_unbegun(state: Path) -> None:
    """Remove what a receipt left behind that was cut off before it was stored."""
    for path in _entries(state):
        if not (path / "receipt.json").exists():
            shutil.rmtree(path, ignore_errors=True)


def original(receipt: Receipt, record: Record, state: Path) -> bytes | None:
    """Return a file as it was before; None when there was none.

    Raises ConflictError when the saved original is missing or damaged.
    """
    if not record.before:
        return None
    path = state / "journal" / receipt.id / f"original-{receipt.records.index(record)}"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _damaged(record, path) from error
    if digest(content) != record.before:
        raise _damaged(record, path)
    return content


def _damaged(record: Record, path: Path) -> ConflictError:
    text = _("its saved original {path} is missing or damaged").format(path=path)
    return ConflictError(text, file=record.path, fix=_("restore it from a backup of your own"))


def _entries(state: Path) -> list[Path]:
    try:
        paths = list((state / "journal").iterdir())
    except PermissionError as error:
        text = _("the journal in {state} may not be read").format(state=state)
        raise NotPermittedError(text, fix=_("run it with sudo, or name another --state")) from error
    except OSError:
        return []
    return [path for path in paths if path.name.isascii() and path.name.isdigit()]


def _next_id(state: Path) -> str:
    last = max((int(path.name) for path in _entries(state)), default=0)
    return f"{last + 1:04d}"


def store(receipt: Receipt, state: Path) -> None:
    """Write a receipt as it is now. Raises OSError."""
    document = {"version": 1, **asdict(receipt)}
    content = json.dumps(document, indent=1, default=str).encode()
    write_private(state / "journal" / receipt.id / "receipt.json", content)


def _load(path: Path) -> Receipt | None:
    try:
        receipt = _receipt(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    # The id leads to the originals: it may be no path of somebody's own.
    return receipt if receipt.id == path.parent.name else None


def _receipt(document: Mapping[str, object]) -> Receipt:
    fields = {name: value for name, value in document.items() if name != "version"}
    fields["records"] = tuple(_record(item) for item in fields["records"])  # type: ignore[attr-defined]
    fields["directories"] = tuple(map(PurePosixPath, fields["directories"]))  # type: ignore[call-overload]
    fields["commands"] = tuple(map(command_from, fields.get("commands", ())))  # type: ignore[call-overload]
    fields["undoes"] = tuple(fields.get("undoes", ()))  # type: ignore[arg-type]
    return Receipt(**fields)  # type: ignore[arg-type]


def _record(item: dict[str, object]) -> Record:
    owner = item.pop("owner")
    path = PurePosixPath(str(item.pop("path")))
    return Record(path, owner=tuple(owner) if owner else None, **item)  # type: ignore[arg-type]


def kept(state: Path, name: str) -> bytes | None:
    """Return what `keep` kept; None when there is nothing, or it may not be read."""
    try:
        _refuse_shared(state)
        return (state / "cache" / name).read_bytes()
    except (OSError, WizardError):
        return None


def keep(state: Path, name: str, content: bytes, most: int | None = None) -> None:
    """Keep what took long to find out; where that is not permitted, it takes long again.

    Of names that begin alike, up to the last hyphen, the `most` last ones are kept; None for all.
    """
    with suppress(OSError, WizardError):
        _make_private(state)
        _refuse_shared(state)
        _make_private(state / "cache")
        write_private(state / "cache" / name, content)
        if most is not None:
            alike = (state / "cache").glob(f"{name.rpartition('-')[0]}-*")
            for old in sorted(alike, key=lambda path: path.stat().st_mtime)[:-most]:
                old.unlink()
