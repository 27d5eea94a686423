"""Kernelspecs, found by jupyter_client's rules and without starting anything.

Broken ones are listed with the reason, since the server lists some of them and hides others.
Rules and faults from jupyter_client 8.10 (`kernelspec.py`, `manager.format_kernel_cmd`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.facts import Environment, Kernelspec
from jhwizard.host import Host
from jhwizard.jupyter import paths
from jhwizard.language import _

_NAME = re.compile(r"[a-z0-9._-]+", re.IGNORECASE)
_SERVERS_OWN = re.compile(r"python(3(\.\d+)?)?")
"""A bare `python` in argv becomes the interpreter of the server that starts the kernel."""


def kernelspecs(host: Host, user: Environment | None) -> tuple[Kernelspec, ...]:
    """Return every kernel that people would be offered, or would be but for a fault."""
    found: dict[str, Kernelspec] = {}
    for directory in paths.kernel_path(user):
        for spec in _specs_in(host, directory):
            found.setdefault(spec.name, spec)
    return tuple(found[name] for name in sorted(found))


def prefix_of(spec: Kernelspec, user: Environment | None) -> PurePosixPath | None:
    """Return the environment a Python kernel runs in; None when it is not known."""
    if not spec.argv or "ipykernel" not in " ".join(spec.argv):
        return None
    program = PurePosixPath(spec.argv[0])
    if program.is_absolute():
        return program.parent.parent
    return user.prefix if user and _SERVERS_OWN.fullmatch(spec.argv[0]) else None


def _specs_in(host: Host, directory: PurePosixPath) -> list[Kernelspec]:
    try:
        names = host.names(directory)
    except WizardError as error:
        return [_broken("kernels", directory, error.text)]
    if names and not host.may_enter(directory):
        # One kernels/ that people may not list makes /api/kernelspecs fail: 500, no kernel at all.
        text = _("people may not list {directory}: all kernels vanish").format(directory=directory)
        return [_broken("kernels", directory, text)]
    return [spec for name in names if (spec := _spec(host, directory / name))]


def _spec(host: Host, directory: PurePosixPath) -> Kernelspec | None:
    name = directory.name.lower()
    try:
        state = host.read(directory / "kernel.json")
    except WizardError as error:
        return _broken(name, directory, error.text)
    if state is None:
        return None
    if not state.mode & 0o4 or not host.may_enter(directory):
        return _broken(name, directory, _("people may not read its kernel.json"))
    try:
        spec = json.loads(state.content.decode())
    except (ValueError, RecursionError):
        return _broken(name, directory, _("its kernel.json is not JSON"))
    return _parsed(host, directory, spec)


def _parsed(host: Host, directory: PurePosixPath, spec: object) -> Kernelspec:
    name = directory.name.lower()
    if not isinstance(spec, Mapping):
        return _broken(name, directory, _("its kernel.json holds no object"))
    argv = spec.get("argv")
    words = tuple(map(str, argv)) if isinstance(argv, list) else ()
    return Kernelspec(
        name,
        directory,
        str(spec.get("display_name") or name),
        str(spec.get("language") or ""),
        words,
        _fault(host, directory.name, words),
    )


def _fault(host: Host, name: str, argv: tuple[str, ...]) -> str:
    if not _NAME.fullmatch(name):
        return _("its directory name has characters that Jupyter warns of")
    if not argv:
        return _("its kernel.json names no program")
    program = PurePosixPath(argv[0])
    if program.is_absolute() and not host.exists(program):
        return _("its program {program} does not exist").format(program=program)
    return ""


def _broken(name: str, directory: PurePosixPath, problem: str) -> Kernelspec:
    return Kernelspec(name, directory, problem=problem)
