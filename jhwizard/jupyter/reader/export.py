"""From values to what a `Write` says: plain data, or what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jhwizard.facts import Missing
from jhwizard.jupyter.mappings import merged
from jhwizard.jupyter.reader.budget import MOST_LEVELS
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import (
    ABSENT,
    Box,
    Class,
    Function,
    Known,
    Unknown,
    operations_of,
)
from jhwizard.language import _

_PLAIN = (type(None), bool, int, float, str, bytes)
_MOST_ALTERNATIVES = 8


@dataclass(frozen=True)
class Export:
    """A value, as far as it is known."""

    value: object
    """Plain data, with `Missing` where something is not known."""
    missing: Missing | None = None
    """The first of these; None when the value is exact."""
    alternatives: tuple[object, ...] = ()
    added: tuple[object, ...] = ()
    """The dict that may be added to a trait nobody has set, with `Missing` for what may not be."""

    @property
    def is_exact(self) -> bool:
        """Return whether nothing is missing."""
        return self.missing is None


def exported(run: Run, value: object, line: int) -> Export:
    """Return what is known of a value."""
    if isinstance(value, Unknown) and value.alternatives:
        return _one_of(run, value, line)
    found: list[Missing] = []
    plain = _plain(run, value, line, MOST_LEVELS, found)
    missing = found[0] if found else None
    if missing is not None and missing is not plain:
        missing = replace(missing, kind="computed")
    if not isinstance(value, Box) or value.doubt is None:
        return Export(plain, missing)
    alternatives = _alternatives(run, value.doubt, line)
    return Export(plain, missing, alternatives, _additions(run, value.doubt, line))


def _one_of(run: Run, value: Unknown, line: int) -> Export:
    found = [exported(run, one, line) for one in value.alternatives]
    first = found[0]
    if all(one.is_exact for one in found) and all(
        _alike(one.value, first.value) for one in found[1:]
    ):
        return first
    missing = Missing(value.reason, value.line, "computed")
    alternatives = _alternatives(run, value, line)
    return Export(missing, missing, alternatives, _additions(run, value, line))


def _additions(run: Run, choice: Unknown, line: int) -> tuple[object, ...]:
    """Return the one dict that a trait may be given by `update`; nothing where that is not all."""
    choices: list[object] = []
    for one in choice.alternatives[:_MOST_ALTERNATIVES]:
        lazy = one if isinstance(one, Box) and one.sort == "lazy" and one.doubt is None else None
        operations = operations_of(lazy) if lazy else []
        if (one is not ABSENT and lazy is None) or any(name != "update" for name, _ in operations):
            return ()
        # Nobody else has the dict of such an operation, so a doubt is about the trait alone.
        data = [what.data for _name, what in operations if isinstance(what, Box)]
        items = {
            key: value for each in data if isinstance(each, dict) for key, value in each.items()
        }
        if any(not isinstance(each, dict) for each in data):
            return ()
        choices.append(_plain(run, run.box("dict", items), line, MOST_LEVELS, []))
    found = merged(choices, choice.reason, choice.line)
    return () if not found or len(choice.alternatives) > _MOST_ALTERNATIVES else (found,)


def _alternatives(run: Run, value: Unknown, line: int) -> tuple[object, ...]:
    if len(value.alternatives) > _MOST_ALTERNATIVES:
        return ()
    return tuple(exported(run, one, line).value for one in value.alternatives)


def _alike(left: object, right: object) -> bool:
    return type(left) is type(right) and left == right and repr(left) == repr(right)


def _plain(run: Run, value: object, line: int, levels: int, found: list[Missing]) -> object:
    if type(value) in _PLAIN:
        return value
    run.budget.spend(1 + (len(value.data) // 8 if isinstance(value, Box) else 0))
    if levels == 0:
        return _noted(Missing(_("it is nested too deeply"), line), found)
    if isinstance(value, tuple):
        return tuple(_plain(run, one, line, levels - 1, found) for one in value)
    if not isinstance(value, Box) or value.doubt is not None or value.sort in {"lazy", "file"}:
        return _noted(_missing(run, value, line), found)
    if isinstance(value.data, dict):
        return {
            _plain(run, key, line, levels - 1, found): _plain(run, one, line, levels - 1, found)
            for key, one in value.data.items()
        }
    items = [_plain(run, one, line, levels - 1, found) for one in value.data]
    return set(items) if value.sort == "set" else items


def _noted(missing: Missing, found: list[Missing]) -> Missing:
    found.append(missing)
    return missing


def _missing(run: Run, value: object, line: int) -> Missing:
    match value:
        case Box(doubt=Unknown() as doubt):
            return Missing(
                doubt.reason, doubt.line, "computed" if doubt.alternatives else "unknown"
            )
        case Box(sort="file"):
            return Missing(_("the value is computed: it is no plain data"), line, "computed")
        case Box():
            return Missing(_("something is added to what is not known"), line)
        case Function(node=node, name=name):
            reason = _("it is the function `{name}` of line {line}")
            return Missing(
                reason.format(name=name, line=node.lineno), node.lineno, "function", refers=name
            )
        case Class(node=node):
            reason = _("it is the class `{name}` of line {line}")
            return Missing(
                reason.format(name=node.name, line=node.lineno),
                node.lineno,
                "function",
                refers=node.name,
            )
        case Known(dotted=dotted):
            reason = _("it is `{name}`").format(name=dotted)
            return Missing(reason, line, "function", refers=dotted)
        case Unknown(variable=str() as variable) if variable:
            known = (
                Export(None) if value.fallback is ABSENT else exported(run, value.fallback, line)
            )
            fallback = known.value if known.is_exact else None
            return Missing(value.reason, value.line, "env", variable=variable, fallback=fallback)
        case Unknown():
            return Missing(value.reason, value.line, value.kind, refers=value.dotted)
    if value is ABSENT:
        return Missing(_("not set"), line, "default")
    return Missing(_("the value is computed: it is no plain data"), line, "computed")
