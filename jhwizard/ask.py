"""How one question is asked without screens: by a list with a cursor, or line by line.

Line by line where the terminal says that it is dumb: nothing is moved, hidden or drawn again.
The only module that imports questionary, and only for the first of the two.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from jhwizard.errors import RefusedError
from jhwizard.language import _
from jhwizard.printable import printable, shown
from jhwizard.settings.kinds import YesNo
from jhwizard.settings.setting import Choice

Judge = Callable[[str], str | None]
"""Takes what was typed; returns why it is refused, or None."""


class Asker(Protocol):
    """Whoever asks. Each way raises KeyboardInterrupt or EOFError where somebody wants to leave."""

    def yes(self, sentence: str, *, default: bool) -> bool:
        """Return whether the answer is yes."""

    def text(self, sentence: str, default: str, judge: Judge) -> None:
        """Ask for a line until `judge` takes it."""

    def one(self, sentence: str, choices: Sequence[Choice], default: str) -> str:
        """Return the value of one choice that is available."""

    def many(
        self, sentence: str, choices: Sequence[Choice], ticked: Collection[str]
    ) -> Collection[str]:
        """Return the values that are ticked in the end."""


class ByCursor:
    """Lists with a cursor, and lines that can be edited (questionary)."""

    def __init__(self, io: Mapping[str, Any]) -> None:
        """`io` is handed to prompt_toolkit: its own input and output."""
        import questionary  # noqa: PLC0415 - a dumb terminal needs none of it

        self._ask = questionary
        self._io = io

    def yes(self, sentence: str, *, default: bool) -> bool:
        """Ask for a y or an n."""
        return bool(self._ask.confirm(sentence, default=default, **self._io).unsafe_ask())

    def text(self, sentence: str, default: str, judge: Judge) -> None:
        """Ask for a line; what is refused stays there to be mended."""

        def judged(text: str) -> bool | str:
            return judge(text) or True

        self._ask.text(sentence, default=default, validate=judged, **self._io).unsafe_ask()

    def one(self, sentence: str, choices: Sequence[Choice], default: str) -> str:
        """Show a list to choose from."""
        options = [self._option(choice) for choice in choices]
        return str(self._ask.select(sentence, options, default=default, **self._io).unsafe_ask())

    def many(
        self, sentence: str, choices: Sequence[Choice], ticked: Collection[str]
    ) -> Collection[str]:
        """Show a list to tick."""
        options = [self._option(choice, ticked=choice.value in ticked) for choice in choices]
        return list(self._ask.checkbox(sentence, options, **self._io).unsafe_ask())

    def _option(self, choice: Choice, *, ticked: bool = False) -> Any:  # noqa: ANN401 - a questionary Choice
        reason = shown(choice.unavailable, 70) or None
        label = shown(choice.label, 70)
        checked = ticked and not reason
        return self._ask.Choice(label, choice.value, disabled=reason, checked=checked)


class ByLine:
    """One line out, one line in."""

    def yes(self, sentence: str, *, default: bool) -> bool:
        """Ask for a y or an n; an empty line is the default."""
        while True:
            typed = _line(f"{sentence} [{'Y/n' if default else 'y/N'}] ")
            try:
                return YesNo().parse(typed) if typed else default
            except RefusedError as error:
                _say(error.text)

    def text(self, sentence: str, default: str, judge: Judge) -> None:
        """Ask for a line; an empty one is what stands in brackets."""
        hint = f" [{shown(default, 200)}]" if default else ""
        while refused := judge(_line(f"{sentence}{hint} ") or default):
            _say(refused)

    def one(self, sentence: str, choices: Sequence[Choice], default: str) -> str:
        """Ask for the number of a choice."""
        usable = _numbered(choices)
        values = [choice.value for choice in usable]
        _list(sentence, choices, usable, {default})
        while True:
            typed = _line(_("Number [{number}]: ").format(number=values.index(default) + 1))
            if not typed:
                return default
            if (picked := _picked(typed, usable)) and len(picked) == 1:
                return picked[0]
            _say(_("Write one number of the list, such as 1."))

    def many(
        self, sentence: str, choices: Sequence[Choice], ticked: Collection[str]
    ) -> Collection[str]:
        """Ask for the numbers of what changes, until nothing does."""
        usable = _numbered(choices)
        chosen = [choice.value for choice in usable if choice.value in ticked]
        while True:
            _list(sentence, choices, usable, chosen)
            typed = _line(_("Numbers to tick or untick, such as 1 2; Enter goes on: "))
            if not typed:
                return chosen
            picked = _picked(typed, usable)
            if picked is None:
                _say(_("Write numbers of the list, such as 1 2."))
                continue
            values = [choice.value for choice in usable]
            chosen = [v for v in values if (v in chosen) != (v in picked)]


def _numbered(choices: Sequence[Choice]) -> list[Choice]:
    return [choice for choice in choices if not choice.unavailable]


def _list(
    sentence: str, choices: Sequence[Choice], usable: Sequence[Choice], chosen: Collection[str]
) -> None:
    _say(sentence)
    for choice in choices:
        sign = "[x]" if choice.value in chosen else "[ ]"
        if choice in usable:
            _say(f"{usable.index(choice) + 1:>3} {sign} {shown(choice.label, 70)}")
        else:
            _say(f"  - {shown(choice.label, 70)}: {shown(choice.unavailable, 70)}")


def _picked(typed: str, usable: Sequence[Choice]) -> list[str] | None:
    """Return the values of the numbers; None where something is none."""
    words = typed.replace(",", " ").split()
    numbers = [int(word) for word in words if word.isascii() and word.isdigit()]
    if len(numbers) < len(words) or not all(1 <= n <= len(usable) for n in numbers):
        return None
    return [usable[number - 1].value for number in numbers]


def _line(prompt: str) -> str:
    """Return what is typed. Raises EOFError at the end of the input."""
    sys.stdout.write(printable(prompt))
    sys.stdout.flush()
    typed = sys.stdin.readline()
    if not typed:
        raise EOFError
    return typed.strip()


def _say(text: str) -> None:
    sys.stdout.write(printable(text) + "\n")
