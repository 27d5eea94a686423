"""The one screen of the wizard: steps at the left, one of them in the middle, help at the right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.timer import Timer
from textual.widgets import Button, OptionList, Static

from jhwizard.language import _
from jhwizard.screens import garbage
from jhwizard.screens.ahead import Ahead
from jhwizard.screens.deployment import DeploymentPane
from jhwizard.screens.follow import Following
from jhwizard.screens.help import HelpScreen, about, keys, legend, page
from jhwizard.screens.pages import Pages
from jhwizard.screens.pane import Pane
from jhwizard.screens.session import Review, Session
from jhwizard.screens.steps import OUTCOME, PAGES, REHEARSAL, REVIEW, StepList, index_of
from jhwizard.screens.widgets import (
    SIGNS,
    Confirm,
    Keys,
    push_button,
    relabel,
    say,
    words,
)
from jhwizard.settings import SETTINGS


class WizardScreen(Following):
    """All steps on one screen; each is built anew from the wizard when it is visited."""

    AUTO_FOCUS = ""  # else the steps have the cursor before there is anything to press
    # With priority: a key that comes while a page is exchanged would be lost with its widget.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", _("Help"), key_display="F1", priority=True),
        Binding("f2", "steps", _("Steps"), key_display="F2", priority=True),
        Binding("f7", "previous_step", _("Back"), key_display="F7", priority=True),
        Binding("f8,ctrl+n", "next_step", _("Next"), key_display="F8", priority=True),
        Binding("f4", "fix", show=False, priority=True),
        Binding("f5", "take_now", _("As now"), key_display="F5", priority=True),
        Binding("f6", "take_default", _("Default"), key_display="F6", priority=True),
        Binding("escape", "leave_steps", show=False),
        Binding("down", "scroll_pane(1)", show=False),
        Binding("up", "scroll_pane(-1)", show=False),
        Binding("pagedown", "scroll_pane(10)", show=False),
        Binding("pageup", "scroll_pane(-10)", show=False),
    ]

    def __init__(self, session: Session, start_step: str | None = None) -> None:
        """Begin with the deployment; go on to `start_step` once the machine is read."""
        super().__init__()
        self.session = session
        self.index = 0
        self.wanted: tuple[int, str | None] | None = None
        """Where to go when the machine has been read: page and, maybe, a key."""
        self._pages = Pages(session)
        self._tidying: Timer | None = None
        self.ahead = Ahead(self, self._next_page)
        if start_step is not None:
            self.wanted = (index_of(start_step), None)

    def compose(self) -> ComposeResult:
        """Lay out the frame; the body is filled by `go`."""
        yield words("", id="top")
        with Horizontal(id="middle"):
            yield Vertical(id="body")
            with VerticalScroll(id="help", can_focus=False):
                yield Static(id="help-words")
            # Last, though at the left: Tab begins in the fields.
            yield StepList(self.session)
        yield words("", id="problems")
        with Horizontal(classes="buttons", id="ways"):
            yield push_button(_("< Back"), "back")
            yield push_button(_("Next >"), "next")
        yield Keys(compact=True)

    async def on_mount(self) -> None:
        """Start with the first page; from then on the terminal's cursor follows the focus."""
        self.screen_layout_refresh_signal.subscribe(self, self._place_cursor)
        await self.go(0)

    async def go(self, index: int, *, key: str | None = None, write: Review | None = None) -> None:
        """Show a page, with the cursor at `key` when it is one of its questions."""
        if not self._may_go(index, key, write):
            return
        self._leave()
        self.index = index
        body, before = self.query_one("#body"), self.pane
        self.pane = pane = self._pages.page(index, write)
        for side in self.query("#steps, #help"):
            # Not on the screen, which would style every page anew; before the page is laid out.
            side.set_class(index in (REVIEW, REHEARSAL, OUTCOME), "-full")
        # Else Textual hands the focus of a page that goes to whatever comes, and scrolls there.
        self.set_focus(None)
        async with body.batch():
            gone = self._pages.put_away(before)
            if pane.is_mounted:
                pane.renew()
                pane.display = True
            else:
                await body.mount(pane)
        self.refresh_state()
        self.refresh_bindings()
        self._focus(pane, key)
        for old in gone:
            self.call_after_refresh(old.remove)
        self._tidying = garbage.later(self, self._tidying)
        self.ahead.begin()

    def _next_page(self) -> Pane | None:
        """Return a page to make ahead; None when there is none, or something is being written."""
        return None if self.session.busy else self._pages.unmade()

    @property
    def _steps(self) -> StepList:
        return self.query_one(StepList)

    def _may_go(self, index: int, key: str | None, write: Review | None) -> bool:
        """Return whether a page can be shown now; else remember it or say why not."""
        if self.session.busy and write is None:
            self.notify(_("Files are being written: one moment."))
            return False
        if index in (0, OUTCOME):
            return index == 0 or self.session.wizard is not None
        if self.session.wizard is None:
            self.notify(_("The machine is still being read: one moment."))
            return False
        if self.session.stale:
            self.wanted = (index, key)
            self.call_later(self.go, 0)
            return False
        return True

    def _leave(self) -> None:
        step = PAGES[self.index].step
        if step is not None and self.session.wizard is not None:
            self.session.wizard.visited.add(step.name)

    def _focus(self, pane: Pane, key: str | None) -> None:
        """Put the cursor where the next answer is expected."""
        inside = pane.place_of(key).query("Input, OptionList, #again, #undo")
        able = [w for w in inside if w.focusable] if not isinstance(pane, DeploymentPane) else []
        # A hidden button would pass its focus on to whatever is shown next to it, and scroll there.
        buttons = [b for b in (self.query_one("#next"), self.query_one("#back")) if b.display]
        self.set_focus(next(iter([*able, *buttons]), None))

    def refresh_state(self) -> None:
        """Bring the steps, the problems, the help and the buttons up to date."""
        say(self.query_one("#top", Static), self._top_line())
        self._steps.show(self.index)
        self._refresh_problems()
        self._refresh_help()
        self._refresh_buttons()

    def _top_line(self) -> str:
        place = _("{number} of {count}").format(number=self.index + 1, count=len(PAGES))
        here = f"{place} · {PAGES[self.index].title}"
        return here if self.has_class("-narrow") else f"jhwizard · {self.session.place} · {here}"

    def _refresh_problems(self) -> None:
        wizard, step = self.session.wizard, PAGES[self.index].step
        issues = wizard.issues(step) if wizard and step else ()
        serious = [issue for issue in issues if issue.level != "note"]
        line = self.query_one("#problems", Static)
        first = serious[0] if serious else None
        say(line, f"{SIGNS[first.level]} {first.text}" if first else "")
        line.set_class(first is not None and first.level == "error", "-error")

    def _refresh_help(self) -> None:
        say(self.query_one("#help-words", Static), page(self._help()))

    def _help(self) -> list[tuple[str, str]]:
        wizard = self.session.wizard
        setting = self.pane.focused_setting() if self.pane else None
        if wizard is None or setting is None:
            return [*legend(), *keys()] if self.has_class("-wide") else legend()
        return [*about(wizard, setting), *legend()]

    def _refresh_buttons(self) -> None:
        self.query_one("#back", Button).display = self.index > 0
        button, words = self.query_one("#next", Button), self.pane.next_words() if self.pane else ""
        relabel(button, words)
        button.display = bool(words)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show a key in the footer only where it does something."""
        del parameters
        if action in {"take_now", "take_default"}:
            return self.is_mounted and self.pane is not None and self.pane.asks
        if action == "fix":
            return self.is_mounted and self.pane is not None and bool(self.pane.fix())
        if action == "previous_step":
            return self.index > 0
        return True

    @on(OptionList.OptionSelected, "#steps")
    async def _jump(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._steps.remove_class("-called")
        await self.go(event.option_index)

    @on(Button.Pressed, "#back")
    async def action_previous_step(self) -> None:
        """Go back one page."""
        if self.index > 0:
            await self.go(self.index - 1)

    @on(Button.Pressed, "#next")
    async def action_next_step(self) -> None:
        """Go on: to the next page, to the write, or out."""
        pane = self.pane
        if pane is None or not pane.next_words():
            return
        if pane.ready is not None:
            self._ask_write(pane.ready)
        elif pane.ends:
            await self.app.run_action("app.leave")  # which asks where answers would be lost
        else:
            await self.go(self.index + 1)

    @work(group="dialog")
    async def _ask_write(self, review: Review) -> None:
        from jhwizard.screens.review import question_before  # noqa: PLC0415 - loaded by then

        question = question_before(self.session, review)
        if await self.app.push_screen_wait(Confirm(question, _("Write"), _("Not yet"))):
            await self.go(OUTCOME, write=review)

    def action_help(self) -> None:
        """Show or hide the help at the side, or open it where there is no side."""
        side = self.query_one("#help")
        if self.has_class("-wide") and not side.max_scroll_y:
            self.toggle_class("-no-help")
        else:
            self.app.push_screen(HelpScreen([*self._help(), *keys()]))

    def action_steps(self) -> None:
        """Put the cursor into the list of steps."""
        self._steps.add_class("-called")
        self._steps.focus()

    def action_leave_steps(self) -> None:
        """Go back from the list of steps to the page."""
        self._steps.remove_class("-called")
        if self.pane is not None and self._steps.has_focus:
            self._focus(self.pane, None)

    async def action_fix(self) -> None:
        """Answer as the doctor advises at the question the cursor is in."""
        if self.pane is not None:
            await self._answer(self.pane.fix())

    @on(Pane.FixIt)
    async def _fix_it(self, event: Pane.FixIt) -> None:
        await self._answer(event.answers)

    async def _answer(self, answers: Mapping[str, object]) -> None:
        for key, value in answers.items():
            self.session.known().put(key, value)
        first = next(iter(answers), None)
        if first is not None:
            await self.go(index_of(SETTINGS[first].step), key=first)

    def action_take_now(self) -> None:
        """Answer the question the cursor is in with what is in force."""
        self._take(default=False)

    def action_take_default(self) -> None:
        """Answer it with Jupyter's default: the setting is taken out of the files."""
        self._take(default=True)

    def _take(self, *, default: bool) -> None:
        if self.pane is not None and self.pane.take(default=default):
            self.refresh_state()

    @on(Pane.Changed)
    @on(Pane.Settled)
    def _changed(self) -> None:
        self.refresh_state()

    @on(Pane.Settled)
    def _choose_way(self) -> None:
        if self.pane is not None and not self.pane.has_focus_within:
            self._focus(self.pane, None)

    @on(DeploymentPane.Examined)
    def _examined(self) -> None:
        if self.pane is not None:
            self.pane.look_again()

    @on(DeploymentPane.Read)
    async def _read(self, event: DeploymentPane.Read) -> None:
        self.refresh_state()
        self.ahead.begin()
        if self.focused is None and self.pane is not None:
            self._focus(self.pane, None)
        wanted, self.wanted = self.wanted, None
        if event.failure is None and wanted is not None:
            await self.go(wanted[0], key=wanted[1])

    @on(Pane.ReadAgain)
    async def _read_again(self) -> None:
        self.session.stale = True
        self.wanted = (REVIEW, None)
        await self.go(0)

    @on(Pane.Rehearse)
    async def _rehearse(self) -> None:
        await self.go(REHEARSAL)

    @on(Pane.JumpTo)
    async def _jump_to(self, event: Pane.JumpTo) -> None:
        await self.go(index_of(SETTINGS[event.key].step), key=event.key)

    @on(events.DescendantFocus)
    def _focus_moved(self) -> None:
        self._refresh_help()
        if isinstance(self.focused, OptionList):
            # Before Textual puts it into the middle: from row to row a list moves no further.
            self._reveal()
        self.call_after_refresh(self._reveal)

    def on_resize(self) -> None:
        """Say in the top line what there is room for, and keep the cursor's row in sight."""
        say(self.query_one("#top", Static), self._top_line())
        self.call_after_refresh(self._reveal)

    def action_scroll_pane(self, rows: int) -> None:
        """Move the page when the cursor is on a button below it."""
        if self.pane is not None:
            self.pane.scroll_relative(y=rows, animate=False)
