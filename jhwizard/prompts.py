"""The wizard as questions in a row, for screen readers, slow lines and whoever prefers it.

The only module that imports questionary. The records, rules and refusals are those of the
screens; nothing is said by colour or by the place of a cursor alone.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, assert_never

import questionary
from questionary import Choice as Option

from jhwizard import output
from jhwizard.apply import apply
from jhwizard.detect import Options, detect
from jhwizard.errors import Status
from jhwizard.host import Host
from jhwizard.language import _
from jhwizard.make_plan import make_plan
from jhwizard.may_write import permitted
from jhwizard.plan import Plan
from jhwizard.prepare import prepare
from jhwizard.printable import printable, shown
from jhwizard.settings import STEPS
from jhwizard.settings.kinds import Count, Duration, Names, OneOf, Switches, YesNo
from jhwizard.settings.setting import Choice, Setting, Step
from jhwizard.settings.template_kind import Template
from jhwizard.settings.traits_kind import Traits
from jhwizard.settings.url_path import UrlPath
from jhwizard.verify import verify
from jhwizard.wizard import Wizard

_SIGNS = {"error": _("Problem"), "warning": _("Mind"), "note": _("Note")}


def ask_all(host: Host, options: Options, state: Path, step: str | None = None, **io: Any) -> int:  # noqa: ANN401 - prompt_toolkit's own input and output
    """Ask every step, or only `step`; show the plan, write it if wanted; return the exit status.

    `io` is handed to prompt_toolkit. Raises WizardError, and KeyboardInterrupt on Ctrl-C.
    """
    wizard = Wizard(detect(host, options, _say))
    for each in STEPS:
        if step in (None, each.name):
            _ask_step(wizard, each, io)
    wizard.facts = prepare(wizard.facts, wizard.answers, host, state, _say)
    plan = make_plan(wizard.facts, wizard.answers)
    verify(plan, wizard.facts, wizard.answers, host)
    if plan.is_empty:
        _say(_("Nothing to change: everything is as you want it."))
        return Status.DONE
    return _review(plan, host, state, io)


def _ask_step(wizard: Wizard, step: Step, io: Mapping[str, Any]) -> None:
    """Ask a step until no answer of it is wrong."""
    while True:
        _say(f"\n{step.title}\n{step.intro}")
        for record in step.settings:
            # Whether a question makes sense may depend on the answer before.
            if record in wizard.settings(step):
                _ask(wizard, record, io)
                _refuse_without_place(wizard, record)
        wizard.visited.add(step.name)
        issues = wizard.issues(step)
        for issue in issues:
            _say(f"{_SIGNS[issue.level]}: {issue.text}")
        if not any(issue.level == "error" for issue in issues):
            return


def _ask(wizard: Wizard, record: Setting, io: Mapping[str, Any]) -> None:
    _say(f"\n{record.help}\n{_('Now')}: {wizard.now(record.key)}")
    if wizard.facts.found[record.key].value is None and not _answered_anyway(record, io):
        wizard.take_now(record.key)
        return
    choices = record.choices(wizard.facts)
    match record.kind:
        case Duration() | Count() | UrlPath() | Template() | Traits():
            _ask_text(wizard, record, io)
        case YesNo():
            default = bool(wizard.answers[record.key])
            answer = questionary.confirm(record.sentence, default=default, **io).unsafe_ask()
            wizard.put(record.key, answer)
        case OneOf():
            _ask_one(wizard, record, choices, io) if choices else _ask_text(wizard, record, io)
        case Names():
            _ask_names(wizard, record, choices, io) if choices else _ask_text(wizard, record, io)
        case Switches():
            _ask_switches(wizard, record, choices, io)
        case _:
            assert_never(record.kind)


def _refuse_without_place(wizard: Wizard, record: Setting) -> None:
    """Say at once that an answer has no place in the files, instead of at the end of it all."""
    wizard.look_ahead(record.key)
    if record.key in wizard.barred:
        _answer, why = wizard.barred[record.key]
        _say(f"{_SIGNS['error']}: {why}\n{_('This stays as it is.')}")
        wizard.take_now(record.key)


def _answered_anyway(record: Setting, io: Mapping[str, Any]) -> bool:
    """Ask whether to touch what was not understood; without a yes it stays as it is."""
    question = _("{sentence} What is there was not understood. Answer anyway?")
    words = question.format(sentence=record.sentence)
    return bool(questionary.confirm(words, default=False, **io).unsafe_ask())


def _ask_text(wizard: Wizard, record: Setting, io: Mapping[str, Any]) -> None:
    """Ask for a line of text; what the kind refuses is asked again, with what to write instead."""

    def judged(text: str) -> bool | str:
        return wizard.put(record.key, text) or True

    questionary.text(
        record.sentence, default=wizard.text(record.key), validate=judged, **io
    ).unsafe_ask()


def _ask_one(
    wizard: Wizard, record: Setting, choices: Sequence[Choice], io: Mapping[str, Any]
) -> None:
    now = wizard.answers[record.key]
    options = [_option(choice) for choice in choices]
    usable = [choice.value for choice in choices if not choice.unavailable]
    if not usable:
        _say(_("There is nothing to choose from."))
        return
    default = now if now in usable else usable[0]
    answer = questionary.select(record.sentence, options, default=default, **io).unsafe_ask()
    wizard.put(record.key, answer)


def _ask_names(
    wizard: Wizard, record: Setting, choices: Sequence[Choice], io: Mapping[str, Any]
) -> None:
    now = wizard.answers[record.key]
    ticked = now if isinstance(now, tuple) else ()
    options = [_option(choice, ticked=choice.value in ticked) for choice in choices]
    answer = questionary.checkbox(record.sentence, options, **io).unsafe_ask()
    # What cannot be ticked here was typed by somebody, or is broken now: it stays.
    offered = {choice.value for choice in choices if not choice.unavailable}
    rest = [name for name in ticked if name not in offered]
    wizard.put(record.key, [*answer, *rest])


def _ask_switches(
    wizard: Wizard, record: Setting, choices: Sequence[Choice], io: Mapping[str, Any]
) -> None:
    now = wizard.answers[record.key]
    states = now if isinstance(now, Mapping) else {}
    if not choices:
        _say(_("There is nothing to choose from."))
        return
    options = [_option(choice, ticked=bool(states.get(choice.value))) for choice in choices]
    answer = questionary.checkbox(record.sentence, options, **io).unsafe_ask()
    wizard.put(record.key, {choice.value: choice.value in answer for choice in choices})


def _option(choice: Choice, *, ticked: bool = False) -> Option:
    reason = shown(choice.unavailable, 70) or None
    ticked = ticked and not reason
    return Option(shown(choice.label, 70), choice.value, disabled=reason, checked=ticked)


def _review(plan: Plan, host: Host, state: Path, io: Mapping[str, Any]) -> int:
    _say("\n" + output.diffs(plan))
    for text in plan.said:
        _say(f"{_SIGNS['warning']}: {text}")
    forbidden = permitted(plan, host)
    if forbidden:
        names = ", ".join(map(str, forbidden))
        _say(_("You may not write {names}: run it again with sudo.").format(names=names))
        return Status.NOT_PERMITTED
    question = output.question(plan)
    if not questionary.confirm(question, default=False, **io).unsafe_ask():
        raise KeyboardInterrupt
    _say(output.written(plan, apply(plan, host, state, _("wizard"), progress=_say)))
    return Status.DONE


def _say(text: str) -> None:
    sys.stdout.write(printable(text) + "\n")
    sys.stdout.flush()
