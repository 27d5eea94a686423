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

from jhwizard.facts import Facts, FileState, Missing, Reading, Role, Source, Write
from jhwizard.in_force import in_force
from jhwizard.jupyter import capabilities, classes, paths
from jhwizard.jupyter.extensions import SWITCH_DIRECTORY, as_switches, server_extensions
from jhwizard.jupyter.json_config import read_json
from jhwizard.jupyter.kernelspecs import prefix_of
from jhwizard.jupyter.python_reading import read_python
from jhwizard.layers import folded, ladder
from jhwizard.settings.setting import HubTrait, SpawnerVariable

_SPAWNER_CLASS = HubTrait("JupyterHub", "spawner_class")


def understand(facts: Facts) -> Facts:
    """Return `facts` with sources, spawner, extensions and values in force filled in anew."""
    facts = replace(facts, sources=tuple(_sources(facts, hub_files(facts.hub_config), "hub")))
    facts = replace(facts, spawner=_spawner(facts))
    directories = paths.config_path(facts.user, config_path_variable(facts))
    facts = replace(
        facts,
        sources=(
            *facts.sources,
            *_sources(facts, server_files(directories, facts), "server"),
            *_sources(facts, _switch_files(directories, facts), "switches"),
            *_sources(facts, ipython_files(facts), "ipython"),
        ),
    )
    facts = replace(facts, extensions=server_extensions(facts.sources))
    return replace(facts, found=in_force(facts))


def with_files(facts: Facts, after: Mapping[PurePosixPath, bytes | None]) -> Facts:
    """Return what would be understood if the files had these bytes; None for no file."""
    files = dict(facts.files)
    for path, content in after.items():
        state = files.get(path)
        state = state or FileState(b"", 0o644, 0, 0)
        files[path] = None if content is None else replace(state, content=content)
    return understand(replace(facts, files=files))


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
    user = facts.user
    classic = capabilities.has_notebook(user) or capabilities.has_nbclassic(user)
    missing = {
        "jupyter_lab_config": user is not None and not capabilities.has_lab(user),
        "jupyter_notebook_config": user is not None and not classic,
        "jupyter_jupyter_server_terminals_config": not capabilities.has_terminals(user),
    }
    return [name for name in paths.SERVER_FILES if not missing.get(name)]


def _switch_files(directories: Iterable[PurePosixPath], facts: Facts) -> list[PurePosixPath]:
    """Return the files that switch extensions name by name, weakest first.

    In each directory the server's own JSON file comes after the `.d` files (jupyter_server 2.21,
    `BaseJSONConfigManager.get`); what it switches counts even where its trait is replaced.
    """
    return [
        path
        for directory in directories
        for path in (
            *sorted(p for p in facts.files if p.parent == directory / SWITCH_DIRECTORY),
            directory / "jupyter_server_config.json",
        )
    ]


def _sources(facts: Facts, files: Iterable[PurePosixPath], role: Role) -> Iterator[Source]:
    for path in files:
        state, problem = facts.files.get(path), facts.unreadable.get(path)
        reading = Reading(problem=problem) if problem else _reading(path, state)
        if role == "switches":
            reading = as_switches(path, reading)
        elif reading.problem and not reading.writes and not _is_passed_over(path, role, state):
            what = reading.problem
            line, text = what.line or 1, what.text
            anything = Write("*", "*", "unknown", None, line, reason=text, kind="unknown")
            reading = replace(reading, writes=(anything,))
        yield Source(path, role, reading, state)


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


def _reading(path: PurePosixPath, state: FileState | None) -> Reading:
    return Reading() if state is None else _read(path.suffix, state.content)


@lru_cache(maxsize=512)
def _read(suffix: str, content: bytes) -> Reading:
    return read_json(content) if suffix == ".json" else read_python(content)


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
