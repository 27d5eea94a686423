"""What is installed: Python environments, and the kernels people are offered. Plain records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Environment:
    """A Python environment, from the words of its own interpreter or from its files."""

    prefix: PurePosixPath
    python: PurePosixPath | None
    """The interpreter; None when only files were looked at."""
    python_version: str
    packages: Mapping[str, str]
    """Installed distributions: normalised name to version."""
    spawners: Mapping[str, str] = field(default_factory=dict)
    """Entry points of the group `jupyterhub.spawners`: short name to `module:Class`."""
    problem: str = ""
    """Why the interpreter could not be asked; empty when it answered or was not needed."""
    conda: PurePosixPath | None = None
    """The program that looks after a conda environment; None for others."""
    by_conda: Mapping[str, str] = field(default_factory=dict)
    """What conda's records name: its own name of a package to the version, neither normalised."""
    by_others: frozenset[str] = frozenset()
    """Distributions in a conda environment that pip has to change; normalised names."""
    obstacle: str = ""
    """Why packages cannot be installed into it; empty when they can."""
    trusted: bool = True
    """Whether nobody but root, or whoever runs jhwizard, can change what is in it."""
    refuses_user: str = ""
    """Why pip refuses `--user` there; empty when it does not."""
    writable: PurePosixPath | None = None
    """The first directory of it that ordinary users may write to; None where they may not."""

    def version(self, name: str) -> tuple[int, ...] | None:
        """Return the release of a package as numbers; None when it is not installed."""
        text = self.packages.get(name)
        return None if text is None else _release(text)


@dataclass(frozen=True)
class Kernelspec:
    """A kernel as jupyter_client would find it for a user."""

    name: str
    """Lower case, as the Jupyter server offers it."""
    directory: PurePosixPath
    display_name: str = ""
    language: str = ""
    argv: tuple[str, ...] = ()
    problem: str = ""
    """Why users cannot use it; empty when nothing is wrong with its files."""
    encrypts: bool = False
    """Whether it says that it can encrypt its connections (`metadata.supported_encryption`)."""


@dataclass(frozen=True)
class HomeKernel:
    """A kernelspec in somebody's home."""

    name: str
    """Lower case, as it would be offered."""
    owner: str
    directory: PurePosixPath
    answer: str
    """What names it in an answer: the name, or `owner/name` where several homes have it."""
    display_name: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Name to content of what would be shared; nothing when it cannot be."""
    tells: bool = False
    """Whether its kernel.json sets environment variables, which everybody could read then."""
    obstacle: str = ""
    """Why it cannot be shared; empty when it can."""


def _release(version: str) -> tuple[int, ...]:
    numbers = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
        if digits != part:
            break
    return tuple(numbers)
