"""From the files as read to what they mean. Pure: planning uses it to look at what would be.

The order of the config directories depends on what the hub's file says (`JUPYTER_CONFIG_PATH`),
so the hub's file is understood first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePosixPath

from jhwizard.evaluated import combined
from jhwizard.facts import Facts, FileState, Missing, Problem, Reading, Role, Source, Write
from jhwizard.given_words import command_line
from jhwizard.in_force import in_force
from jhwizard.jupyter import capabilities, classes, paths
from jhwizard.jupyter.applications import APPLICATIONS, Application, application
from jhwizard.jupyter.extensions import as_switches, server_extensions
from jhwizard.jupyter.json_config import read_json
from jhwizard.jupyter.kernelspecs import prefix_of
from jhwizard.jupyter.page_config import app_files, as_page_config, doubts, page_files
from jhwizard.jupyter.tljh import is_tljhs, read_tljh
from jhwizard.layers import folded, ladder
from jhwizard.settings.setting import HubTrait, SpawnerVariable
from jhwizard.subconfigs import with_loaded
from jhwizard.variables import Variables
from jhwizard.which_application import is_legacy, legacy_obstacle

_SPAWNER_CLASS = HubTrait("JupyterHub", "spawner_class")


def understand(facts: Facts, *, legacy: bool | None = None) -> Facts:
    """Return `facts` with sources, spawner, extensions and values in force filled in anew.

    `legacy` is what shall be so of the application; None for what the hub's file says.
    """
    facts = replace(facts, sources=combined(tuple(_hub_sources(facts)), facts.evaluation))
    facts = replace(facts, spawner=_spawner(facts), legacy_obstacle=legacy_obstacle(facts))
    facts = replace(facts, legacy=is_legacy(facts) if legacy is None else legacy)
    directories = paths.config_path(facts.user, config_path_variable(facts))
    facts = replace(
        facts,
        sources=(
            *facts.sources,
            *_sources(facts, server_files(directories, facts), "server"),
            *command_line(facts),
            *_sources(facts, _switch_files(directories, facts), "switches"),
            *_sources(facts, ipython_files(facts), "ipython"),
            *_sources(facts, _lab_files(directories, facts), "lab"),
            *_sources(facts, _dormant_files(directories, facts), "dormant"),
        ),
    )
    facts = replace(facts, extensions=server_extensions(facts.sources))
    return replace(facts, found=in_force(facts))


def _hub_sources(facts: Facts) -> Iterator[Source]:
    for source in _sources(facts, hub_files(facts.hub_config), "hub"):
        yield from with_loaded(source, facts, lambda paths: _sources(facts, paths, "hub"))


def with_files(facts: Facts, after: Mapping[PurePosixPath, bytes | None]) -> Facts:
    """Return what would be understood if the files had these bytes; None for no file."""
    files = dict(facts.files)
    for path, content in after.items():
        state = files.get(path)
        state = state or FileState(b"", 0o644, 0, 0)
        files[path] = None if content is None else replace(state, content=content)
    return understand(replace(facts, files=files))


def without_ours(facts: Facts) -> Facts:
    """Return what would be understood without the lines of jhwizard's own in servers' files."""
    sources = tuple(
        replace(source, reading=replace(source.reading, writes=_theirs(source)))
        if source.role in {"server", "switches"}
        else source
        for source in facts.sources
    )
    facts = replace(facts, sources=sources, extensions=server_extensions(sources))
    return replace(facts, found=in_force(facts))


def _theirs(source: Source) -> tuple[Write, ...]:
    return tuple(write for write in source.reading.writes if not write.ours)


def hub_files(config: PurePosixPath) -> list[PurePosixPath]:
    """Return the files the hub loads, weakest first: a JSON file of the same name wins."""
    return [config, config.with_suffix(".json")]


def server_files(directories: Iterable[PurePosixPath], facts: Facts) -> list[PurePosixPath]:
    """Return the files the single-user server loads, weakest first.

    A file name is followed through all directories before the next one comes, and `.json` beats
    `.py` of the same name and directory.
    """
    order = list(directories)
    return [
        directory / f"{name}{suffix}"
        for name in _loaded_names(facts)
        for directory in order
        for suffix in (".py", ".json")
    ]


def every_server_file(directories: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Return the files that either application may load."""
    order = list(directories)
    names = dict.fromkeys(name for each in APPLICATIONS for name in each.files)
    return [d / f"{n}{suffix}" for n in names for d in order for suffix in (".py", ".json")]


def _dormant_files(directories: list[PurePosixPath], facts: Facts) -> Iterator[PurePosixPath]:
    """Yield the files that are there, and that only the other application would load."""
    read = {source.path for source in facts.sources}
    read.update(server_files(directories, facts))
    read.update(_switch_files(directories, facts))
    named = every_server_file(directories)
    for each in APPLICATIONS:
        named += [path for d in directories for path in _switching(d, each, facts)]
    yield from (p for p in dict.fromkeys(named) if p not in read and facts.files.get(p))


def ipython_files(facts: Facts) -> list[PurePosixPath]:
    """Return the files that Python kernels load, weakest first."""
    return [
        directory / f"{name}{suffix}"
        for name in paths.IPYTHON_FILES
        for directory in paths.ipython_path(kernel_prefixes(facts))
        for suffix in (".py", ".json")
    ]


def kernel_prefixes(facts: Facts) -> tuple[PurePosixPath, ...]:
    """Return the environments that the Python kernels offered here run in."""
    found = (prefix_of(spec, facts.user) for spec in facts.kernelspecs)
    return tuple(dict.fromkeys(prefix for prefix in found if prefix is not None))


def config_path_variable(facts: Facts) -> tuple[PurePosixPath, ...]:
    """Return the directories of `JUPYTER_CONFIG_PATH` as the hub gives it, strongest first."""
    variable = SpawnerVariable("JUPYTER_CONFIG_PATH")
    value = folded(ladder(variable, facts), variable).raw
    entries = value.split(":") if isinstance(value, str) else []
    return tuple(PurePosixPath(entry) for entry in entries if entry.startswith("/"))


def _loaded_names(facts: Facts) -> list[str]:
    """Return the config names the server reads: an extension's own only where it is installed."""
    if facts.legacy:
        return list(application(facts).files)
    user = facts.user
    classic = capabilities.has_notebook(user) or capabilities.has_nbclassic(user)
    missing = {
        "jupyter_lab_config": user is not None and not capabilities.has_lab(user),
        "jupyter_notebook_config": user is not None and not classic,
        "jupyter_jupyter_server_terminals_config": not capabilities.has_terminals(user),
    }
    return [name for name in application(facts).files if not missing.get(name)]


def _switch_files(directories: Iterable[PurePosixPath], facts: Facts) -> list[PurePosixPath]:
    """Return the files that switch extensions name by name, weakest first.

    In each directory the server's own JSON file comes after the `.d` files (jupyter_server 2.21 and
    notebook 6.5, `BaseJSONConfigManager.get`); what it switches counts even where its trait is
    replaced.
    """
    running = application(facts)
    return [
        path
        for directory in directories
        for path in (
            *_switching(directory, running, facts),
            directory / f"{running.config}.json",
        )
    ]


def _switching(directory: PurePosixPath, running: Application, facts: Facts) -> list[PurePosixPath]:
    return sorted(p for p in facts.files if p.parent == directory / running.switch_directory)


def _lab_files(directories: Iterable[PurePosixPath], facts: Facts) -> list[PurePosixPath]:
    """Return the files that switch off or lock front-end extensions, weakest first."""
    own = app_files(facts.user.prefix) if facts.user else []
    files = ((path, facts.files.get(path)) for path in own)
    own = [path for path, state in files if path in facts.unreadable or (state and state.content)]
    return [*own[:1], *page_files(directories, facts.files)]


def _sources(facts: Facts, files: Iterable[PurePosixPath], role: Role) -> Iterator[Source]:
    for path in files:
        state, problem = facts.files.get(path), facts.unreadable.get(path)
        # Only the hub runs with the environment that was named.
        variables = facts.variables if role == "hub" else Variables()
        # What people's servers may read is not known.
        opened = tuple(facts.opened.items()) if role == "hub" else ()
        reading = Reading(problem=problem) if problem else _reading(path, state, variables, opened)
        if role == "switches" or (role == "dormant" and path.parent.suffix == ".d"):
            reading = as_switches(path, reading)
        elif role == "hub" and is_tljhs(path) and state:
            reading = read_tljh(path, state.content, facts.tljh_plugins)
        elif role == "lab":
            reading = _page_config(path, state, problem)
        elif reading.problem and not reading.writes and not _is_passed_over(path, role, state):
            what = reading.problem
            line, text = what.line or 1, what.text
            anything = Write("*", "*", "unknown", None, line, reason=text, kind="unknown")
            reading = replace(reading, writes=(anything,))
        yield Source(path, role, reading, state)


def _page_config(path: PurePosixPath, state: FileState | None, problem: Problem | None) -> Reading:
    if problem:
        return Reading(doubts(problem), problem)
    return as_page_config(path, state.content) if state else Reading()


def _is_passed_over(path: PurePosixPath, role: Role, state: FileState | None) -> bool:
    """Return whether a file certainly counts for nothing: servers log malformed JSON and go on.

    JupyterHub does not start with it, and of a broken Python file it is not certain.
    """
    if role == "hub" or path.suffix != ".json" or state is None:
        return False
    try:
        document = json.loads(state.content.decode())
    except (ValueError, RecursionError):
        return True
    return not isinstance(document, dict) or document.get("version", 1) != 1


_Opened = tuple[tuple[str, bytes | Problem], ...]


def _reading(
    path: PurePosixPath, state: FileState | None, variables: Variables, opened: _Opened
) -> Reading:
    return Reading() if state is None else _read(path, state.content, variables, opened)


@lru_cache(maxsize=512)
def _read(
    path: PurePosixPath, content: bytes, variables: Variables, opened: _Opened = ()
) -> Reading:
    if path.suffix == ".json":
        return read_json(content)
    from jhwizard.jupyter.python_reading import read_python  # noqa: PLC0415 - 30 ms, and not always

    return read_python(content, variables, str(path), dict(opened))


def _spawner(facts: Facts) -> str:
    found = folded(ladder(_SPAWNER_CLASS, facts), _SPAWNER_CLASS)
    if found.kind == "default":
        return classes.DEFAULT_SPAWNER
    if found.kind not in {"exact", "unknown"}:
        # A class that is imported, or defined in the file, is as good as its name.
        rung = ladder(_SPAWNER_CLASS, facts)[-1]
        refers = rung.write.parts.refers if isinstance(rung.write.parts, Missing) else ""
        return classes.spawner_name(refers, facts.hub)
    return classes.spawner_name(found.raw, facts.hub)
