"""Lays files over the real ones: overlays whose upper layer is filled before they are mounted.

Filled before, since an ordinary user may not write over root's files even in a namespace of his
own: a copy would have to belong to root. What is mounted below a directory stays visible.
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jhwizard.namespaces import BIND, RECURSIVE, mount

_OCTAL = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True)
class File:
    """One file as it shall be seen."""

    path: str
    """With every link followed."""
    content: bytes | None
    """None for a file that is gone."""
    mode: int
    owner: tuple[int, int] | None
    """User and group; None for whoever runs this."""
    for_hub: bool
    """Whether the hub reads it, and so whoever runs the hub here."""


def file_from(told: dict[str, object]) -> File:
    """Return a file as jhwizard describes it in JSON."""
    content, owner = told["content"], told["owner"]
    return File(
        os.path.realpath(str(told["path"])),
        None if content is None else base64.b64decode(str(content)),
        int(str(told["mode"])),
        (int(owner[0]), int(owner[1])) if isinstance(owner, list) else None,
        bool(told["for_hub"]),
    )


class Overlays:
    """Directories whose contents can be exchanged, for this namespace alone."""

    layers: Path
    """The directory that keeps what is written; to be set before anything is put there."""

    def __init__(self, user: tuple[int, int]) -> None:
        """Nothing is overlaid yet; `user` is who runs the hub."""
        self._user = user
        self._handles: dict[str, int] = {}
        self._below: dict[str, list[tuple[str, int]]] = {}

    def hold(self, directories: set[str]) -> None:
        """Open directories, and what is mounted below them, before anything hides them."""
        outer = {d for d in directories if not any(_inside(d, o) for o in directories - {d})}
        points = _mount_points()
        for directory in sorted(outer):
            self._handles[directory] = os.open(directory, os.O_PATH | os.O_DIRECTORY)
            below = [point for point in points if _inside(point, directory)]
            first = [p for p in below if not any(_inside(p, other) for other in below)]
            self._below[directory] = [(p, os.open(p, os.O_PATH)) for p in first]

    def put(self, file: File) -> None:
        """Put a file into the layer it belongs to. Raises OSError where it cannot."""
        directory = next(d for d in self._handles if _inside(file.path, d))
        place = self._upper(directory)
        names = Path(file.path).relative_to(directory).parts
        for depth in range(len(names)):
            if depth:
                place /= names[depth - 1]
            real = Path(directory, *names[:depth])
            self._like(place, real, for_hub=file.for_hub)
        _write(place / names[-1], file, self._user)

    def mount(self) -> None:
        """Mount all of them. Raises OSError where the kernel refuses one."""
        for number, (directory, handle) in enumerate(self._handles.items()):
            upper, work = self._upper(directory), self.layers / f"work{number}"
            self._like(upper, Path(f"/proc/self/fd/{handle}"), for_hub=False)
            work.mkdir()
            Path(directory).mkdir(parents=True, exist_ok=True)
            options = f"lowerdir=/proc/self/fd/{handle},upperdir={upper},workdir={work}"
            marks = "" if os.geteuid() == 0 else ",userxattr"
            try:
                mount("overlay", "overlay", directory, 0, options + marks)
            except OSError:
                # Nor does the kernel overlay what has mounts of others below it, in a namespace of
                # an ordinary user (`clone_private_mount`), or is an overlay of overlays itself.
                mount("", str(upper), directory, BIND)
                _bind_beside(Path(directory), Path(f"/proc/self/fd/{handle}"))
            for point, opened in self._below[directory]:
                with contextlib.suppress(OSError):
                    mount("", f"/proc/self/fd/{opened}", point, BIND | RECURSIVE)

    def _upper(self, directory: str) -> Path:
        return self.layers / f"upper{list(self._handles).index(directory)}"

    def _like(self, place: Path, real: Path, *, for_hub: bool) -> None:
        """Make a directory of a layer as the real one is, which an overlay takes its mode from."""
        there = real.stat() if real.is_dir() else None
        if not place.exists():
            place.mkdir()
            place.chmod(stat.S_IMODE(there.st_mode) if there else 0o755)
            if there and os.geteuid() == 0:
                os.chown(place, there.st_uid, there.st_gid)
        if for_hub:
            place.chmod(stat.S_IMODE(place.stat().st_mode) | 0o111)


def directory_of(path: str) -> str:
    """Return the nearest directory above a path that exists."""
    above = os.path.dirname(path)  # noqa: PTH120 - a path of the machine, as text
    return above if os.path.isdir(above) else directory_of(above)  # noqa: PTH112


def keep(paths: Sequence[str]) -> list[tuple[str, int]]:
    """Open what shall stay visible of a directory that is about to be hidden."""
    return [(path, os.open(path, os.O_PATH)) for path in paths if Path(path).is_dir()]


def show_again(kept: list[tuple[str, int]]) -> None:
    """Mount what was kept at its old place. Raises OSError where the kernel refuses."""
    for path, handle in kept:
        Path(path).mkdir(parents=True, exist_ok=True)
        mount("", f"/proc/self/fd/{handle}", path, BIND | RECURSIVE)


def _write(place: Path, file: File, user: tuple[int, int]) -> None:
    if place.exists() or place.is_symlink():
        place.unlink()
    if file.content is None:
        # What an overlay takes for "deleted" (kernel, Documentation/filesystems/overlayfs.rst).
        os.mknod(place, stat.S_IFCHR, os.makedev(0, 0))
        return
    place.write_bytes(file.content)
    owner = user if file.for_hub else file.owner
    if owner and os.geteuid() == 0:
        os.chown(place, *owner)
    place.chmod(0o400 if file.for_hub else file.mode)


def _bind_beside(place: Path, real: Path) -> None:
    """Let what a directory really holds be seen beside what is there already, to be read only."""
    for entry in os.scandir(real):
        mine = place / entry.name
        if entry.is_symlink():
            if not mine.is_symlink() and not mine.exists():
                mine.symlink_to(Path(entry.path).readlink())
            continue
        if not os.path.lexists(mine):
            if entry.is_dir():
                mine.mkdir()
            elif entry.is_file():
                mine.touch()
            else:
                continue  # a socket or a pipe of somebody
            with contextlib.suppress(OSError):
                mount("", entry.path, str(mine), BIND | RECURSIVE)
        elif entry.is_dir() and mine.is_dir():
            _bind_beside(mine, Path(entry.path))


def _inside(path: str, directory: str) -> bool:
    return path != directory and path.startswith(directory.rstrip("/") + "/")


def _mount_points() -> list[str]:
    """Return where something is mounted; spaces and the like are octal numbers there (proc(5))."""
    lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    points = [line.split()[4] for line in lines]
    return [os.fsdecode(_OCTAL.sub(lambda m: bytes([int(m[1], 8)]), point)) for point in points]
