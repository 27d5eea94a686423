"""Data on standard output, talk on standard error, and what `-` stands for; only for `cli`.

Nothing that was read from a file reaches a terminal here with a control character in it.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from jhwizard.errors import UsageError, WizardError
from jhwizard.language import _
from jhwizard.printable import printable

PLAINER = {
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("\u2018\u2019", "'"),
    **dict.fromkeys("─━▁▔▄▀═\u2013\u2014", "-"),
    **dict.fromkeys("│┃▌▐▊▎█▏▕║", "|"),
    **dict.fromkeys("╭╮╰╯┌┐└┘┏┓┗┛├┤┬┴┼╸╺▖▗▘▝", "+"),
    **dict.fromkeys("•·●", "*"),
    **dict.fromkeys("✓✔", "v"),
    **dict.fromkeys("✗✕", "x"),
    **dict.fromkeys("▸▶→", ">"),
    **dict.fromkeys("▼▾", "v"),
    **dict.fromkeys("←", "<"),
    **dict.fromkeys("▂▃▅▆▇", "-"),
    "…": ".",
}
"""What stands for a sign on a terminal whose encoding lacks it: as wide, so that nothing is cut."""
_LARGEST = 64 << 20
"""Bytes. A saved plan holds every file it writes, and no more than that."""


def make_robust() -> None:
    """Let text that the terminal's encoding lacks, or closed streams, end no verb."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - to the end
    codecs.register_error("plainer", _plainer)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plainer")


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for characters that a terminal lacks; a sign is as wide as it was."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(PLAINER.get(ch) or _escaped(ch) for ch in lacking), error.end


def _escaped(character: str) -> str:
    return character.encode("ascii", "backslashreplace").decode()


def is_dumb() -> bool:
    """Return whether the terminal says that it can do no more than a printer."""
    return os.environ.get("TERM", "dumb") in {"", "dumb"}


def need_terminal(*, in_a_row: bool) -> None:
    """Raise UsageError where nobody could look at screens or, `in_a_row`, answer questions."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            _("the wizard needs a terminal, and there is none here"),
            fix=_("use `jhwizard show`, and `jhwizard plan` and `apply` with an answers file"),
        )
    if is_dumb() and not in_a_row:
        raise UsageError(
            _("the screens need a terminal that can move its cursor, and TERM says it is dumb"),
            fix=_("use `jhwizard setup --plain` or ACCESSIBLE=1, or set TERM, as in TERM=xterm"),
        )


@contextlib.contextmanager
def splash() -> Iterator[None]:
    """Show the name at once, and nothing of it later: what the screens need takes time to load."""
    try:
        with _early_keys():
            sys.stdout.write("jhwizard …\r")
            sys.stdout.flush()
            yield
    finally:
        wipe()


def wipe() -> None:
    """Take away what `splash` showed, which is there again when the screens are gone."""
    sys.stdout.write("\r\x1b[K")
    sys.stdout.flush()


@contextlib.contextmanager
def _early_keys() -> Iterator[None]:
    """Keep what is typed before the screens are there, and ^Q above all.

    The terminal takes that for itself (XON), waits for the end of a line, and shows what is typed.
    """
    import termios  # noqa: PLC0415 - nothing else needs it

    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    early = termios.tcgetattr(handle)
    early[0] &= ~termios.IXON
    early[3] &= ~(termios.ICANON | termios.ECHO)
    termios.tcsetattr(handle, termios.TCSANOW, early)
    try:
        yield
    finally:
        termios.tcsetattr(handle, termios.TCSANOW, before)


def take(name: str) -> bytes:
    """Return an answers file or a saved plan. Raises UsageError for anything but a file."""
    fix = _("give a TOML file, a plan that `jhwizard plan -o` saved, or - for standard input")
    try:
        if name != "-" and not Path(name).is_file() and Path(name).exists():
            raise UsageError(_("{name} is not a regular file").format(name=name), fix=fix)
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        text = _("{name} cannot be read: {why}").format(name=name, why=error.strerror)
        raise UsageError(text, fix=fix) from error
    if len(content) > _LARGEST:
        raise UsageError(
            _("{name} is too large to be answers or a plan").format(name=name), fix=fix
        )
    return content


def give(text: str) -> None:
    """Write data to standard output. Raises WizardError where it does not fit."""
    try:
        if text:
            sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        why = _("standard output cannot be written: {why}").format(why=error.strerror)
        # Python would try again at its end, and complain in its own words.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise WizardError(why) from error


def say(text: str) -> None:
    """Write talk to standard error, with whatever could move a cursor escaped."""
    sys.stderr.write(printable(text) + "\n")


def need_somebody(text: str, fix: str) -> None:
    """Raise UsageError where nobody can be asked; reading from `-` has closed standard input."""
    if sys.stdin.closed or not sys.stdin.isatty():
        raise UsageError(text, fix=fix)


def asks(question: str) -> bool:
    """Ask at the terminal; return whether the answer is a yes."""
    sys.stderr.write(f"{printable(question)} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes", _("yes")}


def coloured(diff: str, stream: TextIO, *, plain: bool) -> str:
    """Return a diff in colours, if `stream` is a terminal and nobody asked for none."""
    if plain or "NO_COLOR" in os.environ or not stream.isatty():
        return diff
    colours = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}
    lines = diff.splitlines()
    return "".join(f"{colours[x[0]]}{x}\x1b[0m\n" if x[:1] in colours else f"{x}\n" for x in lines)
