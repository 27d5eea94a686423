"""The first visit to a hub: every step once, then the write."""

from __future__ import annotations

from pathlib import Path

import pytest
from stories import FIRST_TIME

from conftest import StartFlow


@pytest.mark.parametrize(
    ("size", "look"),
    [((80, 24), "dark"), ((120, 40), "dark"), ((80, 24), "nocolor"), ((120, 40), "light")],
)
async def test_the_first_setup_from_detection_to_the_written_files(
    flow: StartFlow, demo: Path, size: tuple[int, int], look: str
) -> None:
    async with flow("first-time", demo, size=size, look=look) as f:
        for name, keys in FIRST_TIME:
            await f.step(name, *keys)
    print(f.app.return_value)
