"""What the verbs print: tables for people, documents for programs.

The shapes of the documents are API (`docs/design.md`, "The verbs"): keys are added, not changed.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from jhwizard.errors import WizardError
from jhwizard.facts import Facts, Found
from jhwizard.image import as_seen
from jhwizard.installed import Environment
from jhwizard.language import _
from jhwizard.plan import Plan
from jhwizard.printable import printable, redacted, shown
from jhwizard.settings import SETTINGS
from jhwizard.settings.setting import Setting
from jhwizard.wizard import spoken_value

if TYPE_CHECKING:
    from jhwizard.journal import Receipt
    from jhwizard.status import Drift


def show_document(facts: Facts, keys: Sequence[str]) -> str:
    """Return `show --json`."""
    settings = {key: _setting(as_seen(facts.found[key], facts)) for key in keys or SETTINGS}
    return _document({"deployment": _deployment(facts), "settings": settings})


def show_table(facts: Facts, keys: Sequence[str]) -> str:
    """Return `show`: one line for each setting, and one for each value that has no effect."""
    rows: list[tuple[str, str, str]] = []
    for key in keys or SETTINGS:
        found = as_seen(facts.found[key], facts)
        rows.append((key, spoken_value(SETTINGS[key], found), found.origin))
        beaten = _("perhaps: ") if found.kind == "unknown" else _("shadowed: ")
        below = [("", beaten + spoken_value(SETTINGS[key], s), s.origin) for s in found.shadows]
        rows += dict.fromkeys(below)
    return table((_("setting"), _("in force"), _("from")), rows)


def explain_document(record: Setting, facts: Facts) -> str:
    """Return `explain --json`: the setting as `show` has it, and its layers, lowest first."""
    from jhwizard.explain import destination, ladder_of  # noqa: PLC0415 - 40 ms for one verb

    layers = [
        {**_place(layer.found), "state": layer.state, "edit_here": layer.edit_here}
        for layer in ladder_of(record, facts)
    ]
    goes_to = destination(record, facts)
    setting = _setting(as_seen(facts.found[record.key], facts))
    edit = None if goes_to is None else asdict(goes_to)
    return _document({"key": record.key, **setting, "layers": layers, "edit": edit})


def explain_text(record: Setting, facts: Facts) -> str:
    """Return `explain`: the ladder with what is in force on top, and where an answer goes."""
    from jhwizard.explain import ladder_of, silent_files  # noqa: PLC0415 - 40 ms for one verb

    states = {"default": _("default"), "shadowed": _("shadowed"), "in force": _("in force")}
    if as_seen(facts.found[record.key], facts).kind == "unknown":
        states["shadowed"] = _("perhaps")  # what may say anything may say nothing
    rows = [
        (
            states[layer.state],
            spoken_value(record, layer.found),
            _("Jupyter itself") if layer.found.file is None else layer.found.origin,
            layer.found.trait + (_("  <- edit here") if layer.edit_here else ""),
        )
        for layer in reversed(ladder_of(record, facts))
    ]
    head = (_("layer"), _("value"), _("from"), _("by"))
    silent = [f"  {path}" for path in silent_files(record, facts)]
    lines = [record.sentence, "", table(head, rows), "", _goes_to(record, facts)]
    lines += [_("Read too, and silent about it:"), *silent] if silent else []
    return printable("\n".join(line.rstrip() for line in lines))


def _goes_to(record: Setting, facts: Facts) -> str:
    from jhwizard.explain import destination  # noqa: PLC0415 - 40 ms for one verb

    goes_to = destination(record, facts)
    if goes_to is None:
        return _("No line of a config file says it.")
    words = {
        "in place": _("An answer changes {file}:{line} in place."),
        "block": _("An answer goes into jhwizard's block in {file}."),
        "own file": _("An answer goes into {file}, which is jhwizard's alone."),
        "new file": _("An answer goes into a new file, {file}."),
        "not": _("No answer can change it: {reason} ({file}:{line})."),
    }
    text = words[goes_to.how]
    if goes_to.line is None:
        text = text.replace("{file}:{line}", "{file}")
    return text.format(**asdict(goes_to))


def plan_document(plan: Plan, receipt: Receipt | None = None, *, done: bool | None = None) -> str:
    """Return `plan --json`; of `apply` and `undo`, with the receipt and `done`.

    `done` None stands for `plan`, which does nothing, unless there is a receipt.
    """
    happened = done if receipt is None else True
    number = None if receipt is None else receipt.id
    outcome = {} if happened is None else {"done": happened, "receipt": number}
    changes = [
        {
            "path": str(change.path),
            "action": change.action,
            "diff": change.diff(),
            "mode": f"{change.mode:04o}",
            "owner": None if change.owner is None else list(change.owner),
            "effect": change.effect,
        }
        for change in plan.changes
    ]
    commands = [{"argv": c.argv, "why": c.why, "undo": c.undo} for c in plan.commands]
    warnings = [asdict(notice) for notice in plan.warnings]
    snippet = redacted(plan.snippet)
    return _document(
        {
            **outcome,
            "changes": changes,
            "commands": commands,
            "warnings": warnings,
            "snippet": snippet,
        }
    )


def diffs(plan: Plan) -> str:
    """Return the commands and the unified diff of the whole plan."""
    commands = [f"# {printable(c.why)}\n$ {printable(shlex.join(c.argv))}\n" for c in plan.commands]
    return "".join(commands) + "".join(change.diff() for change in plan.changes)


def question(plan: Plan) -> str:
    """Return what is asked before anything is done."""
    count = len(plan.changes)
    if not plan.commands:
        return _("Write {count} files?").format(count=count)
    text = _("Run {commands} commands and write {count} files?")
    return text.format(commands=len(plan.commands), count=count)


def written(plan: Plan, receipt: Receipt) -> str:
    """Return what was written, what to do now, and how to take it back."""
    verbs = {"create": _("created"), "edit": _("changed"), "delete": _("deleted")}
    ran = [_("done: {why}").format(why=command.why) for command in plan.commands]
    lines = ran + [f"{verbs[change.action]} {change.path}" for change in plan.changes]
    lines += [
        advice for effect, advice in ADVICE.items() if any(c.effect == effect for c in plan.changes)
    ]
    back = _("To take it back: jhwizard undo {id}").format(id=receipt.id)
    return printable("\n".join([*lines, back]))


ADVICE = {
    "hub restart": _(
        "Restart JupyterHub (often `systemctl restart jupyterhub`); servers keep running."
    ),
    "browser reload": _(
        "People see new kernels, and extensions switched off or on, when they load the page again."
    ),
    "next server start": _("People get the rest when their server starts the next time."),
}
"""What the admin does next, by the effect of a change."""


def history_document(receipts: Sequence[Receipt]) -> str:
    """Return `history --json`."""
    rows = [
        {
            "id": receipt.id,
            "when": receipt.when,
            "title": receipt.title,
            "paths": [str(path) for path in receipt.paths],
            "undone": receipt.undone,
        }
        for receipt in receipts
    ]
    return _document({"receipts": rows})


def history_table(receipts: Sequence[Receipt]) -> str:
    """Return `history`, newest first."""
    rows = [
        (r.id, r.when, r.title + (_(" (undone)") if r.undone else ""), ", ".join(map(str, r.paths)))
        for r in receipts
    ]
    return table((_("id"), _("when"), _("what"), _("files")), rows)


def status_document(drifted: Sequence[Drift]) -> str:
    """Return `status --json`."""
    settings = {
        drift.key: {
            "written": drift.written,
            "now": drift.now,
            "default": drift.default,
            "state": drift.state,
        }
        for drift in drifted
    }
    return _document({"settings": settings})


def status_table(drifted: Sequence[Drift]) -> str:
    """Return `status`: what jhwizard wrote, what is in force, and whether they differ."""
    words = {
        "same": _("as written"),
        "edited": _("edited since"),
        "removed": _("removed since"),
        "new": _("not written by jhwizard"),
    }
    rows = [
        (
            drift.key,
            words[drift.state],
            "" if drift.written is None else redacted(_plainly(drift.written)),
            spoken_value(SETTINGS[drift.key], drift.found),
            drift.found.origin,
        )
        for drift in drifted
    ]
    head = (_("setting"), _("state"), _("written"), _("in force"), _("from"))
    return table(head, rows) if rows else _("Nothing is set, by jhwizard or by anybody else.")


def _plainly(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def error_document(error: WizardError) -> str:
    """Return an error for `--json`."""
    place = {"file": error.file, "line": error.line, "fix": error.fix}
    return _document({"error": {"code": error.code, "text": error.text, **place}})


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return aligned columns; the last one is as long as it is."""
    cells = [tuple(shown(cell, 200) for cell in row) for row in [head, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head) - 1)]
    lines = (
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def toml(text: str) -> str:
    """Return an answers file with what a terminal may not get as TOML's own escapes."""
    return "".join(ch if ch.isprintable() or ch in "\n\t" else f"\\U{ord(ch):08x}" for ch in text)


def _document(content: Mapping[str, object]) -> str:
    return json.dumps({"version": 1, **content}, indent=2, default=_plain)


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, set | frozenset) else str(value)


def _deployment(facts: Facts) -> dict[str, object]:
    return {
        "target": facts.target,
        "root": facts.root,
        "hub_config": facts.hub_config if facts.hub_config_exists else None,
        "hub": _environment(facts.hub, "jupyterhub"),
        "user_env": _environment(facts.user, "jupyter-server"),
        "spawner": facts.spawner or None,
        "kernels": [{"name": k.name, "problem": k.problem or None} for k in facts.kernelspecs],
        "remarks": facts.remarks,
        "unloaded": {str(path): reason for path, reason in facts.unloaded.items()},
    }


def _environment(environment: Environment | None, package: str) -> dict[str, object] | None:
    if environment is None:
        return None
    return {
        "prefix": environment.prefix,
        "python": environment.python,
        "python_version": environment.python_version,
        package: environment.packages.get(package),
    }


def _setting(found: Found) -> dict[str, object]:
    return {
        "value": found.value,
        "kind": found.kind,
        "origin": None if found.file is None else {"file": found.file, "line": found.line},
        "trait": found.trait,
        "ours": found.ours,
        "evaluated": found.evaluated,
        "shadows": [
            {"value": s.value, "kind": s.kind, "file": s.file, "line": s.line}
            for s in found.shadows
        ],
        "problem": found.reason or None,
    }


def _place(found: Found) -> dict[str, object]:
    return {
        "value": found.value,
        "kind": found.kind,
        "file": found.file,
        "line": found.line,
        "trait": found.trait,
        "ours": found.ours,
        "evaluated": found.evaluated,
    }
