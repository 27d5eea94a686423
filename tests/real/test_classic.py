"""The legacy Notebook on what jhwizard wrote: it obeys; the modern server afterwards does, too."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath

import pytest

from real.conftest import jhwizard_in
from real.hub import ADMIN_FILE, Hub
from real.machine import NOBODY, Machine

pytestmark = pytest.mark.real

UNIT = """
[Service]
ExecStart={hub}/bin/jupyterhub -f /etc/jupyterhub/jupyterhub_config.py
"""

ADMINS = """
c.Spawner.cmd = ["{users}/bin/jupyterhub-singleuser"]
c.Spawner.default_url = "/lab"  # the admin's own
"""

ANSWERS = """
target = "{target}"
[interface]
app = "classic"
[culling]
server_idle = "3s"
kernel_idle = "2s"
kernel_interval = "1s"
kernel_connected = true
kernel_busy = true
terminal_idle = "3s"
terminal_interval = "1s"
[extensions]
server = {{ jupyterlab = false }}
[kernels]
allowed = ["python3"]
native = false
[named_servers]
allow = true
limit = 1
[environment]
traits = {{ ContentsManager.allow_hidden = true }}
"""

FILES = "find etc {users}/etc -type f -exec sha256sum {{}} + | sort"
PAGES = {"lab": ("/user/al/lab", "JupyterLab"), "nbclassic": ("/user/al/tree", "Home")}
QUIET = "?no_track_activity=1"


def prepared(machine: Machine, hub6: PurePosixPath, users: PurePosixPath) -> None:
    """Write what an admin has before: a unit, and a hub whose users have their own environment."""
    machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(hub=hub6))
    machine.write(ADMIN_FILE, ADMINS.format(users=users))


def shown(machine: Machine) -> dict[str, dict[str, object]]:
    """Return what is in force; the hub that runs is the test's own."""
    said = jhwizard_in(machine)("show", "--json", "--hub-config", ADMIN_FILE)
    settings: dict[str, dict[str, object]] = json.loads(said.stdout)["settings"]
    return settings


def files(machine: Machine, users: PurePosixPath) -> str:
    """Return the fingerprints of all that an admin configures."""
    script = f"cd / && {FILES.format(users=str(users).lstrip('/'))}"
    return machine.run(["sh", "-c", script]).stdout


def left(hub: Hub, user: str) -> tuple[int, int]:
    """Return how many kernels and terminals a user's server has."""
    kinds = ("kernels", "terminals")
    kernels, terminals = (hub.server_api(user, "GET", f"/api/{w}{QUIET}").json() for w in kinds)
    return len(kernels), len(terminals)


def wait_until_nothing_is_left(hub: Hub, user: str) -> None:
    """Wait until all kernels and terminals of a user are stopped."""
    end = time.monotonic() + 30
    while left(hub, user) != (0, 0):
        assert time.monotonic() < end, hub.log
        time.sleep(0.2)


@pytest.fixture(scope="module", params=["system", "env"])
def hub(
    request: pytest.FixtureRequest, hub6: PurePosixPath, notebook6: PurePosixPath
) -> Iterator[Hub]:
    """A hub on what jhwizard wrote for the legacy Notebook, for each target."""
    with Machine(writable=[hub6, notebook6]) as machine:
        prepared(machine, hub6, notebook6)
        jhwizard_in(machine)("apply", "-", "--yes", input=ANSWERS.format(target=request.param))
        with Hub(machine, hub6, more="c.Spawner.poll_interval = 1\n") as hub:
            yield hub


def test_people_land_on_the_legacy_notebook(hub: Hub) -> None:
    landing = hub.login("al").landing()
    assert landing.path.rstrip("/") == "/user/al/tree"
    assert landing.title == "Home Page - Select or create a notebook"
    assert "Extending notebook.notebookapp.NotebookApp from notebook 6" in hub.log
    assert shown(hub.machine)["interface.app"]["value"] == "classic"
    assert "not recognized" not in hub.log  # of a trait or class it does not have


def test_the_legacy_notebook_offers_the_chosen_kernels_and_loads_the_chosen_extensions(
    hub: Hub,
) -> None:
    hub.start_server("bo")
    offered = hub.server_api("bo", "GET", "/api/kernelspecs").json()
    assert list(offered["kernelspecs"]) == ["python3"]
    assert hub.server_api("bo", "GET", "/api/contents/.jupyter").status in {200, 404}
    # JupyterLab 4 cannot be loaded by it, and says so wherever it is not switched off.
    assert "Error loading server extension jupyterlab" not in hub.log


def test_running_cells_open_tabs_and_terminals_are_stopped_and_then_the_server(hub: Hub) -> None:
    """Beside `cy`, who has what was written, others have one of Jupyter's own defaults."""
    own = {
        "di": "c.MappingKernelManager.cull_connected = False\n",
        "ed": "c.MappingKernelManager.cull_busy = False\n",
        "fi": "c.TerminalManager.cull_inactive_timeout = 0\n",
    }
    with ThreadPoolExecutor() as tabs:
        for user, text in own.items():
            path = hub.home(user) / ".jupyter/jupyter_notebook_config.py"
            hub.machine.write(path, text, user=NOBODY)
        for user in (*own, "cy"):
            hub.start_server(user)
            hub.server_api(user, "POST", "/api/terminals")
            kernel = hub.start_kernel(user, "python3")
            tabs.submit(hub.run_cell, user, kernel, "import time; time.sleep(300)", timeout=300)
        wait_until_nothing_is_left(hub, "cy")
        end = time.monotonic() + 20
        wanted = {"di": (1, 0), "ed": (1, 0), "fi": (0, 1)}
        while {user: left(hub, user) for user in own} != wanted:
            assert time.monotonic() < end, hub.log
            time.sleep(0.2)
        # The server looks at its own idleness once a minute, whatever the times are.
        end = time.monotonic() + 100
        while hub.api("GET", "/users/cy").json()["servers"]:
            assert time.monotonic() < end, hub.log
            time.sleep(0.5)
        assert "No kernels or terminals for" in hub.log
        # An open terminal keeps the legacy server, other than the modern one.
        assert hub.api("GET", "/users/fi").json()["servers"]
        for user in own:
            hub.stop_server(user)


def test_the_limit_of_named_servers_holds_beside_it(hub: Hub) -> None:
    assert hub.api("POST", "/users/gil/servers/one", user="gil").status in {201, 202}
    refused = hub.api("POST", "/users/gil/servers/two", user="gil")
    assert refused.status == 400


@pytest.mark.parametrize("target", ["system", "env"])
@pytest.mark.parametrize(("app", "page"), PAGES.items())
def test_another_interface_takes_everything_to_the_modern_server_and_undo_takes_it_back(
    hub6: PurePosixPath, notebook6: PurePosixPath, target: str, app: str, page: tuple[str, str]
) -> None:
    with Machine(writable=[hub6, notebook6]) as machine:
        prepared(machine, hub6, notebook6)
        jhwizard = jhwizard_in(machine)
        first = files(machine, notebook6)
        jhwizard("apply", "-", "--yes", input=ANSWERS.format(target=target))
        classic = files(machine, notebook6)
        before = shown(machine)
        more = "[extensions]\nserver = { jupyterlab = true, jupyter_lsp = false }\n"
        jhwizard("apply", "-", "--yes", input=f'[interface]\napp = "{app}"\n{more}')
        after = shown(machine)
        for key, was in before.items():
            if key.startswith(("culling", "kernels", "named", "environment")):
                assert after[key]["value"] == was["value"], key
            origin = after[key]["origin"]
            assert "notebook_config" not in str(origin), key
        with Hub(machine, hub6) as hub:
            landing = hub.login("al").landing()
            assert (landing.status, landing.path, landing.title) == (200, *page)
            hub.start_kernel("al", "python3")
            hub.server_api("al", "POST", "/api/terminals")
            wait_until_nothing_is_left(hub, "al")
            assert "jupyter_lsp | extension was successfully loaded" not in hub.log
            assert "jupyterlab | extension was successfully loaded" in hub.log
        assert json.loads(jhwizard("undo", "--json").stdout)["done"] is True
        assert files(machine, notebook6) == classic
        assert json.loads(jhwizard("undo", "--json").stdout)["done"] is True
        assert files(machine, notebook6) == first


def test_the_admins_own_variable_is_overridden_and_counts_again(
    hub6: PurePosixPath, notebook6: PurePosixPath
) -> None:
    with Machine(writable=[hub6, notebook6]) as machine:
        prepared(machine, hub6, notebook6)
        own = 'c.Spawner.environment = {"JUPYTERHUB_SINGLEUSER_APP": "notebook"}\n'
        machine.write(ADMIN_FILE, ADMINS.format(users=notebook6) + own)
        jhwizard = jhwizard_in(machine)
        assert shown(machine)["interface.app"]["origin"] == {"file": ADMIN_FILE, "line": 4}
        jhwizard("apply", "-", "--yes", input='[interface]\napp = "lab"\n')
        with Hub(machine, hub6) as hub:
            assert hub.login("al").landing().title == "JupyterLab"
        jhwizard("apply", "-", "--yes", input='[interface]\napp = "classic"\n')
        assert b"JUPYTERHUB_SINGLEUSER_APP" not in machine.read(ADMIN_FILE).partition(b"# >>>")[2]
        with Hub(machine, hub6) as hub:
            landing = hub.login("al").landing()
            assert landing.title == "Home Page - Select or create a notebook"


def test_the_landing_page_of_the_hub_beats_that_of_the_legacy_notebooks_own_file(
    hub6: PurePosixPath, notebook6: PurePosixPath
) -> None:
    with Machine(writable=[hub6, notebook6]) as machine:
        prepared(machine, hub6, notebook6)
        machine.write(
            "/etc/jupyter/jupyter_notebook_config.py", "c.NotebookApp.default_url = '/edit/a'\n"
        )
        jhwizard_in(machine)("apply", "-", "--yes", input='[interface]\napp = "classic"\n')
        page = shown(machine)["interface.default_url"]
        assert page["value"] == "/tree"
        assert [s["value"] for s in page["shadows"]] == ["/edit/a"]  # type: ignore[attr-defined]
        with Hub(machine, hub6) as hub:
            assert hub.login("al").landing().path.rstrip("/") == "/user/al/tree"


def test_a_variable_that_forbids_it_is_named_since_no_server_would_start(
    hub6: PurePosixPath, notebook6: PurePosixPath
) -> None:
    with Machine(writable=[hub6, notebook6]) as machine:
        prepared(machine, hub6, notebook6)
        both = {
            "JUPYTERHUB_SINGLEUSER_EXTENSION": "1",
            "JUPYTERHUB_SINGLEUSER_APP": "notebook.notebookapp.NotebookApp",
        }
        text = ADMINS.format(users=notebook6) + f"c.Spawner.environment = {both}\n"
        machine.write(ADMIN_FILE, text.replace("'JUPYTERHUB_SINGLEUSER_APP'", "'OTHER'"))
        refused = jhwizard_in(machine)(
            "apply", "-", "--yes", input='[interface]\napp = "classic"\n', check=False
        )
        assert refused.returncode == 3
        assert f"JUPYTERHUB_SINGLEUSER_EXTENSION ({ADMIN_FILE}:4)" in refused.stderr
        machine.write(ADMIN_FILE, text)
        with Hub(machine, hub6) as hub:
            hub.api("POST", "/users/al/server", user="al")
            end = time.monotonic() + 30
            while "Cannot use JUPYTERHUB_SINGLEUSER_EXTENSION=1" not in hub.log:
                assert time.monotonic() < end, hub.log
                time.sleep(0.2)


SHELL = "while true; do echo still; sleep 0.2; done"


def test_a_terminal_nobody_has_open_is_closed_though_it_prints(
    hub6: PurePosixPath, notebook6: PurePosixPath
) -> None:
    with Machine(writable=[hub6, notebook6]) as machine:
        prepared(machine, hub6, notebook6)
        shell = f"c.NotebookApp.terminado_settings = {{'shell_command': ['sh', '-c', '{SHELL}']}}\n"
        machine.write("/etc/jupyter/jupyter_notebook_config.py", shell)
        jhwizard_in(machine)("apply", "-", "--yes", input=ANSWERS.format(target="env"))
        with Hub(machine, hub6) as hub:
            hub.start_server("al")
            hub.server_api("al", "POST", "/api/terminals")
            assert left(hub, "al") == (0, 1)
            wait_until_nothing_is_left(hub, "al")
