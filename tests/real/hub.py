"""A real JupyterHub with its real proxy, on the configuration a machine has.

The admin's file is loaded as it stands; what a test hub needs (loopback, free ports, anybody may
log in, no real users, no database file) is set after it, only on traits no admin's setting is
judged by. Lists of the admin are added to, never replaced.
"""

import secrets
import socket
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Self

from real.browser import Browser, Reply, ask_json
from real.built import built
from real.kernel import execute
from real.machine import NOBODY, PATH, Machine

ADMIN_FILE = "/etc/jupyterhub/jupyterhub_config.py"
PATIENCE = 40
"""Seconds a hub or a user's server may take to start: beyond the hub's own 30."""

CONFIG = """
load_subconfig({admin_file!r})  # silently skipped by JupyterHub, if it is absent
for name in ("ip", "port", "hub_ip", "hub_port", "ssl_key", "ssl_cert"):
    c.JupyterHub.pop(name, None)
c.JupyterHub.bind_url = {url!r}
c.JupyterHub.hub_bind_url = {hub_url!r}
c.JupyterHub.proxy_class = "jupyterhub.proxy.ConfigurableHTTPProxy"
c.ConfigurableHTTPProxy.api_url = {proxy_url!r}
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.ConfigurableHTTPProxy.pid_file = {directory!r} + "/proxy.pid"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.allow_all = True
c.DummyAuthenticator.admin_users = {{"admin"}}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {directory!r} + "/homes/{{username}}"
c.JupyterHub.db_url = "sqlite:///:memory:"
# An answer to "start my server" comes at once, not when the server runs or 10 seconds have passed.
c.JupyterHub.tornado_settings.update({{"slow_spawn_timeout": 0}})
c.JupyterHub.cookie_secret_file = {directory!r} + "/cookie_secret"
c.JupyterHub.services.append({{"name": "observer", "api_token": {token!r}}})
c.JupyterHub.load_roles.append(
    {{
        "name": "observer",
        "services": ["observer"],
        "scopes": ["admin:users", "admin:servers", "access:servers", "tokens", "list:services"]
        + ["read:hub", "read:roles"],
    }}
)
"""


class Hub:
    """A running hub; a context manager. Users exist as soon as they are named; `admin` is one."""

    def __init__(
        self,
        machine: Machine,
        prefix: PurePosixPath,
        *,
        admin_file: str = ADMIN_FILE,
        more: str = "",
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare the hub of the environment `prefix`.

        `more` is configuration loaded last, `env` what is added to a hub's environment here.
        """
        ports = _free_ports(3)
        self.url = f"http://127.0.0.1:{ports[0]}"
        self.machine = machine
        self._prefix = prefix
        self._env = dict(env or {})
        self._token = secrets.token_hex(16)
        self._tokens: dict[str, str] = {}
        self._directory = machine.tmp / f"hub-{ports[0]}"
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        config = CONFIG.format(
            admin_file=admin_file,
            url=self.url,
            hub_url=f"http://127.0.0.1:{ports[1]}",
            proxy_url=f"http://127.0.0.1:{ports[2]}",
            proxy=str(built("proxy") / "node_modules/.bin/configurable-http-proxy"),
            directory=str(self._directory),
            token=self._token,
        )
        machine.write(self._directory / "test_config.py", config + more, user=NOBODY)

    def __enter__(self) -> Self:
        self._process = self.machine.start(
            [self._prefix / "bin/jupyterhub", "-f", self._directory / "test_config.py"],
            user=NOBODY,
            env={"PATH": f"{self._prefix}/bin:{PATH}", **self._env},
            cwd=self._directory,
            stdout=self._log,
            stderr=self._log,
        )
        try:
            self._wait("the hub to answer", self._answers)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the hub, and with it its proxy, its services and the users' servers."""
        self.machine.stop(self._process)
        self._last_log = self.log
        self._log.close()

    @property
    def log(self) -> str:
        """What the hub, its proxy and the users' servers have said so far."""
        if self._log.closed:
            return self._last_log
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def home(self, user: str) -> PurePosixPath:
        """Return the home directory of a user; files may be put there before a server."""
        return self._directory / "homes" / user

    def login(self, user: str) -> "Session":
        """Log in with a new browser."""
        browser = Browser(self.url)
        landed = browser.login(user)
        assert landed.path == "/hub/home", f"{user} could not log in: {landed}\n{self.log}"
        return Session(self, browser, user)

    def api(self, method: str, path: str, json: object = None, *, user: str | None = None) -> Reply:
        """Ask the hub's REST API as `user`, or with all rights. `path` comes after /hub/api."""
        token = self.token(user) if user else self._token
        return ask_json(method, f"{self.url}/hub/api{path}", token, json)

    def token(self, user: str) -> str:
        """Return a token with all rights of a user, who is created if need be."""
        if user not in self._tokens:
            self.api("POST", f"/users/{user}")
            answer = self.api("POST", f"/users/{user}/tokens", {})
            assert answer.status == 201, f"no token for {user}: {answer}\n{self.log}"
            self._tokens[user] = answer.json()["token"]
        return self._tokens[user]

    def start_server(self, user: str, server: str = "") -> None:
        """Start a server by the REST API, as the user himself, and wait until it is ready."""
        answer = self.api("POST", f"/users/{user}/servers/{server}", user=user)
        assert answer.status in {201, 202}, f"{answer}\n{self.log}"
        self.wait_for_server(user, server)

    def wait_for_server(self, user: str, server: str = "") -> None:
        """Wait until a server that is starting is ready."""
        self._wait(f"the server of {user}", lambda: self._ready(user, server))

    def stop_server(self, user: str, server: str = "") -> None:
        """Stop a server and wait until it is gone; a named one is kept, stopped."""
        answer = self.api("DELETE", f"/users/{user}/servers/{server}", user=user)
        assert answer.status in {202, 204}, f"{answer}\n{self.log}"
        self._wait(f"the end of {user}'s server", lambda: not self._running(user, server))

    def server_api(
        self, user: str, method: str, path: str, json: object = None, *, server: str = ""
    ) -> Reply:
        """Ask a user's running server as that user; `path` is such as `/api/kernels`."""
        address = f"{self.url}/user/{user}{'/' + server if server else ''}{path}"
        return ask_json(method, address, self.token(user), json)

    def start_kernel(self, user: str, kernel: str, *, server: str = "") -> str:
        """Start a kernel, which nobody joins yet, and return its id."""
        answer = self.server_api(user, "POST", "/api/kernels", {"name": kernel}, server=server)
        assert answer.status == 201, f"{kernel} did not start: {answer}\n{self.log}"
        return str(answer.json()["id"])

    def run_in_kernel(
        self, user: str, kernel: str, code: str, *, server: str = "", timeout: float = 60
    ) -> str:
        """Run code in a new kernel of a user's running server and return all text it gave."""
        running = self.start_kernel(user, kernel, server=server)
        try:
            return self.run_cell(user, running, code, server=server, timeout=timeout)
        finally:
            self.server_api(user, "DELETE", f"/api/kernels/{running}", server=server)

    def run_cell(
        self, user: str, kernel: str, code: str, *, server: str = "", timeout: float = 60
    ) -> str:
        """Run code in a running kernel, connected as a browser tab is until it has ended."""
        address = self.url.replace("http:", "ws:")
        address += f"/user/{user}{'/' + server if server else ''}/api/kernels/{kernel}/channels"
        return execute(address, self.token(user), code, timeout)

    def _answers(self) -> bool:
        try:
            return self.api("GET", "/").status == 200
        except OSError:
            return False

    def _servers(self, user: str) -> dict[str, dict[str, object]]:
        servers: dict[str, dict[str, object]] = self.api("GET", f"/users/{user}").json()["servers"]
        return servers

    def _ready(self, user: str, server: str) -> bool:
        state = self._servers(user).get(server)
        under_way = state is not None and bool(state["ready"] or state["pending"])
        assert under_way, f"The server of {user} did not start:\n{self.log}"
        return state is not None and bool(state["ready"])

    def _running(self, user: str, server: str) -> bool:
        return not self._servers(user).get(server, {"stopped": True})["stopped"]

    def _wait(self, what: str, fulfilled: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not fulfilled():
            alive = self._process.poll() is None
            assert alive, f"The hub ended with status {self._process.returncode}:\n{self.log}"
            assert time.monotonic() < end, f"Waited in vain for {what}:\n{self.log}"
            time.sleep(0.1)


class Session:
    """A logged-in user with a browser."""

    def __init__(self, hub: Hub, browser: Browser, user: str) -> None:
        """Take over a browser in which `user` has logged in."""
        self._hub = hub
        self._browser = browser
        self._user = user

    def open(self, path: str, form: dict[str, str] | None = None) -> Reply:
        """Open any page of the hub or of a server."""
        return self._browser.open(path, form)

    def spawn(self, server: str = "") -> Reply:
        """Start a server as the browser does, and return where the user comes out."""
        return self.landing(f"/hub/spawn/{self._user}/{server}".rstrip("/"))

    def landing(self, path: str = "/hub/user-redirect/") -> Reply:
        """Return where the user comes out, after all redirects and the wait for his server."""
        pending = f"/hub/spawn-pending/{self._user}"
        reply = self.open(path)
        if reply.path.startswith(pending):
            self._hub.wait_for_server(self._user, reply.path.removeprefix(pending).strip("/"))
            reply = self.open(path)
        return reply


def _free_ports(count: int) -> list[int]:
    """Return ports of the loopback address nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports
