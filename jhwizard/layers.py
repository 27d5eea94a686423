"""Which line wins: every place that sets one thing, from the weakest to the strongest.

Reads `Facts.sources` only. A value is given as known only where no line that could change it
was left not understood. What the values mean is the business of `in_force`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import assert_never

from jhwizard.facts import Facts, Found, Kind, Missing, Role, Source, Write
from jhwizard.jupyter import classes, idle_culler, paths
from jhwizard.language import _
from jhwizard.settings.setting import (
    EXTENSIONS_TRAIT,
    HubCuller,
    HubTrait,
    IPythonTrait,
    Landing,
    NotConfig,
    OtherTraits,
    ServerExtensions,
    ServerTrait,
    SpawnerVariable,
)


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


def role_of(landing: Landing) -> Role:
    """Return which program's config files a landing belongs to."""
    match landing:
        case HubTrait() | SpawnerVariable() | HubCuller():
            return "hub"
        case IPythonTrait():
            return "ipython"
        case ServerTrait() | ServerExtensions() | OtherTraits() | NotConfig():
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
        case OtherTraits() | NotConfig():
            return "*", "*"  # several, each looked at by itself, or none
        case HubCuller():
            return idle_culler.SERVICES
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
    line = lineage(landing, facts)
    # The trait beats the `.d` files name by name, so these come first.
    roles = ("switches", "server") if isinstance(landing, ServerExtensions) else (role_of(landing),)
    rungs = [
        (roles.index(role), _strength(write, line), Rung(source, _doubted(write, landing, facts)))
        for role in roles
        for source in facts.sources
        if source.role == role and not _comes_too_late(source, landing)
        for write in source.reading.writes
        if _sets(write, landing, line)
    ]
    return tuple(rung for *_place, rung in sorted(rungs, key=lambda place: place[:2]))


def _comes_too_late(source: Source, landing: Landing) -> bool:
    """Return whether a file is loaded after the trait was used.

    Extensions' own files are loaded when the list of extensions is closed and JupyterHub has taken
    the landing page (jupyterhub/singleuser/extension.py, `get_default_url`).
    """
    used_early = {EXTENSIONS_TRAIT, ("ServerApp", "default_url")}
    extensions_own = source.path.stem in paths.EXTENSIONS_FILES
    if trait_of(landing)[0] == "LabApp" and source.path.stem == "jupyter_notebook_config":
        return True  # of extensions that are linked when JupyterLab has taken its own
    return source.role == "server" and extensions_own and trait_of(landing) in used_early


def _sets(write: Write, landing: Landing, line: Sequence[str]) -> bool:
    cls, trait = trait_of(landing)
    if write.cls in (*line, "*"):
        return write.trait in (trait, "*")
    return write.cls == classes.parent_of(cls) and write.trait in (*line, "*")


def _strength(write: Write, line: Sequence[str]) -> int:
    # A line that may set any class may set the strongest one, and a nested section beats all.
    return line.index(write.cls) if write.cls in line else len(line)


def _doubted(write: Write, landing: Landing, facts: Facts) -> Write:
    """Return a write as unknown where it is not certain that it reaches the landing's object."""
    cls, _trait = trait_of(landing)
    if write.op == "unknown":
        return write
    if write.cls == classes.parent_of(cls):
        return _unsure(write, _("it is set in a section inside another one"))
    if cls != "Spawner" or write.cls in classes.sure_spawner_lineage(facts.spawner):
        return write
    return _unsure(write, _("it is not known whether the spawner is a {cls}").format(cls=write.cls))


def _unsure(write: Write, reason: str) -> Write:
    doubtful = replace(write, op="unknown", kind="unknown", value=None, parts=None)
    return replace(doubtful, spliceable=False, reason=reason)


def _writes(facts: Facts, role: Role) -> Iterable[Write]:
    return (w for source in facts.sources if source.role == role for w in source.reading.writes)


def folded(rungs: Sequence[Rung], landing: Landing) -> Found:
    """Return what the rungs amount to together: `raw` is the trait's value, None if unset."""
    state = Found(None, "default", trait=_name(landing))
    for rung in rungs:
        state = _step(state, rung, landing)
    return state


def _step(state: Found, rung: Rung, landing: Landing) -> Found:
    write = rung.write
    if isinstance(landing, SpawnerVariable) and not names_it(write, landing.name):
        assigns = write.op == "=" or isinstance(write.parts, Mapping)
        return Found(None, "default", trait=state.trait) if assigns else state
    raw, reason = _combined(state, write, landing)
    beaten = () if state.kind == "default" else (state, *state.shadows)
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
    )


def names_it(write: Write, name: str) -> bool:
    """Return whether a line sets, or may set, the variable `name`."""
    if isinstance(write.parts, Mapping):
        return name in write.parts
    return write.op == "unknown" or (isinstance(write.value, Mapping) and name in write.value)


def _combined(state: Found, write: Write, landing: Landing) -> tuple[object, str]:
    """Return the new raw value, and why it is not known (nothing if it is)."""
    value = write.value
    if isinstance(landing, SpawnerVariable) and isinstance(value, Mapping):
        return value[landing.name], ""
    if write.op == "unknown":
        part = _part(write, landing)
        if isinstance(landing, SpawnerVariable) and isinstance(part, str | int | float | None):
            return part, "" if part is not None else _("it is None")
        return None, _as_words(part) if isinstance(part, Missing) else write.reason
    if write.op == "=":
        return value, ""
    if state.kind not in {"exact", "default"}:
        return None, state.reason
    return _added(state.raw, write)


def _part(write: Write, landing: Landing) -> object:
    """Return what is known of the landing's own part of a value; `Missing` when nothing is."""
    if isinstance(landing, SpawnerVariable) and isinstance(write.parts, Mapping):
        return write.parts[landing.name]
    whole = Missing(write.reason, write.line, write.kind)
    return write.parts if isinstance(write.parts, Missing) else whole


def _kind(write: Write, landing: Landing) -> Kind:
    part = _part(write, landing) if write.op == "unknown" else None
    return part.kind if isinstance(part, Missing) else "unknown"


def _as_words(missing: Missing) -> str:
    """Return what a value that is not known is, in a few words: `1200 or $TIMEOUT`."""
    if missing.kind != "env":
        return missing.reason
    if missing.fallback is None:
        return f"${missing.variable}"
    fallback = missing.fallback if isinstance(missing.fallback, str) else repr(missing.fallback)
    return _("{default} or ${variable}").format(default=fallback, variable=missing.variable)


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
