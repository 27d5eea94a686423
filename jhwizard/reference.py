"""The settings as a page of documentation, derived from the records: `docs/settings.md`."""

from __future__ import annotations

from pathlib import PurePosixPath

from jhwizard.facts import Facts
from jhwizard.installed import Environment, Kernelspec
from jhwizard.jupyter import capabilities
from jhwizard.jupyter.spawner_names import TRAITS
from jhwizard.landing import landing_paths
from jhwizard.language import _
from jhwizard.layers import trait_of
from jhwizard.settings import STEPS
from jhwizard.settings.setting import (
    HubCuller,
    LabExtensions,
    Landing,
    NotConfig,
    OtherTraits,
    ServerExtensions,
    Setting,
    SpawnerName,
    SpawnerVariable,
    Step,
)
from jhwizard.targets import TARGETS
from jhwizard.understand import understand

_PREFIX = PurePosixPath("/PREFIX")
"""Stands for wherever the users' environment is."""
_HUB_CONFIG = PurePosixPath("/etc/jupyterhub/jupyterhub_config.py")


def reference() -> str:
    """Return the page, in Markdown."""
    intro = _(
        "Every question of the wizard, and where its answer is written. `PREFIX` is the users' "
        "environment; `jupyterhub_config.py` is the hub's own file, wherever that is. A key "
        'that an answers file does not name is left as it is, and `"default"` takes it out. Where '
        "people's servers are the legacy Notebook, `ServerApp` is `NotebookApp`, and "
        "`jupyter_server_config` is `jupyter_notebook_config`."
    )
    steps = "\n".join(_step(step) for step in STEPS)
    return f"# {_('Settings')}\n\n{_GENERATED}\n\n{intro}\n\n{steps}"


_GENERATED = "<!-- Generated from jhwizard/settings by jhwizard/reference.py: see CONTRIBUTING. -->"


def _step(step: Step) -> str:
    settings = "\n".join(_setting(setting) for setting in step.settings)
    return f"## {step.title}\n\n{step.intro}\n\n{settings}"


def _setting(setting: Setting) -> str:
    rows = [
        (_("An answer"), f"`{setting.kind.example}`"),
        (_("Without one"), _default(setting)),
        (_("Written as"), _trait(setting.lands)),
        (_("And beside it"), _trait(setting.beside.lands) if setting.beside else ""),
        *_files(setting),
        (_("Needs"), setting.needs),
        (_("Beaten by"), _trait(setting.stronger) if setting.stronger else ""),
        (_("Described at"), f"<{setting.source}>"),
    ]
    lines = [f"- {name}: {text}" for name, text in rows if text]
    facts = "\n".join(lines)
    return f"### `{setting.key}`\n\n**{setting.sentence}** {setting.help}\n\n{facts}\n"


def _default(setting: Setting) -> str:
    if isinstance(setting.lands, SpawnerName):
        return _("as the spawner has it")
    if isinstance(setting.lands, ServerExtensions | LabExtensions):
        return _("as their packages have it")
    value = setting.default(_facts("system"))
    if value is None:
        return ""
    text = setting.kind.text(value)  # type: ignore[arg-type]
    return f"`{text}`" if text else _("none")


def _trait(landing: Landing) -> str:
    cls, trait = trait_of(landing)
    match landing:
        case NotConfig():
            words = landing.words
        case SpawnerName():
            words = ", ".join(f"`c.{cls}.{trait}`" for cls, trait in TRAITS)
        case OtherTraits():
            words = _("`c.Class.trait`, as it is answered")
        case LabExtensions():
            words = f'`"{cls}": {{"NAME": true}}`'
        case SpawnerVariable(name):
            words = f'`c.{cls}.{trait}`, `"{name}"`'
        case HubCuller(flag):
            words = f"`c.{cls}.{trait}`, `--{flag}=`"
        case _:
            words = f"`c.{cls}.{trait}`"
    return words


def _targets() -> list[str]:
    return [target.name for target in TARGETS if not target.unavailable]


def _files(setting: Setting) -> list[tuple[str, str]]:
    files = {target: _files_of(target, setting) for target in _targets()}
    no_file = isinstance(setting.lands, NotConfig)
    if len(set(files.values())) == 1:
        word = _("In the directory") if no_file else _("In the file")
        return [(word, next(iter(files.values())))]
    word = _("In the file, for target `{target}`")
    if no_file:
        word = _("In the directory, for target `{target}`")
    return [(word.format(target=target), names) for target, names in files.items()]


def _files_of(target: str, setting: Setting) -> str:
    if isinstance(setting.lands, NotConfig):
        directory = setting.lands.directory(_facts(target))
        return f"`{_named(directory)}`"
    paths = landing_paths(setting.lands, _facts(target))
    return ", ".join(f"`{_named(path)}`" for path in paths)


def _named(path: PurePosixPath) -> str:
    if path == _HUB_CONFIG:
        return path.name
    return str(path).removeprefix("/" if path.is_relative_to(_PREFIX) else "")


def _facts(target: str) -> Facts:
    """Return a machine that has JupyterLab and Python's own kernel in one environment."""
    user = Environment(_PREFIX, None, "", {"jupyterlab": capabilities.RECENT_LAB})
    spec = _PREFIX / "share/jupyter/kernels/python3"
    python = (str(_PREFIX / "bin/python3"), "-m", "ipykernel_launcher")
    return understand(
        Facts(
            target=target,
            root="/",
            hub=None,
            user=user,
            hub_config=_HUB_CONFIG,
            hub_config_exists=False,
            spawner="",
            sources=(),
            files={},
            kernelspecs=(Kernelspec("python3", spec, "Python 3", "python", python),),
        )
    )


if __name__ == "__main__":
    import sys

    sys.stdout.write(reference())
