"""The hubs that run on this machine, as /proc shows them (`man 5 proc`)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path, PurePosixPath

from jhwizard.language import _

_PROC = Path("/proc")


@dataclass(frozen=True)
class Command:
    """A command line that starts a hub."""

    argv: tuple[str, ...]
    cwd: PurePosixPath | None
    """Where it runs; None when that is not known."""
    by: str
    """Who starts it: the name of a unit, or a process, as it is called in a sentence."""
    runs: bool = False
    """Whether it is a process, and not only what would be started."""
    others: bool = False
    """Whether it belongs to neither root nor whoever runs jhwizard."""
    apart: Path | None = None
    """Its `/`, as it sees it, where other things are mounted than here; None where not."""


def running() -> Iterator[Command]:
    """Yield the hubs that run, those of root and of whoever runs jhwizard first."""
    found = []
    for process in _PROC.glob("[0-9]*"):
        try:
            argv = (process / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")[:-1]
            # One in a container has other files, and says nothing of this machine's.
            if starts_hub(argv) and (process / "root").samefile("/"):
                command = _command(process, tuple(argv))
                found.append((command.others, int(process.name), command))
        except OSError:
            continue  # it ended, or belongs to somebody else
    yield from (command for _others, _number, command in sorted(found, key=itemgetter(0, 1)))


def _command(process: Path, argv: tuple[str, ...]) -> Command:
    return Command(
        argv,
        PurePosixPath((process / "cwd").readlink()),
        _("process {number}").format(number=process.name),
        runs=True,
        others=process.stat().st_uid not in {0, os.geteuid()},
        apart=process / "root" if _mounts(process) != _mounts(_PROC / "self") else None,
    )


def _mounts(process: Path) -> str:
    """Return the name of its mount namespace."""
    return str((process / "ns/mnt").readlink())


def is_among_the_same_files(command: Command, path: PurePosixPath | None) -> bool:
    """Return whether a hub with mounts of its own sees at `path` the very file that is there.

    So it is with a service that has a /tmp of its own, as systemd gives it with `PrivateTmp`.
    """
    if command.apart is None or path is None:
        return True
    try:
        return (command.apart / path.relative_to("/")).samefile(path)
    except (OSError, ValueError):
        return False


def is_hub(word: str) -> bool:
    """Return whether a word of a command line is the hub's program, or its module."""
    return PurePosixPath(word).name in {"jupyterhub", "jupyterhub.app"}


def starts_hub(argv: Sequence[str]) -> bool:
    """Return whether a command is JupyterHub, by itself, through Python or through env."""
    words = [word for word in argv[:3] if word != "-m"]
    through = bool(words) and PurePosixPath(words[0]).name.startswith(("python", "env"))
    return any(map(is_hub, words[:1] if not through else words[:2]))
