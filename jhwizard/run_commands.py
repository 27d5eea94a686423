"""Runs the commands of a plan, with what they say passed on line by line, and ends them whole."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import shlex
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.language import _
from jhwizard.last_words import last_words
from jhwizard.plan import Command
from jhwizard.printable import shown
from jhwizard.what_stays import unfinished

Progress = Callable[[str], None]
Note = Callable[[tuple[Command, ...]], None]
"""Keeps what has run so far, so that it is known whatever happens next."""
_READABLE = 0o022
"""The umask: what is installed must be readable for everybody's server."""
_GRACE = 60.0
"""Seconds a command gets to end by itself before it is made to.

conda 26.7.1 takes back what it did when it is asked to end, which took 9 s with 130 packages.
Ended in the middle of that, the environment would be broken.
"""
_PATIENCE = 1.0
"""Seconds after which it is said what is being waited for."""
_TICK = 0.2
_KEPT = 10_000
"""Lines that are looked at for the reason, if a command fails."""
_MOVES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_TAKEN_BACK = re.compile(r"^\x08+|[^\x08]\x08")
_LONGEST_LINE = 1 << 16


def run_commands(
    commands: Sequence[Command],
    progress: Progress,
    cancelled: Callable[[], bool],
    note: Note = lambda _ran: None,
) -> None:
    """Run them one after the other; before and after each, `note` gets what may stay by then.

    Raises WizardError when one fails, and KeyboardInterrupt when it is `cancelled`; it and all it
    started has ended then. One that fails by itself is taken to leave nothing.
    """
    ran: tuple[Command, ...] = ()
    for command in commands:
        progress(f"$ {shlex.join(command.argv)}")
        note((*ran, unfinished(command)))
        try:
            _run(command, progress, cancelled)
        except WizardError:
            note(ran)
            raise
        ran = (*ran, command)
        note(ran)


def _run(command: Command, progress: Progress, cancelled: Callable[[], bool]) -> None:
    program = PurePosixPath(command.argv[0])
    try:
        process = subprocess.Popen(  # noqa: S603 - words, no shell
            list(command.argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=_READABLE,
            cwd="/",
        )
    except (OSError, ValueError) as error:
        text = _("it cannot be started, and nothing was written: {why}")
        why = getattr(error, "strerror", None) or error
        raise WizardError(text.format(why=why), file=program) from error
    with process:
        try:
            said = _passed_on(process, progress, partial(_refuse_cancelled, cancelled))
            status = process.wait()
        except BaseException:
            _ask_to_end(process, progress)
            raise
        finally:
            _signal(process, signal.SIGKILL)
    if status:
        text = _("it ended with status {status}, and nothing was written: {last}")
        fix = _("run it by hand to see more: {command}").format(command=shlex.join(command.argv))
        last = shown(last_words(said), 500)
        raise WizardError(text.format(status=status, last=last), file=program, fix=fix)


def _refuse_cancelled(cancelled: Callable[[], bool]) -> bool:
    if cancelled():
        raise KeyboardInterrupt
    return False


def _passed_on(
    process: subprocess.Popen[bytes], progress: Progress, stop: Callable[[], bool]
) -> list[str]:
    """Pass every line on as it comes, to the end or until `stop`; return the last ones."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    handle, rest, said = process.stdout.fileno(), b"", deque[str](maxlen=_KEPT)
    with selectors.DefaultSelector() as selector:
        selector.register(handle, selectors.EVENT_READ)
        while not stop():
            if not selector.select(_TICK):
                continue
            chunk = os.read(handle, _LONGEST_LINE)
            *lines, rest = (rest + chunk if chunk else rest + b"\n").split(b"\n")
            rest = rest[-_LONGEST_LINE:]
            for line in map(_line, lines):
                said.append(line)
                if line:
                    progress(line)
            if not chunk:
                break
    return list(said)


def _line(raw: bytes) -> str:
    """Return a line as it would stand on a terminal at last, without the way it got there.

    Progress bars go back to its start or up a line, spinners back one by one (conda 24.11.1).
    """
    text = _MOVES.sub("", raw.decode("utf-8", "replace")).strip().rpartition("\r")[2]
    while "\b" in text:
        text = _TAKEN_BACK.sub("", text)
    return shown(text.strip(), 500)


def _ask_to_end(process: subprocess.Popen[bytes], progress: Progress) -> None:
    """Ask all that a command started to end, and pass on what it says while it does."""
    _signal(process, signal.SIGTERM)
    start = time.monotonic()

    def is_over(seconds: float) -> bool:
        return process.poll() is not None or time.monotonic() - start > seconds

    _passed_on(process, progress, partial(is_over, _PATIENCE))
    if process.poll() is None:
        text = _("waiting up to {seconds:g} s until it has ended and taken back what it did")
        progress(text.format(seconds=_GRACE))
        _passed_on(process, progress, partial(is_over, _GRACE))


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to all that a command started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
