"""The journal: one directory for each apply, with the originals and a record of what was done.

`prepared` before the first file is touched, `committed` after the last one. Private (0700 and
0600), as originals may hold secrets. Ids only grow, whatever the clock does.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from jhwizard.errors import ConflictError, NotPermittedError, WizardError
from jhwizard.language import _
from jhwizard.plan import Effect, Plan
from jhwizard.replace_file import replace_file

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
    """`prepared` while files are being written, `committed` when all are."""
    records: tuple[Record, ...]
    directories: tuple[PurePosixPath, ...] = ()
    """Directories that were made for the files, outermost first."""
    undone: bool = False
    undoes: str = ""
    """The receipt that this one takes back; empty for an ordinary one."""

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

    Raises ConflictError while another jhwizard writes, NotPermittedError where it may not be kept.
    """
    try:
        state.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        handle = os.open(state / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except PermissionError as error:
        text = _("the journal in {state} may not be written").format(state=state)
        raise NotPermittedError(text, fix=_("run it with sudo, or name another --state")) from error
    except OSError as error:
        text = _("the journal in {state} cannot be used: {why}")
        raise WizardError(text.format(state=state, why=error.strerror)) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        text = _("another jhwizard is writing to this machine: wait until it is done")
        raise ConflictError(text) from error
    finally:
        os.close(handle)


def receipts(state: Path) -> tuple[Receipt, ...]:
    """Return every receipt, newest first. One that cannot be read is passed over."""
    found = [receipt for path in _entries(state) if (receipt := _load(path / "receipt.json"))]
    return tuple(sorted(found, key=lambda receipt: receipt.id, reverse=True))


def prepare(
    plan: Plan,
    directories: tuple[PurePosixPath, ...],
    state: Path,
    title: str,
    undoes: Receipt | None,
) -> Receipt:
    """Save the originals and the intention, so that the writing can be taken back at any moment."""
    records = tuple(
        Record(c.path, digest(c.before), digest(c.after), c.mode, c.owner, c.effect)
        for c in plan.changes
    )
    when = datetime.now(UTC).isoformat(timespec="seconds")
    receipt = Receipt(
        _next_id(state), when, title, "prepared", records, directories, undoes=undoes.id if undoes else ""
    )
    place = state / "journal" / receipt.id
    try:
        place.mkdir(mode=_PRIVATE, parents=True)
        for number, change in enumerate(plan.changes):
            if change.before is not None:
                replace_file(place / f"original-{number}", change.before, 0o600, None)
        _store(receipt, state)
    except OSError as error:
        shutil.rmtree(place, ignore_errors=True)
        text = _("the originals cannot be saved in {state}, so nothing was written: {why}")
        raise WizardError(text.format(state=state, why=error.strerror)) from error
    return receipt


def committed(receipt: Receipt, state: Path) -> Receipt:
    """Note that every file is written; return the receipt as it is now."""
    done = replace(receipt, state="committed")
    _store(done, state)
    return done


def undone(receipt: Receipt, state: Path) -> None:
    """Note that a receipt was taken back."""
    _store(replace(receipt, undone=True), state)


def abandoned(receipt: Receipt, state: Path) -> None:
    """Forget a receipt whose files are as they were."""
    shutil.rmtree(state / "journal" / receipt.id)


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
        return sorted(path for path in (state / "journal").iterdir() if path.name.isdigit())
    except OSError:
        return []


def _next_id(state: Path) -> str:
    last = max((int(path.name) for path in _entries(state)), default=0)
    return f"{last + 1:04d}"


def _store(receipt: Receipt, state: Path) -> None:
    document = {"version": 1, **asdict(receipt)}
    content = json.dumps(document, indent=1, default=str).encode()
    replace_file(state / "journal" / receipt.id / "receipt.json", content, 0o600, None)


def _load(path: Path) -> Receipt | None:
    try:
        document = json.loads(path.read_bytes())
        return _receipt(document)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _receipt(document: Mapping[str, object]) -> Receipt:
    fields = {name: value for name, value in document.items() if name != "version"}
    records = tuple(_record(item) for item in fields.pop("records"))  # type: ignore[attr-defined]
    directories = tuple(map(PurePosixPath, fields.pop("directories")))  # type: ignore[call-overload]
    return Receipt(records=records, directories=directories, **fields)  # type: ignore[arg-type]


def _record(item: dict[str, object]) -> Record:
    owner = item.pop("owner")
    path = PurePosixPath(str(item.pop("path")))
    return Record(path, owner=tuple(owner) if owner else None, **item)  # type: ignore[arg-type]
