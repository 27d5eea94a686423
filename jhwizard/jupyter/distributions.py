"""What is installed in a Python environment, from the names of its files alone.

For environments whose interpreter cannot be asked: under another root, or broken. Nothing is
started or imported, and every file is read with the host's bounds.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.host import Host

_METADATA = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)(-py[\d.]+)?\.(dist|egg)-info")
_PYTHON = re.compile(r"python(\d+(?:\.\d+)*)")


def python_version(host: Host, prefix: PurePosixPath) -> str:
    """Return the version of an environment's Python, such as `3.11`; nothing if unknown."""
    text = _venv_config(host, prefix)
    named = re.search(r"^version(?:_info)?\s*=\s*(\d+(?:\.\d+)+)", text, re.MULTILINE)
    if named:
        return named[1]
    versions = [
        found[1] for name in host.listed(prefix / "lib") if (found := _PYTHON.fullmatch(name))
    ]
    return max(versions, key=_numbers, default="")


def is_closed(host: Host, prefix: PurePosixPath) -> bool:
    """Return whether an environment surely has no packages but its own."""
    if text := _venv_config(host, prefix):
        return not re.search(r"(?i)^include-system-site-packages\s*=\s*true", text, re.MULTILINE)
    return host.exists(prefix / "pyvenv.cfg") or host.exists(prefix / "conda-meta")


def packages(host: Host, prefix: PurePosixPath) -> dict[str, str]:
    """Return installed distributions: normalised name to version."""
    found: dict[str, str] = {}
    for _directory, name, version in _distributions(host, prefix):
        found.setdefault(name, version)
    return found


def entry_points(host: Host, prefix: PurePosixPath, group: str, hint: str = "") -> dict[str, str]:
    """Return a group of entry points, of the distributions whose name contains `hint`."""
    found: dict[str, str] = {}
    for directory, name, _version in _distributions(host, prefix):
        if hint in name:
            found = {**_points(host, directory / "entry_points.txt", group), **found}
    return found


def installers(
    host: Host, prefix: PurePosixPath, wanted: Callable[[str, str], bool]
) -> Iterator[tuple[str, str]]:
    """Yield the names of the distributions that are `wanted`, and what each was installed by.

    That is what the file `INSTALLER` says, such as `pip`; nothing where there is none.
    """
    for directory, name, version in _distributions(host, prefix):
        if wanted(name, version):
            try:
                state = host.read(directory / "INSTALLER")
            except WizardError:
                state = None
            yield name, (state.content if state else b"").decode("utf-8", "replace").strip()


def site_packages(host: Host, prefix: PurePosixPath) -> list[PurePosixPath]:
    """Return where an environment's packages lie, the first on the import path first.

    Debian's own Python has `dist-packages`, and what pip installs there under /usr/local.
    """
    version = ".".join(python_version(host, prefix).split(".")[:2])
    places = [prefix / f"lib/python{version}/site-packages"]
    if prefix in {PurePosixPath("/usr"), PurePosixPath("/usr/local")}:
        places += [
            PurePosixPath(f"/usr/local/lib/python{version}/dist-packages"),
            PurePosixPath("/usr/lib/python3/dist-packages"),
        ]
    return places


def _venv_config(host: Host, prefix: PurePosixPath) -> str:
    try:
        state = host.read(prefix / "pyvenv.cfg")
    except WizardError:
        return ""
    return state.content.decode("utf-8", "replace") if state else ""


def _distributions(host: Host, prefix: PurePosixPath) -> Iterator[tuple[PurePosixPath, str, str]]:
    for place in site_packages(host, prefix):
        for entry in host.listed(place):
            if found := _METADATA.fullmatch(entry):
                yield place / entry, same_name(found["name"]), found["version"]


def _points(host: Host, path: PurePosixPath, group: str) -> Mapping[str, str]:
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    # Names of entry points keep their case.
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        state = host.read(path)
        parser.read_string(state.content.decode() if state else "")
    except (WizardError, ValueError, configparser.Error):
        return {}
    return dict(parser[group]) if parser.has_section(group) else {}


def same_name(name: str) -> str:
    """Return what spellings of a name have in common: `foo-bar` for `Foo_Bar`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
