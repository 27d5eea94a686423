"""The help for the question the cursor is in: what follows from it, what is in force, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from jhwizard.language import _
from jhwizard.printable import printable
from jhwizard.settings.setting import Setting

if TYPE_CHECKING:
    from jhwizard.explain import Layer
    from jhwizard.wizard import Wizard

Part = tuple[str, str]
"""A heading and the text below it."""


def about(wizard: Wizard, setting: Setting) -> list[Part]:
    """Return what to know about one setting."""
    from jhwizard.examination.trait_help import help_of, told  # noqa: PLC0415 - the same
    from jhwizard.explain import ladder_of  # noqa: PLC0415 - after the first paint

    facts = wizard.facts
    known = help_of(setting, replace(facts, examined=wizard.examination))
    installed = [(_("As installed"), _in_a_row(told(known), setting))] if known else []
    ladder = ladder_of(setting, facts)
    return [
        (setting.sentence, setting.help),
        (_("In force, and what it beats"), "\n".join(_rung(setting, x) for x in reversed(ladder))),
        *installed,
        (_("Read more"), setting.source),
    ]


def _in_a_row(lines: Sequence[str], setting: Setting) -> str:
    """Return lines that were made for a wider place as one text; its page is named below."""
    return " ".join(line for line in lines if line != setting.source)


def legend() -> list[Part]:
    """Return what the signs mean."""
    signs = _(
        "✓  seen\n*  changed, not written\n✗  wrong, stops the write\n!  warning\n·  good to know"
    )
    return [(_("Signs"), signs)]


def keys() -> list[Part]:
    """Return what the keys do."""
    lines = _(
        "Tab     next field\n"
        "Space   tick a row\n"
        "F4      as check advises\n"
        "F5      as it is now\n"
        "F6      Jupyter's default\n"
        "F7 F8   back, next\n"
        "F2      list of steps\n"
        "Ctrl+P  every command\n"
        "Ctrl+Q  quit"
    )
    return [(_("Keys"), lines)]


def page(parts: list[Part]) -> Content:
    """Return headings and texts as one text."""
    content = Content()
    for heading, text in parts:
        content += Content.styled(heading, "bold") + Content(f"\n{printable(text)}\n\n")
    return content.rstrip()


class HelpScreen(ModalScreen[None]):
    """The help on a screen of its own, where there is no room beside the questions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q", "dismiss(None)", _("Close")),
    ]

    def __init__(self, parts: list[Part]) -> None:
        """Show `parts`."""
        super().__init__()
        self.parts = parts

    def compose(self) -> ComposeResult:
        """Lay out the text; arrows and Page Down move in it."""
        with VerticalScroll(id="help-text"):
            yield Static(page(self.parts))
        yield Static(_("Esc closes"), id="help-end", markup=False)


def _rung(setting: Setting, layer: Layer) -> str:
    """Return one layer: the sign of the one that wins, its value, and the line it comes from."""
    from jhwizard.wizard import spoken_value  # noqa: PLC0415

    sign = "▸" if layer.state == "in force" else " "
    value = spoken_value(setting, layer.found) or _("as installed")
    here = "  " + _("<- edit here") if layer.edit_here else ""
    where = _("Jupyter's default") if layer.found.file is None else layer.found.origin
    return f"{sign} {value}{here}\n  {where}"
