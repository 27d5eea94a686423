"""From a Host to Facts: finds the hub, the users' environment, kernels, extensions and files.

Never writes, and starts nothing but the two interpreters' own inventory. What cannot be found
out becomes a remark; only a path the admin named himself and that is not there is an error.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from jhwizard import launch
from jhwizard.errors import RefusedError, UsageError, WizardError
from jhwizard.facts import Environment, Facts, HomeKernel, Kernelspec
from jhwizard.host import Host
from jhwizard.jupyter import classes, distributions, paths
from jhwizard.jupyter.applications import APPLICATIONS
from jhwizard.jupyter.extensions import lab_core, lab_extensions
from jhwizard.jupyter.home_kernels import home_kernels
from jhwizard.jupyter.installer import with_installer
from jhwizard.jupyter.kernelspecs import kernelspecs
from jhwizard.jupyter.page_config import PAGE_DIRECTORY, app_files, page_files
from jhwizard.jupyter.tljh import is_tljhs, users_python
from jhwizard.jupyter.user_site import with_user_site
from jhwizard.language import _
from jhwizard.lasting import why_not_lasting
from jhwizard.layers import folded, ladder
from jhwizard.options import Options
from jhwizard.read_files import tljh_configs, with_files_read, with_subconfigs_read, with_tljh
from jhwizard.settings.setting import HubTrait
from jhwizard.share_kernels import files_of_shared
from jhwizard.understand import (
    config_path_variable,
    every_server_file,
    hub_files,
    ipython_files,
    understand,
)

__all__ = ("Described", "Options", "Progress", "detect")

_SPAWNER_CMD = HubTrait("Spawner", "cmd")

Progress = Callable[[str], None]


def detect(host: Host, options: Options, progress: Progress = lambda _words: None) -> Facts:
    """Return what is there.

    Raises UsageError for an option that names something that does not exist, RefusedError for
    the target `env` where the users' environment is not known.
    """
    progress(_("Looking for JupyterHub and its config file"))
    started = launch.find(host)
    config = _hub_config(host, options, started)
    facts = with_files_read(host, _nothing(host, options, config), hub_files(config))
    if config == started.config:
        facts = replace(facts, hub_directory=started.directory)
    facts = with_subconfigs_read(host, with_tljh(host, facts))
    progress(_("Hub config: {path}").format(path=config))
    hub, user = _environments(host, options, started, understand(facts), progress)
    seen = (_looked_into(host, hub.environment), _looked_into(host, user.environment))
    facts = replace(facts, hub=seen[0], user=seen[1])
    progress(_("Reading kernels, extensions and config files"))
    remarks = (*started.remarks, *hub.remarks, *user.remarks, *_no_config(facts))
    facts = replace(
        facts,
        kernelspecs=_kernels(host, understand(facts)),
        home_kernels=_home_kernels(host, understand(facts)),
        lab_extensions=lab_extensions(host, facts.user),
        lab_core=lab_core(host, facts.user),
        remarks=tuple(dict.fromkeys(remarks)),
    )
    facts = _with_server_files(host, facts)
    facts = with_files_read(host, facts, files_of_shared(facts))
    facts = replace(facts, fleeting=why_not_lasting(host, facts.files))
    _refuse_target(facts, options)
    return understand(replace(facts, target=options.target or _target(facts)))


def _looked_into(host: Host, environment: Environment | None) -> Environment | None:
    """Return the environment with its installer, and with what people may do there."""
    return with_user_site(host, with_installer(host, environment))


def _refuse_target(facts: Facts, options: Options) -> None:
    if options.target == "env" and facts.user is None:
        raise RefusedError(
            _("target env: the users' environment was not found"),
            fix=_("name its interpreter with --user-python, or use the target system"),
        )


def _kernels(host: Host, facts: Facts) -> tuple[Kernelspec, ...]:
    """Return what people are offered; of an image whose files are not here nothing is known."""
    return () if _in_image(facts) else kernelspecs(host, facts.user)


def _home_kernels(host: Host, facts: Facts) -> tuple[HomeKernel, ...]:
    """Return what could be shared: nothing with servers that do not see this machine's files."""
    return () if _in_image(facts) else home_kernels(host, facts.user)


def _in_image(facts: Facts) -> bool:
    return facts.user is None and classes.starts_containers(facts.spawner)


@dataclass(frozen=True)
class Described:
    """An environment, and what to say about how it was found."""

    environment: Environment | None = None
    remarks: tuple[str, ...] = ()


def _nothing(host: Host, options: Options, config: PurePosixPath) -> Facts:
    return Facts(
        target=options.target or "system",
        root=str(host.root),
        hub=None,
        user=None,
        hub_config=config,
        hub_config_exists=host.exists(config),
        spawner="",
        sources=(),
        files={},
    )


def _hub_config(host: Host, options: Options, started: launch.Launch) -> PurePosixPath:
    if options.hub_config is not None:
        if not options.hub_config.is_absolute():
            raise UsageError(
                _("--hub-config needs the whole path, from / on"),
                file=options.hub_config,
                fix=_("it is a path on the configured machine, so below --root if that is given"),
            )
        return options.hub_config
    there = [path for path in (*paths.HUB_CONFIGS, *tljh_configs(host)) if host.exists(path)]
    return started.config or (there or list(paths.HUB_CONFIGS))[0]


def _no_config(facts: Facts) -> tuple[str, ...]:
    if facts.hub_config_exists:
        return ()
    text = _("There is no {path} yet: once it is written, start JupyterHub with -f {path}")
    return (text.format(path=facts.hub_config),)


def _environments(
    host: Host, options: Options, started: launch.Launch, facts: Facts, progress: Progress
) -> tuple[Described, Described]:
    """Return the hub's and the users' environment; two interpreters are asked side by side."""
    hub_python = _named(host, options.hub_python, "--hub-python") or started.python
    named = _named(host, options.user_python, "--user-python")
    user_python, remarks = (named, ()) if named else _users_python(host, facts)
    progress(_("Asking the Python of the hub and of the users for their packages"))
    if user_python is None and classes.starts_containers(facts.spawner):
        hub, user = _describe(host, hub_python, options), Described(None, (_image(facts.spawner),))
    elif user_python is None or user_python == hub_python:
        hub = user = _describe(host, hub_python, options)
    else:
        hub, user = _both(host, (hub_python, user_python), options)
    if hub.environment is None:
        remarks = (*remarks, _("No JupyterHub was found: name its interpreter with --hub-python"))
    return hub, replace(user, remarks=(*user.remarks, *remarks))


def _image(spawner: str) -> str:
    text = _("{spawner} starts people's servers from an image, which is not looked into")
    return text.format(spawner=spawner)


def _both(
    host: Host,
    pythons: tuple[PurePosixPath | None, PurePosixPath],
    options: Options,
) -> tuple[Described, Described]:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - one is the usual case

    with ThreadPoolExecutor(2) as pool:
        hub, user = (pool.submit(_describe, host, p, options) for p in pythons)
        return hub.result(), user.result()


def _named(host: Host, python: Path | None, option: str) -> PurePosixPath | None:
    """Return the interpreter of an option; its own links are kept, as they make it a venv's."""
    if python is None:
        return None
    here = python.absolute().parent.resolve() / python.name
    if not (here.is_symlink() or here.is_file()):
        raise UsageError(
            _("{option}: there is no program {path}").format(option=option, path=here),
            fix=_("give the path of a Python interpreter, such as /opt/jupyterhub/bin/python3"),
        )
    if not here.is_relative_to(host.root):
        raise UsageError(
            _("{option}: {path} is not inside --root").format(option=option, path=here),
            fix=_("name the interpreter by its path on this machine, inside {root}").format(
                root=host.root
            ),
        )
    return host.inside(here)


def _users_python(host: Host, facts: Facts) -> tuple[PurePosixPath | None, tuple[str, ...]]:
    """Return the interpreter of the program that `c.Spawner.cmd` starts; None if unnamed."""
    if is_tljhs(facts.hub_config) and host.exists(tljhs := users_python(facts.hub_config)):
        return tljhs, ()
    cmd = folded(ladder(_SPAWNER_CMD, facts), _SPAWNER_CMD).raw
    first = cmd[0] if isinstance(cmd, list | tuple) and cmd else cmd
    if not isinstance(first, str) or not first.startswith("/"):
        return None, ()
    if python := launch.python_of(host, PurePosixPath(first)):
        return python, ()
    text = _("The Python behind {program} of c.Spawner.cmd is not known: name it by --user-python")
    return None, (text.format(program=first),)


def _describe(host: Host, python: PurePosixPath | None, options: Options) -> Described:
    if python is None:
        return Described()
    if not host.is_this_machine:
        return Described(_from_files(host, python, ""))
    try:
        _refuse_untrusted(host, python, options)
        return Described(_from_interpreter(host, python, options.patience))
    except WizardError as error:
        text = _("{python}: {why}; its files were read instead")
        remark = text.format(python=python, why=error.text)
        return Described(_from_files(host, python, error.text), (remark,))


def _refuse_untrusted(host: Host, python: PurePosixPath, options: Options) -> None:
    """Raise WizardError for an interpreter that somebody could have put there for root to start."""
    named = (options.hub_python, options.user_python)
    if any(p and host.inside(p.absolute().parent.resolve() / p.name) == python for p in named):
        return
    if not host.is_trusted(python):
        raise WizardError(
            _("it was not started, as other people than root may exchange it"),
            file=python,
            fix=_("name it with --hub-python or --user-python if you trust them"),
        )


def _from_interpreter(host: Host, python: PurePosixPath, patience: float) -> Environment:
    from jhwizard import probe  # noqa: PLC0415 - it brings what only interpreters need

    output = host.run([str(python), "-I", probe.__file__], seconds=patience)
    for line in output.splitlines():
        if line.startswith(probe.MARK):
            try:
                return _environment(json.loads(line.removeprefix(probe.MARK)), python)
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise WizardError(_("its inventory makes no sense")) from error
    raise WizardError(_("it printed no inventory"))


def _environment(found: object, python: PurePosixPath) -> Environment:
    if not isinstance(found, dict):
        raise TypeError
    packages, spawners = found["packages"], found["spawners"]
    prefix = PurePosixPath(str(found["prefix"]))
    if not (isinstance(packages, dict) and isinstance(spawners, dict) and prefix.is_absolute()):
        raise TypeError
    return Environment(
        prefix,
        python,
        str(found["python_version"]),
        {str(name): str(version) for name, version in packages.items()},
        {str(name): str(value) for name, value in spawners.items()},
    )


def _from_files(host: Host, python: PurePosixPath, problem: str) -> Environment:
    prefix = python.parent.parent
    return Environment(
        prefix,
        None,
        distributions.python_version(host, prefix),
        distributions.packages(host, prefix),
        {
            **distributions.entry_points(host, prefix, "jupyterhub.spawners", "spawner"),
            **distributions.entry_points(host, prefix, "jupyterhub.spawners", "jupyterhub"),
        },
        problem,
    )


def _with_server_files(host: Host, facts: Facts) -> Facts:
    """Return facts with every config file of servers and kernels read."""
    directories = paths.config_path(facts.user, config_path_variable(understand(facts)))
    switching = [d / each.switch_directory for d in directories for each in APPLICATIONS]
    switch_files = [
        directory / name
        for directory in switching
        for name in host.listed(directory)
        if name.endswith(".json")
    ]
    env = paths.target_directory("env", facts.user)
    ours = [env / each.switch_directory / paths.OUR_EXTENSIONS for each in APPLICATIONS]
    wanted = [*every_server_file(directories), *ipython_files(facts), *switch_files, *ours]
    return with_files_read(host, facts, [*wanted, *_page_config_files(host, facts, directories)])


def _page_config_files(
    host: Host, facts: Facts, directories: list[PurePosixPath]
) -> list[PurePosixPath]:
    """Return the files that switch off or lock front-end extensions, and where ours would be."""
    ours = [paths.target_directory(target, facts.user) for target in ("system", "env")]
    there = [
        directory / PAGE_DIRECTORY / name
        for directory in directories
        for name in host.listed(directory / PAGE_DIRECTORY)
    ]
    there += [directory / PAGE_DIRECTORY / paths.OUR_EXTENSIONS for directory in ours]
    own = app_files(facts.user.prefix) if facts.user else []
    return [*own, *page_files(directories, dict.fromkeys(there))]


def _target(facts: Facts) -> str:
    """Return the target of what jhwizard wrote before, else the whole machine."""
    ours = paths.target_directory("env", facts.user)
    understood = understand(facts)
    written = [s.path for s in understood.sources if any(w.ours for w in s.reading.writes)]
    return "env" if any(path.is_relative_to(ours) for path in written) and facts.user else "system"
