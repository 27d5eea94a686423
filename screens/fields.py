"""One widget for each kind of answer: a line to type into, or rows to tick.

A field shows the wizard's answer and hands over what is typed or ticked; whether it is valid,
and what to say if not, is the wizard's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from jhwizard.language import _
from jhwizard.screens.widgets import Choices, Line, say, words
from jhwizard.settings.kinds import Count, Duration, Names, OneOf, Switches, YesNo
from jhwizard.settings.setting import Choice, Setting
from jhwizard.settings.template_kind import Template
from jhwizard.settings.traits_kind import Traits
from jhwizard.settings.url_path import UrlPath
from jhwizard.wizard import Wizard

LONG = 12
"""More rows than this get a line to filter them by."""


@dataclass
class Answered(Message):
    """An answer was given, refused or taken back; the wizard knows it already."""

    key: str


class Typed(Line):
    """A line to type an answer into."""

    def __init__(self, wizard: Wizard, setting: Setting) -> None:
        """Start with the answer so far; one that is not known stays empty."""
        self.wizard = wizard
        self.setting = setting
        self.unknown = wizard.facts.found[setting.key].value is None
        hint = _("left as it is") if self.unknown else _("such as {example}")
        hint = hint.format(example=setting.kind.example)
        super().__init__(wizard.text(setting.key), hint)

    def reload(self) -> None:
        """Show the wizard's answer."""
        self.value = self.wizard.text(self.setting.key)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Hand over every letter, so that a refusal is seen while typing."""
        event.stop()
        key = self.setting.key
        if self.value == self.wizard.text(key):
            return
        if not self.value.strip() and self.unknown:
            self.wizard.take_now(key)
        else:
            self.wizard.put(key, self.value)
        self.post_message(Answered(key))

    def on_blur(self, _event: events.Blur) -> None:
        """Show a good answer as it was understood (`20 min` is `20m`), and if it has a place."""
        self.reload()
        if self.wizard.look_ahead(self.setting.key):
            self.post_message(Answered(self.setting.key))


class Listed(Vertical):
    """Rows to tick; many of them can be filtered, and names that are not among them typed."""

    def __init__(self, wizard: Wizard, setting: Setting) -> None:
        """Start with the answer so far, which may be none."""
        super().__init__()
        self.wizard = wizard
        self.setting = setting
        many = isinstance(setting.kind, Names | Switches)
        self.list = Choices(self._rows(), ticked(wizard, setting), many=many, named=True)

    def compose(self) -> ComposeResult:
        """Lay out the filter, the rows, the answer in words and the line for other names."""
        if len(self._rows()) > LONG:
            self.add_class("-long")
            yield Line("", _("type a part of a name to see only those"), id="filter")
        yield self.list
        if isinstance(self.setting.kind, Names | Switches):
            yield words(self._answer(), classes="answer")
        if isinstance(self.setting.kind, Names):
            yield Line("", _("another name, then Enter"), id="extra")

    def reload(self) -> None:
        """Show the wizard's answer."""
        self.list.show(ticked(self.wizard, self.setting), self._filtered())
        for answer in self.query(".answer").results(type(words(""))):
            say(answer, self._answer())

    @on(Choices.Toggled)
    def _toggled(self, event: Choices.Toggled) -> None:
        event.stop()
        self._put(with_tick(self.wizard, self.setting, event.value, chosen=event.chosen))

    @on(Input.Changed)
    def _narrow_down(self, event: Input.Changed) -> None:
        event.stop()
        if event.input.id == "filter":
            self.reload()
        elif not event.value and self.setting.key in self.wizard.bad:
            self._put(self.wizard.answers[self.setting.key] or ())

    @on(Input.Submitted)
    def _add(self, event: Input.Submitted) -> None:
        if event.input.id != "extra" or not event.value.strip():
            return
        event.stop()
        names = (*ticked(self.wizard, self.setting), event.value)
        if self._put(", ".join(names)):
            event.input.value = ""

    def _put(self, value: object) -> bool:
        refused = self.wizard.put(self.setting.key, value)
        self.wizard.look_ahead(self.setting.key)
        self.reload()
        self.post_message(Answered(self.setting.key))
        return refused is None

    def _answer(self) -> str:
        answer = self.wizard.answers[self.setting.key]
        if answer is None:
            return _("left as it is")
        if isinstance(answer, Mapping):
            off = ", ".join(name for name, switched_on in answer.items() if not switched_on)
            return _("answer: off: {names}").format(names=off) if off else _("answer: all are on")
        kept = self.setting.kind.text(answer)  # type: ignore[arg-type]
        return _("answer: {names}").format(names=kept)

    def _rows(self) -> tuple[Choice, ...]:
        return rows_of(self.wizard, self.setting)

    def _filtered(self) -> tuple[Choice, ...]:
        part = "".join(line.value.strip().lower() for line in self.query("#filter").results(Input))
        return tuple(r for r in self._rows() if part in f"{r.label} {r.value}".lower())


Field = Typed | Listed


def field_for(wizard: Wizard, setting: Setting) -> Field:
    """Return the widget for a setting's kind."""
    match setting.kind:
        case Duration() | Count() | UrlPath() | Template() | Traits():
            return Typed(wizard, setting)
        case OneOf() | Names() if not rows_of(wizard, setting):
            return Typed(wizard, setting)
        case YesNo() | OneOf() | Names() | Switches():
            return Listed(wizard, setting)
        case _:
            assert_never(setting.kind)


def rows_of(wizard: Wizard, setting: Setting) -> tuple[Choice, ...]:
    """Return what can be chosen, and what is chosen although nobody offers it."""
    if isinstance(setting.kind, YesNo):
        return Choice("yes", _("yes")), Choice("no", _("no"))
    offered = setting.choices(wizard.facts)
    names = dict.fromkeys(
        [*_names(wizard.facts.found[setting.key].value), *ticked(wizard, setting)]
    )
    others = names.keys() - {choice.value for choice in offered}
    return (*offered, *(Choice(name, name) for name in names if name in others))


def ticked(wizard: Wizard, setting: Setting) -> tuple[str, ...]:
    """Return the rows that are chosen; none while the answer is not known."""
    value = wizard.answers[setting.key]
    if isinstance(setting.kind, YesNo):
        return () if value is None else ("yes" if value else "no",)
    if isinstance(value, Mapping):
        return tuple(name for name, switched_on in value.items() if switched_on)
    return _names(value)


def with_tick(wizard: Wizard, setting: Setting, name: str, *, chosen: bool) -> object:
    """Return the answer after a row was ticked, or its tick taken away."""
    match setting.kind:
        case YesNo():
            return name == "yes"
        case OneOf():
            return name
        case Switches():
            return {name: chosen}
        case Names():
            before = ticked(wizard, setting)
            wanted = {*before, name} if chosen else {*before} - {name}
            return _in_order(wizard, setting, wanted)
        case Duration() | Count() | UrlPath() | Template() | Traits():
            return name
        case _:
            assert_never(setting.kind)


def _in_order(wizard: Wizard, setting: Setting, wanted: set[str]) -> tuple[str, ...]:
    """Return names in the order in force, so that a tick taken back is no change."""
    known = [*_names(wizard.facts.found[setting.key].value)]
    known += [row.value for row in rows_of(wizard, setting)]
    return tuple(name for name in dict.fromkeys([*known, *wanted]) if name in wanted)


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, tuple | Mapping) else ()
