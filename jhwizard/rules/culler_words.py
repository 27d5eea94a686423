"""What is certainly wrong with the words of a culler's command.

Tried with jupyterhub-idle-culler 1.4.0 and 2.0.0, by the dialects of `culler_command`.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from jhwizard.jupyter.culler_command import ALL_FLAGS, TIMES, Argument, Dialect, arguments
from jhwizard.language import _
from jhwizard.printable import shown

_CLOSE = 0.75
"""How alike a word must be to a flag to be that one misspelt (`difflib`)."""


def judged(command: Sequence[object], dialect: Dialect) -> list[tuple[Argument, str]]:
    """Return each argument, and why the culler ends because of it; mostly nothing.

    Raises RefusedError for a culler that is started in another way.
    """
    return [(one, _fault(one, command, dialect)) for one in arguments(command, dialect)]


def _fault(one: Argument, command: Sequence[object], dialect: Dialect) -> str:
    """Return why the culler ends because of a word; nothing where that is not certain."""
    word = str(command[one.at])
    if not one.fault or not one.name:
        return _dies_of_a_name(word, dialect) if one.fault else ""
    if "=" not in word:
        return one.fault if dialect else ""
    if one.name in TIMES and not _is_a_number(word.partition("=")[2]):
        text = _("the culler does not start: {word} is no whole number of seconds")
        return text.format(word=shown(word, 40))
    return ""


def _is_a_number(text: str) -> bool:
    try:
        int(text)
    except ValueError:
        return False
    return True


def _dies_of_a_name(word: str, dialect: Dialect) -> str:
    """Return that a misspelt word is its end: to version 2 one without a value only."""
    is_sure = dialect == "tornado" or (dialect == "traitlets" and "=" not in word)
    near = nearest(word, dialect) if is_sure else ""
    if not near:
        return ""
    text = _("the culler does not start: it knows no {word}, perhaps --{near}")
    return text.format(word=shown(word.partition("=")[0], 40), near=near)


def nearest(word: str, dialect: Dialect) -> str:
    """Return the flag that was meant by a misspelt one; nothing where that is not certain.

    Version 2 takes the beginning of a flag for the whole, version 1 takes `_` for `-` (tried).
    """
    said = word.partition("=")[0]
    name = said[2:].replace("_", "-") if dialect == "tornado" else said[2:]
    is_known = name in ALL_FLAGS
    if dialect == "traitlets":
        is_known = any(flag.startswith(name) for flag in ALL_FLAGS)
    if not said.startswith("--") or "." in name or is_known:
        return ""
    near = difflib.get_close_matches(name.replace("_", "-"), sorted(ALL_FLAGS), 1, _CLOSE)
    return next(iter(near), "")
