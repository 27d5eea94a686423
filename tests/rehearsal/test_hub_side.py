"""What a rehearsal sets over the admin's file keeps what his settings mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue

from jhwizard.rehearsal import hub_side


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ({}, "/"),
        ({"base_url": "/jupyter"}, "/jupyter/"),
        ({"bind_url": "http://:8000/lab/"}, "/lab/"),
        ({"bind_url": "https://hub.example:443", "base_url": "x"}, "/x/"),
    ],
)
def test_the_base_url_stays(given: dict[str, str], base: str) -> None:
    assert hub_side._base_url(Config(given)) == base  # noqa: SLF001


@pytest.mark.parametrize(
    ("first", "words"),
    [
        ("#!/opt/hub/bin/python3 -s\n", ["/opt/hub/bin/python3", "-s"]),
        ("#!/bin/sh\n'''exec' \"/a b/bin/python\" \"$0\" \"$@\"\n' '''\n", ["/a b/bin/python"]),
        ("#!/bin/bash\nexec jupyterhub-singleuser\n", []),
        ("\x7fELF", []),
    ],
)
def test_the_interpreter_of_a_servers_script_is_its_own(
    tmp_path: Path, first: str, words: list[str]
) -> None:
    program = tmp_path / "jupyterhub-singleuser"
    program.write_text(first)
    assert hub_side._interpreter(str(program), {}) == words  # noqa: SLF001


def services(hub: Config, told: dict[str, Any]) -> list[dict[str, Any]]:
    hub_side._set_services(hub, hub_side._plain(hub.get("services", [])), told)  # noqa: SLF001
    found: list[dict[str, Any]] = hub.services
    return found


CULLER = {"name": "cull", "command": ["python3", "-m", "jupyterhub_idle_culler", "--timeout=3600"]}
TOLD = {"secret": "s", "seconds": []}


def test_of_the_admins_services_the_culler_alone_is_started_and_roles_know_it() -> None:
    hub = Config()
    hub.services = LazyConfigValue()
    hub.services.append({"name": "grades", "url": "http://127.0.0.1:10101"})
    hub.services.append(CULLER)
    hub.load_roles = [
        {"name": "grading", "services": ["grades"], "users": ["ada"]},
        {"name": "culling", "services": ["cull", "misspelt"]},
    ]
    pytest.importorskip("tornado")
    names = [service["name"] for service in services(hub, TOLD)]
    assert names == ["cull", hub_side.OBSERVER]
    # What the real hub would stumble over stays there to be stumbled over.
    assert [role["services"] for role in hub.load_roles] == [[], ["cull", "misspelt"]]


def test_the_cullers_time_is_scaled_down_in_the_second_pass_only() -> None:
    pytest.importorskip("tornado")
    assert services(Config({"services": [CULLER]}), TOLD)[0] == CULLER
    quick = services(Config({"services": [CULLER]}), {**TOLD, "seconds": ["--x"]})[0]
    assert quick["command"][3:] == ["--timeout=6", "--cull-every=1"]
