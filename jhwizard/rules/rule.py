"""What a rule of the doctor is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from jhwizard.facts import Facts

Level = Literal["error", "warning", "note"]
"""An error is noticed by people or makes a line mean nothing; a warning can go wrong."""


@dataclass(frozen=True)
class Fix:
    """What to do about a finding."""

    words: str
    """In a sentence, with what to type."""
    answers: Mapping[str, object] = field(default_factory=dict, hash=False)
    """Setting key to the answer that mends it, as a change like any other; often nothing."""


@dataclass(frozen=True)
class Spot:
    """One place where a rule has found something."""

    text: str
    """What is wrong, in one sentence fit for a terminal."""
    keys: tuple[str, ...] = ()
    """The settings it speaks of; none for a whole file."""
    file: PurePosixPath | None = None
    line: int | None = None
    fix: Fix | None = None
    level: Level | None = None
    """Where it is not the rule's own."""


@dataclass(frozen=True)
class Rule:
    """One thing the doctor looks for."""

    name: str
    """Lower case with hyphens; part of what programs read."""
    text: str
    """What it is about, in one sentence for the documentation."""
    level: Level
    find: Callable[[Facts], Iterator[Spot]]
    beyond: bool = False
    """Whether no question of the wizard has to do with it, so that only `check` says it."""


@dataclass(frozen=True)
class Finding:
    """What a rule has found, in one place."""

    rule: str
    level: Level
    text: str
    keys: tuple[str, ...] = ()
    file: PurePosixPath | None = None
    line: int | None = None
    fix: Fix | None = None

    @property
    def where(self) -> str:
        """Return `file:line`, as far as it is known."""
        if self.file is None:
            return ""
        return f"{self.file}:{self.line}" if self.line else str(self.file)
