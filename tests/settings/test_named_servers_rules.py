from __future__ import annotations

from machines import HUB, found, machine
from rules import said

FACTS = machine({})


def test_a_spawner_that_knows_one_server_is_refused() -> None:
    systemd = machine({HUB: 'c.JupyterHub.spawner_class = "systemd"\n'})
    given = said(systemd, "named_servers", allow=True)
    assert "starting a second one kills the first" in given["error named_servers.allow"]


def test_a_limit_without_named_servers_is_warned_about() -> None:
    given = said(FACTS, "named_servers", limit=3)
    assert "allow them first" in given["warning named_servers.allow"]


def test_no_limit_is_said_to_be_one() -> None:
    given = said(FACTS, "named_servers", allow=True)
    assert "Without a limit each person may have any number" in given["warning named_servers.limit"]
    assert (
        "counts until it is deleted"
        in (said(FACTS, "named_servers", allow=True, limit=3)["note named_servers.limit"])
    )


def test_an_old_hub_takes_one_limit_for_all() -> None:
    old = machine({}, jupyterhub="3.0.0")
    given = said(old, "named_servers", allow=True, limit=3, admins_unlimited=True)
    assert "upgrade to 3.1" in given["error named_servers.admins_unlimited"]


def test_a_limit_for_all_is_told_and_compared_with_that_of_each_person() -> None:
    given = said(FACTS, "named_servers", allow=True, limit=3, active_limit=4)
    assert "named ones and admins' too" in given["note named_servers.active_limit"]
    assert "take all 4 servers" in given["warning named_servers.active_limit"]
    more = said(FACTS, "named_servers", allow=True, limit=3, active_limit=5)
    assert "warning named_servers.active_limit" not in more


def test_less_than_no_server_is_read_as_what_the_hub_makes_of_it() -> None:
    line = {HUB: "c.JupyterHub.active_server_limit = -1\n"}
    assert "lets nobody start" in found("named_servers.active_limit", line).reason
    assert found("named_servers.active_limit", {HUB: line[HUB].replace("-1", "9")}).value == 9
