"""What a command that failed said about it, among all that it said."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ERROR = re.compile(r"\w*(Error|Exception)\b[^:]*:|ERROR:|error:|error\s+libmamba\b")
"""How pip, Python, conda and mamba begin it, in this order; mamba's from its documentation."""


def last_words(lines: Sequence[str]) -> str:
    """Return the paragraph of the last error among a command's last lines, else its last line.

    A paragraph that ends in a colon goes on in the next one: conda names what it did not find
    there, and puts advice of many lines after that.
    """
    errors = [number for number, line in enumerate(lines) if _ERROR.match(line)]
    if not errors:
        return next((line for line in reversed(lines) if line), "")
    said: list[str] = []
    for line in lines[errors[-1] :]:
        if not line and not said[-1].endswith(":"):
            break
        said += [line] if line else []
    return " ".join(said)
