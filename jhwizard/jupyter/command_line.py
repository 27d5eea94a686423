"""What the words of a server's command line set, as traitlets' own loader takes them.

Tried on jupyter_server 2.21 with traitlets 5.16 (`KVArgParseConfigLoader`): `--Class.trait=value`,
or the value as the next word; a value is read by the trait's own type. Flags and short names
(`--no-browser`, `--debug`, `--ip`) reach none of jhwizard's settings.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from traitlets import Bool, HasTraits, Integer, Set, TraitType, Unicode

_OPTION = re.compile(
    r"--?(?P<cls>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)\.(?P<trait>[A-Za-z]\w*)(?P<rest>=.*)?", re.DOTALL
)
_MENTIONED = re.compile(r"--([A-Z]\w*)\.([a-z]\w*)")
_NUMBER = re.compile(r"-\d+|-\d*\.\d+")
_FILES = {"config", "config_file", "config_dir"}
"""Options that name another config file, which is not looked into."""


class _Settings(HasTraits):
    """The types of jhwizard's settings, by the names of their traits."""

    shutdown_no_activity_timeout = Integer()
    cull_idle_timeout = Integer()
    cull_inactive_timeout = Integer()
    cull_interval = Integer()
    cull_connected = Bool()
    cull_busy = Bool()
    ensure_native_kernel = Bool()
    default_url = Unicode()
    default_kernel_name = Unicode()
    extension_manager = Unicode()
    transport_encryption = Unicode()
    allowed_kernelspecs = Set()
    whitelist = Set()


_TYPES: dict[str, TraitType[Any, Any]] = _Settings.class_traits()


@dataclass(frozen=True)
class Option:
    """Words of a command line that set one trait."""

    cls: str
    trait: str
    text: str | None
    """What it is set to; None where the value is missing, so that no server starts."""
    first: int
    """The place of its first word."""
    last: int
    """The place after its last one."""


def options(words: Sequence[object]) -> Iterator[Option]:
    """Yield what words set; those that are not text, or not known, set nothing."""
    for index, word in enumerate(words):
        if word == "--":
            return
        found = _OPTION.fullmatch(word) if isinstance(word, str) else None
        if found is None:
            continue
        cls, trait, rest = found["cls"], found["trait"], found["rest"]
        if rest is not None:
            yield Option(cls, trait, rest[1:], index, index + 1)
            continue
        following = words[index + 1] if index + 1 < len(words) else None
        is_value = isinstance(following, str) and not _is_option(following)
        text = following if is_value and isinstance(following, str) else None
        yield Option(cls, trait, text, index, index + (2 if is_value else 1))


def names_a_file(word: object) -> bool:
    """Return whether a word names another config file to read."""
    name = word.lstrip("-").partition("=")[0] if isinstance(word, str) else ""
    return str(word).startswith("--") and name.rpartition(".")[2] in _FILES


def mentioned(text: str) -> set[tuple[str, str]]:
    """Return classes and traits that a text names as options, in whatever way it uses them."""
    return set(_MENTIONED.findall(text))


def value_of(trait: str, text: str) -> object:
    """Return what the server makes of a value; the text itself where it makes nothing of it.

    Raises KeyError for a trait whose type is not known here.
    """
    kind = _TYPES[trait]
    try:
        with warnings.catch_warnings():  # of spellings that are out of date
            warnings.simplefilter("ignore")
            if isinstance(kind, Set):
                return kind.from_string_list([text])
            return kind.from_string(text)
    except (ValueError, TypeError, SyntaxError):
        return text


def text_for(trait: str, value: object) -> str | None:
    """Return a text that the server reads as a value; None where there is none."""
    names = sorted(value) if isinstance(value, set | frozenset) else None
    text = str(value) if names is None else "{" + ", ".join(map(repr, names)) + "}"
    return text if trait in _TYPES and value_of(trait, text) == value else None


def _is_option(word: str) -> bool:
    """Return whether argparse takes a word for an option, and not for a value."""
    return word.startswith("-") and word != "-" and not _NUMBER.fullmatch(word)
