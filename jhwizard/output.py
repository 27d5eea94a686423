"""What the verbs print: tables for people, documents for programs.

The shapes of the documents are API (`docs/design.md`, "The verbs"): keys are added, not changed.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from jhwizard.errors import WizardError
from jhwizard.facts import Facts, Found
from jhwizard.image import as_seen
from jhwizard.installed import Environment
from jhwizard.language import _, ngettext
from jhwizard.plan import Effect, Plan
from jhwizard.printable import printable, redacted, shown
from jhwizard.settings import SETTINGS
from jhwizard.settings.setting import Setting
from jhwizard.wizard import spoken_value

if TYPE_CHECKING:
    from jhwizard.journal import Receipt
    from jhwizard.rehearsal.proof import Rehearsal


def show_document(facts: Facts, keys: Sequence[str]) -> str:
    """Return `show --json`."""
    settings = {key: _setting(as_seen(facts.found[key], facts)) for key in keys or SETTINGS}
    return document({"deployment": _deployment(facts), "settings": settings})


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
    from jhwizard.examination.trait_help import help_of  # noqa: PLC0415 - the same
    from jhwizard.explain import destination, ladder_of  # noqa: PLC0415 - 40 ms for one verb

    layers = [
        {**_place(layer.found), "state": layer.state, "edit_here": layer.edit_here}
        for layer in ladder_of(record, facts)
    ]
    goes_to = destination(record, facts)
    setting = _setting(as_seen(facts.found[record.key], facts))
    edit = None if goes_to is None else asdict(goes_to)
    known = help_of(record, facts)
    installed = None if known is None else asdict(known)
    rest = {"layers": layers, "edit": edit, "installed": installed}
    return document({"key": record.key, **setting, **rest})


def explain_text(record: Setting, facts: Facts) -> str:
    """Return `explain`: the ladder with what is in force on top, and where an answer goes."""
    from jhwizard.examination.trait_help import help_of, told  # noqa: PLC0415 - the same
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
    known = help_of(record, facts)
    lines += ["", *told(known)] if known else []
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
        "not": _("No answer can change it: {reason} ({where})."),
    }
    where = f"{goes_to.file}:{goes_to.line}" if goes_to.line else goes_to.file
    return words[goes_to.how].format(**asdict(goes_to), where=where)


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
    return document(
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
    count, commands = len(plan.changes), len(plan.commands)
    files = ngettext("write {count} file", "write {count} files", count).format(count=count)
    if not commands:
        return _("{what}?").format(what=files.capitalize())
    first = ngettext("Run {count} command", "Run {count} commands", commands)
    return _("{first} and {then}?").format(first=first.format(count=commands), then=files)


def written(plan: Plan, receipt: Receipt, command: str = "") -> str:
    """Return what was written, what to do now, and the command that takes it back."""
    verbs = {"create": _("created"), "edit": _("changed"), "delete": _("deleted")}
    ran = [_("done: {why}").format(why=command.why) for command in plan.commands]
    lines = ran + [f"{verbs[change.action]} {change.path}" for change in plan.changes]
    lines = lines or [_("nothing to write: every file is as it was before")]
    lines += _advice({change.effect for change in plan.changes})
    command = command or f"jhwizard undo {receipt.id}"
    back = _("To take it back: {command}").format(command=command)
    return printable("\n".join([*lines, back]))


def taken_back(receipt: Receipt) -> str:
    """Return what an undo did, and what to do now."""
    lines = [_("as before: {path}").format(path=path) for path in receipt.paths]
    return printable("\n".join([*lines, *_advice({r.effect for r in receipt.records})]))


def _advice(effects: Collection[Effect]) -> list[str]:
    return [advice for effect, advice in ADVICE.items() if effect in effects]


ADVICE: dict[Effect, str] = {
    "hub restart": _(
        "Restart JupyterHub (often `systemctl restart jupyterhub`); servers keep running."
    ),
    "browser reload": _(
        "People see new kernels, and extensions switched off or on, when they load the page again."
    ),
    "next server start": _("People get the rest when their server starts the next time."),
}
"""What the admin does next, by the effect of a change."""


def rehearsal_document(done: Rehearsal) -> str:
    """Return `rehearse --json`."""
    proofs = [asdict(proof) for proof in done.proofs]
    skipped = [asdict(each) for each in done.skipped]
    return document({"proofs": proofs, "skipped": skipped, "seconds": round(done.seconds, 1)})


def error_document(error: WizardError) -> str:
    """Return an error for `--json`, and all where there are several."""
    errors = [
        {"code": e.code, "text": e.text, "file": e.file, "line": e.line, "fix": e.fix}
        for e in (error, *error.others)
    ]
    return document({"error": errors[0], "errors": errors})


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


def document(content: Mapping[str, object]) -> str:
    """Return what a program reads, with its version."""
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
