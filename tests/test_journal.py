from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath

import pytest

from jhwizard import journal
from jhwizard.errors import ConflictError, WizardError
from jhwizard.plan import Change, Plan

PLAN = Plan((Change(PurePosixPath("/a"), b"old", b"new", 0o644, (0, 0), "hub restart"),))


def prepared(state: Path) -> journal.Receipt:
    with journal.locked(state):
        return journal.prepare(PLAN, (PurePosixPath("/d"),), state, "title")


def test_a_receipt_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    receipt = prepared(tmp_path / "s")
    assert journal.receipts(tmp_path / "s") == (receipt,)
    assert receipt.records[0].owner == (0, 0)
    assert journal.original(receipt, receipt.records[0], tmp_path / "s") == b"old"
    assert journal.committed(receipt, tmp_path / "s").state == "committed"


def test_ids_only_grow_and_count_on_after_9999(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    tmp_path.chmod(0o700)
    ids: list[str] = []
    for number in ("9998", "9999", "10000"):
        receipt = prepared(tmp_path) if ids else None
        if receipt is None:
            (tmp_path / "journal/9997").mkdir()
            receipt = prepared(tmp_path)
        ids.append(receipt.id)
        assert receipt.id == number
    assert [r.id for r in journal.receipts(tmp_path)] == ["10000", "9999", "9998"]


def test_a_second_writer_is_a_conflict(tmp_path: Path) -> None:
    with (
        journal.locked(tmp_path / "s"),
        pytest.raises(ConflictError, match="another jhwizard"),
        journal.locked(tmp_path / "s"),
    ):
        pass
    with journal.locked(tmp_path / "s"):
        pass


def test_a_blocked_write_inside_is_not_taken_for_the_lock(tmp_path: Path) -> None:
    with pytest.raises(BlockingIOError), journal.locked(tmp_path / "s"):
        raise BlockingIOError


def test_a_directory_that_others_can_write_holds_no_originals(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    for mode, owner in ((0o777, 0), (0o770, 0), (0o700, 65534)):
        shared.mkdir(exist_ok=True)
        shared.chmod(mode)
        os.chown(shared, owner, owner)
        with pytest.raises(WizardError, match="other people"), journal.locked(shared):
            pass
    assert list(shared.iterdir()) == []


def test_a_state_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for state in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(WizardError, match="cannot be used"), journal.locked(state):
            pass
        assert journal.receipts(state) == ()


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b"{}", b'{"id": "0001"}', b"[" * 100_000, b'{"records": [1]}'],
)
def test_a_damaged_receipt_is_passed_over(tmp_path: Path, damage: bytes) -> None:
    receipt = prepared(tmp_path / "s")
    (tmp_path / "s/journal" / receipt.id / "receipt.json").write_bytes(damage)
    assert journal.receipts(tmp_path / "s") == ()
    assert prepared(tmp_path / "s").id == "0002"


def test_a_receipt_with_the_id_of_another_place_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "s/journal" / prepared(tmp_path / "s").id / "receipt.json"
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"id": "../../elsewhere"}))
    assert journal.receipts(tmp_path / "s") == ()


def test_what_was_cut_off_before_it_was_stored_goes(tmp_path: Path) -> None:
    prepared(tmp_path / "s")
    (tmp_path / "s/journal/0002").mkdir()
    (tmp_path / "s/journal/0002/original-0").touch()
    journal.forget_unbegun(tmp_path / "s")
    assert [p.name for p in (tmp_path / "s/journal").iterdir()] == ["0001"]


def test_a_file_is_not_the_same_as_an_empty_one() -> None:
    assert journal.digest(None) == ""
    assert journal.digest(b"") != ""
