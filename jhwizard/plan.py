"""What will be written: the exact bytes of every file, from Facts and Answers alone.

Pure: no disk, no clock, no environment. The same facts and answers give the same plan.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from jhwizard.language import _
from jhwizard.printable import printable, redacted

Effect = Literal["hub restart", "next server start", "browser reload", "image rebuild"]

NEW_MODE = 0o644
"""What jhwizard writes is read by every user's server, so everybody may read a new file."""


@dataclass(frozen=True)
class Change:
    """One file before and after."""

    path: PurePosixPath
    before: bytes | None
    """What was read; None when there is no such file."""
    after: bytes | None
    """What will be there; None when the file goes."""
    mode: int
    owner: tuple[int, int] | None
    """User and group id of an existing file; None lets the writer be the owner."""
    effect: Effect
    """When the people who use the hub will notice."""

    @property
    def action(self) -> str:
        """Return `create`, `edit` or `delete`."""
        if self.before is None:
            return "create"
        return "delete" if self.after is None else "edit"

    def diff(self) -> str:
        """Return the unified diff, fit for a terminal and without the values of secrets."""
        if any(b"\0" in (content or b"") for content in (self.before, self.after)):
            text = _("Binary file {path}: {action}, {size} bytes")
            size = len(self.after or b"")
            return text.format(path=self.path, action=self.action, size=size) + "\n"
        names = [
            "/dev/null" if content is None else f"{side}{self.path}"
            for side, content in (("a", self.before), ("b", self.after))
        ]
        lines = difflib.unified_diff(
            _lines(self.before), _lines(self.after), fromfile=names[0], tofile=names[1]
        )
        return redacted(printable("".join(_ended(line) for line in lines)))


@dataclass(frozen=True)
class Notice:
    """What the admin should know before saying yes."""

    key: str
    text: str
    file: PurePosixPath | None = None
    line: int | None = None

    @property
    def is_about_file(self) -> bool:
        """Return whether it speaks of a file as a whole, whatever setting is in it."""
        is_whole = self.file is not None and self.line is None
        return is_whole and self.text.startswith(str(self.file))

    @property
    def words(self) -> str:
        """Return the text, with the place behind it unless it is named in it."""
        if self.file is None or str(self.file) in self.text:
            return self.text
        where = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{self.text} ({where})"


@dataclass(frozen=True)
class Command:
    """A program that is run before the files are written."""

    argv: tuple[str, ...]
    why: str
    """What it is for, in words."""
    undo: tuple[str, ...] | None
    """What would take it back; None where nothing does."""
    where: PurePosixPath
    """The directory it changes."""


def command_from(item: Mapping[str, object]) -> Command:
    """Return a command that was stored as JSON. Raises KeyError or TypeError for no command."""
    argv, undo = item["argv"], item["undo"]
    if not isinstance(argv, list) or not argv or not isinstance(undo, list | None):
        raise TypeError
    back = None if undo is None else tuple(map(str, undo))
    where = PurePosixPath(str(item["where"]))
    return Command(tuple(map(str, argv)), str(item["why"]), back, where)


@dataclass(frozen=True)
class Plan:
    """Everything that would be written, and what to know about it. An empty one is a good end."""

    changes: tuple[Change, ...] = ()
    warnings: tuple[Notice, ...] = ()
    snippet: str = ""
    """The lines for `jupyterhub_config.py` alone, to copy; empty when none are needed."""
    commands: tuple[Command, ...] = ()
    """What is run first; if one fails, no file is written."""
    answers: Mapping[str, object] = field(default_factory=dict)
    """Setting key to its new value, as an answers file has it; None for one that goes."""

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to do."""
        return not self.changes and not self.commands

    @property
    def said(self) -> dict[str, tuple[str, ...]]:
        """Return each warning once, with the keys it is about: two settings may share a line.

        None for one about whole files.
        """
        said: dict[str, tuple[str, ...]] = {}
        for notice in self.warnings:
            keys = () if notice.is_about_file else (notice.key,)
            said[notice.words] = (*said.get(notice.words, ()), *keys)
        return said


def _lines(content: bytes | None) -> list[str]:
    # Line ends with CR are shown as that: a change may be about nothing else.
    text = "" if content is None else content.decode("utf-8", "replace")
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ {_('No newline at end of file')}\n"
