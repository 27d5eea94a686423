"""The JSON schema of an answers file, derived from the records."""

from __future__ import annotations

import json

from jhwizard.settings import STEPS
from jhwizard.settings.setting import Setting, Step
from jhwizard.targets import TARGETS


def schema() -> str:
    """Return the schema as JSON."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "jhwizard answers",
        "type": "object",
        "properties": {
            "target": {"enum": [target.name for target in TARGETS if not target.unavailable]},
            **{step.name: _step(step) for step in STEPS},
        },
        "additionalProperties": False,
    }
    return json.dumps(document, indent=2)


def _step(step: Step) -> dict[str, object]:
    properties = {setting.name: _setting(setting) for setting in step.settings}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _setting(setting: Setting) -> dict[str, object]:
    answer = {"anyOf": [setting.kind.schema(), {"const": "default"}]}
    return {"description": f"{setting.sentence} {setting.help}", **answer}
