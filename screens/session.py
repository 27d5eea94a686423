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
    from jhwizard.facts import Facts
    from jhwizard.host import Host
    from jhwizard.journal import Receipt
    from jhwizard.options import Options
    from jhwizard.plan import Plan
    from jhwizard.rehearsal.proof import Rehearsal
    from jhwizard.rehearse import Told
    from jhwizard.rules.rule import Finding
    from jhwizard.wizard import Wizard

Progress = Callable[[str], None]
"""Takes a sentence on what is being done; may be called from another thread."""


@dataclass(frozen=True)
class Review:
    """The plan that is looked at before it is written."""

    plan: Plan
    forbidden: tuple[PurePosixPath, ...]
    """Paths that whoever runs this may not write."""
    found: tuple[Finding, ...] = ()
    """What the doctor finds in it, and not in what is there."""


@dataclass
class Session:
    """One visit: what was read, what is wanted, what was written."""

    host: Host
    options: Options
    state: Path
    """The directory of the journal."""
    wizard: Wizard | None = None
    """None until the machine has been read."""
    findings: tuple[Finding, ...] = ()
    """What the doctor finds in what is there; nothing before it has looked."""
    review: Review | None = None
    rehearsed: tuple[Plan, Rehearsal] | None = None
    """The plan that was rehearsed last, and what was seen."""
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

    def examine(self) -> None:
        """Let the doctor look at what was read. Takes seconds the first time, then none."""
        from jhwizard.check import check  # noqa: PLC0415 - after the first paint
        from jhwizard.examination.examine import examine  # noqa: PLC0415

        wizard = self.known()
        seen = examine(wizard.facts, self.host, self.state, None, lambda _words: None)
        found = check(seen)
        if wizard is self.wizard:  # nobody has read the machine again meanwhile
            wizard.examination, self.findings = seen.examined, found

    def start_over(self, wizard: Wizard) -> None:
        """Go on with a new reading of the machine."""
        self.wizard = wizard
        self.stale = False
        self.review, self.findings = None, ()
        self.receipt = self.taken_back = self.failure = None
        if self.status != Status.DONE:
            self.status = Status.INTERRUPTED

    @property
    def rehearsal(self) -> Rehearsal | None:
        """Return what was seen with the files of the plan; None where it was not rehearsed."""
        if self.review is None or self.rehearsed is None:
            return None
        plan, seen = self.rehearsed
        return seen if plan == self.review.plan else None

    @property
    def ready(self) -> Review | None:
        """Return what can be written now; None when there is nothing, or it may not be."""
        review = self.review
        if review is None or review.forbidden or review.plan.is_empty:
            return None
        return review

    def aim(self, target: str) -> None:
        """Let new answers land in another target."""
        self.options = replace(self.options, target=target)
        self.known().choose_target(target)

    def known(self) -> Wizard:
        """Return the wizard of a machine that has been read."""
        if self.wizard is None:
            raise WizardError(_("The machine has not been read yet."))
        return self.wizard

    def found_at(self, key: str) -> list[Finding]:
        """Return what the doctor finds at a question, as long as it has no other answer."""
        if not self.findings or self.known().answers.changed(key):
            return []
        from jhwizard.summary import found_at  # noqa: PLC0415 - loaded by then

        return found_at(key, self.findings)

    def examined_facts(self) -> Facts:
        """Return the facts with what the doctor has asked besides, as far as it has."""
        wizard = self.known()
        return replace(wizard.facts, examined=wizard.examination)

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
        return Review(plan, permitted(plan, self.host), self._found_in(plan))

    def _found_in(self, plan: Plan) -> tuple[Finding, ...]:
        """Return what the doctor would find afterwards, and does not find now."""
        from jhwizard.check import check  # noqa: PLC0415 - only once answers are given
        from jhwizard.summary import come_with  # noqa: PLC0415
        from jhwizard.understand import with_files  # noqa: PLC0415

        facts = self.examined_facts()
        after = with_files(facts, {change.path: change.after for change in plan.changes})
        return tuple(come_with(check(facts), check(after)))

    def what_is_run(self) -> list[str]:
        """Return what a rehearsal of the plan would run, in sentences."""
        from jhwizard.rehearsal.sample import person  # noqa: PLC0415 - only where it is asked for
        from jhwizard.rehearsal.words import deeds_of, what_is_run  # noqa: PLC0415

        facts = self.known().facts
        deeds = deeds_of(self.review.plan, facts) if self.review else []
        return [what_is_run(facts, person(None).name), *deeds]

    def rehearse(self, told: Told, cancelled: Event) -> None:
        """Run the plan's files. Raises WizardError; KeyboardInterrupt where it was cancelled."""
        from jhwizard.rehearsal.proof import Wishes  # noqa: PLC0415
        from jhwizard.rehearse import rehearse  # noqa: PLC0415 - only where it is asked for

        wizard, review = self.known(), self.review
        if review is not None:
            plan, answers = review.plan, wizard.answers
            seen = rehearse(plan, wizard.facts, answers, self.host, Wishes(), told, cancelled)
            self.rehearsed = plan, seen

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
