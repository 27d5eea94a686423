"""Where front-end extensions are switched off or locked: name by name, in place or in our file.

A name that an admin's `page_config.json` decides is changed there; everything else goes to a file
of jhwizard's own beside it. What packages bring is never edited, only outvoted.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from jhwizard.answers import Answers
from jhwizard.edit import Edit
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts
from jhwizard.jupyter.page_config import Named, by_packages, merged, named, not_understood
from jhwizard.landing import landing_file, landing_files
from jhwizard.language import _
from jhwizard.settings.setting import LabExtensions, Setting
from jhwizard.settings.words import is_name


def edits_of_lab(
    record: Setting, lands: LabExtensions, facts: Facts, answers: Answers
) -> list[Edit]:
    """Return what has to be said of each name: nothing, if it is neither ours nor changed.

    What jhwizard said before is said again, for the target of today. Raises RefusedError where a
    file that has a say is not understood.
    """
    lines = named(lands.section, facts.sources)
    ours = {line.write.trait: line for line in lines if line.write.ours}
    odd = not_understood(facts.sources)
    if odd and (odd.write.ours or answers.changed(record.key)):
        raise _by_hand(record, odd)
    if record.key in answers.reset:
        return [_edit(record, line, takes_out=True) for line in lines if line.is_admins]
    if not answers.changed(record.key):
        return [_edit(record, line, _home(line, record, facts)) for line in ours.values()]
    return _changes(record, lands, facts, answers[record.key])


def _changes(record: Setting, lands: LabExtensions, facts: Facts, value: object) -> list[Edit]:
    """Return what makes each name what is wanted, and what was said before and still is."""
    lines = named(lands.section, facts.sources)
    wanted = set(value) if isinstance(value, tuple) else set()
    state, others = merged(lines), merged(line for line in lines if not line.write.ours)
    ours = {line.write.trait: line for line in lines if line.write.ours}
    packages = by_packages(lands.section, facts.lab_extensions, wanted.__contains__)
    edits = []
    for name in sorted(filter(is_name, {*ours, *others, *packages, *wanted})):
        on, mine, other = name in wanted, ours.get(name), others.get(name)
        if mine and mine.is_on == on and state[name].is_on == on:
            edits.append(_edit(record, mine, _home(mine, record, facts)))
        elif (other.is_on if other else name in packages) == on:
            continue  # so it is without a word of ours
        else:
            there = other.path if other and other.is_admins else None
            path = there or _home(mine, record, facts)
            edits.append(Edit(record.key, path, lands.section, name, "=", on))
    return edits


def _home(mine: Named | None, record: Setting, facts: Facts) -> PurePosixPath:
    """Return the file for our own words: the target's; what no target writes to stays there."""
    if mine and mine.path not in landing_files(record.lands, facts):
        return mine.path
    return landing_file(record.lands, facts)


def _edit(
    record: Setting, line: Named, path: PurePosixPath | None = None, *, takes_out: bool = False
) -> Edit:
    write = line.write
    return Edit(
        record.key,
        path or line.path,
        write.cls,
        write.trait if write.trait != "*" else "",
        "=",
        None if takes_out else write.value,
        takes_out=takes_out,
    )


def _by_hand(record: Setting, line: Named) -> RefusedError:
    text = _("{key}: a file that has a say is not understood: {why}")
    return RefusedError(
        text.format(key=record.key, why=line.write.reason),
        file=line.path,
        line=line.write.line,
        fix=_("change it by hand, then run jhwizard again"),
    )
