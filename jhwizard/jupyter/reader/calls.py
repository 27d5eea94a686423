"""Calls: of the file's own functions, of what Python is known to do, and of everything else."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from jhwizard.jupyter.python_mentions import ANYTHING
from jhwizard.jupyter.reader import methods, text_methods
from jhwizard.jupyter.reader.builtin_calls import SPECIAL, call_environ
from jhwizard.jupyter.reader.environment import fill_environment, lose_environment
from jhwizard.jupyter.reader.file_changes import changes_files, only_looks
from jhwizard.jupyter.reader.functions import call_function
from jhwizard.jupyter.reader.iteration import comprehension, spread
from jhwizard.jupyter.reader.known import PURE, is_ending, is_exception, is_tame
from jhwizard.jupyter.reader.operators import carried_out, computed
from jhwizard.jupyter.reader.plain import NotPlainError, has_order, real
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import (
    ABSENT,
    Box,
    Class,
    Function,
    Known,
    Method,
    Raised,
    Scope,
    Section,
    Stream,
    Undecided,
    Unknown,
)
from jhwizard.language import _

_TAKES_ITEMS = {
    *("all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"),
}
_TAKES_ITEMS_METHODS = {"extend", "join", "update"}
_PRINTED = {"str", "repr", "format", "json.dumps"}
_ENVIRONMENT_WORDS = ("dotenv", "environ")


@dataclass
class Arguments:
    """What a call passes on."""

    given: list[object] = field(default_factory=list)
    named: dict[str, object] = field(default_factory=dict)
    certain: bool = True
    """Whether these are all, and in their places."""

    @property
    def every(self) -> list[object]:
        """Return all of them."""
        return [*self.given, *self.named.values()]


def call(run: Run, node: ast.Call, scope: Scope) -> object:
    """Return what a call gives, and do what it does."""
    callee = run.evaluate(node.func, scope)
    arguments = _arguments(run, node, scope, callee)
    if not arguments.certain:
        return _opaque_call(run, callee, arguments, node)
    mark = run.journal.mark()
    try:
        return _carry_out(run, callee, arguments, node)
    except Undecided:
        run.journal.roll_back(mark)
        return _opaque_call(run, callee, arguments, node)


def _arguments(run: Run, node: ast.Call, scope: Scope, callee: object) -> Arguments:
    found = Arguments()
    for part in node.args:
        if isinstance(part, ast.Starred):
            _spread(run, part.value, scope, found)
        elif isinstance(part, ast.GeneratorExp) and _takes_items(callee):
            found.given.append(_items(run, part, scope, callee))
        else:
            found.given.append(run.evaluate(part, scope))
    for keyword in node.keywords:
        value = run.evaluate(keyword.value, scope)
        if keyword.arg is not None:
            found.named[keyword.arg] = value
        elif isinstance(value, Box) and isinstance(value.data, dict) and value.doubt is None:
            found.named.update({str(key): one for key, one in value.data.items()})
        else:
            found.given.append(value)
            found.certain = False
    return found


def _items(run: Run, node: ast.GeneratorExp, scope: Scope, callee: object) -> object:
    """Return what a generator gives whose items are taken at once, if maybe not all of them."""
    before = {id(file): file.version for file in run.files}
    found = comprehension(run, node, scope)
    if isinstance(callee, Known) and callee.dotted in {"any", "all"}:
        for file in run.files:
            if file.version != before.get(id(file)):
                run.distrust(file, Unknown(_("a part of the file is read"), node.lineno))
    return found


def _spread(run: Run, node: ast.expr, scope: Scope, found: Arguments) -> None:
    try:
        found.given.extend(spread(run, node, scope))
    except Undecided:
        found.given.append(run.evaluate(node, scope))
        found.certain = False


def _takes_items(callee: object) -> bool:
    match callee:
        case Known(dotted=dotted):
            return dotted in _TAKES_ITEMS
        case Method(owner=str(), name=name):
            return name == "join"
        case Method(owner=Box(sort="list" | "set" | "dict"), name=name):
            return name in _TAKES_ITEMS_METHODS
    return False


def _carry_out(run: Run, callee: object, arguments: Arguments, node: ast.Call) -> object:
    match callee:
        case Known(dotted=dotted):
            return _known(run, dotted, arguments, node)
        case Method(owner=Known(), name=name):
            return call_environ(run, name, arguments.given, arguments.named, node)
        case Method(owner=Box() as box, name=name) if not arguments.named:
            return methods.of_box(run, box, name, arguments.given, node)
        case Method(owner=Box(sort="dict") as box, name="update") if not arguments.given:
            pairs: dict[object, object] = {}
            pairs.update(arguments.named.items())
            named = run.box("dict", pairs)
            return methods.of_box(run, box, "update", [named], node)
        case Method(owner=Box() as box, name=name):
            for value in arguments.every:
                run.escape(value, node.lineno)
            return run.spoil(box, _("it is added to in a way that is not understood"), node)
        case Method(owner=Section() as section, name=name):
            _doubt_section(run, section, name, node)
            raise Undecided
        case Method(owner=owner, name=name):
            return text_methods.of_plain(run, owner, name, arguments.given, arguments.named, node)
        case Function():
            return call_function(run, callee, arguments.given, arguments.named)
    raise Undecided


def apply(run: Run, function: Known, given: list[object], node: ast.Call) -> object:
    """Return what a known function gives. Raises Undecided where that is not known."""
    return _known(run, function.dotted, Arguments(given), node)


def _doubt_section(run: Run, section: Section, name: str, node: ast.Call) -> None:
    pair = (section.path[0], "*") if section.path else ANYTHING
    reason = _("`{name}` is used in a way that is not understood")
    text = ".".join(("c", *section.path, name))
    run.doubt(pair, node.lineno, reason.format(name=text))


def _known(run: Run, dotted: str, arguments: Arguments, node: ast.Call) -> object:
    if is_ending(dotted):
        raise Raised("SystemExit", dotted)
    special = SPECIAL.get(dotted)
    if special is not None:
        found = special(run, arguments.given, arguments.named, node)
        if found is not ABSENT:
            return found
    if dotted in PURE:
        return _pure(run, dotted, arguments, node)
    if is_exception(dotted):
        return Unknown(_("the value is computed"), node.lineno)
    raise Undecided


def _pure(run: Run, dotted: str, arguments: Arguments, node: ast.Call) -> object:
    try:
        given = [real(run, one) for one in arguments.given]
        named = {name: real(run, one) for name, one in arguments.named.items()}
    except NotPlainError:
        return _of_variable(run, dotted, arguments, node)
    shown = [given] if dotted != "str" else given
    if dotted in _PRINTED and not all(map(has_order, shown)):
        raise Undecided
    if not is_tame(dotted, given):
        raise Undecided
    return carried_out(run, lambda: PURE[dotted](*given, **named))


def _of_variable(run: Run, dotted: str, arguments: Arguments, node: ast.Call) -> object:
    """Return a variable turned into a number or text, which is its fallback turned into one."""
    match arguments:
        case Arguments(given=[Unknown(kind="env") as one], named={}) if dotted in {
            *("int", "float", "str", "bool")
        }:
            run.risks += 1
            if one.fallback is ABSENT:
                fallback: object = ABSENT
            else:
                fallback = _pure(run, dotted, Arguments([one.fallback]), node)
            return Unknown(one.reason, one.line, "env", variable=one.variable, fallback=fallback)
    raise Undecided


def _opaque_call(run: Run, callee: object, arguments: Arguments, node: ast.Call) -> object:
    """Take it that the call does what it likes with whatever it gets."""
    line = node.lineno
    run.escape(callee, line)
    if isinstance(callee, Method):
        run.escape(callee.owner, line)
    for value in arguments.every:
        run.escape(value, line)
    dotted = callee.dotted if isinstance(callee, Unknown | Known) else ""
    _change_files(run, dotted, arguments.every, line)
    if dotted.endswith("dotenv.load_dotenv") and "override" not in arguments.named:
        fill_environment(run)  # python-dotenv lets what is set be, unless told otherwise
    elif any(word in dotted for word in _ENVIRONMENT_WORDS):
        lose_environment(run, line)
    if isinstance(callee, Stream | Class):
        run.escape(callee, line)
    found = run.unknown(computed(node), node)
    if isinstance(callee, Unknown) and callee.path:
        found.reason, found.path = callee.reason, callee.path
    return found


def _change_files(run: Run, dotted: str, given: list[object], line: int) -> None:
    """Take it that a call changes the files that it is given the paths of, or any."""
    if changes_files(dotted):
        run.change_files("", line)
    for one in given:
        path = str(one) if isinstance(one, str | PurePosixPath) else ""
        if path.startswith("/") and not only_looks(dotted):
            run.change_files(path, line)
