"""What commands leave behind whatever becomes of the files, and how each is taken back."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace

from jhwizard.errors import WizardError
from jhwizard.language import _
from jhwizard.plan import Command


def unfinished(command: Command) -> Command:
    """Return a command as it is recorded while it runs: it may leave a part of its work."""
    return replace(command, why=_("{why} (cut off)").format(why=command.why))


def what_stays(commands: Sequence[Command]) -> tuple[str, ...]:
    """Return a sentence for each command that ran: what stays, and what would remove it."""
    return tuple(_sentence(command) for command in commands)


def naming_what_stays(error: BaseException, commands: Sequence[Command]) -> BaseException:
    """Return an error that says besides what stays; the same one if nothing ran."""
    said = "; ".join(what_stays(commands))
    if not said:
        return error
    if isinstance(error, WizardError):
        text = _("{error} ({what})").format(error=error.text, what=said)
        return type(error)(text, file=error.file, line=error.line, fix=error.fix)
    return KeyboardInterrupt(said) if isinstance(error, KeyboardInterrupt) else error


def _sentence(command: Command) -> str:
    if command.undo is None:
        return _("this stays: {why}").format(why=command.why)
    text = _("this stays: {why}; to take it back, run: {undo}")
    return text.format(why=command.why, undo=shlex.join(command.undo))
