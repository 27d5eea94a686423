"""The rehearsal: the real JupyterHub on the planned files, before anything is written.

What a face needs: `rehearse` tells each proof as soon as it is known. Nothing is written to the
machine, and nothing is left behind however it ends (`rehearsal.cage`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Event

from jhwizard.answers import Answers
from jhwizard.errors import UsageError, WizardError
from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.language import _
from jhwizard.plan import Plan
from jhwizard.rehearsal import judge_idle, sample
from jhwizard.rehearsal.cage_words import Setup, cage_words
from jhwizard.rehearsal.judge import Judge
from jhwizard.rehearsal.proof import Proof, Rehearsal, Skipped, Wanted, Wishes
from jhwizard.rehearsal.run_cage import Cage
from jhwizard.rehearsal.sentences import cannot, of_itself, sentences
from jhwizard.settings import SETTINGS
from jhwizard.settings.setting import NotConfig
from jhwizard.understand import with_files

Told = Callable[[Proof | Skipped | str], None]
_TABLES = ("extensions.server", "environment.traits")


@dataclass
class _Heard:
    """What was said so far."""

    told: Told
    proofs: list[Proof] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    failed: str = ""
    ended: bool = False

    def take(self, each: Proof | Skipped) -> None:
        """Keep one, and tell it."""
        if isinstance(each, Proof):
            self.proofs.append(each)
        else:
            self.skipped.append(each)
        self.told(each)


def rehearse(  # noqa: PLR0913, PLR0917 - the nouns, and who listens
    plan: Plan,
    facts: Facts,
    answers: Answers | None,
    host: Host,
    wishes: Wishes,
    told: Told,
    cancelled: Event | None = None,
) -> Rehearsal:
    """Run the hub on the files of a plan, and say what is seen; an empty plan: on what is there.

    `answers` None stands for what the plan's files say. `told` gets each proof, what was not seen,
    and sentences on the way. Raises WizardError where it cannot run, KeyboardInterrupt where
    `cancelled` was set.
    """
    began = time.monotonic()
    refuse_impossible(host, facts)
    who = sample.person(wishes.user)
    wanted = wanted_of(plan, facts, answers, who.name)
    heard, judge = _Heard(told), Judge(wanted)
    setup = Setup(plan, facts, wanted, who, wishes)
    log = _pass(setup, heard, judge, cancelled)
    if wishes.cull and not heard.failed:
        told(_("Now with times scaled down; this takes about a minute and a half."))
        heard.ended, setup = False, replace(setup, scaled=judge_idle.words(judge.seen))
        log += _pass(setup, heard, judge, cancelled)
    if not heard.proofs:
        raise cannot(log.strip().rpartition("\n")[2] or _("it ended before it said anything"))
    for each in judge.rest(heard.failed or _reason(heard, facts, wishes)):
        heard.take(each)
    complete = heard.ended
    started = all(proof.ok for proof in heard.proofs if proof.key in {"hub", "server"})
    seconds = time.monotonic() - began
    return Rehearsal(tuple(heard.proofs), tuple(heard.skipped), seconds, log, started, complete)


def _reason(heard: _Heard, facts: Facts, wishes: Wishes) -> str:
    """Return why nothing was seen of what is left."""
    if facts.user is None:
        return _("people's servers are started from an image, or their Python is not known")
    if heard.ended:
        return _("it could not be seen; the notes and the log say more")
    return _("it was not seen within {seconds:g} seconds").format(seconds=wishes.seconds)


def _pass(setup: Setup, heard: _Heard, judge: Judge, cancelled: Event | None) -> str:
    """Run one hub from its start to its end, and return its log."""
    began = time.monotonic()
    with Cage(cage_words(setup)) as running:
        for said in running.said(setup.wishes.seconds, cancelled):
            _hear(said, heard, judge, time.monotonic() - began)
            if heard.ended:
                break
        if cancelled and cancelled.is_set():
            raise KeyboardInterrupt
        return running.log


def wanted_of(plan: Plan, facts: Facts, answers: Answers | None, user: str) -> Wanted:
    """Return what should be seen: what was answered, and for the rest what the files say."""
    after = with_files(facts, {change.path: change.after for change in plan.changes})
    values = {key: after.found[key].value for key in SETTINGS}
    planned = {k: v for k, v in plan.answers.items() if isinstance(SETTINGS[k].lands, NotConfig)}
    values.update({key: SETTINGS[key].kind.from_toml(v) for key, v in planned.items() if v})
    if answers is not None:
        values.update({k: answers[k] for k in SETTINGS if k in answers.asked or answers.changed(k)})
        values.update({k: _with_delta(k, facts, after, answers) for k in _TABLES})
    return Wanted(values, after, user, pending=bool(plan.commands))


def _with_delta(key: str, facts: Facts, after: Facts, answers: Answers) -> object:
    """Return a table as the files have it, with the names that are answered otherwise than before.

    Another application has switches of its own, of which no answer spoke.
    """
    before, there, wished = facts.found[key].value, after.found[key].value, answers[key]
    if not isinstance(wished, Mapping) or not isinstance(there, Mapping):
        return there if wished is None else wished
    known = before if isinstance(before, Mapping) else {}
    new = {name: value for name, value in wished.items() if known.get(name) != value}
    return {**there, **new}


def refuse_impossible(host: Host, facts: Facts) -> None:
    """Raise UsageError or WizardError where there is nothing to rehearse with, before anybody asks.

    Whether the kernel allows namespaces shows only when the cage starts.
    """
    if not host.is_this_machine:
        text = _("a rehearsal starts programs, and those under another root are not started")
        raise UsageError(text, fix=_("run it on the machine itself, without --root"))
    if facts.hub is None or facts.hub.python is None:
        text = _("no JupyterHub was found here to rehearse with")
        raise WizardError(text, fix=_("name its Python with --hub-python"))
    sample.proxy(facts)


def _hear(said: Mapping[str, object], heard: _Heard, judge: Judge, seconds: float) -> None:
    what = str(said["what"])
    again = what == "hub" and any(proof.key == "hub" for proof in heard.proofs)
    for sentence in [] if again else sentences(what, said):
        heard.told(sentence)
    for proof in [] if again else of_itself(what, said, seconds):
        heard.take(proof)
    if what == "cannot":
        raise cannot(str(said.get("why")))
    if what in {"hub ended", "hub silent"}:
        heard.failed, heard.ended = _("JupyterHub does not start on these files"), True
        return
    heard.ended = what == "end"
    for each in judge.hear(what, said):
        heard.take(each)
