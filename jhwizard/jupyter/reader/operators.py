"""Operators on values: sums and concatenations that are known, and bounded before they are done."""

from __future__ import annotations

import ast
import datetime as dt
import operator
import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

from jhwizard.jupyter.reader.budget import MOST_BITS, MOST_CHARACTERS, MOST_ITEMS
from jhwizard.jupyter.reader.plain import NotPlainError, abstract, has_order, real
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import (
    Box,
    Class,
    Function,
    Known,
    Raised,
    Unknown,
    is_simple,
)
from jhwizard.language import _

_OPERATORS: Final[dict[type[ast.AST], Callable[..., object]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
_WIDE: Final = re.compile(r"\d{4,}|\*")
FAULTS: Final = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError)
"""What plain data raises for what cannot be done with it."""


def computed(node: ast.AST) -> str:
    """Return the reason for a value that comes out of something unknown."""
    names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    if not names:
        return _("the value is computed")
    return _("the value is computed from `{name}`").format(name=names[0])


def carried_out(run: Run, function: Callable[..., object], *operands: object) -> object:
    """Return what a function of Python's own makes of plain data.

    Raises Raised where Python would raise, Undecided for a result that is no plain data.
    """
    try:
        return abstract(run, function(*operands))
    except FAULTS as error:
        raise Raised(type(error).__name__) from error


def binary(run: Run, op: ast.operator, left: object, right: object, node: ast.AST) -> object:
    """Return `left op right`."""
    joined = _joined(run, op, left, right)
    if joined is not None:
        return joined
    try:
        one, other = real(run, left), real(run, right)
    except NotPlainError:
        # What comes out may hold what went in.
        for operand in (left, right):
            run.escape_parts(operand, getattr(node, "lineno", 1))
        return run.unknown(computed(node), node)
    if type(op) not in _OPERATORS or not _is_small(op, one, other):
        return run.unknown(_("the value is computed"), node)
    return carried_out(run, _OPERATORS[type(op)], one, other)


def _joined(run: Run, op: ast.operator, left: object, right: object) -> object:
    """Return two containers joined, what is unknown in them included; None for anything else."""
    if isinstance(op, ast.Add) and isinstance(left, tuple) and isinstance(right, tuple):
        run.budget.spend(len(left) + len(right))
        return (*left, *right) if len(left) + len(right) <= MOST_ITEMS else None
    if not isinstance(left, Box) or not isinstance(right, Box) or left.doubt or right.doubt:
        return None
    if isinstance(op, ast.Add) and left.sort == right.sort == "list":
        return run.box("list", [*left.data, *right.data])
    if isinstance(op, ast.BitOr) and isinstance(left.data, dict) and isinstance(right.data, dict):
        return run.box("dict", {**left.data, **right.data})
    if isinstance(op, ast.BitOr) and left.sort == right.sort == "set":
        return run.box("set", {*left.data, *right.data})
    return None


def _is_small(op: ast.operator, left: object, right: object) -> bool:
    """Return whether the result is of a size that can be kept, and the same in every run."""
    match op, left, right:
        case ast.Mod(), str() | bytes(), _:
            # A width in the format, or one that stands among the values.
            return not _WIDE.search(str(left)) and has_order(right)
        case ast.Mult(), int(), int():
            return left.bit_length() + right.bit_length() <= MOST_BITS
        case ast.Mult(), int(), (str() | bytes() | list() | tuple()):
            return left * len(right) <= MOST_CHARACTERS and _few(left, right)
        case ast.Mult(), (str() | bytes() | list() | tuple()), int():
            return right * len(left) <= MOST_CHARACTERS and _few(right, left)
        case ast.Pow(), int(), int():
            return right >= 0 and max(left.bit_length(), 1) * right <= MOST_BITS
        case ast.Pow(), _, _:
            return isinstance(left, float) and isinstance(right, int | float) and left >= 0
        case ast.LShift() | ast.RShift(), int(), int():
            return 0 <= right <= MOST_BITS and left.bit_length() <= MOST_BITS
    return True


def _few(times: int, items: object) -> bool:
    return not isinstance(items, list | tuple) or times * len(items) <= MOST_ITEMS


def unary(run: Run, op: ast.unaryop, operand: object, node: ast.AST) -> object:
    """Return `op operand`."""
    if isinstance(op, ast.Not):
        truth = truth_of(operand)
        return run.unknown(computed(node), node) if truth is None else not truth
    if not isinstance(operand, bool | int | float | dt.timedelta):
        return run.unknown(computed(node), node)
    return carried_out(run, _OPERATORS[type(op)], operand)


def truth_of(value: object) -> bool | None:
    """Return whether a value counts as true; None when that is not known."""
    if is_simple(value) or isinstance(value, tuple):
        return bool(value)
    if isinstance(value, Box) and value.doubt is None and value.sort != "lazy":
        return bool(value.data)
    if isinstance(value, Function | Class | Known):
        return True
    if isinstance(value, Unknown) and value.alternatives:
        truths = {truth_of(one) for one in value.alternatives}
        return truths.pop() if len(truths) == 1 else None
    return None


def compared(run: Run, op: ast.cmpop, left: object, right: object) -> bool | None:
    """Return `left op right`; None when it is not known."""
    match op:
        case ast.Is() | ast.IsNot():
            is_one = _is_one(left, right)
            return is_one if is_one is None or isinstance(op, ast.Is) else not is_one
        case ast.In() | ast.NotIn():
            found = _contains(run, right, left)
            return found if found is None or isinstance(op, ast.In) else not found
    try:
        one, other = real(run, left), real(run, right)
        return bool(_OPERATORS[type(op)](one, other))
    except NotPlainError:
        return None
    except FAULTS as error:
        raise Raised(type(error).__name__) from error


def _is_one(left: object, right: object) -> bool | None:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    singletons = (None, True, False)
    if any(left is one or right is one for one in singletons):
        return left is right
    return (left is right) if isinstance(left, Box) and isinstance(right, Box) else None


def _contains(run: Run, container: object, item: object) -> bool | None:
    try:
        wanted = real(run, item)
    except NotPlainError:
        return None
    if isinstance(container, str | bytes | range | PurePosixPath):
        found = carried_out(run, operator.contains, container, wanted)
        return found if isinstance(found, bool) else None
    if isinstance(container, Box):
        if container.sort == "file":
            run.escape(container, 1)  # looking for a line reads the file up to it
        if container.doubt is not None or container.sort == "lazy":
            return None
        items = container.items
    elif isinstance(container, tuple):
        items = list(container)
    else:
        return None
    run.budget.spend(len(items))
    unsure = False
    for one in items:
        try:
            if real(run, one) == wanted:
                return True
        except NotPlainError:
            unsure = True
    return None if unsure else False
