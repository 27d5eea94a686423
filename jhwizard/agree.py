"""Asks before the hub's config file is run: what it does besides setting traits, and by whom.

`--evaluate` on the command line is the only way here; no answers file asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import PurePosixPath

from jhwizard.errors import UsageError, WizardError
from jhwizard.evaluate import SECONDS, fingerprint, lacks
from jhwizard.host import Host
from jhwizard.jupyter.python_source import PythonSource, parse_python
from jhwizard.language import _
from jhwizard.launch import Launch
from jhwizard.options import Options
from jhwizard.streams import asks, need_somebody, say
from jhwizard.what_it_does import deeds
from jhwizard.which_hub import hub_config, hub_python, refuse_untrusted

_MOST_LINES = 40


def agreed(host: Host, options: Options, started: Launch, *, yes: bool) -> str | None:
    """Return the fingerprint of the hub's file when the admin agrees that it is run.

    `yes`: without being asked. None where there is nothing that could be run, which is said.
    Raises UsageError where it must not be run or nobody can be asked, KeyboardInterrupt for a no.
    """
    path, python = hub_config(host, options, started), hub_python(host, options, started)
    _refuse(host, python, options)
    state = host.read(path)
    if state is None:
        return None
    try:
        what = fingerprint(state.content)
    except WizardError as error:
        where = f"{path}:{error.line}" if error.line else str(path)
        say(_("note: {where} could not be evaluated: {why}").format(where=where, why=error.text))
        return None
    for line in _told(host, path, python, parse_python(state.content)):
        say(line)
    if not yes:
        _ask()
    return what


def _refuse(host: Host, python: PurePosixPath | None, options: Options) -> None:
    if not host.is_this_machine:
        text = _("--evaluate: programs under another root are not started")
        raise UsageError(text, fix=_("leave out --evaluate: the file is read all the same"))
    if python is None:
        text = _("--evaluate: the Python that JupyterHub runs with is not known")
        raise UsageError(text, fix=_("name it with --hub-python"))
    try:
        refuse_untrusted(host, python, options)
    except WizardError as error:
        text = _("--evaluate: {why}").format(why=error.text)
        raise UsageError(text, file=error.file, fix=error.fix) from error


def _told(
    host: Host, path: PurePosixPath, python: PurePosixPath | None, source: object
) -> Iterator[str]:
    """Yield what will happen, in lines."""
    who = _("as nobody") if os.geteuid() == 0 else _("as you")
    text = _("--evaluate runs {path} with {python}, {who}, for {seconds:g} seconds at most.")
    yield text.format(path=path, python=python, who=who, seconds=SECONDS)
    found = deeds(source.tree) if isinstance(source, PythonSource) else ()
    yield (
        _("Besides setting traits it does this:")
        if found
        else _("Nothing was found that it does besides setting traits.")
    )
    yield from (f"  {path}:{deed.line}: {deed.text}" for deed in found[:_MOST_LINES])
    if len(found) > _MOST_LINES:
        yield _("  … and {count} more").format(count=len(found) - _MOST_LINES)
    yield from _warnings(lacks(host))


def _warnings(lacking: tuple[str, ...]) -> Iterator[str]:
    words = {
        "files": _("it empties or deletes files that it may change"),
        "network": _("it can use the network"),
        "processes": _("it sees the other processes of this machine"),
    }
    if not lacking:
        yield _(
            "It can change no file, reach no network, and leave nothing running; sockets that are "
            "files stay open to it."
        )
        return
    yield _("It can write nothing into files, and what it starts is ended with it.")
    for name in lacking:
        text = _("warning: this machine does not let jhwizard prevent that {what}")
        yield text.format(what=words.get(name, name))


def _ask() -> None:
    text = _("--evaluate: there is no terminal to ask at, and nothing was run")
    need_somebody(text, _("add --yes to run the hub's config file without being asked"))
    if not asks(_("Run it?")):
        say(_("Nothing was run."))
        raise KeyboardInterrupt
