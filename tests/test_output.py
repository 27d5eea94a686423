from __future__ import annotations

import json
import tomllib
from pathlib import Path, PurePosixPath

import pytest

from jhwizard import output
from jhwizard.detect import Options, detect
from jhwizard.errors import RefusedError
from jhwizard.host import Host
from jhwizard.journal import Receipt, Record
from jhwizard.plan import Change, Command, Notice, Plan

PATH = PurePosixPath("/etc/x\x1b.py")
CHANGE = Change(PATH, None, b"a = 1\n", 0o644, None, "hub restart")
RECEIPT = Receipt(
    "0007", "2026", "ti\x1btle", "committed", (Record(PATH, "", "x", 0o644, None, "hub restart"),)
)


def test_every_document_has_a_version() -> None:
    plan = Plan((CHANGE,), (Notice("k", "t", PATH, 2),), "token = 'abc'")
    found = json.loads(output.plan_document(plan))
    assert list(found) == ["version", "changes", "commands", "warnings", "snippet"]
    assert found["warnings"] == [{"key": "k", "text": "t", "file": str(PATH), "line": 2}]
    assert "abc" not in found["snippet"]
    assert (found["changes"][0]["mode"], found["changes"][0]["owner"]) == ("0644", None)


def test_what_was_done_is_said_with_its_receipt() -> None:
    found = json.loads(output.plan_document(Plan(), RECEIPT))
    assert (found["done"], found["receipt"]) == (True, "0007")
    looked = json.loads(output.plan_document(Plan(), done=False))
    assert (looked["done"], looked["receipt"]) == (False, None)


def test_an_error_is_told_in_its_parts() -> None:
    error = RefusedError("why", file=PATH, line=3, fix="do")
    assert json.loads(output.error_document(error))["error"] == {
        "code": "refused",
        "text": "why",
        "file": str(PATH),
        "line": 3,
        "fix": "do",
    }


def test_after_writing_the_admin_learns_what_to_do() -> None:
    text = output.written(Plan((CHANGE,)), RECEIPT)
    assert "created /etc/x\\x1b.py" in text
    assert "Restart JupyterHub" in text
    assert "jhwizard undo 0007" in text
    assert "\x1b" not in text


def test_a_table_is_aligned_and_safe() -> None:
    assert output.table(("a", "b"), [("long", "\x1b")]) == "a     b\nlong  \\x1b"


def test_answers_stay_toml_when_made_fit_for_a_terminal() -> None:
    text = 'a = "\u202e\x9b\U0001f600 é"\n'
    safe = output.toml(text)
    assert "\u202e" not in safe
    assert tomllib.loads(safe) == tomllib.loads(text)


def test_shadowed_values_are_shown_below(demo: Path) -> None:
    with (demo / "etc/jupyterhub/jupyterhub_config.py").open("a") as stream:
        stream.write('c.Spawner.default_url = "/tree"\n')
    facts = detect(Host(demo), Options())
    lines = output.show_table(facts, ["interface.app"]).splitlines()
    assert lines[1].split()[:2] == ["interface.app", "notebook"]
    assert lines[2].split()[:2] == ["shadowed:", "lab"]


@pytest.mark.parametrize(
    ("files", "commands", "asked"),
    [
        (1, 0, "Write 1 file?"),
        (2, 0, "Write 2 files?"),
        (1, 1, "Run 1 command and write 1 file?"),
        (0, 2, "Run 2 commands and write 0 files?"),
    ],
)
def test_the_question_before_a_write_counts(files: int, commands: int, asked: str) -> None:
    command = Command(("true",), "why", None, PurePosixPath("/"))
    assert output.question(Plan((CHANGE,) * files, commands=(command,) * commands)) == asked
