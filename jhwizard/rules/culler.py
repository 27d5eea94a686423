"""Rules about the hub's idle culler: its words, its rights, and whether it runs at all.

What it makes of its words was tried with jupyterhub-idle-culler 1.4.0 and 2.0.0, and its rights
with JupyterHub 6.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from jhwizard.culler import ROLES, SERVICES, cullers, dialect, listed, runs_in_hub
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts, Missing
from jhwizard.jupyter import capabilities, idle_culler
from jhwizard.jupyter.culler_command import MODULE, Argument, Dialect
from jhwizard.language import _
from jhwizard.layers import Rung, lines
from jhwizard.printable import shown
from jhwizard.rules.culler_words import judged, nearest
from jhwizard.rules.rule import Fix, Rule, Spot
from jhwizard.settings.hub_culler import IDLE, SETTINGS, not_installed

_KEYS = tuple(record.key for record in SETTINGS)
_NEEDED = {
    "list:users": {"list:users", "users", "admin:users"},
    "delete:servers": {"delete:servers", "servers", "admin:servers"},
}
"""Scopes without which nothing is stopped (tried), and those that hold them (`scopes.py`)."""


@dataclass(frozen=True)
class _Culler:
    """A service that starts the culler for certain."""

    rung: Rung
    service: Mapping[str, object]
    dialect: Dialect

    def spot(self, text: str, fix: Fix | None = None) -> Spot:
        """Return something to say about it."""
        return Spot(text, _KEYS, self.rung.path, self.rung.write.line, fix)


def _cullers(facts: Facts) -> list[_Culler]:
    running = cullers(listed(SERVICES, facts))
    return [_Culler(rung, service, dialect(service, facts)) for rung, service in running]


def reasons(facts: Facts) -> set[str]:
    """Return why the culler's answers are not known where a rule here says more about it."""
    found: set[str] = set()
    for culler in _cullers(facts):
        found.update(one.fault for one, fault in _words(culler) if fault)
        if _has_no_role(culler, facts) or _dies_of_a_second(culler):
            found.add(facts.found[IDLE].reason if IDLE in facts.found else "")
    return found - {""}


# Its words


def _words(culler: _Culler) -> list[tuple[Argument, str]]:
    """Return each argument, with what is certainly wrong with it."""
    try:
        command = idle_culler.command_of(culler.service)
        return judged(command, culler.dialect)
    except RefusedError:
        return []


def _dies(facts: Facts) -> Iterator[Spot]:
    for culler in _cullers(facts):
        faults = [fault for _one, fault in _words(culler) if fault]
        if _dies_of_a_second(culler):
            faults.append(_("the culler does not start: half of 1 second is 0"))
        if faults:
            fix = Fix(_("Write each of its words as --name=value, such as --cull-users=True."))
            text = _("{fault}: the hub runs on, and no server is ever stopped")
            yield culler.spot(text.format(fault=faults[0]), fix)


def _dies_of_a_second(culler: _Culler) -> bool:
    values = {one.name: one.value for one, _fault in _words(culler)}
    return values.get(idle_culler.TIMEOUT) == 1 and "cull-every" not in values


def _misspelt(facts: Facts) -> Iterator[Spot]:
    """Yield words that culler 2 passes over with no more than a warning in its log."""
    for culler in _cullers(facts):
        for one, _fault in _words(culler):
            word = str(idle_culler.command_of(culler.service)[one.at])
            is_passed = one.fault and not one.name and culler.dialect == "traitlets"
            if is_passed and "=" in word and (near := nearest(word, culler.dialect)):
                text = _("the culler passes {word} over, as it knows no such word")
                fix = Fix(_("Write --{near}=…").format(near=near))
                yield culler.spot(text.format(word=shown(word, 40)), fix)


# Its rights


def _roles(culler: _Culler, facts: Facts) -> list[Mapping[str, object]] | None:
    """Return the roles of a culler; None where there is no telling, or it needs none."""
    roles = listed(ROLES, facts)
    is_open = roles.hidden is not None or culler.rung.write.ours or _has_a_token(culler)
    if is_open or culler.service.get("admin") or not capabilities.has_roles(facts.hub):
        return None
    name = culler.service.get("name")
    if not isinstance(name, str) or not all(_is_known(role) for _rung, role in roles.entries):
        return None
    return [
        role
        for _rung, role in roles.entries
        if isinstance(role, Mapping) and idle_culler.serves(role, name)
    ]


def _is_known(role: object) -> bool:
    """Return whether a role is a table of which every word is known."""
    if not isinstance(role, Mapping):
        return False
    lists = (value for value in role.values() if isinstance(value, list | tuple))
    words = [*role.values(), *(word for words in lists for word in words)]
    return not any(isinstance(word, Missing) for word in words)


def _has_a_token(culler: _Culler) -> bool:
    """Return whether a culler may come with the rights of somebody else."""
    return "environment" in culler.service or "user" in culler.service


def _has_no_role(culler: _Culler, facts: Facts) -> bool:
    return _roles(culler, facts) == []


def _without_role(facts: Facts) -> Iterator[Spot]:
    text = _("no role lets the culler {name} stop servers: it asks, is refused, and stops nobody")
    for culler in _cullers(facts):
        if _has_no_role(culler, facts):
            name = shown(str(culler.service.get("name")), 40)
            fix = Fix(
                _("Add to c.JupyterHub.load_roles: {role}").format(role=_role_of(culler.service))
            )
            yield culler.spot(text.format(name=name), fix)


def _role_of(service: Mapping[str, object]) -> str:
    role = {**idle_culler.role({}), "name": "idle-culler", "services": [service.get("name")]}
    return shown(repr(role), 250)


def _lacks_a_scope(facts: Facts) -> Iterator[Spot]:
    text = _("the culler {name} has not the scope {scope}: it stops nobody")
    for culler in _cullers(facts):
        roles = _roles(culler, facts)
        scopes = _scopes(roles) if roles else None
        for scope, holders in _NEEDED.items() if scopes is not None else ():
            if not holders & (scopes or set()):
                name = shown(str(culler.service.get("name")), 40)
                fix = Fix(_("Add {scope} to the scopes of its role.").format(scope=scope))
                yield culler.spot(text.format(name=name, scope=scope), fix)


def _scopes(roles: list[Mapping[str, object]]) -> set[str] | None:
    """Return what some roles allow; None where that is not known, or where it is everything."""
    found: set[str] = set()
    for role in roles:
        scopes = role.get("scopes", [])
        if role.get("name") in {"admin", "server", "user", "token"}:
            return None
        if not isinstance(scopes, list | tuple) or not all(isinstance(s, str) for s in scopes):
            return None
        found |= {str(scope).partition("!")[0] for scope in scopes}
    return found


def _is_admin(facts: Facts) -> Iterator[Spot]:
    text = _("the culler {name} is an admin by the way of old: it may do anything on the hub")
    for culler in _cullers(facts):
        if culler.service.get("admin") is True and capabilities.has_roles(facts.hub):
            fix = Fix(
                _('Take "admin" out and add to c.JupyterHub.load_roles: {role}').format(
                    role=_role_of(culler.service)
                )
            )
            yield culler.spot(text.format(name=shown(str(culler.service.get("name")), 40)), fix)


def _undefined_service(facts: Facts) -> Iterator[Spot]:
    """Yield roles for a service that is not there (JupyterHub 6.1 ends with ValueError, tried)."""
    services = listed(SERVICES, facts)
    known = {s.get("name") if isinstance(s, Mapping) else None for _rung, s in services.entries}
    if services.hidden is not None or not all(isinstance(name, str) for name in known):
        return
    tokens = any(write.trait in {"service_tokens", "*"} for _source, write in lines("hub", facts))
    if tokens or not capabilities.has_roles(facts.hub):
        return
    text = _("the role {role} is for a service {name}, which there is not: the hub does not start")
    for rung, role in listed(ROLES, facts).entries:
        named = role.get("services") if isinstance(role, Mapping) else None
        for name in named if isinstance(named, list | tuple) else ():
            if isinstance(name, str) and name not in known and isinstance(role, Mapping):
                words = text.format(role=shown(str(role.get("name")), 40), name=shown(name, 40))
                fix = Fix(_("Write a name of c.JupyterHub.services, or take the role out."))
                yield Spot(words, _KEYS, rung.path, rung.write.line, fix)


# Whether it runs


def _several(facts: Facts) -> Iterator[Spot]:
    running = _cullers(facts)
    if any(_sees_to_some(culler) for culler in running):
        return
    for culler in running[1:]:
        text = _("line {line} starts another culler: whichever has the shorter time stops servers")
        fix = Fix(_("Keep one of them."))
        yield culler.spot(text.format(line=running[0].rung.write.line), fix)


def _sees_to_some(culler: _Culler) -> bool:
    """Return whether a culler stops only some servers, so that another one is no second."""
    words = culler.service.get("command")
    some = ("--cull-named", "--cull-default", "--url", "--config")
    return any(str(w).startswith(some) for w in words) if isinstance(words, list | tuple) else True


def _missing(facts: Facts) -> Iterator[Spot]:
    for culler in _cullers(facts):
        words = culler.service.get("command")
        is_module = isinstance(words, list | tuple) and MODULE in words
        why = not_installed(facts) if is_module and runs_in_hub(culler.service, facts) else ""
        if why and not culler.rung.write.ours:
            yield culler.spot(_("{why}: no server is ever stopped").format(why=why))


def _config_file(facts: Facts) -> Iterator[Spot]:
    directory = facts.hub_directory
    path = directory / idle_culler.CONFIG_FILE if directory else None
    running = [culler for culler in _cullers(facts) if culler.dialect == "traitlets"]
    if path and facts.files.get(path) and running:
        text = _("the culler reads this file too, as the hub is started in its directory")
        fix = Fix(_("Say all of it in the culler's command, and take the file away."))
        yield Spot(text, _KEYS, PurePosixPath(path), None, fix)


RULES: tuple[Rule, ...] = (
    Rule(
        "culler-does-not-start",
        _("A word of the culler's command with which the installed version ends at once."),
        "error",
        _dies,
    ),
    Rule(
        "culler-word-misspelt",
        _("A word of the culler's command that version 2 passes over."),
        "error",
        _misspelt,
    ),
    Rule(
        "culler-not-installed",
        _("A culler that is not in the environment of the hub, whose Python starts it."),
        "error",
        _missing,
    ),
    Rule(
        "culler-without-role",
        _("A culler that no role lets stop servers."),
        "error",
        _without_role,
    ),
    Rule(
        "culler-lacks-scope",
        _("A culler whose role lacks list:users or delete:servers."),
        "error",
        _lacks_a_scope,
    ),
    Rule(
        "role-of-no-service",
        _("A role for a service that is not there, with which the hub does not start."),
        "error",
        _undefined_service,
    ),
    Rule(
        "two-cullers",
        _("More than one culler."),
        "warning",
        _several,
    ),
    Rule(
        "culler-config-file",
        _("An idle_culler_config.py where the hub is started, which culler 2 reads, too."),
        "warning",
        _config_file,
    ),
    Rule(
        "culler-is-admin",
        _('A culler with "admin": True, the way before JupyterHub 2.'),
        "note",
        _is_admin,
    ),
)
