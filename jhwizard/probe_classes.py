"""What the installed classes of Jupyter say of traits. Run by the target's own interpreter.

Standard library only, Python 3.8 and later; imports the classes of the server or of the hub, which
takes seconds, and never anybody's config. The question comes as JSON on standard input, the answer
is one marked line of JSON, so that whatever is printed around it does no harm.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import importlib
import json
import sys
import warnings
from importlib import metadata

MARK = "jhwizard-classes:"


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
    found: dict[str, list[type]] = {}
    for cls in _below(importlib.import_module("traitlets.config").Configurable):
        if not _is_elsewhere(cls.__module__):
            found.setdefault(cls.__name__, []).append(cls)
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


def _nearest(name: str, names: object, least: float = 0.5) -> str:
    near = difflib.get_close_matches(name, list(names), 1, least)  # type: ignore[call-overload]
    return str(near[0]) if near else ""


_HUB = ("jupyterhub.app", "jupyterhub.proxy")
_HUB_GROUPS = ("jupyterhub.authenticators", "jupyterhub.spawners", "jupyterhub.proxies")
_HUB_DEFAULTS = {
    "spawner_class": "jupyterhub.spawner.LocalProcessSpawner",
    "authenticator_class": "jupyterhub.auth.PAMAuthenticator",
    "proxy_class": "jupyterhub.proxy.ConfigurableHTTPProxy",
}
_SERVERS_OWN = {"ServerApp", "AsyncMappingKernelManager", "KernelSpecManager"}
_LEGACYS_OWN = {"NotebookApp", "MappingKernelManager", "KernelSpecManager"}
"""What a server makes of its config while it starts, so that it does not start without them."""


def examine(asked: dict) -> dict:  # type: ignore[type-arg]
    """Return what the classes of one side say of lines of its config files, and their help.

    `side` is `hub` or `server`; `lines` are class, trait and the value as a Python literal, None
    where it is not known; `named` are the traits that choose a class, with its name, None where
    that is not known; `help` are the traits to explain, `sources` texts to compile, by file.
    """
    said: dict[str, object] = {
        "compiled": {name: _compiled(name, text) for name, text in asked["sources"].items()}
    }
    try:
        classes = _classes_of(asked)
    except Exception as error:  # noqa: BLE001 - an environment may be broken in any way
        return {**said, "problem": f"{type(error).__name__}: {error}"}
    chosen, doubted = _chosen(asked, classes)
    lines = [tuple(line) for line in asked["lines"]]
    names = {(cls, trait) for cls, trait, _value in lines}
    said["lines"] = [
        _line(cls, trait, value, names, classes, chosen, doubted) for cls, trait, value in lines
    ]
    said["help"] = {name: told for name in asked["help"] if (told := _help(name, classes))}
    return said


def _compiled(name: str, text: str) -> list:  # type: ignore[type-arg]
    """Return line and message of what this Python cannot read, or nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text.encode("latin-1"), name, "exec")
    except SyntaxError as error:
        return [error.lineno, str(error.msg)]
    except ValueError as error:
        return [None, str(error)]
    return []


def _classes_of(asked: dict) -> dict[str, list[type]]:  # type: ignore[type-arg]
    if asked["side"] == "server":
        modules = _LEGACY if asked["legacy"] else (*_MODERN, *asked["extensions"])
        importlib.import_module(modules[0])
        found = _configurables(modules)
        return {
            name: there for name, each in found.items() if (there := _of(each, asked["legacy"]))
        }
    for module in _HUB:
        importlib.import_module(module)
    names = [value for group in _HUB_GROUPS for value in _points(group).values()]
    for name in (*names, *(name for _cls, _trait, name in asked["named"] if name)):
        with contextlib.suppress(Exception):
            _resolved(name)
    found = {}
    for cls in _below(importlib.import_module("traitlets.config").Configurable):
        found.setdefault(cls.__name__, []).append(cls)
    return found


def _points(group: str) -> dict[str, str]:
    there = metadata.entry_points()
    points = there.select(group=group) if hasattr(there, "select") else there.get(group, ())
    return {point.name.lower(): point.value for point in points}


def _named(value: str) -> type:
    """Return the class of `module:Class` or `module.Class`."""
    module, _dot, name = value.replace(":", ".").rpartition(".")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


def _resolved(name: str) -> type:
    for group in _HUB_GROUPS:
        if value := _points(group).get(name.lower()):
            return _named(value)
    return _named(name)


def _below(cls: type) -> list[type]:
    """Return a class and everything that is derived from it."""
    todo = [cls]
    seen: dict[type, None] = {cls: None}
    while todo:
        below: list[type] = todo.pop().__subclasses__()
        fresh = [each for each in below if each not in seen]
        seen.update(dict.fromkeys(fresh))
        todo += fresh
    return list(seen)


def _chosen(asked: dict, classes: dict[str, list[type]]) -> tuple[dict[type, str], list[type]]:  # type: ignore[type-arg]
    """Return the classes that are certainly made, and what for; and those in doubt.

    In doubt is all that could be of a class which is named and not to be had here.
    """
    chosen: dict[type, str] = {}
    doubted: list[type] = []
    said = {trait for cls, trait, _name in asked["named"] if cls == "JupyterHub"}
    named = list(asked["named"])
    if asked["side"] == "hub":
        named += [("JupyterHub", t, name) for t, name in _HUB_DEFAULTS.items() if t not in said]
        chosen = dict.fromkeys(classes["JupyterHub"], "application")
    else:
        own = _LEGACYS_OWN if asked["legacy"] else _SERVERS_OWN
        there = [cls for name in sorted(own & classes.keys()) for cls in classes[name]]
        chosen = dict.fromkeys(there, "application")
    for owner, trait, name in named:
        try:
            chosen.setdefault(_resolved(name), trait)
        except Exception:  # noqa: BLE001 - it may be anything, in a module that may do anything
            doubted += _limits(owner, trait, classes)
    return chosen, doubted


def _limits(owner: str, trait: str, classes: dict[str, list[type]]) -> list[type]:
    """Return what a class that a trait chooses must be derived from."""
    for cls in classes.get(owner, ()):
        klass = getattr(cls.class_traits().get(trait), "klass", None)  # type: ignore[attr-defined]
        with contextlib.suppress(Exception):
            return [klass if isinstance(klass, type) else _named(str(klass))]
    return [object]


def _line(  # noqa: PLR0913, PLR0917 - what is asked, and what is known
    cls: str,
    trait: str,
    value: str | None,
    names: set[tuple[str, str]],
    classes: dict[str, list[type]],
    chosen: dict[type, str],
    doubted: list[type],
) -> dict[str, object]:
    if cls not in classes:
        return {"unknown": "class", "near": _misspelt(cls, classes)}
    family = list(dict.fromkeys(each for one in classes[cls] for each in _below(one)))
    every = [each.class_traits() for each in family]  # type: ignore[attr-defined]
    there = [traits[trait] for traits in every if trait in traits]
    traits = [one for one in there if one.metadata.get("config")]
    is_sure = not any(
        issubclass(each, limit) or issubclass(limit, each) for each in family for limit in doubted
    )
    if not traits:
        known = [n for found in every for n, t in found.items() if t.metadata.get("config")]
        what = "setting" if there else "trait"
        return {
            "unknown": what if is_sure and not _is_taken(trait, family, classes) else "",
            "near": _nearest(trait, dict.fromkeys(known), 0.8),
        }
    made = [each for each in chosen if any(issubclass(each, one) for one in classes[cls])]
    beaten = any(
        other != cls and name == trait and set(classes.get(other, ())) & set(family)
        for other, name in names
    )
    if not (made and is_sure and not beaten):
        return {}
    said: dict[str, object] = {"used": chosen[made[0]]}
    if value is not None:
        theirs = [each.class_traits(config=True).get(trait) for each in made]  # type: ignore[attr-defined]
        said.update(_of_value([one for one in theirs if one is not None], value))
    return said


def _is_taken(trait: str, family: list[type], classes: dict[str, list[type]]) -> bool:
    """Return whether an extension passes a trait that it lacks on to the server (notebook_shim)."""
    is_extension = any(base.__name__ == "ExtensionApp" for each in family for base in each.__mro__)
    servers = classes.get("ServerApp", ()) if is_extension else ()
    return any(trait in each.class_traits() for each in servers)  # type: ignore[attr-defined]


def _of_value(traits: list, literal: str) -> dict[str, object]:  # type: ignore[type-arg]
    """Return why a value cannot be, if every class that is made says so."""
    try:
        value = ast.literal_eval(literal)
    except ValueError:  # `set()`, before Python 3.9
        return {}
    refusals = [_refusal(one, value) if _is_plain(one) else "" for one in traits]
    if not refusals or not all(refusals):
        return {}
    return {"refused": refusals[0], "expects": str(traits[0].info())}


def _is_plain(trait: object) -> bool:
    """Return whether a trait's values are data: what it takes does not depend on where it runs."""
    kinds = importlib.import_module("traitlets")
    if isinstance(trait, kinds.Union):
        return all(_is_plain(one) or isinstance(one, kinds.Callable) for one in trait.trait_types)
    plain = ("Int", "Float", "Bool", "Unicode", "Bytes", "List", "Set", "Tuple", "Dict", "Enum")
    return isinstance(trait, tuple(getattr(kinds, name) for name in (*plain, "Callable")))


def _misspelt(name: str, names: object) -> str:
    """Return the name of which another is surely a slip: one or two letters, not the first."""
    distances = {each: _distance(name, each) for each in names}  # type: ignore[attr-defined]
    near = min(distances, key=distances.__getitem__, default="")
    limit = 2 if len(name) >= 8 else 1  # noqa: PLR2004 - a word of two or three syllables
    is_numbered = [c for c in name if c.isdigit()] != [c for c in near if c.isdigit()]
    is_like = near and not is_numbered and near[0].lower() == name[0].lower()
    return str(near) if is_like and distances[near] <= limit else ""


def _distance(one: str, other: str) -> int:
    """Return in how many letters two names differ; two that changed places count once."""
    if abs(len(one) - len(other)) > 2:  # noqa: PLR2004 - more than is asked for
        return 99
    one, other = one.lower(), other.lower()
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, another in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != another))
            swapped = i > 1 and j > 1 and letter == other[j - 2] and another == one[i - 2]
            row.append(min(cost, earlier[j - 2] + 1) if swapped else cost)
    return row[-1]


def _help(name: str, classes: dict[str, list[type]]) -> dict[str, str]:
    cls, _dot, trait = name.partition(".")
    for each in classes.get(cls, ()):
        found = each.class_traits(config=True).get(trait)  # type: ignore[attr-defined]
        if found is not None:
            default = str(found.default_value_repr())
            known = "" if "Undefined" in default or found.default is None else default
            return {"type": str(found.info()), "default": known, "help": str(found.help)}
    return {}


def _answer() -> object:
    asked = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        if asked["stage"] == "examine":
            return examine(asked)
        return judge(asked["extensions"], asked["wanted"], legacy=asked["legacy"])


if __name__ == "__main__":
    sys.stdout.write("\n" + MARK + json.dumps(_answer()) + "\n")
