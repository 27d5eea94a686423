from __future__ import annotations

import pytest
from machines import HUB, after, found, machine, planned, text_of
from rules import said

from jhwizard.errors import RefusedError
from jhwizard.facts import Facts
from jhwizard.settings import STEPS
from jhwizard.wizard import Wizard

KEY = "named_servers.name_template"
STEP = "named_servers"
DOCS = "{prefix}-{username}-{servername}"
SAFE = "{prefix}-{username}--{servername}"


def spawner(name: str, more: str = "", **packages: str) -> Facts:
    text = f'c.JupyterHub.spawner_class = "{name}"\n{more}'
    return machine({HUB: text}, **{k.replace("_", "-"): v for k, v in packages.items()})


def answered(template: str) -> str:
    return f'[named_servers]\nallow = true\nname_template = "{template}"\n'


@pytest.mark.parametrize(
    ("name", "trait", "default"),
    [
        ("docker", "c.DockerSpawner.name_template", SAFE),
        ("docker-swarm", "c.DockerSpawner.name_template", SAFE),
        ("kubespawner", "c.KubeSpawner.pod_name_template", "jupyter-{user_server}"),
        ("systemd", "c.SystemdSpawner.unit_name_template", "jupyter-{USERNAME}-singleuser"),
    ],
)
def test_it_is_read_as_the_trait_of_the_spawner_in_force(
    name: str, trait: str, default: str
) -> None:
    facts = spawner(name)
    assert (facts.found[KEY].value, facts.found[KEY].trait) == (default, trait)
    theirs = spawner(
        name, f'{trait} = "x-{{username}}"\nc.Spawner{trait[trait.rindex(".") :]} = 1\n'
    )
    assert (theirs.found[KEY].value, theirs.found[KEY].line) == ("x-{username}", 2)


def test_it_is_asked_only_where_something_is_named() -> None:
    (step,) = [step for step in STEPS if step.name == STEP]
    for name, asked in (("docker", True), ("simple", False), ("my.own.OwnSpawner", False)):
        keys = [setting.key for setting in Wizard(spawner(name)).settings(step)]
        assert (KEY in keys) is asked
    assert spawner("simple").found[KEY].value == ""
    assert "not known" in spawner("my.own.OwnSpawner").found[KEY].reason


def test_it_is_written_for_the_spawners_class_and_read_back() -> None:
    facts = spawner("docker")
    written = after(facts, answered("lab-{username}--{servername}"))
    line = 'c.DockerSpawner.name_template = "lab-{username}--{servername}"\n'
    assert line in text_of(written, HUB)
    assert written.found[KEY].ours
    assert planned(written, "").changes == ()
    assert after(written, '[named_servers]\nname_template = "default"\n').found[KEY].value == SAFE


def test_a_line_of_the_admin_is_changed_where_it_stands() -> None:
    facts = spawner("docker", f'c.DockerSpawner.name_template = "{DOCS}"  # as in the guide\n')
    written = text_of(after(facts, answered(SAFE)), HUB)
    assert f'c.DockerSpawner.name_template = "{SAFE}"  # as in the guide\n' in written


def test_what_is_the_spawners_own_template_needs_no_line() -> None:
    assert "name_template" not in text_of(after(spawner("docker"), answered(SAFE)), HUB)


def test_none_is_no_line() -> None:
    written = after(spawner("docker"), answered("lab-{username}--{servername}"))
    gone = after(written, '[named_servers]\nname_template = "none"\n')
    assert "name_template" not in text_of(gone, HUB)
    assert planned(spawner("simple"), '[named_servers]\nname_template = "none"\n').is_empty


def test_the_line_for_another_spawner_is_left_in_the_block() -> None:
    facts = after(spawner("docker"), answered("lab-{username}--{servername}"))
    simple = text_of(facts, HUB).replace('"docker"', '"simple"', 1)
    there = machine({HUB: simple})
    assert there.found[KEY].value == ""
    assert planned(there, "").changes == ()
    assert "lab-{username}" in text_of(after(there, "[named_servers]\nlimit = 4\n"), HUB)


def test_a_spawner_without_names_is_given_none() -> None:
    with pytest.raises(RefusedError, match="SimpleLocalProcessSpawner has no template"):
        planned(spawner("simple"), answered(SAFE))


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{prefix}-{username}", f"share one name.*write {SAFE}"),
        (DOCS, f"could get one name.*write {SAFE}"),
        ("{username}{servername}", "could get one name"),
        ("{prefix}--{servername}", "put in {username}"),
        ("{prefix}-{user}--{servername}", "does not know {user}.*knows {username}"),
        ("{prefix", "is no template"),
        ("{prefix} {username}", "is no template"),
    ],
)
def test_a_template_that_mixes_servers_up_is_refused(template: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why.replace("{", r"\{")):
        planned(spawner("docker"), answered(template))


def test_without_named_servers_a_name_for_each_person_will_do() -> None:
    given = said(spawner("docker"), STEP, allow=False, name_template="{prefix}-{username}")
    assert not any(key.startswith("error") for key in given)


def test_an_old_dockerspawner_needs_a_template_for_named_servers() -> None:
    old = spawner("docker", dockerspawner="0.11.1")
    given = said(old, STEP, allow=True)
    assert "write {prefix}-{username}__{servername}" in given[f"error {KEY}"]
    safe = "{prefix}-{username}__{servername}"
    assert f"error {KEY}" not in said(old, STEP, allow=True, name_template=safe)


def test_what_was_mixed_up_before_is_a_warning() -> None:
    facts = spawner(
        "docker",
        f'c.JupyterHub.allow_named_servers = True\nc.DockerSpawner.name_template = "{DOCS}"\n',
    )
    assert "could get one name" in said(facts, STEP, limit=3)[f"warning {KEY}"]


def test_containers_that_are_left_behind_are_told() -> None:
    assert (
        "left behind"
        in said(spawner("docker"), STEP, name_template="x-{username}")[f"warning {KEY}"]
    )
    assert f"warning {KEY}" not in said(spawner("kubespawner"), STEP, name_template="x-{username}")


def test_the_volumes_of_kubespawner_are_told() -> None:
    assert (
        "delete_pvc" in said(spawner("kubespawner"), STEP, allow=True)["note named_servers.allow"]
    )


def test_a_computed_template_is_left_alone() -> None:
    computed = spawner("docker", 'import os\nc.DockerSpawner.name_template = os.environ["X"]\n')
    assert computed.found[KEY].value is None
    assert not any(KEY in key for key in said(computed, STEP, allow=True))
    assert found(KEY, {HUB: "c.JupyterHub.spawner_class = Mine\n"}).kind == "unknown"
