"""What the installed version itself says of a setting's trait."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from pathlib import Path

from jhwizard.examination.asked_classes import help_kept
from jhwizard.examined import Examination, TraitHelp
from jhwizard.facts import Facts
from jhwizard.language import _
from jhwizard.layers import trait_of, under
from jhwizard.printable import printable, shown
from jhwizard.settings.setting import HubTrait, ServerTrait, Setting

_DIRECTIVE = re.compile(r"\.\. version(added|changed):: *(\S+)")
_WIDTH = 90
_MOST_LINES = 3


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


def told(help_: TraitHelp) -> list[str]:
    """Return what there is to say in a few lines: type and default, the first words, the page."""
    return [_type_and_default(help_), *_first_lines(help_.help), *filter(None, [help_.link])]


def _type_and_default(help_: TraitHelp) -> str:
    text = _("The installed version takes {type}")
    if help_.default:
        text = _("The installed version takes {type}, and {default} by default")
    said = text.format(type=shown(help_.type, 80), default=shown(help_.default, 60))
    news = releases(help_)
    return f"{said} ({'; '.join(news)})." if news else f"{said}."


def releases(help_: TraitHelp) -> tuple[str, ...]:
    """Return since which releases the trait is there, and is as it is, where its help says so."""
    words = {"added": _("new in {release}"), "changed": _("changed in {release}")}
    found = _DIRECTIVE.findall(help_.help)
    return tuple(
        dict.fromkeys(words[what].format(release=shown(which, 20)) for what, which in found)
    )


def _first_lines(text: str) -> list[str]:
    """Return the first paragraph, wrapped; cut where it is long."""
    paragraphs = re.split(r"\n\s*\n", textwrap.dedent(text).strip())
    first = " ".join(paragraphs[0].split())
    if not first or first.startswith(".."):
        return []
    lines = textwrap.wrap(printable(first), _WIDTH, break_on_hyphens=False)
    cut = lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        cut[-1] = textwrap.shorten(cut[-1] + " " + lines[_MOST_LINES], _WIDTH, placeholder=" …")
    return cut
