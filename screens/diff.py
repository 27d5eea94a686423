"""A file's change as coloured lines: only the hunks, with signs and line numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from textual import events
from textual.content import Content
from textual.widgets import Static

from jhwizard.plan import Change
from jhwizard.printable import printable, redacted
from jhwizard.screens.widgets import say

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_STYLES = {"+": "$text-success", "-": "$text-error", "\\": "dim"}
GUTTER = 7
"""Columns for line number and sign."""
LANGUAGES = {".py": "python", ".json": "json", ".yaml": "yaml", ".toml": "toml"}


class DiffView(Static):
    """The unified diff of a change, fit for a terminal; long lines go on below their beginning."""

    def __init__(self, change: Change) -> None:
        """Colour the hunks once; wrapping follows the width."""
        super().__init__(classes="diff")
        self.rows = [_row(*row, change.path) for row in _numbered(_lines(change))]

    def on_resize(self, event: events.Resize) -> None:
        """Wrap to the new width."""
        room = max(event.size.width - GUTTER, GUTTER)
        say(self, Content("\n").join(part for row in self.rows for part in _wrapped(*row, room)))


def counts(change: Change) -> str:
    """Return `+3 -1`: how many lines come and go."""
    rows = list(_numbered(_lines(change)))
    plus, minus = (sum(sign == wanted for sign, *_rest in rows) for wanted in "+-")
    return f"+{plus} -{minus}"


def _numbered(lines: list[str]) -> Iterator[tuple[str, int, str]]:
    """Yield sign, line number (of the new file; of the old one for lines that go) and text."""
    old = new = 0
    for line in lines:
        hunk = _HUNK.match(line)
        if hunk:
            is_first, (old, new) = not (old or new), (int(hunk[1]), int(hunk[2]))
            if not is_first or max(old, new) > 1:
                yield "@", new, ""  # lines that stay as they are
        elif new == old == 0:
            continue  # the two lines with the names of the files
        elif line.startswith("\\"):
            yield "\\", 0, line[2:]
        else:
            yield line[:1], old if line[:1] == "-" else new, line[1:]
            old += line[:1] != "+"
            new += line[:1] != "-"


def _row(sign: str, number: int, text: str, path: PurePosixPath) -> tuple[Content, Content]:
    """Return gutter and text of one line."""
    if sign == "@":
        return Content.styled(f"{'…':>{GUTTER - 3}}", "dim"), Content()
    gutter = Content.styled(f"{number or '':>{GUTTER - 3}} {sign} ", _STYLES.get(sign, "dim"))
    return gutter, _coloured(text, path) if sign in "+ -" else Content.styled(text, "dim")


def _wrapped(gutter: Content, text: Content, room: int) -> Iterator[Content]:
    parts = text.divide(range(room, len(text), room)) if len(text) > room else [text]
    for index, part in enumerate(parts):
        yield (Content(" " * GUTTER) if index else gutter) + part


def _coloured(text: str, path: PurePosixPath) -> Content:
    from textual.highlight import highlight  # noqa: PLC0415 - pygments, only when a diff is seen

    language = LANGUAGES.get(path.suffix)
    if language is None or not text.strip():
        return Content(text)
    coloured = highlight(text, language=language)
    indent = text[: len(text) - len(text.lstrip())]
    return coloured if coloured.plain.startswith(indent) else Content(indent) + coloured


def _lines(change: Change) -> list[str]:
    """Return the diff without secrets and without anything that could move the cursor."""
    return redacted(printable(change.diff())).expandtabs(4).splitlines()
