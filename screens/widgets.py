"""Widgets that say their state in signs: `[x]`, `(•)`, never by colour alone.

Textual's own check boxes and radio buttons differ only in colour between on and off, which is
nothing on a terminal without colours and nothing to a screen reader.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Offset, Region
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Button, Footer, Input, OptionList, Static
from textual.widgets._footer import FooterKey
from textual.widgets.option_list import Option

from jhwizard.language import _
from jhwizard.printable import printable
from jhwizard.settings.setting import Choice

SIGNS = {"error": "✗", "warning": "!", "note": "·"}
"""How the levels of an issue are told apart without colours."""
STYLES = {"✗": "$text-error", "!": "$text-warning", "·": "$text-muted", "✓": "$text-success"}
"""What colour adds to a sign."""
COMPACT = "-textual-compact"
"""The class of a compact widget. Textual gives it one screen too late, and styles it twice."""
NARROW = 30
"""Columns assumed for a list that has not been laid out yet."""


def hang(sign: str, text: str, width: int) -> str:
    """Return `text` wrapped behind `sign`, further lines indented below the first."""
    text, room = printable(text), max(width - len(sign) - 1, 8)
    # A thousand rows are wrapped at once, and nearly all of them fit.
    fits = len(text) <= room and text == text.strip() and "\n" not in text
    # Commands and paths stay whole, to be copied.
    lines = [text] if fits else textwrap.wrap(text, room, break_on_hyphens=False) or [""]
    return "\n".join([f"{sign} {lines[0]}", *(f"{' ' * len(sign)} {line}" for line in lines[1:])])


def say(part: Static, text: str | Content) -> None:
    """Show other words, if they are others: every update costs a layout."""
    text = printable(text) if isinstance(text, str) else text
    if part.content != text:
        part.update(text)


def words(text: str, *, classes: str = "", id: str | None = None) -> Static:  # noqa: A002 - as Textual
    """Return a widget with plain text: nothing in it is taken as markup."""
    return Static(printable(text), markup=False, classes=classes, id=id)


def row_of(widget: Widget) -> Region:
    """Return the row of the screen the cursor is in, inside the widget that has the focus."""
    region = widget.content_region
    if isinstance(widget, Input):
        return Region.from_offset(widget.cursor_screen_offset, (1, 1))
    if isinstance(widget, OptionList) and widget.highlighted is not None:
        rows = [str(option.prompt).count("\n") + 1 for option in widget.options]
        before = sum(rows[: widget.highlighted]) - widget.scroll_offset.y
        return Region(region.x, region.y + before, region.width, rows[widget.highlighted])
    return region


def move_cursor(app: App[int], offset: Offset) -> None:
    """Put the terminal's own cursor at a cell, shown: screen readers read from there.

    Textual hides it, and would move it only together with the next change of the screen.
    """
    app.cursor_position = offset
    driver = app._driver  # noqa: SLF001 - no public way to write to the terminal
    if driver is not None and not app.is_headless:
        driver.write(f"\x1b[{offset.y + 1};{offset.x + 1}H\x1b[?25h")


class Notes(Static):
    """Sentences behind signs, wrapped to the width there is; nothing to say takes no room."""

    def __init__(self, notes: Sequence[tuple[str, str]] = (), *, classes: str = "") -> None:
        """Say `notes`, pairs of sign and sentence."""
        self.notes = tuple(notes)
        self.room = NARROW
        super().__init__(markup=False, classes=classes)
        self.display = bool(notes)

    def show(self, notes: Sequence[tuple[str, str]]) -> None:
        """Say something else."""
        self.notes = tuple(notes)
        self._wrap()

    def on_resize(self, _event: events.Resize) -> None:
        """Wrap to the new width."""
        self.room = self.size.width or self.room  # on a page that is hidden there is none
        self._wrap()

    def _wrap(self) -> None:
        lines = [
            Content.styled(hang(sign, text, self.room), STYLES.get(sign, ""))
            for sign, text in self.notes
        ]
        say(self, Content("\n").join(lines))
        self.display = bool(self.notes)


class Choices(OptionList):
    """Rows of which one, or any number, is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "select", show=False)]

    @dataclass
    class Toggled(Message):
        """A row was chosen or, among many, no longer is."""

        choices: Choices
        value: str
        chosen: bool

    def __init__(
        self, rows: Sequence[Choice], chosen: Iterable[str], *, many: bool, named: bool = False
    ) -> None:
        """`many`: each row is on or off for itself. `named`: show the value beside its label."""
        self.rows = tuple(rows)
        self.chosen = set(chosen)
        self.many = many
        self.named = named
        self.room = NARROW
        super().__init__(compact=True, markup=False, classes=COMPACT)
        self._fill(self.rows)

    def show(self, chosen: Iterable[str], rows: Sequence[Choice] | None = None) -> None:
        """Mark `chosen` among `rows`, or among the rows there are."""
        before, self.chosen = self.chosen, set(chosen)
        if rows is not None and tuple(rows) != self.rows:
            self.rows = tuple(rows)
            self._fill(self.rows)
        else:
            self._mark(before ^ self.chosen)

    def on_resize(self, _event: events.Resize) -> None:
        """Wrap the rows to the new width."""
        if self.room != self.scrollable_content_region.width:
            self.room = self.scrollable_content_region.width
            self._mark({row.value for row in self.rows})
            self.refresh(layout=True)  # else it keeps the height it had with the other width (8.2)

    @on(OptionList.OptionSelected)
    def _select(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        value = self.rows[event.option_index].value
        chosen = value not in self.chosen if self.many else True
        self.show((self.chosen ^ {value}) if self.many else {value})
        self.post_message(self.Toggled(self, value, chosen))

    def _fill(self, rows: Sequence[Choice]) -> None:
        self.clear_options()
        self.add_options(Option(self._prompt(row), disabled=self._barred(row)) for row in rows)
        first = [i for i, row in enumerate(rows) if row.value in self.chosen]
        possible = [i for i, row in enumerate(rows) if not self._barred(row)]
        self.highlighted = next(iter([*first, *possible]), None)

    def _mark(self, values: Collection[str]) -> None:
        """Show the rows of `values` as they are now."""
        for index, row in enumerate(self.rows):
            if row.value in values:
                self.replace_option_prompt_at_index(index, self._prompt(row))

    def _barred(self, row: Choice) -> bool:
        """Return whether a row cannot be chosen; what is in force can always be taken away."""
        return bool(row.unavailable) and row.value not in self.chosen

    def _prompt(self, row: Choice) -> Content:
        on = row.value in self.chosen
        sign = ("[x]" if on else "[ ]") if self.many else ("(•)" if on else "( )")
        name = f"  {row.value}" if self.named and row.value not in row.label.lower() else ""
        text = hang(sign, f"{row.label}{name}", self.room)
        if not row.unavailable:
            return Content(text)
        beside = f"{text}  ✗ {row.unavailable}"
        below = text + "\n" + hang("    ✗", row.unavailable, self.room)
        return Content(beside if cell_len(beside) <= self.room else below)


class Line(Input):
    """A line to type into."""

    def __init__(self, text: str, hint: str, *, id: str | None = None) -> None:  # noqa: A002 - as Textual
        """Start with `text`; `hint` is shown as long as there is none."""
        # The classes Textual gives it once it is there: with them from the start it is styled once.
        classes = f"{COMPACT} -valid"
        super().__init__(text, placeholder=hint, compact=True, id=id, classes=classes)
        self.cursor_blink = False

    def on_unmount(self) -> None:
        """Be forgotten: what Textual 8.2 subscribes here holds the line, and so its whole page."""
        self.screen.text_selection_started_signal.unsubscribe(self)


class Keys(Footer):
    """The keys that do something, made anew only when there are new ones among them.

    Textual's own footer makes ten widgets whenever the focus moves, several times for one step.
    """

    shown: frozenset[tuple[str, str, bool]] = frozenset()
    """Action, words, and whether it works now."""

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Show other keys, if they are others."""
        active = [b for b in screen.active_bindings.values() if b.binding.show]
        keys = frozenset((b.binding.action, b.binding.description, b.enabled) for b in active)
        if keys == self.shown and screen.app.app_focus:
            return
        self.shown = keys if screen.app.app_focus else frozenset()
        if screen is not self.screen or not self._show_made(keys):
            self.mutate_reactive(Footer.compact)  # else it holds every key that ever was (8.2)
            super().bindings_changed(screen)

    def _show_made(self, keys: Collection[tuple[str, str, bool]]) -> bool:
        """Show just these keys, if their widgets are there; return whether they are."""
        made = {w.action: w for w in self.query(FooterKey) if not w.has_class("-command-palette")}
        wanted = {action for action, _words, works in keys if works}
        if not wanted <= made.keys() or len(wanted) < len(keys):
            return False
        for action, widget in made.items():
            widget.display = action in wanted
        return True


class Confirm(ModalScreen[bool]):
    """A question that is answered with one word; Esc and `n` are no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", _("Yes"), show=False),
        Binding("n,escape", "answer(False)", _("No"), show=False),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, yes: str, no: str) -> None:
        """`yes` and `no` say what happens, such as `Write 3 files` and `Not yet`."""
        super().__init__()
        self.question = question
        self.yes = yes
        self.no = no

    def compose(self) -> ComposeResult:
        """Lay out the question and its two answers; the harmless one has the focus."""
        with Vertical(id="dialog"):
            yield words(self.question)
            with Horizontal(classes="buttons"):
                yield push_button(f"{self.no}  n", "no")
                yield push_button(f"{self.yes}  y", "yes")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001 - comes from a binding
        """Close with the answer."""
        self.dismiss(answer)


def push_button(label: str, id: str, *, classes: str = "") -> Button:  # noqa: A002 - as Textual
    """Return a button one row high that is a button without colours too."""
    button = Button(Content(f"[ {label} ]"), id=id, compact=True, classes=classes)
    button.active_effect_duration = 0  # a flash is one more screen, twice
    return button


def relabel(button: Button, label: str) -> None:
    """Give a button of `push_button` other words."""
    text = Content(f"[ {label} ]")
    if button.label != text:
        button.label = text
        button.refresh(layout=True)  # it keeps its old width otherwise
