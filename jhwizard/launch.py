"""How JupyterHub is started here: by a running process, a systemd unit, or a program on disk.

Gives its interpreter and the config file it was told to load. Reads /proc and unit files.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.host import Host
from jhwizard.language import _

_UNITS = ("/etc/systemd/system", "/usr/local/lib/systemd/system", "/lib/systemd/system")
_PLACES = ("/opt", "/srv", "/usr/local/lib")
_PROGRAMS = ("/usr/local/bin/jupyterhub", "/usr/bin/jupyterhub")
_PYTHONS = ("bin/python3", "bin/python")


@dataclass(frozen=True)
class Launch:
    """What starts the hub."""

    python: PurePosixPath | None = None
    """The hub's interpreter; None when no JupyterHub was found."""
    config: PurePosixPath | None = None
    """The file it loads; None when nothing names one."""
    remarks: tuple[str, ...] = ()


def find(host: Host) -> Launch:
    """Return how the hub is started; running ones first, then units, then what is installed."""
    commands = [*(_running() if host.is_this_machine else ()), *_units(host)]
    launches = [_launch(host, argv, cwd) for argv, cwd in commands]
    programs = [launch.python for launch in launches if launch.python]
    installed = [p for program in _installed(host) if (p := python_of(host, program))]
    pythons = list(dict.fromkeys([*programs, *installed]))
    config = next((launch.config for launch in launches if launch.config), None)
    return Launch(pythons[0] if pythons else None, config, _several(pythons))


def python_of(host: Host, program: PurePosixPath) -> PurePosixPath | None:
    """Return the interpreter of an installed script: that of its environment, else its `#!`."""
    for name in _PYTHONS:
        if host.exists(program.parent.parent / name):
            return program.parent.parent / name
    try:
        state = host.read(program)
    except WizardError:
        return None
    first = state.content.split(b"\n", 1)[0].decode("utf-8", "replace") if state else ""
    words = first.removeprefix("#!").split()
    found = first.startswith("#!/") and "python" in first and words
    return PurePosixPath(words[0]) if found else None


def _several(pythons: Sequence[PurePosixPath]) -> tuple[str, ...]:
    if len(pythons) < 2:  # noqa: PLR2004 - several
        return ()
    names = ", ".join(str(python.parent.parent) for python in pythons)
    return (
        _("JupyterHub is installed more than once ({names}): the first is used").format(names=names),
    )


def _launch(host: Host, argv: Sequence[str], cwd: PurePosixPath | None) -> Launch:
    program = next((word for word in argv[:2] if _is_hub(word)), "")
    python = python_of(host, PurePosixPath(program)) if program.startswith("/") else None
    return Launch(python, _config(host, argv, cwd))


def _is_hub(word: str) -> bool:
    return PurePosixPath(word).name == "jupyterhub"


def _config(host: Host, argv: Sequence[str], cwd: PurePosixPath | None) -> PurePosixPath | None:
    """Return the file of `-f`; without one the hub takes `jupyterhub_config.py` where it stands."""
    named = ""
    for word, following in zip(argv, [*argv[1:], ""], strict=True):
        if word in {"-f", "--config"}:
            named = following
        elif word.startswith(("--config=", "-f=")):
            named = word.partition("=")[2]
    if named.startswith("/"):
        return PurePosixPath(named)
    default = cwd / (named or "jupyterhub_config.py") if cwd else None
    return default if default and (named or host.exists(default)) else None


def _running() -> Iterator[tuple[list[str], PurePosixPath | None]]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            argv = (process / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")[:-1]
            if any(map(_is_hub, argv[:2])):
                yield argv, PurePosixPath(os.readlink(process / "cwd"))
        except OSError:
            continue  # it ended, or belongs to somebody else


def _units(host: Host) -> Iterator[tuple[list[str], PurePosixPath | None]]:
    for directory in map(PurePosixPath, _UNITS):
        for name in host.listed(directory):
            if name.endswith(".service") and (unit := _unit(host, directory / name)):
                yield unit


def _unit(host: Host, path: PurePosixPath) -> tuple[list[str], PurePosixPath | None] | None:
    try:
        state = host.read(path)
        text = state.content.decode("utf-8", "replace") if state else ""
        lines = [line.partition("=") for line in text.replace("\\\n", " ").splitlines()]
        values = {name.strip(): value.strip() for name, _equals, value in lines}
        argv = shlex.split(values.get("ExecStart", "").lstrip("@-:+!"))
    except (WizardError, ValueError):
        return None
    where = values.get("WorkingDirectory", "").lstrip("-")
    cwd = PurePosixPath(where) if where.startswith("/") else None
    return (argv, cwd) if any(map(_is_hub, argv[:2])) else None


def _installed(host: Host) -> Iterator[PurePosixPath]:
    for place in map(PurePosixPath, _PLACES):
        for name in host.listed(place):
            for program in (place / name / "bin/jupyterhub", place / name / "hub/bin/jupyterhub"):
                if host.exists(program):
                    yield program
    yield from (p for p in map(PurePosixPath, _PROGRAMS) if host.exists(p))

