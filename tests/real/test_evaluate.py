"""What jhwizard says of a config file that was run is what JupyterHub makes of it."""

import json
from collections.abc import Callable
from pathlib import PurePosixPath
from subprocess import CompletedProcess
from typing import Any

import pytest

from real.hub import ADMIN_FILE, Hub
from real.machine import NOBODY, Machine
from real.test_written import UNIT

pytestmark = pytest.mark.real

Jhwizard = Callable[..., CompletedProcess[str]]

CONFIG = """
import json, os, subprocess, sys
from jupyterhub.spawner import SimpleLocalProcessSpawner

sys.path.insert(0, os.path.dirname(__file__))
import policy

with open("/etc/jupyterhub/limits.json") as file:
    limits = json.load(file)

policy.apply(c)
exec("c.JupyterHub.allow_named_servers = bool(limits)")
c.JupyterHub.named_server_limit_per_user = limits["named"]
c.JupyterHub.active_server_limit = int(subprocess.check_output(["printenv", "MOST"]))
c.JupyterHub.spawner_class = SimpleLocalProcessSpawner
load_subconfig("/etc/jupyterhub/more.py")
"""

POLICY = """
def apply(config):
    config.Spawner.default_url = "/lab/tree/" + "welcome"
    config.Spawner.environment.update({"JUPYTER_PREFER_ENV_PATH": "1"})
"""

MORE = "c.Spawner.environment.update({'PYTHONNOUSERSITE': '1'})\n"

KEYS = (
    "interface.default_url",
    "named_servers.allow",
    "named_servers.limit",
    "named_servers.active_limit",
    "environment.prefer_env_path",
)


@pytest.fixture
def files(machine: Machine, hub6: PurePosixPath) -> Machine:
    machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=hub6))
    machine.write(ADMIN_FILE, CONFIG)
    machine.write("/etc/jupyterhub/policy.py", POLICY)
    machine.write("/etc/jupyterhub/more.py", MORE)
    machine.write("/etc/jupyterhub/limits.json", '{"named": 2}')
    machine.write("/etc/jupyterhub/hub.env", "MOST=7\n")
    return machine


def settings(jhwizard: Jhwizard, *words: str) -> dict[str, Any]:
    done = jhwizard("show", "--json", "--hub-config", ADMIN_FILE, *words)
    found: dict[str, Any] = json.loads(done.stdout)["settings"]
    return found


@pytest.mark.parametrize("user", [None, NOBODY])
def test_what_was_evaluated_is_what_the_hub_itself_loads(
    files: Machine, hub6: PurePosixPath, jhwizard: Jhwizard, user: int | None
) -> None:
    command = [str(hub6 / "bin/jupyterhub"), "-f", ADMIN_FILE, "--show-config-json"]
    truth = json.loads(files.run(command, env={"MOST": "7"}).stdout)
    waiting = files.start(["sleep", "600"], env={"MOST": "7"}, user=user)
    # It is `setpriv` first.
    pid = files.run(["sh", "-c", "until pgrep -x sleep; do true; done"]).stdout.strip()
    words = ("show", "--json", "--evaluate", "--yes", "--env-from", pid)
    done = jhwizard(*words, "--hub-config", ADMIN_FILE, user=user)
    files.stop(waiting)
    found = json.loads(done.stdout)["settings"]
    assert {key: found[key]["kind"] for key in KEYS} == dict.fromkeys(KEYS, "exact")
    assert found["interface.default_url"]["value"] == truth["Spawner"]["default_url"]
    hub = truth["JupyterHub"]
    assert found["named_servers.allow"]["value"] is hub["allow_named_servers"] is True
    assert found["named_servers.limit"]["value"] == hub["named_server_limit_per_user"] == 2
    assert found["named_servers.active_limit"]["value"] == hub["active_server_limit"] == 7
    assert found["environment.prefer_env_path"]["value"] == "1"
    assert all(found[key]["evaluated"] for key in KEYS)
    assert f"{ADMIN_FILE}:14: starts programs: subprocess.check_output" in done.stderr


def test_without_it_none_of_these_is_known(files: Machine, jhwizard: Jhwizard) -> None:
    assert files
    found = settings(jhwizard)
    assert "exact" not in {found[key]["kind"] for key in KEYS}


def test_answers_on_top_of_it_are_obeyed_by_a_hub_and_taken_back(
    files: Machine, hub6: PurePosixPath, jhwizard: Jhwizard
) -> None:
    words = ("--evaluate", "--yes", "--env-file", "/etc/jupyterhub/hub.env")
    answers = '[interface]\ndefault_url = "/tree"\n[named_servers]\nlimit = 1\n'
    jhwizard("apply", "-", *words, input=answers)
    assert files.read(ADMIN_FILE).decode().startswith(CONFIG)
    with Hub(files, hub6, env={"MOST": "7"}) as hub:
        assert hub.login("al").landing().path == "/user/al/tree"
        assert hub.api("POST", "/users/carl/servers/one", user="carl").status == 202
        refused = hub.api("POST", "/users/carl/servers/two", user="carl")
        assert "already has the maximum of 1 named servers" in refused.json()["message"]
    jhwizard("undo")
    assert files.read(ADMIN_FILE).decode() == CONFIG
