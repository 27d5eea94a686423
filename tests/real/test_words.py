"""Loaded files, command lines and names of old: real servers obey what `show` says, and answers."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

import pytest

from real.conftest import jhwizard_in
from real.hub import ADMIN_FILE, Hub
from real.machine import Machine
from real.test_written import UNIT

pytestmark = pytest.mark.real

MORE = "/etc/jupyterhub/conf.d/10-servers.py"
SERVERS = "/etc/jupyter/jupyter_server_config.py"
LOADS = """
import glob
for path in sorted(glob.glob("/etc/jupyterhub/conf.d/*.py")):
    load_subconfig(path)
"""
WORDS = """
c.Spawner.args = [
    "--debug", "--MappingKernelManager.cull_idle_timeout", "2000",
    "--ServerApp.default_url=/tree", "--ServerApp.shutdown_no_activity_timeout=4444",
]
"""
OLD = """
c.MappingKernelManager.cull_idle_timeout = 1000
c.NotebookApp.shutdown_no_activity_timeout = 7777
c.ServerApp.shutdown_no_activity_timeout = 8888
c.KernelSpecManager.whitelist = {"r"}
c.KernelSpecManager.allowed_kernelspecs = {"python3"}
"""
ANSWERS = """
target = "system"
[interface]
app = "lab"
[culling]
kernel_idle = "50m"
server_idle = "2h"
[kernels]
allowed = ["python3"]
"""
KEYS = ("interface.default_url", "culling.kernel_idle", "culling.server_idle", "kernels.allowed")


@contextmanager
def machine_with(hub6: PurePosixPath, files: dict[str, str]) -> Iterator[Machine]:
    with Machine(writable=[hub6]) as machine:
        machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=hub6))
        for path, text in files.items():
            machine.write(path, text)
        yield machine


def shown(machine: Machine, *keys: str) -> dict[str, Any]:
    """Return settings by key; the hub that runs has the admin's file inside one of the test's."""
    said = jhwizard_in(machine)("show", *keys, "--json", "--hub-config", ADMIN_FILE)
    settings: dict[str, Any] = json.loads(said.stdout)["settings"]
    return settings


def seen(machine: Machine, hub6: PurePosixPath, user: str) -> dict[str, object]:
    """Return what a freshly started server of a freshly started hub has."""
    with Hub(machine, hub6) as hub:
        page = hub.login(user).spawn().path.removeprefix(f"/user/{user}")
        offered = hub.server_api(user, "GET", "/api/kernelspecs").json()["kernelspecs"]
        hub.start_kernel(user, "python3")
        culls = re.search(r"Culling kernels with idle durations > (\d+) seconds", hub.log)
        ends = re.search(r"Will shut down after (\d+) seconds with no kernels", hub.log)
        return {
            "interface.default_url": page,
            "culling.kernel_idle": int(culls[1]) if culls else 0,
            "culling.server_idle": int(ends[1]) if ends else 0,
            "kernels.allowed": list(offered),
        }


def page_of(machine: Machine, hub6: PurePosixPath) -> str:
    """Return the page on which people land."""
    with Hub(machine, hub6) as hub:
        return hub.login("al").spawn().path


def test_words_and_old_names_are_what_a_real_server_has_before_and_after_an_answer(
    hub6: PurePosixPath,
) -> None:
    with machine_with(hub6, {ADMIN_FILE: LOADS, MORE: WORDS, SERVERS: OLD}) as machine:
        before = shown(machine, *KEYS)
        assert {key: before[key]["origin"] for key in KEYS} == {
            "interface.default_url": {"file": MORE, "line": 2},
            "culling.kernel_idle": {"file": MORE, "line": 2},
            "culling.server_idle": {"file": SERVERS, "line": 3},
            "kernels.allowed": {"file": SERVERS, "line": 5},
        }
        real = seen(machine, hub6, "al")
        assert before["kernels.allowed"]["value"] == ["r"]
        assert real["kernels.allowed"] == []  # there is no such kernel
        for key in KEYS[:3]:
            assert before[key]["value"] == real[key]
        words = ("apply", "-", "--yes", "--hub-config", ADMIN_FILE)
        jhwizard_in(machine)(*words, input=ANSWERS)
        after = shown(machine, *KEYS)
        assert {key: after[key]["value"] for key in KEYS} == seen(machine, hub6, "bo") | {
            "interface.default_url": "/lab"
        }
        assert [after[key]["value"] for key in KEYS] == ["/lab", 3000, 7200, ["python3"]]


def test_the_program_of_jupyterlab_shows_it_until_a_page_is_chosen(hub6: PurePosixPath) -> None:
    cmd = 'c.Spawner.cmd = ["jupyter-labhub"]\n'
    with machine_with(hub6, {ADMIN_FILE: cmd}) as machine:
        app = shown(machine, "interface.app")["interface.app"]
        assert (app["value"], app["origin"]) == ("lab", {"file": ADMIN_FILE, "line": 1})
        assert page_of(machine, hub6) == "/user/al/lab"
        words = ("apply", "-", "--yes", "--hub-config", ADMIN_FILE)
        jhwizard_in(machine)(*words, input='target = "system"\n[interface]\napp = "notebook"\n')
        assert shown(machine, "interface.app")["interface.app"]["value"] == "notebook"
        assert page_of(machine, hub6) == "/user/al/tree"
