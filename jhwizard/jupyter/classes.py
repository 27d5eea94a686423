"""Which class sections of a config file speak to one object, weakest first.

traitlets merges sections by inheritance, not by their order in a file: `c.DockerSpawner.x`
beats `c.Spawner.x` wherever the two stand (traitlets 5.16, `Configurable._find_my_config`).
"""

from __future__ import annotations

from jhwizard.facts import Environment, Write

_KERNELS = (
    "MultiKernelManager",
    "AsyncMultiKernelManager",
    "MappingKernelManager",
    "AsyncMappingKernelManager",
)
"""The method resolution order of jupyter_server 2's kernel manager, turned round."""

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
DEFAULT_SPAWNER = "LocalProcessSpawner"


def server_lineage(cls: str) -> tuple[str, ...]:
    """Return the sections that reach the object which `c.<cls>` configures in the server."""
    return _KERNELS if cls in _KERNELS else (cls,)


def spawner_lineage(spawner: str, writes: tuple[Write, ...]) -> tuple[str, ...]:
    """Return the sections that reach the spawner; `spawner` is empty when it is not known.

    Of a spawner that is not in the table the bases are unknown: every class of the file whose
    name ends in `Spawner` may be one.
    """
    if spawner in _SPAWNERS:
        return ("Spawner", *_SPAWNERS[spawner], spawner)
    named = dict.fromkeys(w.cls for w in writes if w.cls.endswith("Spawner"))
    others = [name for name in named if name not in {"Spawner", spawner}]
    return ("Spawner", *others, *([spawner] if spawner else []))


def spawner_name(value: object, hub: Environment | None) -> str:
    """Return the class name for a value of `JupyterHub.spawner_class`; empty if it is none."""
    if not isinstance(value, str):
        return ""
    full = (hub.spawners.get(value) if hub else None) or _SHORT_NAMES.get(value) or value
    return full.replace(":", ".").rpartition(".")[2]
