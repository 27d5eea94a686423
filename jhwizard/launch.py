"""How JupyterHub is started here: by a running process, a systemd unit, or a program on disk.

Gives its interpreter and the config file it was told to load. Reads /proc and unit files.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path, PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.host import Host
from jhwizard.language import _

_UNITS = tuple(
    PurePosixPath(directory, "systemd/system")
    for directory in ("/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib")
)
"""Strongest first."""
_CAGE = "/tmp/jhwizard-rehearsal"  # noqa: S108 - `PLACE` of rehearsal/cage.py
_PLACES = ("/opt", "/srv", "/usr/local/lib")
_PROGRAMS = ("/usr/local/bin/jupyterhub", "/usr/bin/jupyterhub")
_PYTHONS = ("python3", "python")
_FIRST_LINES = 4096
"""Bytes of a script that hold its first lines."""


@dataclass(frozen=True)
class Command:
    """A command line that starts a hub."""

    argv: tuple[str, ...]
    cwd: PurePosixPath | None
    """Where it runs; None when that is not known."""


@dataclass(frozen=True)
class Launch:
    """What starts the hub."""

    python: PurePosixPath | None = None
    """The hub's interpreter; None when no JupyterHub was found."""
    config: PurePosixPath | None = None
    """The file it loads; None when nothing names one."""
    remarks: tuple[str, ...] = ()
    cwd: PurePosixPath | None = None
    """Where the hub that loads the file runs; None when that is not known."""
    directories: tuple[PurePosixPath, ...] = ()
    """Where hubs are started, as far as that is known."""


def find(host: Host) -> Launch:
    """Return how the hub is started; running ones first, then units, then what is installed."""
    commands = [*(_running() if host.is_this_machine else ()), *_units(host)]
    launches = [_launch(host, command) for command in commands]
    programs = [launch.python for launch in launches if launch.python]
    installed = [p for program in _installed(host) if (p := python_of(host, program))]
    pythons = [*programs, *installed]
    loading = next((launch for launch in launches if launch.config), Launch())
    prefixes = list(dict.fromkeys(python.parent.parent for python in pythons))
    first = pythons[0] if pythons else None
    places = tuple(dict.fromkeys(command.cwd for command in commands if command.cwd))
    return Launch(first, loading.config, _several(prefixes), loading.cwd, places)


def python_of(host: Host, program: PurePosixPath) -> PurePosixPath | None:
    """Return the interpreter of an installed script; None when it cannot be told.

    That is the one its first line names, or for a program of Jupyter the one beside it. Where
    the first line would be too long, pip lets a shell start the interpreter on the second.
    """
    named = _named_in(host, program)
    if named and host.exists(named):
        return named
    if not program.name.startswith("jupyter"):
        return named
    beside = (program.parent / name for name in _PYTHONS)
    return next((python for python in beside if host.exists(python)), named)


def _named_in(host: Host, program: PurePosixPath) -> PurePosixPath | None:
    try:
        state = host.read(program)
    except WizardError:
        return None
    lines = (state.content[:_FIRST_LINES] if state else b"").decode("utf-8", "replace").splitlines()
    words = [line.removeprefix("#!").removeprefix("'''exec'").split() for line in lines[:2]]
    paths = [PurePosixPath(line[0].strip("'\"")) for line in words if line]
    if not lines or not lines[0].startswith("#!"):
        return None
    return next((p for p in paths if p.is_absolute() and p.name.startswith("python")), None)


def _several(prefixes: Sequence[PurePosixPath]) -> tuple[str, ...]:
    if len(prefixes) < 2:  # noqa: PLR2004 - several
        return ()
    text = _("JupyterHub is installed more than once ({names}): the first is used")
    return (text.format(names=", ".join(map(str, prefixes))),)


def _launch(host: Host, command: Command) -> Launch:
    argv, cwd = command.argv, command.cwd
    program = next(word for word in argv if _is_hub(word))
    if "/" not in program:  # `python -m jupyterhub`, or looked for on some PATH
        through = PurePosixPath(argv[0])
        is_python = through.is_absolute() and through.name.startswith("python")
        python = through if is_python else None
    else:
        path = cwd / program if cwd else PurePosixPath(program)
        python = python_of(host, path) if path.is_absolute() else None
    return Launch(python, _config(host, argv, cwd), cwd=cwd)


def _is_hub(word: str) -> bool:
    return PurePosixPath(word).name in {"jupyterhub", "jupyterhub.app"}


def _starts_hub(argv: Sequence[str]) -> bool:
    """Return whether a command is JupyterHub, by itself, through Python or through env."""
    words = [word for word in argv[:3] if word != "-m"]
    through = bool(words) and PurePosixPath(words[0]).name.startswith(("python", "env"))
    return any(map(_is_hub, words[:1] if not through else words[:2]))


def _config(host: Host, argv: Sequence[str], cwd: PurePosixPath | None) -> PurePosixPath | None:
    """Return the file of `-f`; without one the hub takes `jupyterhub_config.py` where it stands."""
    named = ""
    for word, following in zip(argv, [*argv[1:], ""], strict=True):
        if word in {"-f", "--config"}:
            named = following
        elif word.startswith(("--config=", "-f=", "--JupyterHub.config_file=")):
            named = word.partition("=")[2]
        elif word.startswith("-f"):
            named = word.removeprefix("-f")
    if named.startswith("/"):
        return PurePosixPath(named)
    if cwd is None or "$" in named or "%" in named:
        return None  # systemd would fill it in, from what is not looked at here
    default = cwd / (named or "jupyterhub_config.py")
    return default if named or host.exists(default) else None


def _running() -> Iterator[Command]:
    """Yield the hubs that run, those of root and of whoever runs jhwizard first.

    A rehearsal's own hub is none: its file lies where only its cage has one.
    """
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            argv = (process / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")[:-1]
            # One in a container has other files, and says nothing of this machine's.
            rehearsed = any(word.startswith(f"{_CAGE}/") for word in argv)
            if _starts_hub(argv) and not rehearsed and (process / "root").samefile("/"):
                others = process.stat().st_uid not in {0, os.geteuid()}
                cwd = PurePosixPath((process / "cwd").readlink())
                found.append((others, int(process.name), Command(tuple(argv), cwd)))
        except OSError:
            continue  # it ended, or belongs to somebody else
    yield from (command for _others, _number, command in sorted(found, key=itemgetter(0, 1)))


def _units(host: Host) -> Iterator[Command]:
    """Yield the hubs that systemd would start; a unit hides those of its name further down."""
    places = {
        name: directory
        for directory in reversed(_UNITS)
        for name in host.listed(directory)
        if name.endswith(".service")
    }
    for name in sorted(places):
        if command := _unit(host, places[name] / name):
            yield command


def _unit(host: Host, path: PurePosixPath) -> Command | None:
    drop_ins = [
        directory / f"{path.name}.d" / name
        for directory in reversed(_UNITS)
        for name in host.listed(directory / f"{path.name}.d")
        if name.endswith(".conf")
    ]
    try:
        values = _assignments("\n".join(_text(host, file) for file in (path, *drop_ins)))
        argv = shlex.split(values.get("ExecStart", "").lstrip("@-:+!"))
    except (WizardError, ValueError):
        return None
    where = values.get("WorkingDirectory", "/").lstrip("-")
    cwd = PurePosixPath(where) if where.startswith("/") else None
    return Command(tuple(argv), cwd) if _starts_hub(argv) else None


def _text(host: Host, path: PurePosixPath) -> str:
    state = host.read(path)
    return state.content.decode("utf-8", "replace") if state else ""


def _assignments(text: str) -> dict[str, str]:
    """Return the last value of each name, as systemd takes it where a drop-in sets it anew."""
    lines = [line.partition("=") for line in text.replace("\\\n", " ").splitlines()]
    return {name.strip(): value.strip() for name, _equals, value in lines}


def _installed(host: Host) -> Iterator[PurePosixPath]:
    for place in map(PurePosixPath, _PLACES):
        for name in host.listed(place):
            for program in (place / name / "bin/jupyterhub", place / name / "hub/bin/jupyterhub"):
                if host.exists(program):
                    yield program
    yield from (p for p in map(PurePosixPath, _PROGRAMS) if host.exists(p))
