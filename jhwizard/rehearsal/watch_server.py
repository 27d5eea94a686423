"""Starts a person's server just as it would start, and writes down what it holds when it runs.

Run by the server's own Python (3.8 and later) in place of its program:
`watch_server.py FILE ASKED PROGRAM [WORD …]`. Nothing is changed; when the server begins to answer,
the objects that run are looked at, and what they hold is written to FILE as JSON: the values of the
traits, variables and versions that ASKED names. Knows nothing of what they should be.
"""

# What runs is anybody's.
# ruff: noqa: ANN401

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import logging
import os
import runpy
import site
import sys
from typing import Any

_MOST_WARNINGS = 200
_LOOP = "tornado.platform.asyncio"
_warnings: list[str] = []
_failed: set[str] = set()
"""What warnings with an exception are about, in whatever language."""


def main() -> None:
    """Become the program."""
    seen, asked, program = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
    sys.argv = sys.argv[3:]
    sys.path[0] = os.path.dirname(program)  # noqa: PTH120 - as Python does for a program
    _keep_warnings()
    sys.meta_path.insert(0, _WhenImported(seen, asked))
    runpy.run_path(program, run_name="__main__")


def _keep_warnings() -> None:
    plain = logging.getLogRecordFactory()

    def record(*given: Any, **named: Any) -> logging.LogRecord:
        made = plain(*given, **named)
        if made.levelno >= logging.WARNING and len(_warnings) < _MOST_WARNINGS:
            with contextlib.suppress(Exception):
                _warnings.append(made.getMessage()[:500])
        if made.levelno >= logging.WARNING and made.exc_info and isinstance(made.args, tuple):
            _failed.update(a for a in made.args[:1] if isinstance(a, str))
        return made

    logging.setLogRecordFactory(record)


class _WhenImported:
    """Waits for tornado's event loop to be imported, and for that to be started."""

    def __init__(self, seen: str, asked: dict[str, Any]) -> None:
        self._seen, self._asked = seen, asked

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> Any:
        """Return the ordinary module, which is changed as soon as it is there."""
        if name != _LOOP:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        loader: Any = spec.loader if spec else None
        plain = loader.exec_module

        def run(module: Any) -> None:
            plain(module)
            _hook(module.BaseAsyncIOLoop, self._seen, self._asked)

        loader.exec_module = run
        return spec


def _hook(loop: Any, seen: str, asked: dict[str, Any]) -> None:
    """Look as soon as the loop is started for good.

    JupyterHub's part runs it for a moment before (`run_sync`, jupyterhub 5 and 6,
    singleuser/extension.py), when the extensions after `jupyterhub` by name are not loaded yet.
    """
    plain, for_a_moment = loop.start, loop.run_sync
    within: list[bool] = []

    def run_sync(self: Any, *given: Any, **named: Any) -> Any:
        within.append(True)
        try:
            return for_a_moment(self, *given, **named)
        finally:
            within.pop()

    def start(self: Any) -> Any:
        if not within:
            loop.start, loop.run_sync = plain, for_a_moment
            self.add_callback(_write_down, seen, asked)
        return plain(self)

    loop.start, loop.run_sync = start, run_sync


def _write_down(seen: str, asked: dict[str, Any]) -> None:
    try:
        found = _all(asked)
    except Exception as error:  # noqa: BLE001 - the server goes on whatever is found
        found = {"error": repr(error)}
    with open(seen + ".new", "w", encoding="utf-8") as stream:  # noqa: PTH123
        json.dump(found, stream, default=_plain)
    os.rename(seen + ".new", seen)  # noqa: PTH104


def _all(asked: dict[str, Any]) -> dict[str, Any]:
    app = _application()
    return {
        "application": type(app).__name__,
        "lineage": [cls.__module__ + "." + cls.__name__ for cls in type(app).__mro__][:-1],
        "traits": {name: _trait(app, name) for name in asked["traits"]},
        "environ": {name: os.environ.get(name) for name in asked["variables"]},
        "packages": {name: _version(name) for name in asked["packages"]},
        "extensions": _extensions(app),
        "config_path": _config_path(),
        "home": os.path.expanduser("~"),  # noqa: PTH111
        "user_site": bool(site.ENABLE_USER_SITE),
        "warnings": _warnings,
    }


def _application() -> Any:
    """Return the application that runs.

    One of the two says that it is `initialized()` where the other one is: both are `JupyterApp`s,
    which the instance is kept at, too (traitlets 5.16, `SingletonConfigurable._walk_mro`). So it is
    with the legacy Notebook once an extension, as JupyterLab's, has imported jupyter_server.
    """
    for module, name in (
        ("jupyter_server.serverapp", "ServerApp"),
        ("notebook.notebookapp", "NotebookApp"),
    ):
        cls = getattr(sys.modules.get(module), name, None)
        if cls is not None and isinstance(getattr(cls, "_instance", None), cls):
            return cls.instance()
    raise LookupError("no application of Jupyter runs")


def _trait(app: Any, name: str) -> Any:
    """Return `[value]` of `Class.trait` as a running object has it; nothing where none has."""
    cls, _dot, trait = name.partition(".")
    for one in _objects(app):
        if any(base.__name__ == cls for base in type(one).__mro__) and hasattr(type(one), trait):
            return [getattr(one, trait)]
    return []


def _objects(app: Any) -> Any:
    """Yield the objects that are configured: those the application holds first."""
    from traitlets.config import Configurable  # noqa: PLC0415 - the server's own

    yield app
    held = []
    for name in app.trait_names():
        with contextlib.suppress(Exception):
            held.append(getattr(app, name))
    held += list(getattr(app.web_app, "settings", {}).values())
    yield from (one for one in held if isinstance(one, Configurable))
    yield from (one for one in gc.get_objects() if isinstance(one, Configurable))


def _extensions(app: Any) -> dict[str, bool]:
    """Return each server extension and whether it is loaded.

    Both applications log the exception of one that fails, and its name first (`load_extension` in
    extension/manager.py of jupyter_server 2.21; `init_server_extensions` of notebook 6.5, whose
    words are Japanese, Chinese, Dutch or Russian where the server's language is).
    """
    manager = getattr(app, "extension_manager", None)
    if manager is not None:
        return {n: bool(e.enabled) and n not in _failed for n, e in manager.extensions.items()}
    there = dict(getattr(app, "nbserver_extensions", {}))
    return {n: bool(on) and n in sys.modules and n not in _failed for n, on in there.items()}


def _config_path() -> list[str]:
    from jupyter_core.paths import jupyter_config_path  # noqa: PLC0415 - the server's own

    return [str(path) for path in jupyter_config_path()]


def _version(name: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, (set, frozenset)) else repr(value)


if __name__ == "__main__":
    main()
