"""The files that new answers go to, by target."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.facts import Facts
from jhwizard.jupyter import paths
from jhwizard.jupyter.applications import application
from jhwizard.jupyter.page_config import PAGE_DIRECTORY
from jhwizard.jupyter.tljh import is_tljhs, our_drop_in
from jhwizard.layers import Rung, role_of
from jhwizard.settings.setting import LabExtensions, Landing, ServerExtensions
from jhwizard.understand import hub_files, kernel_prefixes


def landing_file(landing: Landing, facts: Facts) -> PurePosixPath:
    """Return the first file that new answers of this kind go to."""
    return landing_paths(landing, facts)[0]


def landing_paths(landing: Landing, facts: Facts) -> list[PurePosixPath]:
    """Return where new answers of this kind go; several files only for kernels' environments."""
    directory = paths.config_directory(facts)
    role = role_of(landing)
    if role == "hub":
        config = facts.hub_config
        return [our_drop_in(config) if is_tljhs(config) else config]
    if role == "ipython":
        prefixes = kernel_prefixes(facts) if facts.target == "env" else ()
        directories = [prefix / "etc/ipython" for prefix in prefixes]
        return [d / "ipython_config.py" for d in directories or [PurePosixPath("/etc/ipython")]]
    if isinstance(landing, LabExtensions):
        return [directory / PAGE_DIRECTORY / paths.OUR_EXTENSIONS]
    running = application(facts)
    if isinstance(landing, ServerExtensions) and facts.target == "env":
        return [directory / running.switch_directory / paths.OUR_EXTENSIONS]
    return [directory / f"{running.config}.py"]


def block_path(top: Rung, facts: Facts) -> PurePosixPath:
    """Return the file at whose end a block beats a line that cannot be changed where it stands.

    The hub's own file goes on after the files that it loads. That of TLJH is never changed: of its
    drop-ins, which are loaded by their names, those after jhwizard's own beat it.
    """
    if not is_tljhs(facts.hub_config) or not is_of_hub(top.path, facts):
        return facts.hub_config if top.source.loaded else top.path
    ours = our_drop_in(facts.hub_config)
    return max(ours, top.path) if top.path.parent == ours.parent else ours


def is_of_hub(path: PurePosixPath, facts: Facts) -> bool:
    """Return whether the hub itself reads a file when it starts, or would if it were there."""
    read = (source.path for source in facts.sources if source.role == "hub")
    config = facts.hub_config
    return path in {*hub_files(config), *read, *([our_drop_in(config)] if is_tljhs(config) else ())}


def landing_files(landing: Landing, facts: Facts) -> set[PurePosixPath]:
    """Return the landing files of every target: what stands there moves when the target does."""
    targets = (replace(facts, target=target) for target in ("system", "env"))
    return {path for each in targets for path in landing_paths(landing, each)}
