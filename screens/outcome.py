"""The outcome: writes, says what was written and how to take it back, and takes it back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button

from jhwizard.errors import ConflictError, Status, WizardError
from jhwizard.language import _, ngettext
from jhwizard.screens.deployment import failed
from jhwizard.screens.pane import Pane
from jhwizard.screens.review import EFFECTS
from jhwizard.screens.session import Review, Session
from jhwizard.screens.widgets import Confirm, Notes, push_button, words
from jhwizard.what_stays import what_stays


class OutcomePane(Pane):
    """What was written, when people notice, and how to undo it."""

    ends = True

    @dataclass
    class Progress(Message):
        """One more thing is being done."""

        text: str

    class Finished(Pane.Settled):
        """A write or an undo has ended, well or not."""

    def __init__(self, session: Session, *, write: Review | None = None) -> None:
        """Write `write`, or show what happened before."""
        super().__init__()
        self.session = session
        self.to_write = write

    def next_words(self) -> str:
        """Return the way out, as soon as nothing is being written."""
        return "" if self.session.busy else _("Close")

    def compose(self) -> ComposeResult:
        """Lay out the heading; the rest comes with what happens."""
        yield words(_("Outcome"), classes="title")
        yield Vertical(id="outcome")

    async def on_mount(self) -> None:
        """Write now, or show what happened."""
        if self.to_write is None:
            await self._show()
            return
        self.session.busy = True
        if self.to_write.plan.commands:
            await self.query_one("#outcome").mount(push_button(_("Cancel"), "cancel"))
        self.write(self.to_write)

    @work(thread=True, group="write")
    def write(self, review: Review) -> None:
        """Write in a thread that nothing interrupts."""
        try:
            receipt = self.session.write(review, self._say)
        except WizardError as error:
            self._end(error)
        else:
            self.session.receipt = receipt
            self._end(None)

    @work(thread=True, group="write")
    def undo(self) -> None:
        """Restore in a thread that nothing interrupts."""
        receipt = self.session.receipt
        if receipt is None:
            return
        try:
            self.session.taken_back = self.session.undo(receipt)
        except WizardError as error:
            self._end(error)
        else:
            self._end(None)

    def _say(self, text: str) -> None:
        self.post_message(self.Progress(text))

    def _end(self, failure: WizardError | None) -> None:
        self.session.failure = failure
        self.session.status = failure.status if failure else Status.DONE
        self.session.stale = True
        self.session.busy = False
        if self.session.hung_up:
            os._exit(self.session.status)
        self.post_message(self.Finished())

    @on(Progress)
    def _report_progress(self, event: Progress) -> None:
        event.stop()
        self.query_one("#outcome").mount(Notes([("·", event.text)]))

    @on(Finished)
    async def _finished(self) -> None:
        """Show it; the message goes on to the screen, whose buttons depend on it."""
        await self._show()

    @on(Button.Pressed, "#undo")
    @work(group="dialog")
    async def _ask_undo(self, event: Button.Pressed) -> None:
        event.stop()
        receipt = self.session.receipt
        if receipt is None:
            return
        question = ngettext(
            "Restore {count} file as it was before?",
            "Restore {count} files as they were before?",
            len(receipt.paths),
        ).format(count=len(receipt.paths))
        if await self.app.push_screen_wait(Confirm(question, _("Restore"), _("Keep"))):
            self.session.busy = True
            self.undo()

    @on(Button.Pressed, "#cancel")
    def _cancel(self, event: Button.Pressed) -> None:
        event.stop()
        self.session.cancelled.set()

    @on(Button.Pressed, "#again")
    def _read_again(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.ReadAgain())

    async def _show(self) -> None:
        outcome = self.query_one("#outcome")
        async with outcome.batch():
            await outcome.remove_children()
            await outcome.mount(*_story(self.session))
        for button in self.query("#outcome Button").results(Button):
            button.focus()


def _story(session: Session) -> list[Widget]:
    parts: list[Widget] = []
    if session.failure is not None:
        parts.append(failed(session.failure))
        if isinstance(session.failure, ConflictError):
            parts.append(push_button(_("Read the machine again"), "again"))
    if session.taken_back is not None:
        commands = session.receipt.commands if session.receipt else ()
        stays = Notes([("!", text) for text in what_stays(commands)], classes="part")
        return [*parts, *_restored(session.taken_back.paths), stays]
    if session.receipt is not None:
        return [*parts, *_written(session)]
    return parts or [words(_("Nothing has been written."), classes="summary")]


def _written(session: Session) -> list[Widget]:
    receipt, review = session.receipt, session.review
    if receipt is None or review is None:
        return []
    effects = {change.path: EFFECTS[change.effect] for change in review.plan.changes}
    later = _("To take it back later, type: {command}").format(command=_undo_command(session))
    return [
        words(_files(len(receipt.paths)), classes="summary"),
        Notes([note for path in receipt.paths for note in _about(path, effects)], classes="part"),
        Notes([("·", later)], classes="part"),
        push_button(_("Undo"), "undo"),
    ]


def _undo_command(session: Session) -> str:
    """Return what to type; a long path in it would be hard to read, and is known."""
    receipt = session.receipt.id if session.receipt else ""
    if session.host.is_this_machine:
        return session.command(f"undo {receipt}", journal=True)
    return _("{command}, with the options of today").format(command=f"jhwizard undo {receipt}")


def _about(path: PurePosixPath, effects: Mapping[PurePosixPath, str]) -> list[tuple[str, str]]:
    return [("✓", str(path)), *([(" ", effects[path])] if path in effects else [])]


def _files(count: int) -> str:
    return ngettext("{count} file was written.", "{count} files were written.", count).format(
        count=count
    )


def _restored(paths: tuple[PurePosixPath, ...]) -> list[Widget]:
    sentence = ngettext(
        "{count} file is as it was before.", "{count} files are as they were before.", len(paths)
    ).format(count=len(paths))
    return [
        words(sentence, classes="summary"),
        Notes([("✓", str(path)) for path in paths], classes="part"),
    ]
