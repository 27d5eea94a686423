"""What the lines that set one thing amount to together, each added to or put over those below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import assert_never

from jhwizard.facts import Found, Kind, Missing, Role, Source, Write
from jhwizard.jupyter import idle_culler
from jhwizard.jupyter.mappings import merged
from jhwizard.language import _
from jhwizard.settings.setting import (
    HubCuller,
    HubTrait,
    IPythonTrait,
    LabExtensions,
    Landing,
    NotConfig,
    OtherTraits,
    ServerExtensions,
    ServerTrait,
    SpawnerName,
    SpawnerVariable,
)

_MOST_NAMED = 3


@dataclass(frozen=True)
class Rung:
    """One line that sets the thing, and the file it stands in."""

    source: Source
    write: Write

    @property
    def path(self) -> PurePosixPath:
        """Return the file it stands in."""
        return self.source.path

    @property
    def name(self) -> str:
        """Return the trait as it would be written."""
        if self.source.command_line and "*" not in (self.write.cls, self.write.trait):
            return f"--{self.write.cls}.{self.write.trait}"
        return f"c.{self.write.cls}.{self.write.trait}"


def role_of(landing: Landing) -> Role:
    """Return which program's config files a landing belongs to."""
    match landing:
        case HubTrait() | SpawnerVariable() | SpawnerName() | HubCuller():
            return "hub"
        case IPythonTrait():
            return "ipython"
        case LabExtensions():
            return "lab"
        case ServerTrait() | ServerExtensions() | OtherTraits() | NotConfig():
            return "server"
        case _:
            assert_never(landing)


def trait_of(landing: Landing) -> tuple[str, str]:
    """Return class and trait that hold a landing's value."""
    match landing:
        case ServerTrait(cls, trait) | HubTrait(cls, trait) | IPythonTrait(cls, trait):
            return cls, trait
        case ServerExtensions(cls, trait):
            return cls, trait
        case SpawnerVariable():
            return "Spawner", "environment"
        case LabExtensions(section):
            return section, "*"
        case OtherTraits() | NotConfig() | SpawnerName():
            return "*", "*"  # several, each looked at by itself, or none
        case HubCuller():
            return idle_culler.SERVICES
        case _:
            assert_never(landing)


def folded(rungs: Sequence[Rung], landing: Landing) -> Found:
    """Return what the rungs amount to together: `raw` is the trait's value, None if unset."""
    state = Found(None, "default", trait=_name(landing))
    for rung in rungs:
        state = _step(state, rung, landing)
    return state


def _step(state: Found, rung: Rung, landing: Landing) -> Found:
    write = rung.write
    if isinstance(landing, SpawnerVariable) and not names_it(write, landing.name):
        assigns = write.op == "=" or (write.op == "unknown" and not write.added)
        return Found(None, "default", trait=state.trait) if assigns else state
    raw, reason = _combined(state, write, landing)
    # A line that may do anything is one layer, whatever is said of it.
    is_again = (state.file, state.line) == (rung.path, write.line)
    is_settled = state.evaluated and "*" in state.trait  # running it has said what it does
    is_moot = state.kind == "unknown" and (is_again or is_settled)
    beaten = () if state.kind == "default" or is_moot else (state,)
    beaten = (*beaten, *state.shadows)
    return Found(
        None,
        _kind(write, landing) if reason else "exact",
        raw,
        _name(landing) if isinstance(landing, SpawnerVariable) else rung.name,
        rung.path,
        write.line,
        write.ours,
        tuple(replace(found, shadows=()) for found in beaten),
        reason,
        write.evaluated or (write.op != "=" and state.evaluated),
        (*(state.read_from if write.op != "=" else ()), *write.read_from),
    )


def names_it(write: Write, name: str) -> bool:
    """Return whether a line sets, or may set, the variable `name`."""
    items = _items(write)
    if items is not None:
        return name in items
    return write.op == "unknown" or (isinstance(write.value, Mapping) and name in write.value)


def says(write: Write, name: str) -> bool:
    """Return whether the variable `name` stands in a line."""
    return names_it(write, name) and (write.op != "unknown" or _items(write) is not None)


def _items(write: Write) -> Mapping[object, object] | None:
    """Return the items of a dict of which not all is known; None where none of them is.

    So it is where a line behind a condition sets one of them: the others are what they are.
    """
    if isinstance(write.parts, Mapping):
        return write.parts
    if len(write.added) == 1 and isinstance(write.added[0], Mapping):
        return write.added[0]
    return merged(write.alternatives, write.reason, write.line)


def _combined(state: Found, write: Write, landing: Landing) -> tuple[object, str]:
    """Return the new raw value, and why it is not known (nothing if it is)."""
    value = write.value
    if isinstance(landing, SpawnerVariable) and isinstance(value, Mapping):
        return value[landing.name], ""
    if write.op == "unknown":
        part = _part(write, landing)
        if isinstance(landing, SpawnerVariable) and isinstance(part, str | int | float | None):
            return part, "" if part is not None else _("it is None")
        name = landing.name if isinstance(landing, SpawnerVariable) else None
        return None, _as_words(part, name) if isinstance(part, Missing) else write.reason
    if write.op == "=":
        return value, ""
    if state.kind not in {"exact", "default"}:
        return None, state.reason
    return _added(state.raw, write)


def _part(write: Write, landing: Landing) -> object:
    """Return what is known of the landing's own part of a value; `Missing` when nothing is."""
    items = _items(write) if isinstance(landing, SpawnerVariable) else None
    if isinstance(landing, SpawnerVariable) and items is not None:
        return items[landing.name]
    whole = Missing(write.reason, write.line, write.kind)
    return write.parts if isinstance(write.parts, Missing) else whole


def _kind(write: Write, landing: Landing) -> Kind:
    part = _part(write, landing) if write.op == "unknown" else None
    return part.kind if isinstance(part, Missing) else "unknown"


def _as_words(missing: Missing, name: str | None = None) -> str:
    """Return what a value that is not known is, in a few words: `1200 or $TIMEOUT`.

    `name` is the one item of a dict that is asked for; None for all that it is.
    """
    fallback = missing.fallback
    if isinstance(fallback, Mapping) and name is not None:
        # Never the others: they are other people's business, and may be secret.
        fallback = fallback.get(name, _("not set"))
    said = fallback if isinstance(fallback, str) and fallback else repr(fallback)
    if missing.kind != "env":
        return missing.reason
    if missing.unset:
        return missing.reason if fallback is None else _if_unset(said, missing.unset)
    if fallback is None:
        return f"${missing.variable}"
    return _("{default} or ${variable}").format(default=said, variable=missing.variable)


def _if_unset(value: str, variables: Sequence[str]) -> str:
    words = [f"${name}" for name in variables if name != "*"]
    if not words:
        return _("{value}, if the environment says nothing else").format(value=value)
    told = ", ".join([*words[:_MOST_NAMED], *["…"][: len(words) - _MOST_NAMED]])
    if len(words) == 1:
        return _("{value}, if {name} is not set").format(value=value, name=told)
    return _("{value}, if none of {names} is set").format(value=value, names=told)


def _added(there: object, write: Write) -> tuple[object, str]:
    value = write.value
    if write.op == "append" and isinstance(there, list | None):
        return [*(there or []), value], ""
    if isinstance(value, Mapping) and isinstance(there, Mapping | None):
        return {**(there or {}), **value}, ""
    if isinstance(value, list | tuple) and isinstance(there, list | None):
        return [*(there or []), *value], ""
    if isinstance(value, set | list | tuple) and isinstance(there, set | None):
        return {*(there or set()), *value}, ""
    return None, _("it adds to something of another type")


def _name(landing: Landing) -> str:
    cls, trait = trait_of(landing)
    if isinstance(landing, SpawnerVariable):
        return f"c.{cls}.{trait}[{landing.name!r}]"
    return f"c.{cls}.{trait}"
