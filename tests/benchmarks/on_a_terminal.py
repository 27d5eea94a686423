"""A program on an 80x24 pseudo-terminal, and how long it takes to answer.

Not `tests/terminal/terminal.py`: reading is not emulated here, so that only the program is timed.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

STILL = 0.25
"""Seconds without output after which a screen is taken to stand still."""
KEYS = {
    "down": b"\x1b[B",
    "up": b"\x1b[A",
    "tab": b"\t",
    "space": b" ",
    "backspace": b"\x7f",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
}
_ESCAPES = re.compile(rb"\x1b\[[0-9;?>]*[A-Za-z]|\x1b[()][0-9A-B]|\x1b[=>]")
_PATIENCE = 30.0


@dataclass(frozen=True)
class Answer:
    """What a program did after one key; times in seconds from the key."""

    first: float
    """Until its first output."""
    still: float
    """Until its last output."""
    size: int
    """Bytes of output."""


def environment() -> dict[str, str]:
    """Return the surroundings of every program: byte code is kept, as an installation does."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


class Running:
    """A program that runs; it is ended with the `with` it was started in."""

    def __init__(self, argv: Sequence[str]) -> None:
        self.started = time.perf_counter()
        self.pid, self._screen = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], list(argv), environment())  # noqa: S606 - a shell would cost time
        fcntl.ioctl(self._screen, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._text = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        os.kill(self.pid, signal.SIGKILL)  # a demo's directory is in TMPDIR, which goes as a whole
        os.close(self._screen)
        os.waitpid(self.pid, 0)

    def see(self, words: str) -> float:
        """Return the seconds from the start until `words` are on the screen."""
        while words.encode() not in _ESCAPES.sub(b"", self._text):
            if not self._read(_PATIENCE):
                sys.exit(f"{words!r} was not seen:\n{self._text[-2000:]!r}")
        return time.perf_counter() - self.started

    def settle(self) -> None:
        """Wait until the screen stands still."""
        while self._read(STILL):
            pass

    def press(self, key: str) -> Answer:
        """Press a key, named or a letter, and wait until the screen stands still."""
        start = time.perf_counter()
        os.write(self._screen, KEYS.get(key, key.encode()))
        times, size = [start], 0
        while length := self._read(2.0 if len(times) == 1 else STILL):
            times.append(time.perf_counter())
            size += length
        return Answer(times[min(1, len(times) - 1)] - start, times[-1] - start, size)

    def resident(self) -> float:
        """Return its resident memory in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    def _read(self, seconds: float) -> int:
        """Return how many bytes came within `seconds`; 0 for none."""
        if not select.select([self._screen], [], [], seconds)[0]:
            return 0
        try:
            chunk = os.read(self._screen, 65536)
        except OSError:
            return 0  # it ended
        self._text += chunk
        return len(chunk)
