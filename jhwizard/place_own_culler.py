"""Changes of a culler that the admin wrote: its words, its service and its role where they stand.

Nothing is overridden here, since a second service would be a second culler. What cannot be changed
by itself is refused, with its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from jhwizard.answers import Answers
from jhwizard.culler import ROLES, SERVICES, cullers, dialect, listed, own_cullers, runs_in_hub
from jhwizard.edit import Edit, by_hand
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts, Problem
from jhwizard.jupyter import culler_command, idle_culler
from jhwizard.jupyter.python_elements import Kept, is_text_of_one
from jhwizard.jupyter.python_entries import Change, Entry, entries, patches
from jhwizard.jupyter.python_source import PythonSource, parse_python
from jhwizard.language import _
from jhwizard.layers import Rung
from jhwizard.settings import SETTINGS, hub_culler
from jhwizard.settings.setting import HubCuller, HubTrait, Setting

_SUBJECTS = ("users", "groups", "services")


@dataclass(frozen=True)
class OwnCuller:
    """The admin's culler where it stands."""

    rung: Rung
    service: Mapping[str, object]
    """What it says, as far as it is known."""
    entry: Entry
    roles: tuple[Entry, ...]
    """The roles that serve it and stand in the same file."""
    source: PythonSource
    dialect: culler_command.Dialect

    @property
    def path(self) -> PurePosixPath:
        """Return the file of all that."""
        return self.rung.path

    @property
    def line(self) -> int:
        """Return the line that says it: the statement's own, unless the service has a name."""
        line = self.rung.write.line
        is_there = self.entry.element is self.entry.node and self.entry.statement.lineno == line
        return line if is_there else self.entry.line


def edits_in_place(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return what brings the admin's culler to the answers, by the smallest change.

    Raises RefusedError, with the line, for what cannot be changed by itself.
    """
    own = own_culler(record, facts)
    is_never = answers[record.key] == 0
    if not is_never:
        _refuse_not_installed(record, own, facts)
    changes = list(_without(own, facts) if is_never else _with_answers(own, facts, answers))
    try:
        made = patches(own.source, changes) if changes else []
    except RefusedError as error:
        raise RefusedError(error.text, file=own.path, line=error.line, fix=error.fix) from error
    cls, trait = SERVICES.cls, SERVICES.trait
    return [Edit(record.key, own.path, cls, trait, "=", None, patch=patch) for patch in made]


def own_culler(record: Setting, facts: Facts) -> OwnCuller:
    """Return the admin's culler where it stands.

    Raises RefusedError where there are several, or none that is written out in a Python file.
    """
    services = listed(SERVICES, facts)
    (rung, service), state = own_cullers(services)[-1], None
    if len(cullers(services)) > 1:
        raise _several(record, [each for each, _service in cullers(services)])
    if services.hidden:
        raise by_hand(record, services.hidden)
    if rung.path.suffix == ".py" and rung.source.reading.problem is None:
        state = facts.files.get(rung.path)
    source = parse_python(state.content) if state else Problem("")
    if isinstance(source, Problem):
        raise _elsewhere(record, rung)
    there = [e for e in _entries(source, SERVICES) if idle_culler.is_culler(_words_only(e))]
    if len(there) != 1:
        raise _elsewhere(record, rung)
    name = service.get("name")
    roles = tuple(e for e in _entries(source, ROLES) if idle_culler.serves(e.value, name))
    return OwnCuller(rung, service, there[0], roles, source, dialect(service, facts))


def _entries(source: PythonSource, landing: HubTrait) -> list[Entry]:
    return entries(source, landing.cls, landing.trait)


def _words_only(entry: Entry) -> dict[str, object]:
    """Return a service with nothing but the literals of its command."""
    command = entry.value.get("command")
    words = command if isinstance(command, list | tuple) else [command]
    return {"command": [word for word in words if isinstance(word, str)]}


def _refuse_not_installed(record: Setting, own: OwnCuller, facts: Facts) -> None:
    is_module = culler_command.MODULE in own.service.get("command", ())  # type: ignore[operator]
    why = hub_culler.not_installed(facts)
    if why and is_module and runs_in_hub(own.service, facts):
        raise RefusedError(f"{record.key}: {why}", file=own.path, line=own.line)


def _several(record: Setting, rungs: list[Rung]) -> RefusedError:
    text = _("{key}: two cullers are started, by line {first} and line {last}")
    first, last = rungs[-2].write.line, rungs[-1].write.line
    return RefusedError(
        text.format(key=record.key, first=first, last=last),
        file=rungs[-1].path,
        line=last,
        fix=_("take one of them out, with its role"),
    )


def _elsewhere(record: Setting, rung: Rung) -> RefusedError:
    text = _("{key}: this line starts a culler whose arguments are not all written out in it")
    return RefusedError(
        text.format(key=record.key),
        file=rung.path,
        line=rung.write.line,
        fix=_("change its arguments by hand"),
    )


# Other arguments


def command_of(record: Setting, own: OwnCuller) -> list[object] | tuple[object, ...]:
    """Return the words of the culler's command as they stand, with `Kept` for its program.

    Raises RefusedError, with the line, where they are computed or one text.
    """
    command = own.entry.value.get("command")
    if not isinstance(command, list | tuple):
        raise _elsewhere(record, own.rung)
    known = own.service.get("command")
    told = known if isinstance(known, list | tuple) and len(known) == len(command) else command
    pairs = zip(command, told, strict=True)
    words = [_word(*pair) if at else pair[0] for at, pair in enumerate(pairs)]
    if any(isinstance(word, Kept) for word in words[1:]):
        raise _elsewhere(record, own.rung)
    return type(command)(words)


class _Made(str):
    """A word that is made of a number, `f"--timeout={idle}"`, as the text it is known to be."""

    __slots__ = ("kept",)
    kept: Kept


def _word(written: object, known: object) -> object:
    """Return a word that can be exchanged as a whole, whatever it is made of."""
    if not isinstance(written, Kept) or not isinstance(known, str):
        return written
    if not is_text_of_one(written.source):
        return written
    made = _Made(known)
    made.kept = written
    return made


def _with_answers(own: OwnCuller, facts: Facts, answers: Answers) -> Iterator[Change]:
    command = command_of(SETTINGS[hub_culler.IDLE], own)
    words = _changed_words(own, list(command), answers)
    if words != list(command):
        stay = [word.kept if isinstance(word, _Made) else word for word in words]
        yield Change(own.entry, {**own.entry.value, "command": type(command)(stay)})
    if answers.changed(hub_culler.USERS) and answers[hub_culler.USERS]:
        yield from _with_the_right_to_delete(own, facts)


def _changed_words(own: OwnCuller, command: list[object], answers: Answers) -> list[object]:
    """Return the words of the command with only those changed that an answer asks for."""
    try:
        said = culler_command.arguments(command, own.dialect)
        words = culler_command.with_flags(command, own.dialect, dict(_wanted(said, answers)))
        culler_command.flags(words, own.dialect)
    except RefusedError as error:
        raise _refused(own, error.text) from error
    return words


def _wanted(said: list[culler_command.Argument], answers: Answers) -> Iterator[tuple[str, object]]:
    """Yield the flags that change; None for those that go, since the culler does so by itself."""
    there = {one.name: one.value for one in said}
    idle = answers[hub_culler.IDLE] or there.get(idle_culler.TIMEOUT)
    for key, record in SETTINGS.items():
        if not isinstance(record.lands, HubCuller) or not answers.changed(key):
            continue
        flag, value = record.lands.flag, answers[key]
        is_default = key in answers.reset or value == hub_culler.without_flag(flag, idle)
        if is_default and flag != idle_culler.TIMEOUT:
            yield flag, None
        elif there.get(flag) != value or type(there.get(flag)) is not type(value):
            yield flag, value


def _refused(own: OwnCuller, why: str) -> RefusedError:
    fix = _("answer that too, or change the line by hand")
    return RefusedError(why, file=own.path, line=own.entry.line, fix=fix)


def _with_the_right_to_delete(own: OwnCuller, facts: Facts) -> Iterator[Change]:
    """Yield the scope that deleting people needs, for the role that is this service's alone."""
    roles = _known_roles(own, facts)
    if own.service.get("admin") is True or any(map(idle_culler.lets_delete_users, roles)):
        return
    alone = [entry for entry in own.roles if _is_alone(entry, own)]
    scopes = alone[0].value.get("scopes") if alone else None
    if len(alone) != len(roles) or not isinstance(scopes, list | tuple):
        line = _line_of_role(own, facts)
        text = _("line {line} is the culler's role, which needs the scope {scope} to delete people")
        why = text.format(line=line, scope=idle_culler.DELETE_USERS)
        raise RefusedError(why, file=own.path, line=line, fix=_("add it by hand"))
    more = type(scopes)([*scopes, idle_culler.DELETE_USERS])
    yield Change(alone[0], {**alone[0].value, "scopes": more})


# No culler any more


def _without(own: OwnCuller, facts: Facts) -> Iterator[Change]:
    """Yield the end of the service, and of what names it: JupyterHub refuses such a role."""
    if len(own.roles) != len(_known_roles(own, facts)) or listed(ROLES, facts).hidden:
        line = _line_of_role(own, facts)
        text = _("line {service} starts the culler, and line {role} may give it a role")
        why = text.format(service=own.entry.line, role=line)
        raise RefusedError(why, file=own.path, line=line, fix=_("take both out by hand"))
    yield Change(own.entry, None)
    for entry in own.roles:
        yield Change(entry, None if _is_alone(entry, own) else _without_service(entry, own))


def _without_service(entry: Entry, own: OwnCuller) -> dict[object, object]:
    services = entry.value.get("services")
    names = services if isinstance(services, list | tuple) else ()
    rest = type(names)(name for name in names if name != own.service.get("name"))
    return {**entry.value, "services": rest}


# Its roles


def _known_roles(own: OwnCuller, facts: Facts) -> list[Mapping[str, object]]:
    roles = (entry for _rung, entry in listed(ROLES, facts).entries)
    name = own.service.get("name")
    return [r for r in roles if isinstance(r, Mapping) and idle_culler.serves(r, name)]


def _line_of_role(own: OwnCuller, facts: Facts) -> int:
    """Return a line that gives, or may give, the culler its role."""
    roles = listed(ROLES, facts)
    name = own.service.get("name")
    lines = [rung.write.line for rung, entry in roles.entries if idle_culler.serves(entry, name)]
    lines += [roles.hidden.write.line] if roles.hidden else []
    return lines[0] if lines else own.entry.line


def _is_alone(entry: Entry, own: OwnCuller) -> bool:
    """Return whether a role is for the culler and for nobody else."""
    subjects = [entry.value.get(kind) or [] for kind in _SUBJECTS]
    names = [n for each in subjects for n in (each if isinstance(each, list | tuple) else [each])]
    return names == [own.service.get("name")]
