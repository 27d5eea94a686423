"""A plan in a file, for a colleague to read and to apply later, if nothing has changed by then."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from jhwizard.errors import ConflictError, RefusedError, WizardError
from jhwizard.host import Host
from jhwizard.journal import digest
from jhwizard.language import _
from jhwizard.plan import Change, Notice, Plan
from jhwizard.replace_file import replace_file

_MARK = "jhwizard_plan"


def is_one(content: bytes) -> bool:
    """Return whether a file is a saved plan, and not answers."""
    return content.lstrip()[:1] == b"{" and f'"{_MARK}"'.encode() in content[:200]


def save(plan: Plan, path: Path) -> None:
    """Save a plan, readable for its owner alone: it holds whole files, and these hold secrets."""
    document = {
        _MARK: 1,
        "changes": [
            {
                "path": str(change.path),
                "action": change.action,
                "before_sha256": digest(change.before),
                "after": None if change.after is None else base64.b64encode(change.after).decode(),
                "mode": change.mode,
                "owner": change.owner,
                "effect": change.effect,
                "diff": change.diff(),
            }
            for change in plan.changes
        ],
        "warnings": [{"key": notice.key, "text": notice.text} for notice in plan.warnings],
        "snippet": plan.snippet,
    }
    try:
        replace_file(path, json.dumps(document, indent=2).encode(), 0o600, None)
    except OSError as error:
        text = _("{path} cannot be written: {why}").format(path=path, why=error.strerror)
        raise WizardError(text) from error


def load(content: bytes, host: Host) -> Plan:
    """Return a saved plan.

    Raises ConflictError if a file is not what it was then, RefusedError for a damaged plan.
    """
    try:
        document = json.loads(content)
        changes = tuple(_change(item, host) for item in document["changes"])
        notices = tuple(Notice(item["key"], item["text"]) for item in document["warnings"])
        return Plan(changes, notices, str(document["snippet"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fix = _("make it again with `jhwizard plan ANSWERS -o PLAN`")
        raise RefusedError(_("the plan file is damaged"), fix=fix) from error


def _change(item: Mapping[str, object], host: Host) -> Change:
    path = PurePosixPath(str(item["path"]))
    if not path.is_absolute() or ".." in path.parts:
        raise ValueError(path)
    state = host.read(path)
    before = state.content if state else None
    if digest(before) != item["before_sha256"]:
        text = _("it changed since the plan was made, and nothing was written")
        raise ConflictError(text, file=path, fix=_("make a new plan and look at its diff"))
    after = None if item["after"] is None else base64.b64decode(str(item["after"]), validate=True)
    owner = (state.uid, state.gid) if state else None
    return Change(path, before, after, int(str(item["mode"])), owner, item["effect"])  # type: ignore[arg-type]
