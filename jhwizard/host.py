"""A machine seen through one root directory: lists and reads, with bounds, and never writes.

The root is `/`, or an image being built, a recorded deployment, a chroot. Paths are paths on
that machine; links are followed inside it and never out of it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from jhwizard.errors import NotPermittedError, UnreadableError, WizardError
from jhwizard.facts import FileState
from jhwizard.language import _

LARGEST = 1 << 20
"""Bytes. No configuration is larger; what is, was not written by people."""
_MOST_LINKS = 40


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
        # On strings: a machine with hundreds of kernels asks thousands of times.
        root, seen = str(self.root).rstrip("/"), 0
        done: list[str] = []
        todo = _parts(str(path))
        while todo:
            part = todo.pop()
            if part == "..":
                del done[-1:]
                continue
            target = _link("/".join([root, *done, part]))
            if target is None:
                done.append(part)
                continue
            seen += 1
            if seen > _MOST_LINKS:
                raise UnreadableError(_("links lead in a circle"), file=path, fix=_CIRCLE)
            if target.startswith("/"):
                done = []
            todo += _parts(target)
        return Path("/".join([root, *done]) or "/")

    def way(self, path: PurePosixPath) -> tuple[PurePosixPath, ...]:
        """Return the directories that are entered on the way to `path`, and at last where it ends.

        Of a link that is the directory in which it lies, and all those that its target names; so
        no path returned is a link, or leads through one. Raises UnreadableError for a circle.
        """
        done: list[str] = []
        entered: dict[PurePosixPath, None] = {}
        todo, seen = _parts(str(path)), 0
        while todo:
            here = PurePosixPath("/", *done)
            entered[here] = None
            part = todo.pop()
            if part == "..":
                del done[-1:]
                continue
            target = _link(str(self._here(Path(here / part))))
            if target is None:
                done.append(part)
                continue
            seen += 1
            if seen > _MOST_LINKS:
                raise UnreadableError(_("links lead in a circle"), file=path, fix=_CIRCLE)
            done = [] if target.startswith("/") else done
            todo += _parts(target)
        last = PurePosixPath("/", *done)
        entered.pop(last, None)
        return (*entered, last)

    def access_list(self, path: PurePosixPath) -> bytes | None:
        """Return the access control list of a file or directory (acl(5)); None without one."""
        try:
            return os.getxattr(self.real(path), "system.posix_acl_access")
        except (OSError, WizardError):
            return None

    def inside(self, real: Path) -> PurePosixPath:
        """Return the path on the configured machine of a path here."""
        return PurePosixPath("/") / real.relative_to(self.root)

    def read(self, path: PurePosixPath, largest: int = LARGEST) -> FileState | None:
        """Return a regular file; None when there is none.

        Raises UnreadableError for a directory, pipe or device and one that is too large,
        NotPermittedError for one that may not be read.
        """
        try:
            # Opening a pipe without O_NONBLOCK would wait for somebody to write into it.
            handle = os.open(self.real(path), os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise _unreadable(path, error) from error
        try:
            return _read(handle, path, largest)
        except OSError as error:
            raise _unreadable(path, error) from error
        finally:
            os.close(handle)

    def names(self, path: PurePosixPath) -> tuple[str, ...]:
        """Return the sorted names in a directory; nothing for one that is not there.

        Raises NotPermittedError for one that may not be listed.
        """
        try:
            return tuple(sorted(os.listdir(self.real(path))))  # noqa: PTH208 - names, not paths
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except (OSError, ValueError) as error:
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

    def may_enter(self, path: PurePosixPath, *, listing: bool = True) -> bool:
        """Return whether everybody may enter a directory, and list what is in it."""
        wanted = 0o5 if listing else 0o1
        try:
            mode = self.real(path).stat().st_mode
        except (OSError, WizardError):
            return False
        return stat.S_ISDIR(mode) and mode & wanted == wanted

    def may_read(self, path: PurePosixPath) -> bool:
        """Return whether everybody may read a file, or enter a directory and list it."""
        try:
            return bool(self.real(path).stat().st_mode & stat.S_IROTH)
        except (OSError, WizardError):
            return False

    def status(self, path: PurePosixPath) -> os.stat_result | None:
        """Return mode, owner and size of something; None where that cannot be seen."""
        try:
            return self.real(path).stat()
        except (OSError, WizardError):
            return None

    def owner(self, path: PurePosixPath) -> int | None:
        """Return the user id that something belongs to; None where that cannot be seen."""
        status = self.status(path)
        return status.st_uid if status else None

    def may_start(self, path: PurePosixPath) -> bool:
        """Return whether a file is a program: regular, and executable for somebody."""
        try:
            mode = self.real(path).stat().st_mode
        except (OSError, WizardError):
            return False
        return stat.S_ISREG(mode) and bool(mode & 0o111)

    def is_trusted(self, path: PurePosixPath) -> bool:
        """Return whether nobody but root, or whoever runs jhwizard, can exchange a program.

        Looks at the file, its link, and every directory above both.
        """
        try:
            places = {self._here(Path(path)), self.real(path)}
            return all(map(_is_safe, {q for p in places for q in (p, *p.parents)}))
        except (OSError, WizardError):
            return False

    def run(
        self,
        argv: Sequence[str],
        *,
        seconds: float,
        given: bytes = b"",
        home: Path | None = None,
    ) -> str:
        """Return what a program of the machine prints; `given` is its standard input.

        `home` is a directory here that it takes for its home; None leaves it the admin's.

        Raises WizardError when it is missing, fails, hangs for `seconds`, or the root is not `/`.
        """
        if not self.is_this_machine:
            raise WizardError(_("programs under another root are not started"))
        from jhwizard import run_program  # noqa: PLC0415 - 5 ms, after the first screen

        return run_program.run(argv, seconds, given, home)

    def _here(self, path: Path) -> Path:
        return self.root / path.relative_to("/")


def _parts(path: str) -> list[str]:
    """Return the names in a path, the last one first."""
    return [part for part in reversed(path.split("/")) if part not in {"", "."}]


def _link(path: str) -> str | None:
    """Return what a link says; None for what is no link, or not there."""
    try:
        return os.readlink(path)  # noqa: PTH115 - a string, for speed
    except ValueError:
        return None
    except OSError as error:
        if error.errno in {errno.EINVAL, errno.ENOENT, errno.ENOTDIR}:
            return None
        raise


_CIRCLE = _("look at it with `ls -l`, and remove the link")


def _is_safe(path: Path) -> bool:
    status = path.lstat()
    shared = status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX
    is_link = stat.S_ISLNK(status.st_mode)
    return status.st_uid in {0, os.geteuid()} and (is_link or not shared)


def _read(handle: int, path: PurePosixPath, largest: int) -> FileState:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError(_("it is not a regular file"), file=path, fix=_look(path))
    with os.fdopen(os.dup(handle), "rb") as stream:
        content = stream.read(largest + 1)
    if len(content) > largest:
        size = max(status.st_size, len(content))
        text = _("it is too large to be configuration ({size} bytes)").format(size=size)
        raise UnreadableError(text, file=path, fix=_look(path))
    return FileState(content, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid)


def _unreadable(path: PurePosixPath, error: OSError | ValueError) -> WizardError:
    if not isinstance(error, OSError):
        return UnreadableError(_("no file can have this name"), file=path)
    if error.errno == errno.ENXIO:
        return UnreadableError(_("it is not a regular file"), file=path, fix=_look(path))
    text = _("it cannot be read: {why}").format(why=error.strerror)
    kind = NotPermittedError if isinstance(error, PermissionError) else UnreadableError
    return kind(text, file=path, fix=_look(path))


def _look(path: PurePosixPath) -> str:
    return _("look at it with `ls -l {path}`").format(path=path)
