from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from jhwizard import apply as module
from jhwizard.apply import apply, catch_up, history, undo
from jhwizard.errors import ConflictError, WizardError
from jhwizard.host import Host
from jhwizard.plan import Change, Command, Plan
from jhwizard.plan_file import load, save
from jhwizard.run_commands import run_commands
from jhwizard.take_back import undo_plan


def shell(script: str, where: Path) -> Command:
    back = ("/bin/rm", str(where / "made"))
    return Command(("/bin/sh", "-c", script), "make a file", back, PurePosixPath(where))


def config(tmp_path: Path) -> Change:
    path = PurePosixPath(tmp_path / "config.py")
    return Change(path, None, b"c.A.b = 1\n", 0o644, None, "hub restart")


def test_every_line_is_passed_on_and_what_is_made_is_readable(tmp_path: Path) -> None:
    lines: list[str] = []
    before = os.umask(0o077)
    try:
        command = shell(f"echo one; echo two >&2; touch {tmp_path}/made", tmp_path)
        run_commands([command], lines.append, lambda: False)
    finally:
        os.umask(before)
    assert lines[1:] == ["one", "two"]
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o644


def test_a_plan_runs_first_then_writes_and_its_undo_says_what_stays(tmp_path: Path) -> None:
    host, state = Host(), tmp_path / "state"
    plan = Plan((config(tmp_path),), commands=(shell(f"touch {tmp_path}/made", tmp_path),))
    save(plan, tmp_path / "plan")
    receipt = apply(load((tmp_path / "plan").read_bytes(), host), host, state, "test")
    assert receipt.commands == plan.commands
    assert history(host, state)[0].commands == plan.commands
    (notice,) = undo_plan(host, state).warnings
    assert f"/bin/rm {tmp_path}/made" in notice.text
    undo(host, state)
    assert not (tmp_path / "config.py").exists()
    assert (tmp_path / "made").exists()


def test_nothing_is_written_if_a_command_fails(tmp_path: Path) -> None:
    good, bad = shell("true", tmp_path), shell("echo no such package; exit 3", tmp_path)
    plan = Plan((config(tmp_path),), commands=(good, bad))
    with pytest.raises(WizardError, match=r"status 3.*no such package.*/bin/rm"):
        apply(plan, Host(), tmp_path / "state", "test")
    assert not (tmp_path / "config.py").exists()
    (receipt,) = history(Host(), tmp_path / "state")
    assert (receipt.commands, receipt.paths) == ((good,), ())


def test_a_command_that_fails_alone_leaves_no_receipt(tmp_path: Path) -> None:
    plan = Plan((config(tmp_path),), commands=(shell("exit 3", tmp_path),))
    with pytest.raises(WizardError, match="status 3"):
        apply(plan, Host(), tmp_path / "state", "test")
    assert history(Host(), tmp_path / "state") == ()
    assert not list((tmp_path / "state/journal").iterdir())


def test_nothing_is_run_if_a_file_has_changed(tmp_path: Path) -> None:
    (tmp_path / "config.py").write_text("new")
    plan = Plan((config(tmp_path),), commands=(shell(f"touch {tmp_path}/made", tmp_path),))
    with pytest.raises(WizardError, match="changed"):
        apply(plan, Host(), tmp_path / "state", "test")
    assert not (tmp_path / "made").exists()


def test_cancelling_ends_all_that_was_started(tmp_path: Path) -> None:
    script = f"sleep 300 & echo $! > {tmp_path}/child; echo started; wait"
    lines: list[str] = []
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_commands([shell(script, tmp_path)], lines.append, lambda: "started" in lines)
    assert time.monotonic() - start < 5
    child = Path("/proc") / (tmp_path / "child").read_text().strip()
    for _attempt in range(50):
        if not child.exists() or ") Z " in (child / "stat").read_text():
            return
        time.sleep(0.05)
    pytest.fail("the child lives on")


def test_a_command_that_is_cancelled_may_take_back_what_it_did_and_says_so(tmp_path: Path) -> None:
    back = f"echo rolling back; sleep 6; echo rolled back; touch {tmp_path}/back; exit 1"
    script = f"trap '{back}' TERM; echo started; while :; do sleep 0.1; done"
    lines: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        run_commands([shell(script, tmp_path)], lines.append, lambda: "started" in lines)
    # The shell may say in between that what it waited for was ended, too.
    said = [line for line in lines[2:] if line != "Terminated"]
    assert said[0] == "rolling back"
    assert said[1].startswith("waiting up to 60 s until it has ended")
    assert said[2] == "rolled back"
    assert (tmp_path / "back").exists()


def test_a_second_ctrl_c_ends_at_once_what_does_not_end(tmp_path: Path) -> None:
    script = f"trap '' TERM; echo $$ > {tmp_path}/child; echo started; while :; do sleep 0.1; done"

    def progress(line: str) -> None:
        if line.startswith("waiting"):
            raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_commands([shell(script, tmp_path)], progress, (tmp_path / "child").exists)
    assert time.monotonic() - start < 30
    assert not (Path("/proc") / (tmp_path / "child").read_text().strip()).exists()


@pytest.mark.parametrize(
    ("printed", "line"),
    [
        (r"Solving: - \b\b\\ \b\b| \b\bdone", "Solving: done"),
        (r"0%%|  | 0/7\rExamining: 14%%\rdone\r", "done"),
        (r"a-1.0 | 919 B | #### | 100%% \033[A", "a-1.0 | 919 B | #### | 100%"),
    ],
)
def test_progress_is_passed_on_as_it_stands_at_last(
    tmp_path: Path, printed: str, line: str
) -> None:
    lines: list[str] = []
    run_commands([shell(f"printf '{printed}\\n'", tmp_path)], lines.append, lambda: False)
    assert lines[1:] == [line]


def test_ctrl_c_ends_the_command_with_130_and_writes_nothing(tmp_path: Path) -> None:
    script = f"echo $$ > {tmp_path}/child; echo started; sleep 300"
    plan = Plan((config(tmp_path),), commands=(shell(script, tmp_path),))
    save(plan, tmp_path / "plan")
    argv = [sys.executable, "-m", "jhwizard", "apply", str(tmp_path / "plan"), "--yes"]
    argv += ["--state", str(tmp_path / "state")]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line == "started\n":
                break
        process.send_signal(signal.SIGINT)
        assert "make a file (cut off); to take it back, run: /bin/rm" in process.stderr.read()
        assert process.wait(10) == 130
    assert not (tmp_path / "config.py").exists()
    assert not (Path("/proc") / (tmp_path / "child").read_text().strip()).exists()


def test_a_failing_write_after_a_command_names_what_stays_and_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "config.py"))

    (tmp_path / "config.py").write_bytes(b"old")
    change = replace(config(tmp_path), before=b"old")
    plan = Plan((change,), commands=(shell(f"touch {tmp_path}/made", tmp_path),))
    host, state = Host(), tmp_path / "state"
    with monkeypatch.context() as patched:
        patched.setattr(module, "_write", full)
        with pytest.raises(WizardError, match=r"every file is as before.*/bin/rm .*/made"):
            apply(plan, host, state, "test")
    assert (tmp_path / "config.py").read_bytes() == b"old"
    (receipt,) = history(host, state)
    assert (receipt.commands, receipt.paths) == (plan.commands, ())
    assert [path.name for path in (state / "journal/0001").iterdir()] == ["receipt.json"]
    (notice,) = undo_plan(host, state).warnings
    assert f"/bin/rm {tmp_path}/made" in notice.text
    apply(replace(plan, commands=()), host, state, "again")
    assert (tmp_path / "config.py").read_bytes() == change.after


def test_a_file_that_a_command_changes_is_a_conflict_that_names_what_stays(tmp_path: Path) -> None:
    script = f"echo theirs > {tmp_path}/config.py"
    plan = Plan((config(tmp_path),), commands=(shell(script, tmp_path),))
    with pytest.raises(ConflictError, match=r"changed since.*/bin/rm"):
        apply(plan, Host(), tmp_path / "state", "test")
    assert (tmp_path / "config.py").read_text() == "theirs\n"
    assert len(history(Host(), tmp_path / "state")) == 1


KILLED = """
import os
from pathlib import Path
from jhwizard import apply as module
from jhwizard.host import Host
from jhwizard.plan_file import load
{killing}
host = Host()
plan = load(Path({plan!r}).read_bytes(), host)
module.apply(plan, host, Path({state!r}), "test")
"""


@pytest.mark.parametrize(
    ("killing", "script", "word"),
    [
        ("module._write = lambda *_: os.kill(os.getpid(), 9)", "touch made", "make a file;"),
        ("", "touch made; kill -9 $PPID", "make a file (cut off);"),
    ],
)
def test_what_ran_before_a_kill_is_known_at_the_next_start(
    tmp_path: Path, killing: str, script: str, word: str
) -> None:
    command = shell(f"cd {tmp_path}; {script}", tmp_path)
    host, state, plan = Host(), tmp_path / "state", tmp_path / "plan"
    save(Plan((config(tmp_path),), commands=(command,)), plan)
    code = KILLED.format(killing=killing, plan=str(plan), state=str(state))
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL
    again = [sys.executable, "-m", "jhwizard", "show", "--state", str(state)]
    told = subprocess.run(again, check=False, capture_output=True, text=True)
    assert "0001 was cut off" in told.stderr
    assert f"this stays: {word} to take it back, run: /bin/rm {tmp_path}/made" in told.stderr
    assert not (tmp_path / "config.py").exists()
    assert catch_up(host, state) == ()
    (receipt,) = history(host, state)
    assert f"{receipt.commands[0].why};" == word
    assert any(word in notice.text for notice in undo_plan(host, state).warnings)
    apply(replace(load(plan.read_bytes(), host), commands=()), host, state, "again")
    assert (tmp_path / "config.py").exists()


def test_the_next_apply_tells_what_a_killed_one_left(tmp_path: Path) -> None:
    plan, state, lines = tmp_path / "plan", tmp_path / "state", list[str]()
    save(Plan((config(tmp_path),), commands=(shell("kill -9 $PPID", tmp_path),)), plan)
    code = KILLED.format(killing="", plan=str(plan), state=str(state))
    subprocess.run([sys.executable, "-c", code], check=False)
    apply(Plan((config(tmp_path),)), Host(), state, "again", progress=lines.append)
    assert "0001 was cut off" in lines[0]
    assert "/bin/rm" in lines[0]


def test_cancelling_names_what_stays(tmp_path: Path) -> None:
    lines: list[str] = []
    commands = (shell("true", tmp_path), shell("echo second; sleep 300", tmp_path))
    plan, state = Plan((config(tmp_path),), commands=commands), tmp_path / "state"
    with pytest.raises(KeyboardInterrupt, match=r"make a file; .*make a file \(cut off\)"):
        apply(
            plan, Host(), state, "test", progress=lines.append, cancelled=lambda: "second" in lines
        )
    (receipt,) = history(Host(), state)
    assert [command.why for command in receipt.commands] == [
        "make a file",
        "make a file (cut off)",
    ]
