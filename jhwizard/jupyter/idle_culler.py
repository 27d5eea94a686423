"""The idle culler of the hub: a service of JupyterHub that stops the servers of others.

What it is called, the scopes it needs, and what its command line says. jupyterhub-idle-culler 1
reads it with tornado, 2 with traitlets; both take `--flag=value`, and each refuses, or worse
ignores, some other form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from jhwizard.errors import RefusedError
from jhwizard.language import _
from jhwizard.printable import shown

PACKAGE: Final = "jupyterhub-idle-culler"
SOURCE: Final = "https://github.com/jupyterhub/jupyterhub-idle-culler"
SERVICE: Final = "jhwizard-idle-culler"
"""The name of the service that jhwizard writes, and of its role."""
TIMEOUT: Final = "timeout"
DEFAULT_TIMEOUT: Final = 600
"""Seconds: what the culler takes without `--timeout`."""
SERVICES: Final = ("JupyterHub", "services")
ROLES: Final = ("JupyterHub", "load_roles")

_MODULE: Final = "jupyterhub_idle_culler"
_SCRIPT: Final = "cull_idle_servers.py"
_TIMES: Final = {TIMEOUT: 1, "cull-every": 1, "max-age": 0}
"""Flags in seconds, and the least each of them may be: the culler dies of less."""
_SWITCHES: Final = ("cull-users", "remove-named-servers")
_HARMLESS: Final = {"api-page-size", "concurrency", "internal-certs-location", "ssl-enabled", "url"}
"""Flags that change how the culler asks, and not what it stops."""
_SCOPES: Final = ("list:users", "read:users:activity", "read:servers", "delete:servers")
_FLAG: Final = re.compile(r"--([a-z-]+)=(.*)", re.ASCII)


def mentions_culler(text: str) -> bool:
    """Return whether some text names the culler, by its module or by its script of old."""
    return any(name in text for name in (_MODULE, PACKAGE, _SCRIPT))


def is_culler(service: object) -> bool:
    """Return whether an entry of `JupyterHub.services` starts the culler."""
    if not isinstance(service, Mapping):
        return False
    command = service.get("command")
    words = command if isinstance(command, list | tuple) else [command]
    return any(isinstance(word, str) and mentions_culler(word) for word in words)


def flags_of(service: Mapping[str, object]) -> dict[str, object]:
    """Return what the culler's command says: seconds and switches, by the names of the flags.

    The timeout is always there. Raises RefusedError where it is not certain what the culler does.
    """
    command = service.get("command")
    if not isinstance(command, list | tuple) or not all(isinstance(w, str) for w in command):
        raise RefusedError(_("the culler's command is not a list of words"))
    flags: dict[str, object] = {TIMEOUT: DEFAULT_TIMEOUT}
    for word in _arguments([str(word) for word in command]):
        found = _FLAG.fullmatch(word)
        name, text = found.groups() if found else ("", "")
        if name not in _HARMLESS:
            flags[name] = _value(name, text, word)
    if flags[TIMEOUT] == 1 and "cull-every" not in flags:
        raise RefusedError(_("the culler does not start: half of 1 second is 0"))
    return flags


def _arguments(command: list[str]) -> list[str]:
    """Return what follows the module, or the script of old; nothing may stand around them."""
    match command:
        case [_, "-m", module, *words] if module == _MODULE:
            return words
        case [_, script, *words] if PurePosixPath(script).name == _SCRIPT:
            return words
        case [script, *words] if PurePosixPath(script).name == _SCRIPT:
            return words
    raise RefusedError(_("the culler is started in a way that is not understood"))


def _value(name: str, text: str, word: str) -> object:
    """Return the value of a flag; of tornado's and traitlets' spellings only what both know."""
    if name in _SWITCHES and text.lower() in {"true", "1", "false", "0"}:
        return text.lower() in {"true", "1"}
    seconds = name in _TIMES and text.isascii() and text.isdigit() and len(text) <= len("9" * 12)
    if seconds and int(text) >= _TIMES[name]:
        return int(text)
    reason = _("the culler's argument {word} is not understood")
    raise RefusedError(reason.format(word=shown(word, 40)))


def service(python: str, flags: Mapping[str, object]) -> dict[str, object]:
    """Return the service that jhwizard writes."""
    words = [f"--{name}={value}" for name, value in flags.items()]
    return {"name": SERVICE, "command": [python, "-m", _MODULE, *words]}


def role(flags: Mapping[str, object]) -> dict[str, object]:
    """Return the role with just what the service needs: users are deleted by admins only."""
    users = ["admin:users"] if flags.get("cull-users") else []
    return {"name": SERVICE, "services": [SERVICE], "scopes": [*_SCOPES, *users]}


def may_work(service: Mapping[str, object], roles: list[object]) -> bool:
    """Return whether a service has a role, or is an admin as before JupyterHub 2.

    Of jhwizard's own service, just the role that was written for it.
    """
    name = service.get("name")
    if name == SERVICE:
        return role(flags_of(service)) in roles
    named = (r.get("services") for r in roles if isinstance(r, Mapping))
    given = any(isinstance(each, list | tuple) and name in each for each in named)
    return given or service.get("admin") is True
