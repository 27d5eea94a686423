"""The page and the terminal's own cursor follow the focus."""

from __future__ import annotations

from textual import on
from textual.geometry import Region
from textual.screen import Screen
from textual.widgets import OptionList

from jhwizard.screens.pane import Pane
from jhwizard.screens.widgets import move_cursor, row_of


class Following(Screen[None]):
    """A screen with a page that scrolls to where the cursor is."""

    pane: Pane | None = None
    """The page that is shown; None before the first one."""

    @on(OptionList.OptionHighlighted)
    def _row_moved(self) -> None:
        self.call_after_refresh(self._reveal)

    def _reveal(self) -> None:
        """Scroll the page to the row the cursor is in."""
        focused, pane = self.focused, self.pane
        if focused is not None and pane is not None and pane in focused.ancestors:
            spot = row_of(focused)
            offset = spot.offset - pane.content_region.offset + pane.scroll_offset
            pane.scroll_to_region(Region.from_offset(offset, spot.size), animate=False)
        self._place_cursor()

    def _place_cursor(self, _screen: Screen[object] | None = None) -> None:
        if self.focused is not None and self.is_current:
            move_cursor(self.app, row_of(self.focused).offset)
