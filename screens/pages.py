"""The pages that were visited: kept while the machine is as it was read, else made anew.

To show a kept page takes a third of the time of making one: Textual styles new widgets three
times, and lays them out as often.
"""

from __future__ import annotations

from dataclasses import dataclass

from jhwizard.facts import Facts
from jhwizard.screens.deployment import DeploymentPane
from jhwizard.screens.pane import Pane
from jhwizard.screens.session import Review, Session
from jhwizard.screens.steps import OUTCOME, PAGES, REHEARSAL, REVIEW


@dataclass(frozen=True)
class Kept:
    """A page, and what it was made from."""

    pane: Pane
    facts: Facts | None


class Pages:
    """Every page of the wizard, by its place in the list of steps."""

    def __init__(self, session: Session) -> None:
        """Begin with none."""
        self._session = session
        self._kept: dict[int, Kept] = {}

    def page(self, index: int, write: Review | None = None) -> Pane:
        """Return the page at a place, mounted already where it was kept.

        The pages of a plan are of one moment, and never kept.
        """
        if self._is_kept(index):
            return self._kept[index].pane
        pane = self._made(index, write)
        if index not in (REVIEW, REHEARSAL, OUTCOME):
            self._kept[index] = Kept(pane, self._facts())
        return pane

    def unmade(self) -> Pane | None:
        """Return a page to make ahead: the first that was not visited; None when there is none."""
        if self._facts() is None:
            return None
        asked = [index for index, page in enumerate(PAGES) if page.step is not None]
        return next((self.page(index) for index in asked if not self._is_kept(index)), None)

    def put_away(self, pane: Pane | None) -> list[Pane]:
        """Hide a page; return those that will not come back, to be taken out after the next paint.

        To take one out takes longer than to show the next.
        """
        now = self._facts()
        gone = [kept.pane for kept in self._kept.values() if kept.facts is not now]
        self._kept = {index: kept for index, kept in self._kept.items() if kept.facts is now}
        if pane is None:
            return gone
        pane.display = False
        if pane in gone or any(kept.pane is pane for kept in self._kept.values()):
            return gone
        return [*gone, pane]

    def _is_kept(self, index: int) -> bool:
        kept = self._kept.get(index)
        return kept is not None and kept.facts is self._facts()

    def _facts(self) -> Facts | None:
        """Return what the pages show; None while the machine is being read."""
        wizard = self._session.wizard
        return None if wizard is None or self._session.stale else wizard.facts

    def _made(self, index: int, write: Review | None) -> Pane:
        if index == 0:
            return DeploymentPane(self._session)
        from jhwizard.screens import outcome, review, step  # noqa: PLC0415 - after the first paint

        if (asked := PAGES[index].step) is not None:
            return step.StepPane(self._session, asked)
        if index == REVIEW:
            return review.ReviewPane(self._session)
        if index == REHEARSAL:
            from jhwizard.screens import rehearsal  # noqa: PLC0415 - only where it is wanted

            return rehearsal.RehearsalPane(self._session)
        return outcome.OutcomePane(self._session, write=write)
