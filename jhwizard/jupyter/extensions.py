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
from jhwizard.facts import Environment, Extension, LabExtension, Reading, Source
from jhwizard.host import Host
from jhwizard.jupyter.applications import APPLICATIONS
from jhwizard.jupyter.paths import OUR_EXTENSIONS

_TRAITS = {(each.config, *each.switch_trait) for each in APPLICATIONS}


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
    """Return the prebuilt lab extensions of the users' environment."""
    if user is None:
        return ()
    root = user.prefix / "share/jupyter/labextensions"
    found = []
    for directory in _packages(host, root):
        package = _package(host, directory / "package.json")
        if package.get("name"):
            found.append(LabExtension(str(package["name"]), str(package.get("version", ""))))
    return tuple(sorted(found, key=lambda extension: extension.name))


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
