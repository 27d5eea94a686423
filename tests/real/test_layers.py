"""Layers that contradict each other: what `explain` calls the winner is what a real server has."""

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pytest

from real.conftest import jhwizard_in
from real.hub import ADMIN_FILE, Hub
from real.machine import Machine
from real.test_written import UNIT

pytestmark = pytest.mark.real

TRAIT = "MappingKernelManager.cull_idle_timeout"


def as_python(seconds: int) -> str:
    return f"c.{TRAIT} = {seconds}\n"


def as_json(seconds: int) -> str:
    cls, trait = TRAIT.split(".")
    return json.dumps({cls: {trait: seconds}})


def layers(prefix: PurePosixPath) -> list[tuple[str, str]]:
    """Return five files that fight over one trait, the strongest first."""
    return [
        ("/srv/policy/jupyter_server_config.py", as_python(5000)),
        (f"{prefix}/etc/jupyter/jupyter_server_config.json", as_json(4000)),
        (f"{prefix}/etc/jupyter/jupyter_server_config.py", as_python(3000)),
        ("/etc/jupyter/jupyter_server_config.json", as_json(2000)),
        ("/etc/jupyter/jupyter_server_config.py", as_python(1000)),
    ]


@pytest.fixture(scope="module")
def hub(hub6: PurePosixPath) -> Iterator[Hub]:
    with Machine(writable=[hub6]) as machine:
        machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=hub6))
        first = '{"JUPYTER_CONFIG_PATH": "/srv/policy"}'
        machine.write(ADMIN_FILE, f"c.Spawner.environment = {first}\n")
        with Hub(machine, hub6) as hub:
            yield hub


def explain(machine: Machine) -> dict[str, Any]:
    # The hub that runs has the admin's file inside a file of the test's own.
    words = ("explain", "culling.kernel_idle", "--json", "--hub-config", ADMIN_FILE)
    found: dict[str, Any] = json.loads(jhwizard_in(machine)(*words).stdout)
    return found


def timeout_of(hub: Hub, user: str) -> int:
    """Return the seconds after which a freshly started server culls idle kernels; 0 is never."""
    before = len(hub.log)
    hub.start_server(user)
    hub.start_kernel(user, "python3")
    found = re.search(r"Culling kernels with idle durations > (\d+) seconds", hub.log[before:])
    return int(found[1]) if found else 0


def test_the_winner_of_five_layers_is_what_a_real_server_has_one_after_the_other(
    hub: Hub, hub6: PurePosixPath
) -> None:
    machine, there = hub.machine, layers(hub6)
    for path, text in there:
        machine.write(path, text)
    for number, (path, _text) in enumerate(there):
        explained = explain(machine)
        assert explained["layers"][-1]["file"] == path
        assert len(explained["layers"]) == len(there) - number + 1
        assert timeout_of(hub, f"user{number}") == explained["value"]
        machine.run(["rm", path])
    assert timeout_of(hub, "last") == 0
