"""The environment variables of a process, as far as they are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Variables(Mapping[str, str]):
    """The environment variables JupyterHub runs with, as far as they are known.

    They hold secrets: nothing prints them, and no document or receipt has them.
    """

    pairs: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Names and values; the last one of a name counts."""
    whole: bool = False
    """Whether a variable that is not among them is certainly not set."""

    def __getitem__(self, name: str) -> str:
        """Return what a variable is. Raises KeyError where that is not known."""
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names that are known."""
        return iter(self._by_name)

    def __len__(self) -> int:
        """Return how many are known."""
        return len(self._by_name)

    @cached_property
    def _by_name(self) -> dict[str, str]:
        return dict(self.pairs)
