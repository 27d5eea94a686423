"""The wizard on a real terminal: the same story as inside a test, and every way out."""

from __future__ import annotations

import difflib
import os
import signal
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from shots import STORED, tree_hash
from stories import FIRST_TIME, WRITTEN
from terminal import KEYS, Terminal, environment, jhwizard

from jhwizard.demo import build

NOBODY = 65534
RESTORED = b"\x1b[?1049l"
"""The terminal's own screen comes back."""


def machine(tmp_path: Path) -> Path:
    """Return the root that `jhwizard demo` made."""
    (found,) = tmp_path.glob("jhwizard-demo-*/machine")
    return found


def test_the_first_setup_looks_and_writes_the_same_on_a_real_terminal(tmp_path: Path) -> None:
    terminal = jhwizard(tmp_path, "demo")
    for number, (name, keys) in enumerate(FIRST_TIME, 1):
        terminal.press(*keys)
        stored = (STORED / "first-time/80x24-dark" / f"{number:02}-{name}.txt").read_text()
        shown = terminal.wait(stored.__eq__)
        assert shown == stored, "\n".join(difflib.ndiff(stored.splitlines(), shown.splitlines()))
    terminal.press("f8")
    assert terminal.ended() == 0
    for path, lines in WRITTEN.items():
        content = (machine(tmp_path) / path).read_text()
        assert [line for line in lines if line not in content] == []


def test_quitting_restores_the_terminal_and_writes_nothing(tmp_path: Path) -> None:
    terminal = jhwizard(tmp_path, "demo")
    terminal.see("[ Next > ]")
    before = tree_hash(machine(tmp_path))
    modes = termios.tcgetattr(terminal.child.child_fd)
    assert not modes[3] & termios.ECHO
    terminal.press("ctrl+q")
    assert terminal.ended() == 130
    assert terminal.raw.rindex(RESTORED) > terminal.raw.rindex(b"\x1b[?1049h")
    assert terminal.raw.rindex(b"\x1b[?1003l") > terminal.raw.rindex(b"\x1b[?1003h")
    assert b"Traceback" not in terminal.raw
    assert tree_hash(machine(tmp_path)) == before


def test_sigterm_restores_the_terminal_and_writes_nothing(tmp_path: Path) -> None:
    terminal = jhwizard(tmp_path, "demo")
    terminal.see("[ Next > ]")
    before = tree_hash(machine(tmp_path))
    terminal.press("f8", "down", "enter")
    terminal.see("(•) Notebook 7")
    terminal.child.kill(signal.SIGTERM)
    assert terminal.ended() == 130
    assert RESTORED in terminal.raw
    assert tree_hash(machine(tmp_path)) == before


def test_a_terminal_that_goes_away_ends_the_wizard_and_writes_nothing(tmp_path: Path) -> None:
    terminal = jhwizard(tmp_path, "demo")
    terminal.see("[ Next > ]")
    before = tree_hash(machine(tmp_path))
    terminal.press("f8", "down", "enter", *["f8"] * 6)
    terminal.see("Write 1 file")
    terminal.press("f8")
    terminal.see("Not yet")
    os.close(terminal.child.child_fd)
    assert gone(int(terminal.child.pid or 0))
    assert tree_hash(machine(tmp_path)) == before


SLOW = """\
import sys, time
from jhwizard import verify
from jhwizard.cli import main
quick = verify.verify
def slow(*given):
    time.sleep(1)
    quick(*given)
verify.verify = slow
sys.exit(main(["demo"]))
"""


@pytest.mark.parametrize("leave", ["hang up", "terminate"])
def test_a_write_that_has_begun_ends_whole_whatever_happens_to_the_terminal(
    tmp_path: Path, leave: str
) -> None:
    terminal = Terminal([sys.executable, "-c", SLOW], environment(tmp_path))
    terminal.see("[ Next > ]")
    terminal.press("f8", "down", "enter", "f8", " 1h", *["f8"] * 5)
    terminal.see("Write 2 files")
    terminal.press("f8")
    terminal.see("Not yet")
    terminal.child.send("y")
    terminal.see("Checking every file")
    if leave == "hang up":
        os.close(terminal.child.child_fd)
        assert gone(int(terminal.child.pid or 0))
    else:
        terminal.child.kill(signal.SIGTERM)
        assert terminal.ended() == 0
        assert RESTORED in terminal.raw
    root = machine(tmp_path)
    assert '"/tree"' in (root / "etc/jupyterhub/jupyterhub_config.py").read_text()
    assert "= 3600" in (root / "etc/jupyter/jupyter_server_config.py").read_text()


def gone(pid: int) -> bool:
    """Return whether a child has ended; it is waited for."""
    for _try in range(500):
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return True
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    return False


def test_the_cursor_of_the_terminal_follows_the_focus(tmp_path: Path) -> None:
    terminal = jhwizard(tmp_path, "demo")
    terminal.see("[ Next > ]")
    terminal.press("f8")
    terminal.see("What shall people see")
    for row in ("JupyterLab", "Notebook 7", "Classic Notebook"):
        terminal.wait(lambda _text, row=row: row in under_cursor(terminal))  # type: ignore[misc]
        assert row in under_cursor(terminal)
        terminal.press("down")
    assert not terminal.screen.cursor.hidden


def under_cursor(terminal: Terminal) -> str:
    return terminal.screen.display[terminal.screen.cursor.y]


def test_without_colours_only_the_terminals_own_two_are_used(tmp_path: Path) -> None:
    terminal = jhwizard(tmp_path, "demo", NO_COLOR="1")
    terminal.see("[ Next > ]")
    terminal.press("f8")
    terminal.see("What shall people see")
    for code in (b"[38;", b";38;", b"[48;", b";48;", b"[31m", b"[32m", b"[34m"):
        assert code not in terminal.raw
    terminal.press("ctrl+q")
    assert terminal.ended() == 130


def test_a_terminal_that_shrinks_and_grows_shows_the_same_again(tmp_path: Path) -> None:
    terminal = jhwizard(tmp_path, "demo")
    first = terminal.see("(•) This machine")
    for rows, columns, top in ((10, 40, " 1 of 10 · Deployment"), (24, 80, " jhwizard · ")):
        terminal.resize(rows, columns)
        assert terminal.wait(lambda text, top=top: text.startswith(top)).startswith(top)  # type: ignore[misc]
    assert terminal.wait(first.__eq__) == first


def test_keys_that_come_faster_than_the_screens_are_not_lost(tmp_path: Path) -> None:
    terminal = jhwizard(tmp_path, "demo")
    terminal.see("[ Next > ]")
    terminal.child.send(KEYS["f8"] * 7)
    terminal.see("8 of 10")
    terminal.child.send(KEYS["f7"] * 5)
    terminal.see("3 of 10")


@pytest.fixture
def everybodys() -> Iterator[Path]:
    """Return a directory that every user can enter; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="jhwizard-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="root hands the machine to somebody else")
def test_who_may_not_write_gets_the_command_for_it(everybodys: Path) -> None:
    root = build(everybodys / "machine")
    home = everybodys / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    argv = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    variables = everybodys / "hub.env"
    variables.write_text("NOBODY_ASKS=1\n")
    argv += [sys.executable, "-m", "jhwizard", "setup", "--root", str(root)]
    argv += ["--env-file", str(variables)]
    terminal = Terminal(argv, environment(home))
    terminal.see("[ Next > ]")
    terminal.press("f8", "down", "enter", *["f8"] * 6)
    shown = terminal.see("sudo jhwizard")
    assert "--env-file" in shown
    assert "✗ /etc/jupyterhub/jupyterhub_config.py" in shown
    assert "[ Write" not in shown
    terminal.press("f8")
    terminal.see("Your answers are not written and would be lost")
    terminal.press("y")
    assert terminal.ended() == 6


def test_what_was_written_and_how_to_take_it_back_stays_in_the_terminal(tmp_path: Path) -> None:
    root = build(tmp_path / "machine")
    terminal = jhwizard(tmp_path, "setup", "--root", str(root))
    terminal.see("[ Next > ]")
    terminal.press("f8", "down", "enter", *["f8"] * 6)
    terminal.see("[ Write 1 file ]")
    terminal.press("f8", "y")
    terminal.see("1 file was written")
    terminal.press("f8")
    assert terminal.ended() == 0
    last = terminal.raw[terminal.raw.rindex(RESTORED) :].decode()
    assert "changed /etc/jupyterhub/jupyterhub_config.py" in last
    assert "Restart JupyterHub" in last
    assert f"To take it back: jhwizard undo 0001 --root {root}" in last


def test_ctrl_q_is_heard_before_the_screens_are_there(tmp_path: Path) -> None:
    terminal = jhwizard(tmp_path, "demo")
    while b"jhwizard" not in terminal.raw:
        time.sleep(0.01)
    handle = os.dup(terminal.child.child_fd)
    assert not termios.tcgetattr(handle)[0] & termios.IXON
    terminal.child.send(b"\x11")
    assert terminal.ended() == 130
    assert termios.tcgetattr(handle)[0] & termios.IXON
    os.close(handle)


def test_ctrl_c_says_how_to_leave(tmp_path: Path) -> None:
    terminal = jhwizard(tmp_path, "demo")
    terminal.see("[ Next > ]")
    terminal.press("ctrl+c")
    terminal.see("^Q quits.")
    terminal.press("ctrl+q")
    assert terminal.ended() == 130


def test_a_terminal_without_unicode_is_shown_other_signs_as_wide(tmp_path: Path) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    terminal = jhwizard(tmp_path, "demo", **ascii_only)
    shown = terminal.see("[ Next > ]")
    assert "\\u" not in shown
    assert "* 1 of 10 * Deployment" in shown
    assert " >v Deployment" in shown
    terminal.press("ctrl+q")
    assert terminal.ended() == 130


def test_a_dumb_terminal_is_told_what_works_and_asked_line_by_line(tmp_path: Path) -> None:
    terminal = jhwizard(tmp_path, "setup", TERM="dumb")
    assert terminal.ended() == 2
    assert b"TERM says it is dumb" in terminal.raw
    root = str(build(tmp_path / "machine"))
    words = ("setup", "--plain", "--root", root, "--step", "culling")
    terminal = jhwizard(tmp_path, *words, TERM="dumb")
    terminal.see("Stop a kernel")
    terminal.child.send(b"\x04")
    assert terminal.ended() == 130
    assert b"\x1b" not in terminal.raw
