"""A machine seen through one root directory: lists and reads, with bounds, and never writes.

The root is `/`, or an image being built, a recorded deployment, a chroot. Paths are paths on
that machine; links are followed inside it and never out of it.
"""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from jhwizard.errors import UnreadableError, WizardError
from jhwizard.facts import FileState
from jhwizard.language import _

LARGEST = 1 << 20
"""Bytes. No configuration is larger; what is, was not written by people."""
_MOST_LINKS = 40
_MOST_OUTPUT = 16 << 20


class Host:
    """The configured machine."""

    def __init__(self, root: Path = Path("/")) -> None:
        """Look at the machine whose `/` is the directory `root` here."""
        self.root = root.resolve()

    @property
    def is_this_machine(self) -> bool:
        """Return whether its programs can be started: the root is really `/`."""
        return self.root == Path("/")

    def real(self, path: PurePosixPath) -> Path:
        """Return where `path` lies here, with every link followed inside the root.

        Raises UnreadableError for a circle of links.
        """
        seen, done, todo = 0, Path("/"), list(reversed(path.parts[1:]))
        while todo:
            part = todo.pop()
            if part == "..":
                done = done.parent
                continue
            here = self._here(done / part)
            if not here.is_symlink():
                done /= part
                continue
            seen += 1
            if seen > _MOST_LINKS:
                raise UnreadableError(_("links lead in a circle"), file=path, fix=_CIRCLE)
            target = PurePosixPath(os.readlink(here))
            if target.is_absolute():
                done = Path("/")
            todo.extend(reversed([p for p in target.parts if p != "/"]))
        return self._here(done)

    def inside(self, real: Path) -> PurePosixPath:
        """Return the path on the configured machine of a path here."""
        return PurePosixPath("/") / real.relative_to(self.root)

    def read(self, path: PurePosixPath, largest: int = LARGEST) -> FileState | None:
        """Return a regular file; None when there is none.

        Raises UnreadableError for a directory, pipe or device, one that is too large, and one
        that may not be read.
        """
        try:
            handle = os.open(self.real(path), os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.ENOTDIR}:
                return None
            raise _unreadable(path, error) from error
        try:
            return _read(handle, path, largest)
        except OSError as error:
            raise _unreadable(path, error) from error
        finally:
            os.close(handle)

    def names(self, path: PurePosixPath) -> tuple[str, ...]:
        """Return the sorted names in a directory; nothing for one that is not there.

        Raises UnreadableError for one that may not be listed.
        """
        try:
            return tuple(sorted(os.listdir(self.real(path))))  # noqa: PTH208 - names, not paths
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise _unreadable(path, error) from error

    def listed(self, path: PurePosixPath) -> tuple[str, ...]:
        """Return the sorted names in a directory; nothing where they may not be listed either."""
        try:
            return self.names(path)
        except WizardError:
            return ()

    def exists(self, path: PurePosixPath) -> bool:
        """Return whether something is there, as far as one may look."""
        try:
            return self.real(path).exists()
        except (OSError, WizardError):
            return False

    def may_enter(self, path: PurePosixPath) -> bool:
        """Return whether everybody may read and enter a directory: mode r-x for others."""
        try:
            mode = self.real(path).stat().st_mode
        except (OSError, WizardError):
            return False
        return stat.S_ISDIR(mode) and mode & 0o5 == 0o5  # noqa: PLR2004 - r-x

    def run(self, argv: Sequence[str], *, seconds: float, given: bytes = b"") -> str:
        """Return what a program of the machine prints; `given` is its standard input.

        Raises WizardError when it is missing, fails, hangs for `seconds`, or the root is not `/`.
        """
        if not self.is_this_machine:
            raise WizardError(_("programs under another root are not started"))
        try:
            process = subprocess.Popen(
                list(argv),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                cwd="/",
            )
        except OSError as error:
            why = _("it cannot be started: {why}").format(why=error.strerror)
            raise WizardError(why, file=PurePosixPath(argv[0])) from error
        return _output(process, argv[0], seconds, given)

    def _here(self, path: Path) -> Path:
        return self.root / path.relative_to("/")


_CIRCLE = _("look at it with `ls -l`, and remove the link")


def _read(handle: int, path: PurePosixPath, largest: int) -> FileState:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError(_("it is not a regular file"), file=path)
    if status.st_size > largest:
        size = _("it is too large to be configuration ({size} bytes)").format(size=status.st_size)
        raise UnreadableError(size, file=path)
    with os.fdopen(os.dup(handle), "rb") as stream:
        content = stream.read(largest + 1)
    return FileState(content, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid)


def _output(process: subprocess.Popen[bytes], name: str, seconds: float, given: bytes) -> str:
    try:
        output, _errors = process.communicate(given, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        # Its children would keep the pipe open: end the whole group.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        slow = _("it gave no answer within {seconds} seconds").format(seconds=round(seconds))
        raise WizardError(slow, file=PurePosixPath(name)) from error
    if process.returncode:
        failed = _("it ended with status {status}").format(status=process.returncode)
        raise WizardError(failed, file=PurePosixPath(name))
    return output[:_MOST_OUTPUT].decode("utf-8", "replace")


def _unreadable(path: PurePosixPath, error: OSError) -> UnreadableError:
    fix = _("look at it with `ls -l {path}`").format(path=path)
    return UnreadableError(_("it cannot be read: {why}").format(why=error.strerror), file=path, fix=fix)
