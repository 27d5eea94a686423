from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from running import NOBODY, environment, fingerprint

from jhwizard import apply as module
from jhwizard import journal, may_write
from jhwizard.apply import apply, catch_up, history, undo
from jhwizard.errors import (
    ConflictError,
    NotPermittedError,
    RefusedError,
    UsageError,
    WizardError,
)
from jhwizard.host import Host
from jhwizard.plan import Change, Plan
from jhwizard.state import state_directory

ONE, TWO, NEW = (PurePosixPath(p) for p in ("/etc/one", "/etc/two", "/etc/a/b/new"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "root"
    (path / "etc").mkdir(parents=True)
    (path / "etc/one").write_bytes(b"one\n")
    (path / "etc/two").write_bytes(b"two\r\n")
    return path


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def edit(host: Host, path: PurePosixPath, after: bytes | None) -> Change:
    found = host.read(path)
    mode, owner = (found.mode, (found.uid, found.gid)) if found else (0o644, None)
    return Change(path, found.content if found else None, after, mode, owner, "hub restart")


def plan_for(host: Host) -> Plan:
    """Edit a file, make one in directories that are not there, delete one."""
    return Plan((edit(host, ONE, b"ONE\n"), edit(host, NEW, b"new\n"), edit(host, TWO, None)))


def test_everything_is_written_and_undone_to_the_last_bit(root: Path, state: Path) -> None:
    (root / "etc/one").chmod(0o640)
    os.chown(root / "etc/one", 1000, 1001)
    os.chown(root / "etc/two", 1002, 1003)
    subprocess.run(["setfacl", "-m", "u:1004:rw", root / "etc/one"], check=True)
    os.setxattr(root / "etc/one", "user.note", b"kept")
    host, before = Host(root), fingerprint(root)
    receipt = apply(plan_for(host), host, state, "title")
    after = fingerprint(root)
    assert (root / "etc/one").read_bytes() == b"ONE\n"
    assert (root / "etc/a/b/new").read_bytes() == b"new\n"
    assert not (root / "etc/two").exists()
    dress = [[*found["etc/one"][:4], found["etc/one"][5]] for found in (before, after)]
    assert dress[0] == dress[1]
    assert receipt.state == "committed"
    assert receipt.paths == (ONE, NEW, TWO)
    undo(host, state)
    assert fingerprint(root) == before


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_modes_do_not_depend_on_the_umask(root: Path, state: Path, mask: int) -> None:
    old = os.umask(mask)
    try:
        apply(plan_for(Host(root)), Host(root), state, "title")
    finally:
        os.umask(old)
    modes = {p.name: p.stat().st_mode & 0o7777 for p in (root / "etc").rglob("*")}
    assert modes == {"one": 0o644, "a": 0o755, "b": 0o755, "new": 0o644}
    kept = {p: p.stat().st_mode & 0o7777 for p in [state, *state.rglob("*")]}
    assert all(mode == (0o700 if p.is_dir() else 0o600) for p, mode in kept.items())


def test_a_default_acl_of_the_directory_is_not_added_to_an_old_file(
    root: Path, state: Path
) -> None:
    subprocess.run(["setfacl", "-d", "-m", "u:1004:rw", root / "etc"], check=True)
    before = fingerprint(root)["etc/one"]
    apply(Plan((edit(Host(root), ONE, b"1"),)), Host(root), state, "title")
    undo(Host(root), state)
    assert fingerprint(root)["etc/one"] == before


def test_a_linked_file_is_edited_where_it_is_and_stays_linked(root: Path, state: Path) -> None:
    (root / "srv").mkdir()
    (root / "etc/one").rename(root / "srv/one")
    (root / "etc/one").symlink_to("/srv/one")
    before = fingerprint(root)
    apply(Plan((edit(Host(root), ONE, b"1"),)), Host(root), state, "title")
    assert (root / "etc/one").is_symlink()
    assert (root / "srv/one").read_bytes() == b"1"
    undo(Host(root), state)
    assert fingerprint(root) == before


def test_directories_that_others_use_since_stay(root: Path, state: Path) -> None:
    apply(plan_for(Host(root)), Host(root), state, "title")
    (root / "etc/a/theirs").touch()
    undo(Host(root), state)
    assert (root / "etc/a/theirs").exists()
    assert not (root / "etc/a/b").exists()


@pytest.mark.parametrize("damage", ["edited", "pipe", "directory", "gone", "dangling", "large"])
def test_a_file_that_is_not_what_was_read_is_a_conflict(
    root: Path, state: Path, damage: str
) -> None:
    plan, path = plan_for(Host(root)), root / "etc/two"
    path.unlink()
    if damage == "edited":
        path.write_text("theirs")
    elif damage == "pipe":
        os.mkfifo(path)
    elif damage == "directory":
        path.mkdir()
    elif damage == "dangling":
        path.symlink_to("nowhere")
    elif damage == "large":
        with path.open("wb") as stream:
            stream.truncate(8 << 20)
    before = fingerprint(root)
    with pytest.raises(ConflictError):
        apply(plan, Host(root), state, "title")
    assert fingerprint(root) == before


def test_a_file_edited_while_others_are_written_is_kept_and_the_rest_put_back(
    root: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, write = plan_for(Host(root)), module._write  # noqa: SLF001

    def slow(change: Change, host: Host) -> None:
        if change.path == TWO and change.after is None:
            (root / "etc/two").write_text("theirs")
        write(change, host)

    monkeypatch.setattr(module, "_write", slow)
    with pytest.raises(ConflictError):
        apply(plan, Host(root), state, "title")
    assert {p.name: p.read_text() for p in (root / "etc").iterdir()} == {
        "one": "one\n",
        "two": "theirs",
    }
    assert history(Host(root), state) == ()


@pytest.fixture
def immutable(root: Path) -> Iterator[Path]:
    path = root / "etc/two"
    subprocess.run(["chattr", "+i", path], check=True)
    yield path
    subprocess.run(["chattr", "-i", path], check=True)


def test_an_immutable_file_is_told_before_anything_is_written(
    root: Path, state: Path, immutable: Path
) -> None:
    with pytest.raises(PermissionError):
        immutable.write_text("by hand")
    before = fingerprint(root)
    with pytest.raises(NotPermittedError, match="even root may not write /etc/two"):
        apply(plan_for(Host(root)), Host(root), state, "title")
    assert fingerprint(root) == before


def test_an_append_only_directory_takes_everything_back(root: Path, state: Path) -> None:
    (root / "log").mkdir()
    (root / "log/file").write_bytes(b"x")
    plan = Plan((edit(Host(root), ONE, b"1"), edit(Host(root), PurePosixPath("/log/file"), b"2")))
    before = fingerprint(root / "etc")
    subprocess.run(["chattr", "+a", root / "log"], check=True)
    try:
        with pytest.raises(WizardError, match="every file is as before"):
            apply(plan, Host(root), state, "title")
    finally:
        subprocess.run(["chattr", "-a", root / "log"], check=True)
    assert fingerprint(root / "etc") == before
    assert (root / "log/file").read_bytes() == b"x"


def test_a_file_where_a_directory_is_needed_is_told(root: Path, state: Path) -> None:
    (root / "etc/a").touch()
    before = fingerprint(root)
    with pytest.raises(RefusedError, match="a directory is needed") as caught:
        apply(plan_for(Host(root)), Host(root), state, "title")
    assert caught.value.file == PurePosixPath("/etc/a")
    assert fingerprint(root) == before


def test_a_hard_link_is_refused(root: Path, state: Path) -> None:
    os.link(root / "etc/two", root / "etc/second-name")
    with pytest.raises(RefusedError, match="hard link"):
        apply(plan_for(Host(root)), Host(root), state, "title")
    assert (root / "etc/one").read_bytes() == b"one\n"


MOUNTED = """
import sys
from pathlib import Path, PurePosixPath
sys.path.insert(0, {tests!r})
from test_apply import ONE, edit
from jhwizard.apply import apply
from jhwizard.errors import WizardError
from jhwizard.host import Host
from jhwizard.plan import Plan
root, state = Path({root!r}), Path({state!r})
host = Host(root)
small = edit(host, PurePosixPath("/etc/small/file"), b"x" * 60000)
plan = Plan((edit(host, ONE, b"1"), small))
try:
    apply(plan, host, state, "title")
except WizardError as error:
    print(type(error).__name__, error.text)
print((root / "etc/one").read_text(), [p.name for p in (root / "etc/small").iterdir()])
"""


@pytest.mark.parametrize(
    ("mount", "told"),
    [
        ("mount -t tmpfs -o size=4k none {root}/etc/small", "No space left on device"),
        (
            (
                "mount --bind {root}/etc/small {root}/etc/small && "
                "mount -o remount,bind,ro {root}/etc/small"
            ),
            "even root may not write /etc/small/file",
        ),
        ("mount -t tmpfs -o size=4k,mode=700 none {state}", "the originals cannot be saved"),
    ],
)
def test_a_full_or_read_only_file_system_leaves_everything_as_it_was(
    root: Path, state: Path, mount: str, told: str
) -> None:
    (root / "etc/small").mkdir()
    (root / "etc/one").write_bytes(b"one" * 4000)
    state.mkdir(mode=0o700)
    code = MOUNTED.format(tests=str(Path(__file__).parent), root=str(root), state=str(state))
    command = mount.format(root=root, state=state) + ' && exec "$0" -c "$1"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", command, sys.executable, code],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    assert told in done.stdout
    assert "one" * 4000 + "\n []" in done.stdout or "one" * 4000 + " []" in done.stdout


def test_a_mounted_file_is_told_and_everything_put_back(root: Path, state: Path) -> None:
    code = MOUNTED.format(tests=str(Path(__file__).parent), root=str(root), state=str(state))
    code = code.replace("/etc/small/file", "/etc/two").replace("/etc/small", "/etc")
    code = code.replace('(root / "etc/small").iterdir()', "[]")
    code = code.replace('[p.name for p in (root / "etc/small").iterdir()]', "''")
    command = f'mount --bind {root}/etc/two {root}/etc/two && exec "$0" -c "$1"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", command, sys.executable, code],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    assert "resource busy" in done.stdout
    assert "one" in done.stdout


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_apply import plan_for, Host
from jhwizard import apply as module, replace_file
count = 0
original = module._write
def write(change, host):
    global count
    if count == {number}:
        if {mid}:
            replace_file._sync = lambda path: os.kill(os.getpid(), 9)
        else:
            os.kill(os.getpid(), 9)
    count += 1
    original(change, host)
module._write = write
module.journal.committed = lambda *a: os.kill(os.getpid(), 9)
host = Host(Path({root!r}))
module.apply(plan_for(host), host, Path({state!r}), "title")
"""


@pytest.mark.parametrize("mid", [False, True])
@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_what_a_killed_writer_left_half_done_is_put_back(
    root: Path, state: Path, number: int, *, mid: bool
) -> None:
    before = fingerprint(root)
    tests = str(Path(__file__).parent)
    code = KILLED.format(tests=tests, root=str(root), state=str(state), number=number, mid=mid)
    done = subprocess.run([sys.executable, "-c", code], env=environment(), check=False)
    assert done.returncode == -signal.SIGKILL
    host = Host(root)
    assert history(host, state) == ()
    begun = catch_up(host, state)
    assert [receipt.state for receipt in begun] == ["prepared"]
    assert fingerprint(root) == before
    assert catch_up(host, state) == ()
    receipt = apply(plan_for(host), host, state, "title")
    undo(host, state, receipt.id)
    assert fingerprint(root) == before


def test_recovery_keeps_what_somebody_edited_meanwhile(root: Path, state: Path) -> None:
    tests = str(Path(__file__).parent)
    code = KILLED.format(tests=tests, root=str(root), state=str(state), number=2, mid=False)
    subprocess.run([sys.executable, "-c", code], env=environment(), check=False)
    (root / "etc/one").write_text("theirs")
    catch_up(Host(root), state)
    assert (root / "etc/one").read_text() == "theirs"
    assert not (root / "etc/a").exists()


def test_a_damaged_original_is_refused(root: Path, state: Path) -> None:
    receipt = apply(plan_for(Host(root)), Host(root), state, "title")
    (state / "journal" / receipt.id / "original-0").write_bytes(b"on")
    before = fingerprint(root)
    with pytest.raises(ConflictError, match="missing or damaged"):
        undo(Host(root), state)
    (state / "journal" / receipt.id / "original-0").unlink()
    with pytest.raises(ConflictError, match="missing or damaged"):
        undo(Host(root), state)
    assert fingerprint(root) == before


def test_undo_refuses_to_lose_an_edit_and_shows_it(root: Path, state: Path) -> None:
    apply(plan_for(Host(root)), Host(root), state, "title")
    (root / "etc/one").write_text("ONE\nmine\n")
    with pytest.raises(ConflictError, match=r"(?s)edited since.*-mine") as caught:
        undo(Host(root), state)
    assert caught.value.file == ONE
    assert (root / "etc/a/b/new").exists()


def test_undo_walks_back_and_an_undo_can_be_undone(root: Path, state: Path) -> None:
    host = Host(root)
    for after in (b"2", b"3"):
        apply(Plan((edit(host, ONE, after),)), host, state, "title")
    with pytest.raises(ConflictError) as caught:
        undo(host, state, "0001")
    assert "undo 0002 first" in caught.value.fix
    back = undo(host, state)
    assert (root / "etc/one").read_bytes() == b"2"
    undo(host, state, back.id)
    assert (root / "etc/one").read_bytes() == b"3"
    assert [r.undone for r in history(host, state)] == [False, True, False, False]
    for after in (b"2", b"one\n"):
        undo(host, state)
        assert (root / "etc/one").read_bytes() == after
    with pytest.raises(WizardError, match="nothing to undo"):
        undo(host, state)
    with pytest.raises(WizardError, match="undone before"):
        undo(host, state, "0001")
    with pytest.raises(UsageError, match="no receipt"):
        undo(host, state, "../0001")


def test_whoever_may_not_write_is_told_before(root: Path, tmp_path: Path) -> None:
    plan = plan_for(Host(root))
    assert may_write.permitted(plan, Host(root)) == ()
    tmp_path.chmod(0o755)
    tmp_path.parent.chmod(0o755)
    os.seteuid(NOBODY)
    try:
        with pytest.raises(PermissionError):
            (root / "etc/one").write_text("by hand")
        # access(2) asks for the real user; a verb run by setpriv has both: see test_cli
        assert not may_write._may_own((0, 0))  # noqa: SLF001
        assert may_write._may_own(None)  # noqa: SLF001
    finally:
        os.seteuid(0)


def test_state_lies_on_the_machine_or_with_the_admin(root: Path) -> None:
    assert state_directory(Host(root)) == root / "var/lib/jhwizard"
    assert state_directory(Host(root), Path("/x")) == Path("/x")


def test_an_apply_of_the_same_plan_twice_is_a_conflict(root: Path, state: Path) -> None:
    plan = plan_for(Host(root))
    apply(plan, Host(root), state, "title")
    with pytest.raises(ConflictError):
        apply(plan, Host(root), state, "title")
    assert [r.id for r in journal.receipts(state)] == ["0001"]


def test_an_interrupted_write_is_put_back(
    root: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint(root)

    def interrupted(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(journal, "committed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        apply(plan_for(Host(root)), Host(root), state, "title")
    assert fingerprint(root) == before


def test_a_plan_for_an_empty_file_is_no_plan_for_a_missing_one(root: Path, state: Path) -> None:
    change = replace(edit(Host(root), NEW, b"x"), before=b"")
    with pytest.raises(ConflictError):
        apply(Plan((change,)), Host(root), state, "title")
