"""How long programs take to start: until they end, or until something is on the screen."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from on_a_terminal import Running, environment

HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("hello from textual")
Hello().run()
"""
SELECT = "import questionary; questionary.select('hello', ['from', 'questionary']).ask()"
WHIPTAIL = ["whiptail", "--menu", "hello", "20", "60", "9", "1", "from whiptail"]


def starts(jhwizard: Path, root: Path, state: Path) -> dict[str, Callable[[], float]]:
    """Return what is started, for jhwizard and for the programs it is compared with."""
    python = str(jhwizard.with_name("python"))
    setup = [str(jhwizard), "setup", "--root", str(root), "--state", str(state)]
    return {
        "python -c pass": finished([python, "-c", "pass"]),
        "jhwizard --version": finished([str(jhwizard), "--version"]),
        "questionary select, question": seen([python, "-c", SELECT], "questionary"),
        "a one-widget Textual app, first screen": seen([python, "-c", HELLO], "hello from textual"),
        "jhwizard setup, splash": seen(setup, "jhwizard"),
        "jhwizard setup, first screen": seen(setup, "Deployment"),
        "jhwizard setup, what was found": seen(setup, "[ Next > ]"),
        "jhwizard demo, first screen": seen([str(jhwizard), "demo"], "Deployment"),
    }


def jupyter_commands(jhwizard: Path, prefix: Path, state: Path) -> dict[str, Callable[[], float]]:
    """Return `show` and the commands that say parts of the same, of the environment `prefix`."""
    commands = {
        "jupyter kernelspec list": ["jupyter", "kernelspec", "list"],
        "jupyter server extension list": ["jupyter-server", "extension", "list"],
        "jupyter labextension list": ["jupyter-labextension", "list"],
        "jupyterhub --version": ["jupyterhub", "--version"],
    }
    python = str(prefix / "bin/python3")
    show = [str(jhwizard), "show", "--hub-python", python, "--state", str(state)]
    today = {
        name: finished([str(prefix / "bin" / words[0]), *words[1:]])
        for name, words in commands.items()
    }
    return {"jhwizard show": finished(show), **today}


def finished(argv: Sequence[str]) -> Callable[[], float]:
    """Return a way to take the seconds until a program has ended."""

    def run() -> float:
        start = time.perf_counter()
        subprocess.run(argv, env=environment(), capture_output=True, check=False)
        return time.perf_counter() - start

    return run


def seen(argv: Sequence[str], words: str) -> Callable[[], float]:
    """Return a way to take the seconds until a program has put `words` on the screen."""

    def run() -> float:
        with Running(argv) as program:
            return program.see(words)

    return run


def medians(cases: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each case; the cases take turns."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for case in cases.values() if rounds > 1 else ():
        case()  # byte code and disk cache are warm for everybody
    for _ in range(rounds):
        for name, case in cases.items():
            taken[name].append(case())
    return {name: statistics.median(times) for name, times in taken.items()}
