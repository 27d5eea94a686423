"""What the doctor asks besides reading."""

from __future__ import annotations

from pathlib import Path

from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.prepare import Progress


def examine(
    facts: Facts,
    host: Host,  # noqa: ARG001
    state: Path,  # noqa: ARG001
    user: str | None,  # noqa: ARG001
    progress: Progress,  # noqa: ARG001
) -> Facts:
    """Return the facts with what only the doctor needs; never raises."""
    return facts
