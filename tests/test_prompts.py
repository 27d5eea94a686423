"""The prompts, driven by real keys through prompt_toolkit's own pipe."""

import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from jhwizard import demo
from jhwizard.detect import Options
from jhwizard.host import Host
from jhwizard.prompts import ask_all
from jhwizard.settings import SETTINGS

ENTER, DOWN, SPACE, CLEAR = "\r", "\x1b[B", " ", "\x15"
SKIP_KERNELS = ENTER + ENTER + "y" + ENTER + ENTER + ENTER
SKIP_TABS_AND_CELLS = "nn"
SKIP_TERMINALS = ENTER
SKIP_HUB = ENTER


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as keys:
        yield keys


def ask(root: Path, keys: PipeInput, step: str | None = None) -> int:
    io: dict[str, Any] = {"input": keys, "output": DummyOutput()}
    return ask_all(Host(root), Options(), root / "state", step, **io)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return demo.build(tmp_path / "machine")


def test_the_whole_setup_is_asked_and_written(root: Path, keys: PipeInput) -> None:
    keys.send_text(
        DOWN
        + ENTER  # Notebook 7
        + ENTER  # at its own page
        + CLEAR
        + "20m"
        + ENTER
        + CLEAR
        + "2m"
        + ENTER
        + SKIP_TABS_AND_CELLS
        + CLEAR
        + "1h"
        + ENTER
        + SKIP_TERMINALS
        + SKIP_HUB
        + SPACE
        + ENTER  # the first server extension
        + SPACE
        + ENTER  # the first IPython extension
        + "y"
        + SPACE
        + ENTER  # the first of JupyterLab's off
        + ENTER  # and none locked
        + SKIP_KERNELS
        + "y"
        + CLEAR
        + "3"
        + ENTER
        + "y"
        + ENTER
        + "n"
        + ENTER
        + ENTER
        + ENTER
        + ENTER  # and no packages, what people install for themselves, and no other traits
        + "y"
    )
    assert ask(root, keys) == 0
    server = (root / "etc/jupyter/jupyter_server_config.py").read_text()
    assert "c.MappingKernelManager.cull_idle_timeout = 1200" in server
    assert "c.ServerApp.shutdown_no_activity_timeout = 3600" in server
    page = (root / "etc/jupyter/labconfig/page_config.d/zz_jhwizard.json").read_text()
    assert json.loads(page) == {"disabledExtensions": {"@jupyter-notebook/lab-extension": True}}
    hub = (root / "etc/jupyterhub/jupyterhub_config.py").read_text()
    assert 'c.Spawner.default_url = "/tree"  # since the move to Lab' in hub
    assert "    return 3\n" in hub


def test_what_is_refused_is_asked_again(root: Path, keys: PipeInput) -> None:
    keys.send_text(
        CLEAR
        + "soon"
        + ENTER
        + CLEAR
        + "1h"
        + ENTER
        + ENTER
        + "nn"
        + ENTER
        + ENTER
        + SKIP_HUB
        + "y"
    )
    assert ask(root, keys, "culling") == 0
    server = (root / "etc/jupyter/jupyter_server_config.py").read_text()
    assert "c.MappingKernelManager.cull_idle_timeout = 3600" in server


def test_a_no_at_the_end_writes_nothing(root: Path, keys: PipeInput) -> None:
    keys.send_text(CLEAR + "1h" + ENTER + ENTER + "nn" + ENTER + ENTER + SKIP_HUB + "n")
    with pytest.raises(KeyboardInterrupt):
        ask(root, keys, "culling")
    assert not (root / "etc/jupyter").exists()


def test_nothing_changed_is_a_good_end(
    root: Path, keys: PipeInput, capsys: pytest.CaptureFixture[str]
) -> None:
    keys.send_text(ENTER * 5)
    assert ask(root, keys, "culling") == 0
    assert "Nothing to change" in capsys.readouterr().out


def test_what_was_not_understood_is_left_alone_without_a_yes(root: Path, keys: PipeInput) -> None:
    hub = root / "etc/jupyterhub/jupyterhub_config.py"
    hub.write_text("import os\nc.JupyterHub.allow_named_servers = bool(os.environ.get('MANY'))\n")
    before = hub.read_bytes()
    keys.send_text("n" + ENTER + ENTER)  # both limits stay unlimited
    assert ask(root, keys, "named_servers") == 0
    assert hub.read_bytes() == before


def test_an_answer_without_a_place_is_said_at_once_and_the_rest_goes_on(
    root: Path, keys: PipeInput, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = root / "etc/jupyterhub/jupyterhub_config.json"
    hub.write_text('{"JupyterHub": {"active_server_limit": ')
    keys.send_text("y" + CLEAR + "3" + ENTER + ENTER * 4)
    assert ask(root, keys, "named_servers") == 0
    said = capsys.readouterr().out
    assert "jupyterhub_config.json" in said
    assert "This stays as it is." in said
    assert "Nothing to change" in said


def test_a_kernel_in_force_that_is_broken_now_stays_ticked(root: Path, keys: PipeInput) -> None:
    server = root / "etc/jupyter/jupyter_server_config.py"
    server.parent.mkdir()
    server.write_text('c.KernelSpecManager.allowed_kernelspecs = {"physics-2019", "python3"}\n')
    keys.send_text(SKIP_KERNELS)
    assert ask(root, keys, "kernels") == 0
    assert "physics-2019" in server.read_text()


def test_ctrl_d_leaves_as_ctrl_c_does(root: Path, keys: PipeInput) -> None:
    keys.send_text(CLEAR + "\x04")
    with pytest.raises(KeyboardInterrupt):
        ask(root, keys, "culling")


def in_lines(
    root: Path, monkeypatch: pytest.MonkeyPatch, typed: str, step: str | None = None
) -> tuple[int, str]:
    """Answer at a terminal that can do no more than a printer; 130 is a typed Ctrl-D."""
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    with contextlib.redirect_stdout(io.StringIO()) as said:
        try:
            status = ask_all(Host(root), Options(), root / "state", step)
        except KeyboardInterrupt:
            status = 130
    return status, said.getvalue()


def test_a_dumb_terminal_is_asked_line_by_line_and_nothing_moves_a_cursor(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = "soon\n20m\n2m\n\n\n1h\n\n\ny\n"
    status, said = in_lines(root, monkeypatch, typed, "culling")
    assert status == 0
    assert "\x1b" not in said
    assert "“soon” is not a time" in said
    server = (root / "etc/jupyter/jupyter_server_config.py").read_text()
    assert "c.MappingKernelManager.cull_idle_timeout = 1200" in server


def test_lists_are_numbered_where_there_is_no_cursor(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, said = in_lines(root, monkeypatch, "9\n2\n\ny\n", "interface")
    assert status == 0
    assert "Write one number of the list" in said
    hub = (root / "etc/jupyterhub/jupyterhub_config.py").read_text()
    assert 'c.Spawner.default_url = "/tree"' in hub
    status, said = in_lines(root, monkeypatch, "x\n1" + "\n" * 6 + "y\n", "extensions")
    assert status == 0
    assert "Write numbers of the list" in said
    assert "  1 [ ]" in said


def test_the_end_of_the_input_leaves_and_writes_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert in_lines(root, monkeypatch, "1h\n", "culling")[0] == 130
    assert not (root / "etc/jupyter").exists()


def test_what_a_variable_decides_is_not_called_misunderstood(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = root / "etc/jupyterhub/jupyterhub_config.py"
    limit = "c.JupyterHub.active_server_limit = int(os.environ.get('MAX', 80))"
    hub.write_text(f"import os\n{limit}\n")
    status, said = in_lines(root, monkeypatch, "\n" * 9, "named_servers")
    assert status == 0
    assert "together? A variable decides it now. Answer anyway? [y/N]" in said


def test_long_texts_break_between_words(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    _status, said = in_lines(root, monkeypatch, "\n" * 9, "culling")
    help_text = SETTINGS["culling.kernel_idle"].help
    end = said.index("\nNow:")
    lines = said[:end].rsplit("\n\n", 1)[1].splitlines()
    assert " ".join(lines) == help_text
    assert len(lines) > 1
    assert max(map(len, lines)) <= 40


def test_a_warning_names_its_question_and_there_is_a_way_back_to_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_to_the_first = "2\n"
    typed = "4\n" + "\n" * 6 + back_to_the_first + "1h\ny\n"
    status, said = in_lines(root, monkeypatch, typed, "culling")
    assert status == 0
    server = (root / "etc/jupyter/jupyter_server_config.py").read_text()
    assert "c.MappingKernelManager.cull_idle_timeout = 3600" in server
    at_once, later = said.split("Look for idle kernels every", 1)
    assert "Mind: 4 seconds is very short" in at_once
    assert "Mind, at “Stop a kernel that nobody has used for”: 4 seconds" in later


@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_a_list_of_which_nothing_can_be_chosen_says_why_and_goes_on(
    root: Path,
    keys: PipeInput,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    term: str,
) -> None:
    kernel = root / "home/ana/.local/share/jupyter/kernels/stats/kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(json.dumps({"argv": ["/opt/gone/bin/python", "-m", "x"]}))
    keys.send_text(ENTER + ENTER + "y" + ENTER + ENTER)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n" * 9))
    monkeypatch.setenv("TERM", term)
    terminal: dict[str, Any] = {"input": keys, "output": DummyOutput()} if term == "xterm" else {}
    assert ask_all(Host(root), Options(), root / "state", "kernels", **terminal) == 0
    said = capsys.readouterr().out
    assert "There is nothing to choose from.\n- stats" in said
    assert "/opt/gone/bin/python does not exist" in said
