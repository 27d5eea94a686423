"""A file's change as coloured lines: only the hunks, with signs and line numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from textual.content import Content

from jhwizard.plan import Change

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_STYLES = {"+": "$text-success", "-": "$text-error", "\\": "dim"}
LANGUAGES = {".py": "python", ".json": "json", ".yaml": "yaml", ".toml": "toml"}


def diff_content(change: Change) -> Content:
    """Return the unified diff of a change, fit for a terminal."""
    lines = [_printable(line) for line in change.diff().splitlines()]
    shown = [_line(*row, change.path) for row in _numbered(lines)]
    return Content("\n").join(shown)


def counts(change: Change) -> str:
    """Return `+3 −1`: how many lines come and go."""
    rows = list(_numbered(change.diff().splitlines()))
    plus, minus = (sum(sign == wanted for sign, *_rest in rows) for wanted in "+-")
    return f"+{plus} −{minus}"


def _numbered(lines: list[str]) -> Iterator[tuple[str, int, str]]:
    """Yield sign, line number (of the new file; of the old one for lines that go) and text."""
    old = new = 0
    for line in lines:
        hunk = _HUNK.match(line)
        if hunk:
            old, new = int(hunk[1]), int(hunk[2])
            yield "@", new, ""
        elif new == old == 0:
            continue  # the two lines with the names of the files
        elif line.startswith("\\"):
            yield "\\", 0, line[2:]
        else:
            yield line[:1], old if line[:1] == "-" else new, line[1:]
            old += line[:1] != "+"
            new += line[:1] != "-"


def _line(sign: str, number: int, text: str, path: PurePosixPath) -> Content:
    if sign == "@":
        return Content.styled(f"     … {number}", "dim")
    gutter = Content.styled(f"{number or '':>4} {sign} ", _STYLES.get(sign, "dim"))
    return gutter + (_coloured(text, path) if sign in "+ -" else Content.styled(text, "dim"))


def _coloured(text: str, path: PurePosixPath) -> Content:
    from textual.highlight import highlight  # noqa: PLC0415 - pygments, only when a diff is seen

    language = LANGUAGES.get(path.suffix)
    if language is None or not text.strip():
        return Content(text)
    coloured = highlight(text, language=language)
    indent = text[: len(text) - len(text.lstrip())]
    return coloured if coloured.plain.startswith(indent) else Content(indent) + coloured


def _printable(line: str) -> str:
    """Return `line` without anything that could move the cursor or turn the text around."""
    return "".join(ch if ch.isprintable() else "�" for ch in line.expandtabs(4))
