"""How much work a file may cause. Past it, nothing more of the file is understood."""

from __future__ import annotations

from typing import Final

_STEPS_OF_A_FILE: Final = 1_000_000
_STEPS_OF_A_STATEMENT: Final = 200_000
"""Enough for a loop over a list of six thousand users."""

MOST_ITEMS: Final = 20_000
"""In a list, or in what a loop goes through."""
MOST_CHARACTERS: Final = 100_000
"""In a string that is put together."""
MOST_BITS: Final = 512
MOST_LEVELS: Final = 50
"""Of things inside things."""
MOST_CALLS: Final = 25
"""Of functions inside functions."""


class SpentError(Exception):
    """A statement, or the file, is more work than is done for it."""


class Budget:
    """Counts steps: one for each node, and one for each item that is copied or looked at."""

    def __init__(self) -> None:
        """Start with everything unspent."""
        self.total = 0
        self._stop = _STEPS_OF_A_STATEMENT

    @property
    def is_spent(self) -> bool:
        """Return whether the file has had its share."""
        return self.total >= _STEPS_OF_A_FILE

    def next_statement(self) -> None:
        """Give the next top-level statement a share of its own."""
        self._stop = min(self.total + _STEPS_OF_A_STATEMENT, _STEPS_OF_A_FILE)

    def extend(self) -> None:
        """Allow what has to be done after a statement was given up."""
        self._stop = self.total + _STEPS_OF_A_STATEMENT

    def spend(self, steps: int = 1) -> None:
        """Count steps. Raises SpentError."""
        self.total += steps
        if self.total > self._stop:
            raise SpentError
