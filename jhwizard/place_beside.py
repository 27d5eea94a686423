"""Where the variable goes that an answer needs besides its trait, and how it goes again."""

from __future__ import annotations

from dataclasses import replace

from jhwizard.answers import Answers
from jhwizard.edit import Edit
from jhwizard.facts import Facts
from jhwizard.layers import folded
from jhwizard.place import kept, placed, taken_out
from jhwizard.rungs import rungs_of
from jhwizard.settings.setting import Beside, Setting


def edits_beside(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return what sets the variable beside a trait: nothing where that is so without us.

    Raises RefusedError where a line of the admin's own is to go, and cannot be taken out.
    """
    if record.beside is None:
        return []
    line = as_record(record, record.beside)
    if not answers.changed(record.key):
        ours = any(rung.write.ours for rung in rungs_of(line, facts))
        return [kept(line, facts, answers)] if ours else []
    if record.key in answers.reset and answers[record.key] == record.default(facts):
        return taken_out(line, facts)
    if _said_by_others(line, record.beside, facts) == bool(line.write(answers, facts)):
        return []
    return [placed(line, facts, answers)]


def _said_by_others(line: Setting, beside: Beside, facts: Facts) -> bool:
    """Return whether the admin's own lines give the variable a value that decides."""
    theirs = [rung for rung in rungs_of(line, facts) if not rung.write.ours]
    found = folded(theirs, beside.lands)
    return found.kind == "exact" and beside.read(found.raw, facts) is not None


def as_record(record: Setting, beside: Beside) -> Setting:
    """Return a record of the variable alone, which is placed as that of any setting."""
    return replace(
        record,
        lands=beside.lands,
        stronger=None,
        weaker=None,
        beside=None,
        write=beside.write,
        says=beside.says,
        read=beside.read,
    )
