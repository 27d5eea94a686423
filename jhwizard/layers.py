"""Which line wins: every place that sets one thing, from the weakest to the strongest.

Reads `Facts.sources` only. A value is given as known only where no line that could change it
was left not understood. What the values mean is the business of `in_force`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.facts import Facts, Role, Source, Write
from jhwizard.folding import Rung, folded, names_it, role_of, says, trait_of
from jhwizard.jupyter import capabilities, classes
from jhwizard.jupyter.applications import LEGACY, PASSING_FILES, SERVER, application, renamed
from jhwizard.language import _
from jhwizard.settings.setting import Landing, ServerExtensions, ServerTrait

__all__ = (
    "Rung",
    "folded",
    "is_passed_on",
    "ladder",
    "lineage",
    "lines",
    "names_it",
    "role_of",
    "says",
    "trait_of",
    "under",
)

_OLD_NAMES = {
    ("KernelSpecManager", "allowed_kernelspecs"): ServerTrait("KernelSpecManager", "whitelist")
}
"""Traits whose old names beat them, in whatever file they stand (jupyter_client 8.10, tried)."""


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
        return classes.spawner_lineage(facts.spawner, _writes(facts, "hub"))
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
        for source, write in lines(role, facts, {trait_of(landing)[1], "*", *line})
        if not _comes_too_late(source, landing, facts)
        if _sets(write, landing, line, facts) or is_passed_on(source, write, landing, facts)
    ]
    placed = sorted(rungs, key=lambda placed: placed[0])
    return (*(rung for _place, rung in placed), *_under_old_name(landing, facts))


def _under_old_name(landing: Landing, facts: Facts) -> Sequence[Rung]:
    """Return the lines that set the trait under a name of old, which beat all of today's.

    What stands under `NotebookApp` in the server's files or on its command line is put over its
    traits by the first extension that is linked, even over the command line's own
    (notebook_shim 0.2.4 with jupyter_server 2.21, tried). Nobody does so where none of these
    extensions is installed.
    """
    match landing:
        case ServerTrait("ServerApp", trait) if not facts.legacy and trait != "default_url":
            # JupyterHub has taken the page before.
            old = ServerTrait(LEGACY.cls, trait)
        case ServerTrait(cls, trait) if (cls, trait) in _OLD_NAMES:
            old = _OLD_NAMES[cls, trait]
        case _:
            return ()
    if old.cls == LEGACY.cls and facts.user and not _may_pass_on(facts):
        return ()
    rungs = [rung for rung in ladder(old, facts) if _is_old(rung, landing, old, facts)]
    named = [rung for rung in rungs if rung.write.cls == old.cls]
    if not named:
        return ()
    return [_old(rung, facts) for rung in rungs[rungs.index(named[0]) :]]


def _may_pass_on(facts: Facts) -> bool:
    user = facts.user
    have = (capabilities.has_lab, capabilities.has_notebook, capabilities.has_nbclassic)
    return any(has(user) for has in have)


def _is_old(rung: Rung, landing: Landing, old: ServerTrait, facts: Facts) -> bool:
    """Return whether a line names a trait by its old name, or may set it without naming it."""
    write = rung.write
    if write.cls == old.cls:
        # In an extension's own file such a line is one like any other.
        return not is_passed_on(rung.source, write, landing, facts)
    return "*" in (write.cls, write.trait)


def _old(rung: Rung, facts: Facts) -> Rung:
    write = rung.write
    is_passing = write.cls == LEGACY.cls and rung.source.path.stem in PASSING_FILES
    is_sure = write.op == "=" and (write.cls != LEGACY.cls or facts.user is not None)
    if write.op == "unknown" or (is_sure and not is_passing):
        return rung
    reason = _("set under the old name {name}").format(name=rung.name)
    # What jhwizard once wrote for the legacy Notebook is said again by itself.
    return replace(rung, write=replace(_unsure(write, reason), ours=False))


def lines(
    role: Role, facts: Facts, traits: Collection[str] | None = None
) -> Iterator[tuple[Source, Write]]:
    """Yield every line that a program reads, in the order of reading, with the file it stands in.

    A file that a line loads counts in the place of that line, each time it is loaded. `traits` are
    the names of traits, or of nested sections, that are wanted; None for all of them.
    """
    there = {source.path: source for source in facts.sources if source.role == role}
    for source in facts.sources:
        if source.role == role and not source.loaded:
            yield from _through(source, there, traits)


def _through(
    source: Source, there: Mapping[PurePosixPath, Source], traits: Collection[str] | None
) -> Iterator[tuple[Source, Write]]:
    reading = source.reading
    for write in reading.writes if traits is None else reading.naming(traits):
        if write.loads is None:
            yield source, write
        elif write.loads in there:
            yield from _through(there[write.loads], there, traits)


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
    if write.evaluated and "*" in (write.cls, write.trait):
        return -1  # what the file was run for is known; this holds for all the rest
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
