"""The verb `rehearse`: asks before the hub's file is run, and tells tick by tick what is seen."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from jhwizard import output
from jhwizard.errors import NotPermittedError, Status, WizardError
from jhwizard.invocation import host_of, planned
from jhwizard.language import _
from jhwizard.plan import Plan
from jhwizard.printable import redacted, shown
from jhwizard.rehearsal.proof import Proof, Rehearsal, Skipped, Wishes
from jhwizard.rehearsal.sample import person
from jhwizard.rehearsal.words import deeds_of, told_of, what_is_run
from jhwizard.rehearse import refuse_impossible, rehearse
from jhwizard.streams import asks, give, need_somebody, say

if TYPE_CHECKING:
    from jhwizard.facts import Facts

_LAST_LINES = 25


def rehearse_verb(given: Namespace) -> int:
    """Rehearse what an answers file or a PLAN file would change, or what is there now."""
    wishes = Wishes(user=given.user, cull=given.cull)
    who = person(wishes.user)  # before anything that takes time
    plan, facts, answers = planned(given)
    refuse_impossible(host_of(given), facts)
    _agree(given, plan, facts, who.name)
    told = _no_ticks if given_json(given) else _tick
    done = rehearse(plan, facts, answers, host_of(given), wishes, told)
    if given.log:
        _keep_log(given.log, done.log)
    if given_json(given):
        give(output.rehearsal_document(done))
    _end(done)
    if done.is_red:
        return Status.REFUSED
    return Status.DONE if done.complete else Status.ERROR


def given_json(given: Namespace) -> bool:
    """Return whether a program reads the answer."""
    return bool(getattr(given, "json", False))


def _agree(given: Namespace, plan: Plan, facts: Facts, user: str) -> None:
    """Say what is run, and ask. Raises UsageError where nobody is there, KeyboardInterrupt: no."""
    say(what_is_run(facts, user))
    for line in deeds_of(plan, facts):
        say(line)
    if getattr(given, "yes", False):
        return
    text = _("rehearse: there is no terminal to ask at, and nothing was run")
    need_somebody(text, _("add --yes to run the hub's config file without being asked"))
    if not asks(_("Run it?")):
        say(_("Nothing was run."))
        raise KeyboardInterrupt


def _no_ticks(told: Proof | Skipped | str) -> None:
    if isinstance(told, str):
        say(told)


def _tick(told: Proof | Skipped | str) -> None:
    match told:
        case str():
            say(told)
        case Proof():
            give(_proof_line(told))
        case Skipped():
            give(f"{_mark('-', '-')} {told.key}: {_('not seen: ')}{shown(told.reason, 160)}")


def _proof_line(proof: Proof) -> str:
    return f"{_mark('✓', 'ok') if proof.ok else _mark('✗', 'FAILED')} {told_of(proof)}"


def _mark(mark: str, plain: str) -> str:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    return mark if encoding == "utf8" else plain


def _end(done: Rehearsal) -> None:
    wrong = [proof for proof in done.proofs if not proof.ok]
    if not done.complete:
        say(_("It did not come to its end."))
    if not (done.started and done.complete):
        say(_("The last lines of the log:"))
        for line in redacted(done.log).splitlines()[-_LAST_LINES:]:
            say("  " + shown(line, 300))
    text = _("{good} as they should be, {wrong} not, {skipped} not seen; {seconds:.1f} s")
    good = len(done.proofs) - len(wrong)
    numbers = {"good": good, "wrong": len(wrong), "skipped": len(done.skipped)}
    say(text.format(**numbers, seconds=done.seconds))


def _keep_log(path: Path, log: str) -> None:
    """Write the whole log, for its owner alone: it can hold tokens."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(log)
    except OSError as error:
        text = _("{path} cannot be written: {why}").format(path=path, why=error.strerror)
        kind = NotPermittedError if isinstance(error, PermissionError) else WizardError
        raise kind(text, fix=_("give --log a name in a directory of your own")) from error
