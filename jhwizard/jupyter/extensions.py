"""Server and lab extensions, found by their files: nothing is imported.

`.d/*.json` of every config directory is merged name by name, weaker directories first, files in
alphabetical order (jupyter_server 2.21, `serverapp.find_server_extensions`). Lab extensions are
directories with a `package.json` (jupyterlab_server 2.28).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.facts import Extension, LabExtension, Reading, Source
from jhwizard.host import Host
from jhwizard.installed import Environment
from jhwizard.jupyter.applications import APPLICATIONS
from jhwizard.jupyter.paths import OUR_EXTENSIONS

_TRAITS = {(each.config, *each.switch_trait) for each in APPLICATIONS}
_SHARED = (PurePosixPath("/usr/local/share/jupyter"), PurePosixPath("/usr/share/jupyter"))


def as_switches(path: PurePosixPath, reading: Reading) -> Reading:
    """Return what a `.d` file does: it switches extensions by name, and nothing else in it counts.

    A file that is not JSON is passed over by the server, and so it is here.
    """
    writes = tuple(
        replace(write, op="update", ours=path.name == OUR_EXTENSIONS)
        for write in reading.writes
        if (_config_of(path), write.cls, write.trait) in _TRAITS
        and isinstance(write.value, Mapping)
    )
    return replace(reading, writes=writes)


def _config_of(path: PurePosixPath) -> str:
    """Return which application's switches a file holds, by the name of its config."""
    return path.parent.stem if path.parent.suffix == ".d" else path.stem


def server_extensions(sources: tuple[Source, ...]) -> tuple[Extension, ...]:
    """Return the extensions that `.d` files name, by name, as the strongest file has them."""
    found: dict[str, Extension] = {}
    for source in sources:
        if source.role != "switches":
            continue
        for write in source.reading.writes:
            names = write.value if isinstance(write.value, Mapping) else {}
            found |= {
                str(name): Extension(str(name), on, source.path, write.ours)
                for name, on in names.items()
                if isinstance(on, bool)
            }
    return tuple(found[name] for name in sorted(found))


def lab_extensions(host: Host, user: Environment | None) -> tuple[LabExtension, ...]:
    """Return the prebuilt lab extensions that everybody has: of the environment before others."""
    if user is None:
        return ()
    roots = [data / "labextensions" for data in (user.prefix / "share/jupyter", *_SHARED)]
    found: dict[str, LabExtension] = {}
    for directory in (each for root in roots for each in _packages(host, root)):
        package = _package(host, directory / "package.json")
        if package.get("name"):
            name, version = str(package["name"]), str(package.get("version", ""))
            found.setdefault(name, LabExtension(name, version, _disabled_by(package)))
    return tuple(found[name] for name in sorted(found))


def _disabled_by(package: Mapping[str, object]) -> tuple[str, ...]:
    lab = package.get("jupyterlab")
    names = lab.get("disabledExtensions") if isinstance(lab, Mapping) and "_build" in lab else None
    return tuple(map(str, names)) if isinstance(names, list | Mapping) else ()


def lab_core(host: Host, user: Environment | None) -> tuple[str, ...]:
    """Return the extensions that JupyterLab and Notebook 7 themselves are made of, by name.

    JupyterLab's are in its `static/package.json`; of Notebook 7 those with settings are known.
    """
    if user is None:
        return ()
    lab = user.prefix / "share/jupyter/lab"
    listed = _package(host, lab / "static/package.json").get("jupyterlab")
    parts = listed if isinstance(listed, Mapping) else {}
    names = [name for key in ("extensions", "mimeExtensions") for name in _keys(parts.get(key))]
    schemas = lab / "schemas/@jupyter-notebook"
    return tuple(sorted({*names, *(f"@jupyter-notebook/{name}" for name in host.listed(schemas))}))


def _keys(value: object) -> list[str]:
    return list(map(str, value)) if isinstance(value, Mapping) else []


def _packages(host: Host, root: PurePosixPath) -> Iterator[PurePosixPath]:
    for name in host.listed(root):
        if name.startswith("@"):
            yield from (root / name / inner for inner in host.listed(root / name))
        else:
            yield root / name


def _package(host: Host, path: PurePosixPath) -> Mapping[str, object]:
    try:
        state = host.read(path)
        package = json.loads(state.content) if state else {}
    except (WizardError, ValueError, RecursionError):
        return {}
    return package if isinstance(package, Mapping) else {}


def traits_beside_switches(content: bytes) -> list[tuple[str, str]]:
    """Return class and trait of what stands in a JSON file and is no switch of extensions."""
    try:
        document = json.loads(content.decode())
    except (ValueError, RecursionError):
        return []
    switches = {each.switch_trait for each in APPLICATIONS}
    sections = document.items() if isinstance(document, Mapping) else ()
    return [
        (cls, trait)
        for cls, section in sections
        if isinstance(section, Mapping)
        for trait in section
        if (cls, trait) not in switches
    ]
