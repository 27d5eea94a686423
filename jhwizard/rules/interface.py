"""Rules about the application that people's servers are, beside those of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from jhwizard.facts import Facts, Found
from jhwizard.installed import Environment
from jhwizard.jupyter import capabilities, classes
from jhwizard.jupyter.applications import OLD_LAB_VARIABLE, VARIABLE
from jhwizard.language import _
from jhwizard.layers import folded, ladder, says
from jhwizard.printable import shown
from jhwizard.rules.rule import Fix, Level, Rule, Spot
from jhwizard.settings.setting import HubTrait, SpawnerVariable

_KEYS = ("interface.app",)
_NO_SERVERS = frozenset(
    {
        "jupyterlab.labapp.LabApp",
        "nbclassic.notebookapp.NotebookApp",
        "notebook.app.JupyterNotebookApp",
    }
)
"""Extensions, and no applications that a hub could start: AttributeError (hub 4 to 6, tried)."""
_NEW_NAMES = frozenset({"jupyter-server", "jupyter_server", "notebook"})
"""Short names that JupyterHub takes since 4.0; before, they are modules to import (tried)."""
_NOT_HUBS = frozenset({"jupyter-lab", "jupyter-notebook", "jupyter-server"})
_NOT_HUBS_VERBS = frozenset({"lab", "notebook", "server"})
"""Programs that know nothing of a hub: it waits for them in vain (`jupyter-lab`, tried)."""


def _variable(name: str, facts: Facts) -> Found:
    variable = SpawnerVariable(name)
    return folded(ladder(variable, facts), variable)


def _impossible(facts: Facts) -> Iterator[Spot]:
    found = _variable(VARIABLE, facts)
    if found.kind != "exact" or not isinstance(found.raw, str):
        return
    why = _why_impossible(found.raw, facts)
    if why:
        text = _("{variable} is {value}: {why}, and no server starts")
        words = text.format(variable=VARIABLE, value=shown(found.raw, 60), why=why)
        fix = Fix(_("Take the variable out, and choose the page with interface.app."))
        yield Spot(words, _KEYS, found.file, found.line, fix)


def _why_impossible(name: str, facts: Facts) -> str:
    if name in _NO_SERVERS:
        return _("that is an extension of the Jupyter server, and no server by itself")
    old = _hub_of_servers(facts)
    if name in _NEW_NAMES and old is not None and not capabilities.starts_as_extension(old):
        return _("JupyterHub knows that name since 4.0")
    return ""


def _hub_of_servers(facts: Facts) -> Environment | None:
    """Return the environment whose JupyterHub starts people's servers; None if not known."""
    user = facts.user
    return user if user is not None and "jupyterhub" in user.packages else None


def _no_hubs_program(facts: Facts) -> Iterator[Spot]:
    lands = HubTrait("Spawner", "cmd")
    found = folded(ladder(lands, facts), lands)
    words = found.raw if isinstance(found.raw, list | tuple) else [found.raw]
    if found.kind != "exact" or not all(isinstance(word, str) for word in words) or not words:
        return
    program = PurePosixPath(str(words[0])).name
    is_plain = program in _NOT_HUBS
    is_verb = program == "jupyter" and len(words) > 1 and words[1] in _NOT_HUBS_VERBS
    if not (is_plain or is_verb) or _may_load_hubs_extension(facts):
        return
    text = _("{trait} starts {program}, which knows nothing of the hub: no server gets ready")
    said = program if is_plain else f"{program} {words[1]}"
    fix = Fix(_("Take the line out, or write jupyterhub-singleuser there."))
    yield Spot(text.format(trait=found.trait, program=said), _KEYS, found.file, found.line, fix)


def _may_load_hubs_extension(facts: Facts) -> bool:
    """Return whether a plain server may become the hub's, by an extension of JupyterHub."""
    is_local = facts.spawner in classes.LOCAL
    return not is_local or any(e.enabled and e.name == "jupyterhub" for e in facts.extensions)


def _no_server(facts: Facts) -> Iterator[Spot]:
    """Yield that there is nothing to start: ModuleNotFoundError at each start (tried)."""
    user = _hub_of_servers(facts)
    lands = HubTrait("Spawner", "cmd")
    is_sure = (
        facts.spawner in classes.LOCAL and folded(ladder(lands, facts), lands).kind == "default"
    )
    packages = ("jupyter-server", "jupyterlab", "notebook", "nbclassic")
    if user is None or not is_sure or any(name in user.packages for name in packages):
        return
    text = _("no Jupyter server is installed in {prefix}, where people's servers start: none does")
    fix = Fix(_("Run `{python} -m pip install jupyterlab`.").format(python=_python(user)))
    yield Spot(text.format(prefix=user.prefix), _KEYS, None, None, fix)


def _python(user: Environment) -> PurePosixPath:
    return user.python or user.prefix / "bin/python3"


def _other_major(facts: Facts) -> Iterator[Spot]:
    """Yield that hub and servers are of different releases (JupyterHub compares the majors)."""
    hub, user = facts.hub, facts.user
    if hub is None or user is None or classes.starts_containers(facts.spawner):
        return
    ours, theirs = hub.version("jupyterhub"), user.version("jupyterhub")
    if ours and theirs and ours[0] != theirs[0]:
        text = _(
            "JupyterHub {hub} starts servers of JupyterHub {user} ({prefix}): different releases "
            "may not understand each other"
        )
        words = text.format(
            hub=shown(hub.packages["jupyterhub"], 20),
            user=shown(user.packages["jupyterhub"], 20),
            prefix=user.prefix,
        )
        command = f"{_python(user)} -m pip install jupyterhub=={hub.packages['jupyterhub']}"
        yield Spot(words, fix=Fix(_("Run `{command}`.").format(command=shown(command, 120))))


def _out_of_use(facts: Facts) -> Iterator[Spot]:
    """Yield a variable that once chose JupyterLab, and that no program of Jupyter looks at."""
    found = _variable(OLD_LAB_VARIABLE, facts)
    rungs = ladder(SpawnerVariable(OLD_LAB_VARIABLE), facts)
    if found.kind == "default" or not any(says(r.write, OLD_LAB_VARIABLE) for r in rungs):
        return  # or it is only not certain that it is not there
    text = _(
        "{name} means nothing to JupyterHub's servers, which show JupyterLab by themselves where "
        "it is installed; only start scripts of older container images look at it"
    )
    fix = Fix(_("Take the variable out."))
    words = text.format(name=OLD_LAB_VARIABLE)
    level: Level = "warning" if facts.user else "note"  # an image may be an old one
    yield Spot(words, _KEYS, found.file, found.line, fix, level)


RULES: tuple[Rule, ...] = (
    Rule(
        "impossible-application",
        _("A JUPYTERHUB_SINGLEUSER_APP that is no server, or one that this hub does not know."),
        "error",
        _impossible,
    ),
    Rule(
        "program-without-hub",
        _("A c.Spawner.cmd that starts a server which knows nothing of the hub."),
        "error",
        _no_hubs_program,
    ),
    Rule(
        "no-server-installed",
        _("No Jupyter server in the environment of people's servers."),
        "error",
        _no_server,
    ),
    Rule(
        "other-jupyterhub",
        _("The hub and people's servers have JupyterHub in different major releases."),
        "warning",
        _other_major,
    ),
)
LAST: tuple[Rule, ...] = (
    Rule(
        "variable-out-of-use",
        _("JUPYTER_ENABLE_LAB, which nothing of today looks at."),
        "warning",
        _out_of_use,
    ),
)
