"""The doctor: what the rules find in a deployment as it is, or as it would be.

Pure: it looks at Facts and starts nothing. What has to be asked of programs and of the file
system besides is in `Facts.examined`; rules that need it find nothing where it is None.
"""

from __future__ import annotations

from jhwizard.facts import Facts
from jhwizard.rules import RULES
from jhwizard.rules.rule import Finding, Rule, Spot

_ORDER = {"error": 0, "warning": 1, "note": 2}
_SAME = (
    ("unusable-value", "wrong-value"),
    ("true-for-a-number", "wrong-value", "truth-for-number"),
    ("server-trait-in-hub-file", "misspelt-class", "misspelt-trait"),
    ("hub-trait-in-server-file", "misspelt-class", "misspelt-trait"),
    ("name-of-the-other-application", "misspelt-class", "misspelt-trait"),
)
"""Rules that may speak of one thing in one place: what the first says, the others need not."""


def check(facts: Facts) -> tuple[Finding, ...]:
    """Return what is wrong or worth knowing, errors first, each thing once."""
    return tuple(sorted(findings(facts), key=lambda finding: _ORDER[finding.level]))


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Return the same in the order of the rules."""
    found = dict.fromkeys(_finding(rule, spot) for rule in RULES for spot in rule.find(facts))
    said = {(finding.rule, finding.where) for finding in found}
    return tuple(finding for finding in found if not _is_said(finding, said))


def _is_said(finding: Finding, said: set[tuple[str, str]]) -> bool:
    """Return whether another rule says the same of the same line."""
    return any((first, finding.where) in said for first, *others in _SAME if finding.rule in others)


def _finding(rule: Rule, spot: Spot) -> Finding:
    level = spot.level or rule.level
    return Finding(rule.name, level, spot.text, spot.keys, spot.file, spot.line, spot.fix)
