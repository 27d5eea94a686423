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
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jhwizard.arguments import parser
from jhwizard.errors import Status, UsageError, WizardError
from jhwizard.invocation import (
    agree,
    catch_up,
    facts_of,
    host_of,
    options_of,
    plan_of,
    proved,
    receipts_of,
    state_of,
    step_of,
    talk_of,
    warn,
)
from jhwizard.language import _
from jhwizard.streams import (
    asks,
    coloured,
    give,
    make_robust,
    need_somebody,
    need_terminal,
    say,
    splash,
    take,
    wipe,
)

if TYPE_CHECKING:
    from jhwizard.host import Host
    from jhwizard.plan import Plan
    from jhwizard.status import Drift


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
    for each, later in zip((error, *error.others), (*error.others, None), strict=True):
        where = f"{each.where}: " if each.where else ""
        say(f"jhwizard: {where}{each.text}")
        if each.fix and (later is None or later.fix != each.fix):
            say(f"  {each.fix}")
    return error.status


def _setup(given: Namespace) -> int:
    step = step_of(given)
    need_terminal(in_a_row=_in_a_row(given))
    agree(given)
    with _first_words(given):
        host = host_of(given)
        catch_up(host, given)
        return _open(host, given, step)


def _demo(given: Namespace) -> int:
    need_terminal(in_a_row=_in_a_row(given))
    agree(given)
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

    return ask_all(host, options_of(given), state_of(host, given), step)


def _open_screens(host: Host, given: Namespace, step: str | None) -> int:
    """Open the screens: the only function of the core that imports Textual."""
    if _plain(given):
        os.environ["NO_COLOR"] = "1"
    from jhwizard.screens.app import WizardApp  # noqa: PLC0415

    app = WizardApp(host, options_of(given), state_of(host, given), start_step=step)
    status = app.run()
    wipe()
    give(app.session.last_words())
    # Textual returns nothing only where it broke down.
    return Status.ERROR if status is None else status


def _show(given: Namespace) -> int:
    from jhwizard import output  # noqa: PLC0415
    from jhwizard.answers import setting  # noqa: PLC0415

    keys = [setting(key).key for key in given.keys]
    facts = facts_of(given)
    give(output.show_document(facts, keys) if _json(given) else output.show_table(facts, keys))
    return Status.DONE


def _explain(given: Namespace) -> int:
    from jhwizard import output  # noqa: PLC0415
    from jhwizard.answers import setting  # noqa: PLC0415
    from jhwizard.examination.trait_help import with_kept_help  # noqa: PLC0415

    record, facts = setting(given.key), facts_of(given)
    facts = with_kept_help(facts, state_of(host_of(given), given))
    give((output.explain_document if _json(given) else output.explain_text)(record, facts))
    return Status.DONE


def _answers(given: Namespace) -> int:
    from jhwizard.answers import write_answers  # noqa: PLC0415
    from jhwizard.output import toml  # noqa: PLC0415

    give(toml(write_answers(facts_of(given))))
    return Status.DONE


def _plan(given: Namespace) -> int:
    plan = plan_of(given, take(given.answers))
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
    talk_of(plan)
    return Status.DONE if plan.is_empty else Status.PENDING


def _apply(given: Namespace) -> int:
    plan = plan_of(given, take(given.answers))
    if given.check or plan.is_empty:
        return _shown(plan, given, done=not given.check)
    return _carry_out(plan, given, _("apply {name}").format(name=Path(given.answers).name))


def _carry_out(plan: Plan, given: Namespace, title: str) -> int:
    """Write a plan, after a yes, and say what was written."""
    from jhwizard import apply, output  # noqa: PLC0415
    from jhwizard.may_write import refuse_not_permitted  # noqa: PLC0415

    host = host_of(given)
    if getattr(given, "yes", False):
        talk_of(plan)
    else:
        text = _("there is no terminal to ask at, and nothing was written")
        fix = _("add --yes to write without being asked")
        fix += _(", or --check to only look") if "check" in given else ""
        need_somebody(text, fix)
        refuse_not_permitted(plan, host)
        _confirm(plan, given)
    receipt = apply.apply(plan, host, state_of(host, given), title, progress=say)
    done = output.plan_document(plan, receipt) if _json(given) else output.written(plan, receipt)
    give(done)
    return Status.DONE


def _confirm(plan: Plan, given: Namespace) -> None:
    """Show the plan and ask. Raises KeyboardInterrupt for anything but a yes."""
    from jhwizard import output  # noqa: PLC0415

    sys.stderr.write(coloured(output.diffs(plan), sys.stderr, plain=_plain(given)))
    talk_of(plan)
    if not asks(output.question(plan)):
        say(_("Nothing was written."))
        raise KeyboardInterrupt


def _undo(given: Namespace) -> int:
    from jhwizard import apply, output, take_back  # noqa: PLC0415
    from jhwizard.plan import Plan  # noqa: PLC0415

    host = host_of(given)
    state = state_of(host, given)
    if catch_up(host, given) and given.receipt is None:
        say(_("That was the last one, and nothing else was undone."))
        return _shown(Plan(), given, done=True)
    receipts_of(given)  # says where root's may not be read
    plan = take_back.undo_plan(host, state, given.receipt)
    receipt = apply.undo(host, state, given.receipt)
    warn(plan)
    done = output.plan_document(plan, receipt) if _json(given) else output.written(plan, receipt)
    give(done)
    return Status.DONE


def _history(given: Namespace) -> int:
    from jhwizard.show_receipts import history_document, history_table  # noqa: PLC0415

    give((history_document if _json(given) else history_table)(receipts_of(given) or ()))
    return Status.DONE


def _status(given: Namespace) -> int:
    from jhwizard import apply, status  # noqa: PLC0415

    if given.answers:
        return _compared(given)
    host, facts = host_of(given), facts_of(given)
    receipts = receipts_of(given)
    drifted = status.drifts(facts, status.written_last(receipts or ()), known=receipts is not None)
    if given.restore:
        drift = status.written_by_us(given.restore, drifted)
        plan = proved(given, facts, lambda facts: status.restored(drift, facts))
        title = _("restore {key}").format(key=drift.key)
        return _shown(plan, given, done=True) if plan.is_empty else _carry_out(plan, given, title)
    if given.keep or given.adopt:
        drift = status.written_by_us(given.keep or given.adopt, drifted)
        noted = apply.note(
            host, state_of(host, given), drift.key, None if given.keep else drift.now
        )
        drifted = status.drifts(facts, status.written_last((noted, *(receipts or ()))))
    return _drift_shown(drifted, given)


def _compared(given: Namespace) -> int:
    """Say where the machine differs from an answers file."""
    from jhwizard import status  # noqa: PLC0415
    from jhwizard.answers import read_answers, target_of  # noqa: PLC0415

    if given.keep or given.adopt or given.restore:
        text = _("--keep, --adopt and --restore speak of what was written, not of an answers file")
        raise UsageError(text, fix=_("use them without one, or `jhwizard apply` the file"))
    content = take(given.answers)
    facts = facts_of(given, target_of(content))
    return _drift_shown(status.drifts(facts, status.wanted(read_answers(content, facts))), given)


def _drift_shown(drifted: Sequence[Drift], given: Namespace) -> int:
    from jhwizard.show_receipts import status_document, status_table  # noqa: PLC0415

    give((status_document if _json(given) else status_table)(drifted))
    return Status.PENDING if any(drift.has_drifted for drift in drifted) else Status.DONE


def _rehearse(given: Namespace) -> int:
    from jhwizard.rehearse_verb import rehearse_verb  # noqa: PLC0415

    return rehearse_verb(given)


def _check(given: Namespace) -> int:
    from jhwizard.check_verb import check_verb  # noqa: PLC0415

    return check_verb(given)


def _schema(_given: Namespace) -> int:
    from jhwizard.schema import schema  # noqa: PLC0415

    give(schema())
    return Status.DONE


_VERBS = {
    "setup": _setup,
    "demo": _demo,
    "show": _show,
    "explain": _explain,
    "answers": _answers,
    "plan": _plan,
    "apply": _apply,
    "undo": _undo,
    "history": _history,
    "status": _status,
    "rehearse": _rehearse,
    "check": _check,
    "schema": _schema,
}


def _plain(given: Namespace) -> bool:
    return bool(getattr(given, "no_color", False))


def _json(given: Namespace) -> bool:
    return bool(getattr(given, "json", False))
