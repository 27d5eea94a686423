"""Text from files, kernelspecs and other programs, made fit for a terminal.

Control characters, line and paragraph separators, direction and zero-width marks are shown as
escapes, so that nothing they hold can move the cursor, hide text or reach the clipboard.
"""

from __future__ import annotations

import re

_NAMES = r"(?:secret|token|passw(?:or)?d|passphrase|api_?key|crypt_key|private_key)"
_SECRET = re.compile(
    rf"(?i)({_NAMES}\w*['\"\]]*"
    r"\s*[:=]\s*(?:[\w.]+\()?[\[({]?[a-z]{0,2})(['\"])(?:\\.|(?!\2).)+\2"
)
_IN_WORD = re.compile(
    r"(?i)^(--?[\w.-]*(?:secret|token|passw(?:or)?d|passphrase|api_?key)[\w-]*=).+", re.DOTALL
)
"""The value of an option, as in `--ServerApp.token=abc`."""
_IN_URL = re.compile(r"(://[^\s:/@'\"]*:)[^\s/@'\"]+@")
"""A password in an address, as in `postgresql://hub:secret@host/`."""

_NAME = re.compile(rf"(?i){_NAMES}")
_NOT_ITSELF = re.compile(
    r"(?i)(?:file|path|dir|url|uri|method|name|type|params|pull_secrets?|days|age|interval|expires?\w*|lifetime)$"
)
"""What ends so speaks about a secret and holds none, such as `cookie_secret_file`."""


def shown(text: str, width: int = 60) -> str:
    """Return `text` on one line, printable, and no longer than `width` characters."""
    clean = "".join(
        character if character.isprintable() else escaped(character) for character in text
    )
    return clean if len(clean) <= width else clean[: width - 1] + "…"


def printable(text: str) -> str:
    """Return `text` of several lines with everything unprintable escaped but line ends and tabs."""
    if text.isprintable():
        return text  # most are, and lists have a thousand of them
    return "".join(ch if ch.isprintable() or ch in "\n\t" else escaped(ch) for ch in text)


def escaped(character: str) -> str:
    r"""Return `\x1b` for the escape character, `\u202e` for a direction mark."""
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def redacted(text: str) -> str:
    """Return `text` with the values of what is called a secret, token or password left out."""
    text = _IN_WORD.sub(r"\1…", _SECRET.sub(r"\1\2…\2", text))
    return _IN_URL.sub(r"\1…@", text)


def is_secret(name: str) -> bool:
    """Return whether what is called so holds a secret, a token or a password itself."""
    return bool(_NAME.search(name)) and not _NOT_ITSELF.search(name)


def password_in(text: str) -> bool:
    """Return whether an address has a password in it."""
    return bool(_IN_URL.search(text))
