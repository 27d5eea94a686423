"""The example with every answer there is: it is whole, and what it says can be read back."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import tomlkit
from running import fingerprint, verb

from jhwizard.errors import Status
from jhwizard.settings import SETTINGS

EXAMPLE = Path(__file__).parent.parent / "docs" / "answers.toml"
ELSEWHERE = {
    "environment.packages": "programs of another root are not started",
    "kernels.install": "programs of another root are not started",
    "kernels.share": "no home of the demonstration machine has a kernel",
    "named_servers.name_template": "its spawner starts no containers",
    "environment.traits": "its classes cannot be asked: programs of another root are not started",
    "culling.hub_users": "false is what the culler does without the flag",
    "culling.hub_remove_named_servers": "false is what the culler does without the flag",
}
"""What cannot land, or is no line, on the demonstration machine; `tests/real` has it."""


def answers() -> dict[str, object]:
    """Return the example's answers by key."""
    document = tomllib.loads(EXAMPLE.read_text())
    steps = {name: table for name, table in document.items() if isinstance(table, dict)}
    return {
        f"{step}.{name}": value for step, table in steps.items() for name, value in table.items()
    }


def test_the_example_has_every_setting_and_no_other() -> None:
    assert sorted(answers()) == sorted(SETTINGS)


@pytest.mark.parametrize("key", sorted(SETTINGS))
def test_every_answer_of_the_example_is_one(key: str) -> None:
    SETTINGS[key].kind.from_toml(answers()[key])


@pytest.mark.parametrize("target", ["system", "env"])
def test_what_is_applied_is_planned_no_more_and_read_back_the_same(demo: Path, target: str) -> None:
    before = fingerprint(demo / "etc")
    document = tomlkit.document()
    document["target"] = target
    for key, value in answers().items():
        step, _dot, name = key.partition(".")
        if key not in ELSEWHERE:
            document.setdefault(step, tomlkit.table())[name] = value
    given = tomlkit.dumps(document)
    planned = verb("plan", "-", "--root", demo, given=given)
    assert planned.returncode == Status.PENDING, planned.stderr
    applied = verb("apply", "-", "--yes", "--root", demo, given=given)
    assert applied.returncode == Status.DONE, applied.stderr
    again = verb("plan", "-", "--root", demo, given=given)
    assert (again.returncode, again.stdout) == (Status.DONE, ""), again.stderr
    there = tomllib.loads(verb("answers", "--root", demo).stdout)
    wanted = tomllib.loads(given)
    for step in (name for name in wanted if name != "target"):
        for name, value in wanted[step].items():
            if isinstance(value, dict):
                assert value.items() <= there[step][name].items()
            elif isinstance(value, list):
                assert sorted(value) == sorted(there[step][name])
            else:
                assert there[step][name] == value, f"{step}.{name}"
    assert there["target"] == target
    assert verb("undo", "--root", demo).returncode == Status.DONE
    assert fingerprint(demo / "etc") == before
