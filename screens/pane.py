"""A page in the middle of the screen, and what the frame around it has to know of it.

The frame knows no more than this of a page, so that it loads none before it is visited: the
first screen is there 15 ms sooner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from jhwizard.language import _
from jhwizard.screens.session import Review
from jhwizard.settings.setting import Setting


class Pane(VerticalScroll, can_focus=False):
    """One page."""

    asks: ClassVar[bool] = False
    """Whether there are questions on it."""
    ends: ClassVar[bool] = False
    """Whether its way on leads out."""

    class Changed(Message):
        """What the frame says of the page may be out of date."""

    class Settled(Message):
        """The page has what it was waiting for: the cursor needs a place."""

    class ReadAgain(Message):
        """The machine has to be read again."""

    class Rehearse(Message):
        """The admin wants to see the plan on a real hub."""

    @dataclass
    class FixIt(Message):
        """The admin wants to answer as the doctor advises: setting key to answer."""

        answers: Mapping[str, object]

    @dataclass
    class JumpTo(Message):
        """The admin wants to see the question of a key."""

        key: str

    @property
    def ready(self) -> Review | None:
        """Return what can be written now; None when there is nothing, or it may not be."""
        return None

    def lie_behind(self) -> None:
        """Be laid out as if it were shown, where nobody sees it and no other page has to move."""
        self.styles.layer, self.styles.visibility = "ahead", "hidden"

    def hide_behind(self) -> None:
        """Be hidden as any page that is not the one; not if it was called for meanwhile."""
        if self.styles.visibility == "hidden":
            self.display = False
            self._come_forward()

    def _come_forward(self) -> None:
        # Said only where it is a change: any style that is set makes the page be styled anew.
        if self.styles.visibility == "hidden":
            self.styles.layer, self.styles.visibility = None, None

    def renew(self) -> None:
        """Show what is so now, from the top: the page was hidden meanwhile."""
        self._come_forward()
        self.scroll_home(animate=False)

    def look_again(self) -> None:
        """Say what the doctor has found meanwhile; a page that says nothing of it stays."""

    def next_words(self) -> str:
        """Return what the way on is called; nothing when there is none."""
        return _("Next >")

    def place_of(self, key: str | None) -> Widget:
        """Return where the question of a key is; the whole page when it is not one of its own."""
        del key
        return self

    def focused_setting(self) -> Setting | None:
        """Return the setting of the question the cursor is in."""
        return None

    def fix(self) -> Mapping[str, object]:
        """Return the answers that mend what is wrong at that question; often none."""
        return {}

    def take(self, *, default: bool) -> bool:
        """Answer that question with what is in force, or with the default; say if there is one."""
        del default
        return False
