"""Where the name template of the spawner in force lands, and what stands there for other ones."""

from __future__ import annotations

from collections.abc import Iterator

from jhwizard.edit import Edit
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts, Found, Source, Write
from jhwizard.jupyter import classes
from jhwizard.jupyter.spawner_names import TRAITS, name_template
from jhwizard.language import _
from jhwizard.settings.setting import HubTrait, Setting


def spawner_landing(facts: Facts) -> HubTrait | None:
    """Return the trait of the spawner in force; None if it has none, or is not known."""
    template = name_template(facts.spawner, facts.hub)
    return HubTrait(template.cls, template.trait) if template else None


def nameless(facts: Facts) -> Found:
    """Return what is in force where the spawner has no template: nothing, as far as is known."""
    if classes.is_spawner(facts.spawner):
        return Found("", "default")
    return Found(None, "unknown", reason=_("it is not known how the spawner names what it starts"))


def edits_for_other_spawners(record: Setting, facts: Facts) -> list[Edit]:
    """Return what was said to spawners that are not in force (any more), said again."""
    return [
        Edit(record.key, source.path, write.cls, write.trait, write.op, write.value, comment)
        for source, write in _of_other_spawners(facts)
        if (comment := (record.says({record.key: write.value}, facts), record.source))
    ]


def without_template(record: Setting, facts: Facts) -> RefusedError:
    """Return that the spawner in force has nothing to answer with."""
    text = _("{key}: {spawner} has no template for names, or none that is known")
    spawner = facts.spawner or _("the spawner")
    return RefusedError(text.format(key=record.key, spawner=spawner))


def _of_other_spawners(facts: Facts) -> Iterator[tuple[Source, Write]]:
    """Yield what was written for spawners that are not in force (any more)."""
    here = spawner_landing(facts)
    names = [trait for trait in TRAITS if not here or trait != (here.cls, here.trait)]
    for source in facts.sources:
        for write in source.reading.writes if source.role == "hub" else ():
            if write.ours and (write.cls, write.trait) in names:
                yield source, write
