"""Which idle culler the hub starts, from every line that adds to its services and roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from jhwizard.errors import RefusedError
from jhwizard.facts import Facts, Found, Missing
from jhwizard.jupyter import idle_culler
from jhwizard.jupyter.capabilities import culler_is_traitlets
from jhwizard.jupyter.culler_command import Dialect, dialect_of
from jhwizard.language import _
from jhwizard.layers import Rung, ladder
from jhwizard.settings.setting import HubCuller, HubTrait

_HUB_PYTHON = "sys.executable"
SERVICES = HubTrait(*idle_culler.SERVICES)
ROLES = HubTrait(*idle_culler.ROLES)


@dataclass(frozen=True)
class Listed:
    """What the lines of a list amount to: the entries that are known, and what hides others."""

    entries: tuple[tuple[Rung, object], ...] = ()
    hidden: Rung | None = None
    """A line that may put further entries before the known ones; None when all are known."""


def listed(landing: HubTrait, facts: Facts) -> Listed:
    """Return the entries that are in the list for certain, each with its line."""
    state = Listed()
    for rung in ladder(landing, facts):
        value, known = rung.write.value, _known(rung.write.parts)
        added = _known(list(rung.write.added)) if rung.write.added else None
        if added is not None:
            more = tuple((rung, entry) for entry in added)
            state = Listed((*state.entries, *more), state.hidden)
        elif known is not None:
            state = Listed(_grown(state.entries, rung, known))
        elif rung.write.op == "append":
            state = Listed((*state.entries, (rung, value)), state.hidden)
        elif not isinstance(value, list | tuple) or rung.write.op == "unknown":
            state = Listed(hidden=rung)
        elif rung.write.op == "=":
            state = Listed(tuple((rung, entry) for entry in value))
        else:
            more = tuple((rung, entry) for entry in value)
            state = Listed((*state.entries, *more), state.hidden)
    return state


def _grown(
    before: tuple[tuple[Rung, object], ...], rung: Rung, known: list[object]
) -> tuple[tuple[Rung, object], ...]:
    """Return the entries of a whole list; those that an earlier line gave keep that line."""
    is_longer = known[: len(before)] == [entry for _rung, entry in before]
    kept = before if is_longer else ()
    return (*kept, *((rung, entry) for entry in known[len(kept) :]))


def _known(parts: object) -> list[object] | None:
    """Return the entries of a list that is known but for details; None where one hides more."""
    if not isinstance(parts, list):
        return None
    entries = [_with_program(entry) for entry in parts]
    return None if any(_is_hidden(entry) for entry in entries) else entries


def _with_program(entry: object) -> object:
    """Return an entry whose command's program, often `sys.executable`, is known by its name."""
    match entry:
        case {"command": [Missing(refers=str() as program), *words], **rest} if program:
            return {**rest, "command": [program, *words]}
    return entry


def _is_hidden(entry: object) -> bool:
    command = entry.get("command") if isinstance(entry, Mapping) else entry
    words = command if isinstance(command, list | tuple) else [command]
    return any(isinstance(word, Missing) for word in words)


def cullers(services: Listed) -> list[tuple[Rung, Mapping[str, object]]]:
    """Return the services that start the culler."""
    return list(_cullers(services.entries))


def _cullers(
    entries: Sequence[tuple[Rung, object]],
) -> Iterator[tuple[Rung, Mapping[str, object]]]:
    for rung, entry in entries:
        if isinstance(entry, Mapping) and idle_culler.is_culler(entry):
            yield rung, entry


def own_cullers(services: Listed) -> list[tuple[Rung, Mapping[str, object]]]:
    """Return the services of the admin's own that start the culler."""
    return [(rung, service) for rung, service in cullers(services) if not rung.write.ours]


def found_culler(landing: HubCuller, facts: Facts) -> Found:
    """Return what the culler's command says by one flag, or why that is not known."""
    services = listed(SERVICES, facts)
    running = cullers(services)
    rung, service = running[-1] if running else (None, {})
    if services.hidden and not (rung and rung.write.ours):
        return _hidden(services.hidden)
    if rung is None:
        return _at_default()
    if len(running) > 1:
        other = running[-2][0].write.line
        return _unknown(rung, _("line {line} starts another culler").format(line=other))
    try:
        flags = _flags(rung, service, facts)
    except RefusedError as error:
        return _unknown(rung, error.text)
    return _at(rung, flags[landing.flag]) if landing.flag in flags else _at_default()


def _flags(rung: Rung, service: Mapping[str, object], facts: Facts) -> dict[str, object]:
    """Return the flags of a service that works; raise RefusedError where that is not certain."""
    flags = idle_culler.flags_of(service, dialect(service, facts))
    roles = listed(ROLES, facts)
    known = [entry for _rung, entry in roles.entries]
    # Of the admin's service, a line that is not understood may hold the role.
    if not idle_culler.may_work(service, known) and (rung.write.ours or not roles.hidden):
        raise RefusedError(_("no role lets the culler stop servers"))
    return flags


def dialect(service: Mapping[str, object], facts: Facts) -> Dialect:
    """Return who reads the words of a culler's command: nobody known for another Python's."""
    hub = facts.hub if runs_in_hub(service, facts) else None
    return dialect_of(_words(service), is_traitlets=culler_is_traitlets(hub))


def runs_in_hub(service: Mapping[str, object], facts: Facts) -> bool:
    """Return whether the hub's own Python starts the service for certain."""
    program = next(iter(_words(service)), None)
    if facts.hub is None or not isinstance(program, str):
        return False
    in_hub = PurePosixPath(program).is_relative_to(facts.hub.prefix / "bin")
    return program == _HUB_PYTHON or in_hub


def _words(service: Mapping[str, object]) -> Sequence[object]:
    command = service.get("command")
    return command if isinstance(command, list | tuple) else ()


_TRAIT = f"c.{'.'.join(idle_culler.SERVICES)}"


def _hidden(rung: Rung) -> Found:
    return _unknown(rung, rung.write.reason or _("it is not a list of services"))


def _at_default() -> Found:
    return Found(None, "default", trait=_TRAIT)


def _at(rung: Rung, raw: object) -> Found:
    return Found(None, "exact", raw, _TRAIT, rung.path, rung.write.line, rung.write.ours)


def _unknown(rung: Rung, reason: str) -> Found:
    line, ours = rung.write.line, rung.write.ours
    return Found(None, "unknown", None, _TRAIT, rung.path, line, ours, reason=reason)
