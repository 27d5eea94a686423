"""The hub's culler as jhwizard writes it: the hub starts it, and it stops what is idle."""

from __future__ import annotations

import time
from pathlib import PurePosixPath

import pytest

from real.browser import ask_json
from real.conftest import jhwizard_in
from real.hub import ADMIN_FILE, Hub
from real.machine import Machine

pytestmark = pytest.mark.real

UNIT = """
[Service]
ExecStart={prefix}/bin/jupyterhub -f /etc/jupyterhub/jupyterhub_config.py
"""

ANSWERS = """
[culling]
hub_idle = "{idle}"
hub_interval = "1s"
"""

# The hub hears of activity every second, and not every five minutes.
QUICK = """
c.JupyterHub.last_activity_interval = 1
c.Spawner.environment.update({"JUPYTERHUB_ACTIVITY_INTERVAL": "1"})
c.JupyterHub.load_roles.append(
    {"name": "watcher", "services": ["observer"], "scopes": ["read:services"]}
)
"""

SCOPES = {"list:users", "read:users:activity", "read:servers", "delete:servers"}


def scopes_of(pid: int, hub: Hub) -> set[str]:
    """Return the rights of a running service, by the token it was started with."""
    started = hub.machine.run(["cat", f"/proc/{pid}/environ"]).stdout
    given = dict(each.partition("=")[::2] for each in started.split("\0"))
    reply = ask_json("GET", f"{hub.url}/hub/api/user", given["JUPYTERHUB_API_TOKEN"])
    return set(reply.json()["scopes"])


def test_the_hub_runs_the_culler_with_its_scopes_and_it_stops_an_idle_server_only(
    machine: Machine, hub6: PurePosixPath
) -> None:
    machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=hub6))
    own = "c.JupyterHub.services = [{'name': 'mine'}]\n"
    machine.write(ADMIN_FILE, own)
    written = jhwizard_in(machine)("apply", "-", "--yes", input=ANSWERS.format(idle="10s"))
    assert "people who are working are stopped" in written.stdout + written.stderr
    with Hub(machine, hub6, more=QUICK) as hub:
        services = hub.api("GET", "/services").json()
        assert services.keys() == {"mine", "observer", "jhwizard-idle-culler"}
        ours = services["jhwizard-idle-culler"]
        assert ours["roles"] == ["jhwizard-idle-culler"]
        command = ["-m", "jupyterhub_idle_culler", "--timeout=10", "--cull-every=1"]
        assert ours["command"][1:] == command
        assert PurePosixPath(ours["command"][0]).is_relative_to(hub6)
        # The hub spells `list:users` out.
        assert scopes_of(ours["pid"], hub) == {*SCOPES, "read:users:name"}
        assert not ours["admin"]
        hub.start_server("bo")
        hub.start_server("al")
        started = time.monotonic()
        # Twice the time is enough to see that activity counts.
        while hub.api("GET", "/users/bo").json()["servers"] or time.monotonic() < started + 20:
            assert time.monotonic() < started + 60, hub.log
            assert hub.server_api("al", "GET", "/api/contents").status == 200
            time.sleep(0.3)
        assert "Culling server bo" in hub.log
        assert "Culling server al" not in hub.log
        assert hub.api("GET", "/users/bo").status == 200
        assert "not authorized" not in hub.log.lower()


OWN = """
import sys

c.JupyterHub.services = [
    {{
        "name": "cull-idle",{admin}
        "command": [
            sys.executable,
            "-m", "jupyterhub_idle_culler",
            "--timeout=3600",  # agreed in May
            "--cull-every=1",
        ],
    }},
    {{"name": "mine"}},
]
"""
OWN_ROLE = f"""
c.JupyterHub.load_roles = [
    {{"name": "cull-idle", "services": ["cull-idle"], "scopes": {sorted(SCOPES)}}}
]
"""


@pytest.mark.parametrize("right", ["role", "admin as before JupyterHub 2"])
def test_a_culler_of_the_admins_own_works_with_the_time_that_is_written_into_its_word(
    machine: Machine, hub6: PurePosixPath, right: str
) -> None:
    machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=hub6))
    own = OWN.format(admin="" if right == "role" else '\n        "admin": True,')
    own += OWN_ROLE if right == "role" else ""
    machine.write(ADMIN_FILE, own)
    answers = '[culling]\nhub_idle = "3s"\nhub_users = true\n'
    jhwizard_in(machine)("apply", "-", "--yes", input=answers)
    written = machine.read(ADMIN_FILE).decode()
    assert '"--timeout=3",  # agreed in May\n' in written
    assert written.count("jupyterhub_idle_culler") == 1
    with Hub(machine, hub6, more=QUICK) as hub:
        service = hub.api("GET", "/services").json()["cull-idle"]
        assert service["command"][1:3] == ["-m", "jupyterhub_idle_culler"]
        running = [said for said in machine.processes().values() if "idle_culler" in said]
        assert len(running) == 1
        assert "--timeout=3 --cull-every=1 --cull-users=True" in running[0]
        hub.start_server("bo")
        started = time.monotonic()
        while hub.api("GET", "/users/bo").status == 200:
            assert time.monotonic() < started + 60, hub.log
            time.sleep(0.3)
        assert "Culling server bo" in hub.log
        assert "not authorized" not in hub.log.lower()
