"""A real terminal for tests: a pseudo-terminal, a program in it, and what stands on its screen."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pexpect
import pyte

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 20.0
"""Seconds until a screen that does not come is a failure."""
KEYS = {
    "enter": "\r",
    "tab": "\t",
    "space": " ",
    "escape": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "ctrl+c": "\x03",
    "ctrl+u": "\x15",
    "ctrl+q": "\x11",
    "ctrl+p": "\x10",
}
# pyte prints what it does not know: private sequences and strings for the terminal itself.
_UNKNOWN = re.compile(
    rb"\x1b\[[<>=?][0-9;]*[a-zA-Z$]+[a-zA-Z]?|\x1b[P\]][^\x07\x1b]*(?:\x07|\x1b\\)"
)
_KNOWN = re.compile(rb"\x1b\[\?(?:25|1049|7)[hl]")


class Terminal:
    """A program on a pseudo-terminal of 80 columns and 24 rows."""

    def __init__(self, argv: Sequence[str], environment: dict[str, str]) -> None:
        self.screen = pyte.Screen(80, 24)
        self.patience = PATIENCE
        self.raw = b""
        self._stream = pyte.ByteStream(self.screen)
        self.child = pexpect.spawn(
            argv[0], list(argv[1:]), env=environment, dimensions=(24, 80), cwd="/"
        )
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def press(self, *keys: str) -> None:
        """Send keys as fast as somebody can who looks at the screen after each one.

        One with a blank before it is typed letter by letter.
        """
        for key in keys:
            for stroke in key[1:] if key[:1] == " " and key != " " else [KEYS.get(key, key)]:
                self.child.send(stroke)
                self._settle()

    def _settle(self) -> None:
        """Wait until the program has answered and says no more."""
        length, end = len(self.raw), time.monotonic() + 3
        while len(self.raw) == length and time.monotonic() < end:
            time.sleep(0.01)
        self._quiet()

    def _quiet(self) -> None:
        while True:
            length = len(self.raw)
            time.sleep(0.2)
            if len(self.raw) == length:
                return

    def resize(self, rows: int, columns: int) -> None:
        """Give the terminal another size."""
        with self._lock:
            self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def text(self) -> str:
        """Return what stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display) + "\n"

    def wait(self, is_there: Callable[[str], bool]) -> str:
        """Wait until the screen is as wanted; return it as it is then, or at the end."""
        end = time.monotonic() + self.patience
        while not is_there(self.text()) and time.monotonic() < end:
            time.sleep(0.02)
        return self.text()

    def see(self, words: str) -> str:
        """Wait for words on the screen, and all that comes with them; fail if they do not come."""
        shown = self.wait(lambda text: words in text)
        assert words in shown, shown
        self._quiet()
        return self.text()

    def ended(self) -> int:
        """Wait for the end of the program; return its exit status, or minus the signal."""
        self._reader.join(PATIENCE)
        self.child.close()
        status = self.child.exitstatus
        return status if status is not None else -int(self.child.signalstatus or 0)

    def _read(self) -> None:
        with contextlib.suppress(pexpect.EOF, OSError, ValueError):
            while True:
                with contextlib.suppress(pexpect.TIMEOUT):
                    chunk: bytes = self.child.read_nonblocking(65536, timeout=0.2)  # type: ignore[assignment]
                    self.raw += chunk
                    with self._lock:
                        self._stream.feed(_UNKNOWN.sub(_kept, chunk))


def _kept(match: re.Match[bytes]) -> bytes:
    return match[0] if _KNOWN.fullmatch(match[0]) else b""


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """Return an environment without anything that changes how a terminal is used."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", str(CHECKOUT)),
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        **more,
    }


def jhwizard(tmp_path: Path, *words: str, **more: str) -> Terminal:
    """Start `jhwizard` with the words of a command line."""
    argv = [sys.executable, "-m", "jhwizard", *words]
    return Terminal(argv, environment(tmp_path, **more))
