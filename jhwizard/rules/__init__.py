"""The rules of the doctor: each one a small record, by what it is about."""

from jhwizard.rules import (
    answers,
    culler,
    culling,
    extensions,
    files,
    installed,
    interface,
    kernels,
    named_servers,
    people,
    reach,
    secrets,
    traits,
    values,
)
from jhwizard.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *files.RULES,
    *values.RULES,
    *traits.RULES,
    *installed.RULES,
    *interface.RULES,
    *culling.RULES,
    *culler.RULES,
    *extensions.RULES,
    *named_servers.RULES,
    *people.RULES,
    *answers.RULES,
    *files.LATER,
    *kernels.RULES,
    *reach.RULES,
    *secrets.RULES,
    *interface.LAST,
    *files.LAST,
)
"""In the order in which findings of one level are said."""

__all__ = ["RULES", "Rule"]
