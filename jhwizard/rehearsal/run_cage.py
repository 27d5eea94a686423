"""Starts the cage, hands over what it is told, and yields what it says; ends it in any case."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from threading import Event
from typing import IO, Self

from jhwizard import own_program

_MOST_LINE = 4 << 20
_MOST_LOG = 8 << 20
_TICK = 0.2
_CAGE = "jhwizard.rehearsal.cage"


class Cage:
    """A running cage; a context manager. Nothing of it is left behind when it is closed."""

    def __init__(self, told: Mapping[str, object]) -> None:
        """Start it with what `cage.main` reads."""
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the cage
        self._process = subprocess.Popen(  # noqa: S603 - words, no shell
            own_program.command(_CAGE),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            # Ctrl-C is for jhwizard, which ends the cage then.
            start_new_session=True,
            cwd="/",
        )
        assert self._process.stdin is not None  # noqa: S101 - a pipe
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(told).encode() + b"\n")
            self._process.stdin.flush()

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, *_given: object) -> None:
        """End everything in it."""
        self.close()

    def close(self) -> None:
        """End everything in it, and wait until that is so."""
        assert self._process.stdin is not None  # noqa: S101 - a pipe
        assert self._process.stdout is not None  # noqa: S101 - a pipe
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()  # its first process is ended with it
            self._process.wait()
        self._process.stdout.close()

    @property
    def log(self) -> str:
        """What everything in there has said so far; the end of it where it is very long."""
        size = os.fstat(self._log.fileno()).st_size
        start = max(0, size - _MOST_LOG)
        # The position is shared with those who write: it must not move.
        return os.pread(self._log.fileno(), size - start, start).decode("utf-8", "replace")

    def said(self, seconds: float, cancelled: Event | None) -> Iterator[Mapping[str, object]]:
        """Yield its lines until it has ended, the time is up, or somebody wants no more."""
        assert self._process.stdout is not None  # noqa: S101 - a pipe
        handle, rest, deadline = self._process.stdout.fileno(), b"", time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(handle, selectors.EVENT_READ)
            while time.monotonic() < deadline and not (cancelled and cancelled.is_set()):
                if not selector.select(_TICK):
                    continue
                chunk = os.read(handle, 1 << 16)
                if not chunk or len(rest) > _MOST_LINE:
                    return
                *lines, rest = (rest + chunk).split(b"\n")
                yield from filter(None, map(_understood, lines))


def _understood(line: bytes) -> Mapping[str, object] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_ours = isinstance(found, dict) and isinstance(found.get("what"), str)
    return found if is_ours else None
