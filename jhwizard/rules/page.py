"""The table of all rules for `docs/checks.md`, from the records."""

from __future__ import annotations

from collections.abc import Mapping

from jhwizard.language import _
from jhwizard.rules import RULES
from jhwizard.rules.answers import OF_ANSWERS_ALONE


def table(fixes: Mapping[str, str]) -> str:
    """Return the table, in Markdown; `fixes` are a rule's words on what mends it, if it has any."""
    head = (_("Rule"), _("Level"), _("What it looks for"), _("What mends it, for example"))
    rows = [
        (f"`{rule.name}`", rule.level, rule.text, fixes.get(rule.name, ""))
        for rule in sorted(RULES, key=lambda rule: ("error", "warning", "note").index(rule.level))
    ]
    lines = [head, ("---",) * len(head), *rows]
    alone = ", ".join(f"`{name}`" for name in sorted(OF_ANSWERS_ALONE))
    rest = _("Said of answers alone, by the wizard and `plan`: {names}.").format(names=alone)
    return "\n".join([*(f"| {' | '.join(map(_cell, line))} |" for line in lines), "", rest])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
