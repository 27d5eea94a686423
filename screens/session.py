"""What the screens share: one admin's visit, from the first look at the machine to the undo.

Every slow call of the core stands here. The screens run them in thread workers, and imports of
the core wait until they are needed: the first screen is painted before anything is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from threading import Event
from typing import TYPE_CHECKING

from jhwizard.errors import Status, WizardError
from jhwizard.language import _

if TYPE_CHECKING:
    from jhwizard.host import Host
    from jhwizard.journal import Receipt
    from jhwizard.options import Options
    from jhwizard.plan import Plan
    from jhwizard.wizard import Wizard

Progress = Callable[[str], None]
"""Takes a sentence on what is being done; may be called from another thread."""


@dataclass(frozen=True)
class Review:
    """The plan that is looked at before it is written."""

    plan: Plan
    forbidden: tuple[PurePosixPath, ...]
    """Paths that whoever runs this may not write."""


@dataclass
class Session:
    """One visit: what was read, what is wanted, what was written."""

    host: Host
    options: Options
    state: Path
    """The directory of the journal."""
    wizard: Wizard | None = None
    """None until the machine has been read."""
    review: Review | None = None
    receipt: Receipt | None = None
    """What was written last; None as long as nothing was."""
    taken_back: Receipt | None = None
    """What was undone last."""
    failure: WizardError | None = None
    """Why the last write or undo did not happen."""
    busy: bool = False
    """Whether files are being written right now: nobody may leave."""
    hung_up: bool = False
    """Whether the terminal went away during a write; whoever ends it ends the program."""
    status: Status = field(default=Status.INTERRUPTED)
    """What the program would exit with, if the admin left now."""

    cancelled: Event = field(default_factory=Event)
    """Set to end the command that is running; once files are written nothing ends that."""

    told: dict[str, str] = field(default_factory=dict)
    """Receipt to what is said of it when the screens are gone."""

    stale: bool = False
    """Whether files are others since the machine was read."""

    @property
    def place(self) -> str:
        """Return which machine this is about, short enough for the top line."""
        root = self.host.root
        return _("this machine") if root == Path("/") else f"…/{root.name}"

    def read(self, progress: Progress) -> Wizard:
        """Return a wizard that knows the machine and the answers given so far.

        Raises WizardError when the machine cannot be read.
        """
        from jhwizard.detect import detect  # noqa: PLC0415 - after the first paint
        from jhwizard.wizard import Wizard  # noqa: PLC0415

        fresh = Wizard(detect(self.host, self.options, progress))
        if self.wizard is not None and self.receipt is None:
            fresh.take_over(self.wizard)
        return fresh

    def start_over(self, wizard: Wizard) -> None:
        """Go on with a new reading of the machine."""
        self.wizard = wizard
        self.stale = False
        self.review = self.receipt = self.taken_back = self.failure = None
        if self.status != Status.DONE:
            self.status = Status.INTERRUPTED

    def aim(self, target: str) -> None:
        """Let new answers land in another target."""
        self.options = replace(self.options, target=target)
        self.known().choose_target(target)

    def known(self) -> Wizard:
        """Return the wizard of a machine that has been read."""
        if self.wizard is None:
            raise WizardError(_("The machine has not been read yet."))
        return self.wizard

    def make_review(self) -> Review:
        """Return the plan of the answers so far. Raises WizardError when there is none."""
        from jhwizard.make_plan import make_plan  # noqa: PLC0415 - only once answers are given
        from jhwizard.may_write import permitted  # noqa: PLC0415
        from jhwizard.prepare import prepare  # noqa: PLC0415

        wizard = self.known()
        # What programs have to be asked comes first; a step then shows what they refuse.
        wizard.facts = prepare(
            wizard.facts, wizard.answers, self.host, self.state, lambda _words: None
        )
        plan = make_plan(wizard.facts, wizard.answers)
        return Review(plan, permitted(plan, self.host))

    def write(self, review: Review, progress: Progress) -> Receipt:
        """Prove the plan, write it and return the receipt. Raises WizardError; nothing is left."""
        from jhwizard.apply import apply  # noqa: PLC0415
        from jhwizard.output import written  # noqa: PLC0415
        from jhwizard.verify import verify  # noqa: PLC0415

        wizard = self.known()
        progress(_("Checking every file once more…"))
        verify(review.plan, wizard.facts, wizard.answers, self.host)
        progress(_("Writing…"))
        self.cancelled.clear()
        try:
            receipt = apply(
                review.plan,
                self.host,
                self.state,
                self._title(),
                progress=progress,
                cancelled=self.cancelled.is_set,
            )
        except KeyboardInterrupt as error:
            text = _("It was cancelled, and nothing was written. {what_stays}")
            raise WizardError(text.format(what_stays=error).rstrip()) from error
        back = self.command(f"undo {receipt.id}", journal=True)
        self.told[receipt.id] = written(review.plan, receipt, back)
        return receipt

    def undo(self, receipt: Receipt) -> Receipt:
        """Restore what a receipt replaced. Raises WizardError; then nothing is restored."""
        from jhwizard.apply import undo  # noqa: PLC0415
        from jhwizard.output import taken_back  # noqa: PLC0415

        back = undo(self.host, self.state, receipt.id)
        self.told[receipt.id] = taken_back(back)
        return back

    def command(self, verb: str, *, journal: bool) -> str:
        """Return the command line that does `verb` to this machine.

        `journal`: with the directory of this visit's receipts, where it is not the usual one.
        """
        import shlex  # noqa: PLC0415 - rarely needed

        from jhwizard.state import state_directory  # noqa: PLC0415

        given = {
            "--root": None if self.host.is_this_machine else self.host.root,
            "--hub-config": self.options.hub_config,
            "--hub-python": self.options.hub_python,
            "--user-python": self.options.user_python,
            "--state": self.state if journal and self.state != state_directory(self.host) else None,
        }
        words = [word for name, value in given.items() if value for word in (name, str(value))]
        # To take back what was written nothing is read that the variables would change.
        told = () if journal else self.options.variables_from
        return shlex.join(["jhwizard", *verb.split(), *words, *told])

    def last_words(self) -> str:
        """Return what stays in the terminal without the screens; nothing for nothing done."""
        return "\n".join(self.told.values())

    def _title(self) -> str:
        from jhwizard.settings import STEPS  # noqa: PLC0415

        wizard = self.known()
        changed = [step.title for step in STEPS if wizard.state(step) == "changed"]
        return _("Wizard: {steps}").format(steps=", ".join(changed))
