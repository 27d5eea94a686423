"""Which line wins: every place that sets one thing, from the weakest to the strongest.

Reads `Facts.sources` only. A value is given as known only where no line that could change it
was left not understood. What the values mean is the business of `in_force`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import assert_never

from jhwizard.facts import Facts, Found, Kind, Missing, Role, Source, Write
from jhwizard.jupyter import classes, idle_culler
from jhwizard.jupyter.applications import LEGACY, PASSING_FILES, SERVER, application, renamed
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


def under(landing: Landing, facts: Facts) -> Landing:
    """Return a landing by the names that the running application has for it."""
    match landing:
        case ServerTrait(cls, trait) if facts.legacy:
            return ServerTrait(renamed(cls, facts), trait)
        case ServerExtensions() if facts.legacy:
            return ServerExtensions(*application(facts).switch_trait)
        case _:
            return landing


def lineage(landing: Landing, facts: Facts) -> tuple[str, ...]:
    """Return the class sections that reach the landing's object, weakest first."""
    cls, _trait = trait_of(under(landing, facts))
    if role_of(landing) == "hub" and classes.is_spawner(cls):
        return classes.spawner_lineage(facts.spawner, tuple(_writes(facts, "hub")))
    return classes.server_lineage(cls, application(facts))


def ladder(landing: Landing, facts: Facts) -> tuple[Rung, ...]:
    """Return every line that sets, or may set, the landing's trait, weakest first."""
    landing = under(landing, facts)
    line = lineage(landing, facts)
    # The trait beats the `.d` files name by name, so these come first.
    roles: tuple[Role, ...] = (role_of(landing),)
    if isinstance(landing, ServerExtensions):
        roles = ("switches", "server")
    rungs = [
        (
            (
                roles.index(role),
                _strength(write, line, landing, facts),
                _by_name(source, write, landing, facts),
            ),
            Rung(source, _doubted(write, landing, facts)),
        )
        for role in roles
        for source, write in lines(role, facts)
        if not _comes_too_late(source, landing, facts)
        if _sets(write, landing, line, facts) or is_passed_on(source, write, landing, facts)
    ]
    return tuple(rung for _place, rung in sorted(rungs, key=lambda placed: placed[0]))


def lines(role: Role, facts: Facts) -> Iterator[tuple[Source, Write]]:
    """Yield every line that a program reads, in the order of reading, with the file it stands in.

    A file that a line loads counts in the place of that line, each time it is loaded.
    """
    there = {source.path: source for source in facts.sources if source.role == role}
    for source in facts.sources:
        if source.role == role and not source.loaded:
            yield from _through(source, there)


def _through(
    source: Source, there: Mapping[PurePosixPath, Source]
) -> Iterator[tuple[Source, Write]]:
    for write in source.reading.writes:
        if write.loads is None:
            yield source, write
        elif write.loads in there:
            yield from _through(there[write.loads], there)


def _comes_too_late(source: Source, landing: Landing, facts: Facts) -> bool:
    """Return whether a file is loaded after the trait was used.

    Extensions' own files are loaded when the list of extensions is closed and JupyterHub has taken
    the landing page (jupyterhub/singleuser/extension.py, `get_default_url`).
    """
    running = application(facts)
    used_early = {running.switch_trait, (running.cls, "default_url")}
    extensions_own = source.path.stem in running.extensions_files
    if trait_of(landing)[0] == "LabApp" and source.path.stem == "jupyter_notebook_config":
        return True  # of extensions that are linked when JupyterLab has taken its own
    return source.role == "server" and extensions_own and trait_of(landing) in used_early


def is_passed_on(source: Source, write: Write, landing: Landing, facts: Facts) -> bool:
    """Return whether an extension passes a line under `NotebookApp` on to the modern server.

    From its own file it does so as with any line there, and above those of today's name in all
    files of that name; the server's files beat it (notebook_shim 0.2.4 with jupyter_server 2.21,
    tried on a started server). What stands under the old name in the server's files wins.
    """
    cls, trait = trait_of(landing)
    if facts.legacy or cls != SERVER.cls or write.cls != LEGACY.cls or write.ours:
        return False
    return write.trait == trait and source.path.stem in PASSING_FILES


def _by_name(source: Source, write: Write, landing: Landing, facts: Facts) -> tuple[int, bool]:
    """Return the place of a line by the name of its file; old names come last in each."""
    names = application(facts).files
    if source.command_line:
        return len(names), False
    name = names.index(source.path.stem) if source.path.stem in names else -1
    return name, is_passed_on(source, write, landing, facts)


def _sets(write: Write, landing: Landing, line: Sequence[str], facts: Facts) -> bool:
    cls, trait = trait_of(landing)
    if write.cls in (*line, "*"):
        return write.trait in (trait, "*")
    parent = classes.parent_of(cls, application(facts))
    return write.cls == parent and write.trait in (*line, "*")


def _strength(write: Write, line: Sequence[str], landing: Landing, facts: Facts) -> int:
    own = SERVER.cls if write.cls == LEGACY.cls and SERVER.cls in line else write.cls
    if own in line:
        return line.index(own)
    # A line that may set any class may set the strongest one, and a nested section beats all.
    is_known = facts.spawner or not classes.is_spawner(trait_of(landing)[0])
    ends = write.cls == "*" and role_of(landing) == "hub" and is_known
    return len(line) - 1 if ends else len(line)


def _doubted(write: Write, landing: Landing, facts: Facts) -> Write:
    """Return a write as unknown where it is not certain that it reaches the landing's object."""
    cls, _trait = trait_of(landing)
    if write.op == "unknown":
        return write
    if write.cls == classes.parent_of(cls, application(facts)):
        return _unsure(write, _("it is set in a section inside another one"))
    if not classes.is_spawner(cls) or write.cls in classes.sure_spawner_lineage(facts.spawner):
        return write
    return _unsure(write, _("it is not known whether the spawner is a {cls}").format(cls=write.cls))


def _unsure(write: Write, reason: str) -> Write:
    doubtful = replace(write, op="unknown", kind="unknown", value=None, parts=None)
    return replace(doubtful, spliceable=False, reason=reason)


def _writes(facts: Facts, role: Role) -> Iterable[Write]:
    return (write for _source, write in lines(role, facts))


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
