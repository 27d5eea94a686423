"""Which line wins: every place that sets one thing, from the weakest to the strongest.

Reads `Facts.sources` only. A value is given as known only where no line that could change it
was left not understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import assert_never

from jhwizard.facts import Facts, Found, Role, Source, Write
from jhwizard.jupyter import classes
from jhwizard.language import _
from jhwizard.settings import SETTINGS
from jhwizard.settings.setting import (
    HubTrait,
    IPythonTrait,
    Landing,
    ServerExtensions,
    ServerTrait,
    Setting,
    SpawnerVariable,
)

EXTENSIONS_TRAIT = ("ServerApp", "jpserver_extensions")


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
        return f"c.{self.write.cls}.{self.write.trait}"


def in_force(facts: Facts) -> dict[str, Found]:
    """Return what is in force for every setting."""
    return {key: _found(record, facts) for key, record in SETTINGS.items()}


def role_of(landing: Landing) -> Role:
    """Return which program's config files a landing belongs to."""
    match landing:
        case HubTrait() | SpawnerVariable():
            return "hub"
        case IPythonTrait():
            return "ipython"
        case ServerTrait() | ServerExtensions():
            return "server"
        case _:
            assert_never(landing)


def trait_of(landing: Landing) -> tuple[str, str]:
    """Return class and trait that hold a landing's value."""
    match landing:
        case ServerTrait(cls, trait) | HubTrait(cls, trait) | IPythonTrait(cls, trait):
            return cls, trait
        case SpawnerVariable():
            return "Spawner", "environment"
        case ServerExtensions():
            return EXTENSIONS_TRAIT
        case _:
            assert_never(landing)


def lineage(landing: Landing, facts: Facts) -> tuple[str, ...]:
    """Return the class sections that reach the landing's object, weakest first."""
    cls, _trait = trait_of(landing)
    if role_of(landing) == "hub" and cls == "Spawner":
        return classes.spawner_lineage(facts.spawner, tuple(_writes(facts, "hub")))
    return classes.server_lineage(cls)


def ladder(landing: Landing, facts: Facts) -> tuple[Rung, ...]:
    """Return every line that sets, or may set, the landing's trait, weakest first."""
    line, (_cls, trait) = lineage(landing, facts), trait_of(landing)
    # The trait beats the `.d` files name by name, so these come first.
    roles = ("switches", "server") if isinstance(landing, ServerExtensions) else (role_of(landing),)
    rungs = [
        (_strength(write, line), Rung(source, _doubted(write, landing, facts)))
        for role in roles
        for source in facts.sources
        if source.role == role
        for write in source.reading.writes
        if write.cls in (*line, "*") and write.trait in (trait, "*")
    ]
    return tuple(rung for _place, rung in sorted(rungs, key=lambda pair: pair[0]))


def _strength(write: Write, line: Sequence[str]) -> int:
    # A line that may set any class may set the strongest one.
    return len(line) if write.cls == "*" else line.index(write.cls)


def _doubted(write: Write, landing: Landing, facts: Facts) -> Write:
    """Return a write to some spawner's section as unknown where the spawner is not known."""
    cls, _trait = trait_of(landing)
    if facts.spawner or cls != "Spawner" or write.cls == "Spawner" or write.op == "unknown":
        return write
    return replace(write, op="unknown", value=None, reason=_("the spawner's class is not known"))


def _writes(facts: Facts, role: Role) -> Iterable[Write]:
    return (w for source in facts.sources if source.role == role for w in source.reading.writes)


def _found(record: Setting, facts: Facts) -> Found:
    if isinstance(record.lands, ServerExtensions):
        return _found_switches(record, facts)
    found = folded(ladder(record.lands, facts), record.lands)
    if record.stronger and (rungs := ladder(record.stronger, facts)):
        beaten = () if found.kind == "default" else (found, *found.shadows)
        top = folded(rungs, record.stronger)
        found = replace(top, shadows=(*top.shadows, *beaten))
    return _in_own_terms(record, overruling(record, facts) or found, facts)


def folded(rungs: Sequence[Rung], landing: Landing) -> Found:
    """Return what the rungs amount to together: `raw` is the trait's value, None if unset."""
    state = Found(None, "default", trait=_name(landing))
    for rung in rungs:
        state = _step(state, rung, landing)
    return state


def _step(state: Found, rung: Rung, landing: Landing) -> Found:
    write = rung.write
    if isinstance(landing, SpawnerVariable) and not _names_it(write, landing.name):
        return state if write.op != "=" else Found(None, "default", trait=state.trait)
    raw, reason = _combined(state, write, landing)
    beaten = () if state.kind == "default" else (state, *state.shadows)
    return Found(
        None,
        "unknown" if reason else "exact",
        raw,
        _name(landing) if isinstance(landing, SpawnerVariable) else rung.name,
        rung.path,
        write.line,
        write.ours,
        tuple(replace(found, shadows=()) for found in beaten),
        reason,
    )


def _names_it(write: Write, name: str) -> bool:
    return write.op == "unknown" or (isinstance(write.value, Mapping) and name in write.value)


def _combined(state: Found, write: Write, landing: Landing) -> tuple[object, str]:
    """Return the new raw value, and why it is not known (nothing if it is)."""
    value = write.value
    if isinstance(landing, SpawnerVariable) and isinstance(value, Mapping):
        return value[landing.name], ""
    if write.op == "unknown":
        return None, write.reason
    if write.op == "=" and not isinstance(landing, ServerExtensions):
        return value, ""  # the trait of switches adds to the `.d` files instead
    if state.kind == "unknown":
        return None, state.reason
    return _added(state.raw, write)


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


def _in_own_terms(record: Setting, found: Found, facts: Facts) -> Found:
    if found.kind == "default":
        return replace(found, value=record.default(facts))
    if found.kind == "unknown":
        return found
    value = record.read(found.raw, facts)
    shadows = tuple(
        s if s.kind == "unknown" else replace(s, value=record.read(s.raw, facts))
        for s in found.shadows
    )
    odd = _("{value} is no answer this question knows").format(value=ascii(found.raw))
    return replace(found, value=value, shadows=shadows, reason="" if value is not None else odd)


def overruling(record: Setting, facts: Facts) -> Found | None:
    """Return what decides in place of any config file: the command line, an old class name.

    None when nothing of that kind is set.
    """
    landing = record.stronger or record.lands
    if not isinstance(landing, ServerTrait):
        return None
    for rung in ladder(HubTrait("Spawner", "args"), facts):
        if any(f".{landing.trait}" in word for word in _words(rung.write.value)):
            reason = _("given on the server's command line by {name}").format(name=rung.name)
            return _unknown(rung, reason)
    for rung in ladder(ServerTrait("NotebookApp", landing.trait), facts):
        if landing.cls == "ServerApp" and "*" not in (rung.write.cls, rung.write.trait):
            return _unknown(rung, _("set under the old class name NotebookApp"))
    return None


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list | tuple) else []


def _unknown(rung: Rung, reason: str) -> Found:
    return Found(None, "unknown", None, rung.name, rung.path, rung.write.line, reason=reason)


def _found_switches(record: Setting, facts: Facts) -> Found:
    """Return the switches in force: those of the `.d` files, and above them the trait's.

    The packages' own files are what is installed, that is the default.
    """
    installed = record.default(facts)
    rungs = ladder(record.lands, facts)
    found = folded([rung for rung in rungs if rung.source.role == "server"], record.lands)
    if found.kind == "unknown":
        return found
    if isinstance(found.raw, Mapping) and isinstance(installed, Mapping):
        return replace(found, value={**installed, **found.raw})
    chosen = [rung for rung in rungs if not _of_a_package(rung, facts)]
    if not chosen:
        return replace(found, value=installed)
    top = chosen[-1]
    return replace(found, value=installed, kind="exact", file=top.path, line=top.write.line, ours=top.write.ours)


def _of_a_package(rung: Rung, facts: Facts) -> bool:
    prefix = facts.user.prefix if facts.user else None
    return prefix is not None and rung.path.is_relative_to(prefix) and not rung.write.ours
