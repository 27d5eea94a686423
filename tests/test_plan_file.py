from __future__ import annotations

import base64
import json
import os
from pathlib import Path, PurePosixPath

import pytest

from jhwizard import plan_file
from jhwizard.errors import ConflictError, RefusedError, WizardError
from jhwizard.host import Host
from jhwizard.journal import digest
from jhwizard.plan import Change, Notice, Plan

FILE = PurePosixPath("/file")
NOTICE = Notice("k", "text", FILE, 3)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    (tmp_path / "file").write_bytes(b"old\xff")
    (tmp_path / "file").chmod(0o640)
    edit = Change(FILE, b"old\xff", b"new\x00", 0o640, (0, 0), "hub restart")
    new = Change(PurePosixPath("/new"), None, b"", 0o644, None, "next server start")
    return Plan((edit, new), (NOTICE,), "snippet\n")


def saved(plan: Plan, tmp_path: Path) -> bytes:
    plan_file.save(plan, tmp_path / "PLAN")
    return (tmp_path / "PLAN").read_bytes()


def test_a_plan_comes_back_as_it_was(plan: Plan, tmp_path: Path) -> None:
    content = saved(plan, tmp_path)
    assert plan_file.is_one(content)
    assert plan_file.load(content, Host(tmp_path)) == plan


def test_it_holds_what_is_promised(plan: Plan, tmp_path: Path) -> None:
    document = json.loads(saved(plan, tmp_path))
    change = document["changes"][0]
    assert next(iter(document)) == "jhwizard_plan"
    assert change["before_sha256"] == digest(b"old\xff")
    assert base64.b64decode(change["after"]) == b"new\x00"
    assert (tmp_path / "PLAN").stat().st_mode & 0o7777 == 0o600


@pytest.mark.parametrize("content", [b'target = "x"', b"", b"\xff", b'{"a": 1}', b"[a]"])
def test_answers_are_no_plan(content: bytes) -> None:
    assert not plan_file.is_one(content)


@pytest.mark.parametrize("damage", ["edited", "gone", "directory", "created"])
def test_a_file_that_changed_since_is_a_conflict(plan: Plan, tmp_path: Path, damage: str) -> None:
    content = saved(plan, tmp_path)
    if damage == "created":
        (tmp_path / "new").touch()
    else:
        (tmp_path / "file").unlink()
    if damage == "edited":
        (tmp_path / "file").write_bytes(b"theirs")
    elif damage == "directory":
        (tmp_path / "file").mkdir()
    with pytest.raises(ConflictError, match="changed since the plan was made"):
        plan_file.load(content, Host(tmp_path))


def test_the_mode_is_the_one_the_file_has_now(plan: Plan, tmp_path: Path) -> None:
    content = saved(plan, tmp_path).replace(b'"mode": 416', b'"mode": 2541')
    (tmp_path / "file").chmod(0o600)
    assert [c.mode for c in plan_file.load(content, Host(tmp_path)).changes] == [0o600, 0o644]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"/file"', b'"file"'),
        (b'"/file"', b'"/etc/../file"'),
        (b'"/file"', b'"/fi\\u0000le"'),
        (b'"hub restart"', b'"whenever"'),
        (b'"bmV3AA=="', b'"%"'),
        (b'"after"', b'"later"'),
        (b'"changes"', b'"change"'),
        (b'"snippet"', b'"snip"'),
        (b"]", b""),
    ],
)
def test_a_damaged_plan_is_refused(plan: Plan, tmp_path: Path, old: bytes, new: bytes) -> None:
    content = saved(plan, tmp_path)
    assert old in content
    with pytest.raises((RefusedError, WizardError)):
        plan_file.load(content.replace(old, new), Host(tmp_path))


@pytest.mark.parametrize(
    "content", [b'{"jhwizard_plan": 1, "a": ' + b"[" * 100_000, b"\xff", b"[]"]
)
def test_rubbish_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="damaged"):
        plan_file.load(content, Host(tmp_path))


def test_a_plan_is_never_saved_over_a_device_or_through_a_link(plan: Plan, tmp_path: Path) -> None:
    os.mknod(tmp_path / "null", 0o20666, os.makedev(1, 3))
    for name in ("null", "."):
        with pytest.raises(WizardError, match="not a regular file"):
            plan_file.save(plan, tmp_path / name)
    with pytest.raises(WizardError, match="cannot be written"):
        plan_file.save(plan, tmp_path / "missing/PLAN")
