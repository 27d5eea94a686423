"""From a file to what it writes, in its order: each top-level statement, and what it changed."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from jhwizard.facts import AdminExempt, Missing, Op, Problem, Write
from jhwizard.jupyter.python_literals import PlainWrite, documented_limit, plain_write
from jhwizard.jupyter.python_mentions import ANYTHING, bound_names
from jhwizard.jupyter.reader.budget import SpentError
from jhwizard.jupyter.reader.calls import apply
from jhwizard.jupyter.reader.export import Export, exported
from jhwizard.jupyter.reader.expressions import evaluate
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.state import Doubt
from jhwizard.jupyter.reader.statements import execute
from jhwizard.jupyter.reader.texts import Texts
from jhwizard.jupyter.reader.values import (
    ABSENT,
    Box,
    Function,
    Pair,
    Raised,
    Section,
    Undecided,
    Unknown,
    is_simple,
    operations_of,
)
from jhwizard.language import _

_LIMIT = ("JupyterHub", "named_server_limit_per_user")
_OPERATIONS: dict[object, Op] = {"append": "append", "extend": "extend", "update": "update"}


_ADDABLE = {
    *(("lazy", "append"), ("lazy", "extend"), ("lazy", "update"), ("list", "append")),
    *(("list", "extend"), ("dict", "update"), ("set", "update")),
}


class Listing:
    """Goes through the statements of a file and lists what each did to the traits."""

    def __init__(
        self,
        tree: ast.Module,
        block: tuple[int, int],
        environ: Mapping[str, str] | None,
        file: str | None = None,
        opened: Mapping[str, bytes | Problem] | None = None,
    ) -> None:
        """Go to the end of the file, or to where nothing more is understood."""
        self.writes: list[tuple[Write, ast.stmt]] = []
        self.lost: Problem | None = None
        """Since when and why an assignment to `c` no longer counts."""
        self._tree = tree
        self._block = block
        self._run = Run(environ, file, opened)
        self._run.evaluate = partial(evaluate, self._run)
        self._run.execute = partial(execute, self._run)
        self._run.apply = partial(apply, self._run)
        self._said: dict[Pair, object] = {}
        self._operations: dict[int, list[Export]] = {}
        self._bound: Counter[str] | None = None
        self._texts = Texts(self._run)
        self._all()

    @property
    def opens(self) -> tuple[str, ...]:
        """Return the paths of files that are opened, and of which nobody said what they hold."""
        return tuple(self._run.wanted)

    def _all(self) -> None:
        run = self._run
        for node in self._tree.body:
            run.budget.next_statement()
            if run.budget.is_spent:
                self._stop(node)
            if self.lost is not None or not self._statement(node):
                return
        if run.lost is not None:
            self.lost = Problem(*run.lost)
        elif run.module.names.get("c") is not run.config:
            line = next((w.line for w, _node in reversed(self.writes) if w.cls == "*"), 1)
            self.lost = Problem(_("`c` is something else from here on"), line)

    def _statement(self, node: ast.stmt) -> bool:
        """Take one statement; return whether the file goes on after it."""
        run = self._run
        mark, first = run.journal.mark(), len(self.writes)
        goes_on = True
        addition = self._addition(node)
        if addition and self._adds_to_unknown(addition, node):
            return True
        try:
            run.execute([node], run.module)
        except Raised as error:
            goes_on = self._ends(node, error)
        except (Undecided, SpentError, RecursionError):
            goes_on = self._give_up(node, mark)
        self._flush(node, addition)
        if paths := self._texts.in_statement(node):
            told = self.writes[first:]
            self.writes[first:] = [(replace(write, read_from=paths), at) for write, at in told]
        return goes_on

    def _ends(self, node: ast.stmt, error: Raised) -> bool:
        self._run.doubts.clear()
        self._run.dirty.clear()
        reason = _("the file ends here")
        if error.by or error.name not in {"", "SystemExit"}:
            reason = _("the file ends here: {error}").format(error=error.by or error.name)
        self._run.doubts.append(Doubt(ANYTHING, node.lineno, reason))
        self.lost = Problem(_("the file ends above this line"), node.lineno)
        return False

    def _give_up(self, node: ast.stmt, mark: int) -> bool:
        run = self._run
        run.budget.extend()
        run.calls = run.tries = 0
        run.journal.roll_back(mark)
        try:
            run.havoc(node, run.module)
        except SpentError:
            self._stop(node)
            return False
        return True

    def _stop(self, node: ast.stmt) -> None:
        reason = _("the file is too much work to understand from here on")
        self._doubt(Doubt(ANYTHING, node.lineno, reason), node)
        self.lost = Problem(reason, node.lineno)

    def _addition(self, node: ast.stmt) -> PlainWrite | None:
        """Return what a statement adds to a trait, if that is a literal and all it does."""
        if not isinstance(node, ast.Expr):
            return None  # an assignment, as most are
        found = plain_write(node, lambda: self._count("set") == 0)
        if found is None or found.op == "=" or self._run.lost is not None:
            return None
        is_config = self._run.module.names.get("c") is self._run.config
        return found if is_config else None

    def _adds_to_unknown(self, addition: PlainWrite, node: ast.stmt) -> bool:
        """List what is added to a trait that cannot be added to here; return whether that is so.

        Either nothing is known of it, or it is of another type and the file is not loaded at all.
        """
        slots = self._run.section(addition.cls)
        there = slots.slots.get(addition.trait, slots.doubt.get("", ABSENT))
        choices = there.alternatives if isinstance(there, Unknown) else ()
        is_known = there is ABSENT or (isinstance(there, Box) and there.doubt is None)
        is_addable = _may_get(there, addition.op)
        if (is_known and is_addable) or not all(_may_get(one, addition.op) for one in choices):
            return False
        pair = (addition.cls, addition.trait)
        reason = _("it adds to something of another type")
        is_loaded = isinstance(there, Unknown) and there.is_loaded
        unknown = Unknown(reason, node.lineno, is_loaded=is_loaded)
        self._run.journal.put(slots.slots, addition.trait, unknown)
        self._run.watch(pair, node.lineno)
        self._said.pop(pair, None)
        write = Write(*pair, addition.op, addition.value, node.lineno)
        self.writes.append((write, node))
        return True

    # What it did

    def _flush(self, node: ast.stmt, addition: PlainWrite | None) -> None:
        run = self._run
        run.budget.extend()
        doubts = _worth_saying(run.doubts)
        for doubt in doubts:
            self._doubt(doubt, node)
        for pair, line in list(run.dirty.items()):
            if ANYTHING in {d.pair for d in doubts} and self._is_doubted(pair):
                continue  # it is said of everything
            try:
                self._written(node, pair, line, addition)
            except (SpentError, RecursionError):
                self._doubt(Doubt(pair, line, _("it is too much work to understand")), node)
        run.settle()

    def _is_doubted(self, pair: Pair) -> bool:
        """Return whether a trait is not known because of what the present statement may do."""
        section = self._run.config.slots.get(pair[0])
        value = section.slots.get(pair[1]) if isinstance(section, Section) else None
        doubt = value.doubt if isinstance(value, Box) else value
        reasons = {doubt.reason for doubt in self._run.doubts}
        is_open = isinstance(doubt, Unknown) and doubt.reason in reasons
        return is_open and pair not in self._said

    def _doubt(self, doubt: Doubt, node: ast.stmt) -> None:
        cls, trait = doubt.pair
        self._said.pop(doubt.pair, None)
        write = Write(
            *(cls, trait, "unknown", None, doubt.line),
            reason=doubt.reason,
            kind="unknown",
            subconfig=doubt.subconfig,
        )
        self.writes.append((write, node))

    def _written(self, node: ast.stmt, pair: Pair, line: int, addition: PlainWrite | None) -> None:
        section = self._run.config.slots.get(pair[0])
        value = section.slots.get(pair[1], ABSENT) if isinstance(section, Section) else ABSENT
        if value is ABSENT:
            if pair in self._said:
                self._doubt(Doubt(pair, line, _("deleted here")), node)
            return
        if isinstance(value, Box) and value.sort == "lazy" and value.doubt is None:
            self._added_later(value, pair, line, node)
            return
        is_said = addition is not None and (addition.cls, addition.trait) == pair
        is_exact = is_said and pair in self._said  # and so it is with a literal more
        if not is_exact:
            export = self._limit(pair, value) or exported(self._run, value, line)
            is_exact = export.is_exact
        if addition and is_said and (is_exact or self._is_ours(node)):
            self._said[pair] = None
            self.writes.append((Write(*pair, addition.op, addition.value, line), node))
        else:
            self._say(node, pair, line, export)

    def _is_ours(self, node: ast.stmt) -> bool:
        return self._block[0] < node.lineno < self._block[1]

    def _added_later(self, lazy: Box, pair: Pair, line: int, node: ast.stmt) -> None:
        """List what is new among the additions to a trait that is not set here."""
        said = self._operations.setdefault(id(lazy), [])
        self._said.pop(pair, None)
        for index, (method, value) in enumerate(operations_of(lazy)):
            if index < len(said) and is_simple(value):
                continue
            export = exported(self._run, value, line)
            if index >= len(said):
                said.append(export)
            elif _same((said[index].value,), export.value):
                continue
            else:
                self._doubt(Doubt(pair, line, _("what was added to it is changed here")), node)
                return
            if export.is_exact:
                op = _OPERATIONS[method]
                self.writes.append((Write(*pair, op, export.value, line), node))
            else:
                self._say(node, pair, line, _as_addition(export))
                said_last, at = self.writes[-1]
                elements = _elements(method, export.value)
                self.writes[-1] = replace(said_last, added=elements), at

    def _say(self, node: ast.stmt, pair: Pair, line: int, export: Export) -> None:
        if export.missing is None:
            is_again = not isinstance(node, ast.Assign) and pair in self._said
            if is_again and _same(self._said[pair], export.value):
                return
            self._said[pair] = (export.value,)
            self.writes.append((Write(*pair, "=", export.value, line), node))
            return
        self._said.pop(pair, None)
        missing = export.missing
        whole = isinstance(export.value, Missing)
        write = Write(
            *(*pair, "unknown", None, line),
            reason=missing.reason if whole else _("the value is computed"),
            kind=missing.kind,
            parts=export.value,
            alternatives=export.alternatives,
            added=export.added,
        )
        self.writes.append((write, node))

    def _limit(self, pair: Pair, value: object) -> Export | None:
        """Return the function that JupyterHub documents for its limit as what it means."""
        if pair != _LIMIT or not isinstance(value, Function):
            return None
        if not isinstance(value.node, ast.FunctionDef) or self._count(value.name) != 1:
            return None
        limit = documented_limit(value.node)
        return None if limit is None else Export(AdminExempt(limit))

    def _count(self, name: str) -> int:
        if self._bound is None:
            nodes = ast.walk(self._tree)
            self._bound = Counter(name for node in nodes for name in bound_names(node))
        return self._bound[name]


def _may_get(there: object, op: Op) -> bool:
    return there is ABSENT or (isinstance(there, Box) and (there.sort, op) in _ADDABLE)


def _worth_saying(doubts: list[Doubt]) -> list[Doubt]:
    """Return the doubts of a statement, each trait's once, and none that one of all traits says."""
    first: dict[Pair, Doubt] = {}
    for doubt in doubts:
        if not doubt.subconfig:
            first.setdefault(doubt.pair, doubt)
    said = {d for pair, d in first.items() if pair == ANYTHING or not _wider(pair) & first.keys()}
    return [d for d in dict.fromkeys(doubts) if d.subconfig or d in said]


def _wider(pair: Pair) -> set[Pair]:
    return {ANYTHING, (pair[0], "*")} - {pair}


def _as_addition(export: Export) -> Export:
    missing = export.missing or Missing("", 0)
    reason = _("it is added to: {reason}").format(reason=missing.reason)
    whole = Missing(reason, missing.line, "computed")
    return Export(whole, whole)


def _elements(method: object, value: object) -> tuple[object, ...]:
    """Return what a call adds to a list; nothing where that is not known, or it is no list."""
    if method == "append":
        return (value,)
    return tuple(value) if method == "extend" and isinstance(value, list | tuple) else ()


def _same(said: object, value: object) -> bool:
    if not isinstance(said, tuple):
        return False
    return type(said[0]) is type(value) and said[0] == value and repr(said[0]) == repr(value)
