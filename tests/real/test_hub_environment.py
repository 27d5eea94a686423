"""What jhwizard reads with the environment of a running hub is what that hub does."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pytest

from real.conftest import jhwizard_in
from real.hub import ADMIN_FILE, Hub
from real.machine import Machine
from real.test_written import UNIT

pytestmark = pytest.mark.real

CONFIG = """
import os

c.Spawner.default_url = os.environ.get("PAGE", "/lab")
c.JupyterHub.allow_named_servers = os.environ["NAMED"].lower() in ("1", "yes")
if os.getenv("MOST"):
    c.JupyterHub.named_server_limit_per_user = int(os.environ["MOST"])
c.JupyterHub.active_server_limit = int(os.environ.get("NOT_SET", 100))
"""

VARIABLES = {"PAGE": "/tree", "NAMED": "Yes", "MOST": "1"}


@pytest.fixture(scope="module")
def hub(hub6: PurePosixPath) -> Iterator[Hub]:
    with Machine(writable=[hub6]) as machine:
        machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=hub6))
        machine.write(ADMIN_FILE, CONFIG)
        with Hub(machine, hub6, env=VARIABLES) as hub:
            yield hub


def settings(hub: Hub, *words: str) -> dict[str, Any]:
    # The hub that runs has the admin's file inside a file of the test's own.
    done = jhwizard_in(hub.machine)("show", "--json", "--hub-config", ADMIN_FILE, *words)
    found: dict[str, Any] = json.loads(done.stdout)["settings"]
    return found


def process(hub: Hub) -> str:
    """Return the hub's number inside its machine."""
    return hub.machine.run(["pgrep", "-of", "bin/jupyterhub -f"]).stdout.strip()


def test_with_the_environment_of_the_hub_every_value_is_the_one_that_hub_has(hub: Hub) -> None:
    found = settings(hub, "--env-from", process(hub))
    assert {found[key]["kind"] for key in KEYS} == {"exact"}
    assert found["interface.default_url"]["value"] == "/tree"
    assert hub.login("al").landing().path == "/user/al/tree"
    assert (found["named_servers.allow"]["value"], found["named_servers.limit"]["value"]) == (
        True,
        1,
    )
    assert hub.api("POST", "/users/carl/servers/one", user="carl").status == 202
    refused = hub.api("POST", "/users/carl/servers/two", user="carl")
    assert "already has the maximum of 1 named servers" in refused.json()["message"]
    # The variable of this one is certainly not set.
    assert found["named_servers.active_limit"]["value"] == 100


KEYS = (
    "interface.default_url",
    "named_servers.allow",
    "named_servers.limit",
    "named_servers.active_limit",
)


def test_without_it_none_is_guessed(hub: Hub) -> None:
    found = settings(hub)
    assert "exact" not in {found[key]["kind"] for key in KEYS}


def test_a_file_says_only_what_is_in_it(hub: Hub) -> None:
    hub.machine.write("/etc/jupyterhub/hub.env", "PAGE='/lab/tree'\n")
    found = settings(hub, "--env-file", "/etc/jupyterhub/hub.env")
    assert found["interface.default_url"]["value"] == "/lab/tree"
    assert found["named_servers.allow"]["kind"] != "exact"
