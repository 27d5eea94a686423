"""The verbs, and the one place where errors become exit statuses.

Data goes to standard output, talk to standard error. The core is imported by the verbs that
need it, so that `--version` and `--help` answer at once.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from jhwizard.arguments import parser
from jhwizard.errors import NotPermittedError, Status, UsageError, WizardError
from jhwizard.language import _
from jhwizard.streams import coloured, give, make_robust, need_terminal, say, splash, take

if TYPE_CHECKING:
    from jhwizard.facts import Facts
    from jhwizard.host import Host
    from jhwizard.options import Options
    from jhwizard.plan import Plan


def main(argv: list[str] | None = None) -> int:
    """Run one verb and return its exit status."""
    words = sys.argv[1:] if argv is None else argv
    make_robust()
    # Little of what is loaded is ever garbage; looking for some takes a tenth of the start (30 ms).
    # What stays open turns it on again.
    gc.disable()
    try:
        given = parser().parse_args(words)
        return _VERBS[given.verb or "setup"](given)
    except WizardError as error:
        return _complain(error, as_json="--json" in words)
    except KeyboardInterrupt as cancelled:
        say("")  # the ^C of the terminal stands on a line of its own
        if what_stays := str(cancelled):
            say(f"jhwizard: {what_stays}")
        return Status.INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`| head`): nothing more to say, and nothing to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Status.ERROR
    finally:
        gc.enable()


def _complain(error: WizardError, *, as_json: bool) -> Status:
    if as_json:
        from jhwizard.output import error_document  # noqa: PLC0415

        give(error_document(error))
        return error.status
    where = f"{error.where}: " if error.where else ""
    say(f"jhwizard: {where}{error.text}")
    if error.fix:
        say(f"  {error.fix}")
    return error.status


def _setup(given: Namespace) -> int:
    step = getattr(given, "step", None)
    _refuse_unknown_step(step)
    need_terminal()
    with _first_words(given):
        host = _host(given)
        _catch_up(host, given)
        return _open(host, given, step)


def _refuse_unknown_step(step: str | None) -> None:
    if step is None:
        return
    from jhwizard.settings import STEPS  # noqa: PLC0415

    names = [known.name for known in STEPS]
    if step not in names:
        fix = _("write one of: {names}").format(names=", ".join(names))
        raise UsageError(_("there is no step {step}").format(step=step), fix=fix)


def _demo(given: Namespace) -> int:
    need_terminal()
    with _first_words(given):
        import tempfile  # noqa: PLC0415

        from jhwizard import demo  # noqa: PLC0415
        from jhwizard.host import Host  # noqa: PLC0415

        root = demo.build(Path(tempfile.mkdtemp(prefix="jhwizard-demo-")) / "machine")
        status = _open(Host(root), given, None)
    say(_("The demonstration machine is in {root}; delete it when you are done.").format(root=root))
    return status


def _first_words(given: Namespace) -> contextlib.AbstractContextManager[None]:
    return contextlib.nullcontext() if _in_a_row(given) else splash()


def _in_a_row(given: Namespace) -> bool:
    """Return whether questions are asked in a row instead of on screens."""
    return getattr(given, "plain", False) or os.environ.get("ACCESSIBLE", "0") not in {"", "0"}


def _open(host: Host, given: Namespace, step: str | None) -> int:
    """Open the wizard with the face that is wanted."""
    if not _in_a_row(given):
        return _open_screens(host, given, step)
    gc.enable()
    from jhwizard.prompts import ask_all  # noqa: PLC0415

    return ask_all(host, _options(given), _state(host, given), step)


def _open_screens(host: Host, given: Namespace, step: str | None) -> int:
    """Open the screens: the only function of the core that imports Textual."""
    if _plain(given):
        os.environ["NO_COLOR"] = "1"
    from jhwizard.screens.app import WizardApp  # noqa: PLC0415

    app = WizardApp(host, _options(given), _state(host, given), start_step=step)
    status = app.run()
    # Textual returns nothing only where it broke down.
    return Status.ERROR if status is None else status


def _show(given: Namespace) -> int:
    from jhwizard import output  # noqa: PLC0415
    from jhwizard.answers import setting  # noqa: PLC0415

    keys = [setting(key).key for key in given.keys]
    facts = _facts(given)
    give(output.show_document(facts, keys) if _json(given) else output.show_table(facts, keys))
    return Status.DONE


def _answers(given: Namespace) -> int:
    from jhwizard.answers import write_answers  # noqa: PLC0415
    from jhwizard.output import toml  # noqa: PLC0415

    give(toml(write_answers(_facts(given))))
    return Status.DONE


def _plan(given: Namespace) -> int:
    plan = _planned(given, take(given.answers))
    if given.output:
        from jhwizard.plan_file import save  # noqa: PLC0415

        save(plan, given.output)
        say(_("Saved in {path}: read it, then `jhwizard apply {path}`").format(path=given.output))
    return _shown(plan, given)


def _shown(plan: Plan, given: Namespace, *, done: bool | None = None) -> int:
    """Show what would change; `done` is what `apply --json` says of it, None for `plan`."""
    from jhwizard import output  # noqa: PLC0415

    if _json(given):
        give(output.plan_document(plan, done=done))
    else:
        give(coloured(output.diffs(plan), sys.stdout, plain=_plain(given)))
    _talk_of(plan)
    return Status.DONE if plan.is_empty else Status.PENDING


def _apply(given: Namespace) -> int:
    from jhwizard import apply, output  # noqa: PLC0415
    from jhwizard.may_write import refuse_not_permitted  # noqa: PLC0415

    content, host = take(given.answers), _host(given)
    plan = _planned(given, content)
    if given.check or plan.is_empty:
        return _shown(plan, given, done=not given.check)
    if given.yes:
        _talk_of(plan)
    else:
        _refuse_without_terminal()
        refuse_not_permitted(plan, host)
        _confirm(plan, given)
    title = _("apply {name}").format(name=Path(given.answers).name)
    receipt = apply.apply(plan, host, _state(host, given), title, progress=say)
    done = output.plan_document(plan, receipt) if _json(given) else output.written(plan, receipt)
    give(done)
    return Status.DONE


def _refuse_without_terminal() -> None:
    if not sys.stdin.isatty():
        raise UsageError(
            _("there is no terminal to ask at, and nothing was written"),
            fix=_("add --yes to write without being asked, or --check to only look"),
        )


def _confirm(plan: Plan, given: Namespace) -> None:
    """Show the plan and ask. Raises KeyboardInterrupt for anything but a yes."""
    from jhwizard import output  # noqa: PLC0415

    sys.stderr.write(coloured(output.diffs(plan), sys.stderr, plain=_plain(given)))
    _talk_of(plan)
    sys.stderr.write(f"{output.question(plan)} [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if answer.strip().lower() not in {"y", "yes", _("yes")}:
        say(_("Nothing was written."))
        raise KeyboardInterrupt


def _undo(given: Namespace) -> int:
    from jhwizard import apply, output  # noqa: PLC0415

    host = _host(given)
    state = _state(host, given)
    _catch_up(host, given)
    plan = apply.undo_plan(host, state, given.receipt)
    receipt = apply.undo(host, state, given.receipt)
    _warn(plan)
    done = output.plan_document(plan, receipt) if _json(given) else output.written(plan, receipt)
    give(done)
    return Status.DONE


def _history(given: Namespace) -> int:
    from jhwizard import apply, output  # noqa: PLC0415

    host = _host(given)
    receipts = apply.history(host, _state(host, given))
    document = output.history_document(receipts)
    give(document if _json(given) else output.history_table(receipts))
    return Status.DONE


def _schema(_given: Namespace) -> int:
    from jhwizard.schema import schema  # noqa: PLC0415

    give(schema())
    return Status.DONE


_VERBS = {
    "setup": _setup,
    "demo": _demo,
    "show": _show,
    "answers": _answers,
    "plan": _plan,
    "apply": _apply,
    "undo": _undo,
    "history": _history,
    "schema": _schema,
}


def _planned(given: Namespace, content: bytes) -> Plan:
    """Return the plan of an answers file, proved, or the one of a PLAN file, compared."""
    from jhwizard import plan_file  # noqa: PLC0415

    if plan_file.is_one(content):
        return plan_file.load(content, _host(given))
    from jhwizard.answers import read_answers, target_of  # noqa: PLC0415
    from jhwizard.make_plan import make_plan  # noqa: PLC0415
    from jhwizard.prepare import prepare  # noqa: PLC0415
    from jhwizard.verify import verify  # noqa: PLC0415

    host, facts = _host(given), _facts(given, target_of(content))
    answers = read_answers(content, facts)
    facts = prepare(facts, answers, host, _state(host, given), say)
    plan = make_plan(facts, answers)
    verify(plan, facts, answers, host)
    return plan


def _facts(given: Namespace, target: str | None = None) -> Facts:
    from jhwizard.detect import detect  # noqa: PLC0415

    host = _host(given)
    _catch_up(host, given)
    facts = detect(host, _options(given, target))
    for remark in facts.remarks:
        say(_("note: {remark}").format(remark=remark))
    return facts


def _host(given: Namespace) -> Host:
    from jhwizard.host import Host  # noqa: PLC0415

    root = getattr(given, "root", Path("/"))
    if not os.path.isdir(root):  # noqa: PTH112 - one that may not be looked at is none
        fix = _("give the directory that is the machine's /")
        raise UsageError(_("--root: there is no directory {path}").format(path=root), fix=fix)
    return Host(root)


def _state(host: Host, given: Namespace) -> Path:
    from jhwizard.state import state_directory  # noqa: PLC0415

    return state_directory(host, getattr(given, "state", None))


def _catch_up(host: Host, given: Namespace) -> None:
    """Put back first what an earlier run began and did not finish, so that nothing half is read."""
    state = _state(host, given)
    if not os.path.isdir(state):  # noqa: PTH112 - one that may not be looked at is none
        return  # nothing was ever written, and 10 ms are saved
    from jhwizard.apply import catch_up, cut_off  # noqa: PLC0415

    with contextlib.suppress(NotPermittedError):
        for receipt in catch_up(host, state):
            say(_("note: {remark}").format(remark=cut_off(receipt)))


def _options(given: Namespace, target: str | None = None) -> Options:
    from jhwizard.options import Options  # noqa: PLC0415
    from jhwizard.targets import check_target  # noqa: PLC0415

    return Options(
        getattr(given, "hub_config", None),
        getattr(given, "hub_python", None),
        getattr(given, "user_python", None),
        check_target(getattr(given, "target", None) or target),
    )


def _warn(plan: Plan) -> None:
    for notice in plan.warnings:
        say(_("warning: {key}: {text}").format(key=notice.key, text=notice.text))


def _talk_of(plan: Plan) -> None:
    _warn(plan)
    if plan.is_empty:
        say(_("Nothing to change."))


def _plain(given: Namespace) -> bool:
    return bool(getattr(given, "no_color", False))


def _json(given: Namespace) -> bool:
    return bool(getattr(given, "json", False))
