"""Where traits go that no record of their own speaks of: each like the trait of any setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jhwizard.answers import Answers
from jhwizard.edit import Edit
from jhwizard.facts import Facts
from jhwizard.language import _
from jhwizard.layers import Rung
from jhwizard.place import placed, refuse_overruled, taken_out
from jhwizard.rungs import path_for
from jhwizard.settings.setting import Setting
from jhwizard.settings.traits_kind import TAKEN_OUT
from jhwizard.traits_found import (
    by_running_name,
    in_force_as,
    our_rungs,
    same,
    says_the_same,
    trait_named,
)
from jhwizard.which_application import under_application


def edits_of_traits(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return what sets the wanted traits, and what was written before and is still wanted.

    Raises RefusedError where a line in force can be neither changed nor overruled.
    """
    if record.key in answers.reset:
        return []  # our own lines go by not being said again, and others are not ours
    wanted = _changed(record, facts, answers)
    edits = [
        _kept(record, facts, rung)
        for rung in our_rungs(facts)
        if not any(says_the_same(name, rung.name.removeprefix("c.")) for name in wanted)
    ]
    for name, value in wanted.items():
        edits += _said(_as_record(record, name, value, facts), facts, answers, value)
    return edits


def edits_of_moved_traits(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return what sets all the wanted traits for an application that has none of them yet.

    Raises RefusedError where a line in force can be neither changed nor overruled.
    """
    edits: list[Edit] = []
    value = answers[record.key] if record.key not in answers.reset else {}
    for name, wish in value.items() if isinstance(value, Mapping) else ():
        one = _as_record(record, by_running_name(name, facts), wish, facts)
        edits += _said(one, facts, answers, wish)
    return edits


def _changed(record: Setting, facts: Facts, answers: Answers) -> dict[str, object]:
    """Return the traits that are not yet as wanted; of one line of ours that is, it is kept."""
    wanted, found = answers[record.key], facts.found[record.key].value
    before = found if isinstance(found, Mapping) else {}
    pairs = wanted.items() if isinstance(wanted, Mapping) else ()
    return {
        name: value
        for name, value in pairs
        if not (name in before and same(before[name], value))
        and (value == TAKEN_OUT or not same(in_force_as(name, facts).raw, value))
    }


def _said(record: Setting, facts: Facts, answers: Answers, value: object) -> list[Edit]:
    if value == TAKEN_OUT:
        return taken_out(record, facts)
    refuse_overruled(record, facts)
    return [placed(record, facts, answers)]


def _as_record(record: Setting, name: str, value: object, facts: Facts) -> Setting:
    """Return a record of one trait alone, which is placed as that of any setting."""
    one = replace(record, lands=trait_named(name), write=lambda _values, _facts: value)
    return under_application(one, facts)


def _kept(record: Setting, facts: Facts, rung: Rung) -> Edit:
    """Return what was written before, said again as it was; it moves when the target does."""
    write, name = rung.write, rung.name.removeprefix("c.")
    path = path_for(_as_record(record, name, write.value, facts), facts, rung)
    comment = (_("Set for everybody's server."), record.source)
    return Edit(record.key, path, write.cls, write.trait, write.op, write.value, comment)
