"""Methods of what can change: lists, dicts, sets, and what is added to traits nobody has set."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

from jhwizard.jupyter.reader.budget import MOST_ITEMS
from jhwizard.jupyter.reader.choices import in_each
from jhwizard.jupyter.reader.files import METHODS
from jhwizard.jupyter.reader.iteration import items_of
from jhwizard.jupyter.reader.operators import computed
from jhwizard.jupyter.reader.plain import is_key
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import (
    ABSENT,
    Box,
    Raised,
    Stream,
    Undecided,
    Unknown,
    is_simple,
    operations_of,
)
from jhwizard.language import _

Arguments = list[object]


def of_box(run: Run, box: Box, name: str, given: Arguments, node: ast.AST) -> object:
    """Return what a method of a list, dict or set gives, and do what it does."""
    line = getattr(node, "lineno", 1)
    given = [run.kept(one, line) if not isinstance(one, Stream) else one for one in given]
    method = _METHODS.get((box.sort, name))
    mark = run.journal.mark()
    try:
        if method is update_dict and box.doubt and box.doubt.alternatives:
            in_each(run, box, update_dict, given, line)
            return None
        if box.doubt is not None or method is None:
            return _unfollowed(run, box, name, given, node)
        return method(run, box, given, line)
    except Undecided:
        run.journal.roll_back(mark)
        return _unfollowed(run, box, name, given, node)
    except (TypeError, IndexError, ValueError) as error:
        raise Raised(type(error).__name__) from error


def _unfollowed(run: Run, box: Box, name: str, given: Arguments, node: ast.AST) -> object:
    line = getattr(node, "lineno", 1)
    for one in given:
        run.escape(one, line)
    if name in _HARMLESS:
        for part in box.items:
            run.escape(part, line)
        if isinstance(box.data, dict):
            run.escape(tuple(box.data.values()), line)
        return run.unknown(computed(node), node)
    reason = _("it is changed in a way that is not understood")
    if name in {"append", "extend", "update", "add", "insert", "prepend"}:
        reason = _("it is added to in a way that is not understood")
    return run.spoil(box, reason, node)


_HARMLESS: Final = {
    *("copy", "count", "get", "index", "items", "keys", "values", "issubset", "issuperset"),
    *("union", "intersection", "difference", "isdisjoint"),
}


def _added(run: Run, box: Box, values: list[object], line: int) -> list[object]:
    if not isinstance(box.data, list) or len(box.data) + len(values) > MOST_ITEMS:
        raise Undecided
    run.change(box, line)
    for value in values:
        run.put_inside(box, value)
    return box.data


def _append(run: Run, box: Box, given: Arguments, line: int) -> None:
    (value,) = given
    if len(box.data) >= MOST_ITEMS:
        raise Undecided
    run.put_inside(box, value)
    run.grow(box, value, line)


def _extend(run: Run, box: Box, given: Arguments, line: int) -> None:
    (value,) = given
    items = items_of(run, value)
    _added(run, box, items, line).extend(items)


def _insert(run: Run, box: Box, given: Arguments, line: int) -> None:
    place, value = given
    if not isinstance(place, int):
        raise Undecided
    _added(run, box, [value], line).insert(place, value)


def _pop(run: Run, box: Box, given: Arguments, line: int) -> object:
    place = given[0] if given else -1
    if len(given) > 1 or not isinstance(place, int):
        raise Undecided
    return _added(run, box, [], line).pop(place)


def _remove(run: Run, box: Box, given: Arguments, line: int) -> None:
    (value,) = given
    _added(run, box, [], line).remove(_sure(box, value))


def _index(run: Run, box: Box, given: Arguments, line: int) -> object:
    (value,) = given
    return _list(box).index(_sure(box, value))


def _count(run: Run, box: Box, given: Arguments, line: int) -> object:
    (value,) = given
    return _list(box).count(_sure(box, value))


def _list(box: Box) -> list[object]:
    return [*box.data]


def _sure(box: Box, value: object) -> object:
    """Return the value if it and everything in the box can be compared. Raises Undecided."""
    if not is_simple(value) or not all(map(is_simple, box.items)):
        raise Undecided
    return value


def _sort(run: Run, box: Box, given: Arguments, line: int) -> None:
    if given or not all(map(is_simple, box.items)):
        raise Undecided
    items: list[Any] = _added(run, box, [], line)
    items.sort()  # TypeError where Python raises it too


def _reverse(run: Run, box: Box, given: Arguments, line: int) -> None:
    if given:
        raise Undecided
    _added(run, box, [], line).reverse()


def _clear(run: Run, box: Box, given: Arguments, line: int) -> None:
    if given:
        raise Undecided
    run.change(box, line)
    box.data.clear()


def _copy(run: Run, box: Box, given: Arguments, line: int) -> object:
    if given:
        raise Undecided
    return run.box(box.sort, box.data.copy())


def _dict(box: Box) -> dict[object, object]:
    if not isinstance(box.data, dict):
        raise Undecided
    return box.data


def _key(value: object) -> object:
    if isinstance(value, Unknown) or not is_key(value):
        raise Undecided
    return value


def _get(run: Run, box: Box, given: Arguments, line: int) -> object:
    key, default = (*given, None)[:2]
    return _dict(box).get(_key(key), default)


def _setdefault(run: Run, box: Box, given: Arguments, line: int) -> object:
    key, default = (*given, None)[:2]
    data = _dict(box)
    if _key(key) in data:
        return data[key]
    run.change(box, line)
    run.put_inside(box, default)
    data[key] = default
    return default


def _pop_key(run: Run, box: Box, given: Arguments, line: int) -> object:
    key, default = (*given, ABSENT)[:2]
    data = _dict(box)
    if _key(key) not in data:
        if default is ABSENT:
            raise Raised("KeyError")
        return default
    run.change(box, line)
    return data.pop(key)


def update_dict(run: Run, box: Box, given: Arguments, line: int) -> None:
    """Carry out `box.update(…)`."""
    data = _dict(box)
    new: dict[object, object] = {}
    for one in given:
        if isinstance(one, Box) and one.doubt is None and isinstance(one.data, dict):
            new.update(one.data)
            continue
        for pair in items_of(run, one):
            key, value = items_of(run, pair)
            new[_key(key)] = value
    run.change(box, line)
    run.budget.spend(1 + len(new) // 4)
    for value in new.values():
        run.put_inside(box, value)
    data.update(new)


def _keys(run: Run, box: Box, given: Arguments, line: int) -> object:
    return Stream(tuple(_dict(box)))


def _values(run: Run, box: Box, given: Arguments, line: int) -> object:
    return Stream(tuple(_dict(box).values()))


def _items(run: Run, box: Box, given: Arguments, line: int) -> object:
    return Stream(tuple(_dict(box).items()))


def _set_of(run: Run, given: Arguments) -> set[object]:
    found: set[object] = set()
    for one in given:
        for value in items_of(run, one, ordered=False):
            if not isinstance(value, Unknown) and not is_key(value):
                raise Undecided
            found.add(value)
    return found


def _set(box: Box) -> set[object]:
    if not isinstance(box.data, set):
        raise Undecided
    return box.data


def _add(run: Run, box: Box, given: Arguments, line: int) -> None:
    (value,) = given
    if not isinstance(value, Unknown) and not is_key(value):
        raise Undecided
    run.grow(box, value, line)


def _update_set(run: Run, box: Box, given: Arguments, line: int) -> None:
    new = _set_of(run, given)
    run.change(box, line)
    _set(box).update(new)


def _discard(run: Run, box: Box, given: Arguments, line: int) -> None:
    (value,) = given
    _sure(box, value)
    run.change(box, line)
    _set(box).discard(value)


def _take_out(run: Run, box: Box, given: Arguments, line: int) -> None:
    (value,) = given
    if _sure(box, value) not in box.data:
        raise Raised("KeyError")
    _discard(run, box, given, line)


def _union(run: Run, box: Box, given: Arguments, line: int) -> object:
    return run.box("set", {*_set(box), *_set_of(run, given)})


def _noted(run: Run, box: Box, operation: tuple[str, object], line: int) -> None:
    run.change(box, line)
    run.put_inside(box, operation)
    if not isinstance(box.data, list) or len(box.data) >= MOST_ITEMS:
        raise Undecided
    box.data.append(operation)


def _append_later(run: Run, box: Box, given: Arguments, line: int) -> None:
    (value,) = given
    _noted(run, box, ("append", value), line)


def _extend_later(run: Run, box: Box, given: Arguments, line: int) -> None:
    (value,) = given
    _noted(run, box, ("extend", run.box("list", items_of(run, value))), line)


def _update_later(run: Run, box: Box, given: Arguments, line: int) -> None:
    """Note what is to be added: what comes first decides whether it is a dict or a set."""
    (value,) = given
    is_dict = isinstance(value, Box) and value.sort == "dict"
    operations = [one for name, one in operations_of(box) if name == "update"]
    sorts = {one.sort for one in operations if isinstance(one, Box)}
    if sorts - {"dict" if is_dict else "set"}:
        raise Undecided
    if is_dict:
        update_dict(run, new := run.box("dict", {}), [value], line)
    else:
        new = run.box("set", _set_of(run, [value]))
    _noted(run, box, ("update", new), line)


def _add_later(run: Run, box: Box, given: Arguments, line: int) -> None:
    _update_later(run, box, [run.box("list", list(given))], line)


_METHODS: Final[dict[tuple[str, str], Callable[[Run, Box, Arguments, int], object]]] = {
    ("list", "append"): _append,
    ("list", "extend"): _extend,
    ("list", "insert"): _insert,
    ("list", "pop"): _pop,
    ("list", "remove"): _remove,
    ("list", "index"): _index,
    ("list", "count"): _count,
    ("list", "sort"): _sort,
    ("list", "reverse"): _reverse,
    ("list", "clear"): _clear,
    ("list", "copy"): _copy,
    ("dict", "get"): _get,
    ("dict", "setdefault"): _setdefault,
    ("dict", "pop"): _pop_key,
    ("dict", "update"): update_dict,
    ("dict", "keys"): _keys,
    ("dict", "values"): _values,
    ("dict", "items"): _items,
    ("dict", "clear"): _clear,
    ("dict", "copy"): _copy,
    ("set", "add"): _add,
    ("set", "update"): _update_set,
    ("set", "discard"): _discard,
    ("set", "remove"): _take_out,
    ("set", "union"): _union,
    ("set", "clear"): _clear,
    ("set", "copy"): _copy,
    **METHODS,
    ("lazy", "append"): _append_later,
    ("lazy", "extend"): _extend_later,
    ("lazy", "update"): _update_later,
    ("lazy", "add"): _add_later,
}
