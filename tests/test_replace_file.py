from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from jhwizard import replace_file as module
from jhwizard.replace_file import ChangedError, remove_file, replace_file, write_private

Check = pytest.MonkeyPatch


@pytest.fixture(params=["exchange", "plain rename"])
def either(request: pytest.FixtureRequest, monkeypatch: Check) -> None:
    """Run with the kernel's exchange, and as on a file system that knows none."""
    if request.param == "plain rename":
        monkeypatch.setattr(module, "_renamed", lambda *_args: False)


@pytest.mark.usefixtures("either")
def test_bytes_and_mode_are_as_wanted(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_file(path, b"new", 0o604, None, None)
    replace_file(path, b"newer", 0o640, (7, 8), b"new")
    status = path.stat()
    assert path.read_bytes() == b"newer"
    assert (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid) == (0o640, 7, 8)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.usefixtures("either")
@pytest.mark.parametrize("there", ["edited", "gone", "link", "pipe", "directory", "new"])
def test_what_somebody_put_there_stays(tmp_path: Path, there: str) -> None:
    path, expected = tmp_path / "file", None if there == "new" else b"old"
    if there in {"edited", "new"}:
        path.write_bytes(b"theirs")
    elif there == "link":
        (tmp_path / "real").write_bytes(b"old")
        path.symlink_to("real")
    elif there == "pipe":
        os.mkfifo(path)
    elif there == "directory":
        path.mkdir()
    before = [(p.name, p.lstat().st_mode, p.lstat().st_ino) for p in sorted(tmp_path.iterdir())]
    with pytest.raises(ChangedError):
        replace_file(path, b"new", 0o644, None, expected)
    after = [(p.name, p.lstat().st_mode, p.lstat().st_ino) for p in sorted(tmp_path.iterdir())]
    assert after == before
    if there == "edited":
        assert path.read_bytes() == b"theirs"


def test_an_edit_in_the_last_moment_is_not_lost(tmp_path: Path, monkeypatch: Check) -> None:
    path, renamed = tmp_path / "file", module._renamed  # noqa: SLF001
    path.write_bytes(b"old")

    def late(old: Path, new: Path, flags: int) -> bool:
        if path.read_bytes() == b"old":
            path.write_bytes(b"theirs")
        return renamed(old, new, flags)

    monkeypatch.setattr(module, "_renamed", late)
    with pytest.raises(ChangedError):
        replace_file(path, b"new", 0o644, None, b"old")
    assert path.read_bytes() == b"theirs"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_nobody_else_can_read_it_before_its_mode_is_right(
    tmp_path: Path, monkeypatch: Check
) -> None:
    modes: list[int] = []
    monkeypatch.setattr(
        module, "_dress", lambda new, *_args: modes.append(stat.S_IMODE(new.stat().st_mode))
    )
    old = os.umask(0)
    try:
        replace_file(tmp_path / "file", b"secret", 0o644, None, None)
    finally:
        os.umask(old)
    assert modes == [0o600]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: Check) -> None:
    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "file").write_bytes(b"old")
    monkeypatch.setattr(module, "_sync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(tmp_path / "file", b"new", 0o644, None, b"old")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("file", b"old")]


def test_a_file_is_removed_only_as_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"theirs")
    with pytest.raises(ChangedError):
        remove_file(path, b"old")
    remove_file(path, b"theirs")
    with pytest.raises(ChangedError):
        remove_file(path, b"theirs")


def test_a_private_file_is_private_whatever_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o666)
    os.setxattr(path, "user.note", b"x")
    write_private(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listxattr(path) == []
