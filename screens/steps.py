"""The list of steps: their order, and how far each one is."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from jhwizard.language import _
from jhwizard.screens.session import Session
from jhwizard.screens.widgets import COMPACT, NARROW, hang
from jhwizard.settings import STEPS
from jhwizard.settings.setting import Step

MARKS = {"todo": " ", "done": "✓", "changed": "*", "problem": "✗"}
"""How far a step is, in the list of steps."""


@dataclass(frozen=True)
class Page:
    """One row of the list of steps."""

    name: str
    title: str
    step: Step | None = None
    """What is asked there; None for the pages that ask nothing."""


PAGES = (
    Page("deployment", _("Deployment")),
    *(Page(step.name, step.title, step) for step in STEPS),
    Page("review", _("Review")),
    Page("rehearsal", _("Rehearsal")),
    Page("outcome", _("Outcome")),
)
REVIEW, REHEARSAL, OUTCOME = (len(PAGES) - 3, len(PAGES) - 2, len(PAGES) - 1)


def index_of(name: str) -> int:
    """Return the place of a page; the first one for a name there is not."""
    return next((i for i, row in enumerate(PAGES) if row.name == name), 0)


class StepList(OptionList):
    """All pages, the present one with an arrow, each with a sign for how far it is."""

    def __init__(self, session: Session) -> None:
        """Show every step as to do."""
        rows = [Option("") for _page in PAGES]
        super().__init__(*rows, id="steps", compact=True, markup=False, classes=COMPACT)
        self.session = session
        self.present = 0
        self.room = NARROW

    def show(self, present: int) -> None:
        """Show the signs as they are now; `present` is the page in the middle."""
        self.present = present
        for index, row in enumerate(PAGES):
            arrow = "▸" if index == present else " "
            prompt = hang(f"{arrow}{self._mark(row)}", row.title, self.room)
            if self.get_option_at_index(index).prompt != Content(prompt):
                self.replace_option_prompt_at_index(index, Content(prompt))
        self.highlighted = present

    def on_resize(self, _event: events.Resize) -> None:
        """Wrap the titles to the new width."""
        self.room = self.scrollable_content_region.width
        self.show(self.present)

    def _mark(self, row: Page) -> str:
        wizard = self.session.wizard
        if wizard is None:
            return " "
        if row.step is not None:
            return MARKS[wizard.state(row.step)]
        if row.name == "rehearsal":
            seen = self.session.rehearsal
            return MARKS["todo" if seen is None else "done" if seen.is_green else "problem"]
        written = row.name == "outcome" and self.session.receipt is not None
        return MARKS["done" if row.name == "deployment" or written else "todo"]
