"""A small deployment for a rule of the doctor: one that fires it, or only looks like it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from machines import ETC, HUB, machine

from jhwizard.facts import Facts


@dataclass(frozen=True)
class Case:
    """Files of a machine, the packages of its one environment, and what else is so of it."""

    files: Mapping[PurePosixPath, str] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    """`file:line` of the finding, as far as it has one."""
    change: Callable[[Facts], Facts] = lambda facts: facts

    def facts(self) -> Facts:
        return self.change(machine(dict(self.files), **self.packages))


Pair = tuple[Case, Case]
"""A deployment that fires a rule, and a near-miss."""


def hub(text: str, line: int | None = None, /, **packages: str) -> Case:
    """Return a machine with one line, or more, in the hub's file."""
    return Case({HUB: text}, _named(packages), f"{HUB}:{line}" if line else "")


def etc(text: str, line: int | None = None, /, **packages: str) -> Case:
    """Return a machine with one line, or more, in the servers' file."""
    return Case({ETC: text}, _named(packages), f"{ETC}:{line}" if line else "")


def _named(packages: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): version for name, version in packages.items()}
