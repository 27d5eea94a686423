"""The help for the question the cursor is in: what follows from it, what is in force, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from jhwizard.facts import Found
from jhwizard.language import _
from jhwizard.printable import printable
from jhwizard.settings.setting import Setting

if TYPE_CHECKING:
    from jhwizard.wizard import Wizard

Part = tuple[str, str]
"""A heading and the text below it."""


def about(wizard: Wizard, setting: Setting) -> list[Part]:
    """Return what to know about one setting."""
    from jhwizard.wizard import spoken  # noqa: PLC0415 - after the first paint

    found = wizard.facts.found[setting.key]
    default = spoken(setting.kind, setting.default(wizard.facts)) or _("as installed")
    parts = [
        (setting.sentence, setting.help),
        (_("In force now"), wizard.now(setting.key)),
        (_("Jupyter's default"), default),
    ]
    if found.shadows:
        parts.append((_("Set elsewhere, without effect"), _shadows(setting, found)))
    return [*parts, (_("Read more"), setting.source)]


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


def _shadows(setting: Setting, found: Found) -> str:
    from jhwizard.wizard import spoken_found  # noqa: PLC0415

    return "\n".join(spoken_found(setting, shadow) for shadow in found.shadows)
