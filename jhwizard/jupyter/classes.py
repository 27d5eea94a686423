"""Which class sections of a config file speak to one object, weakest first.

traitlets merges sections by inheritance, not by their order in a file: `c.DockerSpawner.x`
beats `c.Spawner.x` wherever the two stand (traitlets 5.16, `Configurable._find_my_config`).
"""

from __future__ import annotations

from collections.abc import Iterable

from jhwizard.facts import Write
from jhwizard.installed import Environment
from jhwizard.jupyter.applications import LEGACY, SERVER, Application

_BASES = ("Configurable", "LoggingConfigurable")
_APPLICATION = (*_BASES, "SingletonConfigurable", "Application")
_KERNELS = (
    *_BASES,
    "MultiKernelManager",
    "AsyncMultiKernelManager",
    "MappingKernelManager",
    "AsyncMappingKernelManager",
)
"""The method resolution order of jupyter_server 2's kernel manager, turned round."""

_LINEAGES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_KERNELS[2:], _KERNELS),
    "ServerApp": (*_APPLICATION, "JupyterApp", "ServerApp"),
    "JupyterHub": (*_APPLICATION, "JupyterHub"),
    "LabApp": (*_APPLICATION, "JupyterApp", "ExtensionApp", "LabServerApp", "LabApp"),
    "InteractiveShellApp": (
        *(*_BASES, "InteractiveShellApp", "SingletonConfigurable", "Application"),
        *("BaseIPythonApplication", "IPKernelApp"),
    ),
}
_LEGACY_KERNELS = (*_BASES, "MultiKernelManager", "MappingKernelManager")
_LEGACY_LINEAGES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_LEGACY_KERNELS[2:], _LEGACY_KERNELS),
    "NotebookApp": (
        *(*_APPLICATION, "JupyterApp", "NotebookApp"),
        *("SingleUserNotebookAppMixin", "SingleUserNotebookApp"),
    ),
}
"""notebook 6.5's, whose kernel manager is not the asynchronous one, with JupyterHub's subclass."""
_INSIDE_THE_SERVER = {*_KERNELS, "KernelSpecManager", "TerminalManager"}

_SPAWNERS: dict[str, tuple[str, ...]] = {
    "LocalProcessSpawner": (),
    "SimpleLocalProcessSpawner": ("LocalProcessSpawner",),
    "SudoSpawner": ("LocalProcessSpawner",),
    "DockerSpawner": (),
    "SystemUserSpawner": ("DockerSpawner",),
    "SwarmSpawner": ("DockerSpawner",),
    "KubeSpawner": (),
    "SystemdSpawner": (),
    "UserCreatingSpawner": ("SystemdSpawner",),
}
_SHORT_NAMES = {
    "simple": "SimpleLocalProcessSpawner",
    "localprocess": "LocalProcessSpawner",
    "docker": "DockerSpawner",
    "docker-swarm": "SwarmSpawner",
    "docker-system-user": "SystemUserSpawner",
    "kubespawner": "KubeSpawner",
    "systemd": "SystemdSpawner",
    "systemdspawner": "SystemdSpawner",
    "sudo": "SudoSpawner",
}
SPAWNERS = frozenset(_SPAWNERS)
"""The spawners whose parents are known."""
LOCAL = frozenset({"LocalProcessSpawner", "SimpleLocalProcessSpawner"})
"""Spawners that start people's servers as plain processes, with which most was tried."""
DEFAULT_SPAWNER = "LocalProcessSpawner"
_NO_SPAWNER = ("Authenticator", "Proxy", "Hub", "App", "Manager", "Culler", "Keeper")


def server_lineage(cls: str, application: Application = SERVER) -> tuple[str, ...]:
    """Return the sections that reach the object which `c.<cls>` configures, weakest first."""
    lineages = _LEGACY_LINEAGES if application is LEGACY else _LINEAGES
    return lineages.get(cls, (*_BASES, cls))


def parent_of(cls: str, application: Application) -> str:
    """Return the class whose section may hold one for `cls`, as in `c.ServerApp.<cls>.x`.

    Such a nested section beats all others. Empty when there is none.
    """
    return application.cls if cls in _INSIDE_THE_SERVER else ""


def is_spawner(cls: str) -> bool:
    """Return whether a class is known to be a spawner."""
    return cls == "Spawner" or cls in _SPAWNERS


def spawner_lineage(spawner: str, writes: Iterable[Write]) -> tuple[str, ...]:
    """Return the sections that reach the spawner; `spawner` is empty when it is not known.

    Of a spawner that is not in the table the bases are unknown: every class of the file that is
    not known to be something else may be one.
    """
    known = sure_spawner_lineage(spawner)
    if spawner in _SPAWNERS:
        return known
    named = dict.fromkeys(w.cls for w in writes if _may_be_spawner(w.cls))
    others = [name for name in named if name not in known]
    own = (spawner,) if spawner else ()
    return (*known[: len(known) - len(own)], *others, *own)


def sure_spawner_lineage(spawner: str) -> tuple[str, ...]:
    """Return the sections that certainly reach the spawner, weakest first."""
    return (*_BASES, "Spawner", *_SPAWNERS.get(spawner, ()), *((spawner,) if spawner else ()))


def _may_be_spawner(cls: str) -> bool:
    return cls not in {"*", "JupyterHub", "Application"} and not cls.endswith(_NO_SPAWNER)


def starts_containers(spawner: str) -> bool:
    """Return whether people's servers run in an image, whose files are not this machine's."""
    return spawner == "KubeSpawner" or "DockerSpawner" in (spawner, *_SPAWNERS.get(spawner, ()))


def spawner_name(value: object, hub: Environment | None) -> str:
    """Return the class name for a value of `JupyterHub.spawner_class`; empty if it is none."""
    if not isinstance(value, str):
        return ""
    short = value.lower()
    full = (hub.spawners.get(short) if hub else None) or _SHORT_NAMES.get(short) or value
    return full.replace(":", ".").rpartition(".")[2]


def runs_as_the_person(spawner: str) -> bool:
    """Return whether servers certainly run on the hub's machine, each under its user's account.

    `SystemdSpawner` may make up users (`dynamic_users`), and gives them another `/home`.
    """
    return spawner in {"LocalProcessSpawner", "SudoSpawner"}
