"""Runs one program that may be anybody's code, so that nothing of it stays behind.

Started as a program of its own by jhwizard's interpreter, which needs its standard library only:
it takes itself apart from the network, makes every file read-only, becomes nobody and ends all
that was started. Of the program's output it gives the first few megabytes. `LACKS` is what this
machine's kernel did not allow (containers often allow none of it).
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from jhwizard.namespaces import (
    ADOPT_ORPHANS,
    LIBC,
    NEW_MOUNTS,
    NEW_NETWORK,
    NEW_PROCESSES,
    NO_NEW_PRIVILEGES,
    die_with_parent,
    own_users,
    read_only,
    unshared,
)

MARK = "jhwizard-confined:"
CANNOT = 126
"""Exit status when the program could not be started; its output is the reason."""
_MOST_OUTPUT = 4 << 20
_MEMORY = 1 << 30
_SECONDS_OF_COMPUTING = 10
_PROCESSES = 4096
"""All of the same user's on the machine count; what is started here ends with its namespace."""
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


def main() -> None:
    """Run what the first argument says (JSON), and print what came of it (marked JSON)."""
    told = json.loads(sys.argv[1])
    LIBC.prctl(ADOPT_ORPHANS, 1, 0, 0, 0)
    lacks = _apart()
    found: dict[str, object] = {"lacks": lacks}
    if told["argv"]:
        found |= _run(told["argv"], told["cwd"], float(told["seconds"]))
    sys.stdout.write(MARK + json.dumps(found) + "\n")


def _apart() -> list[str]:
    """Leave the machine's network, files and processes; return which of them was not possible."""
    users = os.geteuid() == 0 or own_users()
    steps: dict[str, Callable[[], bool]] = {
        "files": lambda: unshared(NEW_MOUNTS) and read_only(),
        "network": lambda: unshared(NEW_NETWORK),
        "processes": lambda: unshared(NEW_PROCESSES),
    }
    return [name for name, step in steps.items() if not (users and step())]


def _run(argv: list[str], cwd: str, seconds: float) -> dict[str, object]:
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        _become(argv, cwd, into)
    os.close(into)
    output, ended = _output(out, time.monotonic() + seconds)
    # It may close its output and go on.
    status = None if not ended else _status(child, time.monotonic() + 1)
    _end_all()
    return {
        "output": output.decode("utf-8", "replace"),
        "slow": not ended or (status is None and len(output) <= _MOST_OUTPUT),
        "status": status,
    }


def _output(handle: int, deadline: float) -> tuple[bytes, bool]:
    """Return what is written until the end, and whether that came in time."""
    found = bytearray()
    while len(found) <= _MOST_OUTPUT:
        ready, _into, _odd = select.select([handle], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return bytes(found), False
        chunk = os.read(handle, 1 << 16)
        if not chunk:
            break
        found += chunk
    return bytes(found), True


def _status(child: int, deadline: float) -> int | None:
    while time.monotonic() < deadline:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    return None


def _end_all() -> None:
    """End everything that was started: orphans have this process for their parent."""
    while True:
        for pid in _children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            # The name in front, in brackets, may hold anything.
            after = entry.read_text(errors="replace").rpartition(")")[2].split()
            if int(after[1]) == os.getpid():
                yield int(entry.parent.name)


def _become(argv: list[str], cwd: str, into: int) -> NoReturn:
    """Become the program, as nobody where this is root, and with limits."""
    try:
        os.setsid()
        os.dup2(into, 1)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        os.chdir(cwd)
        _limit()
        if os.geteuid() == 0:
            _be_nobody()
        LIBC.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        die_with_parent()
        os.execve(argv[0], argv, _ENVIRONMENT)  # noqa: S606 - words, no shell
    except OSError as error:
        os.write(1, f"{error.strerror}: {error.filename}".encode(errors="replace"))
    os._exit(CANNOT)


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS_OF_COMPUTING),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, _PROCESSES),
    ):
        _soft, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)  # noqa: PLW2901
        resource.setrlimit(what, (most, most))


def _be_nobody() -> None:
    try:
        entry = pwd.getpwnam("nobody")
        user, group = entry.pw_uid, entry.pw_gid
    except KeyError:
        user = group = 65534
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
