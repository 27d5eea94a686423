"""Reading in a process of its own, with limits: for files that are large, or look hostile.

The parser itself can use up memory and stack before any budget of the reader counts, so what a
file is like is judged by its bytes.
"""

from __future__ import annotations

import gc
import pickle
import re
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from jhwizard.facts import Problem, Reading
from jhwizard.language import _

_MODEST_BYTES: Final = 256 << 10
_MODEST_LINE: Final = 8_000
_MODEST_LEVELS: Final = 60
_MODEST_ELIFS: Final = 100
_MODEST_TOKENS: Final = 40_000
_MOST_BYTES_READ: Final = 1 << 20
_MEMORY: Final = 512 << 20
_SECONDS: Final = 2
_SECONDS_OF_WAITING: Final = 10  # of a machine that is busy with other things
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"()[]{}"))
_OPENING: Final = frozenset(b"([{")
_OPERATORS: Final = re.compile(rb"[-+*/%|&^~.<>=@]|\bnot\b|\bif\b|\blambda\b|\bawait\b")


def is_modest(content: bytes) -> bool:
    """Return whether a file can be read in this process: small, and nested but a little."""
    if len(content) > _MODEST_BYTES:
        return len(content) > _MOST_BYTES_READ  # refused at once
    longest = max(map(len, content.splitlines()), default=0)
    return (
        longest <= _MODEST_LINE
        and content.count(b"elif") <= _MODEST_ELIFS
        and _levels(content) <= _MODEST_LEVELS
        and _longest_indent(content) <= _MODEST_LEVELS
        and len(_OPERATORS.findall(content)) <= _MODEST_TOKENS
    )


def _levels(content: bytes) -> int:
    deepest = level = 0
    for bracket in content.translate(None, _NOT_BRACKETS):
        if bracket in _OPENING:
            level += 1
            deepest = max(deepest, level)
        elif level:
            level -= 1
    return deepest


def _longest_indent(content: bytes) -> int:
    lines = re.findall(rb"^[ \t]+", content, re.MULTILINE)
    return len(set(map(len, lines)))


def read_in_child(
    content: bytes,
    environ: Mapping[str, str] | None,
    file: str | None,
    opened: Mapping[str, bytes | Problem] | None = None,
) -> Reading:
    """Return what a process of its own makes of a file; a problem if it comes to no end.

    It opens no file: what others hold that the config opens, it is given.
    """
    command = [sys.executable, "-I", "-m", __name__]
    given = pickle.dumps((content, environ, file, dict(opened or {})))
    problem = Problem(_("the file is not understood: reading it takes too much time or memory"))
    try:
        done = subprocess.run(  # noqa: S603  # this very interpreter, and a module of this package
            command, input=given, capture_output=True, timeout=_SECONDS_OF_WAITING, check=False
        )
        with without_garbage():
            reading = pickle.loads(done.stdout)  # noqa: S301  # what `main` below wrote
    except (subprocess.TimeoutExpired, OSError, EOFError, pickle.UnpicklingError):
        return Reading(problem=problem)
    return reading if isinstance(reading, Reading) else Reading(problem=problem)


@contextmanager
def without_garbage() -> Iterator[None]:
    """Look for no garbage meanwhile: tens of thousands of new objects, and all of them stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def main() -> None:
    """Read the file that standard input gives, within limits."""
    gc.disable()  # it would look at the whole syntax tree again and again, for a third of the time
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from jhwizard.jupyter.python_reading import read_here  # noqa: PLC0415  # within the limits

    given = pickle.load(sys.stdin.buffer)  # noqa: S301  # what `read_in_child` wrote
    sys.stdout.buffer.write(pickle.dumps(read_here(*given)))


if __name__ == "__main__":
    main()
