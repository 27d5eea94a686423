"""Rows that lead to a question: Enter on one goes there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import events, on
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from jhwizard.screens.pane import Pane
from jhwizard.screens.widgets import STYLES, hang


@dataclass(frozen=True)
class Jump:
    """One row: where it leads, and what it says behind which signs, line below line."""

    key: str
    """The setting; empty for a row that leads nowhere."""
    lines: tuple[tuple[str, str], ...]
    answers: Mapping[str, object] | None = None
    """What mends it; None where Enter only leads to the question."""


class Jumps(OptionList):
    """Rows that lead to questions."""

    def __init__(self, rows: Sequence[Jump]) -> None:
        """One row for each jump."""
        super().__init__(*(Option("", disabled=not row.key) for row in rows), compact=True)
        self.rows = tuple(rows)
        self.highlighted = next((i for i, row in enumerate(rows) if row.key), None)

    def on_resize(self, _event: events.Resize) -> None:
        """Wrap the rows to the new width."""
        room = self.scrollable_content_region.width
        for index, row in enumerate(self.rows):
            lines = [
                Content.styled(hang(sign, text, room), STYLES.get(sign.strip(), ""))
                for sign, text in row.lines
            ]
            self.replace_option_prompt_at_index(index, Content("\n").join(lines))
        self.refresh(layout=True)  # else it keeps the height it had with the other width (8.2)

    @on(OptionList.OptionSelected)
    def _jump(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        row = self.rows[event.option_index]
        self.post_message(Pane.FixIt(row.answers) if row.answers else Pane.JumpTo(row.key))
