"""Kernelspecs in people's homes, which nobody but their owners is offered, and how to share them.

People may put anything into their homes while an admin looks: a link is not followed there, and
a file that belongs to somebody else is not taken, or it would be published for everybody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.host import Host
from jhwizard.installed import Environment, HomeKernel
from jhwizard.jupyter.kernelspecs import SERVERS_OWN, fault, parsed
from jhwizard.language import _

_KERNELS = ".local/share/jupyter/kernels"
_LOGO = re.compile(r"logo-[A-Za-z0-9._-]{1,40}\.(?:png|svg)")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PROGRAMS = ("/usr/local/bin", "/usr/bin", "/bin")
_MOST_HOMES = 2000
_MOST_KERNELS = 50


class _NotTakenError(Exception):
    """A kernelspec cannot be shared; the text says why."""


def home_kernels(host: Host, user: Environment | None) -> tuple[HomeKernel, ...]:
    """Return every kernelspec of a home, with the files that would be shared, by name.

    One name in several homes is `owner/name`, all in lower case, unless they would be the same.
    """
    homes = _homes(host)
    found = _merged(kernel for owner, home in homes for kernel in _in_home(host, owner, home, user))
    names = [kernel.name for kernel in found]
    unique = [
        k if names.count(k.name) == 1 else replace(k, answer=f"{k.owner}/{k.name}".lower())
        for k in found
    ]
    return tuple(sorted(unique, key=lambda kernel: kernel.answer))


def _merged(kernels: Iterable[HomeKernel]) -> list[HomeKernel]:
    found: list[HomeKernel] = []
    for kernel in kernels:
        twin = next(
            (k for k in found if k.files and (k.name, k.files) == (kernel.name, kernel.files)), None
        )
        if twin is None:
            found.append(kernel)
        else:
            found[found.index(twin)] = replace(twin, owner=f"{twin.owner}, {kernel.owner}")
    return found


def _homes(host: Host) -> Iterator[tuple[str, PurePosixPath]]:
    homes = {PurePosixPath("/root"): "root"}
    homes |= {PurePosixPath("/home", name): name for name in host.listed(PurePosixPath("/home"))}
    try:
        state = host.read(PurePosixPath("/etc/passwd"))
    except WizardError:
        state = None
    for line in (state.content if state else b"").decode("utf-8", "replace").splitlines():
        fields = line.split(":")
        if len(fields) == 7 and fields[5].startswith("/"):  # noqa: PLR2004 - passwd(5)
            homes[PurePosixPath(fields[5])] = fields[0]
    for home in sorted(homes)[:_MOST_HOMES]:
        if len(home.parts) > 1 and ".." not in home.parts:
            yield homes[home], home


def _in_home(
    host: Host, owner: str, home: PurePosixPath, user: Environment | None
) -> Iterator[HomeKernel]:
    place = home / _KERNELS
    for name in host.listed(place)[:_MOST_KERNELS]:
        directory = place / name
        if not _NAME.fullmatch(name) or not host.exists(directory / "kernel.json"):
            continue
        kernel = HomeKernel(name.lower(), owner, directory, answer=name.lower())
        try:
            yield _shareable(host, kernel, home, user)
        except _NotTakenError as error:
            yield replace(kernel, obstacle=str(error))


def _shareable(
    host: Host, kernel: HomeKernel, home: PurePosixPath, user: Environment | None
) -> HomeKernel:
    content = _taken(host, kernel.directory / "kernel.json", home)
    try:
        spec = json.loads(content.decode())
    except (ValueError, RecursionError):
        spec = None
    if not isinstance(spec, dict):
        raise _NotTakenError(_("its kernel.json is not JSON"))
    argv = spec.get("argv")
    if not isinstance(argv, list) or not argv or not all(isinstance(word, str) for word in argv):
        raise _NotTakenError(_("its kernel.json names no program"))
    program = _absolute(host, argv[0], user)
    for path in (program, *(PurePosixPath(word) for word in argv[1:] if word.startswith("/"))):
        _refuse_out_of_reach(host, path)
    wanted = {**spec, "argv": [str(program), *argv[1:]]}
    if wanted != spec:
        content = (json.dumps(wanted, indent=1, ensure_ascii=False) + "\n").encode()
    shared = parsed(kernel.directory, wanted)
    if problem := fault(host, shared, user):
        raise _NotTakenError(problem)
    return replace(
        kernel,
        display_name=shared.display_name,
        files={"kernel.json": content, **_logos(host, kernel.directory, home)},
        tells=bool(spec.get("env")),
    )


def _logos(host: Host, directory: PurePosixPath, home: PurePosixPath) -> Mapping[str, bytes]:
    logos = {}
    for name in filter(_LOGO.fullmatch, host.listed(directory)):
        try:
            logos[name] = _taken(host, directory / name, home)
        except _NotTakenError:
            continue  # the kernel does without it
    return logos


def _taken(host: Host, path: PurePosixPath, home: PurePosixPath) -> bytes:
    """Return the bytes of a file of the home's owner, reached without a link below the home."""
    theirs = _("{path} is a link, or belongs to somebody else").format(path=path)
    try:
        if host.real(path) != host.real(home) / path.relative_to(home):
            raise _NotTakenError(theirs)
        state, owner = host.read(path), host.owner(home)
    except WizardError as error:
        raise _NotTakenError(error.text) from error
    except OSError as error:
        raise _NotTakenError(str(error.strerror)) from error
    if state is None or state.uid != owner:
        raise _NotTakenError(theirs)
    return state.content


def _absolute(host: Host, word: str, user: Environment | None) -> PurePosixPath:
    """Return the program that `word` would be for its owner's server."""
    program = PurePosixPath(word)
    if program.is_absolute():
        return program
    text = _("it starts {word}, and which program that would be for others is not known")
    if "/" in word or "{" in word or not word:
        raise _NotTakenError(text.format(word=ascii(word)))
    places = [user.prefix / "bin"] if user else []
    if not SERVERS_OWN.fullmatch(word):
        places += map(PurePosixPath, _PROGRAMS)
    there = [place / word for place in places if host.exists(place / word)]
    if not there:
        raise _NotTakenError(text.format(word=ascii(word)))
    return there[0]


def _refuse_out_of_reach(host: Host, path: PurePosixPath) -> None:
    if why := out_of_reach(host, path):
        raise _NotTakenError(why)


def out_of_reach(host: Host, path: PurePosixPath) -> str:
    """Return why other people cannot start a program or read a file; empty when they can."""
    try:
        real = host.inside(host.real(path))
    except (OSError, WizardError):
        real = path
    for parent in (*reversed(path.parents), *reversed(real.parents)):
        # Of an image that is being built, the root itself is somewhere private.
        if not host.exists(parent):
            return _("{path} does not exist").format(path=path)
        if len(parent.parts) > 1 and not host.may_enter(parent, listing=False):
            text = _("other people may not enter {directory}, where {path} lies")
            return text.format(directory=parent, path=path)
    if not host.exists(real):
        return _("{path} does not exist").format(path=path)
    if not host.may_read(real):
        return _("other people may not read {path}").format(path=real)
    return ""
