"""The words of the command line. Imports nothing of jhwizard's core, to answer at once."""

from __future__ import annotations

import argparse
from pathlib import Path, PurePosixPath
from typing import NoReturn

from jhwizard import __version__
from jhwizard.errors import UsageError
from jhwizard.language import _


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are errors like all others."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError instead of printing and ending the program."""
        raise UsageError(message, fix=_("`{program} --help` says more").format(program=self.prog))


class _Repeated(argparse.Action):
    """An option that may be given several times, also both before and after the verb."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        """Add one. The verb's parser begins with a namespace of its own, so they are kept here."""
        self.const = [*(self.const or []), values]
        setattr(namespace, self.dest, self.const)


def parser() -> argparse.ArgumentParser:
    """Return the parser of every verb."""
    options = _options()
    top = _Parser(
        prog="jhwizard",
        parents=[options],
        allow_abbrev=False,
        description=_("Configure what the users of a JupyterHub see. Without a verb: the wizard."),
        epilog=_(
            "Exit status: 0 done, 1 error, 2 usage, 3 refused, 4 changes pending, 5 conflict, "
            "6 not permitted, 130 interrupted."
        ),
    )
    top.add_argument("--version", action="version", version=f"jhwizard {__version__}")
    verbs = top.add_subparsers(dest="verb", metavar=_("VERB"))

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        return verbs.add_parser(
            name, help=text, description=text, parents=[options], allow_abbrev=False
        )

    setup = verb("setup", _("the wizard, from detection to write"))
    setup.add_argument("--step", metavar="STEP", help=_("open at this step, such as culling"))
    text = _("questions in a row instead of screens; ACCESSIBLE=1 does the same")
    setup.add_argument("--plain", action="store_true", help=text)
    verb("demo", _("the wizard on a demonstration machine, in a scratch directory"))
    show = verb("show", _("what is in force, and from where"))
    show.add_argument("keys", nargs="*", metavar="KEY", help=_("such as culling.kernel_idle"))
    explain = verb("explain", _("one setting through all its layers, and which one wins"))
    explain.add_argument("key", metavar="KEY", help=_("such as culling.kernel_idle"))
    verb("answers", _("what is in force, as an answers file"))
    plan = verb("plan", _("what an answers file would change, as a diff"))
    plan.add_argument("answers", metavar="ANSWERS", help=_("a TOML file, or - for standard input"))
    plan.add_argument("-o", dest="output", type=Path, metavar="PLAN", help=_("save the plan"))
    _apply(verb("apply", _("write it: all files or none")))
    undo = verb("undo", _("take back what was written"))
    undo.add_argument("receipt", nargs="?", metavar="ID", help=_("the last one without it"))
    verb("history", _("what was written, and when"))
    _status(verb("status", _("what is no longer as jhwizard wrote it")))
    _rehearse(verb("rehearse", _("run the real JupyterHub on it, before anything is written")))
    check = verb("check", _("what is wrong, and how it is mended"))
    text = _("a TOML file or a plan: look at what would be there")
    check.add_argument("answers", nargs="?", metavar="ANSWERS", help=text)
    _sample_user(check)
    verb("schema", _("the JSON schema of an answers file"))
    return top


def _process(word: str) -> int:
    """Return the id of a process. Raises ArgumentTypeError for what is none."""
    if word.isascii() and word.isdigit():
        return int(word)
    raise argparse.ArgumentTypeError(_("write the number of a process, such as 1234"))


def _apply(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "answers", metavar="ANSWERS|PLAN", help=_("a TOML file, or what `plan -o` saved")
    )
    verb.add_argument("--check", action="store_true", help=_("only say what would change"))


def _status(verb: argparse.ArgumentParser) -> None:
    text = _("compare with a TOML file instead of with what was written")
    verb.add_argument("answers", nargs="?", metavar="ANSWERS", help=text)
    one = verb.add_mutually_exclusive_group()
    one.add_argument("--keep", metavar="KEY", help=_("leave it as it is now, as your own"))
    one.add_argument("--adopt", metavar="KEY", help=_("count what it is now as written"))
    one.add_argument("--restore", metavar="KEY", help=_("write again what was written"))


def _rehearse(verb: argparse.ArgumentParser) -> None:
    text = _("a TOML file, or what `plan -o` saved; without it: what is there now")
    verb.add_argument("answers", nargs="?", metavar="ANSWERS|PLAN", help=text)
    text = _("see idle kernels, terminals and servers stop, with times scaled down (a minute more)")
    verb.add_argument("--cull", action="store_true", help=text)
    text = _("be NAME, with the files of NAME's home; without it: nobody")
    verb.add_argument("--user", metavar="NAME", help=text)
    verb.add_argument("--log", type=Path, metavar="FILE", help=_("keep what everything said"))


def _sample_user(verb: argparse.ArgumentParser) -> None:
    text = _("whose reach is looked at; without it, the first ordinary user's")
    verb.add_argument("--user", metavar="NAME", help=text)


def _options() -> _Parser:
    """Return the options that may stand before or after the verb."""
    options = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    add = options.add_argument_group(_("options for all verbs")).add_argument
    add("--root", type=Path, metavar="DIR", help=_("the machine whose / is DIR"))
    add("--state", type=Path, metavar="DIR", help=_("where receipts and originals are kept"))
    add("--hub-config", type=PurePosixPath, metavar="FILE", help=_("the hub's config file"))
    add("--hub-python", type=Path, metavar="FILE", help=_("the hub's Python"))
    text = _("variables JupyterHub runs with, as in systemd's EnvironmentFile=; may be repeated")
    add("--env-file", action=_Repeated, type=Path, metavar="FILE", help=text)
    text = _("the running JupyterHub whose environment its config file is read with")
    add("--env-from", type=_process, metavar="PID", help=text)
    text = _("run the hub's config file, where reading does not tell its values; asks before")
    add("--evaluate", action="store_true", help=text)
    add("--yes", action="store_true", help=_("do not ask"))
    add("--user-python", type=Path, metavar="FILE", help=_("the Python of the users' servers"))
    add("--target", metavar="T", help=_("where new answers land: system or env"))
    add("--json", action="store_true", help=_("for programs"))
    add("--no-color", action="store_true", help=_("without colours"))
    return options
