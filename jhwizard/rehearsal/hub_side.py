"""What a rehearsal sets in the hub over the admin's file, and what the hub is asked there.

Loaded by the hub's own Python (3.7 and later, JupyterHub 2 to 6). The admin's file comes first and
stays as it is, but for what would reach beyond the rehearsal: addresses, proxy, people, database,
services, and what starts the servers. The classes that take the place of the admin's spawner bear
the names of its classes, so that traitlets finds what his file says to them.
"""

# The hub's classes are whatever is installed there.
# ruff: noqa: ANN401
# mypy: disable-error-code="import-untyped, import-not-found, misc, no-untyped-call, has-type"

from __future__ import annotations

import inspect
import json
import os
import shlex
import shutil
import sys
from typing import Any

ADDRESS, HUB_ADDRESS, PROXY_ADDRESS = "http://127.0.0.1:8000", "http://127.0.0.1:8081", 8001
ADMIN, OBSERVER, ROUTE = "jhwizard-admin", "jhwizard-observer", "/jhwizard-rehearsal/"
SECRET = "X-Jhwizard"  # noqa: S105 - the name of a header
LOWERED, ENOUGH = 2, 3
"""A limit above `ENOUGH` is tried as `LOWERED`: starting a hundred servers would prove no more."""
_CULLERS = ("jupyterhub_idle_culler", "jupyterhub-idle-culler", "cull_idle_servers")
_GONE = {
    "JupyterHub": [
        *("ip", "port", "hub_ip", "hub_port", "hub_connect_ip", "hub_connect_url", "hub_bind_url"),
        *("base_url", "bind_url", "ssl_key", "ssl_cert", "internal_ssl", "subdomain_host"),
        *(
            "cookie_secret",
            "cookie_secret_file",
            "pid_file",
            "extra_log_file",
            "extra_log_handlers",
        ),
        *("api_tokens", "service_tokens", "hub_routespec", "upgrade_db", "cleanup_servers"),
        *("admin_users", "proxy_class", "authenticator_class", "db_url", "db_kwargs", "proxy_cmd"),
        *("proxy_auth_token", "proxy_api_ip", "proxy_api_port", "config_file", "generate_config"),
    ]
}
_HOOKS = ("pre_spawn_hook", "post_stop_hook", "auth_state_hook", "progress_ready_hook")
_state: dict[str, Any] = {"replaced": {}, "asked": {}, "programs": {}}


def configure(c: Any, told: dict[str, Any]) -> None:
    """Set over the admin's configuration what a rehearsal needs."""
    hub = c.JupyterHub
    base = _base_url(hub)
    with open(told["directory"] + "/base", "w") as stream:  # noqa: PTH123
        stream.write(base)
    replaced = _state["replaced"]
    names = _lineage(_value(hub, "spawner_class", "jupyterhub.spawner.LocalProcessSpawner"))
    replaced["spawner"] = names[0] if names else ""
    for key in ("authenticator_class", "proxy_class"):
        replaced[key] = _called(_value(hub, key, ""))
    replaced["hooks"] = _taken_out_hooks(c)
    for name in [n for n in c if n.endswith("Authenticator")] + ["ConfigurableHTTPProxy"]:
        c.pop(name, None)
    for name in ("LocalProcessSpawner", "SimpleLocalProcessSpawner"):
        if name not in names:
            c.pop(name, None)
    services = _plain(hub.get("services", []))
    for trait in _GONE["JupyterHub"]:
        hub.pop(trait, None)
    _set_addresses(c, told, base)
    _set_people(c, told, names)
    _set_services(hub, services, told)


def _set_addresses(c: Any, told: dict[str, Any], base: str) -> None:
    c.JupyterHub.bind_url = ADDRESS + base
    c.JupyterHub.hub_bind_url = HUB_ADDRESS
    c.JupyterHub.db_url = "sqlite:///:memory:"
    c.JupyterHub.cookie_secret_file = told["directory"] + "/cookie_secret"
    c.JupyterHub.proxy_class = "jupyterhub.proxy.ConfigurableHTTPProxy"
    c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:%d" % PROXY_ADDRESS  # noqa: UP031
    c.ConfigurableHTTPProxy.auth_token = told["secret"]
    c.ConfigurableHTTPProxy.command = [told["proxy"]]
    c.ConfigurableHTTPProxy.pid_file = told["directory"] + "/proxy.pid"
    # An answer to "start my server" comes at once, not when the server runs.
    c.JupyterHub.tornado_settings.update({"slow_spawn_timeout": 0})


def _set_people(c: Any, told: dict[str, Any], names: list[str]) -> None:
    c.JupyterHub.authenticator_class = "jupyterhub.auth.DummyAuthenticator"
    c.DummyAuthenticator.allow_all = True
    c.DummyAuthenticator.admin_users = {ADMIN}
    c.JupyterHub.spawner_class = _spawner(names, told)
    own = c.JhwizardSpawner
    own.ip, own.port, own.options_form = "127.0.0.1", 0, ""
    for hook in _HOOKS[:3]:
        setattr(own, hook, None)
    if told["seconds"]:
        own.poll_interval = 1


def _set_services(hub: Any, services: list[Any], told: dict[str, Any]) -> None:
    kept = [s for s in services if _is_culler(s)]
    gone = {str(s.get("name")) for s in services if isinstance(s, dict) and s not in kept}
    _state["replaced"]["services"] = sorted(gone)
    observer = {"name": OBSERVER, "api_token": told["secret"], "admin": True}
    hub.services = [*map(_quickly if told["seconds"] else _as_it_is, kept), observer]
    roles = _plain(hub.get("load_roles", []))
    hub.load_roles = [_without(role, gone) for role in roles]
    if told["seconds"]:
        hub.last_activity_interval = 1
    hub.extra_handlers = [*_plain(hub.get("extra_handlers", [])), (ROUTE + "(.*)", _handler(told))]


def _without(role: Any, gone: set[str]) -> Any:
    """Return a role without the services that a rehearsal leaves out; an unknown one stays."""
    if not isinstance(role, dict) or not role.get("services"):
        return role
    return {**role, "services": [name for name in role["services"] if name not in gone]}


def _is_culler(service: Any) -> bool:
    words = service.get("command") if isinstance(service, dict) else None
    words = words if isinstance(words, (list, tuple)) else [words]
    return any(isinstance(w, str) and any(name in w for name in _CULLERS) for w in words)


def _as_it_is(service: Any) -> Any:
    return service


def _quickly(service: dict[str, Any]) -> dict[str, Any]:
    """Return the culler with its times scaled down: 6 seconds, looking every second."""
    words = [str(word) for word in service["command"] if not str(word).startswith("--cull-every")]
    quick = ["--timeout=6" if word.startswith("--timeout=") else word for word in words]
    more = [] if quick != words else ["--timeout=6"]
    return {**service, "command": [*quick, *more, "--cull-every=1"]}


def _base_url(hub: Any) -> str:
    given = hub.get("bind_url", None) or ""
    path = "/" + str(given).partition("://")[2].partition("/")[2] if given else ""
    path = str(hub.get("base_url", None) or "/") if path in ("", "/") else path
    return path.rstrip("/") + "/" if path.startswith("/") else "/" + path.rstrip("/") + "/"


def _value(section: Any, trait: str, default: Any) -> Any:
    found = section.get(trait, default)
    return default if found is None or hasattr(found, "get_value") else found


def _plain(value: Any) -> list[Any]:
    """Return a list, also of what a file has only added to."""
    return list(value.get_value([]) if hasattr(value, "get_value") else value)


def _called(value: Any) -> str:
    return str(getattr(value, "__name__", value))


def _taken_out_hooks(c: Any) -> list[str]:
    found = []
    for name in c:
        section = c[name]
        if name.endswith("Spawner") and hasattr(section, "get"):
            found += ["c.%s.%s" % (name, hook) for hook in _HOOKS if hook in section]  # noqa: UP031
    return found


def _lineage(spawner: Any) -> list[str]:
    """Return the names of the classes whose sections speak to the admin's spawner."""
    if not isinstance(spawner, type):
        spawner = _imported(str(spawner))
    if isinstance(spawner, str):
        return [spawner.rpartition(".")[2]]
    names = [cls.__name__ for cls in spawner.__mro__]
    return names[: names.index("Spawner")] if "Spawner" in names else names[:1]


def _imported(name: str) -> Any:
    from jupyterhub import app  # noqa: PLC0415 - the hub's own

    try:
        trait = app.JupyterHub.spawner_class
        return trait.load_entry_points()[name.lower()].load()
    except Exception:  # noqa: BLE001, S110 - anybody's package, which need not be here
        pass
    try:
        from traitlets.utils.importstring import import_item  # noqa: PLC0415

        return import_item(name)
    except Exception:  # noqa: BLE001 - the same
        return name


def _spawner(names: list[str], told: dict[str, Any]) -> Any:
    from jupyterhub.spawner import SimpleLocalProcessSpawner  # noqa: PLC0415

    there = {cls.__name__ for cls in SimpleLocalProcessSpawner.__mro__}
    base: Any = SimpleLocalProcessSpawner
    for name in reversed(names):
        if name not in there:
            base = type(name, (base,), {})

    class JhwizardSpawner(base):
        """Starts the sample person's server as it is, and a trivial one for everybody else."""

        def start(self) -> Any:
            sample = self.user.name == told["user"] and not self.name and told["servers"]
            self.home_dir = told["home"] if sample else told["directory"] + "/nobody"
            if self.notebook_dir and not _is_there(self.notebook_dir, self.home_dir):
                _state["replaced"]["notebook_dir"] = self.notebook_dir
                self.notebook_dir = ""
            if sample and not hasattr(self, "_own"):
                self._own, self.cmd = list(self.cmd), _watched(list(self.cmd), self.get_env(), told)
            elif not sample:
                self.cmd = [
                    sys.executable,
                    "-I",
                    told["library"] + "/jhwizard/rehearsal/trivial.py",
                ]
            _state["programs"][self._log_name] = self
            return super().start()

        def get_args(self) -> Any:
            sample = self.user.name == told["user"] and not self.name and told["servers"]
            return [*super().get_args(), *told["seconds"]] if sample else []

    return JhwizardSpawner


def _is_there(directory: str, home: str) -> bool:
    shown = directory.replace("~", home, 1) if directory.startswith("~") else directory
    return "{" in shown or "%" in shown or os.path.isdir(os.path.join(home, shown))  # noqa: PTH112, PTH118


def _watched(cmd: list[str], env: dict[str, str], told: dict[str, Any]) -> list[str]:
    """Return the command that starts the same program, which is asked what it holds."""
    program = shutil.which(cmd[0], path=env.get("PATH"))
    python = _interpreter(program, env) if program else []
    _state["replaced"]["unwatched"] = "" if python else cmd[0]
    if not python:
        return cmd
    watch = told["library"] + "/jhwizard/rehearsal/watch_server.py"
    return [*python, watch, told["seen"], json.dumps(told["ask"]), str(program), *cmd[1:]]


def _interpreter(program: str, env: dict[str, str]) -> list[str]:
    """Return the words of the first line of a Python script; nothing for another program."""
    try:
        with open(program, "rb") as stream:  # noqa: PTH123
            lines = stream.read(4096).decode("utf-8", "replace").splitlines()[:2]
    except OSError:
        return []
    if not lines or not lines[0].startswith("#!"):
        return []
    words = shlex.split(lines[0][2:])
    if words and os.path.basename(words[0]) == "sh" and lines[1:]:  # noqa: PTH119
        # pip's way round a first line that would be too long.
        words = shlex.split(lines[1].replace("'''exec'", "", 1))[:1]
    if words and os.path.basename(words[0]) == "env":  # noqa: PTH119
        words = [shutil.which(words[-1], path=env.get("PATH")) or "", *words[2:-1]]
    is_python = bool(words) and os.path.basename(words[0]).startswith(("python", "pypy"))  # noqa: PTH119
    return words if is_python else []


def _handler(told: dict[str, Any]) -> Any:
    from tornado.web import HTTPError, RequestHandler  # noqa: PLC0415

    class Handler(RequestHandler):
        """Tells and sets what no API of the hub does; for the visitor alone."""

        def get(self, what: str) -> None:
            if self.request.headers.get(SECRET) != told["secret"]:
                raise HTTPError(403)
            settings = self.application.settings
            if what == "limits":
                _take_over_limits(settings)
            if what.startswith("active/"):
                settings["active_server_limit"] = int(what[7:])
            self.write(_told(settings))

    return Handler


def _take_over_limits(settings: dict[str, Any]) -> None:
    """Keep the limits as the hub has them, and put ones in their place that are soon reached."""
    limit = settings.get("named_server_limit_per_user", 0)
    _state["limits"] = {
        "active": settings.get("active_server_limit", 0),
        "allow": settings.get("allow_named_servers"),
        "named": None if callable(limit) else limit,
    }
    settings["active_server_limit"] = 0
    settings["named_server_limit_per_user"] = _noting(limit) if callable(limit) else _low(limit)


def _low(limit: Any) -> Any:
    return LOWERED if isinstance(limit, int) and limit > ENOUGH else limit


def _noting(limit: Any) -> Any:
    async def noted(handler: Any) -> Any:
        found = limit(handler)
        if inspect.isawaitable(found):
            found = await found
        _state["asked"][handler.current_user.name] = found
        return _low(found)

    return noted


def _told(settings: dict[str, Any]) -> dict[str, Any]:
    ended = {}
    for name, spawner in _state["programs"].items():
        program = getattr(spawner, "proc", None)
        ended[name] = None if program is None else program.poll()
    return {
        "limits": _state.get("limits"),
        "asked": _state["asked"],
        "replaced": _state["replaced"],
        "ended": ended,
        "now": settings.get("active_server_limit", 0),
    }
