"""What traitlets makes of a value in a config file, where that is not the value itself."""

from __future__ import annotations

from jhwizard.errors import UselessError
from jhwizard.language import _
from jhwizard.printable import shown


def read_integer(value: object) -> int:
    """Return what an Integer trait makes of a value: True is 1 to it, and 20.0 is 20.

    Raises RefusedError for what it does not take: the program that reads it does not start
    (traitlets 5.16, `Int.validate`).
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, int):
        advice = _("{value} is no whole number, and nothing starts with it: write one such as 1200")
        raise UselessError(advice.format(value=shown(ascii(value), 40)))
    return int(value)


def read_bool(value: object) -> bool:
    """Return what a Bool trait makes of a value: 1 is True to it, and 0 is False.

    Raises RefusedError for what it does not take.
    """
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    advice = _("{value} is neither True nor False, and nothing starts with it")
    raise UselessError(advice.format(value=shown(ascii(value), 40)))
