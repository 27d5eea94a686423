"""The wizard as questions in a row, for screen readers, slow lines and whoever prefers it.

The records, rules and refusals are those of the screens; nothing is said by colour or by the place
of a cursor alone.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, assert_never

from jhwizard import output
from jhwizard.apply import apply
from jhwizard.ask import Asker, ByCursor, ByLine
from jhwizard.detect import Options, detect
from jhwizard.errors import Status
from jhwizard.facts import Found
from jhwizard.host import Host
from jhwizard.language import _
from jhwizard.make_plan import make_plan
from jhwizard.may_write import permitted
from jhwizard.plan import Plan
from jhwizard.prepare import prepare
from jhwizard.printable import printable, shown
from jhwizard.settings import SETTINGS, STEPS
from jhwizard.settings.kinds import Count, Duration, Names, OneOf, Switches, YesNo
from jhwizard.settings.setting import Choice, Setting, Step
from jhwizard.settings.template_kind import Template
from jhwizard.settings.traits_kind import Traits
from jhwizard.settings.url_path import UrlPath
from jhwizard.streams import is_dumb
from jhwizard.verify import verify
from jhwizard.wizard import Issue, Wizard

_SIGNS = {"error": _("Problem"), "warning": _("Mind"), "note": _("Note")}
_GO_ON = ""
"""The choice that asks nothing again."""


def ask_all(host: Host, options: Options, state: Path, step: str | None = None, **io: Any) -> int:  # noqa: ANN401 - prompt_toolkit's own input and output
    """Ask every step, or only `step`; show the plan, write it if wanted; return the exit status.

    `io` is handed to prompt_toolkit. Raises WizardError, and KeyboardInterrupt on Ctrl-C or at the
    end of the input (Ctrl-D).
    """
    asker = ByLine() if is_dumb() and not io else ByCursor(io)
    try:
        return _ask_all(host, options, state, step, asker)
    except EOFError:
        raise KeyboardInterrupt from None


def _ask_all(host: Host, options: Options, state: Path, step: str | None, asker: Asker) -> int:
    wizard = Wizard(detect(host, options, _say))
    for each in STEPS:
        if step in (None, each.name):
            _ask_step(wizard, each, asker)
    wizard.facts = prepare(wizard.facts, wizard.answers, host, state, _say)
    plan = make_plan(wizard.facts, wizard.answers)
    verify(plan, wizard.facts, wizard.answers, host)
    if plan.is_empty:
        _say(_("Nothing to change: everything is as you want it."))
        return Status.DONE
    return _review(plan, host, state, asker)


def _ask_step(wizard: Wizard, step: Step, asker: Asker) -> None:
    """Ask a step until no answer of it is wrong, and the admin means what is odd."""
    _say(f"\n{step.title}\n{step.intro}")
    for record in step.settings:
        # Whether a question makes sense may depend on the answer before.
        if record in wizard.settings(step):
            _ask(wizard, record, asker)
    wizard.visited.add(step.name)
    while issues := [i for i in wizard.issues(step) if i.level == "error" or _is_odd(i)]:
        for issue in issues:
            about = _("at “{sentence}”").format(sentence=SETTINGS[issue.key].sentence)
            _say(f"{_SIGNS[issue.level]}, {about}: {issue.text}")
        again = _asked_again(wizard, step, issues, asker)
        if again == _GO_ON:
            return
        _ask(wizard, SETTINGS[again], asker)


def _is_odd(issue: Issue) -> bool:
    """Return whether an answer brought about what the admin may not mean."""
    return issue.level == "warning" and issue.new


def _asked_again(wizard: Wizard, step: Step, issues: Sequence[Issue], asker: Asker) -> str:
    """Return the key of the question that the admin wants to hear again; `_GO_ON` for none."""
    rows = [Choice(record.key, record.sentence) for record in wizard.settings(step)]
    if any(issue.level == "error" for issue in issues):
        return asker.one(_("Which question shall be asked again?"), rows, issues[0].key)
    rows = [Choice(_GO_ON, _("none: go on")), *rows]
    return asker.one(_("Shall a question be asked again?"), rows, _GO_ON)


def _ask(wizard: Wizard, record: Setting, asker: Asker) -> None:
    """Ask one question, and say at once what there is to say about the answer."""
    before = {issue.text for step in STEPS for issue in wizard.issues(step)}
    _say(f"\n{record.help}\n{_('Now')}: {wizard.now(record.key)}")
    found = wizard.facts.found[record.key]
    if found.value is None and not asker.yes(_whether(record, found), default=False):
        wizard.take_now(record.key)
        return
    _put(wizard, record, asker)
    _refuse_without_place(wizard, record)
    step = next(step for step in STEPS if step.name == record.step)
    for issue in wizard.issues(step):
        if issue.key == record.key and issue.text not in before and issue.level != "error":
            _say(f"{_SIGNS[issue.level]}: {issue.text}")


def _whether(record: Setting, found: Found) -> str:
    """Return the question whether to touch what is no plain value."""
    words = {
        "env": _("A variable decides it now."),
        "function": _("A function decides it now."),
    }
    why = words.get(found.kind, _("What is there was not understood."))
    return _("{sentence} {why} Answer anyway?").format(sentence=record.sentence, why=why)


def _put(wizard: Wizard, record: Setting, asker: Asker) -> None:
    choices = record.choices(wizard.facts)
    match record.kind:
        case Duration() | Count() | UrlPath() | Template() | Traits():
            _ask_text(wizard, record, asker)
        case YesNo():
            default = bool(wizard.answers[record.key])
            wizard.put(record.key, asker.yes(record.sentence, default=default))
        case OneOf():
            _ask_one(wizard, record, choices, asker) if choices else _ask_text(
                wizard, record, asker
            )
        case Names():
            _ask_names(wizard, record, choices, asker) if choices else _ask_text(
                wizard, record, asker
            )
        case Switches():
            _ask_switches(wizard, record, choices, asker)
        case _:
            assert_never(record.kind)


def _refuse_without_place(wizard: Wizard, record: Setting) -> None:
    """Say at once that an answer has no place in the files, instead of at the end of it all."""
    wizard.look_ahead(record.key)
    if record.key in wizard.barred:
        _answer, why = wizard.barred[record.key]
        _say(f"{_SIGNS['error']}: {why}\n{_('This stays as it is.')}")
        wizard.take_now(record.key)


def _ask_text(wizard: Wizard, record: Setting, asker: Asker) -> None:
    """Ask for a line of text; what the kind refuses is asked again, with what to write instead."""
    asker.text(record.sentence, wizard.text(record.key), lambda text: wizard.put(record.key, text))


def _ask_one(wizard: Wizard, record: Setting, choices: Sequence[Choice], asker: Asker) -> None:
    now = wizard.answers[record.key]
    if usable := _usable(choices):
        default = now if isinstance(now, str) and now in usable else usable[0]
        wizard.put(record.key, asker.one(record.sentence, choices, default))


def _ask_names(wizard: Wizard, record: Setting, choices: Sequence[Choice], asker: Asker) -> None:
    now = wizard.answers[record.key]
    ticked = now if isinstance(now, tuple) else ()
    if usable := _usable(choices):
        answer = asker.many(record.sentence, choices, ticked)
        # What cannot be ticked here was typed by somebody, or is broken now: it stays.
        wizard.put(record.key, [*answer, *(name for name in ticked if name not in usable)])


def _ask_switches(wizard: Wizard, record: Setting, choices: Sequence[Choice], asker: Asker) -> None:
    now = wizard.answers[record.key]
    states = now if isinstance(now, Mapping) else {}
    if _usable(choices):
        on = [choice.value for choice in choices if states.get(choice.value)]
        answer = asker.many(record.sentence, choices, on)
        wizard.put(record.key, {choice.value: choice.value in answer for choice in choices})


def _usable(choices: Sequence[Choice]) -> list[str]:
    """Return what can be chosen; where that is nothing, say why not."""
    usable = [choice.value for choice in choices if not choice.unavailable]
    if not usable:
        _say(_("There is nothing to choose from."))
        for choice in choices:
            _say(f"- {shown(choice.label, 70)}: {choice.unavailable}")
    return usable


def _review(plan: Plan, host: Host, state: Path, asker: Asker) -> int:
    sys.stdout.write(printable("\n" + output.diffs(plan)))
    for text in plan.said:
        _say(f"{_SIGNS['warning']}: {text}")
    forbidden = permitted(plan, host)
    if forbidden:
        names = ", ".join(map(str, forbidden))
        _say(_("You may not write {names}: run it again with sudo.").format(names=names))
        return Status.NOT_PERMITTED
    if not asker.yes(output.question(plan), default=False):
        raise KeyboardInterrupt
    _say(output.written(plan, apply(plan, host, state, _("wizard"), progress=_say)))
    return Status.DONE


def _say(text: str) -> None:
    """Write a text, with its lines broken between words."""
    width = shutil.get_terminal_size().columns
    for line in printable(text).split("\n"):
        # Commands and paths stay whole, to be copied.
        parts = textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        sys.stdout.write("\n".join(parts or [""]) + "\n")
    sys.stdout.flush()
