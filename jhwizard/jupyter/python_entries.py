"""Entries of a list trait that a Python config file writes out: where they stand, and how they go.

A service in `c.JupyterHub.services` is a dict of which only some parts are literals. One of its
words is exchanged alone, and the whole file is compared before anybody gets to see the result.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jhwizard.errors import RefusedError
from jhwizard.facts import Problem
from jhwizard.jupyter.python_editing import render_value
from jhwizard.jupyter.python_elements import changed_elements, same, value_of
from jhwizard.jupyter.python_literals import written
from jhwizard.jupyter.python_mentions import bound_names, chain
from jhwizard.jupyter.python_source import PythonSource, find_block, parse_python
from jhwizard.language import _


@dataclass(frozen=True)
class _Work:
    exchanged: list[tuple[ast.expr, object]]
    """Expressions with what they shall be worth."""
    dropped: list[ast.stmt]


@dataclass(frozen=True)
class Entry:
    """A dict that is an element of a list trait, written out in the file."""

    value: Mapping[object, object]
    """What it says, with `Kept` for what is no literal."""
    line: int
    node: ast.Dict
    element: ast.expr
    """What stands in the list: the dict itself, or the name it was given."""
    holder: ast.List | None
    """The list it is an element of; None where it is appended by itself."""
    statement: ast.stmt
    """What adds it to the trait."""


@dataclass(frozen=True)
class Change:
    """An entry and what it shall say; None takes it out."""

    entry: Entry
    wanted: Mapping[object, object] | None


@dataclass(frozen=True)
class Patch:
    """Other bytes for those from `start` up to `end` of a file as it is."""

    start: int
    end: int
    content: bytes


def entries(source: PythonSource, cls: str, trait: str) -> list[Entry]:
    """Return the dicts that stand in the file for a list trait, outside jhwizard's block."""
    return [entry for node in _statements(source) for entry in _of(node, (cls, trait), source)]


def patches(source: PythonSource, changes: Sequence[Change]) -> list[Patch]:
    """Return the smallest edits that make the changes; they may be made in any order.

    Raises RefusedError, with the line, where something else could change along with them.
    """
    try:
        work = _work(source, changes)
    except (ValueError, TypeError, SyntaxError) as error:  # another encoding beside it, say
        raise _refused(changes[0].entry.line) from error
    made = [_exchange(source, node, wanted) for node, wanted in work.exchanged]
    made += [_removal(source, statement) for statement in work.dropped]
    after = parse_python(patched(source.content, made))
    if isinstance(after, Problem) or not _is_proved(source, after, work):
        raise _refused(changes[0].entry.line)
    return made


def patched(content: bytes, made: Sequence[Patch]) -> bytes:
    """Return the file with all patches made."""
    for patch in sorted(made, key=lambda p: p.start, reverse=True):
        content = content[: patch.start] + patch.content + content[patch.end :]
    return content


# Where they stand


def _statements(source: PythonSource) -> Iterator[ast.stmt]:
    block = find_block(source)
    first, last = block if isinstance(block, tuple) else (0, 0)
    for top in source.tree.body:
        if not first < top.lineno < last:
            yield from (node for node in ast.walk(top) if isinstance(node, ast.stmt))


def _of(statement: ast.stmt, pair: tuple[str, str], source: PythonSource) -> Iterator[Entry]:
    """Yield the entries that a statement gives to the trait."""
    match _given(statement, pair):
        case ast.List(elts=elements) as holder:
            yield from _each(elements, holder, statement, source)
        case ast.Dict() | ast.Name() as element:
            yield from _each([element], None, statement, source)


def _given(statement: ast.stmt, pair: tuple[str, str]) -> ast.expr | None:
    """Return the expression that a statement gives to the trait, in a form that can be changed."""
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add):
        return statement.value if chain(statement.target) == pair else None
    cls, trait, op, expression = written(statement) or ("", "", "=", None)
    is_list = isinstance(expression, ast.List)
    if (cls, trait) != pair or op == "update" or is_list != (op in {"=", "extend"}):
        return None
    return expression


def _each(
    elements: Sequence[ast.expr], holder: ast.List | None, statement: ast.stmt, source: PythonSource
) -> Iterator[Entry]:
    for element in elements:
        node = _named(element.id, source) if isinstance(element, ast.Name) else element
        if not isinstance(node, ast.Dict):
            continue
        try:
            value = value_of(_bytes(source, node))
        except (ValueError, TypeError, SyntaxError):  # another encoding, say
            continue
        if isinstance(value, Mapping):
            yield Entry(value, node.lineno, node, element, holder, statement)


def _named(name: str, source: PythonSource) -> ast.expr | None:
    """Return what a name stands for, if it is given a meaning once, and used once."""
    nodes = list(ast.walk(source.tree))
    bound = [one for node in nodes for one in bound_names(node) if one == name]
    used = [n.ctx for n in nodes if isinstance(n, ast.Name) and n.id == name]
    is_plain = len(bound) == 1 and [type(ctx) for ctx in used].count(ast.Load) == 1
    for node in source.tree.body if is_plain else ():
        match node:
            case ast.Assign(targets=[ast.Name(id=given)], value=value) if given == name:
                return value
    return None


def _bytes(source: PythonSource, node: ast.expr) -> bytes:
    start, end = source.span(node)
    content = source.content[start:end]
    if not (source.is_utf8 or content.isascii()):
        raise ValueError
    return content


# How they change


def _work(source: PythonSource, changes: Sequence[Change]) -> _Work:
    work = _Work([], [])
    holders: dict[int, list[Change]] = {}
    for change in changes:
        entry = change.entry
        is_inside = change.wanted is None or entry.element is entry.node
        if entry.holder is not None and is_inside:
            holders.setdefault(id(entry.holder), []).append(change)
        elif change.wanted is None:
            work.dropped.append(entry.statement)
        else:
            work.exchanged.append((entry.node, change.wanted))
    for inside in holders.values():
        _in_holder(source, inside, work)
    return work


def _in_holder(source: PythonSource, changes: Sequence[Change], work: _Work) -> None:
    """Take all changes of one list together; what adds nothing any more goes as a whole."""
    entry = changes[0].entry
    if entry.holder is None:
        return
    wanted = {id(change.entry.element): change.wanted for change in changes}
    elements = []
    for element in entry.holder.elts:
        there = wanted.get(id(element), value_of(_bytes(source, element)))
        elements += [] if there is None and id(element) in wanted else [there]
    if elements or isinstance(entry.statement, ast.Assign):
        work.exchanged.append((entry.holder, elements))
    else:
        work.dropped.append(entry.statement)


def _exchange(source: PythonSource, node: ast.expr, wanted: object) -> Patch:
    start, end = source.span(node)
    content = changed_elements(source.content[start:end], wanted, _rendered)
    if content is None:
        raise _refused(node.lineno)
    return Patch(start, end, content)


def _rendered(value: object) -> str:
    return render_value(value, ascii_only=True)


def _removal(source: PythonSource, statement: ast.stmt) -> Patch:
    start, end = source.statement(statement)
    before, through = source.content[:start], source.content[:end]
    starts_line = not before or before.endswith(b"\n") or start == source.starts[0]
    ends_line = end == len(source.content) or through.endswith(b"\n")
    if statement not in source.tree.body or not starts_line or not ends_line:
        raise _refused(statement.lineno)
    return Patch(start, end, b"")


def _refused(line: int) -> RefusedError:
    text = _("line {line} cannot be changed where it stands").format(line=line)
    return RefusedError(text, line=line, fix=_("edit the file by hand"))


# What else must not change


def _is_proved(before: PythonSource, after: PythonSource, work: _Work) -> bool:
    """Return whether the file is the same but for what was to change."""
    allowed = {id(node): wanted for node, wanted in work.exchanged}
    stay = [node for node in before.tree.body if node not in work.dropped]
    try:
        return _is_alike(stay, after.tree.body, allowed, after)
    except (RecursionError, ValueError, TypeError, SyntaxError):
        return False


def _is_alike(
    one: object, other: object, allowed: Mapping[int, object], after: PythonSource
) -> bool:
    if id(one) in allowed:
        there = value_of(_bytes(after, other)) if isinstance(other, ast.expr) else None
        return same(there, allowed[id(one)])
    if type(one) is not type(other):
        return False
    if isinstance(one, ast.AST):
        fields = ((getattr(one, f, None), getattr(other, f, None)) for f in one._fields)
        return all(_is_alike(left, right, allowed, after) for left, right in fields)
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(_is_alike(*p, allowed, after) for p in pairs)
    return one == other
