"""What iterating gives, where its order is certain, and comprehensions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from jhwizard.jupyter.reader.budget import MOST_ITEMS
from jhwizard.jupyter.reader.files import each_line, rest_of
from jhwizard.jupyter.reader.operators import computed, truth_of
from jhwizard.jupyter.reader.plain import is_key
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import Box, Raised, Scope, Stream, Undecided, Unknown


def items_of(run: Run, value: object, *, ordered: bool = True) -> list[object]:
    """Return what iterating over a value gives. Raises Undecided when that is not known."""
    match value:
        case Box(doubt=None, sort="list" | "dict" | "set") as box:
            if ordered and box.sort == "set" and len(box.data) > 1:
                raise Undecided
            items = box.items
        case Box(sort="file") as box:
            items = list(rest_of(run, box, 1))
        case tuple():
            items = list(value)
        case Stream():
            items = list(value.items)
        case str() | bytes() | range():
            if len(value) > MOST_ITEMS:
                raise Undecided
            items = list(value)
        case None | bool() | int() | float():
            raise Raised("TypeError")
        case _:
            raise Undecided
    run.budget.spend(1 + len(items) // 4)
    return items


def rounds(run: Run, value: object, line: int, *, ordered: bool = True) -> Iterator[object]:
    """Yield what each round of a loop gets. Raises Undecided where that is not known.

    A file is read as it is gone through; anything else must stay what it is meanwhile.
    """
    if isinstance(value, Box) and value.sort == "file":
        yield from each_line(run, value, line)
        return
    version = value.version if isinstance(value, Box) else 0
    for one in items_of(run, value, ordered=ordered):
        yield one
        if isinstance(value, Box) and value.version != version:
            raise Undecided


def a_set(run: Run, items: list[object], node: ast.AST) -> object:
    """Return a set of items; one that may not be an item makes it unknown."""
    if not all(isinstance(one, Unknown) or is_key(one) for one in items):
        return run.unknown(computed(node), node)
    return run.box("set", set(items))


def spread(run: Run, node: ast.expr, scope: Scope) -> list[object]:
    """Return what `*node` stands for. Raises Undecided when that is not known."""
    return items_of(run, run.evaluate(node, scope))


def comprehension(
    run: Run, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, scope: Scope
) -> object:
    """Return the list, set or dict of a comprehension; of a generator, its items at once."""
    mark = run.journal.mark()
    try:
        return _collected(run, node, scope)
    except Undecided:
        run.journal.roll_back(mark)
        run.havoc(node, scope)
        return Unknown(computed(node), node.lineno)


def _collected(
    run: Run, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, scope: Scope
) -> object:
    found: list[object] = []
    keys: list[object] = []

    def take(inner: Scope) -> None:
        if isinstance(node, ast.DictComp):
            keys.append(run.evaluate(node.key, inner))
            found.append(run.kept(run.evaluate(node.value, inner), node.lineno))
            return
        changes = len(run.journal)
        found.append(run.kept(run.evaluate(node.elt, inner), node.lineno))
        if isinstance(node, ast.GeneratorExp | ast.SetComp) and len(run.journal) != changes:
            raise Undecided  # whether it comes to that depends on who takes the items

    unordered = isinstance(node, ast.SetComp)
    _each(run, node.generators, scope, take, ordered=not unordered)
    match node:
        case ast.ListComp():
            return run.box("list", found)
        case ast.SetComp():
            return a_set(run, found, node)
        case ast.DictComp():
            if any(isinstance(key, Unknown) or not is_key(key) for key in keys):
                raise Undecided
            return run.box("dict", dict(zip(keys, found, strict=True)))
    return Stream(tuple(found))


def _each(
    run: Run,
    generators: list[ast.comprehension],
    scope: Scope,
    take: Callable[[Scope], None],
    *,
    ordered: bool,
) -> None:
    if not generators:
        take(scope)
        return
    first, rest = generators[0], generators[1:]
    if first.is_async:
        raise Undecided
    names = {part.id for part in ast.walk(first.target) if isinstance(part, ast.Name)}
    value = run.evaluate(first.iter, scope)
    for one in rounds(run, value, first.iter.lineno, ordered=ordered):
        run.budget.spend()
        # Names are looked up past a class's own, as Python does for all but the first iterable.
        inner = Scope({}, scope, scope.top, local=frozenset(names))
        assign_plainly(run, first.target, one, inner)
        if all(_is_true(run, test, inner) for test in first.ifs):
            _each(run, rest, inner, take, ordered=ordered)


def _is_true(run: Run, test: ast.expr, scope: Scope) -> bool:
    truth = truth_of(run.evaluate(test, scope))
    if truth is None:
        raise Undecided
    return truth


def assign_plainly(run: Run, target: ast.expr, value: object, scope: Scope) -> None:
    """Give names their values, and tuples of names theirs. Raises Undecided for other targets."""
    if isinstance(target, ast.Name):
        run.bind(scope, target.id, value, target.lineno)
        return
    if not isinstance(target, ast.Tuple | ast.List):
        raise Undecided
    for part, one in zip(target.elts, unpacked(run, target.elts, value), strict=True):
        assign_plainly(run, part, one, scope)


def unpacked(run: Run, targets: list[ast.expr], value: object) -> list[object]:
    """Return what each of several targets gets. Raises Undecided when that is not known."""
    if any(isinstance(target, ast.Starred) for target in targets):
        raise Undecided
    items = items_of(run, value)
    if len(items) != len(targets):
        raise Raised("ValueError")
    return items
