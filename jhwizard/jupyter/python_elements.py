"""The smallest edit from one literal to another: only the elements that differ are touched.

A list of kernels with a comment behind each name keeps every comment whose name stays. What is no
literal, such as `sys.executable`, is compared by its source text and never written anew. Whatever
is laid out in a way that is not foreseen here is written anew as a whole, by the caller.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jhwizard.errors import RefusedError

Render = Callable[[object], str]
"""From a value to one line of Python."""
_Display = ast.List | ast.Tuple | ast.Set | ast.Dict
_GAP = re.compile(rb"(?:[ \t\f\r\n,]|#[^\n]*|\\\r?\n)*")
"""What may stand between two elements: anything else, such as a bracket, is not foreseen."""
_NOT_READ = (ValueError, SyntaxError, TypeError, RecursionError, MemoryError)
_OPENING = b"("
_CLOSING = b"\n)"


@dataclass(frozen=True)
class Kept:
    """Stands in a value for an expression that is no literal; it stays or goes as it is."""

    source: str
    """Its text in the file."""


@dataclass(frozen=True)
class _Item:
    """One element: a value, or a key with its value."""

    start: int
    end: int
    value: object
    """Of an entry of a dict, key and value."""
    inner: ast.expr
    """What can be changed inside it: the value."""


@dataclass(frozen=True)
class _Patch:
    start: int
    end: int
    text: bytes


def changed_elements(literal: bytes, wanted: object, render: Render) -> bytes | None:
    """Return a literal's source with only the elements changed that differ from `wanted`.

    `literal` is UTF-8, and may hold expressions that are no literals where `wanted` has the same
    `Kept`. None where that cannot be done, and the whole has to be written anew.
    """
    try:
        source = _Source(literal)
        patches = list(source.patches(source.root, wanted, render))
        after = source.patched(patches)
        is_right = same(value_of(after), wanted)
    except (_NotForeseenError, RefusedError, *_NOT_READ):
        return None
    return after if is_right else None


def value_of(literal: bytes) -> object:
    """Return what an expression is worth, with `Kept` for the parts that are no literals.

    Raises ValueError, TypeError or SyntaxError for what Python itself would refuse.
    """
    source = _Source(literal)
    return source.value(source.root)


def is_text_of_one(source: str) -> bool:
    """Return whether an expression is a text with one value in it: `f"--x={n}"`, `"--x=%d" % n`.

    That value is a number, a name, or a sum of these, so that nothing is run to make it.
    """
    try:
        return _is_made_of_one(ast.parse(f"({source}\n)", mode="eval").body)
    except _NOT_READ:
        return False


def _is_made_of_one(node: ast.expr) -> bool:
    match node:
        case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod(), right=ast.Tuple(elts=[value])):
            return _is_sum(value)
        case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod(), right=value):
            return _is_sum(value)
        case ast.JoinedStr(values=parts):
            inside = [part for part in parts if isinstance(part, ast.FormattedValue)]
            return len(inside) == 1 and inside[0].format_spec is None and _is_sum(inside[0].value)
    return False


def _is_sum(node: ast.expr) -> bool:
    match node:
        case ast.Name() | ast.Constant():
            return True
        case ast.BinOp(left=left, right=right):
            return _is_sum(left) and _is_sum(right)
    return False


class _NotForeseenError(Exception):
    """The layout is not one that can be edited element by element."""


def _within(literal: bytes) -> str:
    return (_OPENING + literal + _CLOSING).decode()


class _Source:
    """A literal as bytes, and where its parts stand in them."""

    def __init__(self, literal: bytes) -> None:
        self.content = literal
        self.root = ast.parse(_within(literal), mode="eval").body
        lines = (_OPENING + literal).split(b"\n")
        self.starts = [0]
        for line in lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def span(self, first: ast.expr, last: ast.expr) -> tuple[int, int]:
        """Return the first byte of one node, and the byte after the last of another."""
        start = self.starts[first.lineno - 1] + first.col_offset
        end = self.starts[(last.end_lineno or 0) - 1] + (last.end_col_offset or 0)
        return start - len(_OPENING), end - len(_OPENING)

    def patched(self, patches: Sequence[_Patch]) -> bytes:
        content = self.content
        for patch in sorted(patches, key=lambda p: (p.start, p.end), reverse=True):
            content = content[: patch.start] + patch.text + content[patch.end :]
        return content

    def patches(self, node: ast.expr, wanted: object, render: Render) -> Iterator[_Patch]:
        """Yield what turns a node into a wanted value."""
        there = self.value(node)
        if same(there, wanted):
            return
        if isinstance(there, Kept):
            if not (isinstance(wanted, str) and _is_made_of_one(node)):
                raise _NotForeseenError
            yield _Patch(*self.span(node, node), render(wanted).encode())
            return
        if (
            isinstance(node, _Display)
            and type(there) is type(wanted)
            and there
            and (wanted or self._has_comments(node))
        ):
            yield from self._in_display(node, wanted, render)
        else:
            yield _Patch(*self.span(node, node), render(wanted).encode())

    def value(self, node: ast.expr) -> object:
        """Return what a part is worth, with `Kept` where it is no literal."""
        match node:
            case ast.List(elts=items):
                return [self.value(item) for item in items]
            case ast.Tuple(elts=items):
                return tuple(self.value(item) for item in items)
            case ast.Dict(keys=keys, values=values) if None not in keys:
                pairs = zip(keys, values, strict=True)
                return {self.value(key): self.value(item) for key, item in pairs if key}
        try:
            return ast.literal_eval(node)
        except _NOT_READ:
            start, end = self.span(node, node)
            return Kept(self.content[start:end].decode())

    def _has_comments(self, node: ast.expr) -> bool:
        start, end = self.span(node, node)
        return isinstance(node, ast.List | ast.Dict) and b"#" in self.content[start:end]

    def _in_display(self, node: _Display, wanted: object, render: Render) -> Iterator[_Patch]:
        items = list(self._items(node))
        self._refuse_odd_gaps(node, items)
        want = _wanted_items(wanted, [item.value for item in items])
        there = [repr(item.value) for item in items]
        same = difflib.SequenceMatcher(None, there, [repr(w) for w in want], autojunk=False)
        for _tag, i, i_end, j, j_end in same.get_opcodes():
            if _tag == "equal":
                continue
            kept = min(i_end - i, j_end - j)
            for item, new in zip(items[i : i + kept], want[j : j + kept], strict=True):
                yield from self._replaced(item, new, render)
            yield from self._removals(items[i + kept : i_end], items, node)
            if new_ones := want[j + kept : j_end]:
                texts = [_rendered(new, wanted, render) for new in new_ones]
                yield self._inserted(texts, items, i + kept, node)

    def _items(self, node: _Display) -> Iterator[_Item]:
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if key is None:
                    raise _NotForeseenError
                pair = self.value(key), self.value(value)
                yield _Item(*self.span(key, value), pair, value)
        else:
            for element in node.elts:
                yield _Item(*self.span(element, element), self.value(element), element)

    def _refuse_odd_gaps(self, node: _Display, items: Sequence[_Item]) -> None:
        start, end = self.span(node, node)
        edges = [start + 1, *(edge for item in items for edge in (item.start, item.end)), end - 1]
        for left, right in zip(edges[::2], edges[1::2], strict=True):
            if not _GAP.fullmatch(self.content, left, right):
                raise _NotForeseenError

    def _replaced(self, item: _Item, new: object, render: Render) -> Iterator[_Patch]:
        if isinstance(item.value, tuple) and isinstance(new, _Pair):
            key, value = new
            if key != item.value[0]:
                text = f"{render(key)}: {render(value)}".encode()
                yield _Patch(item.start, item.end, text)
                return
            new = value
        yield from self.patches(item.inner, new, render)

    def _removals(
        self, gone: Sequence[_Item], items: Sequence[_Item], node: _Display
    ) -> Iterator[_Patch]:
        """Yield the removal of neighbours; of the last ones in a line, with the comma in front."""
        there = self.content[gone[0].start : gone[-1].end] if gone else b""
        index = len(items) - len(gone)
        if len(gone) > 1 and gone[-1] is items[-1] and index and b"\n" not in there:
            end = self._comma(gone[-1].end, self.span(node, node)[1] - 1)
            if self._indent(gone[0].start) is None:
                yield _Patch(items[index - 1].end, end, b"")
                return
        yield from (self._removed(item, items, node) for item in gone)

    def _removed(self, item: _Item, items: Sequence[_Item], node: _Display) -> _Patch:
        """Return the removal of an element with its comma, and with its line if it is alone."""
        index = items.index(item)
        end = self.span(node, node)[1] - 1
        after = items[index + 1].start if index + 1 < len(items) else end
        comma = self._comma(item.end, after)
        line = self.content.rfind(b"\n", 0, item.start) + 1
        line_end = self.content.find(b"\n", comma) + 1
        alone = not self.content[line : item.start].strip() and 0 < line_end <= after
        if alone:
            return _Patch(line, line_end, b"")
        if index + 1 < len(items):
            return _Patch(item.start, after, b"")
        before = items[index - 1].end if index else item.start
        return _Patch(before, comma, b"")

    def _comma(self, start: int, end: int) -> int:
        """Return the byte after the comma between two places; the first place without one."""
        plain = re.compile(rb"(?:[ \t\f\r\n]|#[^\n]*|\\\r?\n)*,").match(self.content, start, end)
        return plain.end() if plain else start

    def _inserted(
        self, texts: Sequence[str], items: Sequence[_Item], index: int, node: _Display
    ) -> _Patch:
        """Return new elements in front of the one at `index`, or behind the last one."""
        if index < len(items):
            at = items[index].start
            indent = self._indent(at)
            between = b", " if indent is None else b"," + self._newline() + indent
            return _Patch(at, at, b"".join(text.encode() + between for text in texts))
        return self._appended(texts, items[-1], self.span(node, node)[1] - 1)

    def _appended(self, texts: Sequence[str], last: _Item, end: int) -> _Patch:
        """Return new elements behind the last one, on lines of their own where it has one."""
        comma, indent = self._comma(last.end, end), self._indent(last.start)
        stop = self.content.find(b"\n", comma, end)
        if indent is None or stop < 0:
            return _Patch(last.end, last.end, b", " + ", ".join(texts).encode())
        lines = b"".join(self._newline() + indent + text.encode() + b"," for text in texts)
        stop -= self.content[:stop].endswith(b"\r")
        if comma > last.end:
            return _Patch(stop, stop, lines)
        # The comma goes to the element, in front of a comment behind it.
        behind = self.content[last.end : stop]
        return _Patch(last.end, stop, b"," + behind + lines)

    def _indent(self, at: int) -> bytes | None:
        """Return what stands before an element that begins its line; None for others."""
        line = self.content.rfind(b"\n", 0, at) + 1
        before = self.content[line:at]
        return before if line and not before.strip() else None

    def _newline(self) -> bytes:
        return b"\r\n" if b"\r\n" in self.content else b"\n"


class _Pair(tuple[object, object]):
    """Key and value of a dict, unlike a tuple that is an element."""

    __slots__ = ()


def _wanted_items(wanted: object, there: Sequence[object]) -> list[object]:
    """Return the wanted elements; of a set, those that are there already in their order."""
    if isinstance(wanted, Mapping):
        return [_Pair(item) for item in wanted.items()]
    if isinstance(wanted, set | frozenset):
        stay = [item for item in there if item in wanted]
        return [*stay, *sorted(wanted - set(stay), key=repr)]
    return list(wanted) if isinstance(wanted, list | tuple) else []


def _rendered(new: object, wanted: object, render: Render) -> str:
    if isinstance(wanted, Mapping) and isinstance(new, tuple):
        return f"{render(new[0])}: {render(new[1])}"
    return render(new)


def same(one: object, other: object) -> bool:
    """Return whether two values are equal and of the same types, unlike `1 == True`."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other
