"""Every error jhwizard raises on purpose, and the exit status each one means.

The statuses are API (`docs/design.md`, "The verbs"). Only `cli.main` and a screen's worker
turn an error into words on a terminal; nothing here prints.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import PurePosixPath


class Status(IntEnum):
    """The exit statuses of the verbs."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    REFUSED = 3
    PENDING = 4
    CONFLICT = 5
    NOT_PERMITTED = 6
    INTERRUPTED = 130


class WizardError(Exception):
    """Something an admin can act on: what is wrong, where, and what to do about it."""

    status = Status.ERROR
    code = "error"

    def __init__(
        self,
        text: str,
        *,
        file: PurePosixPath | None = None,
        line: int | None = None,
        fix: str = "",
    ) -> None:
        """Keep the parts apart, so that `--json` can give them one by one.

        `file` is a path on the configured machine, `line` counts from 1, `fix` says what to type.
        """
        super().__init__(text)
        self.text = text
        self.file = file
        self.line = line
        self.fix = fix
        self.others: tuple[WizardError, ...] = ()
        """What is wrong besides, where more than one thing was looked at."""

    @property
    def where(self) -> str:
        """Return `file:line`, `file`, or nothing."""
        if self.file is None:
            return ""
        return f"{self.file}:{self.line}" if self.line else str(self.file)


def raise_all(errors: Sequence[WizardError]) -> None:
    """Raise the first error with all others; nothing where there is none."""
    if errors:
        errors[0].others = (*errors[0].others, *(e for x in errors[1:] for e in (x, *x.others)))
        raise errors[0]


class UsageError(WizardError):
    """The words on the command line are wrong, or a terminal or `--yes` was needed."""

    status = Status.USAGE
    code = "usage"


class RefusedError(WizardError):
    """The answers, or a configuration file as it is, cannot be worked with."""

    status = Status.REFUSED
    code = "refused"


class UselessError(RefusedError):
    """A value that the program which reads it certainly makes nothing of, or ends with."""


class ConflictError(WizardError):
    """A file is no longer what was read when the plan was made."""

    status = Status.CONFLICT
    code = "conflict"


class NotPermittedError(WizardError):
    """The one who runs jhwizard may not write there."""

    status = Status.NOT_PERMITTED
    code = "not-permitted"


class UnreadableError(WizardError):
    """A file exists, but cannot be taken as text to configure with (or not at all)."""

    code = "unreadable"
