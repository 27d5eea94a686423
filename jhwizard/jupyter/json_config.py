"""JSON config files of Jupyter, read with places and edited byte for byte.

Stricter than Jupyter, which skips a file it cannot parse without a word and takes the last of two
equal keys: such a file is a problem here, and is not edited. No file is opened or written.
"""

from __future__ import annotations

import json
import math
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Final

from jhwizard.errors import RefusedError
from jhwizard.facts import Problem, Reading, Write
from jhwizard.jupyter.json_splice import (
    members_of,
    nested,
    places,
    root,
    value_of,
    with_member,
    without_member,
)
from jhwizard.language import _

_MOST_BYTES: Final = 1 << 20
_MOST_LEVELS: Final = 100
_MOST_BITS: Final = 10_000  # Python refuses to write longer numbers in decimal


class _BadJsonError(Exception):
    """Well-formed to `json`, but not to be relied on."""


def read_json(content: bytes) -> Reading:
    """Return what the file sets, class by class; what is not an object is no class."""
    problem = _problem(content)
    if problem is not None:
        return Reading(problem=problem)
    return Reading(writes=tuple(_writes(content)))


def set_json(content: bytes | None, path: tuple[str, ...], value: object) -> bytes:
    """Return the file with `value` at `path`, where missing objects are made.

    `content` is None when there is no file yet. Raises RefusedError when the file, or what stands
    on the way, cannot take it.
    """
    value = _plain(value, _MOST_LEVELS)
    if content is None:
        return json.dumps(nested(path, value), indent=2).encode() + b"\n"
    _refuse_problem(content)
    after = with_member(content, path, value)
    _refuse_problem(after)
    return after


def remove_json(content: bytes, path: tuple[str, ...]) -> bytes:
    """Return the file without the key at `path`; the object it stood in stays, even when empty.

    Raises RefusedError where `read_json` reports a problem.
    """
    _refuse_problem(content)
    return without_member(content, path)


def _problem(content: bytes) -> Problem | None:
    unfit = _unfit(content)
    if unfit is not None:
        return unfit
    try:
        value = json.loads(
            content.decode(), object_pairs_hook=_without_duplicates, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Problem(_("the file is not UTF-8 text"), line)
    except json.JSONDecodeError as error:
        text = _("the file is not JSON, so Jupyter ignores it: {reason}")
        return Problem(text.format(reason=_why(error)), error.lineno)
    except _BadJsonError as error:
        return Problem(str(error))
    except (RecursionError, ValueError):
        return Problem(
            _("the file is not understood: it is nested too deeply or has too long a number")
        )
    return _unusable(value)


def _unfit(content: bytes) -> Problem | None:
    if len(content) > _MOST_BYTES:
        return Problem(_("the file is larger than 1 MiB; jhwizard does not read it"))
    if content.startswith(BOM_UTF8):
        return Problem(_("the file starts with a byte order mark, so Jupyter ignores it"), 1)
    return None


def _why(error: json.JSONDecodeError) -> str:
    if error.doc[error.pos : error.pos + 2].startswith(("//", "/*", "#")):
        return _("it cannot hold comments")
    return error.msg


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            text = _("{key} stands twice in one object; keep one of them")
            raise _BadJsonError(text.format(key=json.dumps(key)))
        found[key] = value
    return found


def _no_constant(name: str) -> object:
    raise _BadJsonError(_("{name} is not JSON; write a number").format(name=name))


def _unusable(value: object) -> Problem | None:
    if not isinstance(value, dict):
        return Problem(_("the file holds no JSON object, so Jupyter ignores it"), 1)
    # traitlets.config.loader.JSONFileConfigLoader knows no other version.
    if value.get("version", 1) != 1:
        return Problem(_("the file has a version other than 1, so Jupyter ignores it"))
    if _levels(value) > _MOST_LEVELS:
        return Problem(_("the file is nested more than {levels} deep").format(levels=_MOST_LEVELS))
    return None


def _levels(value: object) -> int:
    levels, row = 0, [value]
    while row:
        row = [child for item in row for child in _children(item)]
        levels += 1
    return levels


def _children(item: object) -> list[object]:
    if isinstance(item, dict):
        return list(item.values())
    return item if isinstance(item, list) else []


def _refuse_problem(content: bytes) -> None:
    problem = _problem(content)
    if problem is not None:
        raise RefusedError(problem.text, line=problem.line, fix=_("edit the file by hand"))


def _plain(value: object, levels: int) -> object:
    """Return the value as JSON has it, sets as sorted lists; raise RefusedError if it cannot be."""
    if levels == 0:
        raise RefusedError(_("a value is nested too deeply to be written to a file"))
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and value.bit_length() < _MOST_BITS:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _plain(item, levels - 1) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_plain(item, levels - 1) for item in value), key=_sorting)
    if isinstance(value, list | tuple):
        return [_plain(item, levels - 1) for item in value]
    text = _("such a {type} cannot be written to a JSON file")
    raise RefusedError(text.format(type=type(value).__name__))


def _sorting(item: object) -> tuple[str, float, str]:
    number = float(item) if isinstance(item, int | float) else 0.0
    return type(item).__name__, number, item if isinstance(item, str) else json.dumps(item)


def _writes(content: bytes) -> Iterator[Write]:
    text = places(content)
    line, counted = 1, 0
    for section in members_of(content, text, root(text)):
        if text[section.value_start] != "{":
            continue
        for member in members_of(content, text, section.value_start):
            line, counted = line + text.count("\n", counted, member.start), member.start
            yield Write(
                cls=section.key,
                trait=member.key,
                op="=",
                value=value_of(content, member),
                line=line,
                spliceable=True,
                span=(member.value_start, member.end),
                statement=(member.start, member.end),
            )
