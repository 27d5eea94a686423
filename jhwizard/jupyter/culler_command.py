"""The command line of the hub's idle culler: what its words say, and the smallest change of them.

There are two dialects. jupyterhub-idle-culler 1, and `cull_idle_servers.py` before it, read their
words with tornado; version 2 does with traitlets (both tried, 1.4.0 and 2.0.0): `--cull-users`
alone is a switch to the first and the end of the second, `--timeout 60` the other way round.
`--flag=value` is good with both, and is what is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal

from jhwizard.errors import RefusedError
from jhwizard.language import _
from jhwizard.printable import redacted, shown

Dialect = Literal["tornado", "traitlets", ""]
"""Who reads the words; nothing where that is not known, so that only what is common counts."""

TIMEOUT: Final = "timeout"
SWITCHES: Final = ("cull-users", "remove-named-servers")
MODULE: Final = "jupyterhub_idle_culler"
SCRIPT: Final = "cull_idle_servers.py"
TIMES: Final = {TIMEOUT: 1, "cull-every": 1, "max-age": 0}
"""Flags in seconds, and the least each of them may be: the culler dies of less."""
_HARMLESS_SWITCH: Final = "ssl-enabled"
_HARMLESS: Final = {
    *("api-page-size", "concurrency", "internal-certs-location", "url"),
    _HARMLESS_SWITCH,
}
"""Flags that change how the culler asks, and not what it stops."""
FLAGS: Final = (*TIMES, *SWITCHES, *sorted(_HARMLESS))
"""Those that are read here."""
ALL_FLAGS: Final = frozenset(
    {
        *FLAGS,
        *("config", "generate-config", "help"),
        *("cull-admin-users", "cull-default-servers", "cull-named-servers"),
    }
)
"""Every flag of the two versions (1.4.0 and 2.0.0)."""
_FLAG: Final = re.compile(r"--([a-z-]+)(?:=(.*))?", re.ASCII | re.DOTALL)
_TORNADO_FLAG: Final = re.compile(r"--?([a-z_-]+)(?:=(.*))?", re.ASCII | re.DOTALL)


@dataclass(frozen=True)
class Argument:
    """One flag of a command with its value."""

    at: int
    """The place of its first word in the command."""
    words: int
    """How many words it takes: one, or two."""
    name: str
    """Without dashes in front; empty for what is no flag of the culler's."""
    value: object = None
    """Seconds, a switch, or text for what stops nobody; None where it has a fault."""
    fault: str = ""
    """Why it is not certain what the culler does with it; empty when it is."""


def dialect_of(command: Sequence[object], *, is_traitlets: bool | None) -> Dialect:
    """Return who reads a command's words; `is_traitlets` is None where that is not known."""
    if any(isinstance(word, str) and PurePosixPath(word).name == SCRIPT for word in command[:2]):
        return "tornado"
    if is_traitlets is None:
        return ""
    return "traitlets" if is_traitlets else "tornado"


def arguments(command: Sequence[object], dialect: Dialect) -> list[Argument]:
    """Return what follows the module, or the script of old; nothing may stand around them.

    Raises RefusedError for a culler that is started in another way.
    """
    at, found = _start(command), []
    while at < len(command):
        found.append(_argument(command, at, dialect))
        at += found[-1].words
    return list(_once(found, dialect))


def flags(command: Sequence[object], dialect: Dialect) -> dict[str, object]:
    """Return what a command says: seconds and switches, by the names of the flags.

    Raises RefusedError where it is not certain what the culler does.
    """
    said = arguments(command, dialect)
    faults = [one.fault for one in said if one.fault]
    if faults:
        raise RefusedError(faults[0])
    return {one.name: one.value for one in said if one.name not in _HARMLESS}


def with_flags(
    command: Sequence[object], dialect: Dialect, wanted: Mapping[str, object]
) -> list[object]:
    """Return a command that says something else by some flags; None takes a flag out."""
    words: list[object] = list(command)
    for name, value in wanted.items():
        there = [one for one in arguments(words, dialect) if one.name == name]
        for one in reversed(there[1:] if value is not None else there):
            del words[one.at : one.at + one.words]
        if value is not None and there:
            words[there[0].at : there[0].at + there[0].words] = _words(there[0], words, value)
        elif value is not None:
            words.append(f"--{name}={value}")
    return words


def _words(there: Argument, words: Sequence[object], value: object) -> list[object]:
    """Return a flag with another value: in two words where it stood so, and may."""
    if there.words == 1 or there.fault:
        return [f"--{there.name}={value}"]
    return [words[there.at], str(value)]


def _start(command: Sequence[object]) -> int:
    """Return the place of the first argument."""
    names = [PurePosixPath(w).name if isinstance(w, str) else "" for w in command[:3]]
    match names:
        case [_, "-m", module] if module == MODULE == command[2]:
            return 3
        case [_, script, *_] if script == SCRIPT:
            return 2
        case [script, *_] if script == SCRIPT:
            return 1
    raise RefusedError(_("the culler is started in a way that is not understood"))


def _argument(command: Sequence[object], at: int, dialect: Dialect) -> Argument:
    word = command[at]
    pattern = _TORNADO_FLAG if dialect == "tornado" else _FLAG
    found = pattern.fullmatch(word) if isinstance(word, str) else None
    if found is None:
        return Argument(at, 1, "", fault=_not_understood(word))
    name, text = found[1].lstrip("-").replace("_", "-"), found[2]
    if name not in FLAGS:
        return Argument(at, 1, "", fault=_not_understood(word))
    if text is None:
        return _without_sign(command, at, name, dialect)
    value = _value(name, text, dialect)
    return Argument(at, 1, name, value, "" if value is not None else _not_understood(word))


def _without_sign(command: Sequence[object], at: int, name: str, dialect: Dialect) -> Argument:
    """Return a flag without `=`: a switch to tornado; traitlets takes the next word for its value.

    Whatever the dialect, the next word goes with a time: nobody could read it otherwise.
    """
    is_switch = name in {*SWITCHES, _HARMLESS_SWITCH}
    after = command[at + 1] if at + 1 < len(command) else None
    text = after if isinstance(after, str) and not after.startswith("-") else None
    words = 1 if text is None or (is_switch and dialect == "tornado") else 2
    said = " ".join(str(word) for word in command[at : at + words])
    if dialect == "tornado" and is_switch:
        return Argument(at, 1, name, value=True)
    if dialect == "traitlets" and text is not None:
        value = _value(name, text, dialect)
        return Argument(at, words, name, value, "" if value is not None else _not_understood(said))
    return Argument(at, words, name, fault=_dead(said, dialect))


def _once(found: list[Argument], dialect: Dialect) -> Iterator[Argument]:
    """Yield the arguments; a flag that is given twice is the end of traitlets' culler."""
    for index, one in enumerate(found):
        again = one.name and one.name in {other.name for other in found[:index]}
        if again and not one.fault and dialect != "tornado":
            fault = _dead(f"--{one.name}", dialect, twice=True)
            yield Argument(one.at, one.words, one.name, fault=fault)
        else:
            yield one


def _value(name: str, text: str, dialect: Dialect) -> object:
    """Return the value of a flag; None where not everybody who may read it takes it the same."""
    if name in SWITCHES:
        return _switch(text.lower(), dialect)
    if name in _HARMLESS:
        return text
    is_number = text.isascii() and text.isdigit() and len(text) <= len("9" * 12)
    return int(text) if is_number and int(text) >= TIMES[name] else None


def _switch(text: str, dialect: Dialect) -> bool | None:
    if text in {"true", "1", "false", "0"}:
        return text in {"true", "1"}
    return text != "f" if dialect == "tornado" else None


def _not_understood(word: object) -> str:
    text = _("the culler's argument {word} is not understood")
    return text.format(word=shown(redacted(str(word)), 40))


def _dead(said: str, dialect: Dialect, *, twice: bool = False) -> str:
    """Return that the installed culler ends at once, or may, because of an argument."""
    if not dialect:
        text = _("it depends on the culler's version what {word} means")
    elif twice:
        text = _("the culler does not start: {word} is given twice")
    elif dialect == "tornado":
        text = _("the culler does not start: version 1 wants {word} as one word with =")
    else:
        text = _("the culler does not start: from version 2 on {word} needs a value")
    return text.format(word=shown(said, 40))
