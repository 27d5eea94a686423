from __future__ import annotations

from machines import HUB, after, found, machine, text_of
from rules import said

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
