"""The directories on the way to a config file: made when missing, removed again when empty."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from jhwizard.host import Host
from jhwizard.plan import Plan
from jhwizard.replace_file import TEMPORARY

_NEW_DIRECTORY = 0o755
"""Every user's server must be able to enter what is made on the way to a config file."""


def missing_directories(plan: Plan, host: Host) -> tuple[PurePosixPath, ...]:
    """Return the directories that the plan needs and that are not there, outermost first."""
    missing: dict[PurePosixPath, None] = {}
    for change in plan.changes:
        if change.after is not None:
            missing |= dict.fromkeys(reversed(missing_above(change.path, host)))
    return tuple(missing)


def missing_above(path: PurePosixPath, host: Host) -> list[PurePosixPath]:
    """Return the directories above `path` that are not there, innermost first."""
    return [p for p in path.parents if not host.exists(p)]


def make_directories(directories: Iterable[PurePosixPath], host: Host) -> None:
    """Make directories, outermost first, whatever the umask is."""
    for directory in directories:
        real = host.real(directory)
        real.mkdir(exist_ok=True)
        real.chmod(_NEW_DIRECTORY)


def remove_directories(directories: tuple[PurePosixPath, ...], host: Host) -> None:
    """Remove directories, innermost first, if nothing is in them."""
    for directory in reversed(directories):
        try:
            host.real(directory).rmdir()
        except OSError:
            continue  # somebody else put something there


def sweep(directories: Iterable[Path]) -> None:
    """Remove the temporaries that a write left behind when it was cut off."""
    for directory in directories:
        for path in directory.glob(f"{TEMPORARY}*"):
            path.unlink(missing_ok=True)
