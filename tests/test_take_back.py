"""Taking back: which receipts go together, so that files and `status` say the same afterwards."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest
from running import document, verb

from jhwizard import journal
from jhwizard.apply import apply, history, note, undo
from jhwizard.errors import ConflictError, Status, WizardError
from jhwizard.host import Host
from jhwizard.journal import Receipt
from jhwizard.plan import Change, Plan

SERVER = "etc/jupyter/jupyter_server_config.py"
KEY = "culling.kernel_idle"
ANSWERS = '[culling]\nkernel_idle = "45m"\n'


@pytest.fixture
def host(tmp_path: Path) -> Host:
    (tmp_path / "machine").mkdir()
    return Host(tmp_path / "machine")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def write(host: Host, state: Path, **files: str) -> Receipt:
    """Write files by name, as one apply."""
    changes = []
    for name, text in files.items():
        path = PurePosixPath("/", name)
        there = host.read(path)
        content = there.content if there else None
        changes.append(Change(path, content, text.encode(), 0o644, None, "hub restart"))
    return apply(Plan(tuple(changes), answers={KEY: "45m"}), host, state, "title")


def text(host: Host, name: str = "one") -> str | None:
    path = host.root / name
    return path.read_text() if path.exists() else None


def counting(host: Host, state: Path) -> list[str]:
    """Return the ids that count still, oldest first."""
    return [r.id for r in reversed(history(host, state)) if not r.undone and not r.undoes]


def test_what_was_restored_after_an_edit_goes_with_the_first_write(demo: Path) -> None:
    assert verb("apply", "-", "--root", demo, "--yes", given=ANSWERS).returncode == 0
    path = demo / SERVER
    path.write_text(path.read_text().replace("2700", "600"))
    assert verb("status", "--restore", KEY, "--root", demo, "--yes").returncode == 0
    assert verb("undo", "0001", "--root", demo).returncode == 0
    assert not path.exists()
    done = verb("status", "--root", demo, "--json")
    settings = document(done)["settings"]
    assert isinstance(settings, dict)
    assert (done.returncode, KEY in settings) == (Status.DONE, False)
    assert "nothing to undo" in verb("undo", "--root", demo).stderr


def test_an_undo_of_several_can_be_undone_as_a_whole(host: Host, state: Path) -> None:
    write(host, state, one="a")
    (host.root / "one").write_text("by hand")
    write(host, state, one="a")
    back = undo(host, state, "0001")
    assert (text(host), counting(host, state)) == (None, [])
    forth = undo(host, state, back.id)
    assert (text(host), counting(host, state)) == ("a", ["0001", "0002"])
    undo(host, state, forth.id)
    assert (text(host), counting(host, state)) == (None, [])


def test_a_later_write_of_other_files_too_has_to_go_first(host: Host, state: Path) -> None:
    write(host, state, one="a")
    (host.root / "one").write_text("by hand")
    write(host, state, one="a", two="b")
    with pytest.raises(ConflictError) as caught:
        undo(host, state, "0001")
    assert caught.value.fix == "undo 0002 first"
    assert (text(host), text(host, "two")) == ("a", "b")


def test_a_file_that_is_as_before_already_needs_no_write(host: Host, state: Path) -> None:
    (host.root / "one").write_text("old")
    write(host, state, one="a")
    (host.root / "one").write_text("old")
    back = undo(host, state)
    assert (back.paths, text(host), counting(host, state)) == ((), "old", [])


def test_there_and_back_by_two_writes_is_taken_back_as_one(host: Host, state: Path) -> None:
    (host.root / "one").write_text("old")
    write(host, state, one="a")
    write(host, state, one="old")
    undo(host, state, "0001")
    assert (text(host), counting(host, state)) == ("old", [])


def test_what_was_adopted_goes_with_the_write_it_was_about(host: Host, state: Path) -> None:
    write(host, state, one="a")
    note(host, state, KEY, "1m")
    undo(host, state, "0001")
    assert counting(host, state) == []


def test_writes_of_other_files_stay(host: Host, state: Path) -> None:
    write(host, state, one="a")
    write(host, state, two="b")
    undo(host, state, "0001")
    assert (text(host), text(host, "two"), counting(host, state)) == (None, "b", ["0002"])


def cut_off(state: Path, number: str) -> None:
    """Make a receipt one that was begun and not finished."""
    receipt = state / "journal" / number / "receipt.json"
    receipt.write_text(receipt.read_text().replace('"committed"', '"prepared"'))


def test_undo_after_a_crash_takes_back_no_more_than_what_was_cut_off(demo: Path) -> None:
    for minutes in ("45m", "30m"):
        given = ANSWERS.replace("45m", minutes)
        assert verb("apply", "-", "--root", demo, "--yes", given=given).returncode == 0
    cut_off(demo / "var/lib/jhwizard", "0002")
    done = verb("undo", "--root", demo, "--json")
    assert done.returncode == 0, done.stderr
    assert document(done)["changes"] == []
    assert "0002 was cut off" in done.stderr
    assert "nothing else was undone" in done.stderr
    assert "cull_idle_timeout = 2700" in (demo / SERVER).read_text()
    assert "0002 was cut off, and put back then" in verb("undo", "0002", "--root", demo).stderr


def test_an_id_that_was_cut_off_is_never_given_again(host: Host, state: Path) -> None:
    write(host, state, one="a")
    write(host, state, one="b")
    cut_off(state, "0002")
    with pytest.raises(WizardError, match="put back then"):
        undo(host, state, "0002")
    assert text(host) == "a"
    assert write(host, state, one="c").id == "0003"
    assert [receipt.id for receipt in history(host, state)] == ["0003", "0001"]
    assert not list((state / "journal/0002").glob("original-*"))


def test_whether_it_was_undone_is_told_by_the_undo_alone(host: Host, state: Path) -> None:
    write(host, state, one="a")
    undo(host, state)
    stored = json.loads((state / "journal/0001/receipt.json").read_text())
    assert stored["undone"] is False
    assert journal.receipts(state)[1].undone
