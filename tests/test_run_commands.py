from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path, PurePosixPath

import pytest

from jhwizard.apply import apply, history, undo, undo_plan
from jhwizard.errors import WizardError
from jhwizard.host import Host
from jhwizard.plan import Change, Command, Plan
from jhwizard.plan_file import load, save
from jhwizard.run_commands import run_commands


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
    assert history(Host(), tmp_path / "state") == ()


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
        assert process.wait(10) == 130
    assert not (tmp_path / "config.py").exists()
    assert not (Path("/proc") / (tmp_path / "child").read_text().strip()).exists()
