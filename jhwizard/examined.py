"""What was asked of programs and of the file system for the doctor alone. Plain records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

Side = Literal["hub", "server"]
"""Whose classes read a config file: JupyterHub's, or those of people's servers."""

Behind = Literal[
    "program",
    "python",
    "packages",
    "switches",
    "page",
    "config",
    "kernels",
    "kernel",
    "interpreter",
]
"""What people's servers need.

`switches` are JSON files that every server opens itself, `page` those that its pages do.
"""


@dataclass(frozen=True)
class Verdict:
    """What the installed classes say of one line."""

    unknown: Literal["", "class", "trait", "setting"] = ""
    """What they do not know; a `setting` is there, but no config file can set it."""
    near: str = ""
    """The name that was surely meant by a class, or is nearest to a trait; often nothing."""
    used: str = ""
    """What for the class certainly reads its config: `application`, or the trait that chooses it.

    Empty where that is not certain, or where another line sets the same thing more strongly.
    """
    refused: str = ""
    """Why the value cannot be; empty when it can. `bool` for one that is taken for 1 or 0."""
    expects: str = ""


@dataclass(frozen=True)
class TraitHelp:
    """What the installed version says of one trait."""

    type: str
    """In words, such as `an int`."""
    default: str
    """As Python would write it; empty when it is computed."""
    help: str
    link: str
    """The page of the documentation that describes it."""


@dataclass(frozen=True)
class Person:
    """Somebody whose servers are looked at."""

    name: str = ""
    """Empty for anybody who has an account and is in no group of the files."""
    uid: int = -1
    gids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Barrier:
    """What keeps a person from something that his servers need."""

    behind: Behind
    wanted: PurePosixPath
    at: PurePosixPath
    """The directory that may not be entered, or the very file or directory that is wanted."""
    mode: int
    owner: str
    """Name, or number, of who could let people in."""
    bits: str
    """What is missing, as chmod has it: `o+x`. Empty where an access control list decides."""


@dataclass(frozen=True)
class Exposed:
    """A file or directory that people may read or write, and should not."""

    what: Literal["secret", "config", "directory", "cookie", "database", "environment"]
    path: PurePosixPath
    mode: int
    owner: str
    group: str
    by: str
    """The group of people that may; empty for everybody."""
    line: int | None = None
    names: tuple[str, ...] = ()
    """What is secret in it, by the names of the traits."""
    side: Side = "hub"


@dataclass(frozen=True)
class HiddenKernel:
    """A kernelspec that one of the same name keeps from being found."""

    name: str
    directory: PurePosixPath
    argv: tuple[str, ...]


@dataclass(frozen=True)
class UnfoundProgram:
    """A program that a kernel names without its place, and that is in no usual one."""

    name: str
    """The kernel's."""
    directory: PurePosixPath
    program: str


@dataclass(frozen=True)
class Uncompiled:
    """A Python file that the Python which loads it cannot read."""

    path: PurePosixPath
    python: str
    """Its version."""
    why: str
    line: int | None
    side: Side


@dataclass(frozen=True)
class Examination:
    """What reading the config files does not tell."""

    unasked: tuple[str, ...] = ()
    """What could not be found out, in sentences."""
    verdicts: Mapping[tuple[Side, str, str, str], Verdict] = field(default_factory=dict)
    """Side, class, trait and value (as a literal, or empty) to what the classes say of it."""
    uncompiled: tuple[Uncompiled, ...] = ()
    traits: Mapping[str, TraitHelp] = field(default_factory=dict)
    """`Class.trait` to what the installed version says of it, for the traits of the settings."""
    person: Person | None = None
    """Whose reach was looked at; None where it was not."""
    barriers: tuple[Barrier, ...] = ()
    exposed: tuple[Exposed, ...] = ()
    hidden_kernels: tuple[HiddenKernel, ...] = ()
    unfound: tuple[UnfoundProgram, ...] = ()
