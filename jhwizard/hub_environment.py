"""The environment variables JupyterHub runs with, as far as the admin hands them over.

A config file may say `os.environ["IDLE"]`; only the hub's own environment says what that is. Only
its own files are read with it: people's servers have another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from jhwizard.errors import NotPermittedError, UsageError
from jhwizard.facts import Facts, Missing, Write
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.variables import Variables

_LARGEST = 1 << 20
"""Bytes. Linux gives a process at most 128 KiB for one variable."""
_NAME = re.compile(r"(?:export[ \t]+)?([^\s=#;][^\s=]*)[ \t]*=")
_BLANK = re.compile(r"(?:\s|[#;][^\n]*)*")
_SPACE = re.compile(r"[ \t\r]*")
_BARE = re.compile(r"(?:\\.|[^\\\n])*\\?", re.DOTALL)
_QUOTED = {
    "'": re.compile(r"'([^']*)'"),
    '"': re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL),
}
_MOST_NAMED = 4


def variables_of(files: Sequence[Path], pid: int | None) -> Variables:
    """Return what files and a process say; a file beats those before it, and the process.

    A process has its whole environment, files name a part of it. Raises as the two below.
    """
    pairs = [] if pid is None else list(from_process(pid).items())
    for path in files:
        pairs += from_file(path).items()
    return Variables(tuple(dict(pairs).items()), whole=pid is not None)


def from_file(path: Path) -> dict[str, str]:
    r"""Return the variables of a file as systemd reads it for `EnvironmentFile=`.

    That is systemd's `src/basic/env-file.c`: quotes go, also around several lines; a backslash
    takes the next character as it is, and joins lines; `#` and `;` begin a line of comment. Docker
    Compose agrees on all that people commonly write, `docker run` keeps quotes and backslashes.
    `export` in front, which shells and Compose want, is passed over.

    Raises UsageError where the file is missing, or has a line that sets nothing, with the line.
    """
    text = _text(path)
    found: dict[str, str] = {}
    at = _skipped(text, 0)
    while at < len(text):
        match = _NAME.match(text, at)
        if match is None:
            raise _odd(path, text, at, _("--env-file: this line sets no variable"))
        found[match[1]], end = _value(path, text, match.end())
        if "\0" in match[0] + found[match[1]]:
            raise _odd(path, text, at, _("--env-file: no variable can hold a null character"))
        at = _skipped(text, end)
    return found


def from_process(pid: int) -> dict[str, str]:
    """Return the variables a process of this machine was started with (`man 5 proc`).

    Raises UsageError for a process that does not exist, NotPermittedError for somebody else's.
    """
    try:
        content = Path(f"/proc/{pid}/environ").read_bytes()
    except PermissionError as error:
        text = _("--env-from: the process {pid} belongs to somebody else").format(pid=pid)
        raise NotPermittedError(text, fix=_("run it with sudo")) from error
    except OSError as error:
        text = _("--env-from: there is no process {pid}").format(pid=pid)
        raise UsageError(text, fix=_("`pgrep -f jupyterhub` says which one it is")) from error
    # As Python itself takes them, the first of a name counts.
    pairs = [p.partition("=") for p in content.decode(errors="surrogateescape").split("\0")]
    return {name: value for name, equals, value in reversed(pairs) if equals}


def unknown_variables(facts: Facts) -> tuple[str, ...]:
    """Return the remark that values in force depend on variables nobody has named; or nothing."""
    if facts.variables.whole:
        return ()  # one that the hub's file needs and that is not set stops the hub
    names = {name for write in _decisive(facts) for name in _names(write.parts)}
    names |= set(facts.evaluation.asked) if facts.evaluation else set()
    words = [f"${shown(name, 40)}" for name in sorted(names - {"*", "…"})]
    words += ["os.environ"] if "*" in names else []
    if not words:
        return ()
    told = ", ".join([*words[:_MOST_NAMED], *["…"][: len(words) - _MOST_NAMED]])
    text = _("{path} reads {names}: --env-from PID or --env-file FILE tells what that is")
    return (text.format(path=facts.hub_config, names=told),)


def _decisive(facts: Facts) -> Iterator[Write]:
    """Yield the hub's lines that decide settings whose values are not known."""
    places = {(f.file, f.line) for f in facts.found.values() if f.kind in {"env", "computed"}}
    for source in facts.sources:
        if source.role == "hub":
            yield from (w for w in source.reading.writes if (source.path, w.line) in places)


def _names(parts: object) -> Iterator[str]:
    if isinstance(parts, Missing):
        yield from [parts.variable] if parts.variable else []
    elif isinstance(parts, dict):
        yield from (name for part in parts.values() for name in _names(part))
    elif isinstance(parts, list | tuple):
        yield from (name for part in parts for name in _names(part))


def _text(path: Path) -> str:
    try:
        content = path.read_bytes() if path.is_file() else None
        text = None if content is None else content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = str(error.strerror) if isinstance(error, OSError) else _("it is not UTF-8")
        raise _unreadable(path, why) from error
    if text is None:
        raise _unreadable(path, _("there is no such file"))
    if len(text) > _LARGEST:
        raise _unreadable(path, _("it is too large"))
    return text


def _unreadable(path: Path, why: str) -> UsageError:
    return UsageError(_("--env-file: {path} cannot be read: {why}").format(path=path, why=why))


def _odd(path: Path, text: str, at: int, what: str) -> UsageError:
    line = text.count("\n", 0, at) + 1
    return UsageError(what, file=PurePosixPath(path), line=line, fix=_("write NAME=value"))


def _skipped(text: str, at: int) -> int:
    """Return where the next line that says something begins."""
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _value(path: Path, text: str, at: int) -> tuple[str, int]:
    """Return the value that begins at a place, and where its last line ends."""
    parts = []
    while True:
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        quote = _QUOTED.get(text[at : at + 1])
        if quote is None:
            break
        match = quote.match(text, at)
        if match is None:
            raise _odd(path, text, at, _("--env-file: the quote that begins here is never closed"))
        parts.append(match[1] if text[at] == "'" else _unescaped(match[1], kept=True))
        at = match.end()
    bare = _BARE.match(text, at)
    rest = bare[0] if bare else ""
    if parts and rest:
        raise _odd(path, text, at, _("--env-file: something stands behind the closing quote"))
    return "".join([*parts, _unescaped(_trimmed(rest))]), at + len(rest)


def _trimmed(bare: str) -> str:
    """Return a value without blanks at its end; one behind a backslash belongs to it."""
    trimmed = bare.rstrip(" \t\r")
    backslashes = len(trimmed) - len(trimmed.rstrip("\\"))
    return bare[: len(trimmed) + 1] if backslashes % 2 else trimmed


def _unescaped(text: str, *, kept: bool = False) -> str:
    r"""Return text without its backslashes; `kept`: those that protect nothing stay, as in `\n`."""

    def plain(match: re.Match[str]) -> str:
        if match[1] == "\n":
            return ""
        return match[0] if kept and match[1] not in '"\\`$' else match[1]

    return re.sub(r"\\(.)", plain, text, flags=re.DOTALL)
