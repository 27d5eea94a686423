"""Front-end extensions that jhwizard switches off or locks, on the pages of real servers."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from subprocess import CompletedProcess
from typing import Any

import pytest

from real.conftest import jhwizard_in
from real.hub import Hub
from real.machine import NOBODY, Machine

pytestmark = pytest.mark.real

UNIT = """
[Service]
ExecStart={prefix}/bin/jupyterhub -f /etc/jupyterhub/jupyterhub_config.py
"""
TERMINAL = "@jupyterlab/terminal-extension"
PYGMENTS = "jupyterlab_pygments"
ANSWERS = f"""
target = "{{target}}"
[extensions]
lab_disabled = ["{TERMINAL}", "{PYGMENTS}"]
lab_locked = ["{TERMINAL}"]
[environment]
users_may_override = {{override}}
"""
OWN_PATH = ".jupyter/labconfig/page_config.json"
OWN_FILE = json.dumps(
    {"disabledExtensions": {TERMINAL: False}, "lockedExtensions": {TERMINAL: False}}
)


def write(machine: Machine, prefix: PurePosixPath, answers: str) -> CompletedProcess[str]:
    """Apply answers on a machine whose hub is started by a unit, as an admin would."""
    machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=prefix))
    return jhwizard_in(machine)("apply", "-", "--yes", input=answers)


def page(hub: Hub, user: str, path: str) -> dict[str, Any]:
    """Return what a page tells the browser: its `jupyter-config-data`."""
    reply = hub.server_api(user, "GET", path)
    assert reply.status == 200, hub.log
    found = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', reply.text, re.DOTALL)
    assert found
    return json.loads(found[1])  # type: ignore[no-any-return]


@pytest.fixture(scope="module", params=["system", "env"])
def hub(request: pytest.FixtureRequest, hub6: PurePosixPath) -> Iterator[Hub]:
    """One hub for each target; `al` has nothing of his own, `bo` a file that says the contrary."""
    with Machine(writable=[hub6]) as machine:
        write(machine, hub6, ANSWERS.format(target=request.param, override="true"))
        with Hub(machine, hub6) as hub:
            machine.write(hub.home("bo") / OWN_PATH, OWN_FILE, user=NOBODY)
            hub.start_server("al")
            hub.start_server("bo")
            yield hub


@pytest.mark.parametrize("path", ["/lab", "/tree"])
def test_pages_leave_out_what_is_off_and_know_what_is_locked(hub: Hub, path: str) -> None:
    told = page(hub, "al", path)
    assert sorted(told["disabledExtensions"]) == [TERMINAL, PYGMENTS]
    assert told["lockedExtensions"] == [TERMINAL]


def test_nobody_switches_on_what_is_locked_but_with_a_file_of_his_own(hub: Hub) -> None:
    wish = {"cmd": "enable", "plugin_name": f"{TERMINAL}:plugin"}
    refused = hub.server_api("al", "POST", "/lab/api/plugins", wish)
    assert (refused.status, "as they are locked" in refused.text) == (500, True)
    assert hub.server_api("al", "GET", "/lab/api/plugins").json()["lockRules"] == [TERMINAL]
    own = page(hub, "bo", "/lab")
    assert own["disabledExtensions"] == [PYGMENTS]
    assert own["lockedExtensions"] == []
    assert hub.server_api("bo", "GET", "/lab/api/plugins").json()["lockRules"] == []


@pytest.mark.parametrize("target", ["system", "env"])
def test_a_file_of_ones_own_is_outranked_where_people_may_not_override(
    machine: Machine, hub6: PurePosixPath, target: str
) -> None:
    write(machine, hub6, ANSWERS.format(target=target, override="false"))
    with Hub(machine, hub6) as hub:
        machine.write(hub.home("bo") / OWN_PATH, OWN_FILE, user=NOBODY)
        hub.start_server("bo")
        told = page(hub, "bo", "/lab")
        assert sorted(told["disabledExtensions"]) == [TERMINAL, PYGMENTS]
        assert hub.server_api("bo", "GET", "/lab/api/plugins").json()["lockRules"] == [TERMINAL]


def test_a_page_that_is_loaded_again_knows_at_once_a_lock_with_the_next_start(
    machine: Machine, hub6: PurePosixPath, jhwizard: Callable[..., CompletedProcess[str]]
) -> None:
    write(machine, hub6, f'[extensions]\nlab_disabled = ["{PYGMENTS}"]\n')
    more = f'[extensions]\nlab_disabled = ["{TERMINAL}"]\n'
    locks = f'[extensions]\nlab_locked = ["{TERMINAL}"]\n'
    with Hub(machine, hub6) as hub:
        hub.start_server("al")
        assert page(hub, "al", "/lab")["disabledExtensions"] == [PYGMENTS]
        done = json.loads(jhwizard("apply", "-", "--yes", "--json", input=more).stdout)
        assert [change["effect"] for change in done["changes"]] == ["browser reload"]
        assert page(hub, "al", "/lab")["disabledExtensions"] == [TERMINAL]
        done = json.loads(jhwizard("apply", "-", "--yes", "--json", input=locks).stdout)
        assert [change["effect"] for change in done["changes"]] == ["next server start"]
        assert hub.server_api("al", "GET", "/lab/api/plugins").json()["lockRules"] == []
        hub.start_server("bo")
        assert hub.server_api("bo", "GET", "/lab/api/plugins").json()["lockRules"] == [TERMINAL]


def test_what_others_switched_off_is_on_again_and_undo_takes_that_back(
    machine: Machine, hub6: PurePosixPath, jhwizard: Callable[..., CompletedProcess[str]]
) -> None:
    """By a package's file, by JupyterLab's own settings, by its command, and by hand."""
    etc, lab = hub6 / "etc/jupyter/labconfig", hub6 / "share/jupyter/lab/settings"
    by_package = {"disabledExtensions": {"@jupyterlab/toc-extension": True}}
    by_hand = '{"other": 1,\n\t"disabledExtensions" : {"@jupyterlab/help-extension":true} }'
    machine.write(etc / "page_config.d/package.json", json.dumps(by_package))
    machine.write(lab / "page_config.json", '{"disabledExtensions": ["@jupyterlab/hub-extension"]}')
    machine.write("/etc/jupyter/labconfig/page_config.json", by_hand, mode=0o640)
    machine.run([hub6 / "bin/jupyter", "labextension", "disable", PYGMENTS])
    machine.run(["chmod", "o+r", "/etc/jupyter/labconfig/page_config.json"])
    everything = f"cd / && find etc usr/local {hub6}/etc {hub6}/share/jupyter/lab"
    script = (
        f"{everything} -printf '%p %m %U %G %l\\n' | sort;"
        f"{everything} -type f -exec sha256sum {{}} + | sort"
    )
    machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=hub6))
    before = machine.run(["sh", "-c", script]).stdout
    shown = json.loads(jhwizard("show", "--json").stdout)["settings"]["extensions.lab_disabled"]
    names = ["help", "hub", "toc"]
    assert shown["value"] == [*(f"@jupyterlab/{name}-extension" for name in names), PYGMENTS]
    written = 'target = "env"\n[extensions]\nlab_disabled = "none"\n'
    write(machine, hub6, written)
    kept = machine.read("/etc/jupyter/labconfig/page_config.json").decode()
    assert kept == by_hand.replace(":true", ":false")
    with Hub(machine, hub6) as hub:
        hub.start_server("al")
        for path in ("/lab", "/tree"):
            assert page(hub, "al", path)["disabledExtensions"] == []
    assert jhwizard("plan", "-", input=written).returncode == 0
    jhwizard("undo", "--json")
    assert machine.run(["sh", "-c", script]).stdout == before


@pytest.mark.parametrize("target", ["system", "env"])
def test_the_command_for_extensions_heeds_the_locks_of_the_system_only(
    machine: Machine, hub6: PurePosixPath, target: str
) -> None:
    write(machine, hub6, ANSWERS.format(target=target, override="true"))
    machine.run([hub6 / "bin/jupyter", "labextension", "enable", TERMINAL])
    shown = jhwizard_in(machine)("show", "--json").stdout
    known = json.loads(shown)["settings"]["extensions.lab_disabled"]
    assert (TERMINAL in known["value"]) is (target == "system")
    if target == "env":
        file = hub6 / "etc/jupyter/labconfig/page_config.json"
        assert known["shadows"][0]["value"] == [TERMINAL]
        assert json.loads(machine.read(file))["disabledExtensions"] == {TERMINAL: False}
