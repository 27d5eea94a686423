"""Attributes and items: of `c` and its sections, of modules, and of data. Reading and writing."""

from __future__ import annotations

import ast
import datetime as dt
import operator
from pathlib import PurePosixPath
from typing import Final

from jhwizard.jupyter.python_mentions import ANYTHING, DANGEROUS_ATTRIBUTES, is_trait
from jhwizard.jupyter.reader.choices import in_each
from jhwizard.jupyter.reader.environment import set_variable, variable
from jhwizard.jupyter.reader.known import CONSTANTS, resolved
from jhwizard.jupyter.reader.methods import update_dict
from jhwizard.jupyter.reader.operators import carried_out, computed
from jhwizard.jupyter.reader.plain import is_key
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import (
    ABSENT,
    Box,
    Class,
    Function,
    Known,
    Method,
    Raised,
    Section,
    Stream,
    Undecided,
    Unknown,
    is_simple,
)
from jhwizard.language import _

_OF_PATHS: Final = {"name", "parent", "stem", "suffix"}
_OF_DURATIONS: Final = {"days", "seconds", "microseconds"}


def attribute(run: Run, owner: object, name: str, node: ast.expr) -> object:
    """Return `owner.name`."""
    match owner:
        case Section():
            return _of_section(run, owner, name, node)
        case Known(dotted=dotted):
            return _of_module(run, f"{dotted}.{name}", node)
        case Class() if _is_plain_class(owner) and name in owner.scope.names:
            found = owner.scope.names[name]
            return (
                found if is_simple(found) or isinstance(found, Box) else _opaque(run, owner, node)
            )
        case PurePosixPath() if name in _OF_PATHS:
            return getattr(owner, name)
        case dt.timedelta() if name in _OF_DURATIONS:
            return getattr(owner, name)
        case str() | bytes() | int() | float() | tuple() | Box() | PurePosixPath():
            return Method(owner, name)
        case dt.timedelta():
            return Method(owner, name)
        case Unknown(dotted=dotted) if name in DANGEROUS_ATTRIBUTES or not dotted:
            return _opaque_attribute(run, owner, name, node)
        case Unknown(dotted=dotted):
            found = _imported(run, f"{dotted}.{name}", node)
            return _of_file(owner, found) if owner.path else found
    return _opaque_attribute(run, owner, name, node)


def _is_plain_class(owner: Class) -> bool:
    return not owner.bases and not owner.node.keywords and not owner.node.decorator_list


def _opaque_attribute(run: Run, owner: object, name: str, node: ast.expr) -> object:
    if name in DANGEROUS_ATTRIBUTES:
        run.danger(name, node.lineno)
    return _opaque(run, owner, node)


def _opaque(run: Run, owner: object, node: ast.expr) -> object:
    if isinstance(owner, Box | tuple | Unknown | Section):
        run.escape_parts(owner, node.lineno)
    found = run.unknown(computed(node), node)
    return _of_file(owner, found) if isinstance(owner, Unknown) and owner.path else found


def _of_file(owner: Unknown, found: Unknown) -> Unknown:
    """Return what is made of a file's text, with the reason for which that is not known."""
    found.reason, found.path = owner.reason, owner.path
    return found


def _imported(run: Run, dotted: str, node: ast.expr) -> Unknown:
    run.risks += 1
    reason = _("the value is computed: `{name}` is imported").format(name=dotted)
    return Unknown(reason, node.lineno, dotted=dotted)


def _of_module(run: Run, dotted: str, node: ast.expr) -> object:
    known = resolved(dotted)
    if known is not None:
        return Known(known)
    if dotted in CONSTANTS:
        return CONSTANTS[dotted]
    if dotted.startswith("os.environ."):
        return Method(Known("os.environ"), dotted.removeprefix("os.environ."))
    if dotted.rpartition(".")[2] in DANGEROUS_ATTRIBUTES:
        run.danger(dotted, node.lineno)
    return _imported(run, dotted, node)


def _taken_out(run: Run, section: Section, name: str, node: ast.expr) -> None:
    reason = _("`{name}` is used in a way that is not understood")
    text = ".".join(("c", *section.path, name))
    run.doubt((section.path[0], name), node.lineno, reason.format(name=text))


def _of_section(run: Run, section: Section, name: str, node: ast.expr) -> object:
    if not section.path:
        return _of_config(run, section, name, node)
    if run.is_stale(section):
        if len(section.path) == 1:
            _taken_out(run, section, name, node)
        return run.unknown(computed(node), node)
    if name[0] != "_" and not is_trait(section.path[0], name) and name[0].upper() == name[0]:
        return Section((*section.path, name))
    if len(section.path) > 1 or not is_trait(section.path[0], name):
        return Method(section, name)
    found = section.slots.get(name, section.doubt.get("", ABSENT))
    if isinstance(found, Unknown) and found.is_loaded:
        # What the file set that was loaded here may be changed through it.
        _taken_out(run, section, name, node)
    if name in section.slots:
        return section.slots[name]
    if "" in section.doubt:
        return section.doubt[""]
    pair = (section.path[0], name)
    lazy = run.box("lazy", [])
    lazy.held.add(pair)
    run.journal.put(section.slots, name, lazy)
    return lazy


def _of_config(run: Run, section: Section, name: str, node: ast.expr) -> object:
    if is_trait(name, "x"):
        return run.section(name)
    return Method(section, name)


def set_attribute(run: Run, owner: object, name: str, value: object, node: ast.expr) -> None:
    """Carry out `owner.name = value`; ABSENT deletes it."""
    if isinstance(owner, Section):
        _set_in_section(run, owner, name, value, node)
    elif isinstance(owner, Class) and _is_plain_class(owner) and name[:2] != "__":
        run.journal.put(owner.scope.names, name, run.kept(value, node.lineno))
    else:
        _set_opaque(run, owner, name, value, node)


def _set_opaque(run: Run, owner: object, name: str, value: object, node: ast.expr) -> None:
    if name in DANGEROUS_ATTRIBUTES or (isinstance(owner, Function | Class) and name[:2] == "__"):
        run.danger(name, node.lineno)
    if isinstance(owner, Class):
        unknown = Unknown(_("the value is computed"), node.lineno)
        run.journal.put(owner.scope.names, name, unknown)
    if isinstance(owner, Box | Unknown | Method):
        run.escape(owner, node.lineno)
    if owner == Known("os") and name == "environ":
        raise Undecided
    run.escape(value, node.lineno)
    run.foreign(node.lineno)


def _set_in_section(run: Run, section: Section, name: str, value: object, node: ast.expr) -> None:
    line = node.lineno
    if not section.path:
        run.doubt(ANYTHING, line, _("`c.{name}` is set as a whole").format(name=name))
        run.escape(value, line)
        run.lose(_("`c.{name}` is set as a whole").format(name=name), line, for_good=True)
    elif len(section.path) > 1 or not is_trait(section.path[0], name):
        run.doubt((section.path[0], "*"), line, _("it is set in a section inside another one"))
        run.escape(value, line)
    elif value is ABSENT:
        run.set_trait(section, name, Unknown(_("deleted here"), line, "unknown"), line)
    else:
        run.set_trait(section, name, value, line)


def item(run: Run, owner: object, key: object, node: ast.expr) -> object:
    """Return `owner[key]`."""
    match owner:
        case Section() if isinstance(key, str) and key:
            return attribute(run, owner, key, node)
        case Known(dotted="os.environ"):
            return variable(run, key, ABSENT, node)
        case Box(doubt=None, data=dict() as data) if not isinstance(key, Unknown):
            if not is_key(key):
                return _opaque(run, owner, node)
            if key not in data:
                raise Raised("KeyError")
            return data[key]
        case Box(doubt=None, sort="list", data=list() as data) if isinstance(key, int | slice):
            found = _taken(data, key)
            return run.box("list", found) if isinstance(key, slice) else found[0]
        case tuple() if isinstance(key, int | slice):
            found = _taken(list(owner), key)
            return tuple(found) if isinstance(key, slice) else found[0]
        case str() | bytes() if isinstance(key, int | slice):
            return carried_out(run, operator.getitem, owner, key)
    return _opaque(run, owner, node)


def _taken(items: list[object], key: int | slice) -> list[object]:
    try:
        return items[key] if isinstance(key, slice) else [items[key]]
    except (IndexError, ValueError) as error:
        raise Raised(type(error).__name__) from error


def set_item(run: Run, owner: object, key: object, value: object, node: ast.expr) -> None:
    """Carry out `owner[key] = value`; ABSENT deletes it."""
    line = node.lineno
    value = run.kept(value, line)
    match owner:
        case Section() if isinstance(key, str) and key:
            set_attribute(run, owner, key, value, node)
        case Section():
            run.escape(owner, line)
            run.foreign(line)
        case Known(dotted="os.environ"):
            set_variable(run, key, value, line)
        case Box(doubt=None, data=dict() as data) if not isinstance(key, Unknown) and is_key(key):
            if value is ABSENT and key not in data:
                raise Raised("KeyError")
            run.change(owner, line)
            _put(data, key, value)
            run.put_inside(owner, value)
        case Box(doubt=Unknown() as doubt, sort="dict") if (
            doubt.alternatives and value is not ABSENT and is_simple(key) and is_key(key)
        ):
            in_each(run, owner, update_dict, [run.box("dict", {key: value})], line)
        case Box(doubt=None, sort="lazy") if run.forks:
            # LazyConfigValue has no items, so a file that is loaded has gone the other way.
            raise Raised("TypeError")
        case Box(doubt=None, sort="list", data=list() as data) if isinstance(key, int):
            _taken(data, key)
            run.change(owner, line)
            if value is ABSENT:
                del data[key]
            else:
                data[key] = value
                run.put_inside(owner, value)
        case _:
            _set_item_somewhere(run, owner, value, node)


def _put(data: dict[object, object], key: object, value: object) -> None:
    if value is ABSENT:
        del data[key]
    else:
        data[key] = value


def _set_item_somewhere(run: Run, owner: object, value: object, node: ast.expr) -> None:
    reason = _("one item of it is set")
    if isinstance(owner, Box):
        run.spoil(owner, reason, node)
    elif isinstance(owner, Stream | tuple | Unknown | Method):
        run.escape(owner, node.lineno)
    run.escape(value, node.lineno)
    run.foreign(node.lineno)
