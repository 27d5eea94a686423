"""The Textual application: looks, commands, the cursor, and every way out.

Its result is the exit status of the program. Whatever ends it (a key, a signal, a terminal that
is gone), files are written completely or not at all.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme

from jhwizard.errors import Status
from jhwizard.language import _
from jhwizard.screens import garbage
from jhwizard.screens.session import Session
from jhwizard.screens.steps import PAGES
from jhwizard.screens.widgets import Confirm
from jhwizard.screens.wizard import WizardScreen

if TYPE_CHECKING:
    from jhwizard.host import Host
    from jhwizard.options import Options

DARK = Theme(
    name="jhwizard-dark",
    primary="#5b8db8",
    secondary="#7d8ca3",
    accent="#f0883e",
    warning="#e0af68",
    error="#e5697a",
    success="#7fb685",
    foreground="#d6dbe3",
    background="#161a20",
    surface="#1d222a",
    panel="#262c36",
)
LIGHT = Theme(
    name="jhwizard-light",
    primary="#2f6690",
    secondary="#5c6b80",
    accent="#c25a10",
    warning="#8a5a00",
    error="#b3261e",
    success="#2e6b34",
    foreground="#20262e",
    background="#fbfaf7",
    surface="#f2f0ea",
    panel="#e6e3db",
    dark=False,
)


class WizardApp(App[int]):
    """The wizard in a terminal."""

    CSS_PATH = Path(__file__).with_name("wizard.tcss")
    TITLE = "jhwizard"
    # Declared by Textual in a way that leaves no room for ClassVar.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (110, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", _("Quit"), key_display="^Q", priority=True),
    ]

    def __init__(
        self,
        host: Host,
        options: Options,
        state: Path,
        *,
        start_step: str | None = None,
    ) -> None:
        """`state` is the journal's directory; `start_step` is shown once the machine is read."""
        # Without colours Textual greys its own; the terminal's two are kept only if asked for here.
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        self.session = Session(host, options, state)
        self.start_step = start_step
        # Nothing glides: it costs time on slow lines, and an interrupted glide ends between rows.
        self.animation_level = "none"
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = look(os.environ)

    def get_default_screen(self) -> Screen[None]:
        """Return the only screen there is, so that nothing else is ever painted."""
        return WizardScreen(self.session, self.start_step)

    def on_mount(self) -> None:
        """Leave in good order when told to from outside."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._stop)
        # Not through the loop: it may be waiting for a terminal that is gone.
        signal.signal(signal.SIGHUP, self._hang_up)
        self.call_after_refresh(garbage.begin)

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is at work: pages are made ahead only in pauses."""
        if isinstance(event, events.InputEvent | events.Paste):
            for screen in self.screen_stack:
                if isinstance(screen, WizardScreen):
                    screen.ahead.touch()
        await super().on_event(event)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every step and every key in the palette."""
        if not isinstance(screen, WizardScreen):
            return
        for index, row in enumerate(PAGES):
            title = _("Go to: {step}").format(step=row.title)
            yield SystemCommand(title, _("Show this step"), lambda i=index: self._go(screen, i))
        now, default = screen.action_take_now, screen.action_take_default
        yield SystemCommand(_("As it is now"), _("Leave this question's setting as it is"), now)
        yield SystemCommand(_("Default"), _("Take this setting out of the files"), default)
        yield SystemCommand(_("Help"), _("About the question the cursor is in"), screen.action_help)
        yield SystemCommand(_("Theme"), _("Dark, light, other colours"), self.action_change_theme)
        yield SystemCommand(_("Quit"), _("Leave the wizard"), self.action_leave)

    def _go(self, screen: WizardScreen, index: int) -> None:
        screen.call_later(screen.go, index)

    @work(group="dialog")
    async def action_leave(self) -> None:
        """Leave; ask first when answers would be lost."""
        if self.session.busy:
            self.notify(_("Files are being written: one moment."))
            return
        if isinstance(self.screen, Confirm):
            self.screen.dismiss(False)  # noqa: FBT003 - the answer to a yes-or-no question
            return
        question = _("Leave? Your answers are not written and would be lost.")
        if self._unwritten() and not await self.push_screen_wait(
            Confirm(question, _("Leave"), _("Stay"))
        ):
            return
        self.exit(int(self.session.status))

    def action_help_quit(self) -> None:
        """Say how to leave to whoever presses Ctrl-C where nothing is selected to be copied."""
        self.notify(_("^Q quits."))

    def _unwritten(self) -> bool:
        wizard = self.session.wizard
        if wizard is None or self.session.receipt is not None:
            return False
        return bool(wizard.bad) or any(wizard.answers.changed(key) for key in wizard.answers)

    def _stop(self) -> None:
        """Leave at SIGTERM, after a write that has begun."""
        if self.session.busy:
            self.set_timer(0.1, self._stop)
        else:
            self.exit(int(Status.DONE if self.session.receipt else Status.INTERRUPTED))

    def _hang_up(self, _signal: int, _frame: FrameType | None) -> None:
        """Leave at once: nobody can see the terminal any more. A write that has begun ends."""
        if self.session.busy:
            self.session.hung_up = True
        else:
            os._exit(Status.INTERRUPTED)


def look(variables: Mapping[str, str]) -> str:
    """Return the theme for a terminal, from what its environment says."""
    if variables.get("NO_COLOR"):
        return "ansi-dark"
    background = variables.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT.name if background in {"7", "15"} else DARK.name
