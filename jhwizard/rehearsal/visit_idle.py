"""Sees what idle kernels, terminals and servers do, where all times are scaled down to seconds.

Run by the users' Python (3.8 and later); knows nothing of what they should do.
"""

# datetime.UTC came with Python 3.11.
# ruff: noqa: UP017

from __future__ import annotations

import threading
import time
from datetime import datetime, timezone
from typing import Any

from jhwizard.rehearsal import talk
from jhwizard.rehearsal.visit_hub import Hub, Say

_QUIET = "?no_track_activity=1"
"""Otherwise the question itself would count as activity."""
_BUSY = "import time; time.sleep(600)"
_SERVER_SECONDS, _CULLER_SECONDS = 90.0, 40.0
"""A server looks at its own idleness once a minute, whatever its time is."""
_PERSON = "jhwizard-person"


def see_idle(hub: Hub, say: Say) -> None:
    """Tell what is stopped, and after how many seconds; None for what is kept."""
    culler = threading.Thread(target=_see_culler, args=(hub, say))
    culler.start()
    if hub.told["servers"]:
        why = "" if hub.start(hub.told["user"]).status in (201, 202) else "it was refused"
        why = why or hub.wait_for_server(hub.told["user"])
        if why:
            say("idle", server=False, why=why)
        else:
            _see_server(hub, say)
    culler.join()


def _see_server(hub: Hub, say: Say) -> None:
    kernels = _kernels(hub)
    terminal = str((hub.server("POST", "api/terminals").json() or {}).get("name", ""))
    began, gone = time.monotonic(), {}  # type: ignore[var-annotated]
    everything = {**kernels, **({"terminal": terminal} if terminal else {})}
    while len(gone) < len(everything) and time.monotonic() < began + hub.told["idle_seconds"]:
        left = _names(hub, "kernels", "id") | _names(hub, "terminals", "name")
        for what, name in everything.items():
            if name not in left:
                gone.setdefault(what, round(time.monotonic() - began, 1))
        time.sleep(0.3)
    for what in everything:
        say("idle " + what, stopped=gone.get(what))
    for kernel in kernels.values():
        hub.server("DELETE", "api/kernels/" + kernel)
    hub.server("DELETE", "api/terminals/" + terminal)
    if any("shutdown_no_activity" in word for word in hub.told["seconds"]):
        say("idle server", stopped=_end_of(hub, hub.told["user"], _SERVER_SECONDS, vouch=True))


def _kernels(hub: Hub) -> dict[str, str]:
    """Start a kernel that nobody joins, one with an open tab, and one that computes without."""
    specs = (hub.server("GET", "api/kernelspecs").json() or {}).get("kernelspecs", {})
    python = [n for n, s in sorted(specs.items()) if s["spec"].get("language") == "python"]
    found = {}
    for what in ("kernel", "connected", "busy"):
        reply = hub.server("POST", "api/kernels", {"name": (python or sorted(specs))[0]})
        number = str((reply.json() or {}).get("id", ""))
        if number:
            found[what] = number
    for what, code, seconds in (("connected", "", 600.0), ("busy", _BUSY, 0.0)):
        if what in found:
            _join(hub, found[what], code, seconds)
    return found


def _join(hub: Hub, kernel: str, code: str, seconds: float) -> None:
    address = hub.server_address("api/kernels/%s/channels" % kernel)  # noqa: UP031
    joined = threading.Event()
    given: tuple[Any, ...] = (address.replace("http:", "ws:", 1), hub.token, code, seconds, joined)
    threading.Thread(target=talk.stay, args=given, daemon=True).start()
    joined.wait(30)


def _names(hub: Hub, what: str, key: str) -> set[str]:
    said = hub.server("GET", "api/" + what + _QUIET).json()
    return {str(each.get(key)) for each in said} if isinstance(said, list) else set()


def _see_culler(hub: Hub, say: Say) -> None:
    if hub.told["culler"]:
        hub.start(_PERSON)
        say("idle hub", stopped=_end_of(hub, _PERSON, _CULLER_SECONDS))


def _end_of(hub: Hub, user: str, seconds: float, *, vouch: bool = False) -> float | None:
    """Return after how long a person's server has ended; None if it has not.

    `vouch`: tell the hub that it is not idle, so that the hub's culler is not who ends it.
    """
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        if "" not in hub.servers(user):
            return round(time.monotonic() - began, 1)
        if vouch:
            now = datetime.now(timezone.utc).isoformat()
            active = {"last_activity": now, "servers": {"": {"last_activity": now}}}
            hub.api("POST", "users/" + user + "/activity", active)
        time.sleep(0.3)
    return None
