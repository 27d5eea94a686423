"""`jhwizard check`: what is there, or would be there, looked at and judged."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from jhwizard.check import check
from jhwizard.errors import Status
from jhwizard.examination.examine import examine
from jhwizard.invocation import host_of, planned, state_of
from jhwizard.language import _
from jhwizard.output import document
from jhwizard.printable import printable
from jhwizard.rules.rule import Finding
from jhwizard.streams import give, say
from jhwizard.understand import with_files


def check_verb(given: Namespace) -> int:
    """Say what is wrong; return the exit status: refused where anything is an error."""
    plan, facts, _answers = planned(given)
    facts = with_files(facts, {change.path: change.after for change in plan.changes})
    user = getattr(given, "user", None)
    host = host_of(given)
    facts = examine(facts, host, state_of(host, given), user, say)
    for remark in facts.examined.unasked if facts.examined else ():
        say(_("note: {remark}").format(remark=remark))
    found = check(facts)
    give(findings_document(found) if getattr(given, "json", False) else findings_text(found))
    if found:
        say(_summed(found))
    return Status.REFUSED if any(f.level == "error" for f in found) else Status.DONE


def _summed(found: tuple[Finding, ...]) -> str:
    counts = {level: sum(f.level == level for f in found) for level in ("error", "warning", "note")}
    text = _("errors: {error}, warnings: {warning}, notes: {note}")
    return text.format(**counts)


def findings_document(found: Sequence[Finding]) -> str:
    """Return `check --json`."""
    rows = [
        {
            "rule": f.rule,
            "level": f.level,
            "text": f.text,
            "keys": list(f.keys),
            "file": None if f.file is None else str(f.file),
            "line": f.line,
            "fix": f.fix.words if f.fix else None,
        }
        for f in found
    ]
    return document({"findings": rows})


def findings_text(found: Sequence[Finding]) -> str:
    """Return `check`: each finding with its place, and below it what mends it."""
    words = {"error": _("error"), "warning": _("warning"), "note": _("note")}
    lines = []
    for f in found:
        where = f"{f.where}: " if f.where else ""
        lines.append(f"{words[f.level]}: {where}{f.text} [{f.rule}]")
        if f.fix:
            lines.append(f"  {f.fix.words}")
    return printable("\n".join(lines)) if lines else _("Nothing was found.")
