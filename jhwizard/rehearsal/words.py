"""A rehearsal in words, the same for every face."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from jhwizard.language import _
from jhwizard.printable import printable, redacted, shown
from jhwizard.rehearsal.proof import Proof
from jhwizard.settings import SETTINGS

if TYPE_CHECKING:
    from jhwizard.facts import Facts
    from jhwizard.plan import Plan

_MOST_DEEDS = 40


def what_is_run(facts: Facts, user: str) -> str:
    """Return what a rehearsal does, to be agreed to; `user` is its name in the hub."""
    text = _(
        "This runs JupyterHub with {path}, as {user}, in a network of its own and with files that "
        "go again: nothing on this machine is changed, and nobody can connect."
    )
    who = _("nobody") if user == "sample" else user
    return " ".join(
        filter(None, (text.format(path=facts.hub_config, user=who), _opened(facts, who)))
    )


def _opened(facts: Facts, who: str) -> str:
    """Return what is closed to others and is not to that account while the hub runs as it."""
    hubs = [source for source in facts.sources if source.role == "hub" and source.state]
    closed = [str(s.path) for s in hubs if s.state and not s.state.mode & stat.S_IROTH]
    text = _("While it runs, other programs of {user} could read what is closed to them: {paths}.")
    return text.format(user=who, paths=", ".join(dict.fromkeys(closed))) if closed else ""


def deeds_of(plan: Plan, facts: Facts) -> list[str]:
    """Return what the hub's planned file does besides setting traits, line by line."""
    from jhwizard.jupyter.python_source import PythonSource, parse_python  # noqa: PLC0415
    from jhwizard.what_it_does import deeds  # noqa: PLC0415

    planned = {change.path: change.after for change in plan.changes}
    state = facts.files.get(facts.hub_config)
    content = planned.get(facts.hub_config, state.content if state else None)
    source = parse_python(content) if content else None
    found = deeds(source.tree) if isinstance(source, PythonSource) else ()
    head = [_("Besides setting traits the file does this:")] if found else []
    lines = [f"  {facts.hub_config}:{deed.line}: {deed.text}" for deed in found[:_MOST_DEEDS]]
    return [*head, *lines]


def told_of(proof: Proof) -> str:
    """Return what was seen, and beside it what should have been where that is something else."""
    should, seen = spoken(proof.key, proof.expected), spoken(proof.key, proof.observed)
    more = [] if proof.seconds is None else [_("{seconds:.1f} s").format(seconds=proof.seconds)]
    more += [proof.note] if proof.note else []
    behind = f" ({'; '.join(more)})" if more else ""
    if proof.ok:
        return printable(f"{proof.key}: {seen}{behind}")
    text = _("{key}: {seen}")
    if proof.key in SETTINGS:
        text = _("{key}: it should be {should}, and is {seen}")
    return printable(text.format(key=proof.key, should=should, seen=seen) + behind)


def spoken(key: str, value: object) -> str:
    """Return a value as an admin would write it; what is none, as it is."""
    if value is None:
        return _("nothing")
    try:
        text = SETTINGS[key].kind.text(value)  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError, AttributeError):
        text = str(value)
    return shown(redacted(text), 160)
