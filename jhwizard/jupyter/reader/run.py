"""The state of one reading, and the few ways to change it.

Everything that is unknown enters here: what is passed to code that is not read has escaped, and
may be changed at every later line that runs such code.
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator
from dataclasses import replace

from jhwizard.facts import ANY_FILE
from jhwizard.jupyter.python_mentions import ANYTHING, bound_names, mentions
from jhwizard.jupyter.reader.file_changes import may_change_files
from jhwizard.jupyter.reader.scopes import home_of, look_up
from jhwizard.jupyter.reader.state import Doubt, State
from jhwizard.jupyter.reader.values import (
    Box,
    Class,
    Files,
    Function,
    Known,
    Method,
    Pair,
    Scope,
    Section,
    Stream,
    Unknown,
    is_simple,
    parts_of,
)
from jhwizard.language import _


class Run(State):
    """What is known at one moment of going through a file."""

    def unknown(self, reason: str, node: ast.AST) -> Unknown:
        """Return a value nobody knows, got by something that may have raised or run code."""
        line = getattr(node, "lineno", 1)
        self.foreign(line)
        return Unknown(reason, line)

    def bind(self, scope: Scope, name: str, value: object, line: int) -> None:
        """Give a name a meaning."""
        value = self.kept(value, line)
        target = home_of(scope, name)
        self.journal.put(target.names, name, value)
        if target is self.module and name == "c" and value is not self.config:
            self.doubt(ANYTHING, line, _("`c` is something else from here on"))
            self.escape(self.config, line)

    def kept(self, value: object, line: int) -> object:
        """Return a value as it can be kept: what is good for one pass only is not followed."""
        if isinstance(value, Stream | Method | Files):
            for part in parts_of(value):
                self.escape(part, line)
            return Unknown(_("the value is computed"), line)
        return value

    def set_trait(self, section: Section, name: str, value: object, line: int) -> None:
        """Set a trait of a class."""
        value = self.kept(value, line)
        pair = (section.path[0], name)
        if isinstance(value, Box) and value.sort == "lazy" and value is not section.slots.get(name):
            # Of another trait: what is added to it is added to both.
            self.escape(value, line)
            value = Unknown(_("the value is computed"), line)
        if self.lost is not None or self.is_stale(section):
            reason = self.lost[0] if self.lost else _("`{name}` may be another object by now")
            self.doubt(pair, line, reason.format(name=f"c.{pair[0]}"))
            self.escape(value, line)
            return
        self.journal.put(section.slots, name, value)
        self._hold(value, pair)
        self._touch(pair, line)
        self.written = True

    def doubt(self, pair: Pair, line: int, reason: str, subconfig: str = "") -> None:
        """Make traits unknown: a line may have changed them in a way that is not followed."""
        self.doubts.append(Doubt(pair, line, reason, subconfig))
        unknown = Unknown(reason, line, "unknown", is_loaded=bool(subconfig))
        cls, trait = pair
        for section in self._sections(cls, unknown):
            names = [trait] if trait != "*" else self._fresh_traits(section)
            for name in names:
                if name in section.slots:
                    self.distrust(section.slots[name], unknown)
                self.journal.put(section.slots, name, unknown)
            if trait == "*":
                self.journal.put(section.doubt, "", unknown)
        if pair == ANYTHING:
            self._renew()

    def load(self, name: str, reason: str, line: int) -> None:
        """Take it that a file is loaded here; `name` is empty where it is not known which."""
        known = name and not self.tries and not self.forks
        again = any(doubt.line == line and doubt.subconfig == name for doubt in self.doubts)
        written = dict(self.dirty)
        self.doubt(ANYTHING, line, reason, name if known and not again else ANY_FILE)
        for pair in [pair for pair in self.dirty if pair not in written]:
            del self.dirty[pair]  # this line says nothing of it: the file that it loads may

    def _sections(self, cls: str, unknown: Unknown) -> Iterator[Section]:
        if cls != "*":
            yield self.section(cls)
            return
        self.budget.spend(len(self.config.slots))
        self.journal.put(self.config.doubt, "", unknown)
        for name in [name for name in self.config.slots if isinstance(name, str)]:
            yield self.section(name)

    def foreign(self, line: int) -> None:
        """Take it that code ran which is not read: it may do to what has escaped what it likes."""
        self.risks += 1
        if self._open:
            self.forget_names(self._open, line)
        if ANYTHING in self._escaped:
            self._renew()
        for pair, since in list(self._escaped.items()):
            if self._is_fresh(pair):
                reason = _("what line {line} does may happen here").format(line=since)
                self.doubt(pair, line, reason)
        if self._functions:
            self._seen.clear()
            for function in list(self._functions.values()):
                self._reach(function, line)

    def escape(self, value: object, line: int, reason: str = "") -> None:
        """Take it that code which is not read has a value, and may keep it."""
        self._seen.clear()
        self._reach(value, line, reason)

    def escape_parts(self, value: object, line: int) -> None:
        """Take it that code which is not read has what is in a value, but not the value itself."""
        for part in [value] if isinstance(value, Section) else parts_of(value):
            self.escape(part, line)

    def escape_pair(self, pair: Pair, line: int) -> None:
        """Take it that code which is not read may change traits whenever it runs."""
        self._escaped.setdefault(pair, line)

    def _reach(self, value: object, line: int, reason: str = "") -> None:
        stack = [value]
        reason = reason or _("the value is passed on")
        while stack:
            value = stack.pop()
            if is_simple(value) or id(value) in self._seen:
                continue
            self._seen.add(id(value))
            self.budget.spend()
            stack.extend(parts_of(value))
            if isinstance(value, Box):
                self.distrust(value, Unknown(reason, line))
            elif isinstance(value, Section):
                self._reach_section(value, line)
            elif isinstance(value, Function):
                self._functions[id(value)] = value
                stack.extend(self._reach_names(value.node, value.scope, line))
            elif value == Known("load_subconfig"):
                self.doubt(ANYTHING, line, _("`load_subconfig` is passed on here"))
                self.escape_pair(ANYTHING, line)
            elif isinstance(value, Class):
                stack.extend(self._reach_names(value.node, value.scope, line))

    def _reach_section(self, section: Section, line: int) -> None:
        pair = (section.path[0], "*") if section.path else ANYTHING
        name = ".".join(("c", *section.path))
        self.escape_pair(pair, line)
        self.doubt(pair, line, _("`{name}` is passed on here").format(name=name))

    def change_files(self, path: str, line: int) -> None:
        """Take it that a file is written to, or any of them where `path` is empty."""
        self.changed_files.setdefault(posixpath.normpath(path) if path else "", line)
        for box in self.files:
            self.distrust(box, Unknown(_("a file is changed here"), line))

    def _reach_names(self, node: ast.AST, scope: Scope, line: int) -> list[object]:
        """Doubt what a piece of text mentions; return what its names stand for."""
        if may_change_files(node):
            self.change_files("", line)
        for mention in mentions(node):
            self.doubt(mention.pair, mention.line, mention.reason)
            self.escape_pair(mention.pair, mention.line)
        found = []
        for part in ast.walk(node):
            self.budget.spend()
            if isinstance(part, ast.Name) and part.id != "c":
                found.append(look_up(scope, part.id))
            if isinstance(part, ast.Global | ast.Nonlocal):
                for name in part.names:
                    self.unbind(scope, name, line)
        return found

    def distrust(self, value: object, unknown: Unknown) -> None:
        """Make a box, and what is in it, unknown."""
        if isinstance(value, Box) and _is_surer(value.doubt, unknown):
            self.change(value, unknown.line)
            value.doubt = unknown
            # What it may hold is known of itself, and not of what is in it.
            inside = replace(unknown, alternatives=()) if unknown.alternatives else unknown
            for part in parts_of(value):
                if isinstance(part, Section | Function | Class | Method):
                    self.escape(part, unknown.line)
                else:
                    self.distrust(part, inside)
        elif isinstance(value, tuple | Unknown):
            for part in parts_of(value):
                self.distrust(part, unknown)

    def spoil(self, box: Box, reason: str, node: ast.AST) -> Unknown:
        """Make a box unknown because of what is done with it; return what that gives."""
        unknown = self.unknown(reason, node)
        self.distrust(box, unknown)
        return unknown

    def unbind(self, scope: Scope, name: str, line: int) -> None:
        """Make a name unknown."""
        target = home_of(scope, name)
        if target is self.module and name == "c":
            return
        unknown = Unknown(_("the value is computed"), line)
        self.distrust(target.names.get(name), unknown)
        self.journal.put(target.names, name, unknown)

    def havoc(self, node: ast.AST, scope: Scope, *, tame: str = "") -> None:
        """Take it that a piece of text does anything to whatever it can reach.

        What is tame runs no code but its own; it is the reason for what comes of it.
        """
        line = getattr(node, "lineno", 1)
        if may_change_files(node):
            self.change_files("", line)
        for mention in mentions(node):
            self.doubt(mention.pair, mention.line, mention.reason)
            if mention.deferred:
                self.escape_pair(mention.pair, mention.line)
            if mention.rebinds:
                self.lose(mention.reason, mention.line, for_good=mention.rebinds == "for good")
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - {"c"}
        for name in names:
            self.escape(look_up(scope, name), line, tame)
        for name in {name for part in ast.walk(node) for name in bound_names(part)} - {"c", "*"}:
            self.unbind(scope, name, line)
        if tame:
            self.risks += 1
        else:
            self.foreign(line)

    def lose(self, reason: str, line: int, *, for_good: bool) -> None:
        """Take it that `c` is not the config any more, or may not be."""
        if for_good and self.lost is None:
            self.lost = (reason, line)
        elif not for_good and self.module.names.get("c") is self.config:
            self.journal.put(self.module.names, "c", Unknown(reason, line))

    def watch(self, pair: Pair, line: int) -> None:
        """Take it that a trait was added to that is not known: any other line may change it."""
        self.escape_pair(pair, line)
        self.fresh(pair)

    def danger(self, name: str, line: int) -> None:
        """Take it that something is used that can change anything."""
        reason = _("`{name}` may change anything").format(name=name)
        self.doubt(ANYTHING, line, reason)
        self.escape_pair(ANYTHING, line)
        self.change_files("", line)
        self._open = reason
        self.forget_names(reason, line)

    def forget_names(self, reason: str, line: int) -> None:
        """Make every name of the module unknown, and those that are not bound yet."""
        unknown = Unknown(reason, line)
        names = self.module.names
        self.budget.spend(1 + len(names) // 4)
        for name in [n for n, v in names.items() if n != "c" and not _is_forgotten(v, reason)]:
            self.escape(self.module.names[name], line)
            self.journal.put(self.module.names, name, unknown)
        if self.module.names.get("get_config") is None:
            # Whatever it is that ran, this is what gives `c` its meaning back.
            self.journal.put(self.module.names, "get_config", Known("get_config"))
        self.journal.put(self.module.names, "*", unknown)


def _is_surer(doubt: Unknown | None, unknown: Unknown) -> bool:
    """Return whether more is known of a box than there would be with another doubt."""
    return doubt is None or (bool(doubt.alternatives) and not unknown.alternatives)


def _is_forgotten(value: object, reason: str) -> bool:
    return isinstance(value, Unknown) and value.reason == reason
