"""Assignments to names, attributes, items and several of them at once."""

from __future__ import annotations

import ast

from jhwizard.jupyter.reader import methods
from jhwizard.jupyter.reader.attributes import attribute, item, set_attribute, set_item
from jhwizard.jupyter.reader.iteration import unpacked
from jhwizard.jupyter.reader.operators import binary
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.scopes import home_of
from jhwizard.jupyter.reader.values import ABSENT, Box, Scope, Undecided, Unknown
from jhwizard.language import _


def assign(run: Run, target: ast.expr, value: object, scope: Scope) -> None:
    """Carry out `target = value`."""
    match target:
        case ast.Name(id=name):
            run.bind(scope, name, value, target.lineno)
        case ast.Attribute(value=owner, attr=name):
            set_attribute(run, run.evaluate(owner, scope), name, value, target)
        case ast.Subscript(value=owner, slice=key):
            found = run.evaluate(owner, scope)
            set_item(run, found, run.evaluate(key, scope), value, target)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            for part, one in zip(targets, _parts(run, targets, value, target), strict=True):
                assign(run, part, one, scope)
        case ast.Starred(value=inner):
            assign(run, inner, run.unknown(_("the value is computed"), target), scope)


def _parts(run: Run, targets: list[ast.expr], value: object, node: ast.expr) -> list[object]:
    try:
        return unpacked(run, targets, value)
    except Undecided:
        run.escape(value, node.lineno)
        return [run.unknown(_("the value is computed"), node) for _target in targets]


def augment(run: Run, node: ast.AugAssign, scope: Scope) -> None:
    """Carry out `target += value` and the like; lists, dicts and sets change in place."""
    target = node.target
    match target:
        case ast.Name(id=name):
            before = run.evaluate(ast.copy_location(ast.Name(name, ast.Load()), target), scope)
            after = _augmented(run, node, before, scope)
            if name == "c" and home_of(scope, name) is run.module:
                raise Undecided
            run.bind(scope, name, after, node.lineno)
        case ast.Attribute(value=owner_node, attr=name):
            owner = run.evaluate(owner_node, scope)
            before = attribute(run, owner, name, target)
            set_attribute(run, owner, name, _augmented(run, node, before, scope), target)
        case ast.Subscript(value=owner_node, slice=key_node):
            owner, key = run.evaluate(owner_node, scope), run.evaluate(key_node, scope)
            before = item(run, owner, key, target)
            set_item(run, owner, key, _augmented(run, node, before, scope), target)


def _augmented(run: Run, node: ast.AugAssign, before: object, scope: Scope) -> object:
    value = run.evaluate(node.value, scope)
    if not isinstance(before, Box):
        if not isinstance(before, tuple):
            run.escape(before, node.lineno)  # it may change in place, whatever it is
        return binary(run, node.op, before, value, node)
    if before.sort == "lazy":
        # LazyConfigValue has no operators, so the file ends here.
        run.escape(before, node.lineno)
        return Unknown(_("changed in place"), node.lineno, "unknown")
    name = _IN_PLACE.get((before.sort, type(node.op)))
    if name is None:
        if (before.sort == "list" and isinstance(node.op, ast.Mult)) or before.sort == "set":
            return run.spoil(before, _("changed in place"), node)
        return binary(run, node.op, before, value, node)
    methods.of_box(run, before, name, [value], node)
    return before


_IN_PLACE = {
    ("list", ast.Add): "extend",
    ("dict", ast.BitOr): "update",
    ("set", ast.BitOr): "update",
}


def delete(run: Run, target: ast.expr, scope: Scope) -> None:
    """Carry out `del target`."""
    match target:
        case ast.Name(id=name):
            run.bind(scope, name, ABSENT, target.lineno)
        case ast.Attribute(value=owner, attr=name):
            set_attribute(run, run.evaluate(owner, scope), name, ABSENT, target)
        case ast.Subscript(value=owner, slice=key):
            found = run.evaluate(owner, scope)
            set_item(run, found, run.evaluate(key, scope), ABSENT, target)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            for part in targets:
                delete(run, part, scope)
