"""Between abstract values and real Python data, where nothing about a value is unknown."""

from __future__ import annotations

from pathlib import PurePosixPath

from jhwizard.jupyter.reader.budget import MOST_CHARACTERS, MOST_LEVELS
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import Box, Raised, Stream, Undecided, is_simple


class NotPlainError(Exception):
    """Something about the value is not known, or it is no plain data."""


def real(run: Run, value: object, levels: int = MOST_LEVELS) -> object:
    """Return a value as real Python data, a copy of its own. Raises NotPlainError."""
    if is_simple(value):
        return value
    run.budget.spend()
    if levels == 0:
        raise NotPlainError
    if isinstance(value, tuple):
        return tuple(real(run, item, levels - 1) for item in value)
    if isinstance(value, Stream):
        return [real(run, item, levels - 1) for item in value.items]
    if not isinstance(value, Box) or value.doubt is not None or value.sort in {"lazy", "file"}:
        raise NotPlainError
    if isinstance(value.data, dict):
        return {
            real(run, key, levels - 1): real(run, item, levels - 1)
            for key, item in value.data.items()
        }
    items = [real(run, item, levels - 1) for item in value.data]
    return set(items) if value.sort == "set" else items


def abstract(run: Run, value: object, levels: int = MOST_LEVELS) -> object:
    """Return real data as a value. Raises Undecided for what cannot be one."""
    if isinstance(value, str | bytes) and len(value) > MOST_CHARACTERS:
        raise Undecided
    if is_simple(value):
        run.budget.spend(1 + (len(value) // 200 if isinstance(value, str | bytes) else 0))
        return value
    if levels == 0:
        raise Undecided
    match value:
        case tuple():
            return tuple(abstract(run, item, levels - 1) for item in value)
        case list():
            return run.box("list", [abstract(run, item, levels - 1) for item in value])
        case set():
            return run.box("set", {abstract(run, item, levels - 1) for item in value})
        case dict():
            pairs = {key: abstract(run, item, levels - 1) for key, item in value.items()}
            return run.box("dict", pairs)
    raise Undecided


def has_order(value: object) -> bool:
    """Return whether a value is printed alike in every run of Python: sets are not.

    A path is one here that is called otherwise where the file is loaded.
    """
    match value:
        case set() | frozenset():
            return len(value) <= 1 and has_order([*value])
        case list() | tuple():
            return not any(isinstance(one, PurePosixPath) for one in value) and all(
                map(has_order, value)
            )
        case dict():
            return has_order([*value.keys(), *value.values()])
    return True


def is_key(value: object) -> bool:
    """Return whether a value can be a key or an item of a set. Raises Raised if it cannot."""
    if isinstance(value, Box):
        raise Raised("TypeError")
    return is_simple(value) or (isinstance(value, tuple) and all(map(is_key, value)))
