"""The proof of a plan, before anything of it is shown as good.

Re-reads what would be written: the wanted values are there, nothing else changed, a second plan
is empty, and the hub's own Python can compile every Python file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from jhwizard.answers import Answers
from jhwizard.errors import RefusedError, WizardError
from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.language import _
from jhwizard.layers import role_of
from jhwizard.make_plan import make_plan
from jhwizard.moves import is_moved, our_switches, said_switches
from jhwizard.plan import Change, Plan
from jhwizard.printable import shown
from jhwizard.settings import SETTINGS
from jhwizard.settings.setting import (
    HubCuller,
    Landing,
    NotConfig,
    OtherTraits,
    ServerExtensions,
)
from jhwizard.traits_found import are_in_force, by_running_name
from jhwizard.understand import with_files, without_ours

_COMPILE = "import sys; compile(sys.stdin.buffer.read(), sys.argv[1], 'exec')"
_SECONDS = 10.0


def verify(plan: Plan, facts: Facts, answers: Answers, host: Host) -> None:
    """Prove the plan.

    Raises RefusedError that names the setting or the file, and what was found instead.
    """
    after = with_files(facts, {change.path: change.after for change in plan.changes})
    for key in SETTINGS:
        _compare(key, facts, after, answers)
    if make_plan(after, _same(answers, after)).changes:
        raise RefusedError(_("a second run would change the files again: please report this"))
    for change in plan.changes:
        _compile(change, facts, host)


def _compare(key: str, facts: Facts, after: Facts, answers: Answers) -> None:
    wanted, found, before = answers[key], after.found[key], facts.found[key]
    if facts.legacy != after.legacy and _may_have_moved(key, facts, after, answers):
        return
    if not answers.changed(key):
        wanted = before.value
        if before.kind == found.kind == "default":
            return  # what Jupyter does by itself may follow from the other answers
        if before.kind not in {"exact", "default"} and _said_along(key, answers):
            return
    if _is_so(key, wanted, after) or not SETTINGS[key].when(facts, answers):
        return
    where = found.shadows[0] if found.ours and found.shadows else found
    text = _("{key} would be {found} and not {wanted}: {origin} decides").format(
        key=key, found=_told(key, found.value), wanted=_told(key, wanted), origin=where.origin
    )
    fix = _("change that line, or choose another target")
    raise RefusedError(text, file=where.file, line=where.line, fix=fix)


def _may_have_moved(key: str, facts: Facts, after: Facts, answers: Answers) -> bool:
    """Return whether a setting is as it may be when people's servers become another application.

    Of the admin's own lines others count then; what is jhwizard's own does not change by itself.
    """
    lands = SETTINGS[key].lands
    if role_of(lands) != "server" or isinstance(lands, NotConfig):
        return False
    if isinstance(lands, ServerExtensions):
        said, there = said_switches(facts, without_ours(after), answers), after.found[key].value
        as_said = isinstance(there, Mapping) and said.items() <= there.items()
        return as_said and our_switches(after) <= set(said)
    if isinstance(lands, OtherTraits):
        value = {} if key in answers.reset else answers[key]
        wanted = {by_running_name(n, after): v for n, v in _pairs(value)}
        there = {name for name, _value in _pairs(after.found[key].value)}
        return are_in_force(wanted, after) and there <= set(wanted)
    decided = key in answers.asked or is_moved(facts.found[key])
    return not decided and not after.found[key].ours


def _pairs(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, Mapping) else []


def _is_so(key: str, wanted: object, after: Facts) -> bool:
    lands = SETTINGS[key].lands
    if isinstance(lands, NotConfig) and lands.what != "shared kernels":
        return True  # no file says what was installed; that a second plan is empty does
    if isinstance(lands, OtherTraits) and isinstance(wanted, Mapping):
        return are_in_force(wanted, after)
    return after.found[key].value == wanted


def _said_along(key: str, answers: Answers) -> bool:
    """Return whether an answer that shares the trait's line was given, which says all of them."""
    lands = SETTINGS[key].lands

    def is_twin(other: Landing) -> bool:
        return other == lands or (isinstance(lands, HubCuller) and isinstance(other, HubCuller))

    return any(is_twin(s.lands) and answers.changed(k) for k, s in SETTINGS.items())


def _told(key: str, value: object) -> str:
    return _("unknown") if value is None else shown(SETTINGS[key].kind.text(value))  # type: ignore[arg-type]


def _same(answers: Answers, after: Facts) -> Answers:
    """Return the same wishes on top of what would be there."""
    again = Answers(after)
    moved = answers.facts.legacy != after.legacy
    for key in answers.asked - answers.reset:
        value = answers[key]
        if moved and isinstance(SETTINGS[key].lands, ServerExtensions):
            value = said_switches(answers.facts, without_ours(after), answers)
        elif moved and isinstance(SETTINGS[key].lands, OtherTraits):
            value = {by_running_name(n, after): v for n, v in _pairs(value)}
        if value is not None:
            again.give(key, value)
    for key in answers.reset:
        again.take_default(key)
    return again


def _compile(change: Change, facts: Facts, host: Host) -> None:
    if change.after is None or change.path.suffix != ".py":
        return
    python = facts.hub.python if facts.hub and host.is_this_machine else None
    try:
        if python:
            argv = [str(python), "-I", "-c", _COMPILE, str(change.path)]
            host.run(argv, seconds=_SECONDS, given=change.after)
        else:
            compile(change.after, str(change.path), "exec")
    except (SyntaxError, ValueError, WizardError) as error:
        raise _uncompiled(change.path, error) from error


def _uncompiled(path: PurePosixPath, error: Exception) -> RefusedError:
    text = _("the hub's Python cannot compile the file as it would be: {why}")
    line = error.lineno if isinstance(error, SyntaxError) else None
    return RefusedError(text.format(why=shown(str(error))), file=path, line=line)
