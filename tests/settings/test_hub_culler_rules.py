from __future__ import annotations

from dataclasses import replace
from typing import Any

from machines import machine
from rules import said

CULLER: dict[str, Any] = {"jupyterhub-idle-culler": "2.0.0"}
FACTS = machine({}, **CULLER)
IDLE = "culling.hub_idle"


def test_a_time_below_what_the_hub_hears_of_is_warned_about() -> None:
    given = said(FACTS, "culling", hub_idle="9m")
    assert "people who are working are stopped" in given[f"warning {IDLE}"]
    assert set(said(FACTS, "culling", hub_idle="10m")) == {f"note {IDLE}"}


def test_a_culler_that_is_not_installed_is_an_error_with_the_command() -> None:
    given = said(machine({}), "culling", hub_idle="1h")
    command = "`/opt/jupyterhub/bin/python3 -m pip install jupyterhub-idle-culler`"
    assert command in given[f"error {IDLE}"]
    assert f"error {IDLE}" not in said(machine({}), "culling")


def test_without_a_hub_or_without_roles_nothing_can_be_written() -> None:
    given = said(replace(FACTS, hub=None), "culling", hub_idle="1h")
    assert "--hub-python" in given[f"error {IDLE}"]
    given = said(machine({}, jupyterhub="1.5.1", **CULLER), "culling", hub_idle="1h")
    assert "upgrade to 2.0" in given[f"error {IDLE}"]


def test_what_stops_or_deletes_more_than_idle_servers_is_warned_about() -> None:
    on = {"hub_idle": "1h", "hub_max_age": "1d", "hub_users": True}
    given = said(FACTS, "culling", hub_remove_named_servers=True, **on)
    assert "1d after its start, even while" in given["warning culling.hub_max_age"]
    assert "admin:users" in given["warning culling.hub_users"]
    assert "warning culling.hub_remove_named_servers" not in given
    kube = replace(FACTS, spawner="KubeSpawner")
    given = said(kube, "culling", hub_idle="1h", hub_remove_named_servers=True)
    assert "volume" in given["warning culling.hub_remove_named_servers"]


def test_the_littlest_jupyterhub_has_a_culler_of_its_own() -> None:
    tljh = replace(FACTS, spawner="UserCreatingSpawner")
    assert "tljh-config" in said(tljh, "culling", hub_idle="1h")[f"warning {IDLE}"]


def test_a_long_interval_and_answers_without_a_time_are_warned_about() -> None:
    given = said(FACTS, "culling", hub_idle="1h", hub_interval="2h")
    assert "up to 3h: write an interval below 1h" in given["warning culling.hub_interval"]
    given = said(FACTS, "culling", hub_max_age="1d")
    assert "have no effect" in given[f"warning {IDLE}"]
