"""Pages that are made before they are visited: out of sight, and up to date when they are seen."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from shots import Flow, StartFlow

from jhwizard.screens import garbage
from jhwizard.screens.step import StepPane
from jhwizard.settings import STEPS


@pytest.fixture
def own_program() -> Iterator[None]:
    """Let the wizard do what it does only where the program is its own."""
    before = gc.get_threshold()
    gc.set_threshold(*garbage.RARELY)
    yield
    gc.set_threshold(*before)


async def made(flow: Flow) -> list[StepPane]:
    """Return the pages once all of them are there; AssertionError after 20 s."""
    for _turn in range(200):
        panes = list(flow.app.screen.query(StepPane))
        if len(panes) == len(STEPS) and not any(p.styles.layer == "ahead" for p in panes):
            return panes
        await asyncio.sleep(0.1)
    raise AssertionError([pane.step.name for pane in panes])


async def test_every_page_is_made_in_a_pause_and_nobody_sees_it(
    flow: StartFlow, demo: Path, own_program: None
) -> None:
    del own_program
    async with flow("made-ahead", demo) as f:
        before = await f.press()
        panes = await made(f)
        assert not any(pane.display for pane in panes)
        assert await f.press() == before
        await f.press("ctrl+q")


async def test_a_page_made_before_an_answer_shows_what_the_answer_did(
    flow: StartFlow, demo: Path, own_program: None
) -> None:
    del own_program
    async with flow("made-before", demo) as f:
        await made(f)
        f.app.session.known().put("culling.server_idle", "7h")
        shown = await f.press("f8", "f8")
        assert "* Stop a person's server when it has been idle for" in shown
        assert "7h" in shown
        await f.press("ctrl+q", "y")
