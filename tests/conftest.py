"""What tests share: a calm Textual, the demonstration machine, and flows through the wizard."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

for _name in [n for n in os.environ if n.startswith("TEXTUAL_")]:
    del os.environ[_name]
for _name in ("NO_COLOR", "COLORTERM", "COLORFGBG", "COLUMNS", "LINES", "FORCE_COLOR"):
    os.environ.pop(_name, None)
# Textual reads this when it is imported, which must not be before here.
os.environ["TEXTUAL_ANIMATIONS"] = "none"

if TYPE_CHECKING:
    from shots import Flow, StartFlow


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that stores screens."""
    parser.addoption("--shots-update", action="store_true", help="store the screens as seen now")


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """Return the root of a fresh copy of the demonstration machine.

    Its name is the one `jhwizard demo` uses, since the screens show it.
    """
    from jhwizard.demo import build  # noqa: PLC0415

    return build(tmp_path / "machine")


@pytest.fixture
def flow(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> StartFlow:
    """Return what starts a flow: `flow(name, root, size=(80, 24), look="dark")`."""
    from shots import LOOKS, Flow, Shots, settle  # noqa: PLC0415

    from jhwizard.detect import Options  # noqa: PLC0415
    from jhwizard.host import Host  # noqa: PLC0415
    from jhwizard.screens.app import WizardApp  # noqa: PLC0415

    @asynccontextmanager
    async def start(
        name: str,
        root: Path,
        *,
        size: tuple[int, int] = (80, 24),
        look: str = "dark",
        **options: object,
    ) -> AsyncIterator[Flow]:
        for variable, value in LOOKS[look].items():
            monkeypatch.setenv(variable, value)
        app = WizardApp(Host(root), Options(**options), tmp_path / "state", fast=True)  # type: ignore[arg-type]
        shots = Shots(name, size, look, update=request.config.getoption("--shots-update"))
        async with asyncio.timeout(240), app.run_test(size=size, notifications=True) as pilot:
            await settle(pilot)
            yield Flow(app, pilot, shots)
        shots.finish()

    return start
