"""From the words of a command line to the core's nouns: the Host, its Facts, a proved Plan."""

from __future__ import annotations

import contextlib
import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from jhwizard.errors import NotPermittedError, UsageError
from jhwizard.language import _
from jhwizard.streams import say, take

if TYPE_CHECKING:
    from jhwizard.answers import Answers
    from jhwizard.facts import Facts
    from jhwizard.host import Host
    from jhwizard.journal import Receipt
    from jhwizard.options import Options
    from jhwizard.plan import Plan


def host_of(given: Namespace) -> Host:
    """Return the machine of `--root`. Raises UsageError where there is no such directory."""
    from jhwizard.host import Host  # noqa: PLC0415

    root = getattr(given, "root", Path("/"))
    if not os.path.isdir(root):  # noqa: PTH112 - one that may not be looked at is none
        fix = _("give the directory that is the machine's /")
        raise UsageError(_("--root: there is no directory {path}").format(path=root), fix=fix)
    return Host(root)


def state_of(host: Host, given: Namespace) -> Path:
    """Return where receipts and originals are kept."""
    from jhwizard.state import state_directory  # noqa: PLC0415

    return state_directory(host, getattr(given, "state", None))


def receipts_of(given: Namespace) -> tuple[Receipt, ...] | None:
    """Return every receipt there is, newest first; None where the machine's may not be read."""
    from jhwizard import apply  # noqa: PLC0415
    from jhwizard.state import out_of_reach  # noqa: PLC0415

    host = host_of(given)
    receipts = apply.history(host, state_of(host, given))
    hidden = out_of_reach(host, getattr(given, "state", None))
    if hidden is None:
        return receipts
    text = _("what root wrote is in {state}, which you may not read: try again with sudo")
    say(_("note: {remark}").format(remark=text.format(state=hidden)))
    return receipts or None


def step_of(given: Namespace) -> str | None:
    """Return the step to open at; None for the first page. Raises UsageError for an unknown one."""
    step: str | None = getattr(given, "step", None)
    if step is None:
        return None
    from jhwizard.settings import STEPS  # noqa: PLC0415

    names = [known.name for known in STEPS]
    if step not in names:
        fix = _("write one of: {names}").format(names=", ".join(names))
        raise UsageError(_("there is no step {step}").format(step=step), fix=fix)
    return step


def options_of(given: Namespace, target: str | None = None) -> Options:
    """Return what the admin says of the deployment; `--target` beats the `target` of a file."""
    from jhwizard.options import Options  # noqa: PLC0415
    from jhwizard.targets import check_target  # noqa: PLC0415
    from jhwizard.variables import Variables  # noqa: PLC0415

    variables, told = Variables(), list[str]()
    files, pid = getattr(given, "env_file", []), getattr(given, "env_from", None)
    if files or pid is not None:
        from jhwizard.hub_environment import variables_of  # noqa: PLC0415

        variables = variables_of(files, pid)
        told += [word for file in files for word in ("--env-file", str(file))]
        told += [] if pid is None else ["--env-from", str(pid)]
    return Options(
        getattr(given, "hub_config", None),
        getattr(given, "hub_python", None),
        getattr(given, "user_python", None),
        check_target(getattr(given, "target", None) or target),
        variables=variables,
        variables_from=tuple(told),
        evaluate=getattr(given, "agreed", None),
    )


def agree(given: Namespace) -> None:
    """Ask whether the hub's config file may be run, where `--evaluate` wants that."""
    if getattr(given, "evaluate", False):
        if given.verb == "demo":
            raise UsageError(_("--evaluate: the demonstration machine has no programs to run"))
        from jhwizard.agree import agreed  # noqa: PLC0415
        from jhwizard.which_hub import started_hub  # noqa: PLC0415

        host, yes, options = host_of(given), getattr(given, "yes", False), options_of(given)
        given.agreed = agreed(host, options, started_hub(host, options), yes=yes)


def catch_up(host: Host, given: Namespace) -> bool:
    """Put back first what an earlier run began and did not finish, so that nothing half is read.

    Return whether there was anything.
    """
    state = state_of(host, given)
    if not os.path.isdir(state):  # noqa: PTH112 - one that may not be looked at is none
        return False  # nothing was ever written, and 10 ms are saved
    from jhwizard import apply  # noqa: PLC0415

    begun: tuple[Receipt, ...] = ()
    with contextlib.suppress(NotPermittedError):
        begun = apply.catch_up(host, state)
    for receipt in begun:
        say(_("note: {remark}").format(remark=apply.cut_off(receipt)))
    return bool(begun)


def facts_of(given: Namespace, target: str | None = None) -> Facts:
    """Return what is there; what could not be found out is said, and which files nobody reads."""
    from jhwizard.detect import detect  # noqa: PLC0415

    host = host_of(given)
    agree(given)
    catch_up(host, given)
    facts = detect(host, options_of(given, target))
    for remark in facts.remarks:
        say(_("note: {remark}").format(remark=remark))
    # The doctor says so itself, as a finding.
    for path, reason in facts.unloaded.items() if given.verb != "check" else ():
        say(_("note: {remark}").format(remark=f"{path}: {reason}"))
    return facts


def plan_of(given: Namespace, content: bytes) -> Plan:
    """Return the plan of an answers file, proved, or the one of a PLAN file, compared."""
    from jhwizard import plan_file  # noqa: PLC0415

    if plan_file.is_one(content):
        return plan_file.load(content, host_of(given))
    return _of_answers(given, content)[0]


def planned(given: Namespace) -> tuple[Plan, Facts, Answers | None]:
    """Return what would be written, on top of what, and for which answers.

    Without a file to read it is an empty plan, without answers as of a PLAN file.
    """
    from jhwizard import plan_file  # noqa: PLC0415
    from jhwizard.plan import Plan  # noqa: PLC0415

    content = take(given.answers) if given.answers else b""
    if plan_file.is_one(content):
        return plan_file.load(content, host_of(given)), facts_of(given), None
    return _of_answers(given, content) if given.answers else (Plan(), facts_of(given), None)


def proved(given: Namespace, facts: Facts, answer: Callable[[Facts], Answers]) -> Plan:
    """Return the plan of what `answer` says to the facts, looked at before it is written."""
    return _proved(given, facts, answer(facts))[0]


def _of_answers(given: Namespace, content: bytes) -> tuple[Plan, Facts, Answers]:
    from jhwizard.answers import read_answers, target_of  # noqa: PLC0415

    facts = facts_of(given, target_of(content))
    return _proved(given, facts, read_answers(content, facts))


def _proved(given: Namespace, facts: Facts, answers: Answers) -> tuple[Plan, Facts, Answers]:
    from jhwizard.make_plan import make_plan  # noqa: PLC0415
    from jhwizard.prepare import prepare  # noqa: PLC0415
    from jhwizard.verify import verify  # noqa: PLC0415

    host = host_of(given)
    facts = prepare(facts, answers, host, state_of(host, given), say)
    plan = make_plan(facts, answers)
    verify(plan, facts, answers, host)
    return plan, facts, answers


def warn(plan: Plan) -> None:
    """Say what to know before a plan is written, each thing once."""
    for text, keys in plan.said.items():
        about = f"{', '.join(dict.fromkeys(keys))}: " if keys else ""
        say(_("warning: {about}{text}").format(about=about, text=text))


def talk_of(plan: Plan) -> None:
    """Say what there is to say about a plan."""
    warn(plan)
    if plan.is_empty:
        say(_("Nothing to change."))
