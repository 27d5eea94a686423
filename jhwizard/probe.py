"""What a Python environment says of itself. Run by the target's own interpreter.

Standard library only, Python 3.8 and later. The inventory imports nothing of Jupyter and takes
milliseconds; the second stage, `traits`, imports the classes of the server and takes seconds.
Prints one marked line of JSON, so that whatever is printed around it does no harm.
"""

from __future__ import annotations

import contextlib
import difflib
import importlib
import json
import sys
from importlib import metadata

MARK = "jhwizard-inventory:"


def describe() -> dict[str, dict[str, str]]:
    """Return packages (normalised name to version) and spawner entry points."""
    packages: dict[str, str] = {}
    spawners: dict[str, str] = {}
    for distribution in metadata.distributions():
        name, version = _identity(distribution)
        # The first one on the path is the one that is imported.
        if not name or name in packages:
            continue
        packages[name] = version
        if "jupyterhub" in name or "spawner" in name:
            spawners.update(_spawners(distribution))
    return {"packages": packages, "spawners": spawners}


def _identity(distribution: metadata.Distribution) -> tuple[str, str]:
    try:
        name, version = str(distribution.metadata["Name"] or ""), str(distribution.version or "")
    except (AttributeError, KeyError, OSError, TypeError, ValueError):
        return "", ""  # an uninstallation left a part of it behind
    return name.lower().replace("_", "-").replace(".", "-"), version


def _spawners(distribution: metadata.Distribution) -> dict[str, str]:
    try:
        points = distribution.entry_points
    except (OSError, TypeError, ValueError):
        return {}
    return {point.name: point.value for point in points if point.group == "jupyterhub.spawners"}


def inventory() -> dict[str, object]:
    """Return what `describe` finds, and the interpreter's own directories."""
    version = ".".join(map(str, sys.version_info[:3]))
    return {**describe(), "prefix": sys.prefix, "python_version": version}


def judge(
    extensions: list[str], wanted: dict[str, object], *, legacy: bool = False
) -> dict[str, dict[str, object]]:
    """Return what the installed classes say of each `Class.trait` and its value.

    `legacy` is whether they are the legacy Notebook's, or else the modern server's.

    `unknown` is `class` or `trait`, with the `near` name that exists; else `refused` is the reason
    why the value cannot be, and `expects` what can.
    """
    modules = _LEGACY if legacy else (*_MODERN, *extensions)
    found = _configurables(modules)
    classes = {name: there for name, each in found.items() if (there := _of(each, legacy))}
    return {name: _judged(name, value, classes) for name, value in wanted.items()}


_MODERN = ("jupyter_server.serverapp", "jupyterhub.singleuser.extension")
_LEGACY = ("notebook.notebookapp", "notebook.terminal.terminalmanager")


def _of(classes: list[type], legacy: bool) -> list[type]:  # noqa: FBT001 - a plain fact
    """Return the classes that are part of the application, though others may be loaded."""
    if not legacy:
        return classes
    modern = ("jupyter_server", "jupyterlab", "nbclassic")
    return [each for each in classes if not each.__module__.startswith(modern)]


def _configurables(modules: tuple[str, ...]) -> dict[str, list[type]]:
    """Return every class that a server's config files can speak to, by its name."""
    for module in modules:
        # One that cannot be imported takes no part in the server either.
        with contextlib.suppress(Exception):
            _import(module)
    configurable = importlib.import_module("traitlets.config").Configurable
    found: dict[str, list[type]] = {}
    todo, seen = [configurable], {configurable}
    while todo:
        cls = todo.pop()
        if not _is_elsewhere(cls.__module__):
            found.setdefault(cls.__name__, []).append(cls)
        fresh = [each for each in cls.__subclasses__() if each not in seen]
        seen.update(fresh)
        todo += fresh
    return found


def _is_elsewhere(module: str) -> bool:
    """Return whether a class is no part of a server, though its module may be loaded there."""
    if module.startswith(("jupyterhub.singleuser", "jupyterhub.services.auth")):
        return False
    return module.partition(".")[0] in {"IPython", "ipykernel", "jupyterhub"}


def _import(name: str) -> None:
    module = importlib.import_module(name)
    points = getattr(module, "_jupyter_server_extension_points", list)
    for point in points():
        importlib.import_module(point["module"])


def _judged(name: str, value: object, classes: dict[str, list[type]]) -> dict[str, object]:
    cls, _dot, trait = name.partition(".")
    if cls not in classes:
        return {"unknown": "class", "near": _nearest(cls, classes)}
    there = [each.class_traits(config=True) for each in classes[cls]]  # type: ignore[attr-defined]
    traits = {key: found for traits in there for key, found in traits.items()}
    if trait not in traits:
        return {"unknown": "trait", "near": _nearest(trait, traits)}
    return {"refused": _refusal(traits[trait], value), "expects": traits[trait].info()}


def _refusal(trait: object, value: object) -> str:
    traitlets = importlib.import_module("traitlets")
    if isinstance(value, bool) and isinstance(trait, (traitlets.Int, traitlets.Float)):
        return "bool"  # it would be taken for 1 or 0
    try:
        trait._validate(traitlets.HasTraits(), value)  # type: ignore[attr-defined]  # noqa: SLF001
    except Exception as error:  # noqa: BLE001 - a validator of anybody's own may raise anything
        return str(error) or type(error).__name__
    return ""


def _nearest(name: str, names: object) -> str:
    near = difflib.get_close_matches(name, list(names), 1, 0.5)  # type: ignore[call-overload]
    return str(near[0]) if near else ""


def _answer() -> object:
    if sys.argv[1:] != ["traits"]:
        return inventory()
    asked = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        return judge(asked["extensions"], asked["wanted"], legacy=asked["legacy"])


if __name__ == "__main__":
    sys.stdout.write("\n" + MARK + json.dumps(_answer()) + "\n")
