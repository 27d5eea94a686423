"""The doctor: what the rules find in a deployment as it is, or as it would be.

Pure: it looks at Facts and starts nothing. What has to be asked of programs and of the file
system besides is in `Facts.examined`; rules that need it find nothing where it is None.
"""

from __future__ import annotations

from jhwizard.facts import Facts
from jhwizard.rules import RULES
from jhwizard.rules.rule import Finding, Rule, Spot

_ORDER = {"error": 0, "warning": 1, "note": 2}


def check(facts: Facts) -> tuple[Finding, ...]:
    """Return what is wrong or worth knowing, errors first, each thing once."""
    return tuple(sorted(findings(facts), key=lambda finding: _ORDER[finding.level]))


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Return the same in the order of the rules."""
    return tuple(dict.fromkeys(_finding(rule, spot) for rule in RULES for spot in rule.find(facts)))


def _finding(rule: Rule, spot: Spot) -> Finding:
    level = spot.level or rule.level
    return Finding(rule.name, level, spot.text, spot.keys, spot.file, spot.line, spot.fix)
