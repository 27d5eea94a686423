"""Whole ways through the wizard: what is seen at each step, and what is on the disk afterwards."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from shots import StartFlow, tree_hash
from stories import AROUND, FIRST_TIME, MISTAKES, WRITTEN

HUB = "etc/jupyterhub/jupyterhub_config.py"
SERVER = "etc/jupyter/jupyter_server_config.py"
OWN_SERVER_CONFIG = """\
import os

c = get_config()  # noqa
c.MappingKernelManager.cull_idle_timeout = 1200  # agreed with the students' council
c.ServerApp.shutdown_no_activity_timeout = read_from_our_inventory("idle")
c.KernelSpecManager.allowed_kernelspecs = {"python3", "ir"}
"""
SIZES_AND_LOOKS = [
    ((80, 24), "dark"),
    ((120, 40), "dark"),
    ((80, 24), "nocolor"),
    ((120, 40), "light"),
]


@pytest.mark.parametrize(("size", "look"), SIZES_AND_LOOKS)
async def test_the_first_setup_from_detection_to_the_written_files(
    flow: StartFlow, demo: Path, size: tuple[int, int], look: str
) -> None:
    async with flow("first-time", demo, size=size, look=look) as f:
        for name, keys in FIRST_TIME:
            await f.step(name, *keys)
        await f.press("f8")
    assert f.app.return_value == 0
    for path, lines in WRITTEN.items():
        content = (demo / path).read_text()
        assert [line for line in lines if line not in content] == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_answers_that_cannot_be_written_stop_the_write_and_can_be_jumped_to(
    flow: StartFlow, demo: Path, size: tuple[int, int]
) -> None:
    before = tree_hash(demo)
    async with flow("mistakes", demo, size=size) as f:
        for name, keys in MISTAKES:
            await f.step(name, *keys)
        assert "✗" in await f.press("f8")
        await f.press("ctrl+q", "y")
    assert f.app.return_value == 3
    assert tree_hash(demo) == before


async def test_undo_brings_every_byte_back(flow: StartFlow, demo: Path) -> None:
    before = tree_hash(demo)
    async with flow("undo", demo) as f:
        await f.press("f8", "down", "enter", *["f8"] * 6)
        await f.press("f8")
        await f.step("written", "y")
        assert tree_hash(demo) != before
        await f.step("ask", "enter")
        assert "To take it back: jhwizard undo 0001" in f.app.session.last_words()
        await f.step("undone", "y")
        await f.press("f8")
    assert f.app.return_value == 0
    assert f.app.session.last_words().startswith(f"as before: /{HUB}")
    assert tree_hash(demo) == before


async def test_what_is_not_understood_stays_and_one_answer_changes_one_line(
    flow: StartFlow, demo: Path
) -> None:
    config = demo / SERVER
    config.parent.mkdir(parents=True)
    config.write_text(OWN_SERVER_CONFIG)
    async with flow("editing", demo) as f:
        await f.step("in-force", "f8", "f8")
        shown = await f.step("changed", " 45m", *["tab"] * 4)
        assert "left as it is" in shown
        await f.step("review", "f2", "end", "up", "enter")
        await f.press("f8", "y")
    assert config.read_text() == OWN_SERVER_CONFIG.replace("= 1200", "= 2700")


async def test_nothing_to_change_is_a_good_end(flow: StartFlow, demo: Path) -> None:
    before = tree_hash(demo)
    async with flow("nothing-to-change", demo) as f:
        await f.step("review", *["f8"] * 7)
        await f.press("f8")
    assert f.app.return_value == 0
    assert tree_hash(demo) == before


async def test_a_file_edited_behind_the_wizards_back_is_not_overwritten(
    flow: StartFlow, demo: Path
) -> None:
    config = demo / HUB
    async with flow("conflict", demo) as f:
        await f.press("f8", "down", "enter", *["f8"] * 6)
        config.write_text(config.read_text() + "# somebody was here\n")
        await f.press("f8")
        await f.step("conflict", "y")
        assert 'default_url = "/lab"' in config.read_text()
        assert int(f.app.session.status) == 5
        await f.step("read-again", "enter")
        await f.press("f8", "y")
        await f.press("f8")
    assert f.app.return_value == 0
    assert "# somebody was here\n" in config.read_text()
    assert 'default_url = "/tree"' in config.read_text()


async def test_a_machine_that_cannot_be_read_says_why_and_can_be_tried_again(
    flow: StartFlow, demo: Path
) -> None:
    environment = demo / "opt/jupyterhub"
    environment.rename(demo.parent / "away")
    async with flow("unreadable", demo, target="env") as f:
        await f.step("refused")
        assert int(f.app.session.status) == 3
        (demo.parent / "away").rename(environment)
        await f.step("tried-again", "enter")
        await f.press("ctrl+q")
    assert f.app.return_value == 130


async def test_words_that_are_wrong_are_not_to_be_tried_again(flow: StartFlow, demo: Path) -> None:
    async with flow("unreadable-words", demo, hub_config=PurePosixPath("hub.py")) as f:
        shown = await f.step("refused")
        assert "Try again" not in shown
        assert "Leave with ^Q" in shown
        await f.press("ctrl+q")
    assert f.app.return_value == 2


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_help_steps_palette_and_quit_write_nothing(
    flow: StartFlow, demo: Path, size: tuple[int, int]
) -> None:
    before = tree_hash(demo)
    async with flow("around", demo, size=size) as f:
        for name, keys in AROUND:
            await f.step(name, *keys)
        await f.press("ctrl+q", "y")
    assert f.app.return_value == 130
    assert tree_hash(demo) == before


async def test_forty_columns_by_ten_rows_are_enough(flow: StartFlow, demo: Path) -> None:
    async with flow("small", demo, size=(40, 10)) as f:
        await f.step("deployment")
        await f.step("interface", "f8")
        await f.step("culling", "f8")
        await f.step("steps", "f2")
        await f.step("review", "end", "up", "up", "enter")
        await f.press("ctrl+q")
    assert f.app.return_value == 0


@pytest.mark.parametrize("size", [(20, 5), (10, 3), (1, 1)])
async def test_a_tiny_terminal_never_crashes(
    flow: StartFlow, demo: Path, size: tuple[int, int]
) -> None:
    async with flow("tiny", demo, size=size) as f:
        await f.press("f8", "f1", "escape", "tab", "f2", "enter", "f8", "f8", "f8", "space", "f7")
        await f.press("ctrl+q", "y")
    assert f.app.return_value == 130
