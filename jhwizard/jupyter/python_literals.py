"""Which expressions and functions of a config file are plain data, and what they are worth.

Nothing is run: literals are taken apart, and sums are done on small whole numbers only.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from jhwizard.facts import Op
from jhwizard.jupyter.python_mentions import chain, is_trait

_ARITHMETIC: Final[dict[type[ast.operator], Callable[[int, int], int]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}
_ADDITIONS: Final[dict[Op, tuple[type, ...]]] = {
    "update": (dict, set),
    "append": (object,),
    "extend": (list,),
}
_SANE: Final = 10**18
_DOCUMENTED_LIMIT: Final = """\
user = {parameter}.current_user
if user and user.admin:
    return 0
return {limit}
"""


class NotPlainError(Exception):
    """An expression is more than a literal; its value would have to be computed."""


@dataclass(frozen=True)
class PlainWrite:
    """A statement that writes one trait, with a literal."""

    cls: str
    trait: str
    op: Op
    value: object
    node: ast.expr
    """The literal."""


def plain_write(node: ast.stmt, set_is_builtin: Callable[[], bool]) -> PlainWrite | None:
    """Return what a statement of the plainest form writes; None for any other statement."""
    form = written(node)
    if form is None:
        return None
    cls, trait, op, expression = form
    try:
        value = plain_value(expression, set_is_builtin=set_is_builtin)
    except (NotPlainError, TypeError):  # TypeError: a list as a key, which Python refuses too
        return None
    fits = op == "=" or isinstance(value, _ADDITIONS[op])
    return PlainWrite(cls, trait, op, value, expression) if fits else None


def written(node: ast.stmt) -> tuple[str, str, Op, ast.expr] | None:
    """Return class, trait, operation and expression of a statement that writes one trait of `c`."""
    match node:
        case ast.Assign(targets=[ast.Attribute() as target], value=value):
            match chain(target):
                case (cls, trait) if is_trait(cls, trait):
                    return cls, trait, "=", value
        case ast.Expr(value=ast.Call(func=ast.Attribute() as func, args=[value], keywords=[])):
            match chain(func):
                case (cls, trait, "append" | "extend" | "update" as op) if is_trait(cls, trait):
                    return cls, trait, op, value
    return None


def plain_value(node: ast.expr, *, set_is_builtin: Callable[[], bool]) -> object:
    """Return the value of a literal or a small sum.

    Raises `NotPlainError` for anything else, TypeError for what Python cannot hash either.
    """

    def plain(part: ast.expr | None) -> object:
        value: object
        match part:
            case ast.Constant(value=None | bool() | int() | float() | str() as constant):
                value = constant
            case ast.List(elts=items):
                value = [plain(item) for item in items]
            case ast.Tuple(elts=items):
                value = tuple(plain(item) for item in items)
            case ast.Set(elts=items):
                value = {plain(item) for item in items}
            case ast.Dict(keys=keys, values=values):
                value = {plain(key): plain(item) for key, item in zip(keys, values, strict=True)}
            case ast.Call(func=ast.Name(id="set"), args=[], keywords=[]) if set_is_builtin():
                value = set()
            case ast.UnaryOp(op=sign, operand=ast.Constant(value=int() | float() as number)):
                value = _signed(sign, number)
            case ast.BinOp(left=left, op=op, right=right):
                value = _folded(op, plain(left), plain(right))
            case _:
                raise NotPlainError
        return value

    return plain(node)


def _signed(sign: ast.unaryop, number: float) -> float:
    if isinstance(number, bool) or not isinstance(sign, ast.USub | ast.UAdd):
        raise NotPlainError
    return -number if isinstance(sign, ast.USub) else number


def _folded(op: ast.operator, left: object, right: object) -> int:
    if type(left) is not int or type(right) is not int or type(op) not in _ARITHMETIC:
        raise NotPlainError
    if (isinstance(op, ast.FloorDiv) and right == 0) or max(abs(left), abs(right)) > _SANE:
        raise NotPlainError
    return _ARITHMETIC[type(op)](left, right)


def runs_nothing(node: ast.FunctionDef) -> bool:
    """Return whether defining the function only gives it its name."""
    given = node.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    annotated = node.returns or any(arg and arg.annotation for arg in every)
    return not (node.decorator_list or given.defaults or any(given.kw_defaults) or annotated)


def documented_limit(node: ast.FunctionDef) -> int | None:
    """Return the number of named servers, if the function is the one JupyterHub documents.

    It stands under "named servers" there: no limit for admins, a number for everybody else.
    """
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    parameter, limit = _sole_parameter(node), _last_number(body)
    if parameter in (None, "c", "user") or limit is None or not runs_nothing(node):
        return None
    documented = ast.parse(_DOCUMENTED_LIMIT.format(parameter=parameter, limit=limit)).body
    return limit if [*map(ast.dump, body)] == [*map(ast.dump, documented)] else None


def _sole_parameter(node: ast.FunctionDef) -> str | None:
    given = node.args
    if given.posonlyargs or given.vararg or given.kwonlyargs or given.kwarg or len(given.args) != 1:
        return None
    return given.args[0].arg


def _last_number(body: list[ast.stmt]) -> int | None:
    match body[-1:]:
        case [ast.Return(value=ast.Constant(value=int() as number))]:
            return number if type(number) is int and number <= _SANE else None
    return None
