"""Loops over the lines of an opened file: what they do is not known, but they run no other code.

The lines are text, and so is what text's own methods make of them. A loop that does no more than
take them apart and put the parts into lists and sets cannot change anything else.
"""

from __future__ import annotations

import ast

from jhwizard.jupyter.reader.files import OPENED
from jhwizard.jupyter.reader.scopes import look_up
from jhwizard.jupyter.reader.values import ABSENT, Box, Scope, Unknown, is_simple, parts_of
from jhwizard.language import _

_TAME = {"bool", "int", "len", "str"}


def tame_reason(node: ast.AST, scope: Scope) -> str:
    """Return why nothing is known of what such a loop makes; empty for any other statement."""
    match node:
        case ast.For(target=ast.Name(id=line), iter=ast.Name(id=name), body=body, orelse=[]):
            reason = _file_reason(look_up(scope, name))
            return reason if _Body(scope, {line}).is_tame(body) else ""
    return ""


def _file_reason(opened: object) -> str:
    match opened:
        case Box(sort="file", doubt=None):
            return _("the value is computed from a file")
        case Unknown(dotted=dotted, reason=reason) if dotted == OPENED:
            return reason
    return ""


class _Body:
    """The statements of a loop, gone through once."""

    def __init__(self, scope: Scope, texts: set[str]) -> None:
        self._scope = scope
        self._texts = texts
        """Names that stand for text, or for a list of texts."""

    def is_tame(self, body: list[ast.stmt]) -> bool:
        return all(map(self._statement, body))

    def _statement(self, node: ast.stmt) -> bool:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                tame = self._value(value) and name not in {"c", *_TAME}
                self._texts |= {name} if tame else set()
                return tame
            case ast.If(test=test, body=body, orelse=orelse):
                return self._value(test) and self.is_tame(body) and self.is_tame(orelse)
            case ast.Expr(value=value):
                return self._value(value)
        return isinstance(node, ast.Break | ast.Continue | ast.Pass)

    def _value(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant():
                return True
            case ast.Name(id=name):
                return name in self._texts or is_simple(look_up(self._scope, name))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                is_own = name in _TAME and look_up(self._scope, name) is ABSENT
                return is_own and all(map(self._value, args))
            case ast.Call(func=ast.Attribute(value=owner, attr=name), args=args, keywords=[]):
                return self._method(owner, name) and all(map(self._value, args))
            case ast.Subscript(value=owner, slice=index):
                return self._value(owner) and self._value(index)
            case ast.UnaryOp(operand=operand):
                return self._value(operand)
            case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values):
                return all(map(self._value, values))
            case ast.Compare(left=left, comparators=others):
                return all(map(self._value, [left, *others]))
        return False

    def _method(self, owner: ast.expr, name: str) -> bool:
        """Return whether a method is one of text, or adds to a box that holds only plain data."""
        if isinstance(owner, ast.Name) and owner.id not in self._texts:
            box = look_up(self._scope, owner.id)
            return (
                isinstance(box, Box)
                and box.sort in {"list", "set"}
                and name in {"add", "append"}
                and all(map(is_simple, parts_of(box)))
            )
        return hasattr(str, name) and self._value(owner)
