"""What becomes of the servers' settings when people's servers become another application.

What is in force by jhwizard's own lines moves to the files and the class of the application that
will run. The admin's lines stay where they are, and are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.answers import Answers
from jhwizard.edit import Edit, stays
from jhwizard.facts import Facts, Found, Source, Write
from jhwizard.jupyter import capabilities
from jhwizard.jupyter.applications import application, knows, other_application
from jhwizard.jupyter.paths import OUR_EXTENSIONS
from jhwizard.landing import landing_file
from jhwizard.language import _
from jhwizard.layers import Rung, ladder, role_of
from jhwizard.other_traits import edits_of_moved_traits
from jhwizard.place import entry, over, own_comment, refuse_overruled, switched, taken_out, wanted
from jhwizard.plan import Notice
from jhwizard.rungs import rungs_of
from jhwizard.settings import SETTINGS, owner_of
from jhwizard.settings.interface import APP, CLASSIC, NOT_OF_CLASSIC
from jhwizard.settings.setting import NotConfig, OtherTraits, ServerExtensions, Setting
from jhwizard.understand import understand
from jhwizard.which_application import under_application


def as_meant(facts: Facts, answers: Answers) -> Facts:
    """Return the facts as they are for the application that is wanted."""
    legacy = facts.legacy
    if answers.changed(APP.key):
        legacy = capabilities.may_be_legacy(facts.user) and answers[APP.key] == CLASSIC
    return facts if legacy == facts.legacy else understand(facts, legacy=legacy)


def moved_edits(record: Setting, before: Facts, facts: Facts, answers: Answers) -> list[Edit]:
    """Return what has to be said in the files of `facts`, another application than `before`.

    In `facts` nothing of jhwizard's own is left in those files.
    Raises RefusedError where a line there can be neither changed nor overruled.
    """
    if isinstance(record.lands, OtherTraits):
        return edits_of_moved_traits(record, facts, answers)
    if facts.legacy and record.key in NOT_OF_CLASSIC:
        return []
    here = under_application(record, facts)
    if isinstance(record.lands, ServerExtensions):
        return switched(here, facts, answers, said_switches(before, facts, answers), {})
    if record.key in answers.reset:
        return taken_out(here, facts)  # what begins to count with the move as well
    if record.key in answers.asked and facts.found[record.key].value != answers[record.key]:
        refuse_overruled(here, facts)
        return wanted(here, facts, answers)
    goes_along = is_moved(before.found[record.key])
    return [_again(here, facts, answers)] if goes_along else []


def is_moved(found: Found) -> bool:
    """Return whether a value in force is jhwizard's own, and so goes along."""
    return found.ours and found.kind == "exact" and found.value is not None


def _again(record: Setting, facts: Facts, answers: Answers) -> Edit:
    """Return what says an answer once more, beside any line of the admin's own."""
    refuse_overruled(record, facts)
    rungs = rungs_of(record, facts)
    top = rungs[-1] if rungs else None
    landing = landing_file(record.lands, facts)
    is_file = top is not None and not top.source.command_line
    if top is None or (is_file and _loads_later(landing, top.path, facts)):
        return entry(record, facts, answers, landing, top)
    if top.path.suffix == ".json" or top.source.command_line:
        return over(record, facts, answers, top)
    notice = Notice(record.key, stays(top, top.path), top.path, top.write.line)
    return replace(entry(record, facts, answers, top.path, top), notice=notice)


def _loads_later(path: PurePosixPath, other: PurePosixPath, facts: Facts) -> bool:
    """Return whether the servers load a file after another one, and so let it win."""
    order = [source.path for source in facts.sources if source.role == "server"]
    return path in order and other in order and order.index(path) > order.index(other)


def said_switches(before: Facts, facts: Facts, answers: Answers) -> dict[str, object]:
    """Return the switches that are jhwizard's to say: those answered now, and those said before.

    Who answers the question has seen all the switches of `before`; what is installed for the other
    application as well shall be as they are.
    """
    key = "extensions.server"
    found, here, ours = before.found[key].value, facts.found[key].value, our_switches(before)
    there = found if isinstance(found, Mapping) else {}
    other = here if isinstance(here, Mapping) and key in answers.asked else {}
    given = answers[key]
    return {
        name: on
        for name, on in (given.items() if isinstance(given, Mapping) else ())
        if name in ours or there.get(name) != on or other.get(name, on) != on
    }


def our_switches(facts: Facts) -> set[str]:
    """Return the extensions that lines of jhwizard's own switch."""
    values = [r.write.value for r in ladder(ServerExtensions(), facts) if r.write.ours]
    return {str(name) for value in values if isinstance(value, Mapping) for name in value}


def said_to_the_other(facts: Facts, answers: Answers) -> list[Edit]:
    """Return jhwizard's own lines for the class of the other application, as they stand.

    Both applications read `jupyter_config`, and the modern one may read the legacy one's files.
    """
    edits = []
    for source in facts.sources:
        for write in source.reading.writes:
            if source.role != "server" or not write.ours:
                continue
            if write.cls != other_application(facts).cls:
                continue
            record = SETTINGS[owner_of(write.cls, write.trait) or "environment.traits"]
            comment = own_comment(record, facts, answers, Rung(source, write))
            what = (write.cls, write.trait, write.op, write.value)
            edits.append(Edit(record.key, source.path, *what, comment))
    return edits


def dormant_blocks(facts: Facts) -> list[Source]:
    """Return the files with lines of jhwizard's own that nobody reads."""
    return [
        source
        for source in facts.sources
        if source.role == "dormant"
        and (source.reading.has_block or source.path.name == OUR_EXTENSIONS)
    ]


def notices_of_moves(before: Facts, after: Facts, edits: Iterable[Edit]) -> Iterator[Notice]:
    """Yield which of the admin's lines no longer count or begin to, and what of ours is lost."""
    if before.legacy == after.legacy:
        text = _(
            "{file}: jhwizard's lines there do not count, as people's servers are {cls} and read "
            "other files"
        )
        for source in dormant_blocks(before):
            words = text.format(file=source.path, cls=application(before).title)
            yield Notice(APP.key, words, source.path)
        return
    cls = application(after).title
    gone = _(
        "{file}, line {line}: {name} no longer counts, as people's servers will be {cls}, which "
        "does not read it"
    )
    come = _("{file}, line {line}: {name} counts from now on, as people's servers will be {cls}")
    for here, there, text in ((before, after, gone), (after, before, come)):
        for source, write in _read_only(here, there):
            name = Rung(source, write).name
            words = text.format(file=source.path, line=write.line, name=name, cls=cls)
            yield Notice(APP.key, words, source.path, write.line)
    yield from _lost(before, cls, {edit.key for edit in edits})


def _read_only(here: Facts, there: Facts) -> Iterator[tuple[Source, Write]]:
    """Yield the admin's lines that count in one state and not in the other."""
    read = {source.path for source in there.sources if source.role == "server"}
    for source in here.sources:
        for write in source.reading.writes:
            if source.role != "server" or write.ours or "*" in (write.cls, write.trait):
                continue
            name = write.cls, write.trait
            if knows(*name, here) and not (source.path in read and knows(*name, there)):
                yield source, write


def _lost(before: Facts, cls: str, said: set[str]) -> Iterator[Notice]:
    """Yield what jhwizard wrote and the other application has nothing like."""
    text = _("{place}: {cls} has nothing like it, and what jhwizard wrote goes for good")
    for key, record in SETTINGS.items():
        is_servers = role_of(record.lands) == "server" and not isinstance(record.lands, NotConfig)
        found = before.found[key]
        if is_servers and is_moved(found) and key not in said:
            yield Notice(key, text.format(place=found.origin, cls=cls), found.file, found.line)
