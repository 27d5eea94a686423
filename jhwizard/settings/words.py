"""Names and numbers as they are typed, and how a refused one is quoted."""

from __future__ import annotations

import re

from jhwizard.language import _
from jhwizard.printable import shown

_NAME = re.compile(r"[@A-Za-z0-9_](?:[A-Za-z0-9_.:/@+-]*[A-Za-z0-9_])?")


def is_name(text: str) -> bool:
    """Return whether `text` can be the name of something in an answer."""
    return _NAME.fullmatch(text) is not None


def number(digits: str) -> int:
    """Return the number that digits mean; a very long one is cut, and still too large."""
    # More digits than any answer has would take long, and Python refuses thousands of them.
    return int(digits.lstrip("0")[:12] or "0")


def written(raw: object) -> str:
    """Return a value of an answers file about as it was written there."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return f"{raw:#x}" if isinstance(raw, int) and raw.bit_length() > 1000 else str(raw)  # noqa: PLR2004


def bad_name(text: str) -> str:
    """Return the sentence that refuses a name."""
    advice = _("“{text}” is not a name: use letters, digits and . _ - only, such as python3")
    return advice.format(text=shown(text))
