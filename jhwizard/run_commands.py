"""Runs the commands of a plan, with what they say passed on line by line, and ends them whole."""

from __future__ import annotations

import contextlib
import os
import selectors
import shlex
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.language import _
from jhwizard.plan import Command
from jhwizard.printable import shown
from jhwizard.what_stays import unfinished

Progress = Callable[[str], None]
Note = Callable[[tuple[Command, ...]], None]
"""Keeps what has run so far, so that it is known whatever happens next."""
_READABLE = 0o022
"""The umask: what is installed must be readable for everybody's server."""
_GRACE = 5.0
"""Seconds a command gets to end by itself before it is made to."""
_TICK = 0.2
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
            last = _passed_on(process, progress, cancelled)
            status = process.wait()
        except BaseException:
            _end(process, signal.SIGTERM)
            raise
        finally:
            _end(process, signal.SIGKILL)
    if status:
        text = _("it ended with status {status}, and nothing was written: {last}")
        fix = _("run it by hand to see more: {command}").format(command=shlex.join(command.argv))
        raise WizardError(text.format(status=status, last=last), file=program, fix=fix)


def _passed_on(
    process: subprocess.Popen[bytes], progress: Progress, cancelled: Callable[[], bool]
) -> str:
    """Pass every line on as it comes; return the last one."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    handle, rest, last = process.stdout.fileno(), b"", ""
    with selectors.DefaultSelector() as selector:
        selector.register(handle, selectors.EVENT_READ)
        while True:
            if cancelled():
                raise KeyboardInterrupt
            if not selector.select(_TICK):
                continue
            chunk = os.read(handle, _LONGEST_LINE)
            *lines, rest = (rest + chunk if chunk else rest + b"\n").split(b"\n")
            rest = rest[-_LONGEST_LINE:]
            for line in lines:
                if text := shown(line.decode("utf-8", "replace").strip(), 500):
                    progress(text)
                    last = text
            if not chunk:
                return last


def _end(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to all that a command started; give it time to end after a gentle one."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
    if number == signal.SIGTERM:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
