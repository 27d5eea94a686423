"""Where a statement mentions `c`, or what else could change it, and which traits that may touch.

The statement is never run. What is not known to be harmless is reported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from jhwizard.language import _

Pair = tuple[str, str]
"""Class and trait, with `*` for any."""

ANYTHING: Final[Pair] = ("*", "*")

_MUTATING: Final = {"add", "append", "extend", "insert", "prepend", "remove", "update"}
_ENDING: Final = {"exit", "quit"}
_DANGEROUS: Final = _ENDING | {
    *("__builtins__", "__import__", "builtins", "compile", "eval", "exec", "execfile"),
    *("get_config", "globals", "importlib", "load_subconfig", "locals", "runpy", "vars"),
}
DANGEROUS_ATTRIBUTES: Final = {
    *("__builtins__", "__code__", "__dict__", "__globals__", "__import__", "_getframe"),
    *("eval", "exec", "execfile", "f_globals", "f_locals", "get_config", "load_subconfig"),
}
# `c.X.update(...)` is a method of traitlets' Config, not a trait.
_CONFIG_METHODS: Final = {*dir(dict), "collisions", "has_key", "merge"}
_INSIDE: Final[dict[type[ast.AST], str]] = {
    ast.If: _("set inside an if"),
    ast.IfExp: _("set inside an if"),
    ast.For: _("set inside a for loop"),
    ast.AsyncFor: _("set inside a for loop"),
    ast.While: _("set inside a while loop"),
    ast.Try: _("set inside a try"),
    ast.TryStar: _("set inside a try"),
    ast.With: _("set inside a with"),
    ast.AsyncWith: _("set inside a with"),
    ast.Match: _("set inside a match"),
    ast.ListComp: _("set inside a comprehension"),
    ast.SetComp: _("set inside a comprehension"),
    ast.DictComp: _("set inside a comprehension"),
    ast.GeneratorExp: _("set inside a comprehension"),
    ast.Lambda: _("set inside a lambda"),
}


@dataclass(frozen=True)
class Mention:
    """One place that may touch traits."""

    pair: Pair
    line: int
    reason: str
    deferred: bool
    """Whether a later statement may still act through it."""
    rebinds: Literal["", "here", "for good"] = ""
    """Whether `c` may be another object afterwards, and whether `c = get_config()` mends it."""


@dataclass(frozen=True)
class _Place:
    """What stands around a node."""

    reason: str = ""
    """With `{name}` where the text of the mention belongs."""
    later: bool = False
    """Inside something that runs when it is called."""
    local: bool = False
    """Where an assigned name is not one of the module's."""
    target: Literal["", "direct", "item"] = ""
    """Whether the node, or an item of it, is what a statement changes."""

    def within(self, reason: str) -> _Place:
        return replace(self, reason=self.reason or reason, target="")


def chain(node: ast.AST) -> tuple[str, ...] | None:
    """Return the names after `c.`; None when the node is not `c` or an attribute of it."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return tuple(reversed(names)) if isinstance(node, ast.Name) and node.id == "c" else None


def is_trait(cls: str, trait: str) -> bool:
    """Return whether traitlets takes `c.<cls>.<trait>` for a trait of a class.

    Names that start like a class are sections to it (`traitlets.config.loader._is_section_key`).
    """
    is_free = trait not in _CONFIG_METHODS
    return is_free and _is_class(cls) and not _is_class(trait) and trait[0] != "_"


def mentions(top: ast.AST) -> list[Mention]:
    """Return what the statement may touch, in the order of the text."""
    found: list[Mention] = []
    stack: list[tuple[ast.AST, _Place]] = [(top, _Place())]
    line = getattr(top, "lineno", 1)
    while stack:
        node, place = stack.pop()
        line = getattr(node, "lineno", line)
        found.extend(_at(node, place, line))
        if chain(node) is None:
            stack.extend(reversed(list(_parts(node, place))))
    return found


def bound_names(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node gives a meaning to, in whichever scope."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.arg(arg=name) | ast.MatchMapping(rest=str() as name):
            yield name
        case (
            ast.ExceptHandler(name=str() as name)
            | ast.MatchAs(name=str() as name)
            | ast.MatchStar(name=str() as name)
        ):
            yield name
        case ast.alias(name=name, asname=asname):
            yield from {name.partition(".")[0], asname or name.partition(".")[0]}
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names


def _is_class(name: str) -> bool:
    return name[0].upper() == name[0] and name[0] != "_"


def _at(node: ast.AST, place: _Place, line: int) -> Iterator[Mention]:
    names = chain(node)
    stored = isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    if names is not None and not stored:
        yield _touched(names, place, line)
    for name in bound_names(node):
        if name == "c" and not isinstance(node, ast.arg):
            yield _rebound(node, place, line)
        if name == "get_config":
            reason = _("`get_config` is something else from here on")
            yield Mention(ANYTHING, line, reason, deferred=True, rebinds="for good")
        if name == "*":
            reason = _("a star import may give `c` another meaning; import what is needed by name")
            yield Mention(ANYTHING, line, reason, deferred=True, rebinds="here")
    danger = _danger(node)
    if danger:
        deferred = place.later or danger.rpartition(".")[2] not in {*_ENDING, "_exit"}
        reason = _("`{name}` may change anything").format(name=danger)
        yield Mention(ANYTHING, line, reason, deferred=deferred)


def _touched(names: tuple[str, ...], place: _Place, line: int) -> Mention:
    text = ".".join(("c", *names))
    reason = place.reason or _("`{name}` is used in a way that is not understood")
    # Two sections may be one object afterwards, so that a write to one is a write to the other.
    merges = (place.target == "direct" and len(names) == 1) or (
        place.target == "item" and not names
    )
    return Mention(
        pair=_pair(names),
        line=line,
        reason=reason.format(name=text),
        deferred=place.later or not place.target or merges,
        rebinds="for good" if merges else "",
    )


def _pair(names: tuple[str, ...]) -> Pair:
    if not names or not _is_class(names[0]):
        return ANYTHING
    if len(names) > 1 and is_trait(names[0], names[1]):
        return names[0], names[1]
    return names[0], "*"


def _rebound(node: ast.AST, place: _Place, line: int) -> Mention:
    reason = _("`c` is something else from here on")
    if isinstance(node, ast.Global | ast.Nonlocal):
        return Mention(ANYTHING, line, reason, deferred=True, rebinds="for good")
    return Mention(ANYTHING, line, reason, deferred=True, rebinds="" if place.local else "here")


def _danger(node: ast.AST) -> str:
    """Return the name of what may change anything, if the node is such a thing."""
    match node:
        case ast.Name(id=name) if name in _DANGEROUS:
            return name
        case ast.Attribute(
            value=ast.Name(id="sys" | "os" as module), attr="exit" | "_exit" as attr
        ):
            return f"{module}.{attr}"
        case ast.Attribute(attr=name) if name in DANGEROUS_ATTRIBUTES:
            return name
        case ast.alias(name=name) if name.partition(".")[0] in _DANGEROUS:
            return name
        case ast.ImportFrom(module=str() as name) if name.partition(".")[0] in _DANGEROUS:
            return name
    return next((name for name in bound_names(node) if name in _DANGEROUS), "")


def _parts(node: ast.AST, place: _Place) -> Iterator[tuple[ast.AST, _Place]]:
    """Yield the parts of a node, each with what stands around it."""
    match node:
        case ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.Delete():
            yield from _parts_of_assignment(node, place)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=changed, attr=method)) as call) if (
            method in _MUTATING and len(chain(changed) or ()) > 1
        ):
            inside = place.within(_("it is added to in a way that is not understood"))
            yield changed, replace(inside, target="item")
            for argument in (*call.args, *call.keywords):
                yield argument, place.within(_("`{name}` is passed on here"))
        case ast.Call():
            yield node.func, replace(place, target="")
            for argument in (*node.args, *node.keywords):
                yield argument, place.within(_("`{name}` is passed on here"))
        case ast.Subscript(value=value, slice=index):
            yield value, replace(place, target="item" if place.target else "")
            yield index, replace(place, target="")
        case ast.Tuple() | ast.List() | ast.Starred():
            yield from ((child, place) for child in ast.iter_child_nodes(node))
        case _:
            yield from _parts_of_the_rest(node, place)


def _parts_of_assignment(
    node: ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Delete, place: _Place
) -> Iterator[tuple[ast.AST, _Place]]:
    value = None if isinstance(node, ast.Delete) else node.value
    if value is not None:
        alias = _("`{name}` is given another name here") if chain(value) is not None else ""
        yield value, place.within(alias)
    targets = node.targets if isinstance(node, ast.Assign | ast.Delete) else [node.target]
    for target in targets:
        yield target, replace(place.within(_how_assigned(node, target)), target="direct")
    if isinstance(node, ast.AnnAssign):
        yield node.annotation, replace(place, target="")


def _how_assigned(node: ast.stmt, target: ast.expr) -> str:
    match node, target:
        case ast.Delete(), _:
            return _("deleted here")
        case ast.AugAssign(), _:
            return _("changed in place")
        case _, ast.Subscript():
            return _("one item of it is set")
        case ast.Assign(targets=[_, _, *_]), _:
            return _("the value has a second name")
        case _:
            return _("the value is computed")


def _parts_of_the_rest(node: ast.AST, place: _Place) -> Iterator[tuple[ast.AST, _Place]]:
    inside = place.within(_INSIDE.get(type(node), ""))
    body: set[int] = set()
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        inside = replace(
            place.within(_("set inside the function `{function}`").format(function=node.name)),
            later=True,
        )
        body = {id(statement) for statement in node.body}
    elif isinstance(node, ast.ClassDef):
        inside = replace(
            place.within(_("set inside the class `{cls}`").format(cls=node.name)), later=True
        )
    elif isinstance(node, ast.Lambda):
        inside, body = replace(inside, later=True), {id(node.body)}
    elif isinstance(node, ast.GeneratorExp):
        inside = replace(inside, later=True)
    elif isinstance(node, ast.comprehension):
        body = {id(node.target)}
    elif isinstance(node, ast.Attribute):
        inside = replace(inside, target="item" if place.target else "")
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.expr_context | ast.operator | ast.cmpop | ast.boolop):
            yield child, replace(inside, local=True) if id(child) in body else inside
