"""Exchanges one file for another in a single step, with everything the old one had.

Whoever reads sees the old bytes or the new ones, never a part: a private temporary in the same
directory, given owner, extended attributes and mode, synced, then exchanged for the file. What
comes out is looked at: if somebody saved the file in that moment, theirs goes back.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

TEMPORARY = ".jhwizard-"
"""How the names of temporaries begin: no program of Jupyter loads a file that is called so."""
_NOREPLACE, _EXCHANGE = 1, 2
_AT_FDCWD = -100
_UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM})
"""EPERM too: some containers forbid the call itself. A plain rename then says the truth."""


class ChangedError(Exception):
    """The file was not what it should have been; it is as its last writer left it."""


def write_private(path: Path, content: bytes) -> None:
    """Make `path` hold `content`, readable for its owner alone. Raises OSError."""
    with _temporary(path, content) as temporary:
        _sync(temporary)
        temporary.replace(path)
    sync_directory(path.parent)


def replace_file(
    path: Path, content: bytes, mode: int, owner: tuple[int, int] | None, expected: bytes | None
) -> None:
    """Make `path`, which holds `expected`, hold `content`; None is no file.

    `owner` None leaves a new file to whoever writes it. Raises ChangedError, or OSError; then the
    old file is there and no temporary is left.
    """
    with _temporary(path, content) as temporary:
        _dress(temporary, path, mode, owner)
        _sync(temporary)
        _place(temporary, path) if expected is None else _exchange(temporary, path, expected)
    sync_directory(path.parent)


def remove_file(path: Path, expected: bytes) -> None:
    """Remove `path`, which holds `expected`. Raises ChangedError, or OSError."""
    if _content(path) != expected:
        raise ChangedError
    path.unlink()
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make the entries of a directory last through a power cut."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _temporary(path: Path, content: bytes) -> Iterator[Path]:
    # mkstemp makes it 0600: nobody can read a secret before the mode is known to be right.
    handle, name = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            os.fchmod(handle, 0o600)  # a umask may have taken even that
            stream.write(content)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _dress(new: Path, old: Path, mode: int, owner: tuple[int, int] | None) -> None:
    """Give the temporary owner, extended attributes (ACL and label too) and mode, in that order."""
    status = new.stat()
    if owner is not None and owner != (status.st_uid, status.st_gid):
        os.chown(new, *owner)
    if old.exists():
        _copy_attributes(old, new)
    new.chmod(mode)


def _copy_attributes(old: Path, new: Path) -> None:
    wanted = {name: os.getxattr(old, name) for name in _attributes(old)}
    for name in _attributes(new):
        if name not in wanted:
            os.removexattr(new, name)  # the directory's default ACL, which the old file lacks
    for name, value in wanted.items():
        os.setxattr(new, name, value)


def _attributes(path: Path) -> list[str]:
    try:
        return os.listxattr(path)
    except OSError as error:
        if error.errno == errno.EOPNOTSUPP:
            return []
        raise


def _place(temporary: Path, path: Path) -> None:
    """Give the temporary its name, if nothing has that name."""
    try:
        placed = _renamed(temporary, path, _NOREPLACE)
    except FileExistsError as error:
        raise ChangedError from error
    if placed:
        return
    if os.path.lexists(path):
        raise ChangedError
    temporary.replace(path)


def _exchange(temporary: Path, path: Path, expected: bytes) -> None:
    """Exchange the two; put the file back if it was not `expected`."""
    try:
        exchanged = _renamed(temporary, path, _EXCHANGE)
    except FileNotFoundError as error:
        raise ChangedError from error
    if not exchanged:
        if _content(path) != expected:
            raise ChangedError
        temporary.replace(path)
    elif _content(temporary) != expected:
        _renamed(temporary, path, _EXCHANGE)
        raise ChangedError


def _content(path: Path) -> bytes | None:
    """Return the bytes of a regular file; None for anything else."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as stream:
            return stream.read()
    except OSError:
        return None


def _renamed(old: Path, new: Path, flags: int) -> bool:
    """Call renameat2; return whether it is known here. Raises OSError when it is, and fails."""
    import ctypes  # noqa: PLC0415 - only writing needs it

    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(old), _AT_FDCWD, os.fsencode(new), flags) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(old), None, str(new))
