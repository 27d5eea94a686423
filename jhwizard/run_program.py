"""Runs one program with limits on time and output, and ends everything it started.

The programs are interpreters of somebody else's environments: they may hang, print without end,
or leave children behind.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.language import _
from jhwizard.printable import shown

_MOST_OUTPUT = 16 << 20
_CHUNK = 1 << 16


def run(argv: Sequence[str], seconds: float, given: bytes, home: Path | None = None) -> str:
    """Return what a program prints; `given` is its standard input, `home` the home it is told.

    Raises WizardError when it is missing, fails, prints too much, or hangs for `seconds`.
    """
    program = PurePosixPath(argv[0])
    with tempfile.TemporaryFile() as stdin:
        stdin.write(given)
        stdin.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - words, no shell
                list(argv),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                cwd="/",
                env=None if home is None else _at_home(home),
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            text = _("it cannot be started: {why}").format(why=why)
            raise WizardError(text, file=program) from error
    with process:
        try:
            output, errors = _output(process, program, time.monotonic() + seconds, seconds)
        finally:
            # Its children would live on, and keep its pipes open.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    _refuse_failed(process.returncode, errors, program)
    return output.decode("utf-8", "replace")


def _at_home(home: Path) -> dict[str, str]:
    """Return an environment without anybody's own settings of Python, IPython and Jupyter."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "IPY", "JUPYTER"))}
    return {**kept, "HOME": str(home)}


def _output(
    process: subprocess.Popen[bytes], program: PurePosixPath, deadline: float, seconds: float
) -> tuple[bytes, bytes]:
    """Return both outputs of a program that has ended. Raises WizardError at a limit."""
    assert process.stdout is not None  # noqa: S101 - both are pipes
    assert process.stderr is not None  # noqa: S101
    found = {process.stdout.fileno(): bytearray(), process.stderr.fileno(): bytearray()}
    with selectors.DefaultSelector() as selector:
        for handle in found:
            selector.register(handle, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0, deadline - time.monotonic()))
            if not ready:
                raise _too_slow(program, seconds)
            for key, _events in ready:
                if not _take(key.fd, found[key.fd]):
                    selector.unregister(key.fd)
                elif len(found[key.fd]) > _MOST_OUTPUT:
                    raise WizardError(_("it prints without end"), file=program)
    try:
        process.wait(max(0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise _too_slow(program, seconds) from error
    output, errors = found.values()
    return bytes(output), bytes(errors)


def _take(handle: int, into: bytearray) -> bool:
    """Add what there is; return whether more may come."""
    chunk = os.read(handle, _CHUNK)
    into += chunk
    return bool(chunk)


def _too_slow(program: PurePosixPath, seconds: float) -> WizardError:
    text = _("it gave no answer within {seconds:g} seconds").format(seconds=seconds)
    return WizardError(text, file=program)


def _refuse_failed(status: int, errors: bytes, program: PurePosixPath) -> None:
    if status == 0:
        return
    if status < 0:
        text = _("it was ended by signal {number}").format(number=-status)
        raise WizardError(text, file=program)
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    text = _("it ended with status {status}").format(status=status)
    raise WizardError(text + (f": {shown(lines[-1], 120)}" if lines else ""), file=program)
