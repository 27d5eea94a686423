"""What keeps a person's servers from the files that they need: the Python, the config, kernels.

Looks at servers that run on this machine under people's own accounts; what runs in an image, or as
the hub's own user, has other files and other rights.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from jhwizard.examination.accounts import Accounts, first_barrier, mode_of
from jhwizard.examined import Barrier, Behind, Person
from jhwizard.facts import Facts, Source
from jhwizard.host import Host
from jhwizard.jupyter.classes import runs_as_the_person
from jhwizard.jupyter.distributions import site_packages
from jhwizard.jupyter.kernelspecs import SERVERS_OWN
from jhwizard.jupyter.paths import kernel_path
from jhwizard.language import _
from jhwizard.printable import shown

_PYTHONS = ("python3", "python")
_ROLES = ("server", "switches", "lab", "ipython")


@dataclass(frozen=True)
class Reach:
    """What was found of one person's reach."""

    person: Person | None = None
    barriers: tuple[Barrier, ...] = ()
    unasked: tuple[str, ...] = ()


def reach(facts: Facts, host: Host, known: Accounts, name: str | None) -> Reach:
    """Return what keeps `name`, or the first ordinary user, from what a server needs."""
    if not runs_as_the_person(facts.spawner):
        if name is None or not facts.spawner:
            return Reach()
        text = _("What {name} may read was not looked at, since {spawner} starts servers elsewhere")
        return Reach(unasked=(text.format(name=shown(name), spawner=shown(facts.spawner)),))
    person = known.named(name) if name else _sample(facts, host, known)
    if person is None:
        text = _("There is no user {name} on this machine, so nobody's reach was looked at")
        return Reach(unasked=(text.format(name=shown(name or "")),))
    return Reach(person, tuple(_barriers(facts, host, known, person)))


def _sample(facts: Facts, host: Host, known: Accounts) -> Person:
    """Return the first ordinary user who does not look after the deployment himself."""
    own = [facts.hub_config, *(e.prefix for e in (facts.hub, facts.user) if e)]
    admins = {os.geteuid(), *(host.owner(path) for path in own)}
    return next((each for each in known.people if each.uid not in admins), Person())


def _barriers(facts: Facts, host: Host, known: Accounts, person: Person) -> Iterator[Barrier]:
    seen = set()
    for behind, path, wanted in _needed(facts, host):
        found = first_barrier(host, person, path, wanted)
        status = host.status(found[0]) if found else None
        if found is None or status is None or (behind, path) in seen:
            continue
        seen.add((behind, path))
        at, bits = found
        yield Barrier(behind, path, at, mode_of(host, at), known.owner(status.st_uid), bits)


def _needed(facts: Facts, host: Host) -> Iterator[tuple[Behind, PurePosixPath, str]]:
    """Yield what a server needs, with the rights that it needs there."""
    if facts.user:
        yield from _of_environment(facts.user.prefix, host)
    for directory in kernel_path(facts.user):
        if host.status(directory):
            yield "kernels", directory, "rx"
    for source in facts.sources:
        if source.role in _ROLES and source.state and not source.command_line:
            yield _config(source), source.path, "r"
            if source.path.parent.suffix == ".d":
                yield "config", source.path.parent, "rx"
    for spec in facts.kernelspecs:
        if not spec.problem:  # or else it is said already
            yield "kernel", spec.directory / "kernel.json", "r"
            yield from _interpreter(spec.argv, facts, host)


def _config(source: Source) -> Behind:
    """Return what happens to a server that finds a file and may not read it.

    jupyter_server 2.21 goes on without a Python file that it cannot open, and ends at a JSON file
    that switches extensions; JupyterLab 4.6 answers every page with an error where its page config
    is one (tried on servers that a hub had started).
    """
    if source.role == "switches":
        return "switches"
    is_page = source.role == "lab" and source.path.parent.name == "labconfig"
    return "page" if is_page else "config"


def _interpreter(
    argv: tuple[str, ...], facts: Facts, host: Host
) -> Iterator[tuple[Behind, PurePosixPath, str]]:
    program = argv[0] if argv else ""
    if program.startswith("/"):
        yield "interpreter", PurePosixPath(program), "x"
    elif facts.user and "/" not in program and not SERVERS_OWN.fullmatch(program):
        beside = facts.user.prefix / "bin" / program
        if program and host.exists(beside):
            yield "interpreter", beside, "x"


def _of_environment(
    prefix: PurePosixPath, host: Host
) -> Iterator[tuple[Behind, PurePosixPath, str]]:
    program = prefix / "bin/jupyterhub-singleuser"
    if host.exists(program):
        yield "program", program, "rx"
    for name in _PYTHONS:
        if host.exists(prefix / "bin" / name):
            yield "python", prefix / "bin" / name, "x"
    for place in site_packages(host, prefix)[:1]:
        if host.exists(place):
            yield "packages", place, "rx"
            for name in ("jupyterhub", "jupyter_server", "traitlets", "tornado"):
                if host.exists(place / name):
                    yield "packages", place / name, "rx"
