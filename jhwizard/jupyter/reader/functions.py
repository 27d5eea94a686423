"""The file's own functions, gone through where they are called."""

from __future__ import annotations

import ast

from jhwizard.jupyter.python_mentions import bound_names
from jhwizard.jupyter.reader.branches import either
from jhwizard.jupyter.reader.budget import MOST_CALLS
from jhwizard.jupyter.reader.ends import Mixed, Return
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import ABSENT, Function, Raised, Scope, Undecided
from jhwizard.language import _


def call_function(
    run: Run, function: Function, given: list[object], named: dict[str, object]
) -> object:
    """Return what a function gives. Raises Undecided for generators and coroutines."""
    node = function.node
    if isinstance(node, ast.AsyncFunctionDef) or run.calls >= MOST_CALLS:
        raise Undecided
    if _is_generator(node):
        raise Undecided
    line = node.lineno
    values = {
        name: run.kept(value, line) for name, value in _bound(run, function, given, named).items()
    }
    scope = _scope(function, values)
    run.calls += 1
    try:
        if isinstance(node, ast.Lambda):
            return run.kept(run.evaluate(node.body, scope), line)
        end = run.execute(node.body, scope)
    finally:
        run.calls -= 1
    if isinstance(end, Mixed):
        results = [one.value if isinstance(one, Return) else None for one in end.ends]
        if not all(one is None or isinstance(one, Return) for one in end.ends):
            raise Undecided
        return either(results, _("the value is computed"), line)
    return end.value if isinstance(end, Return) else None


def _scope(function: Function, values: dict[str, object]) -> Scope:
    body = [] if isinstance(function.node, ast.Lambda) else function.node.body
    names, elsewhere, declared = set(values), set[str](), set[str]()
    for part in _own_parts(body):
        if isinstance(part, ast.Global):
            declared.update(part.names)
        elif isinstance(part, ast.Nonlocal):
            elsewhere.update(part.names)
        else:
            names.update(bound_names(part))
    local = frozenset(names - elsewhere - declared)
    names_of: dict[object, object] = {}
    names_of.update(values.items())
    return Scope(
        names_of,
        function.scope,
        function.scope.top,
        local,
        declared_global=frozenset(declared),
    )


def _own_parts(body: list[ast.stmt]) -> list[ast.AST]:
    """Return the nodes of a body that belong to its own scope."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(body)
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    while stack:
        node = stack.pop()
        found.append(node)
        if not isinstance(node, inner):
            stack.extend(ast.iter_child_nodes(node))
    return found


def _is_generator(node: ast.FunctionDef | ast.Lambda) -> bool:
    body: list[ast.stmt] = node.body if isinstance(node, ast.FunctionDef) else []
    parts = _own_parts(body) if body else ast.walk(node)
    return any(isinstance(part, ast.Yield | ast.YieldFrom | ast.Await) for part in parts)


def _bound(
    run: Run, function: Function, given: list[object], named: dict[str, object]
) -> dict[str, object]:
    args = function.node.args
    names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    values: dict[str, object] = dict(zip(names, given, strict=False))
    extra = tuple(given[len(names) :])
    if args.vararg is not None:
        values[args.vararg.arg] = extra
    elif extra:
        raise Raised("TypeError")
    by_name = {*names[len(args.posonlyargs) :], *(arg.arg for arg in args.kwonlyargs)}
    rest: dict[object, object] = {}
    for name, value in named.items():
        if name in by_name and name not in values:
            values[name] = value
        elif args.kwarg is None:
            raise Raised("TypeError")
        else:
            rest[name] = value
    if args.kwarg is not None:
        values[args.kwarg.arg] = run.box("dict", rest)
    for name in (*names, *(arg.arg for arg in args.kwonlyargs)):
        if name not in values:
            default = function.defaults.get(name, ABSENT)
            if default is ABSENT:
                raise Raised("TypeError")
            values[name] = default
    return values
