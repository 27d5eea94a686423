from __future__ import annotations

import pytest

from jhwizard.errors import RefusedError
from jhwizard.jupyter import idle_culler

START = ["python3", "-m", "jupyterhub_idle_culler"]


def test_what_is_written_is_understood() -> None:
    flags = {"timeout": 3600, "cull-every": 60, "max-age": 86400, "cull-users": True}
    service = idle_culler.service("/opt/hub/bin/python3", flags)
    assert idle_culler.is_culler(service)
    assert idle_culler.flags_of(service) == flags


def test_a_command_without_a_time_has_the_culler_s_own() -> None:
    old = {"command": ["python3", "/srv/cull_idle_servers.py", "--url=http://x", "--concurrency=2"]}
    assert idle_culler.is_culler(old)
    assert idle_culler.flags_of(old) == {"timeout": 600}


@pytest.mark.parametrize(
    "word",
    [
        "--timeout",
        "--timeout=0",
        "--timeout=-5",
        "--timeout=1",
        "--timeout=1h",
        "--timout=60",
        "--cull_every=60",
        "--cull-every=0",
        "--cull-users",
        "--cull-users=maybe",
        "--cull-named-servers=False",
        "--config=/etc/culler.py",
        "60",
    ],
)
def test_what_one_of_the_two_cullers_ignores_or_refuses_is_not_understood(word: str) -> None:
    with pytest.raises(RefusedError):
        idle_culler.flags_of({"command": [*START, word]})


def test_a_command_that_is_one_text_is_not_understood() -> None:
    service = {"command": "python3 -m jupyterhub_idle_culler --timeout=60"}
    assert idle_culler.is_culler(service)
    with pytest.raises(RefusedError, match="not a list of words"):
        idle_culler.flags_of(service)


@pytest.mark.parametrize(
    "command",
    [
        ["bash", "-c", "python3 -m jupyterhub_idle_culler --timeout=60"],
        ["/opt/jupyterhub-idle-culler/run", "--timeout=60"],
    ],
)
def test_a_culler_inside_something_else_is_not_understood(command: list[str]) -> None:
    assert idle_culler.is_culler({"command": command})
    with pytest.raises(RefusedError, match="not understood"):
        idle_culler.flags_of({"command": command})


@pytest.mark.parametrize(
    "service", ["observer", {"name": "observer"}, {"command": ["python3", "-m", "mine"]}]
)
def test_other_services_are_no_cullers(service: object) -> None:
    assert not idle_culler.is_culler(service)


def test_people_are_deleted_with_one_scope_more() -> None:
    less = idle_culler.role({"timeout": 60})["scopes"]
    assert less == ["list:users", "read:users:activity", "read:servers", "delete:servers"]
    assert idle_culler.role({"cull-users": True})["scopes"] == [*less, "admin:users"]
