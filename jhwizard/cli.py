"""The verbs, and the one place where errors become exit statuses.

Data goes to standard output, talk to standard error. The core is imported by the verbs that
need it, so that `--version` and `--help` answer at once.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from jhwizard.arguments import parser
from jhwizard.errors import Status, UsageError, WizardError
from jhwizard.language import _
from jhwizard.printable import printable

if TYPE_CHECKING:
    from jhwizard.detect import Options
    from jhwizard.facts import Facts
    from jhwizard.host import Host
    from jhwizard.plan import Plan


def main(argv: list[str] | None = None) -> int:
    """Run one verb and return its exit status."""
    given = parser().parse_args(argv)
    try:
        return _VERBS[given.verb or "setup"](given)
    except WizardError as error:
        _complain(error, as_json=getattr(given, "json", False))
        return error.status
    except KeyboardInterrupt:
        return Status.INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`| head`): nothing more to say, and nothing to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Status.ERROR


def _complain(error: WizardError, *, as_json: bool) -> None:
    if as_json:
        from jhwizard.output import error_document  # noqa: PLC0415

        _print(error_document(error))
        return
    where = f"{error.where}: " if error.where else ""
    _say(f"jhwizard: {where}{error.text}")
    if error.fix:
        _say(f"  {error.fix}")


def _setup(given: Namespace) -> int:
    _need_terminal()
    host = _host(given)
    return _open_screens(host, given, getattr(given, "step", None))


def _demo(given: Namespace) -> int:
    import tempfile  # noqa: PLC0415

    from jhwizard import demo  # noqa: PLC0415
    from jhwizard.host import Host  # noqa: PLC0415

    _need_terminal()
    root = demo.build(Path(tempfile.mkdtemp(prefix="jhwizard-demo-")) / "machine")
    status = _open_screens(Host(root), given, None)
    _say(_("The demonstration machine is in {root}; delete it when you are done.").format(root=root))
    return status


def _open_screens(host: Host, given: Namespace, step: str | None) -> int:
    """Open the screens: the only function of the core that imports Textual."""
    sys.stdout.write("jhwizard …\r")
    sys.stdout.flush()
    if getattr(given, "no_color", False):
        os.environ["NO_COLOR"] = "1"
    from jhwizard.apply import state_directory  # noqa: PLC0415
    from jhwizard.screens.app import WizardApp  # noqa: PLC0415

    options = _options(given)
    state = state_directory(host, getattr(given, "state", None))
    return WizardApp(host, options, state, start_step=step).run() or Status.DONE


def _show(given: Namespace) -> int:
    from jhwizard import output  # noqa: PLC0415
    from jhwizard.answers import setting  # noqa: PLC0415

    keys = [setting(key).key for key in given.keys]
    facts = _facts(given)
    _print(output.show_document(facts, keys) if _json(given) else output.show_table(facts, keys))
    return Status.DONE


def _answers(given: Namespace) -> int:
    from jhwizard.answers import write_answers  # noqa: PLC0415

    _print(write_answers(_facts(given)))
    return Status.DONE


def _plan(given: Namespace) -> int:
    plan = _planned(given, _content(given.answers))
    if given.output:
        from jhwizard.plan_file import save  # noqa: PLC0415

        save(plan, given.output)
        _say(_("Saved in {path}: read it, then `jhwizard apply {path}`").format(path=given.output))
    return _shown(plan, given)


def _shown(plan: Plan, given: Namespace) -> int:
    from jhwizard import output  # noqa: PLC0415

    if _json(given):
        _print(output.plan_document(plan))
    else:
        _print(_coloured(output.diffs(plan), given))
        _talk_of(plan)
    return Status.PENDING if plan.changes else Status.DONE


def _apply(given: Namespace) -> int:
    from jhwizard import apply, output  # noqa: PLC0415

    content, host = _content(given.answers), _host(given)
    plan = _planned(given, content)
    if given.check or not plan.changes:
        return _shown(plan, given)
    if not given.yes:
        _confirm(plan, given)
    state = apply.state_directory(host, getattr(given, "state", None))
    receipt = apply.apply(plan, host, state, _("apply {name}").format(name=Path(given.answers).name))
    done = output.plan_document(plan, receipt) if _json(given) else output.written(plan, receipt)
    _print(done)
    return Status.DONE


def _confirm(plan: Plan, given: Namespace) -> None:
    if not sys.stdin.isatty():
        raise UsageError(
            _("there is no terminal to ask at, and nothing was written"),
            fix=_("add --yes to write without being asked, or --check to only look"),
        )
    from jhwizard import output  # noqa: PLC0415

    _say(_coloured(output.diffs(plan), given))
    _talk_of(plan)
    sys.stderr.write(_("Write {count} files? [y/N] ").format(count=len(plan.changes)))
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes", _("yes")}:
        raise KeyboardInterrupt


def _undo(given: Namespace) -> int:
    from jhwizard import apply, output  # noqa: PLC0415

    host = _host(given)
    state = apply.state_directory(host, getattr(given, "state", None))
    plan = apply.undo_plan(host, state, given.receipt)
    receipt = apply.undo(host, state, given.receipt)
    done = output.plan_document(plan, receipt) if _json(given) else output.written(plan, receipt)
    _print(done)
    return Status.DONE


def _history(given: Namespace) -> int:
    from jhwizard import apply, output  # noqa: PLC0415

    host = _host(given)
    receipts = apply.history(host, apply.state_directory(host, getattr(given, "state", None)))
    document = output.history_document(receipts)
    _print(document if _json(given) else output.history_table(receipts))
    return Status.DONE


def _schema(_given: Namespace) -> int:
    from jhwizard.schema import schema  # noqa: PLC0415

    _print(schema())
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
    from jhwizard.verify import verify  # noqa: PLC0415

    facts = _facts(given, target_of(content))
    answers = read_answers(content, facts)
    plan = make_plan(facts, answers)
    verify(plan, facts, answers, _host(given))
    return plan


def _facts(given: Namespace, target: str | None = None) -> Facts:
    from jhwizard.detect import detect  # noqa: PLC0415

    facts = detect(_host(given), _options(given, target))
    for remark in facts.remarks:
        _say(_("note: {remark}").format(remark=remark))
    return facts


def _host(given: Namespace) -> Host:
    from jhwizard.host import Host  # noqa: PLC0415

    root = getattr(given, "root", Path("/"))
    if not root.is_dir():
        fix = _("give the directory that is the machine's /")
        raise UsageError(_("--root: there is no directory {path}").format(path=root), fix=fix)
    return Host(root)


def _options(given: Namespace, target: str | None = None) -> Options:
    from jhwizard.detect import Options  # noqa: PLC0415
    from jhwizard.targets import check_target  # noqa: PLC0415

    return Options(
        getattr(given, "hub_config", None),
        getattr(given, "hub_python", None),
        getattr(given, "user_python", None),
        check_target(getattr(given, "target", None) or target),
    )


def _content(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        text = _("{name} cannot be read: {why}").format(name=name, why=error.strerror)
        raise UsageError(text) from error


def _need_terminal() -> None:
    if sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        return
    raise UsageError(
        _("the wizard needs a terminal, and there is none here"),
        fix=_("use `jhwizard show`, and `jhwizard plan` and `apply` with an answers file"),
    )


def _talk_of(plan: Plan) -> None:
    for notice in plan.warnings:
        _say(_("warning: {key}: {text}").format(key=notice.key, text=notice.text))
    if not plan.changes:
        _say(_("Nothing to change."))


def _coloured(diff: str, given: Namespace) -> str:
    plain = "NO_COLOR" in os.environ or getattr(given, "no_color", False)
    if plain or not sys.stdout.isatty():
        return diff
    colours = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}
    lines = diff.splitlines()
    return "\n".join(f"{colours[x[0]]}{x}\x1b[0m" if x[:1] in colours else x for x in lines)


def _json(given: Namespace) -> bool:
    return bool(getattr(given, "json", False))


def _print(text: str) -> None:
    if text:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stderr.write(printable(text) + "\n")
