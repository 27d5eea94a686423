"""Calls with a meaning of their own: containers, `getattr`, `get_config`, the environment.

Each gives a value, ABSENT to leave the call to `known.PURE`, or raises Undecided.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from jhwizard.jupyter.reader.attributes import attribute, set_attribute
from jhwizard.jupyter.reader.environment import is_set, lose_environment, set_variable, variable
from jhwizard.jupyter.reader.files import load_json, open_file
from jhwizard.jupyter.reader.functions import call_function
from jhwizard.jupyter.reader.iteration import a_set, items_of
from jhwizard.jupyter.reader.known import PURE, TYPES
from jhwizard.jupyter.reader.operators import truth_of
from jhwizard.jupyter.reader.plain import is_key
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import (
    ABSENT,
    Box,
    Files,
    Function,
    Known,
    Raised,
    Stream,
    Undecided,
    Unknown,
    is_simple,
)
from jhwizard.language import _

Given = list[object]
Named = dict[str, object]


def _get_config(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    if run.imported and run.written:
        raise Undecided
    return run.config


def _load_subconfig(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    name = given[0] if len(given) == 1 and isinstance(given[0], str) and not named else ""
    shown = repr(name) if name else "…"
    reason = _("`load_subconfig({name})` may change anything").format(name=shown)
    run.load("" if set(name) & set("*?[") else name, reason, node.lineno)
    lose_environment(run, node.lineno)
    run.foreign(node.lineno)
    run.written = True
    return None


def _glob(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    match given:
        case [str() as pattern] if not named:
            return Files(pattern)
    raise Undecided


def _sorted(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    match given:
        case [Files(pattern=pattern)] if not named:
            return Files(pattern, is_sorted=True)
    return ABSENT


def _len(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    match given:
        case [Box(doubt=None, sort="list" | "dict") as box]:
            return len(box.data)
        case [Box(doubt=None, sort="set") as box] if all(map(is_simple, box.items)):
            return len(box.data)
        case [str() | bytes() | tuple() | range() as value]:
            return len(value)
        case [None | int() | float()]:
            raise Raised("TypeError")
    raise Undecided


def _list(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    return run.box("list", items_of(run, given[0]) if given else [])


def _tuple(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    return tuple(items_of(run, given[0])) if given else ()


def _set(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    return a_set(run, items_of(run, given[0], ordered=False) if given else [], node)


def _dict(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    found: dict[object, object] = {}
    for one in given:
        if one == Known("os.environ"):
            found.update(_environment(run))
        elif isinstance(one, Box) and one.doubt is None and isinstance(one.data, dict):
            found.update(one.data)
        else:
            for pair in items_of(run, one):
                parts = items_of(run, pair)
                if len(parts) != 2:  # noqa: PLR2004  # key and value
                    raise Raised("ValueError")
                key, value = parts
                if isinstance(key, Unknown) or not is_key(key):
                    raise Undecided
                found[key] = value
    line = node.lineno
    for name, value in named.items():
        found[name] = run.kept(value, line)
    return run.box("dict", found)


def _environment(run: Run) -> dict[object, object]:
    if not run.knows_unset or run.environment:
        raise Undecided
    found: dict[object, object] = {}
    found.update(run.environ.items())
    return found


def _refuse_files(given: Given) -> None:
    """Raise Undecided for an open file: how much of it is read depends on who takes the items."""
    if any(isinstance(one, Box) and one.sort == "file" for one in given):
        raise Undecided


def _zip(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    if named:
        raise Undecided
    _refuse_files(given)
    return Stream(tuple(zip(*(items_of(run, one) for one in given), strict=False)))


def _enumerate(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    _refuse_files(given)
    start = (*given[1:], named.get("start", 0))[0]
    if not isinstance(start, int):
        raise Undecided
    return Stream(tuple(enumerate(items_of(run, given[0]), start)))


def _reversed(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    _refuse_files(given)
    return Stream(tuple(reversed(items_of(run, given[0]))))


def _map(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    function, *sources = given
    _refuse_files(sources)
    rows = zip(*(items_of(run, one) for one in sources), strict=False)
    return Stream(tuple(_applied(run, function, [*row], node) for row in rows))


def _filter(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    function, source = given
    _refuse_files([source])
    kept = []
    for one in items_of(run, source):
        truth = truth_of(one if function is None else _applied(run, function, [one], node))
        if truth is None:
            raise Undecided
        kept += [one] if truth else []
    return Stream(tuple(kept))


def _applied(run: Run, function: object, given: Given, node: ast.Call) -> object:
    changes = len(run.journal)
    if isinstance(function, Function):
        found = call_function(run, function, given, {})
    elif isinstance(function, Known):
        if function.dotted not in PURE and function.dotted not in SPECIAL:
            raise Undecided
        found = run.apply(function, given, node)
    else:
        raise Undecided
    if len(run.journal) != changes:
        raise Undecided  # it runs when somebody takes the items, which may be later or never
    return found


def _any_or_all(wanted: bool) -> Callable[[Run, Given, Named, ast.Call], object]:  # noqa: FBT001
    def decide(run: Run, given: Given, named: Named, node: ast.Call) -> object:
        _refuse_files(given)
        truths = [truth_of(one) for one in items_of(run, given[0], ordered=False)]
        if wanted in truths:
            return wanted
        if None in truths:
            raise Undecided
        return not wanted

    return decide


def _isinstance(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    value, wanted = given
    names = wanted if isinstance(wanted, tuple) else (wanted,)
    if not all(isinstance(name, Known) and name.dotted in TYPES for name in names):
        raise Undecided
    types = tuple(TYPES[name.dotted] for name in names if isinstance(name, Known))
    if isinstance(value, Box) and value.sort not in {"lazy", "file"}:
        return issubclass({"list": list, "dict": dict, "set": set}[value.sort], types)
    if is_simple(value) or isinstance(value, tuple):
        return isinstance(value, types)
    raise Undecided


def _getattr(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    match given:
        case [owner, str() as name]:
            return attribute(run, owner, name, node)
    raise Undecided


def _setattr(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    match given:
        case [owner, str() as name, value]:
            set_attribute(run, owner, name, value, node)
            return None
    raise Undecided


def _getenv(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    name, default = (*given, *named.values(), None)[:2]
    return variable(run, name, default, node)


def _print(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    if named:
        raise Undecided
    run.foreign(node.lineno)
    return None


SPECIAL: Final[dict[str, Callable[[Run, Given, Named, ast.Call], object]]] = {
    "all": _any_or_all(wanted=False),
    "any": _any_or_all(wanted=True),
    "dict": _dict,
    "enumerate": _enumerate,
    "filter": _filter,
    "get_config": _get_config,
    "getattr": _getattr,
    "glob.glob": _glob,
    "isinstance": _isinstance,
    "json.load": load_json,
    "len": _len,
    "list": _list,
    "load_subconfig": _load_subconfig,
    "map": _map,
    "open": open_file,
    "os.getenv": _getenv,
    "print": _print,
    "reversed": _reversed,
    "set": _set,
    "setattr": _setattr,
    "sorted": _sorted,
    "tuple": _tuple,
    "zip": _zip,
}


def call_environ(run: Run, name: str, given: Given, named: Named, node: ast.Call) -> object:
    """Return what a method of `os.environ` gives, and do what it does."""
    match name, given:
        case "get", [_, *_]:
            return _getenv(run, given, named, node)
        case "setdefault", [str() as key, value]:
            known = is_set(run, key)
            if known is None:
                raise Undecided
            if not known:
                set_variable(run, key, value, node.lineno)
                return value
            return variable(run, key, ABSENT, node)
        case "pop", [str() as key, *rest]:
            found = variable(run, key, rest[0] if rest else ABSENT, node)
            set_variable(run, key, ABSENT, node.lineno)
            return found
        case "update", [Box(doubt=None, data=dict() as data)] if not named:
            for key, value in data.items():
                set_variable(run, key, value, node.lineno)
            return None
        case (("copy" | "items" | "keys" | "values"), []):
            found = run.box("dict", _environment(run))
            if name == "copy":
                return found
            return Stream(
                {"keys": tuple(found.data), "values": tuple(_values(found))}.get(
                    name, tuple(zip(found.data, _values(found), strict=True))
                )
            )
    lose_environment(run, node.lineno)
    raise Undecided


def _values(box: Box) -> list[object]:
    return [*box.data.values()] if isinstance(box.data, dict) else []
