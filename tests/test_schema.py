from __future__ import annotations

import json

from jhwizard.schema import schema
from jhwizard.settings import SETTINGS, STEPS


def test_every_setting_is_in_the_schema_with_its_words() -> None:
    found = json.loads(schema())
    assert set(found["properties"]) == {"target", *(step.name for step in STEPS)}
    for record in SETTINGS.values():
        setting = found["properties"][record.step]["properties"][record.name]
        assert setting["description"].startswith(record.sentence)
        assert {"const": "default"} in setting["anyOf"]


def test_nothing_else_is_allowed() -> None:
    found = json.loads(schema())
    assert found["additionalProperties"] is False
    assert all(
        step["additionalProperties"] is False
        for name, step in found["properties"].items()
        if name != "target"
    )


def test_only_what_can_be_written_is_a_target() -> None:
    assert json.loads(schema())["properties"]["target"] == {"enum": ["system", "env"]}
