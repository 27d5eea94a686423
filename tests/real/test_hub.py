"""What the configuration of a machine does to a real hub, its servers and its kernels.

Written by hand, without jhwizard: the truth that jhwizard's own tests are measured against.
"""

import json
import time
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from real.hub import ADMIN_FILE, Hub
from real.machine import Machine

pytestmark = pytest.mark.real

HUB_CONFIG = """
c.Spawner.default_url = "/tree"
c.Spawner.environment.update({"JHWIZARD_TEST": "from the admin"})
c.JupyterHub.services = []  # a plain assignment must not cost the harness its own token

def named_server_limit(handler):
    user = handler.current_user
    return 0 if user and user.admin else 1

c.JupyterHub.allow_named_servers = True
c.JupyterHub.named_server_limit_per_user = named_server_limit
"""

CULLING_CONFIG = """
c.MappingKernelManager.cull_idle_timeout = 2
c.MappingKernelManager.cull_interval = 1
"""

IPYTHON_CONFIG = 'c.InteractiveShellApp.extensions.append("autoreload")\n'


@pytest.fixture(scope="module")
def hub(hub6: PurePosixPath) -> Iterator[Hub]:
    """One hub for all tests of this module, with the server of `al` running."""
    with Machine(writable=[hub6]) as machine:
        machine.write(ADMIN_FILE, HUB_CONFIG)
        machine.write("/etc/ipython/ipython_config.py", IPYTHON_CONFIG)
        disabled = {"ServerApp": {"jpserver_extensions": {"nbgitpuller": False}}}
        enabled = hub6 / "etc/jupyter/jupyter_server_config.d"
        machine.write(enabled / "zz_jhwizard.json", json.dumps(disabled))
        with Hub(machine, hub6) as hub:
            hub.start_server("al")
            yield hub


def test_the_default_url_of_the_spawner_is_where_the_user_lands(hub: Hub) -> None:
    landing = hub.login("al").landing()
    assert (landing.path, landing.status, landing.title) == ("/user/al/tree", 200, "Home")


@pytest.mark.parametrize(("url", "title"), [("/lab", "JupyterLab"), ("/nbclassic/tree", "Home")])
def test_the_other_interfaces_answer_on_the_same_server(hub: Hub, url: str, title: str) -> None:
    page = hub.login("al").open(f"/user/al{url}")
    assert (page.path, page.status, page.title) == (f"/user/al{url}", 200, title)


def test_a_server_that_does_not_run_is_started_by_going_there(hub: Hub) -> None:
    session = hub.login("bo")
    assert session.spawn().path == "/user/bo/tree"
    hub.stop_server("bo")
    assert session.landing().path == "/user/bo/tree"
    hub.stop_server("bo")


def test_one_named_server_more_than_the_limit_is_refused_but_not_to_an_admin(hub: Hub) -> None:
    assert hub.api("POST", "/users/carl/servers/one", user="carl").status == 202
    refused = hub.api("POST", "/users/carl/servers/two", user="carl")
    assert refused.status == 400
    assert "already has the maximum of 1 named servers" in refused.json()["message"]
    for name in ("one", "two"):
        assert hub.api("POST", f"/users/admin/servers/{name}", user="admin").status == 202


def test_an_idle_kernel_is_culled(hub: Hub) -> None:
    # Not for the other tests: a slow kernel is culled before they have joined it.
    hub.machine.write("/etc/jupyter/jupyter_server_config.py", CULLING_CONFIG)
    hub.start_server("dora")
    hub.start_kernel("dora", "python3")
    assert len(hub.server_api("dora", "GET", "/api/kernels").json()) == 1
    end = time.monotonic() + 15
    while hub.server_api("dora", "GET", "/api/kernels").json():
        assert time.monotonic() < end, hub.log
        time.sleep(0.2)
    hub.machine.run(["rm", "/etc/jupyter/jupyter_server_config.py"])
    hub.stop_server("dora")


def test_an_ipython_extension_is_there_in_a_kernel(hub: Hub) -> None:
    assert hub.run_in_kernel("al", "python3", "%autoreload 1\nprint('yes')") == "yes\n"
    assert "UsageError" in hub.run_in_kernel("al", "python3", "%no_such_magic")


def test_a_disabled_server_extension_is_not_loaded(hub: Hub) -> None:
    assert hub.server_api("al", "GET", "/git-pull").status == 404
    assert "nbgitpuller | extension was successfully loaded" not in hub.log
    assert "jupyterlab | extension was successfully loaded" in hub.log


def test_the_second_kernel_answers(hub: Hub) -> None:
    assert hub.run_in_kernel("al", "bash", "echo $((6 * 7))").strip() == "42"


def test_the_environment_of_the_spawner_reaches_a_kernel(hub: Hub) -> None:
    code = "import os; os.environ['JHWIZARD_TEST'], os.getuid()"
    assert hub.run_in_kernel("al", "python3", code) == "('from the admin', 65534)"


def test_an_unconfigured_hub_has_the_defaults_and_leaves_no_process(
    machine: Machine, hub6: PurePosixPath
) -> None:
    with Hub(machine, hub6) as hub:
        hub.start_server("al")
        assert machine.processes()
        # Without any configuration, the opposite of what the tests above see.
        assert hub.login("al").landing().path == "/user/al/lab"
        assert hub.server_api("al", "GET", "/git-pull").status == 400  # no repository given
        assert "nbgitpuller | extension was successfully loaded" in hub.log
        assert "UsageError" in hub.run_in_kernel("al", "python3", "%autoreload 1")
    assert machine.processes() == {}


def test_a_hub_that_cannot_start_shows_its_log(machine: Machine, hub6: PurePosixPath) -> None:
    machine.write(ADMIN_FILE, "c.JupyterHub.active_server_limit = 'many'\n")
    with (
        pytest.raises(AssertionError, match=r"active_server_limit.*expected an int"),
        Hub(machine, hub6),
    ):
        pass


def test_a_server_that_cannot_start_shows_its_log(machine: Machine, hub6: PurePosixPath) -> None:
    machine.write("/etc/jupyter/jupyter_server_config.py", "c.ServerApp.port_retries = 'many'\n")
    hub = Hub(machine, hub6, more="c.Spawner.http_timeout = 6  # not the 30 seconds of the default")
    with hub, pytest.raises(AssertionError, match=r"port_retries.*an int"):
        hub.start_server("al")
