"""The wizard without a face: where it stands, what is asked, what is wrong with the answers.

Screens and prompts call this and nothing below it. `put` is the only way an answer gets in; it
returns a sentence instead of raising, since a refused answer is an everyday thing on a screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from jhwizard.answers import Answers, setting
from jhwizard.errors import RefusedError
from jhwizard.examined import Examination
from jhwizard.facts import Facts, Found
from jhwizard.language import _
from jhwizard.printable import redacted, shown
from jhwizard.settings import SETTINGS, STEPS
from jhwizard.settings.kinds import Kind, Switches
from jhwizard.settings.setting import Setting, Step
from jhwizard.settings.traits_kind import TAKEN_OUT, Traits
from jhwizard.understand import understand

State = Literal["todo", "done", "changed", "problem"]


@dataclass(frozen=True)
class Issue:
    """Something to say about the answers of a step."""

    key: str
    level: Literal["error", "warning", "note"]
    text: str
    new: bool = True
    """Whether an answer has to do with it; else it was so before."""


class Wizard:
    """One admin's way through the steps of one deployment."""

    def __init__(self, facts: Facts) -> None:
        """Start with the values in force as answers."""
        self.facts = facts
        self.answers = Answers(facts)
        self.bad: dict[str, tuple[str, str]] = {}
        """Key to the text that was refused and the sentence that refused it."""
        self.barred: dict[str, tuple[object, str]] = {}
        """Key to an answer that has no place in the files as they are, and the sentence why."""
        self.visited: set[str] = set()
        self.examination: Examination | None = None
        """What the doctor has asked besides; None as long as it has not."""

    def choose_target(self, target: str) -> None:
        """Let new answers land elsewhere; the answers given so far are kept."""
        given, reset = {key: self.answers[key] for key in self.answers.asked}, self.answers.reset
        self.facts = understand(replace(self.facts, target=target))
        self.answers = Answers(self.facts)
        for key, value in given.items():
            self.answers.take_default(key) if key in reset else self.answers.give(key, value)
        self._look_ahead_anew()

    def settings(self, step: Step) -> tuple[Setting, ...]:
        """Return the settings that make sense with the answers so far."""
        return tuple(s for s in step.settings if s.when(self.facts, self.answers))

    def put(self, key: str, value: object) -> str | None:
        """Take an answer: text as typed, or a value. Return why it was refused, or None."""
        try:
            typed = isinstance(value, str) and value.strip().lower() != "default"
            self.answers.give(key, self._typed(key, value) if typed else value)  # type: ignore[arg-type]
        except RefusedError as error:
            self.bad[key] = (str(value), error.text)
            return error.text
        self.bad.pop(key, None)
        return None

    def _typed(self, key: str, text: str) -> object:
        """Return what was typed; of a table the whole: a trait in force that is missing goes."""
        kind, found = setting(key).kind, self.facts.found[key].value
        typed = kind.parse(text)
        if not isinstance(kind, Traits) or not isinstance(found, Mapping):
            return typed
        self.answers.take_now(key)
        return {**dict.fromkeys(found, TAKEN_OUT), **typed}  # type: ignore[dict-item]

    def look_ahead(self, key: str) -> bool:
        """Find out whether an answer has a place in the files; return whether that is news.

        It takes as long as a plan (3 to 30 ms): for when an answer is given, not for each letter.
        """
        from jhwizard.make_plan import make_plan  # noqa: PLC0415 - which knows the rules from here

        before = self.barred.pop(key, None)
        if key in self.bad or not self.answers.changed(key):
            return before is not None
        try:
            make_plan(self.facts, self._without_barred())
        except RefusedError as error:
            if not self._breaks_a_rule():
                self.barred[key] = (self.answers[key], _in_words(key, error))
        return self.barred.get(key) != before

    def _look_ahead_anew(self) -> None:
        self.barred.clear()
        for key in [key for key in SETTINGS if key in self.answers.asked]:
            self.look_ahead(key)

    def _without_barred(self) -> Answers:
        answers = Answers(self.facts)
        for key in self.answers.asked - self.barred.keys():
            if key in self.answers.reset:
                answers.take_default(key)
            else:
                answers.give(key, self.answers[key])
        return answers

    def _breaks_a_rule(self) -> bool:
        return any(i.level == "error" for step in STEPS for i in self._broken_rules(step))

    def take_now(self, key: str) -> None:
        """Go back to the value in force."""
        self.bad.pop(key, None)
        self.barred.pop(key, None)
        self.answers.take_now(key)

    def take_over(self, before: Wizard) -> None:
        """Take the answers given to an earlier reading of the same machine."""
        for key in before.answers.asked:
            value = "default" if key in before.answers.reset else before.given(key)
            self.put(key, value)
        for key, (text, _why) in before.bad.items():
            self.put(key, text)
        self.visited |= before.visited
        self._look_ahead_anew()

    def given(self, key: str) -> object:
        """Return the answer; of switches, only those that differ from what is in force."""
        value, found = self.answers[key], self.facts.found[key].value
        if not isinstance(value, Mapping) or not isinstance(found, Mapping):
            return value
        return {name: on for name, on in value.items() if found.get(name) != on}

    def text(self, key: str) -> str:
        """Return the answer as text; a refused one as it was typed, an unknown one empty."""
        if key in self.bad:
            return self.bad[key][0]
        return spoken(setting(key).kind, self.answers[key])

    def now(self, key: str) -> str:
        """Return `now: 20m (/etc/…:12)` for the value in force."""
        return spoken_found(SETTINGS[key], self.facts.found[key])

    def issues(self, step: Step) -> tuple[Issue, ...]:
        """Return what is wrong or worth knowing, errors first."""
        refused = [
            Issue(k, "error", self.bad[k][1]) for k in self.bad if setting(k).step == step.name
        ]
        refused += [
            Issue(key, "error", why)
            for key, (answer, why) in self.barred.items()
            if setting(key).step == step.name and self.answers[key] == answer
        ]
        found = [issue for issue in self._broken_rules(step) if issue.key not in self.bad]
        order = {"error": 0, "warning": 1, "note": 2}
        return tuple(sorted([*refused, *found], key=lambda issue: order[issue.level]))

    def errors(self) -> tuple[Issue, ...]:
        """Return everything that stops the write, in the wizard's order."""
        return tuple(i for step in STEPS for i in self.issues(step) if i.level == "error")

    def state(self, step: Step) -> State:
        """Return how far a step is."""
        if any(issue.level == "error" for issue in self.issues(step)):
            return "problem"
        if any(self.answers.changed(s.key) for s in step.settings):
            return "changed"
        return "done" if step.name in self.visited else "todo"

    def _broken_rules(self, step: Step) -> list[Issue]:
        return broken_rules(step, self.answers, self.facts)


def _in_words(key: str, error: RefusedError) -> str:
    """Return a refusal in one line, with what to do about it and, last as it is long, its place."""
    text = "; ".join(part for part in (error.text.removeprefix(f"{key}: "), error.fix) if part)
    return f"{text} ({error.where})" if error.where else text


def broken_rules(step: Step, answers: Answers, facts: Facts) -> list[Issue]:
    """Return what the rules of a step say.

    What was wrong before and is not touched by any answer does not stop a write: a warning.
    """
    issues = []
    for rule in step.rules:
        if not any(setting(key).when(facts, answers) for key in rule.keys[:1]):
            continue
        if text := rule.finds(answers, facts):
            mine = any(answers.changed(key) for key in rule.keys)
            level = "warning" if rule.level == "error" and not mine else rule.level
            issues.append(Issue(rule.keys[0], level, text, mine))
    return issues


def spoken(kind: Kind, value: object) -> str:
    """Return a value as an admin would write it; nothing for one that is not known."""
    return "" if value is None else kind.text(value)  # type: ignore[arg-type]


def spoken_found(record: Setting, found: Found) -> str:
    """Return a value in force with its origin, in one line fit for a terminal."""
    return f"{spoken_value(record, found)} ({found.origin})"


def spoken_value(record: Setting, found: Found) -> str:
    """Return a value in force in one line fit for a terminal; why, when it is not known."""
    if found.kind in {"env", "function"}:
        return shown(found.reason, 80)
    if found.value is None:
        return shown(_("unknown: {why}").format(why=found.reason or _("not understood")), 80)
    if isinstance(record.kind, Switches):
        off = [name for name, on in found.value.items() if not on]  # type: ignore[attr-defined]
        words = (
            _("off: {names}").format(names=", ".join(off)) if off else _("all that are installed")
        )
        return shown(words, 80)
    if isinstance(record.kind, Traits) and not found.value:
        return _("none")
    return shown(redacted(spoken(record.kind, found.value)), 80)
