"""The page of the rehearsal: what it says before, what was seen, and where a failed tick leads.

A real hub is rehearsed on it in `tests/terminal/test_rehearsal_page.py`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from shots import StartFlow

from jhwizard.rehearsal.proof import Proof, Rehearsal, Skipped
from jhwizard.screens.steps import index_of

SEEN = Rehearsal(
    (
        Proof("hub", "it starts", "it starts", ok=True, seconds=3.9),
        Proof("interface.app", "notebook", "a page with status 404: Jupyter Server", ok=False),
        Proof("culling.kernel_idle", 1200, 1200, ok=True),
        Proof("kernel:physics-2019", "it answers", "there is no program", ok=False),
    ),
    (Skipped("named_servers.limit", "it means nothing with the other answers"),),
    12.4,
    log="[I JupyterHub] Running\n",
)


async def test_under_another_root_it_says_why_nothing_is_started(
    flow: StartFlow, demo: Path
) -> None:
    async with flow("rehearsal-elsewhere", demo) as f:
        await f.press("f8", "down", "enter", *["f8"] * 6)
        shown = await f.step("not-here", "f2", "down", "enter")
        assert "It starts programs of the machine itself" in shown
        assert "[ Write 1 file ]" in shown
        await f.press("ctrl+q", "y")


async def test_what_failed_stands_first_leads_to_its_question_and_is_told_before_the_write(
    flow: StartFlow, demo: Path
) -> None:
    async with flow("rehearsal", demo) as f:
        await f.press("f8", "down", "enter", *["f8"] * 6)
        review = f.app.session.review
        assert review is not None
        f.app.session.rehearsed = (review.plan, SEEN)
        shown = await f.step("red", "f2", "down", "enter")
        assert "2 of 4 things are not as they should be" in shown
        assert "✗ Rehearsal" in await f.press("f2")
        await f.press("escape")
        assert "Running" in await f.press("f9")
        shown = await f.step("before-the-write", "escape", "f8")
        assert "Not everything was as it should be in the rehearsal." in shown
        await f.press("n", "enter")
        assert f.app.screen.index == index_of("interface")  # type: ignore[attr-defined]
        await f.press("ctrl+q", "y")


async def test_another_answer_makes_a_rehearsal_one_of_another_plan(
    flow: StartFlow, demo: Path
) -> None:
    async with flow("rehearsal-again", demo) as f:
        await f.press("f8", "down", "enter", *["f8"] * 6)
        session = f.app.session
        assert session.review is not None
        session.rehearsed = (session.review.plan, replace(SEEN, proofs=SEEN.proofs[:1]))
        assert session.rehearsal is not None
        session.known().put("culling.kernel_idle", "40m")
        await f.press("f7", "f8")
        assert session.rehearsal is None
        await f.press("ctrl+q", "y")
