"""What an expression is worth."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from jhwizard.jupyter.reader.attributes import attribute, item
from jhwizard.jupyter.reader.branches import either, fork
from jhwizard.jupyter.reader.calls import call
from jhwizard.jupyter.reader.environment import is_set
from jhwizard.jupyter.reader.iteration import a_set, comprehension, spread
from jhwizard.jupyter.reader.known import BUILTINS, CONSTANTS, DANGEROUS, is_module, is_narrow
from jhwizard.jupyter.reader.operators import (
    binary,
    carried_out,
    compared,
    computed,
    truth_of,
    unary,
)
from jhwizard.jupyter.reader.plain import NotPlainError, has_order, is_key, real
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.scopes import look_up
from jhwizard.jupyter.reader.values import (
    ABSENT,
    Box,
    Files,
    Function,
    Known,
    Scope,
    Undecided,
    Unknown,
)
from jhwizard.language import _


def evaluate(run: Run, node: ast.expr, scope: Scope) -> object:
    """Return what an expression is worth, its effects included.

    Raises Raised where the file raises, Undecided where that is not followed.
    """
    run.budget.spend()
    match node:
        case ast.Constant(value=value):
            plain = value is None or isinstance(value, bool | int | float | str | bytes)
            return value if plain else run.unknown(_("the value is computed"), node)
        case ast.Name():
            return _name(run, node, scope)
        case ast.Attribute(value=owner, attr=name):
            return attribute(run, evaluate(run, owner, scope), name, node)
        case ast.Call():
            return call(run, node, scope)
    handler = _HANDLERS.get(type(node))
    if handler is None:
        run.havoc(node, scope)
        return Unknown(_("the value is computed"), node.lineno)
    return handler(run, node, scope)


def _name(run: Run, node: ast.Name, scope: Scope) -> object:
    name = node.id
    value = look_up(scope, name)
    if name in DANGEROUS and (value is ABSENT or name not in scope.top.names):
        run.danger(name, node.lineno)
    if isinstance(value, Files):
        run.unbind(scope, name, node.lineno)  # what is done with it is not followed
    if value is not ABSENT:
        return value
    if name in BUILTINS:
        return Known(name)
    if name in CONSTANTS:
        return CONSTANTS[name]
    if is_module(name):
        run.risks += 1
        return Known(name)  # or the file ends here, as nobody has imported it
    reason = _("the value is computed: nothing is known of `{name}`").format(name=name)
    return run.unknown(reason, node)


def _sequence(run: Run, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> object:
    found: list[object] = []
    for part in node.elts:
        if isinstance(part, ast.Starred):
            found.extend(spread(run, part.value, scope))
        else:
            found.append(run.kept(evaluate(run, part, scope), part.lineno))
    if isinstance(node, ast.Tuple):
        return tuple(found)
    if isinstance(node, ast.List):
        return run.box("list", found)
    return a_set(run, found, node)


def _dict(run: Run, node: ast.Dict, scope: Scope) -> object:
    found: dict[object, object] = {}
    certain = True
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        if key_node is None:
            merged = evaluate(run, value_node, scope)
            if not _merged(found, merged):
                certain = False
                run.escape(merged, node.lineno)
            continue
        key = evaluate(run, key_node, scope)
        value = run.kept(evaluate(run, value_node, scope), value_node.lineno)
        if isinstance(key, Unknown) or not is_key(key):
            certain = False
        else:
            found[key] = value
    box = run.box("dict", found)
    if not certain:
        run.spoil(box, computed(node), node)
    return box


def _merged(found: dict[object, object], value: object) -> bool:
    if isinstance(value, Box) and isinstance(value.data, dict) and value.doubt is None:
        found.update(value.data)
        return True
    return False


def _binary(run: Run, node: ast.BinOp, scope: Scope) -> object:
    left = evaluate(run, node.left, scope)
    return binary(run, node.op, left, evaluate(run, node.right, scope), node)


def _unary(run: Run, node: ast.UnaryOp, scope: Scope) -> object:
    return unary(run, node.op, evaluate(run, node.operand, scope), node)


def _compare(run: Run, node: ast.Compare, scope: Scope) -> object:
    left, result = evaluate(run, node.left, scope), True
    for op, part in zip(node.ops, node.comparators, strict=True):
        right = evaluate(run, part, scope)
        found = _is_in_environment(run, op, left, right)
        found = compared(run, op, left, right) if found is None else found
        if found is None:
            if len(node.ops) > 1:
                raise Undecided
            return run.unknown(computed(node), node)
        if not found:
            return False
        left = right
    return result


def _is_in_environment(run: Run, op: ast.cmpop, left: object, right: object) -> bool | None:
    if right != Known("os.environ") or not isinstance(op, ast.In | ast.NotIn):
        return None
    found = is_set(run, left)
    return found if found is None or isinstance(op, ast.In) else not found


def _either_way(run: Run, node: ast.BoolOp, scope: Scope) -> object:
    is_or = isinstance(node.op, ast.Or)

    def rest(parts: list[ast.expr]) -> object:
        value = evaluate(run, parts[0], scope)
        if len(parts) == 1:
            return value
        truth = truth_of(value)
        if truth is not None:
            return value if truth is is_or else rest(parts[1:])
        reason = computed(node)
        if is_or and isinstance(value, Unknown) and value.variable:
            return _or_fallback(run, value, lambda: rest(parts[1:]), node)
        found = fork(run, [lambda: value, lambda: rest(parts[1:])], reason, node.lineno)
        return either(found, reason, node.lineno)

    return rest(node.values)


def _or_fallback(run: Run, value: Unknown, rest: Callable[[], object], node: ast.BoolOp) -> object:
    """Return `$VARIABLE or rest`, which is the variable with another fallback."""
    truth = None if value.fallback is ABSENT else truth_of(value.fallback)
    if truth:
        return value
    reason = computed(node)
    found = fork(run, [lambda: None, rest], reason, node.lineno)[-1]
    return Unknown(value.reason, value.line, "env", variable=value.variable, fallback=found)


def _if(run: Run, node: ast.IfExp, scope: Scope) -> object:
    truth = truth_of(evaluate(run, node.test, scope))
    if truth is not None:
        return evaluate(run, node.body if truth else node.orelse, scope)
    reason = computed(node.test)
    ways = [lambda: evaluate(run, node.body, scope), lambda: evaluate(run, node.orelse, scope)]
    return either(fork(run, ways, reason, node.lineno), reason, node.lineno)


def _text(run: Run, node: ast.JoinedStr, scope: Scope) -> object:
    found: list[str] = []
    certain = True
    for part in node.values:
        value = evaluate(run, part, scope)
        if isinstance(value, str):
            found.append(value)
        else:
            certain = False
    if not certain:
        return run.unknown(computed(node), node)
    return carried_out(run, "".join, found)


_CONVERSIONS: Final[dict[int, Callable[[object], str]]] = {115: str, 114: repr, 97: ascii}


def _formatted(run: Run, node: ast.FormattedValue, scope: Scope) -> object:
    value = evaluate(run, node.value, scope)
    spec = "" if node.format_spec is None else evaluate(run, node.format_spec, scope)
    try:
        data = real(run, value)
    except NotPlainError:
        return run.unknown(computed(node.value), node)
    if (
        not isinstance(spec, str)
        or not is_narrow(spec)
        or not has_order([data] if node.conversion > 0 else data)
    ):
        return run.unknown(computed(node.value), node)
    if node.conversion in _CONVERSIONS:
        data = carried_out(run, _CONVERSIONS[node.conversion], data)
    return carried_out(run, format, data, spec)


def _subscript(run: Run, node: ast.Subscript, scope: Scope) -> object:
    owner = evaluate(run, node.value, scope)
    return item(run, owner, evaluate(run, node.slice, scope), node)


def _slice(run: Run, node: ast.Slice, scope: Scope) -> object:
    parts = [
        None if part is None else evaluate(run, part, scope)
        for part in (node.lower, node.upper, node.step)
    ]
    if all(part is None or type(part) is int for part in parts):
        return slice(*parts)
    return run.unknown(computed(node), node)


def _lambda(run: Run, node: ast.Lambda, scope: Scope) -> object:
    return Function(node, "<lambda>", scope, defaults_of(run, node.args, scope))


def defaults_of(run: Run, given: ast.arguments, scope: Scope) -> dict[str, object]:
    """Return the defaults of a function's parameters, worked out where it is defined."""
    names = [*given.posonlyargs, *given.args]
    with_default = [*zip(names[len(names) - len(given.defaults) :], given.defaults, strict=True)]
    with_default += [
        (name, default)
        for name, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        if default is not None
    ]
    return {
        name.arg: run.kept(evaluate(run, default, scope), default.lineno)
        for name, default in with_default
    }


def _walrus(run: Run, node: ast.NamedExpr, scope: Scope) -> object:
    value = run.kept(evaluate(run, node.value, scope), node.lineno)
    run.bind(scope, node.target.id, value, node.lineno)
    return value


def _lazily(run: Run, node: ast.GeneratorExp, scope: Scope) -> object:
    """Return a generator: it may run at any later line, unless a call takes it at once."""
    run.escape(Function(_as_lambda(node), "<generator>", scope), node.lineno)
    return run.unknown(computed(node), node)


def _as_lambda(node: ast.expr) -> ast.Lambda:
    empty = ast.arguments([], [], None, [], [], None, [])
    return ast.copy_location(ast.Lambda(empty, node), node)


_HANDLERS: Final[dict[type[ast.AST], Callable[..., object]]] = {
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _either_way,
    ast.IfExp: _if,
    ast.JoinedStr: _text,
    ast.FormattedValue: _formatted,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.ListComp: comprehension,
    ast.SetComp: comprehension,
    ast.DictComp: comprehension,
    ast.GeneratorExp: _lazily,
}
