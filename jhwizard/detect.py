"""From a Host to Facts: finds the hub, the users' environment, kernels, extensions and files.

Never writes, and starts nothing but the two interpreters' own inventory, and the hub's config
file where the admin has agreed to that. What cannot be found out becomes a remark; only a path
the admin named himself and that is not there is an error.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from jhwizard import launch
from jhwizard.errors import RefusedError, WizardError
from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.hub_environment import unknown_variables
from jhwizard.installed import Environment, HomeKernel, Kernelspec
from jhwizard.jupyter import classes, distributions, idle_culler, paths
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
from jhwizard.read_files import with_files_read, with_subconfigs_read, with_tljh
from jhwizard.settings.setting import HubTrait
from jhwizard.share_kernels import files_of_shared
from jhwizard.understand import (
    config_path_variable,
    every_server_file,
    hub_files,
    ipython_files,
    understand,
)
from jhwizard.unloaded import unloaded_files
from jhwizard.which_hub import hub_config, hub_python, named, refuse_untrusted, started_hub

__all__ = ("Described", "Options", "Progress", "detect")

_SPAWNER_CMD = HubTrait("Spawner", "cmd")

Progress = Callable[[str], None]


def detect(host: Host, options: Options, progress: Progress = lambda _words: None) -> Facts:
    """Return what is there.

    Raises UsageError for an option that names something that does not exist, RefusedError for
    the target `env` where the users' environment is not known.
    """
    progress(_("Looking for JupyterHub and its config file"))
    started = started_hub(host, options)
    config = hub_config(host, options, started)
    facts = with_files_read(host, _nothing(host, options, config), hub_files(config))
    if config == started.config:
        facts = replace(facts, hub_directory=started.cwd)
    facts = with_subconfigs_read(host, with_tljh(host, facts))
    progress(_("Hub config: {path}").format(path=config))
    if options.evaluate:
        progress(_("Running {path}").format(path=config))
        from jhwizard.evaluate import evaluated  # noqa: PLC0415 - rarely wanted

        facts = evaluated(host, facts, options, started)
    hub, user = _environments(host, options, started, understand(facts), progress)
    seen = (_looked_into(host, hub.environment), _looked_into(host, user.environment))
    facts = replace(facts, hub=seen[0], user=seen[1])
    progress(_("Reading kernels, extensions and config files"))
    remarks = (*facts.remarks, *started.remarks, *hub.remarks, *user.remarks, *_no_config(facts))
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
    facts = understand(replace(facts, target=options.target or _target(facts)))
    facts = replace(facts, remarks=(*facts.remarks, *unknown_variables(facts)))
    is_sure = (options.hub_config or started.config) is not None
    unloaded = unloaded_files(host, facts, started.directories, is_sure=is_sure)
    return replace(facts, unloaded=unloaded)


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
        variables=options.variables,
    )


def _no_config(facts: Facts) -> tuple[str, ...]:
    if facts.hub_config_exists:
        return ()
    text = _("There is no {path} yet: once it is written, start JupyterHub with -f {path}")
    return (text.format(path=facts.hub_config),)


def _environments(
    host: Host, options: Options, started: launch.Launch, facts: Facts, progress: Progress
) -> tuple[Described, Described]:
    """Return the hub's and the users' environment; two interpreters are asked side by side."""
    hub_at = hub_python(host, options, started)
    user_at = named(host, options.user_python, "--user-python")
    user_python, remarks = (user_at, ()) if user_at else _users_python(host, facts)
    progress(_("Asking the Python of the hub and of the users for their packages"))
    if user_python is None and classes.starts_containers(facts.spawner):
        hub, user = _describe(host, hub_at, options), Described(None, (_image(facts.spawner),))
    elif user_python is None or user_python == hub_at:
        hub = user = _describe(host, hub_at, options)
    else:
        hub, user = _both(host, (hub_at, user_python), options)
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
        refuse_untrusted(host, python, options)
        return Described(_from_interpreter(host, python, options.patience))
    except WizardError as error:
        text = _("{python}: {why}; its files were read instead")
        remark = text.format(python=python, why=error.text)
        return Described(_from_files(host, python, error.text), (remark,))


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
    wanted += [facts.hub_directory / idle_culler.CONFIG_FILE] if facts.hub_directory else []
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
