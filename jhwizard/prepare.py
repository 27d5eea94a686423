"""What has to be asked of programs before a plan can be made, since planning itself asks nobody.

Only what the answers need is asked, so most plans wait for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from jhwizard.answers import Answers
from jhwizard.errors import WizardError
from jhwizard.facts import Facts, TraitCheck
from jhwizard.host import Host
from jhwizard.journal import digest, keep, kept
from jhwizard.language import _
from jhwizard.moves import as_meant
from jhwizard.printable import shown
from jhwizard.settings.traits_kind import TAKEN_OUT
from jhwizard.stage_kernels import with_staged_kernels
from jhwizard.traits_found import by_running_name

Progress = Callable[[str], None]
_SECONDS = 60.0
"""Importing the classes takes 2 to 3 seconds; on a slow or busy disk many more."""


def prepare(facts: Facts, answers: Answers, host: Host, state: Path, progress: Progress) -> Facts:
    """Return the facts with what this plan needs besides; never raises, the facts say why."""
    facts = with_staged_kernels(facts, answers, host, progress)
    return _with_checked_traits(facts, answers, host, state, progress)


def _with_checked_traits(
    facts: Facts, answers: Answers, host: Host, state: Path, progress: Progress
) -> Facts:
    """Return facts that know what the installed classes say of the traits asked for."""
    key = "environment.traits"
    wanted = answers[key] if answers.changed(key) else {}
    before = facts.found[key].value
    new = {
        name: value
        for name, value in (wanted.items() if isinstance(wanted, Mapping) else ())
        if value != TAKEN_OUT and not (isinstance(before, Mapping) and before.get(name) == value)
    }
    if not new or facts.user is None or facts.user.python is None or not host.is_this_machine:
        return facts
    meant = as_meant(facts, answers)
    try:
        said = _asked(meant, new, host, state, progress)
    except WizardError as error:
        return replace(facts, unchecked=error.text)
    for name in new:
        if by_running_name(name, meant) != name:
            # Any other class of a similar name would be a bad hint.
            said[name]["near"] = by_running_name(name, meant).partition(".")[0]
    checks = {name: TraitCheck(new[name], _refusal(name, new[name], said[name])) for name in new}
    return replace(facts, checks=checks, unchecked="")


def _asked(
    facts: Facts, wanted: Mapping[str, object], host: Host, state: Path, progress: Progress
) -> dict[str, dict[str, str]]:
    """Return what the users' interpreter says, from the cache if it was asked that before."""
    from jhwizard import probe_classes as probe  # noqa: PLC0415 - it brings what only interpreters need

    assert facts.user is not None  # noqa: S101 - looked at by the caller
    extensions = sorted(e.name for e in facts.extensions if e.enabled)
    asked = {"extensions": extensions, "wanted": wanted, "legacy": facts.legacy, "stage": "judge"}
    question = json.dumps(asked).encode()
    who = json.dumps([str(facts.user.python), sorted(facts.user.packages.items())]).encode()
    name = f"traits-{digest(who + question)}.json"
    answer = kept(state, name)
    if answer is None:
        progress(_("Asking the installed classes about traits (some seconds)"))
        argv = [str(facts.user.python), "-I", probe.__file__]
        output = host.run(argv, seconds=_SECONDS, given=question)
        lines = [x for x in output.splitlines() if x.startswith(probe.MARK)]
        answer = (lines or [""])[-1].removeprefix(probe.MARK).encode()
    said = _understood(answer, wanted)
    keep(state, name, answer)
    return said


def _understood(answer: bytes, wanted: Mapping[str, object]) -> dict[str, dict[str, str]]:
    try:
        said = json.loads(answer)
        return {name: {str(k): str(v) for k, v in said[name].items()} for name in wanted}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise WizardError(_("what it said of its classes makes no sense")) from error


def _refusal(name: str, value: object, said: Mapping[str, str]) -> str:
    """Return why a trait cannot be set so, or nothing."""
    near = said.get("near", "")
    hint = _(" Did you mean {near}?").format(near=shown(near)) if near else ""
    cls, _dot, trait = name.partition(".")
    if said.get("unknown") == "class":
        text = _("{name}: people's servers have no class {cls}.")
        return text.format(name=name, cls=cls) + hint
    if said.get("unknown") == "trait":
        text = _("{name}: the installed {cls} has no trait {trait}.")
        return text.format(name=name, cls=cls, trait=trait) + hint
    if not said.get("refused"):
        return ""
    text = _("{name} cannot be {value}: it expects {expected}")
    expected = shown(said.get("expects", ""), 80)
    if "expected" not in said["refused"] and said["refused"] != "bool":
        expected += f" ({shown(said['refused'], 120)})"
    return text.format(name=name, value=shown(json.dumps(value), 40), expected=expected)
