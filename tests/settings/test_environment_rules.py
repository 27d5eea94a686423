from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from machines import HUB, after, found, machine, planned, text_of
from rules import said

from jhwizard.errors import RefusedError
from jhwizard.facts import TraitCheck

KEY = "environment.users_may_override"


def hub(value: str) -> str:
    return f'c.Spawner.environment = {{"JUPYTER_CONFIG_PATH": "{value}"}}\n'


def test_people_win_as_long_as_the_admins_directory_is_not_on_top() -> None:
    assert found(KEY, {HUB: hub("/srv/policy")}).value is True
    assert found(KEY, {HUB: hub("/srv/policy:/etc/jupyter/")}).value is False
    assert found(KEY, {}).value is True


def test_the_admins_directory_is_put_first_and_the_others_stay() -> None:
    facts = after(machine({HUB: hub("/srv/policy")}), "[environment]\nusers_may_override = false\n")
    assert '{"JUPYTER_CONFIG_PATH": "/etc/jupyter:/srv/policy"}' in text_of(facts, HUB)
    back = after(facts, "[environment]\nusers_may_override = true\n")
    assert '{"JUPYTER_CONFIG_PATH": "/srv/policy"}' in text_of(back, HUB)


def test_people_who_win_are_told_of() -> None:
    assert "~/.jupyter beats" in said(machine({}), "environment")[f"note {KEY}"]


def test_what_nobody_could_check_is_said() -> None:
    assert (
        "cannot be started here"
        in said(machine({}), "environment", traits={"A.x": 1})["warning environment.traits"]
    )
    facts = machine({})
    assert facts.user is not None
    known = replace(facts, user=replace(facts.user, python=PurePosixPath("/bin/python3")))
    assert "warning environment.traits" not in said(known, "environment", traits={"A.x": 1})
    slow = replace(known, unchecked="it hangs")
    assert (
        "as it hangs" in said(slow, "environment", traits={"A.x": 1})["warning environment.traits"]
    )


def test_what_the_installed_classes_refuse_is_an_error_until_it_is_answered_otherwise() -> None:
    facts = replace(machine({}), checks={"A.x": TraitCheck(1, "A.x: no")})
    assert said(facts, "environment", traits={"A.x": 1})["error environment.traits"] == "A.x: no"
    assert "error environment.traits" not in said(facts, "environment", traits={"A.x": 2})


PREFER = "environment.prefer_env_path"


def preferring(value: object) -> dict[PurePosixPath, str]:
    return {HUB: f'c.Spawner.environment = {{"JUPYTER_PREFER_ENV_PATH": {value!r}, "A": "b"}}\n'}


@pytest.mark.parametrize(
    ("value", "known"), [("1", "1"), ("off", "0"), ("No", "0"), ("", "1"), ("x", "1"), (1, None)]
)
def test_a_preference_is_read_as_jupyter_takes_it(value: object, known: str | None) -> None:
    assert found(PREFER, preferring(value)).value == known


def test_unset_takes_our_line_out_and_names_the_admins() -> None:
    facts = after(machine({}), '[environment]\nprefer_env_path = "1"\n')
    assert '{"JUPYTER_PREFER_ENV_PATH": "1"}' in text_of(facts, HUB)
    gone = after(facts, '[environment]\nprefer_env_path = "unset"\n')
    assert gone.found[PREFER].value == "unset"
    assert HUB not in gone.files or gone.files[HUB] is None
    with pytest.raises(RefusedError, match="cannot be changed safely") as refused:
        after(machine(preferring("1")), '[environment]\nprefer_env_path = "unset"\n')
    assert refused.value.where == f"{HUB}:1"
    assert planned(machine({}), '[environment]\nprefer_env_path = "unset"\n').changes == ()


def test_a_preference_that_does_not_reach_the_files_is_warned_about() -> None:
    given = said(machine({}), "environment", prefer_env_path="1")
    assert "written to /etc/jupyter does not" in given[f"warning {PREFER}"]
    env = said(machine({}, target="env"), "environment", prefer_env_path="1")
    assert env == {}
    old = said(machine({}, **{"jupyter-core": "5.0.0"}), "environment", prefer_env_path="0")
    assert f"note {PREFER}" not in old
    new = said(machine({}, **{"jupyter-core": "5.9.1"}), "environment", prefer_env_path="0")
    assert "win here by themselves" in new[f"note {PREFER}"]
