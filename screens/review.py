"""The review: everything that would be written, before anything is."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Button, Collapsible, Static

from jhwizard.errors import Status, WizardError
from jhwizard.language import _, ngettext
from jhwizard.plan import Change, Effect, Plan
from jhwizard.rules.rule import Finding
from jhwizard.screens.deployment import failed
from jhwizard.screens.jumps import Jump, Jumps
from jhwizard.screens.pane import Pane
from jhwizard.screens.session import Review, Session
from jhwizard.screens.widgets import Notes, push_button, words
from jhwizard.settings import SETTINGS
from jhwizard.wizard import Issue

EFFECTS: dict[Effect, str] = {
    "hub restart": _("takes effect when the hub is restarted"),
    "next server start": _("takes effect when a server starts the next time"),
    "browser reload": _("takes effect when the page is loaded again"),
    "image rebuild": _("takes effect when the image is built again"),
}
ACTIONS = {"create": _("new"), "edit": _("edit"), "delete": _("delete")}


class ReviewPane(Pane):
    """Errors to jump to, or the plan: files, diffs, effects, warnings, the snippet."""

    ends = True

    @dataclass
    class Planned(Pane.Settled):
        """The plan is there, or `failure` says why not."""

        failure: WizardError | None = None

    def __init__(self, session: Session) -> None:
        """Forget an older plan: the answers may be others now."""
        super().__init__()
        self.session = session
        self.session.review = None
        self.errors = session.known().errors()

    @property
    def ready(self) -> Review | None:
        """Return what can be written now; None when there is nothing, or it may not be."""
        return self.session.ready

    def next_words(self) -> str:
        """Return how much would be written; without a plan there is no way on."""
        return ways_on(self.session)

    def compose(self) -> ComposeResult:
        """Lay out the heading; the rest comes with the plan."""
        yield words(_("Review"), classes="title")
        with Vertical(id="plan"):
            if not self.errors:
                yield words(_("Working out what has to change…"), classes="progress")

    async def on_mount(self) -> None:
        """Show what stops the write, or work out the plan."""
        if self.errors:
            self.session.status = Status.REFUSED
            await self._show(_mistakes(self.errors))
        else:
            self.make_plan()

    @work(thread=True, exclusive=True, group="plan")
    def make_plan(self) -> None:
        """Work out the plan in a thread."""
        try:
            review = self.session.make_review()
        except WizardError as error:
            self.post_message(self.Planned(error))
            return
        self.session.review = review
        self.post_message(self.Planned())

    @on(Planned)
    async def _planned(self, event: Planned) -> None:
        """Show the plan; the message goes on to the screen, which names its buttons by it."""
        review = self.session.review
        if event.failure is not None or review is None:
            await self._refused(event.failure or WizardError(""))
        else:
            self.session.status = _status(review)
            await self._show(_everything(self.session, review))

    async def _refused(self, failure: WizardError) -> None:
        self.session.status = failure.status
        await self._show([failed(failure), push_button(_("Read the machine again"), "again")])
        self.query_one("#again").focus()

    async def _show(self, parts: list[Widget]) -> None:
        plan = self.query_one("#plan")
        async with plan.batch():
            await plan.remove_children()
            await plan.mount(*parts)

    @on(Button.Pressed, "#again")
    def _read_again(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.ReadAgain())

    @on(Button.Pressed, "#rehearse")
    def _rehearse(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.Rehearse())

    @on(Button.Pressed, ".copy")
    def _copy(self, event: Button.Pressed) -> None:
        event.stop()
        text = self.query_one(f"#{event.button.id}-text", Static)
        self.app.copy_to_clipboard(str(text.content))
        self.notify(_("Copied, if your terminal allows it."))


def can_rehearse(session: Session) -> bool:
    """Return whether programs of the machine can be started."""
    return session.host.is_this_machine


def ways_on(session: Session) -> str:
    """Return what the way on from a plan is called; nothing where there is no plan."""
    review = session.ready
    if review is None:
        return "" if session.review is None else _("Close")
    if review.plan.commands:
        return _("Install and write")
    count = len(review.plan.changes)
    return ngettext("Write {count} file", "Write {count} files", count).format(count=count)


def question_before(session: Session, review: Review) -> str:
    """Return what is asked before a plan is written."""
    count = len(review.plan.changes)
    question = ngettext(
        "Write {count} file? The original is kept, and Undo brings it back.",
        "Write {count} files? The originals are kept, and Undo brings them back.",
        count,
    ).format(count=count)
    if review.plan.commands:
        installs = _("Packages are installed first; Undo does not remove them.")
        question = f"{installs} {question}" if count else installs
    if session.rehearsal is not None and not session.rehearsal.is_green:
        question = _("Not everything was as it should be in the rehearsal.") + f" {question}"
    return question


class Part(Collapsible):
    """A part of the review that opens and shuts without moving the page."""

    def scroll_visible(self, *_where: object, **_how: object) -> None:
        """Stay: an open part is longer than the page, which would begin at its end or start."""


def _mistakes(errors: tuple[Issue, ...]) -> list[Widget]:
    count = ngettext(
        "{count} answer cannot be written. Enter takes you there.",
        "{count} answers cannot be written. Enter takes you to the one you choose.",
        len(errors),
    )
    rows = [
        Jump(error.key, (("→", SETTINGS[error.key].sentence), ("  ✗", error.text)))
        for error in errors
    ]
    return [words(count.format(count=len(errors)), classes="summary"), Jumps(rows)]


def _status(review: Review) -> Status:
    if review.plan.is_empty:
        return Status.DONE
    return Status.NOT_PERMITTED if review.forbidden else Status.INTERRUPTED


def _everything(session: Session, review: Review) -> list[Widget]:
    plan = review.plan
    warnings = [("!", text) for text in plan.said]
    warnings += [("!", _about(found)) for found in review.found if found.text not in plan.said]
    if plan.is_empty:
        good = _("Everything is already as you want it: there is nothing to write.")
        return [words(good, classes="summary"), Notes(warnings, classes="warnings")]
    return [
        words(_summary(plan), classes="summary"),
        *(
            [push_button(_("Rehearse it first"), "rehearse", classes="part")]
            if can_rehearse(session)
            else []
        ),
        *_no_permission(session, review),
        Notes(warnings, classes="warnings"),
        *_commands(plan),
        *(_file(change, first=not index) for index, change in enumerate(plan.changes)),
        *_to_copy(_("Only the lines for jupyterhub_config.py"), plan.snippet, "snippet"),
    ]


def _about(found: Finding) -> str:
    """Return what the doctor would find afterwards, with what mends it."""
    text = f"{found.text} ({found.where})" if found.where else found.text
    return f"{text}. {found.fix.words}" if found.fix else text


def _summary(plan: Plan) -> str:
    count = len(plan.changes)
    files = ngettext("{count} file would change.", "{count} files would change.", count)
    return files.format(count=count) + " " + _("Nothing has been written yet.")


def _commands(plan: Plan) -> list[Widget]:
    """Return what is run before the first file is written."""
    if not plan.commands:
        return []
    import shlex  # noqa: PLC0415 - rarely needed

    first = ("·", _("Run first; if it fails or is cancelled, no file is written:"))
    lines = [note for c in plan.commands for note in (("$", shlex.join(c.argv)), (" ", c.why))]
    return [Notes([first, *lines], classes="part")]


def _file(change: Change, *, first: bool) -> Widget:
    from jhwizard.screens.diff import DiffView, counts  # noqa: PLC0415

    title = f"{ACTIONS[change.action]}  {change.path}  {counts(change)}"
    about = _("mode {mode}, {effect}").format(
        mode=f"{change.mode:04o}", effect=EFFECTS[change.effect]
    )
    parts = words(about, classes="now"), DiffView(change)
    return Part(*parts, title=title, collapsed=not first)


def _no_permission(session: Session, review: Review) -> list[Widget]:
    if not review.forbidden:
        return []
    from jhwizard.answers import write_answers  # noqa: PLC0415 - only for this case

    wizard = session.known()
    advice = _("You may not write here. Save the lines below as answers.toml, then type:")
    command = f"sudo {session.command('apply answers.toml', journal=False)}"
    paths = [("✗", str(path)) for path in review.forbidden]
    return [
        Notes([*paths, ("→", advice), (" ", command)], classes="failure"),
        *_to_copy("answers.toml", write_answers(wizard.facts, wizard.answers), "answers"),
    ]


def _to_copy(title: str, text: str, id: str) -> list[Widget]:  # noqa: A002 - as Textual
    if not text:
        return []
    lines = words(text.rstrip("\n"), id=f"{id}-text")
    return [Part(push_button(_("Copy"), id, classes="copy"), lines, title=title)]
