"""The state of one reading: boxes, sections, and which traits hold what."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jhwizard.facts import Problem
from jhwizard.jupyter.reader.budget import MOST_ITEMS, Budget
from jhwizard.jupyter.reader.journal import Journal
from jhwizard.jupyter.reader.values import (
    Box,
    Function,
    Known,
    Pair,
    Scope,
    Section,
    Sort,
    Undecided,
    Unknown,
    is_simple,
    parts_of,
)
from jhwizard.language import _
from jhwizard.variables import Variables


@dataclass(frozen=True)
class Doubt:
    """Traits that a line may have changed."""

    pair: Pair
    line: int
    reason: str
    subconfig: str = ""


class State:
    """What is known at one moment of going through a file."""

    def __init__(
        self,
        environ: Mapping[str, str] | None,
        file: str | None,
        opened: Mapping[str, bytes | Problem] | None = None,
    ) -> None:
        """Start as a config file does: `c`, `get_config` and `load_subconfig` are there."""
        self.budget = Budget()
        self.journal = Journal(self.budget)
        self.config = Section(())
        unknown = Unknown(_("it depends on where the file lies"), 1, dotted="__file__")
        self.module = Scope({"c": self.config, "__file__": file or unknown})
        self.environ = environ if environ is not None else Variables()
        self.knows_unset = not isinstance(self.environ, Variables) or self.environ.whole
        """Whether a variable that is not in `environ` is certainly not set."""
        self.environment: dict[object, object] = {}
        """Variables the file sets itself; under the key None, why any other may be set."""
        self.opened: Mapping[str, bytes | Problem] = opened or {}
        """What the files hold that the config opens, by their paths; or why that is not known."""
        self.wanted: dict[str, None] = {}
        """Paths that are not in `opened`, and would have to be."""
        self.taken: dict[str, None] = {}
        """Paths in `opened` that the present statement has read."""
        self.files: list[Box] = []
        """Files that are open, or were."""
        self.changed_files: dict[str, int] = {}
        """Paths that may have been written to, with the line; under "", that any may have been."""
        self.risks = 0
        """How often something happened so far that could have raised an exception."""
        self.tries = 0
        self.forks = 0
        """How many conditions are open of which both ways are gone."""
        self.calls = 0
        self.doubts: list[Doubt] = []
        self.dirty: dict[Pair, int] = {}
        """Traits that the present statement wrote, with the line."""
        self.lost: tuple[str, int] | None = None
        """Why, and since which line, `c` is not the config for good."""
        self.imported = False
        """Whether `get_config` is the one of traitlets, which may give another object."""
        self.written = False
        self.evaluate: Callable[[ast.expr, Scope], object]
        self.execute: Callable[[list[ast.stmt], Scope], object]
        self.apply: Callable[[Known, list[object], ast.Call], object]
        self._serial = 0
        self._open: str = ""
        """Why code that is not read may give any name of the module another meaning."""
        self._escaped: dict[Pair, int] = {}
        self._fresh: dict[str, set[str]] = {}
        self._functions: dict[int, Function] = {}
        self._seen: set[int] = set()

    def box(self, sort: Sort, data: list[object] | dict[object, object] | set[object]) -> Box:
        """Return a new list, dict or set."""
        if len(data) > MOST_ITEMS:
            raise Undecided
        self._serial += 1
        self.budget.spend(1 + len(data) // 10)
        return Box(sort, data, self._serial)

    @property
    def serial(self) -> int:
        """Return the number of the latest box."""
        return self._serial

    def change(self, box: Box, line: int) -> None:
        """Note that a box is about to change, and with it the traits that hold it."""
        self.journal.touch(box)
        for pair in box.held:
            self._touch(pair, line)

    def grow(self, box: Box, value: object, line: int) -> None:
        """Put an item at the end of a list, or into a set."""
        self.journal.add(box, value)
        for pair in box.held:
            self._touch(pair, line)

    def put_inside(self, box: Box, value: object) -> None:
        """Note that a value is in a box now."""
        for pair in box.held:
            self._hold(value, pair)

    def _touch(self, pair: Pair, line: int) -> None:
        self.dirty.pop(pair, None)
        self.dirty[pair] = line
        self.fresh(pair)

    def fresh(self, pair: Pair) -> None:
        """Note that something is known of a trait that can be doubted."""
        self._fresh.setdefault(pair[0], set()).add(pair[1])

    def _hold(self, value: object, pair: Pair) -> None:
        if isinstance(value, Box):
            if pair in value.held:
                return
            self.budget.spend()
            value.held.add(pair)
        elif not isinstance(value, tuple | Unknown):
            return
        for part in parts_of(value):
            if not is_simple(part):
                self._hold(part, pair)

    def section(self, cls: str) -> Section:
        """Return the section of a class, made when it is not there."""
        found = self.config.slots.get(cls)
        if not isinstance(found, Section):
            found = Section((cls,))
            if "" in self.config.doubt:
                found.doubt[""] = self.config.doubt[""]
            self.config.slots[cls] = found  # an empty section means nothing, in any branch
        return found

    def is_stale(self, section: Section) -> bool:
        """Return whether code that is not read may have put another section in its place."""
        return section is not self.config.slots.get(section.path[0])

    def _renew(self) -> None:
        self.budget.spend(len(self.config.slots))
        for cls, section in list(self.config.slots.items()):
            if isinstance(section, Section):
                renewed = Section(section.path, section.slots, section.doubt)
                self.journal.put(self.config.slots, cls, renewed)

    def _fresh_traits(self, section: Section) -> list[str]:
        fresh = self._fresh.get(section.path[0], ())
        self.budget.spend(1 + len(fresh) // 10)
        return list(fresh)

    def _is_fresh(self, pair: Pair) -> bool:
        cls, trait = pair
        if cls == "*":
            return bool(self._fresh)
        return cls in self._fresh if trait == "*" else trait in self._fresh.get(cls, ())

    def settle(self) -> None:
        """Close a top-level statement: nothing of it is taken back any more."""
        for doubt in self.doubts:
            for cls in list(self._fresh) if doubt.pair[0] == "*" else [doubt.pair[0]]:
                self._drop_unknown(cls)
        self.doubts.clear()
        self.dirty.clear()
        self.journal.forget()

    def _drop_unknown(self, cls: str) -> None:
        self.budget.total += 1 + len(self._fresh.get(cls, ()))
        slots = self.section(cls).slots
        kept = {t for t in self._fresh.get(cls, ()) if not isinstance(slots.get(t), Unknown)}
        self._fresh[cls] = kept
        if not kept:
            del self._fresh[cls]
