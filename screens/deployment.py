"""The first step: reads the machine, shows what was found, asks where answers shall land."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button
from textual.worker import get_current_worker

from jhwizard.errors import UsageError, WizardError
from jhwizard.facts import Facts
from jhwizard.installed import Environment
from jhwizard.language import _
from jhwizard.screens.pane import Pane
from jhwizard.screens.session import Session
from jhwizard.screens.widgets import Choices, Notes, push_button, words
from jhwizard.settings.setting import Choice

HUB = {"jupyterhub": "JupyterHub"}
PEOPLE = {"jupyterlab": "JupyterLab", "notebook": "Notebook", "nbclassic": "nbclassic"}
"""Packages worth naming, and the names people know them by."""


class DeploymentPane(Pane):
    """What is there, and where new answers shall land."""

    @dataclass
    class Read(Message):
        """The machine was read, or could not be: then `failure` says why."""

        failure: WizardError | None = None

    class Examined(Pane.Changed):
        """The doctor has looked."""

    @dataclass
    class Progress(Message):
        """One more thing is being looked at."""

        text: str

    def __init__(self, session: Session) -> None:
        """Read the machine when it has not been read, or was written to since."""
        super().__init__()
        self.session = session

    def next_words(self) -> str:
        """Return the way on, once there is something to ask about."""
        return super().next_words() if self.session.wizard is not None else ""

    def compose(self) -> ComposeResult:
        """Lay out the heading; the rest comes with what is found."""
        yield words(_("Deployment"), classes="title")
        yield words(_("What is there. Looking changes nothing."), classes="intro")
        yield Vertical(id="found")

    async def on_mount(self) -> None:
        """Show what is known, or start to look."""
        if self.session.wizard is None or self.session.stale:
            self.read()
        else:
            await self._show(self._everything())

    @work(thread=True, exclusive=True, group="read", exit_on_error=True)
    def read(self) -> None:
        """Read the machine in a thread; every line of progress is shown at once."""
        worker = get_current_worker()

        def progress(text: str) -> None:
            if worker.is_cancelled:
                raise WizardError(_("Reading was cancelled."))
            self.post_message(self.Progress(text))

        try:
            wizard = self.session.read(progress)
        except WizardError as error:
            self.post_message(self.Read(error))
            return
        self.app.call_from_thread(self.session.start_over, wizard)
        self.post_message(self.Read())
        self.session.examine()
        self.post_message(self.Examined())
        # Loaded while the admin looks, so that the first step is there at once.
        from jhwizard.screens import outcome, review, step  # noqa: F401, PLC0415

    @on(Progress)
    def _report_progress(self, event: Progress) -> None:
        event.stop()
        self.query_one("#found").mount(Notes([("·", event.text)]))

    @on(Read)
    async def _finish(self, event: Read) -> None:
        failure, was_choosing = event.failure, bool(self.query("Choices:focus"))
        if failure is not None:
            self.session.status = failure.status
            await self._show([failed(failure), *_ways_on(failure)])
        else:
            await self._show(self._everything())
        for widget in self.query("#again, Choices" if was_choosing else "#again"):
            # Not before the next paint: the rows that went pass their focus on until then.
            self.call_after_refresh(widget.focus)

    @on(Examined)
    async def _look_again(self) -> None:
        """Show what only the doctor finds; the message goes on to the screen."""
        from jhwizard.screens.glance import worth_a_look  # noqa: PLC0415 - after the first paint

        for place in self.query("#odd"):
            parts = worth_a_look(self.session.examined_facts())
            async with place.batch():
                await place.remove_children()
                await place.mount(*parts)

    @on(Button.Pressed, "#again")
    async def _again(self, event: Button.Pressed) -> None:
        event.stop()
        await self._show([])
        self.read()

    @on(Choices.Toggled)
    def _aim(self, event: Choices.Toggled) -> None:
        event.stop()
        self.session.aim(event.value)
        self.post_message(self.Read())

    async def _show(self, parts: list[Widget]) -> None:
        found = self.query_one("#found")
        async with found.batch():
            await found.remove_children()
            await found.mount(*parts)

    def _everything(self) -> list[Widget]:
        from jhwizard.screens.glance import glance  # noqa: PLC0415 - after the first paint

        facts = self.session.examined_facts()
        return [*_report(facts), *glance(facts), *self._targets()]

    def _targets(self) -> list[Widget]:
        from jhwizard.targets import TARGETS  # noqa: PLC0415 - after the first paint

        rows = [Choice(t.name, f"{t.title}: {t.lands}") for t in TARGETS if not t.unavailable]
        later = ", ".join(target.title for target in TARGETS if target.unavailable)
        return [
            words(_("Where shall your answers be written?"), classes="sentence"),
            Choices(rows, [self.session.known().facts.target], many=False),
            words(_("Not in this version: {targets}.").format(targets=later), classes="now"),
        ]


def _ways_on(failure: WizardError) -> list[Widget]:
    """Return what can be done about it here: the words of the command line stay as they are."""
    if isinstance(failure, UsageError):
        return [words(_("Leave with ^Q, and start again with other words."), classes="summary")]
    return [push_button(_("Try again"), "again")]


def failed(error: WizardError) -> Widget:
    """Return what went wrong, where, and what to do about it."""
    notes = [("✗", f"{error.where}: {error.text}" if error.where else error.text)]
    notes += [("→", error.fix)] if error.fix else []
    return Notes(notes, classes="failure")


def _report(facts: Facts) -> list[Widget]:
    lines = [
        (_("Hub"), _hub(facts)),
        (_("Config"), _config(facts)),
        (_("Users have"), _people(facts)),
        (_("Kernels"), ", ".join(k.name for k in facts.kernelspecs) or _no_kernels(facts)),
    ]
    rows: list[Widget] = [
        Horizontal(words(name, classes="name"), words(text, classes="value"), classes="fact")
        for name, text in lines
    ]
    return [*rows, Notes([("!", text) for text in facts.remarks], classes="remarks")]


def _no_kernels(facts: Facts) -> str:
    return _("none") if facts.user is not None else _("not known here")


def _hub(facts: Facts) -> str:
    if facts.hub is None:
        return _("not found on this machine")
    spawner = facts.spawner or _("spawner not known")
    python = f"Python {facts.hub.python_version}" if facts.hub.python_version else ""
    return _named(_versions(facts.hub, HUB), spawner) + "\n" + _named(str(facts.hub.prefix), python)


def _people(facts: Facts) -> str:
    if facts.user is None:
        return _("an environment that is not known here")
    there = _versions(facts.user, PEOPLE)
    return there if facts.user == facts.hub else f"{there}\n{facts.user.prefix}"


def _config(facts: Facts) -> str:
    note = "" if facts.hub_config_exists else _("(does not exist yet)")
    return f"{facts.hub_config} {note}".rstrip()


def _versions(environment: Environment, packages: Mapping[str, str]) -> str:
    return _named(
        *(
            f"{name} {environment.packages[package]}"
            for package, name in packages.items()
            if package in environment.packages
        )
    )


def _named(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
