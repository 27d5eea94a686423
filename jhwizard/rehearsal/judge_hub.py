"""Judges what was seen of the hub: limits of servers, and its culler."""

from __future__ import annotations

from collections.abc import Mapping

from jhwizard.culler import dialect
from jhwizard.errors import RefusedError
from jhwizard.jupyter import idle_culler
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.rehearsal.proof import Proof, Seen, Verdict, Wanted
from jhwizard.settings import hub_culler
from jhwizard.settings.setting import HubCuller, Setting

_LOWERED, _ENOUGH, _TRIES = 2, 3, 4
_NOT_NAMED = 400
_FULL = 429


def proof(
    record: Setting, wanted: Wanted, observed: object, *, ok: bool | None = None, note: str = ""
) -> Proof:
    """Return a proof; it is good where both are equal, unless `ok` says."""
    should = wanted.values[record.key]
    good = observed == should if ok is None else ok
    return Proof(record.key, _plain(should), _plain(observed), good, note=note)


def _plain(value: object) -> object:
    """Return a value as `show --json` has it: seconds, lists, tables."""
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, list | tuple | set | frozenset) else value


def meant(record: Setting, raw: object, wanted: Wanted) -> object:
    """Return a trait's value in the setting's own terms; words where it amounts to none."""
    try:
        value = record.read(raw, wanted.after)
    except RefusedError as error:
        return error.text
    return shown(repr(raw)) if value is None else value


def same(left: object, right: object) -> bool:
    """Return whether two values are equal once both have been JSON."""
    if isinstance(left, list | tuple | set) and isinstance(right, list):
        return sorted(map(str, left)) == sorted(map(str, right))
    return left == right


def names(record: Setting, wanted: Wanted, found: object) -> Proof:
    """Return a proof of names whose order is of no interest."""
    there = {str(name) for name in found} if isinstance(found, list | tuple) else set()
    should = wanted.values[record.key]
    wished = set(should) if isinstance(should, tuple) else set()
    kept = [name for name in should if name in there] if isinstance(should, tuple) else []
    return proof(record, wanted, (*kept, *sorted(there - wished)), ok=there == wished)


def limits(record: Setting, seen: Seen, wanted: Wanted) -> Verdict:
    """Judge one of the limits."""
    if record.key == "named_servers.active_limit":
        return _active(record, seen, wanted)
    named = seen.get("named")
    if named is None:
        return None
    person = named["person"]
    assert isinstance(person, Mapping)  # noqa: S101 - as the visitor tells it
    accepted, why = int(person["accepted"]), str(person["why"])
    off = not accepted and "not enabled" in why
    if record.key == "named_servers.allow":
        refused = off or not named["allow"]
        other = shown(why, 120) or _("status {status}").format(status=person["status"])
        return proof(record, wanted, bool(accepted) if accepted or refused else other)
    if off:
        return proof(record, wanted, _("the hub takes no named servers at all"), ok=False)
    if record.key == "named_servers.admins_unlimited":
        return _admins(record, named, wanted)
    return _limit(record, named, accepted, wanted)


def _admins(record: Setting, named: Mapping[str, object], wanted: Wanted) -> Proof:
    admin, tries = named["admin"], named["tries"]
    took = isinstance(admin, Mapping) and admin["accepted"] == tries
    text = _("an admin asked for {count} named servers, one more than a person gets")
    return proof(record, wanted, took, note=text.format(count=tries))


def _limit(record: Setting, named: Mapping[str, object], accepted: int, wanted: Wanted) -> Proof:
    asked = named["asked"]
    assert isinstance(asked, Mapping)  # noqa: S101 - as the visitor tells it
    live = named["limit"] if named["limit"] is not None else asked["person"]
    if not isinstance(live, int):
        return proof(record, wanted, accepted)
    return _counted(record, max(live, 0), accepted, _TRIES, wanted)


def _counted(record: Setting, live: int, accepted: int, tries: int, wanted: Wanted) -> Proof:
    """Judge a limit by what the hub holds and whether it kept it, lowered where that is high."""
    tried = _LOWERED if live > _ENOUGH else live
    kept = accepted == tried if live else accepted >= tries
    if not live:
        note = _("{count} were started, and none was refused").format(count=accepted)
    elif tried != live:
        text = _("tried with {tried} in place of {live}: one more was refused")
        note = text.format(tried=tried, live=live)
    else:
        note = _("one more was refused")
    if not kept:
        text = _("the hub holds {live}, but {count} were started")
        note = text.format(live=live, count=accepted)
    return proof(record, wanted, live, ok=kept and live == wanted.values[record.key], note=note)


def _active(record: Setting, seen: Seen, wanted: Wanted) -> Verdict:
    active = seen.get("active")
    if active is None:
        return None
    live, refused = active["limit"], active["refused"]
    if not isinstance(live, int) or live < 0 or (refused not in {0, _FULL}):
        return proof(record, wanted, shown(str(active["why"]) or str(live), 120), ok=False)
    return _counted(record, live, int(str(active["accepted"])), 1, wanted)


def culler(record: Setting, seen: Seen, wanted: Wanted) -> Verdict:
    """Judge one flag of the culler, by the process that runs and by its rights."""
    said = seen.get("culler")
    if said is None:
        return None
    services = said["services"]
    assert isinstance(services, list)  # noqa: S101 - as the visitor tells it
    if not services:
        return proof(record, wanted, 0 if record.key == hub_culler.IDLE else _("no culler runs"))
    if len(services) > 1:
        return proof(record, wanted, _("the hub runs several cullers"), ok=False)
    service = services[0]
    trouble = _trouble(service)
    try:
        observed = _flag(record, service, wanted)
    except RefusedError as error:
        observed, trouble = error.text, trouble or error.text
    alive = _("{name} runs, with the rights it needs").format(name=shown(str(service["name"])))
    should = wanted.values[record.key]
    ok = observed == should and not trouble
    return proof(record, wanted, observed, ok=ok, note=trouble or alive)


def _trouble(service: Mapping[str, object]) -> str:
    if not service["alive"]:
        return _("the hub starts it, and it ends at once: see the log")
    words, scopes = service["argv"], service["scopes"]
    assert isinstance(words, list)  # noqa: S101 - as the visitor tells it
    users = any("cull-users" in str(word) for word in words)
    needed = set(idle_culler.role({"cull-users": users})["scopes"])  # type: ignore[call-overload]
    given = set(scopes) if isinstance(scopes, list) else set()
    needed -= {idle_culler.DELETE_USERS} if "delete:users" in given else set()
    lacks = sorted(needed - given)
    return _("it lacks the rights {names}").format(names=", ".join(lacks)) if lacks else ""


def _flag(record: Setting, service: Mapping[str, object], wanted: Wanted) -> object:
    assert isinstance(record.lands, HubCuller)  # noqa: S101 - asked by the caller
    told = {"command": service["argv"]}
    flags = idle_culler.flags_of(told, dialect(told, wanted.after))
    flag = record.lands.flag
    return flags.get(flag, hub_culler.without_flag(flag, flags[idle_culler.TIMEOUT]))
