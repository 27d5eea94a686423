"""What a Python config file says about traits, read from its syntax tree; nothing in it is run.

`reader` goes through the statements; here stands what its findings mean for who wants to change
the file: which values can be exchanged where they stand, and which lines are jhwizard's.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from jhwizard.facts import AdminExempt, Problem, Reading, Write
from jhwizard.jupyter.python_literals import (
    NotPlainError,
    PlainWrite,
    documented_limit,
    plain_value,
    plain_write,
)
from jhwizard.jupyter.python_mentions import ANYTHING, Pair, bound_names, mentions
from jhwizard.jupyter.python_source import PythonSource, find_block, managed_elsewhere, parse_python
from jhwizard.jupyter.reader.child import is_modest, read_in_child
from jhwizard.jupyter.reader.listing import Listing
from jhwizard.language import _


def read_python(
    content: bytes,
    environ: Mapping[str, str] | None = None,
    file: str | None = None,
    opened: Mapping[str, bytes | Problem] | None = None,
) -> Reading:
    """Return what the file writes, in its order; `problem` says why it cannot be edited.

    `environ` is the environment of the program that loads the file: all of it, `Variables` for what
    is known of it, or None where nothing is. `file` is what that program knows the file by, its
    `__file__`; None where that is not known. `opened` is what files hold that it opens: only these
    are known, and `Reading.opens` says which others are wanted. What is large or looks hostile is
    read in a process of its own, with limits.
    """
    if is_modest(content):
        return read_here(content, environ, file, opened)
    return read_in_child(content, environ, file, opened)


def read_here(
    content: bytes,
    environ: Mapping[str, str] | None = None,
    file: str | None = None,
    opened: Mapping[str, bytes | Problem] | None = None,
) -> Reading:
    """Do as `read_python`, in this process, whatever the file holds."""
    source = parse_python(content)
    if isinstance(source, Problem):
        return Reading(problem=source)
    try:
        block = find_block(source)
        lines = block if isinstance(block, tuple) else (0, 0)
        return _read(source, block, Listing(source.tree, lines, environ, file, opened))
    except (RecursionError, MemoryError):
        return Reading(problem=Problem(_("the file is not understood: it is nested too deeply")))


def block_obstacle(source: PythonSource) -> Problem | None:
    """Return why lines at the end of the file would not count; None when they would."""
    return Listing(source.tree, (0, 0), None).lost


def _read(
    source: PythonSource, block: tuple[int, int] | Problem | None, listing: Listing
) -> Reading:
    lines = block if isinstance(block, tuple) else (0, 0)
    marks = _Marks(source, lines, listing)
    damage = block if isinstance(block, Problem) else marks.foreign()
    return Reading(
        writes=marks.writes(),
        problem=damage or managed_elsewhere(source),
        has_block=isinstance(block, tuple),
        opens=listing.opens,
    )


class _Marks:
    """Adds to each write where it stands, and whether it can be exchanged there."""

    def __init__(self, source: PythonSource, block: tuple[int, int], listing: Listing) -> None:
        self._source = source
        self._block = block
        self._listing = listing
        self._looked_at: dict[ast.stmt, PlainWrite | None] = {}

    def writes(self) -> tuple[Write, ...]:
        """Return the writes, complete."""
        count = Counter((write.cls, write.trait) for write, _node in self._listing.writes)
        doubtful = self._mentioned | self._unknown

        def complete(write: Write, node: ast.stmt) -> Write:
            pair = (write.cls, write.trait)
            sole = count[pair] == 1 and doubtful.isdisjoint({pair, (pair[0], "*"), ANYTHING})
            is_simple = not isinstance(write.value, list | set | dict)
            return self._placed(write, node, sole=sole or (is_simple and self._is_only(write)))

        return tuple(complete(write, node) for write, node in self._listing.writes)

    def foreign(self) -> Problem | None:
        """Return the first line in jhwizard's block that jhwizard did not write."""
        first, last = self._block
        unknown = {w.line for w, _node in self._listing.writes if w.op == "unknown"}
        for node in self._source.tree.body:
            if not first < node.lineno < last:
                continue
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if not self._is_jhwizards(node) or not unknown.isdisjoint(lines):
                text = _(
                    "this line in jhwizard's block is not jhwizard's; move it out of the block"
                )
                return Problem(text, node.lineno)
        return None

    def _is_jhwizards(self, node: ast.stmt) -> bool:
        if isinstance(node, ast.FunctionDef):
            return documented_limit(node) is not None
        if self._plain(node) is not None:
            return True
        exempt = (w for w, at in self._listing.writes if at is node)
        return any(isinstance(write.value, AdminExempt) for write in exempt)

    def _placed(self, write: Write, node: ast.stmt, *, sole: bool) -> Write:
        ours = self._block[0] < write.line < self._block[1]
        plain = None if write.op == "unknown" else self._plain(node)
        if plain is None or (plain.cls, plain.trait, plain.op) != (
            write.cls,
            write.trait,
            write.op,
        ):
            literal = None if ours else self._decisive(write, node)
            if literal is not None:
                return self._by_another_name(write, node, literal)
            place = self._source.statement(node) if isinstance(write.value, AdminExempt) else (0, 0)
            return replace(write, ours=ours, statement=place)
        span = self._source.span(plain.node)
        multiline = plain.node.lineno != plain.node.end_lineno
        commented = multiline and b"#" in self._source.content[span[0] : span[1]]
        return replace(
            write,
            ours=ours,
            # Exchanging a value with comments inside would lose the admin's comments.
            spliceable=write.op == "=" and sole and not ours and not commented,
            span=span,
            statement=self._source.statement(node),
        )

    def _plain(self, node: ast.stmt) -> PlainWrite | None:
        """Return what a statement of the plainest form writes, looked at once."""
        if node not in self._looked_at:
            self._looked_at[node] = plain_write(node, self._set_is_builtin)
        return self._looked_at[node]

    def _by_another_name(self, write: Write, node: ast.stmt, literal: ast.expr) -> Write:
        return replace(
            write,
            spliceable=self._is_only(write),
            span=self._source.span(literal),
            statement=self._source.statement(node),
        )

    def _decisive(self, write: Write, node: ast.stmt) -> ast.expr | None:
        """Return the literal behind a write that is not of the plainest form; None without one.

        `hub = c.JupyterHub; hub.named_server_limit_per_user = 3`, or the 3 in the function that
        JupyterHub documents for its limit.
        """
        match node:
            case ast.Assign(targets=[ast.Attribute(attr=trait)], value=value) if (
                trait == write.trait and write.op == "=" and node in self._source.tree.body
            ):
                if isinstance(write.value, AdminExempt):
                    return self._limit_in(value)
                return value if self._is_worth(value, write.value) else None
        return None

    def _is_worth(self, node: ast.expr, wanted: object) -> bool:
        if isinstance(node, ast.List | ast.Set | ast.Dict):
            return False  # it may have got another name since, and be changed by that
        try:
            value = plain_value(node, set_is_builtin=self._set_is_builtin)
        except (NotPlainError, TypeError):
            return False
        return type(value) is type(wanted) and value == wanted

    def _limit_in(self, name: ast.expr) -> ast.expr | None:
        """Return the number in a function that is used for nothing else."""
        if not isinstance(name, ast.Name) or self._bound[name.id] != 1:
            return None
        used = [n for n in ast.walk(self._source.tree) if isinstance(n, ast.Name)]
        if [node.id for node in used].count(name.id) != 1:
            return None
        for node in self._source.tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == name.id:
                last = node.body[-1]
                return last.value if isinstance(last, ast.Return) else None
        return None

    def _is_only(self, write: Write) -> bool:
        """Return whether nothing else in the file speaks of the trait, by whatever name."""
        pair = (write.cls, write.trait)
        is_sure = self._unknown.isdisjoint({pair, (pair[0], "*"), ANYTHING})
        return is_sure and self._words[write.trait] == 1

    @cached_property
    def _unknown(self) -> set[Pair]:
        return {
            (write.cls, write.trait)
            for write, _node in self._listing.writes
            # What a subconfig says may beat a line, but leaves it what it is.
            if write.op == "unknown" and not write.subconfig
        }

    @cached_property
    def _words(self) -> Counter[str]:
        """How often each attribute, keyword and text occurs in the file."""
        found: Counter[str] = Counter()
        for node in ast.walk(self._source.tree):
            match node:
                case ast.Attribute(attr=word) | ast.keyword(arg=str(word)):
                    found[word] += 1
                case ast.Constant(value=str(word)):
                    found[word] += 1
        return found

    @cached_property
    def _mentioned(self) -> set[Pair]:
        """What else the file mentions, also where it is not run while the file is loaded."""
        return {
            mention.pair
            for node in self._source.tree.body
            if self._plain(node) is None and not _is_get_config(node)
            for part in _without_loads(node)
            for mention in mentions(part)
        }

    @cached_property
    def _bound(self) -> Counter[str]:
        nodes = ast.walk(self._source.tree)
        return Counter(name for node in nodes for name in bound_names(node))

    def _set_is_builtin(self) -> bool:
        return self._bound["set"] == 0


def _without_loads(node: ast.stmt) -> Iterator[ast.AST]:
    """Yield what of a statement may touch a trait, besides that it loads subconfigs."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id="load_subconfig"), args=args, keywords=[])):
            yield from args
        case ast.If(test=test, body=body, orelse=rest):
            yield test
            for inner in (*body, *rest):
                yield from _inside(inner, node)
        case ast.For(target=target, iter=iterable, body=body, orelse=rest):
            yield from (target, iterable)
            for inner in (*body, *rest):
                yield from _inside(inner, node)
        case _:
            yield node


def _inside(inner: ast.stmt, outer: ast.If | ast.For) -> Iterator[ast.AST]:
    """Yield the parts of a block; where it does more than load files, all of it as it stands."""
    parts = list(_without_loads(inner))
    yield from [outer] if inner in parts else parts


def _is_get_config(node: ast.stmt) -> bool:
    match node:
        case ast.Assign(
            targets=[ast.Name(id="c")],
            value=ast.Call(func=ast.Name(id="get_config"), args=[], keywords=[]),
        ):
            return True
        case ast.ImportFrom(module="traitlets.config", names=names):
            return any(alias.name == "get_config" and not alias.asname for alias in names)
    return False
