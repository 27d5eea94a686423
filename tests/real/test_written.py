"""What jhwizard writes, a real JupyterHub, Jupyter server and kernel obey; undo takes it back."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath
from subprocess import CompletedProcess

import pytest

from real.conftest import jhwizard_in
from real.hub import ADMIN_FILE, Hub
from real.machine import NOBODY, Machine

pytestmark = pytest.mark.real

Jhwizard = Callable[..., CompletedProcess[str]]

UNIT = """
[Service]
ExecStart={prefix}/bin/jupyterhub -f /etc/jupyterhub/jupyterhub_config.py
"""

ANSWERS = """
target = "{target}"
[extensions]
server = {{ nbgitpuller = false }}
ipython = ["autoreload"]
[kernels]
share = ["physics"]
allowed = ["bash", "physics"]
default = "bash"
[named_servers]
allow = true
limit = 2
admins_unlimited = true
[environment]
users_may_override = {override}
traits = {{ ContentsManager.allow_hidden = true }}
"""

PHYSICS = """
{"argv": ["python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
 "display_name": "Physics", "language": "python", "env": {"GROUP": "physics"}}
"""

OWN_PATH = ".jupyter/jupyter_server_config.py"
OWN_FILE = "c.MultiKernelManager.default_kernel_name = 'python3'\n"


def write(machine: Machine, prefix: PurePosixPath, answers: str) -> CompletedProcess[str]:
    """Apply answers on a machine whose hub is started by a unit, as an admin would."""
    machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=prefix))
    machine.write("/home/bob/.local/share/jupyter/kernels/Physics/kernel.json", PHYSICS)
    return jhwizard_in(machine)("apply", "-", "--yes", input=answers)


@pytest.fixture(scope="module", params=["system", "env"])
def hub(request: pytest.FixtureRequest, hub6: PurePosixPath) -> Iterator[Hub]:
    """One hub on what jhwizard wrote, for each target; `al` has an own file and a server."""
    with Machine(writable=[hub6]) as machine:
        write(machine, hub6, ANSWERS.format(target=request.param, override="false"))
        with Hub(machine, hub6) as hub:
            machine.write(
                hub.home("al") / ".jupyter/jupyter_server_config.py", OWN_FILE, user=65534
            )
            hub.start_server("al")
            yield hub


def test_only_the_allowed_kernels_are_offered_and_a_file_of_ones_own_is_outranked(hub: Hub) -> None:
    offered = hub.server_api("al", "GET", "/api/kernelspecs").json()
    assert sorted(offered["kernelspecs"]) == ["bash", "physics"]
    assert offered["default"] == "bash"


def test_a_server_extension_that_is_off_is_not_loaded(hub: Hub) -> None:
    assert hub.server_api("al", "GET", "/git-pull").status == 404
    assert "jupyterlab | extension was successfully loaded" in hub.log


def test_a_kernel_of_somebodys_home_runs_for_somebody_else(hub: Hub) -> None:
    code = "import os; print(os.environ['GROUP'])"
    assert hub.run_in_kernel("al", "physics", code) == "physics\n"


def test_another_trait_holds_for_everybodys_server(hub: Hub) -> None:
    assert hub.server_api("al", "GET", "/api/contents/.jupyter").status == 200


def test_an_ipython_extension_is_loaded_in_a_python_kernel(hub: Hub) -> None:
    assert hub.run_in_kernel("al", "python3", "%autoreload 1\nprint('yes')") == "yes\n"


def test_the_limit_of_named_servers_holds_for_people_and_not_for_admins(hub: Hub) -> None:
    for name in ("one", "two"):
        assert hub.api("POST", f"/users/carl/servers/{name}", user="carl").status == 202
    refused = hub.api("POST", "/users/carl/servers/three", user="carl")
    assert refused.status == 400
    assert "already has the maximum of 2 named servers" in refused.json()["message"]
    for name in ("one", "two", "three"):
        assert hub.api("POST", f"/users/admin/servers/{name}", user="admin").status == 202


def test_a_file_of_ones_own_wins_where_people_may_override(
    machine: Machine, hub6: PurePosixPath
) -> None:
    write(machine, hub6, ANSWERS.format(target="system", override="true"))
    with Hub(machine, hub6) as hub:
        machine.write(hub.home("al") / OWN_PATH, OWN_FILE, user=NOBODY)
        hub.start_server("al")
        assert hub.server_api("al", "GET", "/api/kernelspecs").json()["default"] == "python3"


@pytest.mark.parametrize(
    ("app", "url", "title"),
    [
        ("lab", "/lab", "JupyterLab"),
        ("notebook", "/tree", "Home"),
        ("nbclassic", "/nbclassic/tree", "Home"),
    ],
)
def test_people_land_on_the_chosen_interface(
    machine: Machine, hub6: PurePosixPath, app: str, url: str, title: str
) -> None:
    # The hub's file says something else, so that each choice is a change.
    other = "/tree" if app == "lab" else "/lab"
    machine.write(ADMIN_FILE, f'c.Spawner.default_url = "{other}"  # the admin\'s own line\n')
    write(machine, hub6, f'[interface]\napp = "{app}"\n')
    with Hub(machine, hub6) as hub:
        landing = hub.login("al").landing()
        assert (landing.path, landing.status, landing.title) == (f"/user/al{url}", 200, title)


def test_people_land_on_the_exact_page(machine: Machine, hub6: PurePosixPath) -> None:
    machine.write(ADMIN_FILE, "c.Spawner.default_url = '/tree'\n")
    page = "/lab/tree/{username}.ipynb"
    write(machine, hub6, f'[interface]\ndefault_url = "{page}"\n')
    with Hub(machine, hub6) as hub:
        landing = hub.login("al").landing()
        expected = ("/user/al/lab/tree/al.ipynb", 200, "JupyterLab")
        assert (landing.path, landing.status, landing.title) == expected
    with Machine(writable=[hub6]) as other:
        write(other, hub6, '[interface]\ndefault_url = "/voila"\n')
        with Hub(other, hub6) as hub:
            lost = hub.login("al").landing()
            assert (lost.path, lost.status) == ("/user/al/voila", 404)


def test_an_idle_kernel_and_then_its_idle_server_are_stopped(
    machine: Machine, hub6: PurePosixPath
) -> None:
    times = '[culling]\nserver_idle = "3s"\nkernel_idle = "2s"\nkernel_interval = "1s"\n'
    write(machine, hub6, times)
    with Hub(machine, hub6, more="c.Spawner.poll_interval = 1\n") as hub:
        hub.start_server("al")
        started = time.monotonic()
        hub.start_kernel("al", "python3")
        while hub.server_api("al", "GET", "/api/kernels?no_track_activity=1").json():
            assert time.monotonic() - started < 20, hub.log
            time.sleep(0.2)
        # The server looks at its own idleness once a minute, whatever the times are.
        while hub.api("GET", "/users/al").json()["servers"]:
            assert time.monotonic() - started < 100, hub.log
            time.sleep(0.5)
        assert "shutting down" in hub.log.lower()


RUTHLESS = """
[culling]
kernel_idle = "2s"
kernel_interval = "1s"
kernel_connected = true
kernel_busy = true
terminal_idle = "3s"
terminal_interval = "1s"
"""


def test_open_tabs_running_cells_and_silent_terminals_do_not_count(
    machine: Machine, hub6: PurePosixPath
) -> None:
    """Beside `al`, who has what was written, each other has one of Jupyter's own defaults."""
    write(machine, hub6, RUTHLESS)
    own = {
        "bo": "c.MappingKernelManager.cull_connected = False\n",
        "cy": "c.MappingKernelManager.cull_busy = False\n",
        "di": "c.TerminalManager.cull_inactive_timeout = 0\n",
    }
    people = (*own, "al")
    with ThreadPoolExecutor() as tabs, Hub(machine, hub6) as hub:
        for user, text in own.items():
            machine.write(hub.home(user) / OWN_PATH, text, user=NOBODY)
        for user in people:
            hub.start_server(user)
            hub.server_api(user, "POST", "/api/terminals")
            kernel = hub.start_kernel(user, "python3")
            tabs.submit(hub.run_cell, user, kernel, "import time; time.sleep(300)", timeout=300)
        end = time.monotonic() + 20
        while _left(hub, "al") != (0, 0):
            assert time.monotonic() < end, hub.log
            time.sleep(0.2)
        left = {user: _left(hub, user) for user in people}
        assert left == {"al": (0, 0), "bo": (1, 0), "cy": (1, 0), "di": (0, 1)}, hub.log


def _left(hub: Hub, user: str) -> tuple[int, int]:
    """Return how many kernels and terminals are left."""
    kernels, terminals = (hub.server_api(user, "GET", f"/api/{what}").json() for what in _RUNNING)
    return len(kernels), len(terminals)


_RUNNING = ("kernels?no_track_activity=1", "terminals?no_track_activity=1")


SHARED_MACHINE = """
target = "env"
[kernels]
native = false
default = "bash"
encryption = "required"
[extensions]
users_may_install = false
[named_servers]
active_limit = 1
[environment]
prefer_env_path = "1"
"""


def test_one_hub_obeys_limits_kernels_and_preferences(
    machine: Machine, hub6: PurePosixPath
) -> None:
    """Python's kernel has another name here, since an installed python3 stays in any case."""
    kernels = hub6 / "share/jupyter/kernels"
    machine.run(["mv", str(kernels / "python3"), str(kernels / "own")])
    write(machine, hub6, SHARED_MACHINE)
    with Hub(machine, hub6) as hub:
        machine.write(hub.home("al") / OWN_PATH, OWN_FILE, user=NOBODY)
        hub.start_server("al")
        refused = hub.api("POST", "/users/bo/server", user="bo")
        assert refused.status == 429
        assert "Active user limit exceeded" in refused.text
        offered = hub.server_api("al", "GET", "/api/kernelspecs").json()
        assert sorted(offered["kernelspecs"]) == ["bash", "own"]
        assert offered["default"] == "bash"  # the own file says python3
        assert "curve_" in hub.run_in_kernel("al", "own", CONNECTION)
        assert hub.server_api("al", "POST", "/api/kernels", {"name": "bash"}).status == 500
        wish = {"cmd": "install", "extension_name": "jupyterlab-git"}
        answer = hub.server_api("al", "POST", "/lab/api/extensions", wish)
        assert (answer.status, "was blocked" in answer.text) == (422, True), answer
        assert "Extension Manager is 'readonly'" in hub.log


CONNECTION = """
from ipykernel.connect import get_connection_file
print(open(get_connection_file()).read())
"""


def test_undo_takes_back_every_byte_mode_and_name(
    machine: Machine, hub6: PurePosixPath, jhwizard: Jhwizard
) -> None:
    machine.write(ADMIN_FILE, "c.JupyterHub.allow_named_servers = False\n", mode=0o640)
    machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=hub6))
    machine.write("/home/bob/.local/share/jupyter/kernels/Physics/kernel.json", PHYSICS)
    everything = f"cd / && find etc usr/local {hub6}/etc {hub6}/share/jupyter"
    script = (
        f"{everything} -printf '%p %m %U %G %l\\n' | sort;"
        f"{everything} -type f -exec sha256sum {{}} + | sort"
    )
    listing = ["sh", "-c", script]
    before = machine.run(listing).stdout
    jhwizard("apply", "-", "--yes", input=ANSWERS.format(target="env", override="false"))
    assert machine.run(listing).stdout != before
    undone = json.loads(jhwizard("undo", "--json").stdout)
    assert undone["done"] is True
    assert machine.run(listing).stdout == before


def test_what_is_written_is_what_show_and_plan_say(
    machine: Machine, hub6: PurePosixPath, jhwizard: Jhwizard
) -> None:
    answers = ANSWERS.format(target="system", override="false")
    machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=hub6))
    machine.write("/home/bob/.local/share/jupyter/kernels/Physics/kernel.json", PHYSICS)
    planned = jhwizard("plan", "-", "--json", input=answers, check=False)
    assert planned.returncode == 4
    write(machine, hub6, answers)
    for change in json.loads(planned.stdout)["changes"]:
        added = [x[1:] for x in change["diff"].splitlines()[2:] if x.startswith("+")]
        assert machine.read(change["path"]).decode().splitlines() == added
    assert jhwizard("plan", "-", input=answers).returncode == 0
    shown = json.loads(jhwizard("show", "--json").stdout)["settings"]
    assert shown["named_servers.limit"]["value"] == 2
    assert shown["kernels.allowed"]["value"] == ["bash", "physics"]
    assert shown["kernels.share"]["value"] == ["physics"]
    assert shown["environment.users_may_override"]["value"] is False
