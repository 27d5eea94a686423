"""The idle culler of the hub: a service of JupyterHub that stops the servers of others.

What it is called, and the rights it needs; `culler_command` reads its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jhwizard.errors import RefusedError
from jhwizard.jupyter import culler_command
from jhwizard.jupyter.culler_command import MODULE, SCRIPT, Dialect
from jhwizard.language import _

PACKAGE: Final = "jupyterhub-idle-culler"
SOURCE: Final = "https://github.com/jupyterhub/jupyterhub-idle-culler"
SERVICE: Final = "jhwizard-idle-culler"
"""The name of the service that jhwizard writes, and of its role."""
TIMEOUT: Final = culler_command.TIMEOUT
CONFIG_FILE: Final = "idle_culler_config.py"
"""What version 2 loads besides, from the directory the hub was started in (2.0.0, tried)."""
DEFAULT_TIMEOUT: Final = 600
"""Seconds: what the culler takes without `--timeout`."""
SERVICES: Final = ("JupyterHub", "services")
ROLES: Final = ("JupyterHub", "load_roles")

DELETE_USERS: Final = "admin:users"
_SCOPES: Final = ("list:users", "read:users:activity", "read:servers", "delete:servers")


def mentions_culler(text: str) -> bool:
    """Return whether some text names the culler, by its module or by its script of old."""
    return any(name in text for name in (MODULE, PACKAGE, SCRIPT))


def is_culler(service: object) -> bool:
    """Return whether an entry of `JupyterHub.services` starts the culler."""
    if not isinstance(service, Mapping):
        return False
    command = service.get("command")
    words = command if isinstance(command, list | tuple) else [command]
    return any(isinstance(word, str) and mentions_culler(word) for word in words)


def flags_of(service: Mapping[str, object], dialect: Dialect = "") -> dict[str, object]:
    """Return what the culler's command says: seconds and switches, by the names of the flags.

    The timeout is always there. Raises RefusedError where it is not certain what the culler does.
    """
    flags = {TIMEOUT: DEFAULT_TIMEOUT, **culler_command.flags(command_of(service), dialect)}
    if flags[TIMEOUT] == 1 and "cull-every" not in flags:
        raise RefusedError(_("the culler does not start: half of 1 second is 0"))
    return flags


def command_of(service: Mapping[str, object]) -> list[object]:
    """Return the words of a service's command.

    Raises RefusedError for one text: JupyterHub takes that for the name of a program.
    """
    command = service.get("command")
    if not isinstance(command, list | tuple):
        raise RefusedError(_("the culler's command is not a list of words"))
    return list(command)


def service(python: str, flags: Mapping[str, object]) -> dict[str, object]:
    """Return the service that jhwizard writes."""
    words = [f"--{name}={value}" for name, value in flags.items()]
    return {"name": SERVICE, "command": [python, "-m", MODULE, *words]}


def role(flags: Mapping[str, object]) -> dict[str, object]:
    """Return the role with just what the service needs: users are deleted by admins only."""
    users = [DELETE_USERS] if flags.get("cull-users") else []
    return {"name": SERVICE, "services": [SERVICE], "scopes": [*_SCOPES, *users]}


def may_work(service: Mapping[str, object], roles: list[object]) -> bool:
    """Return whether a service has a role, or is an admin as before JupyterHub 2.

    JupyterHub 6.1 still takes `"admin": True` for the role `admin` (`init_services` in its app.py).
    Of jhwizard's own service, just the role that was written for it.
    """
    name = service.get("name")
    if name == SERVICE:
        return role(flags_of(service)) in roles
    return service.get("admin") is True or any(serves(one, name) for one in roles)


def serves(role: object, name: object) -> bool:
    """Return whether an entry of `JupyterHub.load_roles` gives its rights to a service."""
    services = role.get("services") if isinstance(role, Mapping) else None
    return isinstance(services, list | tuple) and name in services


def lets_delete_users(role: Mapping[str, object]) -> bool:
    """Return whether a role lets its services delete people (JupyterHub 6.1, `scopes.py`)."""
    scopes = role.get("scopes")
    given = scopes if isinstance(scopes, list | tuple) else ()
    return role.get("name") == "admin" or DELETE_USERS in given or "delete:users" in given
