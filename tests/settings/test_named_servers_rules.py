from __future__ import annotations

from machines import HUB, machine
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
    assert "0 means no limit" in given["warning named_servers.limit"]
    assert (
        "counts until it is deleted"
        in (said(FACTS, "named_servers", allow=True, limit=3)["note named_servers.limit"])
    )


def test_an_old_hub_takes_one_limit_for_all() -> None:
    old = machine({}, jupyterhub="3.0.0")
    given = said(old, "named_servers", allow=True, limit=3, admins_unlimited=True)
    assert "upgrade to 3.1" in given["error named_servers.admins_unlimited"]
