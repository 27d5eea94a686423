"""Which config file and which Python are the hub's: what options name, else how it is started."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from jhwizard.errors import UsageError, WizardError
from jhwizard.host import Host
from jhwizard.jupyter import paths
from jhwizard.language import _
from jhwizard.launch import Launch, find
from jhwizard.options import Options
from jhwizard.read_files import tljh_configs


def started_hub(host: Host, options: Options) -> Launch:
    """Return how the hub that the options speak of is started. Raises as `named` does."""
    return find(host, named(host, options.hub_python, "--hub-python"), options.hub_config)


def hub_config(host: Host, options: Options, started: Launch) -> PurePosixPath:
    """Return the hub's config file, which may not exist. Raises UsageError for half a path."""
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


def hub_python(host: Host, options: Options, started: Launch) -> PurePosixPath | None:
    """Return the hub's interpreter. Raises UsageError where `--hub-python` names none."""
    return named(host, options.hub_python, "--hub-python") or started.python


def named(host: Host, python: Path | None, option: str) -> PurePosixPath | None:
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


def refuse_untrusted(host: Host, python: PurePosixPath, options: Options) -> None:
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
