"""Members of the objects in a JSON file: where they stand, and edits of them byte for byte.

The file is known to be sound, with an object at its root: `json_config` sees to that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from jhwizard.errors import RefusedError
from jhwizard.language import _

_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True)
class Member:
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


def places(content: bytes) -> str:
    """Return the file with one character per byte, so that places in both are the same."""
    return content.decode("latin-1")


def root(text: str) -> int:
    """Return where the object at the root opens."""
    return _after_space(text, 0)


def members_of(content: bytes, text: str, start: int) -> list[Member]:
    """Return what stands in the object that opens at `start`."""
    members = []
    place = _after_space(text, start + 1)
    while text[place] != "}":
        key_end = _DECODER.raw_decode(text, place)[1]
        value_start = _after_space(text, _after_space(text, key_end) + 1)
        end = _DECODER.raw_decode(text, value_start)[1]
        key = json.loads(content[place:key_end].decode())
        members.append(Member(key, place, key_end, value_start, end))
        place = _after_space(text, end)
        if text[place] == ",":
            place = _after_space(text, place + 1)
    return members


def value_of(content: bytes, member: Member) -> object:
    """Return what the member is set to."""
    return json.loads(content[member.value_start : member.end].decode())


def nested(path: tuple[str, ...], value: object) -> object:
    """Return the value inside an object for each key of the path."""
    for key in reversed(path):
        value = {key: value}
    return value


def with_member(content: bytes, path: tuple[str, ...], value: object) -> bytes:
    """Return the file with `value` at `path`, where missing objects are made.

    Raises RefusedError when something other than an object stands on the way.
    """
    text = places(content)
    start, layout = root(text), _layout(content, text)
    for depth, key in enumerate(path, start=1):
        member = _find(content, text, start, key)
        if member is None:
            return _inserted(content, text, start, layout, (key, nested(path[depth:], value)))
        if depth == len(path):
            return _replaced(content, text, member, layout, value)
        if text[member.value_start] != "{":
            line = text.count("\n", 0, member.start) + 1
            reason = _("{key} is not an object here").format(key=json.dumps(key))
            raise RefusedError(reason, line=line)
        start = member.value_start
    return content


def without_member(content: bytes, path: tuple[str, ...]) -> bytes:
    """Return the file without the key at `path`; the object it stood in stays, even when empty."""
    text = places(content)
    start = root(text)
    for key in path[:-1]:
        member = _find(content, text, start, key)
        if member is None or text[member.value_start] != "{":
            return content
        start = member.value_start
    first, last = _removed(content, text, start, path[-1])
    return content[:first] + content[last:]


def _after_space(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place


def _find(content: bytes, text: str, start: int, key: str) -> Member | None:
    found = (member for member in members_of(content, text, start) if member.key == key)
    return next(found, None)


def _replaced(content: bytes, text: str, member: Member, layout: _Layout, value: object) -> bytes:
    if _canonical(value_of(content, member)) == _canonical(value):
        return content
    new = _rendered(value, layout, _indentation(text, member.start))
    return content[: member.value_start] + new.encode() + content[member.end :]


def _inserted(
    content: bytes, text: str, start: int, layout: _Layout, item: tuple[str, object]
) -> bytes:
    members = members_of(content, text, start)
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


def _gap(text: str, start: int, members: list[Member], layout: _Layout) -> str:
    """Return what stands between a comma and the next key in this object."""
    if len(members) > 1:
        return text[members[-2].end : members[-1].start].partition(",")[2]
    gap = text[start + 1 : members[0].start]
    return gap if "\n" in gap else layout.comma.partition(",")[2]


def _removed(content: bytes, text: str, start: int, key: str) -> tuple[int, int]:
    members = members_of(content, text, start)
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
    start = root(text)
    members = members_of(content, text, start)
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
