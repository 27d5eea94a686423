"""The rehearsal: the real JupyterHub on the planned files, tick by tick, before the write."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button

from jhwizard.errors import WizardError
from jhwizard.language import _, ngettext
from jhwizard.screens.deployment import failed
from jhwizard.screens.help import HelpScreen
from jhwizard.screens.jumps import Jump, Jumps
from jhwizard.screens.pane import Pane
from jhwizard.screens.review import Part, ways_on
from jhwizard.screens.session import Review, Session
from jhwizard.screens.widgets import Notes, push_button, words

if TYPE_CHECKING:
    from jhwizard.rehearsal.proof import Proof, Rehearsal, Skipped

_SECOND = 1.0


class RehearsalPane(Pane):
    """What is going to be run, then a line for each thing that was seen."""

    ends = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f9", "log", _("Log"), key_display="F9")]

    class Planned(Pane.Settled):
        """The plan is there, or could not be made."""

    @dataclass
    class Told(Message):
        """One more thing was seen, or is said."""

        what: Proof | Skipped | str

    @dataclass
    class Ended(Pane.Settled):
        """It is over: `failure` says why it could not be run; None where it was, or was stopped."""

        failure: WizardError | None = None

    def __init__(self, session: Session) -> None:
        """Show the last rehearsal of this very plan, if there was one."""
        super().__init__()
        self.session = session
        self.stop = Event()
        self.running = False
        self.stopped = False
        """Whether somebody stopped the last one."""
        self.seconds = 0

    @property
    def ready(self) -> Review | None:
        """Return what can be written now; nothing is while the rehearsal runs."""
        return None if self.running else self.session.ready

    def next_words(self) -> str:
        """Return how much would be written."""
        return "" if self.running else ways_on(self.session)

    def compose(self) -> ComposeResult:
        """Lay out the heading; the rest depends on what was planned."""
        yield words(_("Rehearsal"), classes="title")
        yield Vertical(id="rehearsal")

    async def on_mount(self) -> None:
        """Show what would be run, once there is a plan."""
        if self.session.review is None:
            self.make_plan()
        else:
            await self._show(self._offer())

    def on_unmount(self) -> None:
        """Whoever leaves the page stops what runs there."""
        self.stop.set()

    @work(thread=True, exclusive=True, group="plan")
    def make_plan(self) -> None:
        """Work out the plan in a thread, as the review does."""
        try:
            self.session.review = self.session.make_review()
        except WizardError as error:
            self.post_message(self.Ended(error))
        else:
            self.post_message(self.Planned())

    @on(Planned)
    async def _planned(self) -> None:
        await self._show(self._offer())

    @on(Button.Pressed, "#start")
    async def _start(self, event: Button.Pressed) -> None:
        event.stop()
        self.running, self.seconds = True, 0
        self.stop.clear()
        parts = [words(self._clock(), id="clock"), push_button(_("Stop"), "stop")]
        await self._show([*parts, Vertical(id="ticks")])
        self.query_one("#stop").focus()
        self.set_interval(_SECOND, self._tick, name="clock")
        self.post_message(self.Settled())
        self.rehearse()

    @work(thread=True, exclusive=True, group="rehearsal")
    def rehearse(self) -> None:
        """Rehearse in a thread; each thing is shown as soon as it was seen."""
        try:
            self.session.rehearse(self._hear, self.stop)
        except WizardError as error:
            self.post_message(self.Ended(error))
        except KeyboardInterrupt:
            self.post_message(self.Ended(None))
        else:
            self.post_message(self.Ended(None))

    def _hear(self, what: Proof | Skipped | str) -> None:
        self.post_message(self.Told(what))

    @on(Button.Pressed, "#stop")
    def _stop(self, event: Button.Pressed) -> None:
        event.stop()
        self.stop.set()

    @on(Told)
    def _told(self, event: Told) -> None:
        from jhwizard.rehearsal.proof import Skipped  # noqa: PLC0415 - only where it is used

        event.stop()
        ticks = self.query("#ticks")
        if ticks and not isinstance(event.what, Skipped):  # those are said at the end
            ticks.first().mount(Notes([_note(event.what)]))
            self.scroll_end(animate=False)

    @on(Ended)
    async def _ended(self, event: Ended) -> None:
        """Show what was seen; the message goes on to the screen, which names its buttons by it."""
        self.running = False
        self.stopped = self.stop.is_set()
        if event.failure is not None:
            again = push_button(_("Try again"), "start")
            await self._show([failed(event.failure), again])
        else:
            await self._show(self._offer())
        self.scroll_home(animate=False)

    def _tick(self) -> None:
        self.seconds += 1
        for clock in self.query("#clock").results(words("").__class__):
            clock.update(self._clock())

    def _clock(self) -> str:
        text = _("JupyterHub is running on the planned files… {seconds} s")
        return text.format(seconds=self.seconds)

    async def _show(self, parts: list[Widget]) -> None:
        place = self.query_one("#rehearsal")
        async with place.batch():
            await place.remove_children()
            await place.mount(*parts)
        # Where Enter does what the page says: to the question of what failed, or on.
        for widget in [*self.query("Jumps"), *self.query("#start")][:1]:
            self.call_after_refresh(widget.focus)

    def _offer(self) -> list[Widget]:
        """Return what was seen, where it was rehearsed, and what would be run."""
        stopped = [Notes([("·", _("It was stopped, and nothing of it is left."))], classes="part")]
        return [*(stopped if self.stopped else []), *self._known()]

    def _known(self) -> list[Widget]:
        if (done := self.session.rehearsal) is not None:
            return _result(done)
        if not self.session.host.is_this_machine:
            text = _("It starts programs of the machine itself; those under another root are not.")
            return [Notes([("·", text)])]
        what = [("·", text) for text in self.session.what_is_run()]
        return [Notes(what, classes="part"), push_button(_("Start the rehearsal"), "start")]

    def action_log(self) -> None:
        """Show what the hub and people's servers have said."""
        done = self.session.rehearsal
        if done is None or not done.log:
            self.notify(_("There is no log yet."))
            return
        from jhwizard.printable import redacted  # noqa: PLC0415 - rarely wanted

        self.app.push_screen(HelpScreen([(_("The hub's log"), redacted(done.log))]))


def _result(done: Rehearsal) -> list[Widget]:
    wrong = [proof for proof in done.proofs if not proof.ok]
    return [
        words(_summary(done, len(wrong)), classes="summary"),
        push_button(_("Rehearse again"), "start", classes="part"),
        *([_wrong(wrong)] if wrong else []),
        Notes([_note(proof) for proof in done.proofs if proof.ok], classes="part"),
        *_unseen(done),
    ]


def _summary(done: Rehearsal, wrong: int) -> str:
    count, numbers = len(done.proofs), {"seconds": done.seconds}
    if not wrong:
        text = _("✓ All {count} things are as they should be ({seconds:.0f} s)")
        return text.format(count=count, **numbers)
    text = ngettext(
        "✗ {wrong} of {count} things is not as it should be; Enter goes to it ({seconds:.0f} s)",
        "✗ {wrong} of {count} things are not as they should be; Enter goes there ({seconds:.0f} s)",
        wrong,
    )
    return text.format(wrong=wrong, count=count, **numbers)


def _unseen(done: Rehearsal) -> list[Widget]:
    if not done.skipped:
        return []
    count = len(done.skipped)
    title = ngettext("{count} setting was not seen", "{count} settings were not seen", count)
    notes = Notes([_note(each) for each in done.skipped])
    return [Part(notes, title=title.format(count=count), collapsed=True)]


def _wrong(wrong: list[Proof]) -> Jumps:
    from jhwizard.settings import SETTINGS  # noqa: PLC0415 - loaded by then

    def key(proof: Proof) -> str:
        name = "kernels.allowed" if proof.key.startswith("kernel:") else proof.key
        return name if name in SETTINGS else ""

    return Jumps([Jump(key(proof), (_note(proof),)) for proof in wrong])


def _note(what: Proof | Skipped | str) -> tuple[str, str]:
    """Return a sign and a line for something that was seen, not seen, or said."""
    from jhwizard.rehearsal.proof import Proof, Skipped  # noqa: PLC0415 - only where it is used
    from jhwizard.rehearsal.words import told_of  # noqa: PLC0415

    if isinstance(what, Proof):
        return "✓" if what.ok else "✗", told_of(what)
    if isinstance(what, Skipped):
        return "-", _("{key}: {why}").format(key=what.key, why=what.reason)
    return "·", what
