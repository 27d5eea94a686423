"""Kernelspecs, found by jupyter_client's rules and without starting anything.

Broken ones are listed with the reason, since the server lists some of them and hides others.
Rules and faults from jupyter_client 8.10 (`kernelspec.py`, `manager.format_kernel_cmd`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.host import Host
from jhwizard.installed import Environment, Kernelspec
from jhwizard.jupyter import paths
from jhwizard.jupyter.distributions import entry_points, is_closed, site_packages
from jhwizard.language import _

_NAME = re.compile(r"[a-z0-9._-]+", re.IGNORECASE)
SERVERS_OWN = re.compile(r"python(3(\.\d+)?)?")
"""A bare `python` in argv becomes the interpreter of the server that starts the kernel."""


def kernelspecs(host: Host, user: Environment | None) -> tuple[Kernelspec, ...]:
    """Return every kernel that people would be offered, or would be but for a fault.

    The first directory with a name wins, even if what stands there is broken; only one that
    people may not enter is passed over by Jupyter, for the next of that name.
    """
    found: dict[str, Kernelspec] = {}
    passed_over: dict[str, Kernelspec] = {}
    for spec in every_kernelspec(host, user):
        hidden = not host.may_enter(spec.directory, listing=False)
        (passed_over if hidden else found).setdefault(spec.name, spec)
    found = {**passed_over, **found}
    return tuple(found[name] for name in sorted(found))


def every_kernelspec(host: Host, user: Environment | None) -> Iterator[Kernelspec]:
    """Yield every kernelspec for everybody, also those that another of the name hides."""
    for directory in paths.kernel_path(user):
        yield from _specs_in(host, directory, user)


def prefix_of(spec: Kernelspec, user: Environment | None) -> PurePosixPath | None:
    """Return the environment a Python kernel runs in; None when it is not known."""
    if not spec.argv or "ipykernel" not in " ".join(spec.argv):
        return None
    program = PurePosixPath(spec.argv[0])
    if program.is_absolute():
        return program.parent.parent if program.name.startswith("python") else None
    return user.prefix if user and SERVERS_OWN.fullmatch(spec.argv[0]) else None


def _specs_in(host: Host, directory: PurePosixPath, user: Environment | None) -> list[Kernelspec]:
    try:
        names = host.names(directory)
    except WizardError as error:
        return [_broken(str(directory), directory, error.text)]
    specs = [spec for name in names if (spec := _spec(host, directory / name, user))]
    if host.may_enter(directory):
        return specs
    # One kernels/ that people may not list makes /api/kernelspecs fail: 500, no kernel at all.
    text = _("people may not list {directory}, and all kernels vanish").format(directory=directory)
    return [replace(spec, problem=text) for spec in specs]


def _spec(host: Host, directory: PurePosixPath, user: Environment | None) -> Kernelspec | None:
    name = directory.name.lower()
    try:
        state = host.read(directory / "kernel.json")
    except WizardError as error:
        return _broken(name, directory, error.text)
    if state is None:
        return None
    if not state.mode & 0o4 or not host.may_enter(directory, listing=False):
        return _broken(name, directory, _("people may not read its kernel.json"))
    try:
        spec = json.loads(state.content.decode())
    except (ValueError, RecursionError):
        return _broken(name, directory, _("its kernel.json is not JSON"))
    if not isinstance(spec, Mapping):
        return _broken(name, directory, _("its kernel.json holds no object"))
    found = parsed(directory, spec)
    return replace(found, problem=fault(host, found, user) or _no_provisioner(host, spec, user))


def parsed(directory: PurePosixPath, spec: Mapping[str, object]) -> Kernelspec:
    """Return what the object of a kernel.json says."""
    name, argv = directory.name.lower(), spec.get("argv")
    words = tuple(map(str, argv)) if isinstance(argv, list) else ()
    title, language = str(spec.get("display_name") or name), str(spec.get("language") or "")
    return Kernelspec(name, directory, title, language, words, encrypts=_encrypts(spec))


def _encrypts(spec: Mapping[str, object]) -> bool:
    """Return whether Curve is declared (`_kernel_supports_curve_encryption`, jupyter_client)."""
    metadata = spec.get("metadata")
    declared = metadata.get("supported_encryption") if isinstance(metadata, Mapping) else None
    names = declared if isinstance(declared, list) else [declared]
    return "curve" in {str(name).strip().lower() for name in names}


def fault(host: Host, spec: Kernelspec, user: Environment | None) -> str:
    """Return why a kernel would not start, or nothing."""
    if not spec.argv:
        return _("its kernel.json names no program")
    program = PurePosixPath(spec.argv[0])
    if program.is_absolute() and not host.exists(program):
        return _("its program {program} does not exist").format(program=program)
    if program.is_absolute() and not host.may_start(program):
        return _("its program {program} cannot be started").format(program=program)
    prefix = prefix_of(spec, user)
    if prefix and not has_ipykernel(host, prefix):
        return _("ipykernel is not installed in {prefix}").format(prefix=prefix)
    if not _NAME.fullmatch(spec.directory.name):
        return _("its directory name has characters that Jupyter warns of")
    return ""


def has_ipykernel(host: Host, prefix: PurePosixPath) -> bool:
    """Return whether a kernel can find ipykernel: no only if nothing outside could have it."""
    if not is_closed(host, prefix):
        return True
    return any(host.exists(place / "ipykernel") for place in site_packages(host, prefix))


def _no_provisioner(host: Host, spec: Mapping[str, object], user: Environment | None) -> str:
    """Return a sentence if what is to start the kernel is not installed: Jupyter hides it then."""
    metadata = spec.get("metadata")
    wanted = metadata.get("kernel_provisioner") if isinstance(metadata, Mapping) else None
    name = wanted.get("provisioner_name") if isinstance(wanted, Mapping) else None
    if user is None or name in (None, "local-provisioner"):
        return ""
    if name in entry_points(host, user.prefix, "jupyter_client.kernel_provisioners"):
        return ""
    return _("its provisioner {name} is not installed").format(name=name)


def _broken(name: str, directory: PurePosixPath, problem: str) -> Kernelspec:
    return Kernelspec(name, directory, problem=problem)
