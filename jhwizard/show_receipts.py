"""What `history` and `status` print: of what was written, and what has become of it.

The shapes of the documents are API (`docs/design.md`, "The verbs"): keys are added, not changed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from jhwizard.journal import Receipt
from jhwizard.language import _, ngettext
from jhwizard.output import document, table
from jhwizard.printable import redacted
from jhwizard.settings import SETTINGS
from jhwizard.status import Drift
from jhwizard.wizard import spoken_value


def history_document(receipts: Sequence[Receipt]) -> str:
    """Return `history --json`; times are UTC."""
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
    return document({"receipts": rows})


def history_table(receipts: Sequence[Receipt]) -> str:
    """Return `history`, newest first; times are those of the clock on the wall here."""
    rows = [
        (
            receipt.id,
            _local(receipt.when),
            receipt.title + (_(" (undone)") if receipt.undone else ""),
            ", ".join(map(str, receipt.paths)),
        )
        for receipt in receipts
    ]
    return table((_("id"), _("when"), _("what"), _("files")), rows)


def _local(when: str) -> str:
    try:
        there = datetime.fromisoformat(when).astimezone()
    except ValueError:
        return when
    return there.strftime("%Y-%m-%d %H:%M:%S %Z").rstrip()


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
    return document({"settings": settings})


def status_table(drifted: Sequence[Drift]) -> str:
    """Return `status`: what jhwizard wrote, what is in force, and whether they differ.

    What it never wrote is only counted: `show` has all of that.
    """
    words = {"same": _("as written"), "edited": _("edited since"), "removed": _("removed since")}
    rows = [
        (
            drift.key,
            words[drift.state],
            "" if drift.written is None else redacted(_plainly(drift.written)),
            spoken_value(SETTINGS[drift.key], drift.found),
            drift.found.origin,
        )
        for drift in drifted
        if drift.state in words
    ]
    head = (_("setting"), _("state"), _("written"), _("in force"), _("from"))
    ours = table(head, rows) if rows else _("Nothing that jhwizard wrote is there.")
    return "\n".join([ours, *_others([drift for drift in drifted if drift.state not in words])])


def _others(drifted: Sequence[Drift]) -> list[str]:
    """Return one line on what is set and not known to be jhwizard's; none where nothing is."""
    count = len(drifted)
    if not count:
        return []
    text = ngettext(
        "{count} more is set, and was not written by jhwizard.",
        "{count} more are set, and were not written by jhwizard.",
        count,
    )
    if any(drift.state == "unknown" for drift in drifted):
        text = ngettext(
            "{count} more is set, and it is not known by whom.",
            "{count} more are set, and it is not known by whom.",
            count,
        )
    return [text.format(count=count) + " " + _("`jhwizard show` lists everything.")]


def _plainly(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
