"""What is in force for every setting, in its own terms, and what decides in place of the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jhwizard.culler import found_culler
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts, Found
from jhwizard.jupyter.applications import LEGACY_NAMES, VARIABLE
from jhwizard.jupyter.capabilities import may_be_legacy
from jhwizard.lab_found import found_lab
from jhwizard.language import _
from jhwizard.layers import Rung, folded, ladder, names_it, trait_of
from jhwizard.printable import shown
from jhwizard.settings import SETTINGS
from jhwizard.settings.kinds import YesNo
from jhwizard.settings.named_servers import ADMINS_UNLIMITED
from jhwizard.settings.setting import (
    Beside,
    HubCuller,
    LabExtensions,
    NotConfig,
    OtherTraits,
    ServerExtensions,
    ServerTrait,
    Setting,
    SpawnerName,
    SpawnerVariable,
)
from jhwizard.settings.words import is_name
from jhwizard.share_kernels import shared_kernels
from jhwizard.spawner_name import nameless, spawner_landing
from jhwizard.traits_found import found_traits
from jhwizard.which_application import page_of_program, under_application

_PAGE = ("Spawner", "default_url")
_INNER = {
    # The manager passes its own on only where that is not "disabled".
    ("MappingKernelManager", "transport_encryption"): ServerTrait(
        "KernelManager", "transport_encryption"
    )
}
"""Traits that each kernel's own object has as well."""
LEGACY_MISSING = _("the hub starts the legacy Notebook, which is not installed: no server starts")
NO_CONFIG = _("people's servers are told to read no config file")
_DEAF: tuple[tuple[str, frozenset[str], str], ...] = (
    (
        VARIABLE,
        LEGACY_NAMES,
        LEGACY_MISSING,
    ),
    (
        "JUPYTER_NO_CONFIG",
        frozenset(),
        NO_CONFIG,
    ),
)
"""Variable, the values with which a server passes over the files (none: any), and the reason."""


def in_force(facts: Facts) -> dict[str, Found]:
    """Return what is in force for every setting."""
    facts = replace(facts, found={})
    found: dict[str, Found] = {}
    # The page people land on by themselves depends on the extensions that are on.
    for record in sorted(SETTINGS.values(), key=lambda s: s.lands != ServerExtensions()):
        found[record.key] = _found(record, replace(facts, found=found))
    return {key: found[key] for key in SETTINGS}


def overruling(record: Setting, facts: Facts) -> Found | None:
    """Return what decides in place of any config file: an inner trait, a variable.

    None when nothing of that kind is set.
    """
    record = under_application(record, facts)
    landing = record.stronger or record.lands
    if isinstance(landing, LabExtensions):
        return _by_variable(facts)
    if not isinstance(landing, ServerTrait):
        return None
    return _inside(landing, facts) or _by_variable(facts)


def _found(record: Setting, facts: Facts) -> Found:
    record = under_application(record, facts)
    match record.lands:
        case ServerExtensions():
            found = _found_switches(record, facts)
        case NotConfig(what):
            # What is installed is not asked for again; it is only ever added to.
            found = shared_kernels(facts) if what == "shared kernels" else Found((), "default")
        case OtherTraits():
            found = found_traits(record, facts, lambda lands: _is_overruled(record, lands, facts))
        case SpawnerName():
            landing = spawner_landing(facts)
            named = replace(record, lands=landing) if landing else None
            found = _found(named, facts) if named else nameless(facts)
        case HubCuller() as landing:
            found = _in_own_terms(record, found_culler(landing, facts), facts)
        case LabExtensions() as landing:
            lab = overruling(record, facts) or found_lab(landing, facts)
            found = _in_own_terms(record, lab, facts)
        case _:
            found = _of_trait(record, facts)
    return found


def _is_overruled(record: Setting, lands: ServerTrait, facts: Facts) -> bool:
    return overruling(replace(record, lands=lands), facts) is not None


def _of_trait(record: Setting, facts: Facts) -> Found:
    if record.beside and (decided := _decided_beside(record.beside, facts)):
        return decided
    return _in_own_terms(record, overruling(record, facts) or _folded(record, facts), facts)


def _decided_beside(beside: Beside, facts: Facts) -> Found | None:
    """Return what the variable of an answer decides by itself; None where the trait does."""
    found = folded(ladder(beside.lands, facts), beside.lands)
    value = beside.read(found.raw, facts) if found.kind == "exact" else None
    return None if value is None else replace(found, value=value, shadows=())


def _folded(record: Setting, facts: Facts) -> Found:
    """Return what the places of a record amount to together, each beaten by the next one."""
    found = folded(ladder(record.lands, facts), record.lands)
    if record.weaker and (rungs := ladder(record.weaker, facts)):
        below = folded(rungs, record.weaker)
        # An empty page is none at all to the hub.
        unset = found.kind == "default" or found.raw == ""
        shadowed = replace(found, shadows=(*found.shadows, below, *below.shadows))
        found = below if unset else shadowed
    # Without a page of its own the hub leaves it to the program.
    if trait_of(record.lands) == _PAGE and (found.kind == "default" or found.raw == ""):
        found = page_of_program(facts) or found
    if record.stronger and (rungs := ladder(record.stronger, facts)):
        beaten = () if found.kind == "default" else (found, *found.shadows)
        top = folded(rungs, record.stronger)
        found = replace(top, shadows=(*top.shadows, *beaten))
    return found


def _in_own_terms(record: Setting, found: Found, facts: Facts) -> Found:
    if found.kind == "default":
        return replace(found, value=record.default(facts))
    shadows = tuple(_understood(record, shadow, facts) for shadow in found.shadows)
    return replace(_understood(record, found, facts), shadows=shadows)


def _understood(record: Setting, found: Found, facts: Facts) -> Found:
    """Return what is set with the answer it amounts to, or why it amounts to none."""
    is_other = isinstance(record.lands, SpawnerVariable) or record.key == ADMINS_UNLIMITED.key
    if is_other and isinstance(record.kind, YesNo) and found.kind in {"env", "function"}:
        # It is the trait's value, a path or a number, and no answer to this question.
        return replace(found, kind="unknown", reason=_decided_by(found))
    if found.kind != "exact":
        return found
    odd = _("{value} is no answer this question knows").format(value=shown(ascii(found.raw), 40))
    try:
        value = record.read(found.raw, facts)
        # What could not be answered again must not be shown as an answer.
        sound = value is not None and record.kind.from_toml(value) == value
    except RefusedError as error:
        return replace(found, value=None, reason=error.text)
    return replace(found, value=value) if sound else replace(found, value=None, reason=odd)


def _decided_by(found: Found) -> str:
    if found.kind == "function":
        return _("decided case by case: {what}").format(what=found.reason)
    return _("{trait} is {value}").format(trait=found.trait, value=found.reason)


def _found_switches(record: Setting, facts: Facts) -> Found:
    """Return the switches in force: those of the `.d` files, and above them the trait's.

    The packages' own files are what is installed, that is the default.
    """
    rungs = ladder(record.lands, facts)
    # A name that cannot be a module's is passed over, as by the server.
    named = {e.name: e.enabled for e in facts.extensions if is_name(e.name)}
    found = folded([rung for rung in rungs if rung.source.role == "server"], record.lands)
    if found.kind == "exact" and isinstance(found.raw, Mapping):
        raw = {name: on for name, on in found.raw.items() if is_name(str(name))}
        return _understood(record, replace(found, raw={**named, **raw}), facts)
    if found.kind != "default":
        return _understood(record, found, facts)
    chosen = [rung for rung in rungs if not _of_a_package(rung, facts)]
    if not chosen:
        return replace(found, value=record.default(facts))
    top = chosen[-1].write
    place = replace(found, kind="exact", file=chosen[-1].path, line=top.line, ours=top.ours)
    return _understood(record, replace(place, raw=named), facts)


def _of_a_package(rung: Rung, facts: Facts) -> bool:
    prefix = facts.user.prefix if facts.user else None
    return prefix is not None and rung.path.is_relative_to(prefix) and not rung.write.ours


def _inside(landing: ServerTrait, facts: Facts) -> Found | None:
    inner = _INNER.get((landing.cls, landing.trait))
    return _named_by(inner, _("set for each kernel by {name}"), facts)


def _named_by(landing: ServerTrait | None, reason: str, facts: Facts) -> Found | None:
    """Return the strongest line that names the landing itself; None when there is none."""
    rungs = ladder(landing, facts) if landing else ()
    plain = [rung for rung in rungs if _is_named(rung)]
    return _unknown(plain[-1], reason.format(name=plain[-1].name)) if plain else None


def _is_named(rung: Rung) -> bool:
    return "*" not in (rung.write.cls, rung.write.trait)


def _by_variable(facts: Facts) -> Found | None:
    """Return the variable with which the hub makes servers pass over every file of theirs."""
    for name, values, reason in _DEAF:
        variable = SpawnerVariable(name)
        rungs = ladder(variable, facts)
        value = folded(rungs, variable).raw
        if name == VARIABLE and may_be_legacy(facts.user):
            continue  # those servers start, and their own files are what is read
        if value and (value in values or not values):
            line = next(r for r in reversed(rungs) if names_it(r.write, name))
            return _unknown(line, reason)
    return None


def _unknown(rung: Rung, reason: str) -> Found:
    return Found(None, "unknown", None, rung.name, rung.path, rung.write.line, reason=reason)
