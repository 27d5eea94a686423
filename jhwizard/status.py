"""Drift: what jhwizard wrote last, what is in force now, and Jupyter's default, three ways.

What was written is in the receipts: of those that were not taken back, the last one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from jhwizard.answers import DEFAULT, Answers
from jhwizard.errors import NotPermittedError, UsageError
from jhwizard.facts import Facts, Found
from jhwizard.journal import Receipt
from jhwizard.language import _
from jhwizard.settings import SETTINGS
from jhwizard.settings.setting import NotConfig, Setting

State = Literal["same", "edited", "removed", "new", "unknown"]


@dataclass(frozen=True)
class Drift:
    """One setting, three ways; values as an answers file has them."""

    key: str
    written: object
    """What jhwizard wrote last, or an answers file asks for; None when there is nothing."""
    now: object
    """What is in force; None when it is not known."""
    default: object
    state: State
    """`edited` and `removed` are drift; `new` is set by somebody else, and never was ours;
    `unknown`: it may have been root, whose receipts may not be read."""
    found: Found

    @property
    def has_drifted(self) -> bool:
        """Return whether it is no longer what jhwizard wrote."""
        return self.state in {"edited", "removed"}


def written_last(receipts: Iterable[Receipt]) -> dict[str, object]:
    """Return what was last written for each setting; `receipts` are the newest first."""
    written: dict[str, object] = {}
    for receipt in reversed([r for r in receipts if not r.undone and not r.undoes]):
        written |= {key: _on_top(written.get(key), new) for key, new in receipt.answers.items()}
    return {key: value for key, value in written.items() if value is not None and key in SETTINGS}


def _on_top(before: object, new: object) -> object:
    """Return what is written after one more receipt: of a table only the names it speaks of."""
    if not isinstance(new, Mapping):
        return new
    both = {**(before if isinstance(before, Mapping) else {}), **new}
    return {name: value for name, value in both.items() if value != DEFAULT} or None


def wanted(answers: Answers) -> dict[str, object]:
    """Return what an answers file asks for, to be compared instead of what was written."""
    return {
        key: DEFAULT if key in answers.reset else _in_toml(SETTINGS[key], answers[key])
        for key in SETTINGS
        if key in answers.asked
    }


def drifts(facts: Facts, written: Mapping[str, object], *, known: bool = True) -> tuple[Drift, ...]:
    """Return every setting that jhwizard wrote, or that some file sets.

    `known`: whether `written` is all that was; else nobody can say who set the rest.
    """
    records = [s for s in SETTINGS.values() if not isinstance(s.lands, NotConfig)]
    looked = (_drift(record, facts, written.get(record.key), known=known) for record in records)
    return tuple(drift for drift in looked if drift)


def written_by_us(key: str, drifted: Iterable[Drift]) -> Drift:
    """Return the drift of a key.

    Raises UsageError where jhwizard never wrote that setting, NotPermittedError where that is not
    known.
    """
    found = next((drift for drift in drifted if drift.key == key), None)
    if found is not None and found.state == "unknown":
        text = _("whether jhwizard wrote {key} is not known: root's receipts may not be read")
        raise NotPermittedError(text.format(key=key), fix=_("run it with sudo"))
    if found is None or found.written is None:
        text = _("{key} was not written by jhwizard").format(key=key)
        raise UsageError(text, fix=_("`jhwizard status` lists what was"))
    return found


def restored(drift: Drift, facts: Facts) -> Answers:
    """Return the answers that bring back what jhwizard wrote."""
    answers = Answers(facts)
    answers.give(drift.key, drift.written)
    return answers


def _drift(record: Setting, facts: Facts, written: object, *, known: bool) -> Drift | None:
    found = facts.found[record.key]
    if written is None and found.kind == "default":
        return None
    now, default = _in_toml(record, found.value), _in_toml(record, record.default(facts))
    if written is None:
        state: State = "new" if known else "unknown"
    elif _says(written, record, now) or (written == DEFAULT and found.kind == "default"):
        state = "same"
    else:
        state = "removed" if found.kind == "default" else "edited"
    return Drift(record.key, written, now, default, state, found)


def _in_toml(record: Setting, value: object) -> object:
    return None if value is None else record.kind.to_toml(value)  # type: ignore[arg-type]


def _says(written: object, record: Setting, now: object) -> bool:
    """Return whether the value now is the one written; of a table, the names that were."""
    if isinstance(written, Mapping) and isinstance(now, Mapping):
        return all(name in now and now[name] == value for name, value in written.items())
    if isinstance(written, list) and isinstance(now, list) and getattr(record.kind, "adds", False):
        return set(written) <= set(now)
    return written == now
