"""Variables of people's servers, some of which the hub's file sets behind a condition."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from machines import HUB, after, found, machine, text_of
from traitlets.config.loader import Config, LazyConfigValue, PyFileConfigLoader

from jhwizard.layers import folded, ladder
from jhwizard.settings.setting import SpawnerVariable
from jhwizard.summary import oddities

HEAD = "import os\nC, D = os.environ.get('C'), os.environ.get('D')\n"
SET = "c.Spawner.environment = {'A': '1'}\n"
FILES = [
    SET + "if C: c.Spawner.environment['COURSE'] = C\n",
    SET + "if C:\n    c.Spawner.environment['COURSE'] = C\n    c.Spawner.environment['A'] = '2'\n"
    "c.Spawner.environment['B'] = '3'\n",
    SET + "if C: c.Spawner.environment['COURSE'] = C\nif D: c.Spawner.environment['B'] = D\n",
    SET + "if C: c.Spawner.environment['COURSE'] = C\nif D: c.Spawner.environment.update(B=D)\n",
    "e = {'A': '1'}\nif C: e['COURSE'] = C\nc.Spawner.environment = e\ne['B'] = '3'\n",
    "e = {'A': '1'}\nif C: e['COURSE'] = C\nc.Spawner.environment = e\ne.setdefault('B', '3')\n",
    "e = {'A': '1'}\nif C: e['COURSE'] = C\nc.Spawner.environment = e\n[e.pop(k) for k in 'A']\n",
    "if C: c.Spawner.environment.update({'COURSE': C})\nc.Spawner.environment.update({'B': '3'})\n",
    "e = c.Spawner.environment\ne.update({'A': '1'})\nif C: e.update({'COURSE': C, 'A': '2'})\n",
    "e = c.Spawner.environment\nif C: e.update({'A': '1'})\nelse: e.update({'B': '3'})\n",
    "c.Spawner.environment = {'A': '1'} if C else {'B': '3'}\nc.Spawner.environment['A'] = '4'\n",
    SET + "if C:\n    c.Spawner.environment['COURSE'] = C\n"
    "    if D: c.Spawner.environment['B'] = D\n",
    SET + "if C:\n    c.Spawner.environment = {'B': '1'}\nc.Spawner.environment['COURSE'] = '4'\n",
    SET + "if C: c.Spawner.environment['B'] = C\nc.Spawner.environment |= {'B': '7'}\n",
    SET + "if C: c.Spawner.environment['B'] = C\ndel c.Spawner.environment['A']\n",
]


def loaded(text: str, directory: Path) -> Config:
    (directory / "some_config.py").write_text(f"c = get_config()\n{text}")
    return PyFileConfigLoader("some_config.py", str(directory)).load_config()


@pytest.mark.parametrize("text", FILES)
def test_what_is_said_of_a_variable_holds_whatever_the_conditions(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = machine({HUB: HEAD + text})
    for c, d in product(("", "x"), repeat=2):
        monkeypatch.setenv("C", c)
        monkeypatch.setenv("D", d)
        value = loaded(HEAD + text, tmp_path).Spawner.get("environment", {})
        real = value.to_dict().get("update", {}) if isinstance(value, LazyConfigValue) else value
        for name in ("A", "B", "COURSE", "OTHER"):
            said = folded(ladder(SpawnerVariable(name), facts), SpawnerVariable(name))
            assert said.kind != "default" or name not in real, (name, real)
            assert said.kind != "exact" or said.raw == real.get(name), (name, said, real)


CONDITIONAL = [
    HEAD + SET + "if C: c.Spawner.environment['COURSE'] = C\n",
    HEAD + "if C: c.Spawner.environment['COURSE'] = C\n",
    HEAD + "if C: c.Spawner.environment.update({'COURSE': C})\n",
]


@pytest.mark.parametrize("text", CONDITIONAL)
def test_a_condition_around_one_variable_makes_no_other_one_uncertain(text: str) -> None:
    for key in ("prefer_env_path", "users_may_override", "users_may_install"):
        assert found(f"environment.{key}", {HUB: text}).kind == "default"
    assert not any("JUPYTER_ENABLE_LAB" in o.text for o in oddities(machine({HUB: text})))


@pytest.mark.parametrize("text", CONDITIONAL)
def test_variables_are_added_by_the_block_beside_one_behind_a_condition(text: str) -> None:
    answers = "[environment]\nusers_may_override = false\nprefer_env_path = '1'\n"
    facts = after(machine({HUB: text}), answers)
    assert text_of(facts, HUB).startswith(text)
    assert facts.found["environment.users_may_override"].value is False
    assert facts.found["environment.prefer_env_path"].value == "1"


def test_a_key_that_is_not_known_may_be_any_variable() -> None:
    text = HEAD + SET + "if C: c.Spawner.environment[C] = 'x'\n"
    assert found("environment.prefer_env_path", {HUB: text}).kind not in {"default", "exact"}


def test_what_is_added_to_something_unknown_may_be_changed_by_later_lines() -> None:
    text = "c.Spawner.environment = f()\nc.Spawner.environment.update({'A': '1'})\n"
    name = SpawnerVariable("A")
    assert folded(ladder(name, machine({HUB: text})), name).raw == "1"
    changed = machine({HUB: text + "c.Spawner.environment['A'] = g()\n"})
    assert folded(ladder(name, changed), name).kind == "unknown"
