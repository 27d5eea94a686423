"""A hub of one environment whose users' servers come from another one, with Notebook 6."""

import json
import time
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from real.conftest import jhwizard_in
from real.hub import ADMIN_FILE, Hub
from real.machine import Machine

pytestmark = pytest.mark.real

UNIT = """
[Service]
ExecStart={hub}/bin/jupyterhub -f /etc/jupyterhub/jupyterhub_config.py
"""

ADMINS = """
c.Spawner.cmd = ["{users}/bin/jupyterhub-singleuser"]
c.Spawner.default_url = "/lab"
"""

ANSWERS = """
target = "env"
[interface]
app = "nbclassic"
[culling]
kernel_idle = "2s"
kernel_interval = "1s"
[extensions]
server = { jupyter_lsp = false }
"""

LEGACY_HUB = """
c.Spawner.environment = {"JUPYTERHUB_SINGLEUSER_APP": "notebook.notebookapp.NotebookApp"}
c.Spawner.default_url = "/tree"
"""

LEGACY_SERVER = """
c.ServerApp.shutdown_no_activity_timeout = 1  # a class the legacy server does not have
c.KernelSpecManager.allowed_kernelspecs = {"python3"}
c.MappingKernelManager.cull_idle_timeout = 2
c.MappingKernelManager.cull_interval = 1
"""


@pytest.fixture(scope="module")
def hub(hub6: PurePosixPath, notebook6: PurePosixPath) -> Iterator[Hub]:
    """A hub on what jhwizard wrote for nbclassic, with the server of `al` running."""
    with Machine(writable=[hub6, notebook6]) as machine:
        machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(hub=hub6))
        machine.write(ADMIN_FILE, ADMINS.format(users=notebook6))
        jhwizard_in(machine)("apply", "-", "--yes", input=ANSWERS)
        with Hub(machine, hub6) as hub:
            hub.start_server("al")
            yield hub


def test_without_notebook_7_nbclassic_is_at_tree(hub: Hub, notebook6: PurePosixPath) -> None:
    landing = hub.login("al").landing()
    assert (landing.path, landing.status, landing.title) == ("/user/al/tree", 200, "Home")
    # The hub that runs is the test's own; the admin's file is the one it loads.
    said = jhwizard_in(hub.machine)("show", "--json", "--hub-config", ADMIN_FILE)
    shown = json.loads(said.stdout)
    assert shown["settings"]["interface.app"]["value"] == "nbclassic"
    assert shown["settings"]["interface.default_url"]["value"] == "/tree"
    assert shown["settings"]["culling.kernel_idle"]["origin"]["file"] == str(
        notebook6 / "etc/jupyter/jupyter_server_config.py"
    )


def test_nbclassic_obeys_the_configuration_of_the_modern_server(hub: Hub) -> None:
    assert "jupyter_lsp | extension was successfully loaded" not in hub.log
    assert "nbclassic | extension was successfully loaded" in hub.log
    hub.start_kernel("al", "python3")
    end = time.monotonic() + 20
    while hub.server_api("al", "GET", "/api/kernels").json():
        assert time.monotonic() < end, hub.log
        time.sleep(0.2)


def test_the_legacy_server_reads_another_file(
    hub6: PurePosixPath, notebook6: PurePosixPath
) -> None:
    """Written by hand: what a setting for it will have to write."""
    with Machine(writable=[hub6, notebook6]) as machine:
        machine.write(ADMIN_FILE, ADMINS.format(users=notebook6) + LEGACY_HUB)
        machine.write("/etc/jupyter/jupyter_notebook_config.py", LEGACY_SERVER)
        machine.write(
            "/etc/jupyter/jupyter_server_config.py",
            "c.MultiKernelManager.default_kernel_name = 'nosuch'\n",
        )
        with Hub(machine, hub6) as hub:
            landing = hub.login("al").landing()
            assert landing.path.rstrip("/") == "/user/al/tree"
            assert landing.title == "Home Page - Select or create a notebook"
            offered = hub.server_api("al", "GET", "/api/kernelspecs").json()
            assert (offered["default"], list(offered["kernelspecs"])) == ("python3", ["python3"])
            hub.start_kernel("al", "python3")
            end = time.monotonic() + 20
            while hub.server_api("al", "GET", "/api/kernels").json():
                assert time.monotonic() < end, hub.log
                time.sleep(0.2)
