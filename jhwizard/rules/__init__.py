"""The rules of the doctor: each one a small record, by what it is about."""

from jhwizard.rules import (
    culler,
    culling,
    extensions,
    files,
    installed,
    interface,
    kernels,
    named_servers,
    reach,
    secrets,
    traits,
)
from jhwizard.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *files.RULES,
    *traits.RULES,
    *installed.RULES,
    *interface.RULES,
    *culling.RULES,
    *culler.RULES,
    *extensions.RULES,
    *kernels.RULES,
    *named_servers.RULES,
    *reach.RULES,
    *secrets.RULES,
)
"""In the order in which findings of one level are said."""

__all__ = ["RULES", "Rule"]
