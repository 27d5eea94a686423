"""How JupyterHub is started here: by a running process, a systemd unit, or a program on disk.

Gives its interpreter and the config file it was told to load. Reads unit files; `running` reads
/proc. Anybody can start a program of that name: what people may change decides nothing.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.host import Host
from jhwizard.jupyter import paths
from jhwizard.language import _
from jhwizard.running import Command, is_among_the_same_files, is_hub, running, starts_hub

_UNITS = tuple(
    PurePosixPath(directory, "systemd/system")
    for directory in ("/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib")
)
"""Strongest first."""
_PLACES = ("/opt", "/srv", "/usr/local/lib")
_PROGRAMS = ("/usr/local/bin/jupyterhub", "/usr/bin/jupyterhub")
_PYTHONS = ("python3", "python")
_FIRST_LINES = 4096
"""Bytes of a script that hold its first lines."""


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


def find(
    host: Host, python: PurePosixPath | None = None, config: PurePosixPath | None = None
) -> Launch:
    """Return how the hub is started; running ones first, then units, then what is installed.

    `python` and `config` are what the admin names; a hub of another prefix than that of `python`
    is another hub.
    """
    commands = [*(running() if host.is_this_machine else ()), *_units(host)]
    started = [_judged(host, command, python) for command in commands]
    launches = [each for each in started if isinstance(each, _Started)]
    passed_over = tuple(text for text in started if isinstance(text, str) and text)
    loading = _loading(launches, config)
    programs = [each.launch.python for each in (loading, *launches) if each and each.launch.python]
    installed = [p for program in _installed(host) if (p := python_of(host, program))]
    pythons = [*programs, *installed]
    prefixes = list(dict.fromkeys(python.parent.parent for python in pythons))
    places = tuple(dict.fromkeys(e.launch.cwd for e in launches if e.launch.cwd))
    remarks = () if config else (*passed_over, *_which_config(host, loading, launches))
    return Launch(
        pythons[0] if pythons else None,
        loading.launch.config if loading else None,
        (*remarks, *(() if python else _several(prefixes))),
        loading.launch.cwd if loading else None,
        places,
    )


@dataclass(frozen=True)
class _Started:
    """A hub that counts, and who starts it."""

    command: Command
    launch: Launch


def _loading(launches: Sequence[_Started], config: PurePosixPath | None) -> _Started | None:
    """Return the hub that loads the file the admin names; else the first that names one."""
    files = [each for each in launches if each.launch.config]
    return next((e for e in files if e.launch.config == config), files[0] if files else None)


def _judged(host: Host, command: Command, python: PurePosixPath | None) -> _Started | str:
    """Return a hub if it counts; else why not, which is empty where nobody needs to know."""
    launch = _launch(host, command)
    if not is_among_the_same_files(command, launch.config):
        return ""
    if not is_among_the_same_files(command, launch.python):
        launch = replace(launch, python=None)
    text = ""
    if (
        python
        and launch.python
        and _prefixes(host, python).isdisjoint(_prefixes(host, launch.python))
    ):
        text = _("{by} is another hub than that of --hub-python: its file {path} does not count")
    elif command.others and not all(
        host.is_trusted(path) for path in (launch.config, launch.python) if path
    ):
        text = _(
            "{by} belongs to neither root nor you, and other people may change {path}: it does "
            "not count; if it is the hub's config file, name it with --hub-config"
        )
    elif command.runs and launch.config and not host.exists(launch.config):
        text = _("{by} names the config file {path}, which is not there: it does not count")
    if not text:
        return _Started(command, launch)
    return text.format(by=command.by, path=launch.config) if launch.config else ""


def _prefixes(host: Host, python: PurePosixPath) -> set[PurePosixPath]:
    """Return the prefix by its name, and by the place its links lead to."""
    prefix = python.parent.parent
    try:
        return {prefix, host.inside(host.real(prefix))}
    except (WizardError, ValueError):
        return {prefix}


def _which_config(
    host: Host, loading: _Started | None, launches: Sequence[_Started]
) -> tuple[str, ...]:
    """Return which config file was taken and why, where others could be meant."""
    if loading is None:
        return ()
    path = loading.launch.config
    files = {e.launch.config: e.command.by for e in reversed(launches) if e.launch.config}
    others = [_("{path} by {by}").format(path=p, by=by) for p, by in files.items() if p != path]
    others += [str(p) for p in paths.HUB_CONFIGS if p not in files and host.exists(p)]
    if not others:
        return ()
    text = _(
        "{path} is taken for the hub's config file, as {by} names it, and not {others}; "
        "--hub-config names another"
    )
    return (text.format(path=path, by=loading.command.by, others=", ".join(others)),)


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
    program = next(word for word in argv if is_hub(word))
    if "/" not in program:  # `python -m jupyterhub`, or looked for on some PATH
        through = PurePosixPath(argv[0])
        is_python = through.is_absolute() and through.name.startswith("python")
        python = through if is_python else None
    else:
        path = cwd / program if cwd else PurePosixPath(program)
        python = python_of(host, path) if path.is_absolute() else None
    return Launch(python, _config(host, argv, cwd), cwd=cwd)


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
    return Command(tuple(argv), cwd, path.name) if starts_hub(argv) else None


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
