"""jhwizard side by side with the programs people use today, in one run, taking turns.

    .venv/bin/python tests/benchmarks/compare.py [ROUNDS]

Prints medians and ratios. Not a test: a busy machine makes every number larger, and the ratios
are what stays. Needs the environment `hub6` of the real tests.
"""

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from real.built import built

JHWIZARD = str(Path(sys.executable).with_name("jhwizard"))
HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("hello from textual")
Hello().run()
"""
TEXTUAL = "a Textual app of one line, first paint"
ESCAPES = re.compile(rb"\x1b\[[0-9;?>]*[A-Za-z]|\x1b[()][0-9A-B]|\x1b[=>]")


def environment() -> dict[str, str]:
    """Return the surroundings of every program: byte code is kept, as an installation does."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


def finished(argv: Sequence[str]) -> Callable[[], float]:
    """Return a way to take the seconds until a program has ended."""

    def run() -> float:
        start = time.perf_counter()
        subprocess.run(argv, env=environment(), capture_output=True, check=False)
        return time.perf_counter() - start

    return run


def painted(argv: Sequence[str], marker: bytes) -> Callable[[], float]:
    """Return a way to take the seconds until a program has put `marker` on an 80x24 terminal."""

    def run() -> float:
        start = time.perf_counter()
        pid, screen = pty.fork()
        if pid == 0:
            os.execve(argv[0], list(argv), environment())  # noqa: S606 - a shell would cost time
        fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        try:
            return _seen(screen, marker) - start
        finally:
            os.kill(pid, signal.SIGTERM)
            os.close(screen)
            os.waitpid(pid, 0)

    return run


def _seen(screen: int, marker: bytes) -> float:
    text, end = b"", time.perf_counter() + 20
    while marker not in ESCAPES.sub(b"", text):
        ready, _, _ = select.select([screen], [], [], end - time.perf_counter())
        if not ready:
            sys.exit(f"{marker!r} was not seen:\n{text[-2000:]!r}")
        text += os.read(screen, 65536)
    return time.perf_counter()


def measure(cases: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each case; the cases take turns."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for case in cases.values():
        case()  # byte code and disk cache are warm for everybody
    for _ in range(rounds):
        for name, case in cases.items():
            taken[name].append(case())
    return {name: statistics.median(times) for name, times in taken.items()}


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    prefix = built("hub6") / "bin"
    python = str(prefix / "python3")
    state = tempfile.mkdtemp(prefix="jhwizard-benchmark-")
    show = [JHWIZARD, "show", "--hub-python", python, "--state", state]
    extensions = [str(prefix / "jupyter-server"), "extension", "list"]
    times = measure(
        {
            "python -c pass": finished([sys.executable, "-c", "pass"]),
            "jhwizard --version": finished([JHWIZARD, "--version"]),
            "jhwizard show": finished(show),
            "jupyter kernelspec list": finished([str(prefix / "jupyter"), "kernelspec", "list"]),
            "jupyter server extension list": finished(extensions),
            "jupyter labextension list": finished([str(prefix / "jupyter-labextension"), "list"]),
            "jupyterhub --version": finished([str(prefix / "jupyterhub"), "--version"]),
            "a Textual app of one line, first paint": painted(
                [sys.executable, "-c", HELLO], b"hello from textual"
            ),
            "jhwizard demo, splash": painted([JHWIZARD, "demo"], b"jhwizard"),
            "jhwizard demo, first screen": painted([JHWIZARD, "demo"], b"Deployment"),
        },
        rounds,
    )
    for name, seconds in times.items():
        print(f"{seconds * 1000:8.0f} ms  {name}")
    today = sum(times[n] for n in times if n.startswith(("jupyter ", "jupyterhub ")))
    ratios = {
        "the four jupyter commands / jhwizard show": today / times["jhwizard show"],
        "jhwizard --version / python -c pass": times["jhwizard --version"]
        / times["python -c pass"],
        "first screen / one-line Textual app": times["jhwizard demo, first screen"]
        / times[TEXTUAL],
    }
    for name, ratio in ratios.items():
        print(f"{ratio:8.2f}     {name}")


if __name__ == "__main__":
    main()
