"""`history` and `status` on a terminal."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest
from running import NOBODY, document, verb

from jhwizard.errors import Status
from jhwizard.journal import Receipt, Record
from jhwizard.show_receipts import history_document, history_table

PATH = PurePosixPath("/etc/x\x1b.py")
RECORD = Record(PATH, "", "x", 0o644, None, "hub restart")
RECEIPT = Receipt("0007", "2026-07-01T10:00:00+00:00", "ti\x1btle", "committed", (RECORD,))
ANSWERS = '[culling]\nkernel_idle = "20m"\n'


def test_times_are_local_for_people_and_utc_for_programs(demo: Path) -> None:
    assert verb("apply", "-", "--root", demo, "--yes", given=ANSWERS).returncode == 0
    stored = document(verb("history", "--root", demo, "--json"))["receipts"]
    assert isinstance(stored, list)
    hour = stored[0]["when"][11:13]
    assert stored[0]["when"].endswith("+00:00")
    shown = verb("history", "--root", demo, TZ="Asia/Kolkata").stdout.splitlines()[1]
    assert " IST " in shown
    assert f" {hour}:" not in shown


def test_what_a_receipt_says_cannot_move_the_cursor() -> None:
    assert "ti\\x1btle  /etc/x\\x1b.py" in history_table([RECEIPT])
    assert "\x1b" not in history_document([RECEIPT])


def test_a_time_that_is_none_is_shown_as_it_is() -> None:
    assert "0001  soon" in history_table([Receipt("0001", "soon", "title", "committed", ())])


def test_what_others_set_is_only_counted(demo: Path) -> None:
    done = verb("status", "--root", demo)
    assert done.returncode == Status.DONE
    assert done.stdout.splitlines() == [
        "Nothing that jhwizard wrote is there.",
        "2 more are set, and were not written by jhwizard. `jhwizard show` lists everything.",
    ]
    verb("apply", "-", "--root", demo, "--yes", given=ANSWERS)
    row = verb("status", "--root", demo).stdout.splitlines()[1]
    assert row.startswith("culling.kernel_idle")


@pytest.mark.skipif(os.geteuid() != 0, reason="root writes, and somebody else looks")
def test_who_may_not_read_roots_receipts_is_told_and_nothing_is_denied(
    demo: Path, tmp_path: Path
) -> None:
    for path in [tmp_path, *tmp_path.parents][:4]:
        path.chmod(path.stat().st_mode | 0o755)
    assert verb("apply", "-", "--root", demo, "--yes", given=ANSWERS).returncode == 0
    as_nobody = ("setpriv", f"--reuid={NOBODY}", "--clear-groups")
    state = {"XDG_STATE_HOME": "/tmp/jhwizard-test-of-nobody"}  # noqa: S108 - never made
    done = verb("status", "--root", demo, "--json", prefix=as_nobody, **state)
    settings = document(done)["settings"]
    assert isinstance(settings, dict)
    assert settings["culling.kernel_idle"]["state"] == "unknown"
    assert "/var/lib/jhwizard, which you may not read" in done.stderr
    shown = verb("status", "--root", demo, prefix=as_nobody, **state).stdout
    assert "it is not known by whom" in shown
    assert "not written by jhwizard" not in shown
    for words in (("history",), ("undo",)):
        done = verb(*words, "--root", demo, prefix=as_nobody, **state)
        assert "which you may not read" in done.stderr
    keeping = ("status", "--keep", "culling.kernel_idle")
    keep = verb(*keeping, "--root", demo, prefix=as_nobody, **state)
    assert keep.returncode == Status.NOT_PERMITTED


def test_restore_without_a_terminal_names_only_options_it_has(demo: Path) -> None:
    verb("apply", "-", "--root", demo, "--yes", given=ANSWERS)
    path = demo / "etc/jupyter/jupyter_server_config.py"
    path.write_text(path.read_text().replace("1200", "60"))
    done = verb("status", "--restore", "culling.kernel_idle", "--root", demo)
    assert done.returncode == Status.USAGE
    assert "add --yes" in done.stderr
    assert "--check" not in done.stderr
