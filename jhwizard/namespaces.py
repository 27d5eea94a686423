"""What Linux lets a process do to be apart from the machine: namespaces, mounts, a loopback.

Standard library only, since programs that start as root stand on it (`confine`, the rehearsal's
`cage`). Where the kernel refuses, functions return False or raise OSError; containers often allow
nothing of it.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import struct
from pathlib import Path

# linux/sched.h, linux/mount.h, linux/prctl.h, linux/sockios.h, linux/if.h; the number of
# mount_setattr is one for all machines.
NEW_MOUNTS, NEW_USERS, NEW_PROCESSES, NEW_NETWORK = 0x20000, 0x10000000, 0x20000000, 0x40000000
BIND, RECURSIVE = 0x1000, 0x4000
_PRIVATE, _NO_SUID, _NO_DEVICES = 0x40000, 2, 4
_MOUNT_SETATTR, _READ_ONLY, _AT_RECURSIVE, _HERE = 442, 1, 0x8000, -100
DEATH_SIGNAL, ADOPT_ORPHANS, NO_NEW_PRIVILEGES = 1, 36, 38
_GET_FLAGS, _SET_FLAGS, _IS_UP = 0x8913, 0x8914, 1

LIBC = ctypes.CDLL(None, use_errno=True)


def unshared(flags: int) -> bool:
    """Leave the named namespaces for new ones; return whether the kernel allowed it."""
    return bool(LIBC.unshare(flags) == 0)


def own_users() -> bool:
    """Enter a namespace in which an ordinary user may do what is done here."""
    user, group = os.geteuid(), os.getegid()
    if not unshared(NEW_USERS):
        return False
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    except OSError:
        return False
    return True


def read_only() -> bool:
    """Let nothing that is mounted in this namespace be written; return whether that holds."""
    if LIBC.mount(b"none", b"/", None, RECURSIVE | _PRIVATE, None):
        return False
    attributes = (ctypes.c_uint64 * 4)(_READ_ONLY, 0, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    where = (ctypes.c_int(_HERE), b"/", ctypes.c_uint(_AT_RECURSIVE))
    return bool(LIBC.syscall(ctypes.c_long(_MOUNT_SETATTR), *where, attributes, size) == 0)


def mount(kind: str, source: str, target: str, flags: int = 0, options: str = "") -> None:
    """Mount something. Raises OSError where the kernel refuses."""
    flags |= 0 if flags & BIND else _NO_SUID | _NO_DEVICES
    words = [os.fsencode(word) for word in (source, target, kind)]
    if LIBC.mount(*words, ctypes.c_ulong(flags), os.fsencode(options) or None):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def raise_loopback() -> None:
    """Switch on the loopback of a new network. Raises OSError where the kernel refuses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        asked = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(handle, _GET_FLAGS, asked))[1]
        fcntl.ioctl(handle, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _IS_UP))


def die_with_parent() -> None:
    """Be ended when the thread that started this process ends, however that happens."""
    LIBC.prctl(DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
