"""The environment variables JupyterHub runs with, as far as the admin hands them over.

A config file may say `os.environ["IDLE"]`; only the hub's own environment says what that is.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from jhwizard.errors import NotPermittedError, UsageError
from jhwizard.language import _

_LARGEST = 1 << 20
"""Bytes. Linux gives a process at most 128 KiB for one variable."""
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)


def from_file(path: Path) -> dict[str, str]:
    """Return the variables of a file as systemd's `EnvironmentFile=` and Docker read it.

    Raises UsageError where the file is missing or has a line that sets nothing.
    """
    try:
        text = path.read_bytes()[:_LARGEST].decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else _("it is not UTF-8")
        text = _("--env-file: {path} cannot be read: {why}").format(path=path, why=why)
        raise UsageError(text) from error
    found: dict[str, str] = {}
    for number, line in _lines(text):
        match = _LINE.fullmatch(line)
        if match is None:
            text = _("--env-file: this line sets no variable")
            raise UsageError(text, file=PurePosixPath(path), line=number, fix=_("write NAME=value"))
        found[match[1]] = _unquoted(match[2].strip())
    return found


def from_process(pid: int) -> dict[str, str]:
    """Return the variables a process of this machine was started with (`man 5 proc`).

    Raises UsageError for a process that does not exist, NotPermittedError for somebody else's.
    """
    try:
        content = Path(f"/proc/{pid}/environ").read_bytes()
    except PermissionError as error:
        text = _("--env-from: the process {pid} belongs to somebody else").format(pid=pid)
        raise NotPermittedError(text, fix=_("run it with sudo")) from error
    except OSError as error:
        text = _("--env-from: there is no process {pid}").format(pid=pid)
        raise UsageError(text, fix=_("`pgrep -f jupyterhub` says which one it is")) from error
    pairs = (part.partition("=") for part in content.decode(errors="replace").split("\0"))
    return {name: value for name, equals, value in pairs if equals}


def _lines(text: str) -> list[tuple[int, str]]:
    """Return the lines that say something, with their numbers; a backslash joins the next one."""
    found: list[tuple[int, str]] = []
    begun = ""
    for number, line in enumerate(text.splitlines(), 1):
        whole = begun + line
        if whole.endswith("\\"):
            begun = whole[:-1]
            continue
        begun = ""
        if whole.strip() and whole.lstrip()[0] not in "#;":
            found.append((number, whole.strip()))
    return found


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
