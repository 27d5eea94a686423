"""What a visitor asks the hub itself: limits, the culler, and whether servers are ready.

Run by the users' Python (3.8 and later); knows nothing of what the answers should be.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from jhwizard.rehearsal.browse import Reply, ask

Say = Any
"""A function that tells one observation; Python 3.8 cannot say more of it here."""
_PERSON, _ADMIN, _MORE = "jhwizard-person", "jhwizard-admin", "jhwizard-more"
_CULLERS = ("jupyterhub_idle_culler", "jupyterhub-idle-culler", "cull_idle_servers")
_ACCEPTED = (201, 202)
_MOST_TRIES, _LOWERED, _ENOUGH = 4, 2, 3
_SURELY_ALIVE = 4.0
"""Seconds: a culler with a word it does not take has ended by then."""


class Hub:
    """The hub of a rehearsal."""

    def __init__(self, told: dict[str, Any]) -> None:
        """Take over what is known of it; it need not answer yet."""
        self.told = told
        self.base = "/"
        self.began = time.monotonic()
        self._secret = {"Authorization": "token " + told["secret"], "X-Jhwizard": told["secret"]}
        self._token = ""

    @property
    def address(self) -> str:
        """The public address, with a slash at its end."""
        return str(self.told["address"]) + self.base

    @property
    def token(self) -> str:
        """A token with all rights of the sample person, who exists by then."""
        if not self._token:
            self.api("POST", "users/" + self.told["user"])
            answer = self.api("POST", "users/%s/tokens" % self.told["user"], {})  # noqa: UP031
            self._token = (answer.json() or {}).get("token", "")
        return self._token

    def answers(self) -> bool:
        """Return whether it answers in time; its base URL is known afterwards."""
        end = time.monotonic() + float(self.told["hub_seconds"])
        base = Path(self.told["directory"], "base")
        while time.monotonic() < end:
            if base.exists():
                self.base = base.read_text(encoding="utf-8") or "/"
                # The proxy would log each question that comes before the hub.
                direct = self.told["hub_address"] + self.base + "hub/api/"
                if ask("GET", direct, {}).status and self.api("GET", "").status == 200:  # noqa: PLR2004
                    self.began = time.monotonic()
                    return True
            time.sleep(0.05)
        return False

    def api(self, method: str, path: str, body: object = None, token: str = "") -> Reply:
        """Ask its REST API, with all rights or with a token."""
        headers = {"Authorization": "token " + token} if token else self._secret
        return ask(method, self.address + "hub/api/" + path, headers, body)

    def side(self, what: str) -> dict[str, Any]:
        """Ask what the rehearsal has put into the hub."""
        reply = ask("GET", self.address + "hub/jhwizard-rehearsal/" + what, self._secret)
        return reply.json() or {}

    def server_address(self, path: str) -> str:
        """Return an address on the sample person's server."""
        return "%suser/%s/%s" % (self.address, self.told["user"], path)  # noqa: UP031

    def server(self, method: str, path: str, body: object = None) -> Reply:
        """Ask the sample person's server as that person."""
        headers = {"Authorization": "token " + self.token}
        return ask(method, self.server_address(path), headers, body)

    def wait_for_server(self, user: str) -> str:
        """Wait until a server that was asked for is ready; return why it is not, or nothing."""
        end = time.monotonic() + float(self.told["server_seconds"])
        while time.monotonic() < end:
            server = self.servers(user).get("", {})
            if server.get("ready"):
                return ""
            status = (self.side("").get("ended") or {}).get(user)
            if status is not None:
                return "its program ended with status %s" % status  # noqa: UP031
            if not server.get("pending"):
                return "the hub did not start it"
            time.sleep(0.1)
        return "it was not ready within %g seconds" % float(self.told["server_seconds"])  # noqa: UP031

    def servers(self, user: str) -> dict[str, Any]:
        """Return the servers of a person, by name."""
        return (self.api("GET", "users/" + user).json() or {}).get("servers") or {}

    def start(self, user: str, name: str = "") -> Reply:
        """Ask for a server as a person, who is created if need be."""
        self.api("POST", "users/" + user)
        token = (self.api("POST", "users/%s/tokens" % user, {}).json() or {}).get("token", "")  # noqa: UP031
        path = "users/%s/servers/%s" % (user, name) if name else "users/%s/server" % user  # noqa: UP031
        return self.api("POST", path, token=token)

    def forget(self, user: str) -> None:
        """Stop all servers of a person."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            left = [n for n, s in self.servers(user).items() if not s.get("stopped")]
            if not left:
                return
            for name in left:
                path = "users/%s/servers/%s" % (user, name) if name else "users/%s/server" % user  # noqa: UP031
                self.api("DELETE", path, {"remove": True} if name else None)
            time.sleep(0.1)


def see_named_servers(hub: Hub, say: Say) -> None:
    """Tell how many named servers a person gets, and whether an admin gets one more."""
    person = _accepted(hub, _PERSON, _MOST_TRIES)
    tries = person["accepted"] + 1
    admin = _accepted(hub, _ADMIN, tries) if person["accepted"] else None
    side = hub.side("")
    say(
        "named",
        person=person,
        admin=admin,
        tries=tries,
        allow=(side.get("limits") or {}).get("allow"),
        limit=(side.get("limits") or {}).get("named"),
        asked={"person": side["asked"].get(_PERSON), "admin": side["asked"].get(_ADMIN)},
    )
    for user in (_PERSON, _ADMIN):
        hub.forget(user)


def _accepted(hub: Hub, user: str, tries: int) -> dict[str, Any]:
    for number in range(tries):
        reply = hub.start(user, "server-%d" % (number + 1))  # noqa: UP031
        if reply.status not in _ACCEPTED:
            return {"accepted": number, "status": reply.status, "why": _message(reply)}
    return {"accepted": tries, "status": reply.status, "why": ""}


def _message(reply: Reply) -> str:
    return str((reply.json() or {}).get("message", ""))[:200]


def see_active_limit(hub: Hub, say: Say) -> None:
    """Tell how many servers run at most, by starting them until one is refused."""
    limit = (hub.side("").get("limits") or {}).get("active", 0)
    tried = _LOWERED if limit > _ENOUGH else limit
    running = 1 if hub.told["servers"] and hub.servers(hub.told["user"]) else 0
    people: list[str] = []
    refused, why = 0, ""
    hub.side("active/%d" % tried)  # noqa: UP031
    while len(people) <= max(tried, _LOWERED) - running:
        people.append("%s-%d" % (_MORE, len(people)))  # noqa: UP031
        reply = hub.start(people[-1])
        if reply.status not in _ACCEPTED:
            refused, why = reply.status, _message(reply)
            break
    hub.side("active/0")
    accepted = running + len(people) - (1 if refused else 0)
    say("active", limit=limit, tried=tried, accepted=accepted, refused=refused, why=why)
    for user in people:
        hub.forget(user)


def see_culler(hub: Hub, say: Say) -> None:
    """Tell which cullers the hub runs, with which words and rights, and whether they live."""
    services = hub.api("GET", "services").json() or {}
    cullers = {name: s for name, s in services.items() if _is_culler(s.get("command") or [])}
    if cullers:
        time.sleep(max(0.0, hub.began + _SURELY_ALIVE - time.monotonic()))
    now = (hub.api("GET", "services").json() or {}) if cullers else {}
    found = []
    for name, service in cullers.items():
        pid = service.get("pid") or 0
        argv, environ = _words(pid, "cmdline"), _words(pid, "environ")
        alive = bool(argv) and (now.get(name) or {}).get("pid") == pid
        token = next((w[21:] for w in environ if w.startswith("JUPYTERHUB_API_TOKEN=")), "")
        scopes = (hub.api("GET", "user", token=token).json() or {}).get("scopes") if token else None
        words = argv or service.get("command")
        found.append({"name": name, "argv": words, "alive": alive, "scopes": scopes})
    say("culler", services=found)


def _is_culler(command: list[str]) -> bool:
    return any(name in str(word) for word in command for name in _CULLERS)


def _words(pid: int, what: str) -> list[str]:
    try:
        content = Path("/proc/%d/%s" % (pid, what)).read_bytes()  # noqa: UP031
    except OSError:
        return []
    return content.decode("utf-8", "replace").split("\0")[:-1]
