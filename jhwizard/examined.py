"""What was asked of programs and of the file system for the doctor alone. Plain records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Examination:
    """What reading the config files does not tell."""

    unasked: tuple[str, ...] = ()
    """What could not be found out, in sentences."""
