"""What the installed version itself says of a setting's trait."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from jhwizard.asked_classes import help_kept
from jhwizard.examined import Examination, TraitHelp
from jhwizard.facts import Facts
from jhwizard.layers import trait_of, under
from jhwizard.settings.setting import HubTrait, ServerTrait, Setting


def help_of(record: Setting, facts: Facts) -> TraitHelp | None:
    """Return what is known of the trait that a setting lands in; None where nothing is."""
    if facts.examined is None or not isinstance(record.lands, HubTrait | ServerTrait):
        return None
    return facts.examined.traits.get(".".join(trait_of(under(record.lands, facts))))


def with_kept_help(facts: Facts, state: Path) -> Facts:
    """Return facts with the help that the interpreters gave before; starts nothing."""
    known = facts.examined or Examination()
    return replace(
        facts, examined=replace(known, traits={**help_kept(facts, state), **known.traits})
    )
