"""Holds a hub and its visitor apart from the machine: nothing written there reaches its files.

Started as a program of its own by jhwizard's interpreter. New mounts (everything read-only, the
planned files laid over it, the rest of what is written in memory), processes and network, so that
every port is free and nobody outside can connect. The first line of its input says what to run;
when the input ends, or whoever started it dies, the kernel ends everything in there and forgets
the mounts: nothing has to be cleaned up.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from jhwizard.namespaces import (
    LIBC,
    NEW_MOUNTS,
    NEW_NETWORK,
    NEW_PROCESSES,
    NO_NEW_PRIVILEGES,
    die_with_parent,
    mount,
    own_users,
    raise_loopback,
    read_only,
    unshared,
)
from jhwizard.rehearsal.staged import Overlays, directory_of, file_from, keep, show_again

PLACE = Path("/tmp/jhwizard-rehearsal")  # noqa: S108 - of a tmpfs that only the cage sees
HOME = PLACE / "home"
LIBRARY = PLACE / "lib"
SPARED = ("/run/current-system", "/run/nscd")
"""Of `/run`: where NixOS has its programs, and who knows users that are in no file."""
_PAUSE = 0.2

Told = Mapping[str, Any]


def main() -> None:
    """Read what to run, and run it until it has ended, or the input has."""
    die_with_parent()
    os.umask(0o022)
    told: Told = json.loads(sys.stdin.readline())
    if not (os.geteuid() == 0 or own_users()) or not unshared(
        NEW_MOUNTS | NEW_PROCESSES | NEW_NETWORK
    ):
        say("cannot", why="namespaces")
        return
    first = os.fork()
    if first == 0:
        die_with_parent()
        _keep(told)
    os.waitpid(first, 0)


def say(what: str, **more: object) -> None:
    """Tell jhwizard something, in one line."""
    os.write(1, (json.dumps({"what": what, **more}) + "\n").encode())


def _keep(told: Told) -> NoReturn:
    """Be the first process of the cage: with its end the kernel ends all others."""
    try:
        hub, visit = _prepared(told)
    except OSError as error:
        say("cannot", why=f"{error.strerror}: {error.filename}")
        os._exit(1)
    reported = False
    while True:
        ended, status = os.waitpid(-1, os.WNOHANG)
        if ended == visit:
            break
        if ended == hub and not reported:
            say("hub ended", status=os.waitstatus_to_exitcode(status))
            reported = True
        if not ended and select.select([0], [], [], _PAUSE)[0]:
            break
    os._exit(0)


def _prepared(told: Told) -> tuple[int, int]:
    _mount_all(told)
    raise_loopback()
    for name, text in told["library"].items():
        path = LIBRARY / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    say("caged")
    hub = _start(told["hub"], told, output=2)
    return hub, _start(told["visit"], told, output=1)


def _mount_all(told: Told) -> None:
    files = [file_from(each) for each in told["files"]]
    user, home = (told["uid"], told["gid"]), told["home"]
    homes = {os.path.realpath(home)} if home and Path(home).is_dir() else set()
    overlaid = {directory_of(file.path) for file in files} | homes | {str(PLACE.parent)}
    if "/" in overlaid:
        raise OSError(0, "no directory but / is there for", "/")
    if not read_only():
        raise OSError(0, "mounts cannot be made read-only", "/")
    overlays = Overlays(user)
    overlays.hold(overlaid)
    spared = keep(SPARED)
    mount("tmpfs", "jhwizard", str(PLACE.parent), 0, "mode=1777")
    handle = _own_place(user)
    overlays.layers = Path(f"/proc/self/fd/{handle}/layers")
    for file in files:
        overlays.put(file)
    overlays.mount()
    PLACE.mkdir()
    show_again([(str(PLACE), handle)])
    mount("tmpfs", "jhwizard", "/run", 0, "mode=0755")
    show_again(spared)
    with contextlib.suppress(OSError):
        mount("tmpfs", "jhwizard", "/dev/shm", 0, "mode=1777")  # noqa: S108
    mount("proc", "proc", "/proc")


def _own_place(user: tuple[int, int]) -> int:
    """Make the directory in memory that everything of the rehearsal lies in, and open it."""
    for place, mode in ((PLACE, 0o755), (PLACE / "layers", 0o700), (LIBRARY, 0o755)):
        place.mkdir(mode=mode)
    _own_directory(HOME, user)
    return os.open(PLACE, os.O_PATH | os.O_DIRECTORY)


def _own_directory(path: Path, user: tuple[int, int]) -> None:
    path.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(path, *user)


def _start(program: Told, told: Told, output: int) -> int:
    """Start a program as the ordinary user, and return its process."""
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        with contextlib.suppress(OSError):
            os.chdir(program["cwd"])
        _become(told)
        os.execve(program["argv"][0], program["argv"], program["environ"])  # noqa: S606
    except OSError as error:
        os.write(2, f"{program['argv'][0]}: {error.strerror}\n".encode())
    os._exit(127)


def _become(told: Told) -> None:
    if os.geteuid() == 0:
        os.setgroups(told["groups"])
        os.setresgid(told["gid"], told["gid"], told["gid"])
        os.setresuid(told["uid"], told["uid"], told["uid"])
    LIBC.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    os.umask(0o022)
