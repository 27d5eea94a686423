"""JSON config files of Jupyter, read with places and edited byte for byte.

Stricter than Jupyter, which skips a file it cannot parse without a word and takes the last of two
equal keys: such a file is a problem here, and is not edited. No file is opened or written.
"""

from __future__ import annotations

import json
import math
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jhwizard.errors import RefusedError
from jhwizard.facts import Problem, Reading, Write

_MOST_BYTES: Final = 1 << 20
_MOST_LEVELS: Final = 100
_MOST_BITS: Final = 10_000  # Python refuses to write longer numbers in decimal
_DECODER: Final = json.JSONDecoder()


class _BadJsonError(Exception):
    """Well-formed to `json`, but not to be relied on."""


@dataclass(frozen=True)
class _Member:
    """One `"key": value` of an object; places are bytes in the file."""

    key: str
    start: int
    key_end: int
    value_start: int
    end: int


@dataclass(frozen=True)
class _Layout:
    """How a file is written: what stands between things."""

    eol: str
    indent: str | None
    """One level; None when objects are written on one line."""
    colon: str
    comma: str
    """Between members on one line."""


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
        return json.dumps(_nested(path, value), indent=2).encode() + b"\n"
    _refuse_problem(content)
    after = _set(content, path, value)
    _refuse_problem(after)
    return after


def remove_json(content: bytes, path: tuple[str, ...]) -> bytes:
    """Return the file without the key at `path`; the object it stood in stays, even when empty.

    Raises RefusedError where `read_json` reports a problem.
    """
    _refuse_problem(content)
    text = _places(content)
    start = _root(text)
    for key in path[:-1]:
        member = _find(content, text, start, key)
        if member is None or text[member.value_start] != "{":
            return content
        start = member.value_start
    first, last = _removed(content, text, start, path[-1])
    return content[:first] + content[last:]


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
        return Problem("the file is not UTF-8 text", line)
    except json.JSONDecodeError as error:
        return Problem(f"the file is not JSON, so Jupyter ignores it: {_why(error)}", error.lineno)
    except _BadJsonError as error:
        return Problem(str(error))
    except (RecursionError, ValueError):
        return Problem(
            "the file is not understood: it is nested too deeply or has too long a number"
        )
    return _unusable(value)


def _unfit(content: bytes) -> Problem | None:
    if len(content) > _MOST_BYTES:
        return Problem("the file is larger than 1 MiB; jhwizard does not read it")
    if content.startswith(BOM_UTF8):
        return Problem("the file starts with a byte order mark, so Jupyter ignores it", 1)
    return None


def _why(error: json.JSONDecodeError) -> str:
    if error.doc[error.pos : error.pos + 2].startswith(("//", "/*", "#")):
        return "it cannot hold comments"
    return error.msg


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _BadJsonError(f"{json.dumps(key)} stands twice in one object; keep one of them")
        found[key] = value
    return found


def _no_constant(name: str) -> object:
    raise _BadJsonError(f"{name} is not JSON; write a number")


def _unusable(value: object) -> Problem | None:
    if not isinstance(value, dict):
        return Problem("the file holds no JSON object, so Jupyter ignores it", 1)
    # traitlets.config.loader.JSONFileConfigLoader knows no other version.
    if value.get("version", 1) != 1:
        return Problem("the file has a version other than 1, so Jupyter ignores it")
    if _levels(value) > _MOST_LEVELS:
        return Problem(f"the file is nested more than {_MOST_LEVELS} deep")
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
        raise RefusedError(problem.text, line=problem.line, fix="edit the file by hand")


def _plain(value: object, levels: int) -> object:
    """Return the value as JSON has it, sets as sorted lists; raise RefusedError if it cannot be."""
    if levels == 0:
        raise RefusedError("a value is nested too deeply to be written to a file")
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
    raise RefusedError(f"such a {type(value).__name__} cannot be written to a JSON file")


def _sorting(item: object) -> tuple[str, float, str]:
    number = float(item) if isinstance(item, int | float) else 0.0
    return type(item).__name__, number, item if isinstance(item, str) else json.dumps(item)


def _places(content: bytes) -> str:
    """Return the file with one character per byte, so that places in both are the same."""
    return content.decode("latin-1")


def _root(text: str) -> int:
    return _after_space(text, 0)


def _after_space(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place


def _members(content: bytes, text: str, start: int) -> list[_Member]:
    """Return what stands in the object that opens at `start`; the file is known to be sound."""
    members = []
    place = _after_space(text, start + 1)
    while text[place] != "}":
        key_end = _DECODER.raw_decode(text, place)[1]
        value_start = _after_space(text, _after_space(text, key_end) + 1)
        end = _DECODER.raw_decode(text, value_start)[1]
        key = json.loads(content[place:key_end].decode())
        members.append(_Member(key, place, key_end, value_start, end))
        place = _after_space(text, end)
        if text[place] == ",":
            place = _after_space(text, place + 1)
    return members


def _find(content: bytes, text: str, start: int, key: str) -> _Member | None:
    found = (member for member in _members(content, text, start) if member.key == key)
    return next(found, None)


def _writes(content: bytes) -> Iterator[Write]:
    text = _places(content)
    line, counted = 1, 0
    for section in _members(content, text, _root(text)):
        if text[section.value_start] != "{":
            continue
        for member in _members(content, text, section.value_start):
            line, counted = line + text.count("\n", counted, member.start), member.start
            yield Write(
                cls=section.key,
                trait=member.key,
                op="=",
                value=_value(content, member),
                line=line,
                spliceable=True,
                span=(member.value_start, member.end),
                statement=(member.start, member.end),
            )


def _value(content: bytes, member: _Member) -> object:
    return json.loads(content[member.value_start : member.end].decode())


def _nested(path: tuple[str, ...], value: object) -> object:
    for key in reversed(path):
        value = {key: value}
    return value


def _set(content: bytes, path: tuple[str, ...], value: object) -> bytes:
    text = _places(content)
    start, layout = _root(text), _layout(content, text)
    for depth, key in enumerate(path, start=1):
        member = _find(content, text, start, key)
        if member is None:
            return _inserted(content, text, start, layout, (key, _nested(path[depth:], value)))
        if depth == len(path):
            return _replaced(content, text, member, layout, value)
        if text[member.value_start] != "{":
            line = text.count("\n", 0, member.start) + 1
            raise RefusedError(f"{json.dumps(key)} is not an object here", line=line)
        start = member.value_start
    return content


def _replaced(content: bytes, text: str, member: _Member, layout: _Layout, value: object) -> bytes:
    if _canonical(_value(content, member)) == _canonical(value):
        return content
    new = _rendered(value, layout, _indentation(text, member.start))
    return content[: member.value_start] + new.encode() + content[member.end :]


def _inserted(
    content: bytes, text: str, start: int, layout: _Layout, item: tuple[str, object]
) -> bytes:
    members = _members(content, text, start)
    if not members:
        end = text.index("}", start) + 1
        whole = _rendered(dict([item]), layout, _indentation(text, start))
        return content[:start] + whole.encode() + content[end:]
    last = members[-1]
    gap = _gap(text, start, members, layout)
    one_line = _Layout(layout.eol, None, layout.colon, layout.comma)
    indentation = gap.rpartition("\n")[2] if "\n" in gap else ""
    new = _rendered(item[1], layout if "\n" in gap else one_line, indentation)
    piece = f",{gap}{json.dumps(item[0])}{layout.colon}{new}"
    return content[: last.end] + piece.encode() + content[last.end :]


def _gap(text: str, start: int, members: list[_Member], layout: _Layout) -> str:
    """Return what stands between a comma and the next key in this object."""
    if len(members) > 1:
        return text[members[-2].end : members[-1].start].partition(",")[2]
    gap = text[start + 1 : members[0].start]
    return gap if "\n" in gap else layout.comma.partition(",")[2]


def _removed(content: bytes, text: str, start: int, key: str) -> tuple[int, int]:
    members = _members(content, text, start)
    index = next((i for i, member in enumerate(members) if member.key == key), None)
    if index is None:
        return 0, 0
    if len(members) == 1:
        return start + 1, _after_space(text, members[0].end)
    if index == 0:
        return members[0].start, members[1].start
    return members[index - 1].end, members[index].end


def _layout(content: bytes, text: str) -> _Layout:
    eol = "\r\n" if "\r\n" in text else "\n"
    start = _root(text)
    members = _members(content, text, start)
    if not members:
        return _Layout(eol, "  ", ": ", ", ")
    gap = text[start + 1 : members[0].start]
    colon = text[members[0].key_end : members[0].value_start]
    colon = ": " if "\n" in colon else colon
    comma = ", " if colon.endswith(" ") else ","
    if len(members) > 1 and "\n" not in gap:
        comma = text[members[0].end : members[1].start]
    return _Layout(eol, gap.rpartition("\n")[2] if "\n" in gap else None, colon, comma)


def _rendered(value: object, layout: _Layout, indentation: str) -> str:
    comma = layout.comma if layout.indent is None else ","
    text = json.dumps(value, indent=layout.indent, separators=(comma, layout.colon))
    return text.replace("\n", layout.eol + indentation)


def _indentation(text: str, place: int) -> str:
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)
