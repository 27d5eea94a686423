"""Which culler runs, and from which line that is known."""

from __future__ import annotations

import json

import pytest
from machines import HUB, found, machine

IDLE = "culling.hub_idle"
COMMAND = '["python3", "-m", "jupyterhub_idle_culler", "--timeout=1200", "--max-age=7200"]'
SERVICE = f'{{"name": "cull", "command": {COMMAND}}}'
ROLE = '{"name": "r", "services": ["cull"], "scopes": ["list:users"]}'
ROLES = f"c.JupyterHub.load_roles = [{ROLE}]\n"


@pytest.mark.parametrize(
    "line",
    [
        f"c.JupyterHub.services = [{SERVICE}]\n",
        f'c.JupyterHub.services = [{{"name": "other"}}, {SERVICE}]\n',
        f"c.JupyterHub.services.append({SERVICE})\n",
        f"c.JupyterHub.services.extend([{SERVICE}])\n",
    ],
)
def test_the_admin_s_own_culler_is_read_with_its_line(line: str) -> None:
    values = {
        key.rpartition(".hub_")[2]: (each.value, each.kind, each.line)
        for key, each in machine({HUB: "\n" + line + ROLES}).found.items()
        if ".hub_" in key
    }
    assert values == {
        "idle": (1200, "exact", 2),
        "interval": (600, "default", None),
        "max_age": (7200, "exact", 2),
        "users": (False, "default", None),
        "remove_named_servers": (False, "default", None),
    }


def test_a_role_may_be_the_admin_flag_of_old() -> None:
    service = SERVICE.replace("}", ', "admin": True}')
    assert found(IDLE, {HUB: f"c.JupyterHub.services = [{service}]\n"}).value == 1200


def test_a_culler_without_a_role_stops_nothing_for_certain() -> None:
    line = f"c.JupyterHub.services = [{SERVICE}]\n"
    there = found(IDLE, {HUB: line})
    assert (there.value, there.reason) == (None, "no role lets the culler stop servers")
    maybe = "import os\nc.JupyterHub.load_roles = make(os)\n"
    assert found(IDLE, {HUB: line + maybe}).value == 1200


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (f"import sys\nc.JupyterHub.services = [sys.x, {SERVICE}]\n", 2, "computed"),
        (f"c.JupyterHub.services = [{SERVICE}]\nif x:\n    c.JupyterHub.services = []\n", 3, "if"),
        ("c.JupyterHub.services = 5\n", 1, "not a list of services"),
        (f"c.JupyterHub.services = [{SERVICE},\n {SERVICE}]\n", 1, "another culler"),
        (f"c.JupyterHub.services = [{SERVICE.replace('=1200', ' 1200')}]\n", 1, "--timeout 1200"),
    ],
)
def test_what_is_not_certain_is_unknown_with_its_line(text: str, line: int, reason: str) -> None:
    for key in (IDLE, "culling.hub_users"):
        there = found(key, {HUB: text + ROLES})
        assert (there.value, there.kind, there.line) == (None, "unknown", line)
        assert reason in there.reason


def test_a_later_list_replaces_the_culler() -> None:
    text = f"c.JupyterHub.services.append({SERVICE})\nc.JupyterHub.services = []\n"
    assert found(IDLE, {HUB: text + ROLES}).kind == "default"
    document = json.dumps({"JupyterHub": {"services": []}})
    files = {HUB: f"c.JupyterHub.services = [{SERVICE}]\n" + ROLES}
    assert found(IDLE, {**files, HUB.with_suffix(".json"): document}).kind == "default"
