"""What tests share: a calm Textual, the demonstration machine, and flows through the wizard."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
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
    from textual.pilot import Pilot

    from jhwizard.screens.app import WizardApp

StartFlow = Callable[..., AbstractAsyncContextManager["Flow"]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that stores screens."""
    parser.addoption("--shots-update", action="store_true", help="store the screens as seen now")


class Flow:
    """A story on a running wizard: press keys, look, compare the screen."""

    def __init__(self, app: WizardApp, pilot: Pilot[int], shots: object) -> None:
        self.app = app
        self.pilot = pilot
        self.shots = shots

    async def step(self, name: str, *keys: str) -> str:
        """Press keys (a key with a blank before it is typed letter by letter), compare, return
        the text of the screen.
        """
        from shots import Shots, text_of

        await self.press(*keys)
        assert isinstance(self.shots, Shots)
        self.shots.take(self.app, name)
        return text_of(self.app)

    async def press(self, *keys: str) -> None:
        """Press keys and wait for everything that follows from them."""
        from shots import settle

        for key in keys:
            await self.pilot.press(*(_letters(key)))
            await settle(self.pilot)


def _letters(key: str) -> list[str]:
    names = {" ": "space", "-": "minus", ".": "full_stop", ",": "comma", "_": "underscore"}
    return [names.get(c, c) for c in key[1:]] if key.startswith(" ") and key != " " else [key]


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """Return the root of a fresh copy of the demonstration machine."""
    from jhwizard.demo import build

    return build(tmp_path / "demo")


@pytest.fixture
def flow(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> StartFlow:
    """Return what starts a flow: `flow(name, root, size=(80, 24), look="dark")`."""
    from shots import LOOKS, Shots, settle

    from jhwizard.detect import Options
    from jhwizard.host import Host
    from jhwizard.screens.app import WizardApp

    @asynccontextmanager
    async def start(
        name: str, root: Path, *, size: tuple[int, int] = (80, 24), look: str = "dark"
    ) -> AsyncIterator[Flow]:
        for variable, value in LOOKS[look].items():
            monkeypatch.setenv(variable, value)
        app = WizardApp(Host(root), Options(), tmp_path / "state", fast=True)
        shots = Shots(name, size, look, update=request.config.getoption("--shots-update"))
        async with app.run_test(size=size, notifications=True) as pilot:
            await settle(pilot)
            yield Flow(app, pilot, shots)
        shots.finish()

    return start
