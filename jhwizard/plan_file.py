"""A plan in a file, for a colleague to read and to apply later, if nothing has changed by then."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import get_args

from jhwizard.errors import (
    ConflictError,
    NotPermittedError,
    RefusedError,
    UnreadableError,
    WizardError,
)
from jhwizard.host import Host
from jhwizard.journal import digest
from jhwizard.language import _
from jhwizard.plan import NEW_MODE, Change, Effect, Notice, Plan, command_from
from jhwizard.replace_file import write_private

_MARK = "jhwizard_plan"


def is_one(content: bytes) -> bool:
    """Return whether a file is a saved plan, and not answers."""
    return content.lstrip()[:1] == b"{" and f'"{_MARK}"'.encode() in content[:200]


def save(plan: Plan, path: Path) -> None:
    """Save a plan, readable for its owner alone: it holds whole files, and these hold secrets.

    Raises WizardError where that is not possible.
    """
    if path.exists() and not path.is_file():
        text = _("{path} is not a regular file, so no plan is saved there").format(path=path)
        raise WizardError(text, fix=_("give -o the name of a new file"))
    try:
        write_private(path, json.dumps(_document(plan), indent=2).encode())
    except OSError as error:
        text = _("{path} cannot be written: {why}").format(path=path, why=error.strerror)
        kind = NotPermittedError if isinstance(error, PermissionError) else WizardError
        raise kind(text, fix=_("give -o a name in a directory of your own")) from error


def load(content: bytes, host: Host) -> Plan:
    """Return a saved plan.

    Raises ConflictError if a file is not what it was then, RefusedError for a damaged plan.
    """
    fix = _("make it again with `jhwizard plan ANSWERS -o PLAN`")
    try:
        document = json.loads(content)
        if document[_MARK] != 1:
            raise RefusedError(_("the plan was saved by another version of jhwizard"), fix=fix)
        changes = tuple(_change(item, host) for item in document["changes"])
        notices = tuple(map(_notice, document["warnings"]))
        commands = tuple(map(command_from, document.get("commands", ())))
        answers = dict(document.get("answers", {}))
        return Plan(changes, notices, str(document["snippet"]), commands, answers)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RefusedError(_("the plan file is damaged"), fix=fix) from error


def _document(plan: Plan) -> dict[str, object]:
    return {
        _MARK: 1,
        "changes": list(map(_stored, plan.changes)),
        "warnings": [
            {"key": n.key, "text": n.text, "file": n.file and str(n.file), "line": n.line}
            for n in plan.warnings
        ],
        "snippet": plan.snippet,
        "commands": [{**asdict(c), "where": str(c.where)} for c in plan.commands],
        "answers": plan.answers,
    }


def _stored(change: Change) -> dict[str, object]:
    return {
        "path": str(change.path),
        "action": change.action,
        "before_sha256": digest(change.before),
        "after": None if change.after is None else base64.b64encode(change.after).decode(),
        "mode": change.mode,
        "owner": change.owner,
        "effect": change.effect,
        "diff": change.diff(),
    }


def _notice(item: Mapping[str, object]) -> Notice:
    file, line = item.get("file"), item.get("line")
    return Notice(
        str(item["key"]),
        str(item["text"]),
        PurePosixPath(str(file)) if file else None,
        line if isinstance(line, int) else None,
    )


def _change(item: Mapping[str, object], host: Host) -> Change:
    """Return one change, with the mode and owner that the file has now."""
    path = PurePosixPath(str(item["path"]))
    if not path.is_absolute() or ".." in path.parts:
        raise ValueError(path)
    try:
        state = host.read(path)
    except UnreadableError as error:
        raise _changed(path) from error
    before = state.content if state else None
    if digest(before) != item["before_sha256"]:
        raise _changed(path)
    after = None if item["after"] is None else base64.b64decode(str(item["after"]), validate=True)
    mode, owner = (state.mode, (state.uid, state.gid)) if state else (NEW_MODE, None)
    return Change(path, before, after, mode, owner, _effect(item["effect"]))


def _effect(word: object) -> Effect:
    known: tuple[Effect, ...] = get_args(Effect)
    return known[known.index(word)]  # ValueError for anything else


def _changed(path: PurePosixPath) -> ConflictError:
    text = _("it changed since the plan was made, and nothing was written")
    return ConflictError(text, file=path, fix=_("make a new plan and look at its diff"))
