"""The lines that set a setting, and the file and the class with which another one beats them."""

from __future__ import annotations

from pathlib import PurePosixPath

from jhwizard.facts import Facts
from jhwizard.jupyter import classes
from jhwizard.jupyter.applications import LEGACY, SERVER
from jhwizard.landing import landing_file, landing_files
from jhwizard.layers import Rung, ladder, lineage, names_it, role_of, trait_of
from jhwizard.settings.setting import Landing, ServerTrait, Setting, SpawnerVariable


def rungs_of(record: Setting, facts: Facts) -> tuple[Rung, ...]:
    """Return the lines that set a setting, weakest first; of a dict, those that name its key."""
    rungs = (
        *(ladder(record.weaker, facts) if record.weaker else ()),
        *ladder(record.lands, facts),
        *(ladder(record.stronger, facts) if record.stronger else ()),
    )
    if not isinstance(record.lands, SpawnerVariable):
        return rungs
    name = record.lands.name
    return tuple(rung for rung in rungs if names_it(rung.write, name))


def path_for(record: Setting, facts: Facts, mine: Rung | None) -> PurePosixPath:
    """Return the file for our own entry.

    What overrides a line of its own file stays there, and so does what no target would write to.
    """
    if mine and stays_there(mine.path, record, facts):
        return mine.path
    return landing_file(record.lands, facts)


def stays_there(path: PurePosixPath, record: Setting, facts: Facts) -> bool:
    """Return whether what is ours in a file stays there, whichever target is chosen."""
    theirs = {rung.path for rung in rungs_of(record, facts) if not rung.write.ours}
    return path in theirs or path not in landing_files(record.lands, facts)


def strongest_class(landing: Landing, facts: Facts) -> str:
    """Return the strongest class that is set already; of a spawner not known well, its own."""
    line = lineage(landing, facts)
    places = [line.index(trait_of(landing)[0])]
    sure = line
    if classes.is_spawner(trait_of(landing)[0]):
        sure = classes.sure_spawner_lineage(facts.spawner)
    for rung in ladder(landing, facts):
        cls = rung.write.cls
        places.append(line.index(cls) if cls in sure else len(line) - 1)
    return line[max(places)]


def landing_of(record: Setting, beaten: Rung | None) -> Landing:
    """Return the landing of a record that a line belongs to."""
    other = record.stronger or record.weaker
    if other and beaten and beaten.write.trait in (trait_of(other)[1], "*"):
        # The same trait name in another program's file: the file decides which landing it is.
        return record.lands if beaten.source.role == role_of(record.lands) else other
    return record.lands


def is_old_name(rung: Rung, landing: Landing) -> bool:
    """Return whether a line names a server's trait by a name of old, which beats today's."""
    cls, trait = rung.write.cls, rung.write.trait
    if not isinstance(landing, ServerTrait) or "*" in (cls, trait):
        return False
    return trait != landing.trait or (cls == LEGACY.cls and landing.cls == SERVER.cls)
