"""Rehearsals of each kind of deployment: right answers are green, and each wrong thing is red.

Together with JupyterHub 6 and Notebook 7, of which `test_rehearse` sees more.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import pytest

from real.built import built
from real.conftest import jhwizard_in
from real.hub import ADMIN_FILE
from real.machine import Machine
from real.test_rehearse import Proofs, prepare, red, rehearsed, state

pytestmark = pytest.mark.real


@dataclass(frozen=True)
class Deployment:
    """What is installed, in a machine of its own, and what an admin calls things there."""

    machine: Machine
    hub: PurePosixPath
    users: PurePosixPath
    """The environments of the hub and of people's servers: the same one for both, or two."""
    legacy: bool
    """Whether people's servers are the legacy Notebook; otherwise they are Jupyter Server."""

    @property
    def config(self) -> str:
        """The name of the servers' config files, without its end."""
        return "jupyter_notebook_config" if self.legacy else "jupyter_server_config"

    @property
    def switches(self) -> tuple[str, str]:
        """The trait that switches server extensions."""
        if self.legacy:
            return ("NotebookApp", "nbserver_extensions")
        return ("ServerApp", "jpserver_extensions")


NAMES = ("hub5", "hub6", "hub6-notebook6")
LEGACY = ("hub5", "hub6-notebook6")


@pytest.fixture
def deployment(request: pytest.FixtureRequest) -> Iterator[Deployment]:
    """The deployment a test is about, by its name: the hub's environment, and people's own."""
    name = str(request.param)
    hub, _, own = name.partition("-")
    prefixes = built(hub), built(own or hub)
    with Machine(writable=dict.fromkeys(prefixes)) as machine:
        # A language the legacy Notebook speaks, and writes its log in.
        more = "c.Spawner.environment = {'LANG': 'ja_JP.UTF-8'}\n"
        if own:
            more += f"c.Spawner.cmd = ['{prefixes[1]}/bin/jupyterhub-singleuser']\n"
        prepare(machine, prefixes[0], more)
        yield Deployment(machine, *prefixes, name in LEGACY)


RIGHT = """
target = "system"
[interface]
app = "classic"
[culling]
kernel_idle = "20m"
kernel_interval = "2m"
kernel_connected = true
kernel_busy = true
server_idle = "30m"
terminal_idle = "15m"
terminal_interval = "3m"
hub_idle = "1h"
hub_interval = "5m"
hub_max_age = "8h"
hub_users = true
hub_remove_named_servers = true
[extensions]
server = { at_work = true, off_duty = false, jupyterlab = false }
ipython = ["autoreload"]
[kernels]
share = ["physics"]
allowed = ["physics", "python3"]
default = "physics"
native = false
[named_servers]
allow = true
limit = 5
admins_unlimited = true
active_limit = 50
[environment]
users_may_override = false
prefer_env_path = "1"
users_may_install = false
traits = { ContentsManager.allow_hidden = true }
"""
NOT_OF_CLASSIC = {
    *("extensions.users_may_install", "extensions.lab_disabled", "extensions.lab_locked"),
    "kernels.encryption",
}
NOT_SEEN = {"kernels.install", "environment.packages", "named_servers.name_template"}
EXTENSION = "def load_jupyter_server_extension(app):\n    app.log.info('at work')\n"


def install(deployment: Deployment, extensions: dict[str, str], switches: dict[str, bool]) -> None:
    """Put modules into people's environment, and a file that switches server extensions."""
    packages = deployment.users / "lib/python3.11/site-packages"
    for name, text in extensions.items():
        deployment.machine.write(packages / f"{name}.py", text)
    cls, trait = deployment.switches
    file = deployment.users / f"etc/jupyter/{deployment.config}.d/of-the-admin.json"
    deployment.machine.write(file, json.dumps({cls: {trait: switches}}))


@pytest.mark.parametrize("deployment", LEGACY, indirect=True)
def test_every_answer_that_the_legacy_notebook_can_obey_is_seen(deployment: Deployment) -> None:
    machine = deployment.machine
    install(
        deployment,
        dict.fromkeys(("at_work", "off_duty"), EXTENSION),
        {"at_work": True, "off_duty": True},
    )
    before = state(machine, deployment.hub)
    done = jhwizard_in(machine)("rehearse", "-", "--json", "--yes", input=RIGHT, timeout=300)
    assert state(machine, deployment.hub) == before
    assert machine.processes() == {}
    said = json.loads(done.stdout)
    proofs: Proofs = {proof["key"]: proof for proof in said["proofs"]}
    assert [proof for proof in said["proofs"] if not proof["ok"]] == []
    assert proofs["interface.app"]["observed"] == "classic"
    assert proofs["culling.terminal_idle"]["observed"] == 900
    assert {skipped["key"] for skipped in said["skipped"]} == NOT_SEEN | NOT_OF_CLASSIC


PEOPLE = "al:x:4711:4711::/home/al:/bin/sh\n"
WISHES = """
target = "env"
[interface]
app = "{app}"
[culling]
kernel_idle = "20m"
[kernels]
default = "python3"
[named_servers]
allow = true
limit = 2
[extensions]
server = {{ at_work = true, raises = true }}
ipython = ["no_such_extension"]
"""
APP = {"hub5": "classic", "hub6": "lab", "hub6-notebook6": "classic"}
ELSEWHERE = {"hub5": "/lab", "hub6": "/voila", "hub6-notebook6": "/nbclassic"}
"""A page of what is not installed there, or of what that server does not show."""
NEEDS, RAISES = "import nobody_installed_this\n", f"{EXTENSION}    1 / 0\n"
DEAD = '{"argv": ["/no/python", "{connection_file}"], "display_name": "Dead", "language": "python"}'
GONE = '{"argv": ["/bin/false", "{connection_file}"], "display_name": "Gone", "language": "python"}'


@pytest.mark.parametrize("deployment", APP, indirect=True)
def test_what_does_not_work_is_red_at_its_own_setting(
    request: pytest.FixtureRequest, deployment: Deployment
) -> None:
    machine, config = deployment.machine, deployment.config
    name = request.node.callspec.params["deployment"]
    switches = {"at_work": False, "raises": False, "no_such_module": True}
    install(deployment, {"at_work": NEEDS, "raises": RAISES}, switches)
    machine.run(["sh", "-c", f"printf '{PEOPLE}' >> /etc/passwd; install -d -o 4711 /home/al"])
    own = "c.MappingKernelManager.cull_idle_timeout = 7\n"
    machine.write(f"/home/al/.jupyter/{config}.py", own, user=4711)
    # That a program ends at once takes half a minute to be seen: once is enough.
    kernels = {"dead": DEAD} if deployment.legacy else {"dead": DEAD, "gone": GONE}
    for kernel, text in kernels.items():
        machine.write(f"/usr/local/share/jupyter/kernels/{kernel}/kernel.json", text)
    # jhwizard itself would refuse such a page and such a default: they are somebody's own lines.
    later = {
        ADMIN_FILE: "\nc.JupyterHub.named_server_limit_per_user = 3\n"
        f"c.Spawner.default_url = {ELSEWHERE[name]!r}\n",
        str(deployment.users / f"etc/jupyter/{config}.py"): (
            "\nc.MultiKernelManager.default_kernel_name = 'dead'\n"
        ),
    }
    planned = WISHES.format(app=APP[name])
    found = rehearsed(machine, planned, planned, user="al", more=later)
    assert red(found) == {
        *("interface.app", "interface.default_url", "culling.kernel_idle", "extensions.server"),
        *("kernels.default", "named_servers.limit", "extensions.ipython"),
        *(f"kernel:{kernel}" for kernel in kernels),
    }
    proofs = found["proofs"]
    assert proofs["culling.kernel_idle"]["observed"] == 7
    assert proofs["named_servers.limit"]["observed"] == 3
    assert "404" in proofs["interface.default_url"]["observed"]
    loaded = proofs["extensions.server"]["observed"]
    assert {name for name in switches if loaded[name]} == set()
    assert any(name in proofs["extensions.server"]["note"] for name in switches)
    assert "/no/python" in proofs["kernel:dead"]["note"]
