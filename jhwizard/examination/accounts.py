"""The accounts of a machine, and what they may reach: mode bits, groups, access control lists.

By the machine's own files, so that it works for an image as well; nobody's account is used.
Directory services are not asked.
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.examined import Person
from jhwizard.host import Host
from jhwizard.jupyter.user_site import FIRST_PERSON, USERS

_LAST_PERSON = 59999
"""Ids above it are containers', and `nobody` (Debian's policy, 9.2.2)."""
_NO_SHELLS = ("nologin", "false", "sync")
_BITS = {"r": 4, "w": 2, "x": 1}
_USER_OBJECT, _USER, _GROUP_OBJECT, _GROUP, _MASK = 0x01, 0x02, 0x04, 0x08, 0x10
"""Tags of an access control list (`linux/posix_acl.h`)."""


@dataclass(frozen=True)
class Accounts:
    """What passwd(5) and group(5) say."""

    people: tuple[Person, ...] = ()
    """Ordinary users, by their ids."""
    everybody: tuple[Person, ...] = ()
    first_groups: tuple[int, ...] = ()
    """The first group of each of the people."""
    names: dict[int, str] | None = None
    groups: dict[int, str] | None = None

    def owner(self, uid: int) -> str:
        """Return the name of a user, or the number where there is none."""
        return (self.names or {}).get(uid, str(uid))

    def group(self, gid: int) -> str:
        """Return the name of a group, or the number where there is none."""
        return (self.groups or {}).get(gid, str(gid))

    def named(self, name: str) -> Person | None:
        """Return an account, ordinary or not."""
        return next((each for each in self.everybody if each.name == name), None)

    def shared_groups(self) -> tuple[int, ...]:
        """Return groups that certainly are of ordinary users, whoever they are.

        `users`, and the first groups of more than one person; others are added to on purpose.
        """
        first = self.first_groups
        several = {gid for gid in first if first.count(gid) > 1 and gid >= FIRST_PERSON}
        return tuple(sorted({USERS, *several}))


def accounts(host: Host) -> Accounts:
    """Return the accounts of the machine; none where they may not be read."""
    groups: dict[int, str] = {}
    members: dict[str, set[int]] = {}
    for name, _password, gid, names in _fields(host, "/etc/group", 4):
        if gid.isdecimal():
            groups[int(gid)] = name
            for member in filter(None, names.split(",")):
                members.setdefault(member, set()).add(int(gid))
    people: list[tuple[Person, int]] = []
    everybody: list[Person] = []
    known: dict[int, str] = {}
    for name, _password, uid, gid, _title, _home, shell in _fields(host, "/etc/passwd", 7):
        if not (uid.isdecimal() and gid.isdecimal()):
            continue
        person = Person(name, int(uid), frozenset({int(gid), *members.get(name, ())}))
        known.setdefault(person.uid, name)
        everybody.append(person)
        if FIRST_PERSON <= person.uid <= _LAST_PERSON and not shell.endswith(_NO_SHELLS):
            people.append((person, int(gid)))
    people.sort(key=lambda each: each[0].uid)
    first = tuple(gid for _person, gid in people)
    return Accounts(tuple(p for p, _gid in people), tuple(everybody), first, known, groups)


def _fields(host: Host, path: str, number: int) -> Iterator[list[str]]:
    try:
        state = host.read(PurePosixPath(path))
    except WizardError:
        return
    for line in (state.content if state else b"").decode("utf-8", "replace").splitlines():
        fields = line.split(":")
        if len(fields) == number:
            yield fields


def missing(host: Host, person: Person, path: PurePosixPath, wanted: str) -> str | None:
    """Return what a person lacks at one path, as chmod has it: `o+x`; None when nothing.

    `wanted` is some of `rwx`. Empty where an access control list decides against him. What cannot
    be seen lacks nothing, since nothing is known of it.
    """
    status = host.status(path)
    if status is None or person.uid == 0:
        return None
    need = sum(_BITS[letter] for letter in wanted)
    listed = host.access_list(path)
    if listed is not None:
        return None if _is_let_in(listed, person, status.st_uid, status.st_gid, need) else ""
    if person.uid == status.st_uid:
        who, have = "u", status.st_mode >> 6
    elif status.st_gid in person.gids:
        who, have = "g", status.st_mode >> 3
    else:
        who, have = "o", status.st_mode
    lacking = "".join(letter for letter in wanted if not have & _BITS[letter])
    return f"{who}+{lacking}" if lacking else None


def _is_let_in(listed: bytes, person: Person, uid: int, gid: int, need: int) -> bool:
    """Return whether an access control list lets a person in, by the order of acl(5)."""
    entries = list(struct.iter_unpack("<HHI", listed[4 : 4 + (len(listed) - 4) // 8 * 8]))
    mask = next((perm for tag, perm, _who in entries if tag == _MASK), 7)
    if person.uid == uid:
        return any(tag == _USER_OBJECT and perm & need == need for tag, perm, _who in entries)
    for tag, perm, who in entries:
        if tag == _USER and who == person.uid:
            return bool(perm & mask & need == need)
    mine = [
        perm & mask
        for tag, perm, who in entries
        if (tag == _GROUP_OBJECT and gid in person.gids) or (tag == _GROUP and who in person.gids)
    ]
    if mine:
        return any(perm & need == need for perm in mine)
    others = [perm for tag, perm, _who in entries if tag not in {1, 2, 4, 8, _MASK}]
    return any(perm & need == need for perm in others)


def first_barrier(
    host: Host, person: Person, path: PurePosixPath, wanted: str
) -> tuple[PurePosixPath, str] | None:
    """Return what keeps a person from a path, and the bits that lack; None when nothing does.

    `wanted` is what he needs at its end; on the way he has to enter every directory.
    """
    try:
        *above, last = host.way(path)
    except (OSError, WizardError):
        return None
    for directory in above:
        # Of an image that is being built, the root itself is somewhere private.
        if len(directory.parts) > 1 or host.is_this_machine:
            lacking = missing(host, person, directory, "x")
            if lacking is not None:
                return directory, lacking
    lacking = missing(host, person, last, wanted)
    return None if lacking is None else (last, lacking)


def mode_of(host: Host, path: PurePosixPath) -> int:
    """Return permission bits, 0 where they cannot be seen."""
    status = host.status(path)
    return stat.S_IMODE(status.st_mode) if status else 0
