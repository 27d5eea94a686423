"""The Littlest JupyterHub, as its installer leaves it: `tests/deployments/tljh`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from machines import facts_of, planned, text_of

from jhwizard.detect import Options, detect
from jhwizard.errors import RefusedError
from jhwizard.explain import destination
from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.settings import SETTINGS
from jhwizard.understand import understand, with_files

CONFIG = PurePosixPath("/opt/tljh/hub/lib/python3.12/site-packages/tljh/jupyterhub_config.py")
DROP_INS = PurePosixPath("/opt/tljh/config/jupyterhub_config.d")
COURSE = DROP_INS / "10-course.py"
OURS = DROP_INS / "jhwizard.py"
LIMIT = "named_servers.active_limit"


def with_drop_in(name: str, text: str) -> Facts:
    return with_files(facts_of("tljh"), {DROP_INS / name: text.encode()})


def test_it_is_found_with_both_environments_and_its_spawner() -> None:
    facts = facts_of("tljh")
    assert facts.hub_config == CONFIG
    assert facts.hub is not None
    assert facts.user is not None
    assert str(facts.hub.prefix) == "/opt/tljh/hub"
    assert str(facts.user.prefix) == "/opt/tljh/user"
    assert facts.spawner == "UserCreatingSpawner"
    assert facts.remarks == ()


def test_without_a_unit_its_file_is_found_by_its_place(tmp_path: Path) -> None:
    inside = tmp_path / "root/opt/tljh/hub/lib/python3.12/site-packages/tljh"
    inside.mkdir(parents=True)
    (inside / "jupyterhub_config.py").touch()
    assert detect(Host(tmp_path / "root"), Options()).hub_config == CONFIG


def test_drop_ins_count_in_the_order_of_their_names() -> None:
    facts = facts_of("tljh")
    assert (facts.found[LIMIT].value, facts.found[LIMIT].origin) == (40, f"{COURSE}:2")
    later = with_drop_in("90-more.py", "c.JupyterHub.active_server_limit = 50\n")
    assert later.found[LIMIT].origin == f"{DROP_INS}/90-more.py:1"
    assert [shadow.origin for shadow in later.found[LIMIT].shadows] == [f"{COURSE}:2"]
    other = with_drop_in("90-more.yaml", "c.JupyterHub.active_server_limit = 50\n")
    assert other.found[LIMIT].value == 40


def test_what_no_drop_in_says_is_what_jupyterhub_does_by_itself() -> None:
    found = facts_of("tljh").found
    assert found["named_servers.allow"].kind == "default"
    assert found["environment.users_may_override"].kind == "default"


@pytest.mark.parametrize("key", ["interface.app", "interface.default_url", "culling.hub_idle"])
def test_what_tljh_config_decides_is_told_as_that(key: str) -> None:
    facts = facts_of("tljh")
    found = facts.found[key]
    assert (found.kind, found.file) == ("unknown", CONFIG)
    assert "tljh-config" in found.reason
    goes_to = destination(SETTINGS[key], facts)
    assert goes_to
    assert (goes_to.how, goes_to.file) == ("not", CONFIG)


@pytest.mark.parametrize(
    ("toml", "typed"),
    [
        ('[interface]\napp = "lab"\n', "set user_environment.default_app jupyterlab &&"),
        ('[interface]\napp = "notebook"\n', "set user_environment.default_app classic &&"),
        ('[interface]\ndefault_url = "/tree"\n', "set user_environment.default_app classic &&"),
        ('[culling]\nhub_idle = "1h"\n', "set services.cull.timeout 3600 &&"),
        ('[culling]\nhub_idle = "1h"\nhub_users = true\n', "set services.cull.users true &&"),
    ],
)
def test_what_tljh_config_decides_is_refused_with_what_to_type(toml: str, typed: str) -> None:
    with pytest.raises(RefusedError) as refused:
        planned(facts_of("tljh"), toml)
    assert f"sudo tljh-config {typed}" in refused.value.fix
    assert refused.value.fix.endswith("sudo tljh-config reload")
    assert refused.value.file == CONFIG


def test_a_page_that_tljh_config_does_not_know_goes_to_a_drop_in() -> None:
    plan = planned(facts_of("tljh"), '[interface]\ndefault_url = "/lab/tree/hello.ipynb"\n')
    assert [change.path for change in plan.changes] == [OURS]


def test_what_no_file_says_goes_to_a_drop_in_of_jhwizards_own() -> None:
    facts = facts_of("tljh")
    plan = planned(facts, "[environment]\nusers_may_override = false\n")
    assert [(c.path, c.before, c.effect) for c in plan.changes] == [(OURS, None, "hub restart")]
    assert "JUPYTER_CONFIG_PATH" in plan.snippet
    after = with_files(facts, {change.path: change.after for change in plan.changes})
    assert after.found["environment.users_may_override"].file == OURS
    assert planned(after, "[environment]\nusers_may_override = false\n").changes == ()


def test_a_value_in_a_drop_in_is_changed_where_it_stands() -> None:
    plan = planned(facts_of("tljh"), "[named_servers]\nactive_limit = 7\n")
    assert [change.path for change in plan.changes] == [COURSE]
    assert b"active_server_limit = 7\n" in (plan.changes[0].after or b"")


@pytest.mark.parametrize(("name", "block"), [("20-a.py", OURS.name), ("zz.py", "zz.py")])
def test_a_computed_value_is_overridden_by_a_drop_in_that_comes_later(
    name: str, block: str
) -> None:
    facts = with_drop_in(name, "c.JupyterHub.active_server_limit = f()\n")
    plan = planned(facts, "[named_servers]\nactive_limit = 7\n")
    assert [change.path.name for change in plan.changes] == [block]


def test_tljhs_own_file_is_never_changed() -> None:
    facts = facts_of("tljh")
    toml = '[named_servers]\nname_template = "course-{USERNAME}"\n'
    plan = planned(facts, toml)
    assert [change.path for change in plan.changes] == [OURS]
    after = with_files(facts, {change.path: change.after for change in plan.changes})
    assert after.found["named_servers.name_template"].value == "course-{USERNAME}"
    assert text_of(after, CONFIG) == text_of(facts, CONFIG)


def test_a_plugin_leaves_only_the_drop_ins_certain() -> None:
    facts = understand(replace(facts_of("tljh"), tljh_plugins=("tljh_repo2docker",)))
    assert facts.found[LIMIT].value == 40
    allow = facts.found["named_servers.allow"]
    assert (allow.kind, "tljh_repo2docker" in allow.reason) == ("unknown", True)


def test_a_file_of_tljh_that_looks_otherwise_is_read_as_any_file() -> None:
    text = "from tljh import configurer\nconfigurer.run(c)\n"
    facts = with_files(facts_of("tljh"), {CONFIG: text.encode()})
    assert facts.found["named_servers.allow"].kind == "unknown"
