"""What people can install for themselves, and whether they could change everybody's environment.

Python looks into `~/.local` unless it runs in a virtual environment that is closed (`site.py`), or
`PYTHONNOUSERSITE` is set to anything; pip refuses `--user` in such a virtual environment, and where
a distribution says that it looks after its Python itself (PEP 668). Tried with Python 3.11.
"""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.host import Host
from jhwizard.installed import Environment
from jhwizard.jupyter.distributions import is_closed, python_version, site_packages
from jhwizard.language import _

FIRST_PERSON = 1000
"""User and group ids below it are the system's own on Debian, Red Hat and SUSE (login.defs)."""
USERS = 100
"""The group `users`, which images for Jupyter give everybody."""


def with_user_site(host: Host, user: Environment | None) -> Environment | None:
    """Return the environment with what people may do in it and beside it."""
    if user is None:
        return None
    refuses, writable = _refuses_user(host, user.prefix), writable_by_people(host, user.prefix)
    return replace(user, refuses_user=refuses, writable=writable)


def _refuses_user(host: Host, prefix: PurePosixPath) -> str:
    if host.exists(prefix / "pyvenv.cfg"):
        text = _("{prefix} is a virtual environment that takes packages from nowhere else")
        return text.format(prefix=prefix) if is_closed(host, prefix) else ""
    version = ".".join(python_version(host, prefix).split(".")[:2])
    if host.exists(prefix / f"lib/python{version}/EXTERNALLY-MANAGED"):
        text = _("the operating system looks after the Python in {prefix} by itself")
        return text.format(prefix=prefix)
    return ""


def writable_by_people(host: Host, prefix: PurePosixPath) -> PurePosixPath | None:
    """Return the first directory of an environment that ordinary users may write to."""
    # Of an image that is being built everything may belong to whoever builds it.
    admins = {0, os.geteuid(), host.owner(PurePosixPath("/"))}
    groups = _groups_of_people(host)
    packages = site_packages(host, prefix)
    for place in (prefix, prefix / "bin", prefix / "lib", packages[0].parent, *packages):
        status = host.status(place)
        if status is None:
            continue
        theirs = status.st_uid >= FIRST_PERSON and status.st_uid not in admins
        grouped = status.st_mode & stat.S_IWGRP and _has_people(status.st_gid, groups)
        if theirs or grouped or status.st_mode & stat.S_IWOTH:
            return place
    return None


def _has_people(group: int, known: set[int]) -> bool:
    return group in known or group == USERS or group >= FIRST_PERSON


def _groups_of_people(host: Host) -> set[int]:
    """Return the groups that somebody was added to (group(5)), but not root's own."""
    try:
        state = host.read(PurePosixPath("/etc/group"))
    except WizardError:
        state = None
    lines = (state.content if state else b"").decode("utf-8", "replace").splitlines()
    fields = [line.split(":") for line in lines]
    named = [f for f in fields if len(f) == 4 and f[2].isdecimal()]  # noqa: PLR2004 - group(5)
    return {int(f[2]) for f in named if f[3].strip() and f[2] != "0"}
