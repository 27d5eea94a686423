"""How long keys take, how much they send, and how much memory stays: jhwizard and its likes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from on_a_terminal import Answer, Running

TYPING = """
from textual.app import App
from textual.widgets import Input
class Line(App):
    def compose(self):
        yield Input(placeholder="type here")
Line().run()
"""
LIST = """
from textual.app import App
from textual.widgets import OptionList
class Rows(App):
    def compose(self):
        yield OptionList(*(f"row {number}" for number in range(9)))
Rows().run()
"""
SELECT = "import questionary; questionary.select('?', [f'row {n}' for n in range(9)]).ask()"
ROWS = [word for number in range(9) for word in (str(number), f"row {number}")]
WHIPTAIL = ["whiptail", "--menu", "hello", "20", "60", "9", *ROWS]
STEPS = 7
"""Pages from the first one to the review."""
Measured = tuple[str, list[Answer]]


def others(python: str, *, whiptail: bool, rounds: int) -> Iterator[Measured]:
    """Yield keys in programs that do nothing else."""
    with Running([python, "-c", TYPING]) as program:
        program.see("type here")
        program.settle()
        yield "typing, a one-widget Textual app", _letters(program, rounds)
    cases = {
        "a one-widget Textual app": [python, "-c", LIST],
        "questionary": [python, "-c", SELECT],
    }
    if whiptail:
        cases["whiptail"] = WHIPTAIL
    for name, argv in cases.items():
        with Running(argv) as program:
            program.see("row 8")
            program.settle()
            yield f"rows, {name}", _rows(program, rounds)


def keys(wizard: Running, rounds: int) -> Iterator[Measured]:
    """Yield keys on the first two steps of a wizard whose machine was read."""
    wizard.press("f8")
    yield "rows, jhwizard", _rows(wizard, rounds)
    wizard.press("f8")
    yield "typing, jhwizard", _letters(wizard, rounds)
    for _page in range(2):
        wizard.press("f7")


def around(wizard: Running, rounds: int) -> list[Answer]:
    """Go from the first page to the review and back, so many times; 0 is one step and back."""
    way = ["f8"] * STEPS + ["f7"] * STEPS if rounds else ["f8", "f7"]
    return [wizard.press(key) for _round in range(rounds or 1) for key in way]


def long_lists(wizard: Running, rounds: int) -> Iterator[Measured]:
    """Yield what is done with hundreds of extensions and kernels."""
    for _page in range(2):
        wizard.press("f8")
    yield "opening the extensions", [wizard.press("f8")]
    yield "filtering extensions", _letters(wizard, rounds, "extension_1")
    yield "opening the kernels", [wizard.press("f8")]
    yield "filtering kernels", _letters(wizard, rounds, "course of 17")
    wizard.press("tab")
    yield "moving among all kernels", [wizard.press("down") for _round in range(8 * rounds)]
    yield "ticking among all kernels", [wizard.press("space") for _round in range(2 * rounds)]


def setup(jhwizard: Path, root: Path, state: Path) -> Running:
    """Start the wizard on a machine, and wait until it has read it."""
    wizard = Running([str(jhwizard), "setup", "--root", str(root), "--state", str(state)])
    wizard.see("[ Next > ]")
    wizard.settle()
    return wizard


def _letters(program: Running, rounds: int, text: str = "12") -> list[Answer]:
    there_and_back: Sequence[str] = [*text, *["backspace"] * len(text)]
    return [program.press(key) for _round in range(rounds) for key in there_and_back]


def _rows(program: Running, rounds: int) -> list[Answer]:
    return [program.press(key) for _round in range(2 * rounds) for key in ("down", "up")]
