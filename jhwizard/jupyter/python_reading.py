"""What a Python config file says about traits, read from its syntax tree; nothing in it is run.

This is the plain reader: literals at top level are exact, and everything else that could touch a
trait is `unknown` there and, once it may happen later, at every later line that could do it.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from jhwizard.facts import AdminExempt, Op, Problem, Reading, Write
from jhwizard.jupyter.python_literals import (
    NotPlainError,
    documented_limit,
    plain_value,
    runs_nothing,
)
from jhwizard.jupyter.python_mentions import (
    ANYTHING,
    Mention,
    Pair,
    bound_names,
    chain,
    is_trait,
    mentions,
)
from jhwizard.jupyter.python_source import PythonSource, find_block, managed_elsewhere, parse_python
from jhwizard.language import _

_LIMIT: Final = ("JupyterHub", "named_server_limit_per_user")
_ADDITIONS: Final[dict[str, tuple[Op, tuple[type, ...]]]] = {
    "update": ("update", (dict, set)),
    "append": ("append", (object,)),
    "extend": ("extend", (list,)),
}


@dataclass(frozen=True)
class _Candidate:
    """A statement of the form that writes one trait, its value not yet looked at."""

    cls: str
    trait: str
    op: Op
    value: ast.expr


def read_python(content: bytes) -> Reading:
    """Return what the file writes, in its order; `problem` says why it cannot be edited."""
    source = parse_python(content)
    if isinstance(source, Problem):
        return Reading(problem=source)
    block = find_block(source)
    try:
        return _read(source, block)
    except (RecursionError, MemoryError):
        return Reading(problem=Problem(_("the file is not understood: it is nested too deeply")))


def block_obstacle(source: PythonSource) -> Problem | None:
    """Return why lines at the end of the file would not count; None when they would."""
    walk = _Walk(source, None)
    walk.all()
    return walk.lost


def _read(source: PythonSource, block: tuple[int, int] | Problem | None) -> Reading:
    lines = block if isinstance(block, tuple) else None
    walk = _Walk(source, lines)
    walk.all()
    damage = block if isinstance(block, Problem) else walk.foreign
    return Reading(
        writes=_only_sole_writes_spliceable(walk.writes),
        problem=damage or managed_elsewhere(source),
        has_block=lines is not None,
    )


class _Walk:
    """Goes through the top-level statements and keeps what earlier ones may still do."""

    def __init__(self, source: PythonSource, block: tuple[int, int] | None) -> None:
        self.writes: list[Write] = []
        self.lost: Problem | None = None
        """Since when and why an assignment to `c` no longer counts."""
        self.foreign: Problem | None = None
        """The first line in jhwizard's block that jhwizard did not write."""
        self._source = source
        self._block = block or (0, 0)
        self._deferred: dict[Pair, int] = {}
        self._due: set[Pair] = set()  # deferred, and since then set by a plain line
        self._limits: dict[str, int] = {}
        self._lost_for_good = False
        self._imported = False

    def all(self) -> None:
        for node in self._source.tree.body:
            before = len(self.writes)
            written = self._statement(node)
            unknown = any(write.op == "unknown" for write in self.writes[before:])
            if self._ours(node.lineno) and not self.foreign and (unknown or not written):
                text = _(
                    "this line in jhwizard's block is not jhwizard's; move it out of the block"
                )
                self.foreign = Problem(text, node.lineno)

    def _statement(self, node: ast.stmt) -> bool:
        """Take one statement; return whether it is of a form that jhwizard writes."""
        if _is_get_config(node):
            self._fresh_config(node)
            return False
        if self._plain_write(node):
            return True
        if _imports_get_config(node):
            self._imported = True
            return False
        found = mentions(node)
        if not found and self._is_inert(node):
            return self._documented_limit(node)
        self._carry_out(node.lineno)
        for mention in found:
            self._touch(mention)
        self._end(node)
        if ANYTHING in self._deferred:
            self._limits.clear()
        return False

    def _plain_write(self, node: ast.stmt) -> bool:
        candidate = _candidate(node)
        if candidate is None:
            return False
        try:
            value = self._value(candidate)
        except (NotPlainError, TypeError):  # TypeError: a list as a key, which Python refuses too
            return False
        if self.lost is not None:
            self._unknown((candidate.cls, candidate.trait), node.lineno, self.lost.text)
        else:
            self._exact(node, candidate, value)
        return True

    def _value(self, candidate: _Candidate) -> object:
        node = candidate.value
        if isinstance(node, ast.Name) and (candidate.cls, candidate.trait) == _LIMIT:
            if candidate.op == "=" and node.id in self._limits and self._bound[node.id] == 1:
                return AdminExempt(self._limits[node.id])
            raise NotPlainError
        value = plain_value(node, set_is_builtin=self._set_is_builtin)
        if candidate.op != "=" and not isinstance(value, _ADDITIONS[candidate.op][1]):
            raise NotPlainError
        return value

    def _exact(self, node: ast.stmt, found: _Candidate, value: object) -> None:
        span = self._source.span(found.value)
        ours = self._ours(node.lineno)
        multiline = found.value.lineno != found.value.end_lineno
        commented = multiline and b"#" in self._source.content[span[0] : span[1]]
        plain = found.op == "=" and not isinstance(value, AdminExempt)
        self.writes.append(
            Write(
                cls=found.cls,
                trait=found.trait,
                op=found.op,
                value=value,
                line=node.lineno,
                ours=ours,
                # Exchanging a value with comments inside would lose the admin's comments.
                spliceable=plain and not ours and not commented,
                span=span,
                statement=self._source.statement(node),
            )
        )
        if self._deferred:
            touching = {(found.cls, found.trait), (found.cls, "*"), ANYTHING}
            self._due |= touching & self._deferred.keys()

    def _fresh_config(self, node: ast.stmt) -> None:
        # Imported from traitlets it is another object, and this file's own `c` would win over it.
        if self._imported and self.writes:
            self._lose(_("`c` is another object from here on"), node.lineno)
        elif not self._lost_for_good:
            self.lost = None

    def _carry_out(self, line: int) -> None:
        for pair in sorted(self._due):
            reason = _("what line {line} does may happen here").format(line=self._deferred[pair])
            self._unknown(pair, line, reason)
        self._due.clear()

    def _touch(self, mention: Mention) -> None:
        self._unknown(mention.pair, mention.line, mention.reason)
        if mention.deferred:
            self._deferred.setdefault(mention.pair, mention.line)
        if mention.rebinds:
            self._lose(mention.reason, mention.line, for_good=mention.rebinds == "for good")

    def _end(self, node: ast.stmt) -> None:
        if _ends_the_file(node):
            self._unknown(ANYTHING, node.lineno, _("the file ends here"))
            self._lose(_("the file ends above this line"), node.lineno, for_good=True)

    def _lose(self, reason: str, line: int, *, for_good: bool = False) -> None:
        if not self._lost_for_good:
            self.lost = Problem(reason, line)
        self._lost_for_good = self._lost_for_good or for_good

    def _unknown(self, pair: Pair, line: int, reason: str) -> None:
        last = self.writes[-1] if self.writes else None
        if last and last.op == "unknown" and (last.cls, last.trait) == pair and last.line == line:
            return
        ours = self._ours(line)
        self.writes.append(Write(*pair, "unknown", None, line, ours=ours, reason=reason))

    def _is_inert(self, node: ast.stmt) -> bool:
        match node:
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                return True
            case ast.Assign(targets=targets, value=value):
                return all(isinstance(name, ast.Name) for name in targets) and self._is_plain(value)
            case ast.FunctionDef():
                return runs_nothing(node)
            case _:
                return False

    def _is_plain(self, node: ast.expr) -> bool:
        try:
            plain_value(node, set_is_builtin=self._set_is_builtin)
        except (NotPlainError, TypeError):
            return False
        return True

    def _documented_limit(self, node: ast.stmt) -> bool:
        limit = documented_limit(node) if isinstance(node, ast.FunctionDef) else None
        if isinstance(node, ast.FunctionDef) and limit is not None:
            self._limits[node.name] = limit
        return limit is not None

    def _ours(self, line: int) -> bool:
        return self._block[0] < line < self._block[1]

    @cached_property
    def _bound(self) -> Counter[str]:
        return Counter(name for node in ast.walk(self._source.tree) for name in bound_names(node))

    def _set_is_builtin(self) -> bool:
        return self._bound["set"] == 0


def _only_sole_writes_spliceable(writes: list[Write]) -> tuple[Write, ...]:
    count = Counter((write.cls, write.trait) for write in writes)
    doubtful = {(write.cls, write.trait) for write in writes if write.op == "unknown"}

    def is_sole(write: Write) -> bool:
        pair = (write.cls, write.trait)
        return count[pair] == 1 and doubtful.isdisjoint({pair, (write.cls, "*"), ANYTHING})

    return tuple(
        replace(write, spliceable=False) if write.spliceable and not is_sole(write) else write
        for write in writes
    )


def _candidate(node: ast.stmt) -> _Candidate | None:
    match node:
        case ast.Assign(targets=[ast.Attribute() as target], value=value):
            match chain(target):
                case (cls, trait) if is_trait(cls, trait):
                    return _Candidate(cls, trait, "=", value)
        case ast.Expr(value=ast.Call(func=ast.Attribute() as func, args=[value], keywords=[])):
            match chain(func):
                case (cls, trait, method) if method in _ADDITIONS and is_trait(cls, trait):
                    return _Candidate(cls, trait, _ADDITIONS[method][0], value)
    return None


def _is_get_config(node: ast.stmt) -> bool:
    match node:
        case ast.Assign(
            targets=[ast.Name(id="c")],
            value=ast.Call(func=ast.Name(id="get_config"), args=[], keywords=[]),
        ):
            return True
    return False


def _imports_get_config(node: ast.stmt) -> bool:
    if not isinstance(node, ast.ImportFrom) or node.module != "traitlets.config":
        return False
    bound = {alias.asname or alias.name for alias in node.names}
    plainly = any(alias.name == "get_config" and not alias.asname for alias in node.names)
    return plainly and bound.isdisjoint({"c", "*"})


def _ends_the_file(node: ast.stmt) -> bool:
    match node:
        case ast.Raise():
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id="exit" | "quit"))):
            return True
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(id="sys" | "os"), attr="exit" | "_exit")
            )
        ):
            return True
    return False
