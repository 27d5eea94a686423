"""Config files that no program of a deployment reads, and why: what stands in them does nothing.

Looks in the places where such files are found: beside the hub's own, in root's home, in `.d`
directories, in another environment. A file that only might be left unread is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product
from pathlib import PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.facts import Facts, Source
from jhwizard.host import Host
from jhwizard.installed import Environment
from jhwizard.jupyter import paths
from jhwizard.jupyter.applications import APPLICATIONS, LEGACY, application
from jhwizard.jupyter.capabilities import has_lab, has_nbclassic, has_notebook
from jhwizard.jupyter.extensions import traits_beside_switches
from jhwizard.jupyter.json_config import read_json
from jhwizard.jupyter.kernelspecs import prefix_of
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.understand import config_path_variable, hub_files, ipython_files, kernel_prefixes

_HUB_FILE = "jupyterhub_config.py"
_LOADERS = (
    *("load_subconfig", "exec(", "execfile", "runpy", "import_module", "SourceFileLoader"),
    *("import jupyterhub_config", "from jupyterhub_config"),
)
"""What a hub's file may load other files with."""
_DIRECTORY = "jupyterhub_config.d"
_ROOT = PurePosixPath("/root")
_AS_ROOT = ("allow-root", "allow_root")
_SUFFIXES = (".py", ".json")
_NEEDED = {
    "jupyter_lab_config": _("JupyterLab is not installed"),
    "jupyter_notebook_config": _("neither Notebook 7 nor nbclassic is installed"),
    "jupyter_jupyter_server_terminals_config": _("jupyter_server_terminals is not installed"),
}
"""Config files of extensions, and what is missing where the modern server does not read them."""

Found = Iterator[tuple[PurePosixPath, str]]


def unloaded_files(
    host: Host,
    facts: Facts,
    directories: tuple[PurePosixPath, ...] = (),
    *,
    is_sure: bool,
) -> dict[PurePosixPath, str]:
    """Return each file that is there in vain, with a sentence on who does not read it.

    `directories` are those that hubs are started in; `is_sure` says that something names the file
    the hub loads. Understood facts are needed.
    """
    read = {source.path for source in facts.sources if source.role != "dormant"}
    others = chain(
        _of_the_hub(host, facts, directories, is_sure=is_sure),
        _in_hub_directories(host, facts),
        _of_root(host, facts),
        _of_other_applications(facts),
        _of_other_environments(host, facts),
        _of_kernels(host, facts),
        _scripts(host, facts),
    )
    found = {path: reason for path, reason in others if path not in read}
    return {**found, **dict(_traits_among_switches(facts))}


# The hub's


def _of_the_hub(
    host: Host, facts: Facts, directories: tuple[PurePosixPath, ...], *, is_sure: bool
) -> Found:
    if not facts.hub_config_exists or _may_load_others(facts):
        return
    places = [*paths.HUB_CONFIGS, *(directory / _HUB_FILE for directory in directories)]
    text = _("the hub does not read this file: it loads {path}")
    if not is_sure:
        text = _(
            "it is not known whether the hub reads this file: {path} was taken for its own; name "
            "the right one with --hub-config"
        )
    for path in (file for place in places for file in hub_files(place)):
        if path not in hub_files(facts.hub_config) and host.exists(path):
            yield path, text.format(path=facts.hub_config)


def _in_hub_directories(host: Host, facts: Facts) -> Found:
    """Yield the files of `jupyterhub_config.d`, which only some distributions' own files load."""
    if not facts.hub_config_exists or _may_load_others(facts):
        return
    parents = dict.fromkeys(path.parent for path in (facts.hub_config, *paths.HUB_CONFIGS))
    text = _("the hub does not read this file: it loads {path}, and JupyterHub knows no {name}")
    for directory in (parent / _DIRECTORY for parent in parents):
        for name in host.listed(directory):
            if name.endswith(_SUFFIXES):
                yield directory / name, text.format(path=facts.hub_config, name=_DIRECTORY)


def _may_load_others(facts: Facts) -> bool:
    """Return whether the hub's file may load further ones, whatever their names."""
    return _mentions(facts, *_LOADERS) or facts.hub_config in facts.unreadable


def _mentions(facts: Facts, *words: str) -> bool:
    states = (facts.files.get(path) for path in hub_files(facts.hub_config))
    texts = [state.content.decode(errors="replace") for state in states if state]
    return any(word in text for text in texts for word in words)


# People's servers


def _of_root(host: Host, facts: Facts) -> Found:
    """Yield root's own config, unless people's servers run as root."""
    if _mentions(facts, *_AS_ROOT):
        return
    read = _server_directories(facts)
    reason = _("this reaches root's own servers and kernels only, and nobody else's")
    names = {name for each in APPLICATIONS for name in each.files}
    jupyter, ipython = _ROOT / ".jupyter", _ROOT / ".ipython/profile_default"
    files = [(jupyter, name) for name in sorted(names)]
    files += [(ipython, name) for name in paths.IPYTHON_FILES]
    for (directory, name), suffix in product(files, _SUFFIXES):
        path = directory / f"{name}{suffix}"
        if directory not in read and _says_something(host, path):
            yield path, reason


def _of_other_applications(facts: Facts) -> Found:
    """Yield what only the application reads that people's servers are not, or no extension."""
    for source in facts.sources if facts.user else ():
        is_dormant = source.role == "dormant" and source.state is not None
        if is_dormant and not _is_of_a_package(source, facts) and _counts_nowhere(source, facts):
            yield source.path, _why_dormant(source.path, facts)


def _is_of_a_package(source: Source, facts: Facts) -> bool:
    """Return whether a file came with a package, which writes for both applications."""
    is_inside = facts.user is not None and source.path.is_relative_to(facts.user.prefix)
    return is_inside and source.path.parent.suffix == ".d"


def _counts_nowhere(source: Source, facts: Facts) -> bool:
    """Return whether a dormant file says something that nobody hears.

    notebook_shim, which comes with JupyterLab, Notebook 7 and nbclassic, takes the switches of the
    legacy Notebook over (0.2.4, `nbserver.py`).
    """
    user, writes = facts.user, source.reading.writes
    has_shim = has_lab(user) or has_notebook(user) or has_nbclassic(user)
    if not facts.legacy and has_shim and source.path.suffix == ".json":
        writes = tuple(w for w in writes if (w.cls, w.trait) != LEGACY.switch_trait)
        return bool(writes) and source.path.parent.suffix != ".d"
    return bool(writes or source.reading.problem)


def _why_dormant(path: PurePosixPath, facts: Facts) -> str:
    missing = "" if facts.legacy else _NEEDED.get(path.stem, "")
    if missing and path.parent.suffix != ".d":
        text = _("people's servers do not read this file: {missing}")
        return text.format(missing=missing)
    text = _("people's servers do not read this file: they are {application}, which reads {config}")
    running = application(facts)
    config = running.switch_directory if path.parent.suffix == ".d" else f"{running.config}.py"
    return text.format(application=running.title, config=config)


def _of_other_environments(host: Host, facts: Facts) -> Found:
    """Yield the servers' config in an environment that people's servers do not run in."""
    if facts.user is None:
        return
    directory = (facts.hub or facts.user).prefix / "etc/jupyter"
    if directory in _server_directories(facts):
        return
    text = _("people's servers do not read this file: they run in the environment {prefix}")
    names = {name for each in APPLICATIONS for name in each.files}
    for name, suffix in product(sorted(names), _SUFFIXES):
        path = directory / f"{name}{suffix}"
        if _says_something(host, path):
            yield path, text.format(prefix=facts.user.prefix)


def _scripts(host: Host, facts: Facts) -> Found:
    """Yield Python files where only JSON is read (jupyter_server 2.21 and notebook 6.5)."""
    text = _("nothing reads this file: in {directory} only .json files are read")
    for directory, each in product(_server_directories(facts), APPLICATIONS):
        place = directory / each.switch_directory
        for name in host.listed(place) if facts.user else ():
            if name.endswith(".py"):
                yield place / name, text.format(directory=place)


def traits_among_switches(facts: Facts) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield the `.d` files that set traits, of which only extensions' switches are read.

    Beside each the names of the traits, fit for a terminal.
    """
    for source in facts.sources if facts.user else ():
        is_there = source.role == "switches" and source.path.parent.suffix == ".d"
        there = traits_beside_switches(source.state.content) if is_there and source.state else []
        if there:
            yield source.path, shown(", ".join(f"{cls}.{trait}" for cls, trait in there), 80)


def _traits_among_switches(facts: Facts) -> Found:
    text = _("of this file only the switches of extensions are read, and not {names}")
    for path, names in traits_among_switches(facts):
        yield path, text.format(names=names)


def _server_directories(facts: Facts) -> list[PurePosixPath]:
    return paths.config_path(facts.user, config_path_variable(facts))


# Kernels


def _of_kernels(host: Host, facts: Facts) -> Found:
    """Yield IPython's config where kernels do not look (IPython 9, its `core/application.py`)."""
    prefixes = kernel_prefixes(facts)
    python = [spec for spec in facts.kernelspecs if "ipykernel" in " ".join(spec.argv)]
    if not prefixes or any(prefix_of(spec, facts.user) is None for spec in python):
        return
    read = set(ipython_files(facts))
    known = [environment for environment in (facts.hub, facts.user) if environment]
    text = _("kernels do not read this file: they look in {directories}")
    words = text.format(directories=", ".join(map(str, reversed(paths.ipython_path(prefixes)))))
    for directory, name, suffix in product(_astray(facts, known), paths.IPYTHON_FILES, _SUFFIXES):
        path = directory / f"{name}{suffix}"
        if path not in read and _says_something(host, path):
            yield path, words


def _astray(facts: Facts, known: list[Environment]) -> list[PurePosixPath]:
    """Return where people put IPython's config by mistake."""
    ipython = paths.ipython_path(tuple(environment.prefix for environment in known))
    return [
        *_server_directories(facts),
        *ipython,
        *(directory / "profile_default" for directory in ipython),
    ]


def _says_something(host: Host, path: PurePosixPath) -> bool:
    """Return whether a file is there, and holds more than comments."""
    try:
        state = host.read(path)
    except WizardError:
        return False
    if state is None:
        return False
    if path.suffix == ".json":
        reading = read_json(state.content)
    else:
        from jhwizard.jupyter.python_reading import read_python  # noqa: PLC0415 - 30 ms, rarely

        reading = read_python(state.content)
    return bool(reading.writes or reading.problem)
