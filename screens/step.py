"""Any step of the wizard, from its settings alone: sentence, field, what is in force, issues."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, Static

from jhwizard.language import _
from jhwizard.screens.fields import Answered, field_for
from jhwizard.screens.pane import Pane
from jhwizard.screens.session import Session
from jhwizard.screens.widgets import SIGNS, Notes, say, words
from jhwizard.settings.setting import Setting, Step
from jhwizard.wizard import Issue


class Question(Vertical):
    """One setting: its question, its field, the value in force and what is wrong with it."""

    def __init__(self, session: Session, setting: Setting) -> None:
        """Show nothing yet; `refresh_issues` decides whether it is shown at all."""
        wizard = session.known()
        super().__init__(id=setting.name, classes="question")
        self.session = session
        self.wizard = wizard
        self.setting = setting
        self.field = field_for(wizard, setting)

    def compose(self) -> ComposeResult:
        """Lay out the rows from the question down to the issues."""
        yield words("", classes="sentence")
        yield self.field
        yield words("", classes="now")
        yield Notes(classes="issues")

    def reload(self) -> None:
        """Show the answer after it was changed by somebody else than the field."""
        self.field.reload()

    def refresh_issues(self, issues: Sequence[Issue]) -> None:
        """Show what the wizard says about this answer."""
        key = self.setting.key
        changed = self.wizard.answers.changed(key)
        own = [(SIGNS[issue.level], issue.text) for issue in issues if issue.key == key]
        self._put(".sentence", ("* " if changed else "") + self.setting.sentence)
        self._put(".now", _("now: {value}").format(value=self.wizard.now(key)))
        self.query_one(Notes).show([*own, *self._found({text for _sign, text in own})])
        self.set_class(any(sign == SIGNS["error"] for sign, _text in own), "-error")

    def _found(self, said: Collection[str]) -> list[tuple[str, str]]:
        """Return what the doctor finds in what is in force, as long as nothing else is answered."""
        notes: list[tuple[str, str]] = []
        for each in self.session.found_at(self.setting.key):
            where = f" ({each.where})" if each.where and each.where not in each.text else ""
            if each.text not in said:
                notes.append((SIGNS["warning"], each.text + where))
            if each.fix:
                way = _("F4 gives the answer. {words}") if each.fix.answers else "{words}"
                notes.append(("→", way.format(words=each.fix.words)))
        return notes

    def fix(self) -> Mapping[str, object]:
        """Return the answers that mend what the doctor finds here; often none."""
        found = self.session.found_at(self.setting.key)
        return next((each.fix.answers for each in found if each.fix and each.fix.answers), {})

    def _put(self, selector: str, text: str) -> None:
        say(self.query_one(selector, Static), text)


class StepPane(Pane):
    """The questions of one step, asked together."""

    asks = True

    def __init__(self, session: Session, step: Step) -> None:
        """Build the questions of `step`, those included that make no sense yet."""
        super().__init__()
        self.wizard = session.known()
        self.step = step
        self.questions = [Question(session, setting) for setting in step.settings]

    def compose(self) -> ComposeResult:
        """Lay out the introduction and the questions."""
        yield words(self.step.title, classes="title")
        yield words(self.step.intro, classes="intro")
        yield from self.questions

    def on_mount(self) -> None:
        """Fill in what the wizard says, then put the cursor into the first field."""
        self.refresh_questions()

    def renew(self) -> None:
        """Show the answers as they are now, from the top."""
        super().renew()
        for question in self.questions:
            question.reload()
        self.refresh_questions()

    def look_again(self) -> None:
        """Say what the doctor has found meanwhile."""
        self.refresh_questions()

    def refresh_questions(self) -> None:
        """Ask what makes sense with the answers so far; the cursor stays where it is."""
        sensible = self.wizard.settings(self.step)
        issues = self.wizard.issues(self.step)
        for question in self.questions:
            question.display = question.setting in sensible
            question.refresh_issues(issues)

    def place_of(self, key: str | None) -> Widget:
        """Return the question of a key; the whole step when it is not one of its own."""
        return next((q for q in self.questions if q.setting.key == key), self)

    def focused_setting(self) -> Setting | None:
        """Return the setting of the question the cursor is in."""
        question = self._focused()
        return question.setting if question else None

    def fix(self) -> Mapping[str, object]:
        """Return the answers that mend what is wrong at that question; often none."""
        question = self._focused()
        return question.fix() if question else {}

    def take(self, *, default: bool) -> bool:
        """Answer that question with what is in force, or with the default; say if there is one."""
        question = self._focused()
        if question is None:
            return False
        if default:
            self.wizard.put(question.setting.key, "default")
        else:
            self.wizard.take_now(question.setting.key)
        question.reload()
        self.refresh_questions()
        return True

    def _focused(self) -> Question | None:
        return next((q for q in self.questions if q.has_focus_within), None)

    @on(Answered)
    def _answered(self, event: Answered) -> None:
        event.stop()
        for question in self.questions:
            # One answer may decide another one that was not given itself.
            if question.setting.follows and question.setting.key != event.key:
                question.reload()
        self.refresh_questions()
        self.post_message(self.Changed())

    @on(Input.Submitted)
    def _next_field(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.focus_next()
