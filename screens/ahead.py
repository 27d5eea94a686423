"""Pages are made before they are visited, one by one, while nobody presses anything.

To make one takes up to a quarter of a second, in which no key is answered; to show one that is
made, a third of that.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from textual.screen import Screen
from textual.timer import Timer

from jhwizard.screens import garbage
from jhwizard.screens.pane import Pane

_PAUSE = 0.3
"""Seconds without a key until nobody is taken to be typing."""
_BREATH = 0.05
"""Seconds between two pages, for a key that comes meanwhile."""


class Ahead:
    """Makes one page after the other in the pauses of the keyboard."""

    def __init__(self, screen: Screen[None], next_page: Callable[[], Pane | None]) -> None:
        """`next_page` returns a page to make, or None when there is none."""
        self._screen = screen
        self._next_page = next_page
        self._timer: Timer | None = None
        self._touched = 0.0
        self._made = False
        """Whether pages were made since garbage was looked for."""

    def touch(self) -> None:
        """Somebody has pressed something."""
        self._touched = time.monotonic()

    def begin(self) -> None:
        """Go on making pages; not where the program is somebody else's, a test's say."""
        if gc.get_threshold() == garbage.RARELY:
            self._wait(_PAUSE)

    def _wait(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(seconds, self._go_on)

    async def _go_on(self) -> None:
        left = self._touched + _PAUSE - time.monotonic()
        if left > 0:
            self._wait(left)
        elif (pane := self._next_page()) is not None:
            await self._make(pane)
            self._made = True
            self._wait(_BREATH)
        elif self._made:
            self._made = False
            garbage.collect()

    async def _make(self, pane: Pane) -> None:
        pane.lie_behind()
        await self._screen.query_one("#body").mount(pane)
        self._screen.call_after_refresh(pane.hide_behind)
