"""Exchanges one file for another in a single step, with everything the old one had.

Whoever reads sees the old bytes or the new ones, never a part: a private temporary in the same
directory, synced, given owner, mode and extended attributes, then renamed over the file.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace_file(path: Path, content: bytes, mode: int, owner: tuple[int, int] | None) -> None:
    """Make `path` hold `content`; `owner` None leaves the file to whoever writes it.

    Raises OSError; then the old file is untouched and no temporary is left.
    """
    # mkstemp makes it 0600: nobody can read a secret before the mode is known to be right.
    handle, name = tempfile.mkstemp(prefix=".jhwizard-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            _dress(stream.fileno(), path, mode, owner)
            os.fsync(stream.fileno())
        os.replace(name, path)  # noqa: PTH105 - both are names already
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    same_directory_sync(path)


def same_directory_sync(path: Path) -> None:
    """Make the directory entry of `path` last through a power cut."""
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _dress(handle: int, old: Path, mode: int, owner: tuple[int, int] | None) -> None:
    """Give the temporary owner, extended attributes (ACL and label too) and mode, in that order."""
    status = os.fstat(handle)
    if owner is not None and owner != (status.st_uid, status.st_gid):
        os.fchown(handle, *owner)
    if old.exists():
        for name in os.listxattr(old):
            os.setxattr(handle, name, os.getxattr(old, name))
    os.fchmod(handle, mode)
