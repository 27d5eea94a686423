"""What people may read or write and should not: secrets, config that programs of others run.

By mode bits, as for somebody who has an account and is in no group; and for groups that are
certainly of ordinary users.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from jhwizard.examination.accounts import Accounts, first_barrier
from jhwizard.examined import Exposed, Person, Side
from jhwizard.facts import Facts, Source, Write
from jhwizard.host import Host
from jhwizard.jupyter.classes import starts_containers
from jhwizard.jupyter.tljh import is_tljhs
from jhwizard.layers import folded, ladder
from jhwizard.printable import is_secret, password_in
from jhwizard.settings.setting import HubTrait

_STRANGER = Person()
_COOKIE = HubTrait("JupyterHub", "cookie_secret_file")
_PLACEHOLDER = re.compile(r"[<{$%].*|x+|\*+|\.+|(?:change|replace).*", re.IGNORECASE)
_READ_AS_CODE: Mapping[str, Side] = {"hub": "hub", "server": "server"}


def exposed(facts: Facts, host: Host, known: Accounts) -> tuple[Exposed, ...]:
    """Return what people may read or write; nothing where nobody has an account here."""
    if starts_containers(facts.spawner) and not known.people:
        return ()
    return tuple(dict.fromkeys([*_secrets(facts, host, known), *_writable(facts, host, known)]))


def _secrets(facts: Facts, host: Host, known: Accounts) -> Iterator[Exposed]:
    for source in facts.sources:
        if source.role not in _READ_AS_CODE or not source.state or source.command_line:
            continue
        found = list(_secrets_in(source))
        by = _who_may(host, known, source.path, "r")
        if found and by is not None:
            names = tuple(dict.fromkeys(name for name, _line in found))
            yield _record("secret", source.path, host, known, by, found[0][1], names)
    for path in _cookies(facts):
        status = host.status(path)
        # JupyterHub 6.1, `init_secrets`: anything for others, whatever the directories say.
        if status and stat.S_ISREG(status.st_mode) and status.st_mode & 0o007:
            yield _record("cookie", path, host, known, "")
    if facts.hub_directory:
        database = facts.hub_directory / "jupyterhub.sqlite"
        if host.exists(database) and (by := _who_may(host, known, database, "w")) is not None:
            yield _record("database", database, host, known, by)


def _cookies(facts: Facts) -> list[PurePosixPath]:
    """Return where the hub's cookie secret is kept, as far as that is known."""
    itself = HubTrait(_COOKIE.cls, "cookie_secret")
    if ladder(itself, facts) or facts.variables.get("JPY_COOKIE_SECRET"):
        return []  # no file is looked at then
    found = folded(ladder(_COOKIE, facts), _COOKIE)
    name = found.raw if found.kind == "exact" else None
    if found.kind == "default":
        name = "jupyterhub_cookie_secret"
    if not isinstance(name, str) or not name:
        return []
    if name.startswith("/"):
        return [PurePosixPath(name)]
    return [facts.hub_directory / name] if facts.hub_directory else []


def _secrets_in(source: Source) -> Iterator[tuple[str, int]]:
    """Yield the traits of a file that hold a secret which stands in it, with their lines."""
    assert source.state is not None  # noqa: S101 - looked at by the caller
    content = source.state.content
    for write in source.reading.writes:
        if write.kind != "exact" or "*" in (write.cls, write.trait) or is_tljhs(source.path):
            continue
        for secret in _held(write.trait, write.value, write):
            # What comes from a variable or another file is no secret of this one.
            if secret.encode() in content and not _PLACEHOLDER.fullmatch(secret):
                yield f"{write.cls}.{write.trait}", write.line
                break


def _held(name: str, value: object, write: Write) -> Iterator[str]:
    match value:
        case str() if value and (is_secret(name) or (name == "db_url" and password_in(value))):
            yield value
        case bytes() if value and is_secret(name):
            yield value.decode("latin-1")
        case Mapping():
            for key, each in value.items():
                yield from _held(str(key), each, write)
        case list() | tuple() if write.cls == "CryptKeeper" and name == "keys":
            yield from (str(each) for each in value if isinstance(each, str) and each)
        case list() | tuple():
            # Of a list, only what tables in it say: `services`, `load_groups`.
            for each in value:
                yield from _held("", each, write) if isinstance(each, Mapping) else ()
        case _:
            return


def _writable(facts: Facts, host: Host, known: Accounts) -> Iterator[Exposed]:
    directories: dict[PurePosixPath, Side] = {}
    for source in facts.sources:
        side = _READ_AS_CODE.get(source.role)
        if side is None or not source.state or source.command_line:
            continue
        directories.setdefault(source.path.parent, side)
        if (by := _who_may(host, known, source.path, "w")) is not None:
            yield _record("config", source.path, host, known, by, side=side)
    for directory, side in directories.items():
        if (by := _who_may(host, known, directory, "wx")) is not None:
            yield _record("directory", directory, host, known, by, side=side)
    sides: tuple[Side, ...] = ("hub", "server")
    for side in sides:
        environment = facts.hub if side == "hub" else facts.user
        place = environment.writable if environment else None
        if place and (by := _who_may(host, known, place, "wx")) is not None:
            yield _record("environment", place, host, known, by, side=side)


def _who_may(host: Host, known: Accounts, path: PurePosixPath, bits: str) -> str | None:
    """Return the group of people that may; empty for everybody, None where only admins may."""
    if not host.exists(path):
        return None
    if first_barrier(host, _STRANGER, path, bits) is None:
        return ""
    for gid in known.shared_groups():
        if first_barrier(host, Person(gids=frozenset({gid})), path, bits) is None:
            return known.group(gid)
    return None


def _record(  # noqa: PLR0913, PLR0917 - what is exposed, and how
    what: object,
    path: PurePosixPath,
    host: Host,
    known: Accounts,
    by: str,
    line: int | None = None,
    names: tuple[str, ...] = (),
    side: Side = "hub",
) -> Exposed:
    status = host.status(path)
    assert status is not None  # noqa: S101 - it was there just now
    mode, owner = stat.S_IMODE(status.st_mode), known.owner(status.st_uid)
    group = known.group(status.st_gid)
    return Exposed(what, path, mode, owner, group, by, line, names, side)  # type: ignore[arg-type]
