"""When Python looks for garbage: not while somebody waits.

A page that goes leaves thousands of objects in circles. Left to itself Python looks for them
again and again while the next page is made, which takes a quarter of the whole change.
"""

from __future__ import annotations

import gc

from textual.screen import Screen
from textual.timer import Timer

RARELY = (20_000, 3, 3)
"""Objects made before Python looks by itself: only where somebody pages without a pause."""
_ENOUGH = 10_000
"""Objects made since the last time that are worth a look in a pause: a page."""
_PAUSE = 0.8
"""Seconds without another page until nobody is taken to wait."""


def begin() -> None:
    """End what `cli` began: what was loaded by now stays, and later rounds need not look at it."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*RARELY)
        gc.enable()


def later(screen: Screen[None], before: Timer | None) -> Timer | None:
    """Collect garbage in the next pause instead of in the one planned `before`.

    Returns None where the program is somebody else's, a test's say.
    """
    if before is not None:
        before.stop()
    return screen.set_timer(_PAUSE, collect) if gc.get_threshold() == RARELY else None


def collect() -> None:
    """Look for garbage now, if there may be enough of it."""
    young, older, _oldest = gc.get_count()
    if young > _ENOUGH or older:
        gc.collect()
