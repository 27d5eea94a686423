"""Where the hub's culler is written, and what it refuses to stand beside."""

from __future__ import annotations

import json
from typing import Any

import pytest
from machines import HUB, after, machine, planned, text_of

from jhwizard.errors import RefusedError
from jhwizard.facts import Facts

CULLER = '{"name": "cull", "command": ["python3", "-m", "jupyterhub_idle_culler"]}'
HOUR = '[culling]\nhub_idle = "1h"\n'


def hub(text: str = "", **more: str) -> Facts:
    files = {HUB: text} if text else {}
    if more:
        files[HUB.with_suffix(".json")] = json.dumps({"JupyterHub": more})
    packages: dict[str, Any] = {"jupyterhub-idle-culler": "2.0.0"}
    return machine(files, **packages)


def line(facts: Facts, trait: str) -> str:
    (one,) = [each for each in text_of(facts, HUB).split("\n") if each.startswith(f"c.{trait}")]
    return one


def test_one_service_and_one_role_hold_all_answers() -> None:
    there = after(hub("c.JupyterHub.services = [{'name': 'mine'}]\n"), HOUR)
    assert text_of(there, HUB).startswith("c.JupyterHub.services = [{'name': 'mine'}]\n\n# >>>")
    service = line(there, "JupyterHub.services.append")
    assert service.endswith('"-m", "jupyterhub_idle_culler", "--timeout=3600"]})')
    assert '["/opt/jupyterhub/bin/python3", ' in service
    assert "admin:users" not in line(there, "JupyterHub.load_roles.append")
    assert there.found["culling.hub_interval"].value == 1800


def test_a_second_run_changes_one_flag_and_keeps_the_others() -> None:
    more = 'hub_interval = "1m"\nhub_max_age = "1d"\nhub_users = true\n'
    first = after(hub(), HOUR + more + "hub_remove_named_servers = true\n")
    flags = "--cull-every=60 --max-age=86400 --cull-users=True --remove-named-servers=True"
    written = line(first, "JupyterHub.services").replace('", "', " ")
    assert f"--timeout=3600 {flags}" in written
    second = after(first, '[culling]\nhub_idle = "2h"\n')
    assert f"--timeout=7200 {flags}" in line(second, "JupyterHub.services").replace('", "', " ")
    third = after(second, '[culling]\nhub_users = "default"\nhub_interval = "default"\n')
    assert third.found["culling.hub_interval"].value == 3600
    assert "admin:users" not in text_of(third, HUB)


def test_other_answers_leave_the_culler_as_it_is() -> None:
    first = after(hub(), HOUR)
    second = after(first, "[named_servers]\nallow = true\n")
    for trait in ("JupyterHub.services", "JupyterHub.load_roles"):
        assert line(second, trait) == line(first, trait)
    assert planned(second, HOUR).changes == ()


@pytest.mark.parametrize("never", ["never", "default"])
def test_never_takes_service_and_role_out(never: str) -> None:
    there = after(hub("x = 1\n"), HOUR)
    assert text_of(after(there, f'[culling]\nhub_idle = "{never}"\n'), HUB) == "x = 1\n"


def test_nothing_is_written_for_the_others_without_a_time() -> None:
    assert planned(hub(), '[culling]\nhub_max_age = "1d"\n').changes == ()


def test_services_that_are_not_understood_are_added_to_with_a_notice() -> None:
    facts = hub("import sys\nc.JupyterHub.services = [sys.x]\n")
    assert facts.found["culling.hub_idle"].kind == "unknown"
    plan = planned(facts, HOUR)
    (notice,) = [each for each in plan.warnings if each.line == 2]
    assert "is added to" in notice.text
    there = after(facts, HOUR)
    assert there.found["culling.hub_idle"].value == 3600
    changed = after(there, '[culling]\nhub_idle = "2h"\n')
    assert changed.found["culling.hub_idle"].value == 7200


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"import sys\nc.JupyterHub.services = [sys.x, {CULLER}]\n", 2),
        ("c.JupyterHub.services = ()\n", 1),
        ("c.JupyterHub.load_roles = ()\n", 1),
    ],
)
def test_lists_that_cannot_be_added_to_are_refused_with_their_line(text: str, line: int) -> None:
    with pytest.raises(RefusedError) as refused:
        planned(hub(text), HOUR)
    assert (refused.value.file, refused.value.line) == (HUB, line)


@pytest.mark.parametrize("trait", ["services", "load_roles"])
def test_a_json_file_that_would_win_is_refused(trait: str) -> None:
    lists: dict[str, Any] = {trait: []}
    with pytest.raises(RefusedError, match="a JSON file that beats"):
        planned(hub("x = 1\n", **lists), HOUR)


def test_a_culler_added_beside_ours_is_told_and_ours_is_kept() -> None:
    ours = text_of(after(hub(), HOUR), HUB)
    both = hub(f"{ours}c.JupyterHub.services.append({CULLER})\n")
    assert both.found["culling.hub_idle"].reason == "line 6 starts another culler"
    kept = text_of(after(both, "[named_servers]\nallow = true\n"), HUB)
    assert "# The hub stops servers that are idle for 1h.\n" in kept
    assert "--timeout=3600" in kept
