"""Which traits jhwizard itself set for everybody's server beside those of its records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from jhwizard.errors import RefusedError
from jhwizard.facts import Facts, Found
from jhwizard.jupyter import classes
from jhwizard.jupyter.applications import LEGACY, SERVER, renamed
from jhwizard.layers import Rung, folded, ladder
from jhwizard.settings import owner_of
from jhwizard.settings.setting import ServerTrait, Setting
from jhwizard.settings.traits_kind import TAKEN_OUT


def found_traits(
    record: Setting, facts: Facts, is_overruled: Callable[[ServerTrait], bool]
) -> Found:
    """Return the traits in force that stand in jhwizard's own blocks; nobody else's are listed."""
    rungs = {name: ladder(lands, facts)[-1] for name, lands in _traits(our_rungs(facts))}
    values: dict[str, object] = {}
    places: list[Rung] = []
    for name, rung in rungs.items():
        state = in_force_as(name, facts)
        if not rung.write.ours or is_overruled(trait_named(name)):
            continue
        if state.kind == "exact" and _can_be_said(record, name, state.raw):
            values[name] = state.raw
            places.append(rung)
    if not places:
        return Found(record.default(facts), "default")
    first = places[0]
    return Found(values, "exact", values, first.name, first.path, first.write.line, ours=True)


def our_rungs(facts: Facts) -> list[Rung]:
    """Return the lines of jhwizard's own that set a trait which no record decides."""
    return [
        Rung(source, write)
        for source in facts.sources
        if source.role == "server"
        for write in source.reading.writes
        if write.ours and "*" not in (write.cls, write.trait)
        if not owner_of(write.cls, write.trait)
    ]


def by_running_name(name: str, facts: Facts) -> str:
    """Return a trait's name with the running application's own class for the other one's."""
    cls, _dot, trait = name.partition(".")
    return f"{renamed(cls, facts)}.{trait}"


def trait_named(name: str) -> ServerTrait:
    """Return the trait that `ServerApp.x` names."""
    cls, _dot, trait = name.partition(".")
    return ServerTrait(cls, trait)


def in_force_as(name: str, facts: Facts) -> Found:
    """Return what is in force for the trait `name`, whoever set it."""
    lands = trait_named(name)
    return folded(ladder(lands, facts), lands)


def are_in_force(wanted: Mapping[str, object], facts: Facts) -> bool:
    """Return whether every trait is what is wanted; what is to be taken out is set nowhere."""
    for name, value in wanted.items():
        state = in_force_as(name, facts)
        kind = "default" if value == TAKEN_OUT else "exact"
        if state.kind != kind or (kind == "exact" and not same(state.raw, value)):
            return False
    return True


def same(left: object, right: object) -> bool:
    """Return whether two values are equal and of one type: True is not 1 to who reads the file."""
    return left == right and type(left) is type(right)


def says_the_same(one: str, other: str) -> bool:
    """Return whether two names reach the same trait, through a class and one it is made of."""
    left, right = (
        replace(each, cls=SERVER.cls) if each.cls == LEGACY.cls else each
        for each in (trait_named(one), trait_named(other))
    )
    lines = classes.server_lineage(left.cls), classes.server_lineage(right.cls)
    return left.trait == right.trait and (left.cls in lines[1] or right.cls in lines[0])


def merged(there: Mapping[str, object], wanted: Mapping[str, object]) -> dict[str, object]:
    """Return the traits that are there with the wanted ones; one under another class goes."""
    kept = {n: v for n, v in there.items() if n in wanted or not _any_same(n, wanted)}
    return {**kept, **wanted}


def _any_same(name: str, names: Iterable[str]) -> bool:
    return any(says_the_same(name, other) for other in names)


def _traits(rungs: list[Rung]) -> Iterator[tuple[str, ServerTrait]]:
    for cls, trait in dict.fromkeys((rung.write.cls, rung.write.trait) for rung in rungs):
        yield f"{cls}.{trait}", ServerTrait(cls, trait)


def _can_be_said(record: Setting, name: str, value: object) -> bool:
    try:
        return same(record.kind.from_toml({name: value}), {name: value})
    except RefusedError:
        return False
