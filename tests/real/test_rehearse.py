"""`jhwizard rehearse`: a real hub on planned files says what they do, and leaves nothing behind."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from subprocess import PIPE, CompletedProcess
from typing import Any

import pytest

from real.built import built
from real.conftest import COMMAND, jhwizard_in
from real.hub import ADMIN_FILE
from real.machine import NOBODY, Machine

pytestmark = pytest.mark.real

Jhwizard = Callable[..., CompletedProcess[str]]
Proofs = dict[str, dict[str, Any]]

UNIT = """
[Service]
ExecStart={prefix}/bin/jupyterhub -f /etc/jupyterhub/jupyterhub_config.py
"""
ADMINS = """
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.db_url = "sqlite:////srv/jupyterhub/real.sqlite"
c.JupyterHub.cookie_secret_file = "/srv/jupyterhub/real_cookie_secret"
c.JupyterHub.services = [{{"name": "of-the-admin", "command": ["/no/such/program"]}}]
c.JupyterHub.authenticator_class = "nobody.knows.ThisAuthenticator"
c.Spawner.default_url = "/tree"
"""
ANSWERS = """
target = "system"
[interface]
app = "lab"
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
server = { nbgitpuller = false }
ipython = ["autoreload"]
users_may_install = false
lab_disabled = ["@jupyterlab/terminal-extension"]
lab_locked = ["@jupyterlab/terminal-extension"]
[kernels]
share = ["physics"]
allowed = ["bash", "physics", "python3"]
default = "physics"
native = false
encryption = "auto"
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
PHYSICS = """
{"argv": ["python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
 "display_name": "Physics", "language": "python"}
"""
NOT_SEEN = {"kernels.install", "environment.packages", "named_servers.name_template"}

# What is planned, and what is looked for, are two sets of answers here.
TWO_SETS = """
import json, sys
from dataclasses import asdict, replace
from pathlib import Path
from jhwizard.answers import read_answers, target_of
from jhwizard.detect import detect
from jhwizard.host import Host
from jhwizard.make_plan import make_plan
from jhwizard.options import Options
from jhwizard.prepare import prepare
from jhwizard.rehearsal.proof import Wishes
from jhwizard.rehearse import rehearse

told = json.load(sys.stdin)
host = Host()
facts = detect(host, Options(target=target_of(told["planned"].encode())))

def answered(text):
    answers = read_answers(text.encode(), facts)
    return prepare(facts, answers, host, Path("/nowhere"), print), answers

plan = make_plan(*answered(told["planned"]))
plan = replace(plan, changes=tuple(
    replace(c, after=(c.after or b"") + told["more"].get(str(c.path), "").encode())
    for c in plan.changes))
facts, wanted = answered(told["wanted"])
done = rehearse(plan, facts, wanted, host, Wishes(user=told["user"]), lambda _told: None)
proofs = {p.key: {**asdict(p), "ok": p.ok} for p in done.proofs}
print(json.dumps({"proofs": proofs, "skipped": [s.key for s in done.skipped], "log": done.log},
                 default=list))
"""


def prepare(machine: Machine, prefix: PurePosixPath, more: str = "") -> None:
    """Write what an admin has: a unit, a hub for Docker and a real database, a kernel at home."""
    proxy = str(built("proxy") / "node_modules/.bin/configurable-http-proxy")
    machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=prefix))
    machine.write(ADMIN_FILE, ADMINS.format(proxy=proxy) + more, mode=0o600)
    machine.write("/home/bob/.local/share/jupyter/kernels/Physics/kernel.json", PHYSICS)


def state(machine: Machine, prefix: PurePosixPath) -> str:
    """Return names, modes, owners and fingerprints of all that an admin has."""
    places = f"etc/jupyter etc/jupyterhub etc/ipython etc/passwd usr/local/etc {prefix}/etc"
    places += " usr/local/share/jupyter srv/jupyterhub home/bob home/al"
    script = (
        f"cd / && find {places} -type f -exec sha256sum {{}} + 2>/dev/null | sort;"
        f"find {places} -printf '%p %m %U %G %l\\n' 2>/dev/null | sort; cat /proc/self/mountinfo;"
        "find /tmp /run -maxdepth 1 -name 'jhwizard-rehears*' 2>/dev/null; true"
    )
    return machine.run(["sh", "-c", script]).stdout


def rehearsed(machine: Machine, planned: str, wanted: str, **more: object) -> dict[str, Any]:
    """Return what is seen where `planned` is written and `wanted` is looked for."""
    told = {"planned": planned, "wanted": wanted, "user": None, "more": {}, **more}
    interpreter = COMMAND.with_name("python")
    said = machine.run([interpreter, "-c", TWO_SETS], input=json.dumps(told), timeout=300).stdout
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def red(found: dict[str, Any]) -> set[str]:
    return {key for key, proof in found["proofs"].items() if not proof["ok"]}


def test_every_answer_is_seen_in_a_running_hub_and_nothing_is_changed_or_left(
    machine: Machine, hub6: PurePosixPath, jhwizard: Jhwizard
) -> None:
    prepare(machine, hub6)
    before = state(machine, hub6)
    done = jhwizard(
        *("rehearse", "-", "--json", "--yes", "--state", "/nowhere"), input=ANSWERS, timeout=300
    )
    assert state(machine, hub6) == before
    assert machine.processes() == {}
    said = json.loads(done.stdout)
    proofs: Proofs = {proof["key"]: proof for proof in said["proofs"]}
    assert {skipped["key"] for skipped in said["skipped"]} == NOT_SEEN
    assert [key for key, proof in proofs.items() if not proof["ok"]] == []
    assert proofs["culling.hub_idle"]["observed"] == 3600
    assert proofs["kernel:physics"]["seconds"] > 0
    assert "ThisAuthenticator is replaced" in done.stderr
    assert "not started: the services of-the-admin" in done.stderr


DOCKER = """
c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
c.DockerSpawner.image = "jupyter/base-notebook"
c.DockerSpawner.pre_spawn_hook = lambda spawner: 1 / 0
"""


def test_of_servers_in_images_the_hubs_own_answers_are_seen(
    machine: Machine, hub6: PurePosixPath, jhwizard: Jhwizard
) -> None:
    prepare(machine, hub6, DOCKER)
    answers = "[named_servers]\nallow = true\nlimit = 2\nactive_limit = 3\n"
    done = jhwizard("rehearse", "-", "--json", "--yes", input=answers, timeout=300)
    said = json.loads(done.stdout)
    assert {proof["key"] for proof in said["proofs"] if proof["ok"]} == {
        *("hub", "named_servers.allow", "named_servers.limit"),
        *("named_servers.admins_unlimited", "named_servers.active_limit", "culling.hub_idle"),
    }
    why = {each["key"]: each["reason"] for each in said["skipped"]}
    assert "image" in why["culling.kernel_idle"]
    assert "DockerSpawner is replaced" in done.stderr
    assert "not run: c.DockerSpawner.pre_spawn_hook" in done.stderr


MUTATED = [
    {
        'app = "lab"': 'app = "notebook"',
        'kernel_idle = "20m"': 'kernel_idle = "21m"',
        "kernel_connected = true": "kernel_connected = false",
        'server_idle = "30m"': 'server_idle = "31m"',
        'terminal_interval = "3m"': 'terminal_interval = "4m"',
        'hub_interval = "5m"': 'hub_interval = "6m"',
        "hub_users = true": "hub_users = false",
        'ipython = ["autoreload"]': "ipython = []",
        'lab_disabled = ["@jupyterlab/terminal-extension"]': "lab_disabled = []",
        'default = "physics"': 'default = "python3"',
        "native = false": "native = true",
        "limit = 5\n": "limit = 1\n",
        "users_may_override = false": "users_may_override = true",
        "users_may_install = false\ntraits": "users_may_install = true\ntraits",
    },
    {
        'kernel_interval = "2m"': 'kernel_interval = "1m"',
        "kernel_busy = true": "kernel_busy = false",
        'terminal_idle = "15m"': 'terminal_idle = "16m"',
        'hub_idle = "1h"': 'hub_idle = "2h"',
        'hub_max_age = "8h"': 'hub_max_age = "9h"',
        "hub_remove_named_servers = true": "hub_remove_named_servers = false",
        "nbgitpuller = false": "nbgitpuller = true",
        "users_may_install = false\nlab": "users_may_install = true\nlab",
        "lab_locked": "# lab_locked",
        'share = ["physics"]': "share = []",
        '["bash", "physics", "python3"]': '["bash", "python3"]',
        'default = "physics"': 'default = "bash"',
        'encryption = "auto"': 'encryption = "disabled"',
        "admins_unlimited = true": "admins_unlimited = false",
        "active_limit = 50": "active_limit = 2",
        'prefer_env_path = "1"': 'prefer_env_path = "0"',
        "allow_hidden = true": "allow_hidden = false",
    },
]
KEYS = [
    {
        *("interface.app", "interface.default_url", "culling.kernel_idle"),
        *("culling.kernel_connected", "culling.server_idle", "culling.terminal_interval"),
        *("culling.hub_interval", "culling.hub_users", "extensions.ipython"),
        *("extensions.lab_disabled", "kernels.default", "kernels.native", "named_servers.limit"),
        *("environment.users_may_override", "environment.users_may_install"),
    },
    {
        *("culling.kernel_interval", "culling.kernel_busy", "culling.terminal_idle"),
        *("culling.hub_idle", "culling.hub_max_age", "culling.hub_remove_named_servers"),
        *("extensions.server", "extensions.users_may_install", "extensions.lab_locked"),
        *("kernels.share", "kernels.allowed", "kernels.default", "kernels.encryption"),
        *("named_servers.admins_unlimited", "named_servers.active_limit"),
        *("environment.prefer_env_path", "environment.traits"),
    },
]


@pytest.mark.parametrize(("changes", "keys"), list(zip(MUTATED, KEYS, strict=True)))
def test_each_planned_value_that_is_another_one_turns_its_own_tick_red(
    machine: Machine, hub6: PurePosixPath, changes: dict[str, str], keys: set[str]
) -> None:
    prepare(machine, hub6)
    planned = ANSWERS
    for text, other in changes.items():
        assert planned.count(text) == 1, text
        planned = planned.replace(text, other)
    found = rehearsed(machine, planned, ANSWERS)
    assert red(found) == keys, found
    assert set(found["skipped"]) == NOT_SEEN


IDLE = """
[culling]
kernel_idle = "20m"
kernel_interval = "2m"
kernel_busy = true
terminal_idle = "15m"
hub_idle = "1h"
"""


def test_what_is_idle_is_seen_to_stop_with_times_scaled_down(
    machine: Machine, hub6: PurePosixPath, jhwizard: Jhwizard
) -> None:
    prepare(machine, hub6)
    words = ("rehearse", "-", "--cull", "--json", "--yes")
    said = json.loads(jhwizard(*words, input=IDLE, timeout=400, check=False).stdout)
    seen = {proof["key"]: proof for proof in said["proofs"]}
    observed = {key[5:]: proof["observed"] for key, proof in seen.items() if key[:5] == "idle:"}
    stopped = dict.fromkeys(("kernel", "busy", "terminal", "hub"), "stopped")
    assert observed == {**stopped, "connected": "kept"}
    assert [key for key, proof in seen.items() if not proof["ok"]] == []


def test_named_servers_that_are_off_are_seen_to_be(machine: Machine, hub6: PurePosixPath) -> None:
    prepare(machine, hub6, "c.Spawner.cmd = ['/bin/false']\n")
    planned = ANSWERS.replace("allow = true", "allow = false")
    found = rehearsed(machine, planned, ANSWERS)
    expected = {"server", "interface.app", "interface.default_url"}
    named = {"allow", "limit", "admins_unlimited"}
    assert red(found) == {*expected, *(f"named_servers.{name}" for name in named)}
    assert found["proofs"]["server"]["observed"] == "its program ended with status 1"
    assert "kernels.allowed" in found["skipped"]


def test_a_hub_that_does_not_start_is_red_with_its_last_words(
    machine: Machine, hub6: PurePosixPath, jhwizard: Jhwizard
) -> None:
    prepare(machine, hub6, "c.JupyterHub.active_server_limit = 'many'\n")
    answers = '[interface]\napp = "lab"\n'
    done = jhwizard("rehearse", "-", "--yes", input=answers, timeout=120, check=False)
    assert done.returncode == 3
    assert "✗ hub: it ended with status 1" in done.stdout
    assert "expected an int" in done.stderr


def test_without_a_proxy_it_says_where_it_looked_and_how_to_install_one(
    machine: Machine, hub6: PurePosixPath, jhwizard: Jhwizard
) -> None:
    prepare(machine, hub6)
    machine.write(ADMIN_FILE, "c.Spawner.default_url = '/lab'\n")
    done = jhwizard("rehearse", "--yes", check=False)
    assert done.returncode == 1
    assert f"{hub6}/bin" in done.stderr
    assert "npm install -g configurable-http-proxy" in done.stderr


@pytest.fixture
def running(machine: Machine, hub6: PurePosixPath) -> tuple[Any, int, str]:
    """A rehearsal in which the hub runs already, jhwizard's own process, and how it was before."""
    prepare(machine, hub6)
    before = state(machine, hub6)
    process = machine.start([COMMAND, "rehearse", "--yes"], stdout=PIPE, stderr=PIPE)
    assert process.stdout
    for line in process.stdout:
        if "hub: it starts" in line.decode():
            break
    return process, next(iter(children(process.pid))), before


def children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def family(pid: int) -> dict[int, str]:
    """Return all processes below one, also those in namespaces of their own, with their start."""
    found: dict[int, str] = {}
    for child in children(pid):
        found[child] = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[19]
        found |= family(child)
    return found


def living(known: dict[int, str]) -> list[int]:
    left = []
    for pid, began in known.items():
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            left += [pid] if fields[19] == began and fields[0] != "Z" else []
    return left


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_however_it_ends(
    machine: Machine, hub6: PurePosixPath, running: tuple[Any, int, str], number: int
) -> None:
    process, own, before = running
    below = family(own)
    said = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in below]
    assert any(b"jupyterhub" in each for each in said), said
    assert any(b"configurable-http-proxy" in each for each in said), said
    os.kill(own, number)
    process.wait(20)
    end = time.monotonic() + 10
    while living(below) or machine.processes():
        assert time.monotonic() < end, living(below)
        time.sleep(0.1)
    assert state(machine, hub6) == before
    if number == signal.SIGINT:
        assert process.returncode == 130


def test_an_ordinary_user_rehearses_with_his_own_files(
    machine: Machine, hub6: PurePosixPath
) -> None:
    prepare(machine, hub6)
    machine.run(["chmod", "o+r", ADMIN_FILE])
    answers = "target = 'env'\n[culling]\nkernel_idle = '20m'\n[named_servers]\nallow = true\n"
    done = jhwizard_in(machine)(
        *("rehearse", "-", "--json", "--yes"), input=answers, user=NOBODY, timeout=300
    )
    proofs: Proofs = {proof["key"]: proof for proof in json.loads(done.stdout)["proofs"]}
    assert proofs["culling.kernel_idle"]["observed"] == 1200
    assert proofs["named_servers.allow"]["observed"] is True
    assert machine.processes() == {}
