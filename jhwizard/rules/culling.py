"""Rules about culling."""

from __future__ import annotations

from jhwizard.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
