"""The Littlest JupyterHub: which files it reads, and what only `tljh-config` changes.

Its hub loads a file of the package `tljh`, which is replaced with each upgrade and never edited. At
its end that file loads the admin's drop-ins, sorted by name (tljh at 84ed38f,
`jupyterhub_config.py`, which is read as that, and `configurer.py`). None of it was run, as it needs
systemd; a file of another shape is read as any other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePosixPath

from jhwizard.facts import Problem, Reading, Write
from jhwizard.language import _
from jhwizard.printable import shown

PREFIX = PurePosixPath("/opt/tljh")
"""Where it is installed, unless its installer was told otherwise."""
PLUGINS = "tljh"
"""The entry points of packages that may change its configuration (`tljh.hooks`)."""
_CONFIG = "jupyterhub_config.py"
_LEVELS = 6
"""Directories between its prefix and its own file."""
_DECIDED: dict[tuple[str, str], str] = {
    ("Spawner", "default_url"): "user_environment.default_app",
    ("JupyterHub", "services"): "services.cull",
}
"""Traits of jhwizard's settings that `configurer.apply_config` sets, and the names they go by."""
_APPS = {"/lab": "jupyterlab", "/tree": "classic"}
_CULLER = {
    "culling.hub_idle": "timeout",
    "culling.hub_interval": "every",
    "culling.hub_max_age": "max_age",
    "culling.hub_users": "users",
    "culling.hub_remove_named_servers": "remove_named_servers",
}


def is_tljhs(config: PurePosixPath) -> bool:
    """Return whether a hub's file is the one of TLJH."""
    return config.name == _CONFIG and config.parts[-3:-1] == ("site-packages", "tljh")


def prefix_of(config: PurePosixPath) -> PurePosixPath:
    """Return where TLJH is installed, from the place of its hub's file."""
    return config.parents[_LEVELS - 1] if len(config.parents) >= _LEVELS else PREFIX


def hub_prefix(config: PurePosixPath) -> PurePosixPath:
    """Return the environment of TLJH's hub."""
    return prefix_of(config) / "hub"


def users_python(config: PurePosixPath) -> PurePosixPath:
    """Return the interpreter of people's servers."""
    return prefix_of(config) / "user/bin/python3"


def our_drop_in(config: PurePosixPath) -> PurePosixPath:
    """Return the drop-in that is jhwizard's alone."""
    return _drop_ins(config) / "jhwizard.py"


def _drop_ins(config: PurePosixPath) -> PurePosixPath:
    return prefix_of(config) / "config/jupyterhub_config.d"


@lru_cache(maxsize=4)
def read_tljh(config: PurePosixPath, content: bytes, plugins: tuple[str, ...]) -> Reading:
    """Return what TLJH's own file says; of one that looks otherwise, what any file would say.

    What `tljh-config` decides is unknown, and nothing of it can be exchanged where it stands.
    `plugins` are the packages whose hooks may change anything.
    """
    from jhwizard.jupyter.python_reading import read_python  # noqa: PLC0415 - only on such hosts
    from jhwizard.jupyter.python_source import parse_python  # noqa: PLC0415 - the same

    source = parse_python(content)
    nodes = [] if isinstance(source, Problem) else source.tree.body
    special = {node.lineno: said for node in nodes if (said := _kind(node))}
    if not {"config", "load"} <= set(special.values()):
        plain = read_python(content, file=str(config))
        writes: list[Write] = list(plain.writes)
    else:
        plain = read_python(_without(content, nodes), file=str(config))
        more = (w for line, kind in special.items() for w in _said(kind, line, config, plugins))
        writes = sorted([*plain.writes, *more], key=lambda write: write.line)
    fixed = (replace(write, spliceable=False) for write in writes)
    return replace(plain, writes=tuple(fixed), problem=plain.problem)


def command_for(key: str, value: object) -> str:
    """Return the words that make TLJH take an answer; empty where it knows none.

    `value` is the page of `interface.app` and `interface.default_url`, else the answer.
    """
    name, said = "", str(value)
    if key.startswith("interface."):
        name, said = "user_environment.default_app", _APPS.get(said.rstrip("/"), "")
    elif key in _CULLER:
        name = f"services.cull.{_CULLER[key]}"
        if key == "culling.hub_idle" and value == 0:
            name, said = "services.cull.enabled", "false"
        elif isinstance(value, bool):
            said = said.lower()
    return f"sudo tljh-config set {name} {said}" if name and said else ""


def is_decided(config: PurePosixPath, path: PurePosixPath, write: Write) -> bool:
    """Return whether a line of `path` stands for what `tljh-config` decides."""
    names = (write.cls, write.trait)
    return is_tljhs(config) and path == config and write.op == "unknown" and names in _DECIDED


def _kind(node: ast.stmt) -> str:
    """Return what a statement of TLJH's file does, where that is not what it looks like."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return ""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    attributes = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    if "load_subconfig" in names:
        return "load"
    if "apply_config" in attributes:
        return "config"
    if "tljh_custom_jupyterhub_config" in attributes:
        return "plugins"
    return "nothing" if names & {"configurer", "get_plugin_manager", "glob"} else ""


def _without(content: bytes, nodes: list[ast.stmt]) -> bytes:
    lines = content.splitlines(keepends=True)
    for node in nodes:
        if _kind(node):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = b"\n"
    return b"".join(lines)


def _said(kind: str, line: int, config: PurePosixPath, plugins: tuple[str, ...]) -> Iterator[Write]:
    unknown = Write("*", "*", "unknown", None, line, kind="unknown")
    if kind == "config":
        for (cls, trait), name in _DECIDED.items():
            reason = _("`tljh-config` decides it: {name}").format(name=name)
            yield replace(unknown, cls=cls, trait=trait, reason=reason)
    elif kind == "plugins" and plugins:
        reason = _("plugins of TLJH may change anything: {names}")
        yield replace(unknown, reason=reason.format(names=shown(", ".join(plugins), 80)))
    elif kind == "load":
        reason = _("the drop-ins of TLJH may change anything")
        yield replace(unknown, reason=reason, subconfig=str(_drop_ins(config) / "*.py"))
