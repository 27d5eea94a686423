"""Reads config files into Facts; which ones the hub loads is known only when it has been read."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.errors import NotPermittedError, WizardError
from jhwizard.facts import Facts, FileState, Problem
from jhwizard.host import Host
from jhwizard.jupyter import distributions, tljh
from jhwizard.language import _
from jhwizard.opened_files import MOST_OPENED, read_opened
from jhwizard.subconfigs import MOST_LEVELS, matches, not_looked_at, patterns
from jhwizard.understand import understand


def with_files_read(host: Host, facts: Facts, wanted: list[PurePosixPath]) -> Facts:
    """Return facts with the files as they are; of one that cannot be read, why."""
    files: dict[PurePosixPath, FileState | None] = dict(facts.files)
    unreadable = dict(facts.unreadable)
    for path in wanted:
        try:
            files[path] = host.read(path)
        except WizardError as error:
            files[path], unreadable[path] = None, _problem(error)
    return replace(facts, files=files, unreadable=unreadable)


def _problem(error: WizardError) -> Problem:
    """Return why a file could not be read, and what helps."""
    forbidden = isinstance(error, NotPermittedError) and os.geteuid() != 0
    fix = _("run it with sudo, which may read it") if forbidden else error.fix
    return Problem(error.text, fix=fix)


def with_subconfigs_read(host: Host, facts: Facts) -> Facts:
    """Return facts with the files that the hub's file loads, and those that they load.

    What any of them opens to take values from is read, too.
    """
    for _level in range(MOST_LEVELS):
        understood = understand(facts)
        files = [
            pattern.parent / name
            for pattern in patterns(understood)
            for name in host.listed(pattern.parent)
            if matches(name, pattern.name)
        ]
        wanted = [path for path in (*not_looked_at(understood), *files) if path not in facts.files]
        opens = _not_opened(understood)
        if not wanted and not opens:
            break
        facts = with_files_read(host, facts, wanted)
        opened = {path: read_opened(host, path) for path in opens}
        facts = replace(facts, opened={**facts.opened, **opened})
    return facts


def _not_opened(facts: Facts) -> list[str]:
    """Return the files that the hub's files take values from, and that nobody has read yet."""
    wanted = (p for s in facts.sources if s.role == "hub" for p in s.reading.opens)
    return list(dict.fromkeys(wanted))[: MOST_OPENED - len(facts.opened)]


def with_tljh(host: Host, facts: Facts) -> Facts:
    """Return facts with what may change the file of TLJH, and jhwizard's drop-in there."""
    config = facts.hub_config
    if not tljh.is_tljhs(config):
        return facts
    points = distributions.entry_points(host, tljh.hub_prefix(config), tljh.PLUGINS)
    facts = replace(facts, tljh_plugins=tuple(sorted(points)))
    return with_files_read(host, facts, [tljh.our_drop_in(config)])


def tljh_configs(host: Host) -> list[PurePosixPath]:
    """Return where the file of TLJH's hub may be."""
    sites = distributions.site_packages(host, tljh.PREFIX / "hub")
    return [site / "tljh/jupyterhub_config.py" for site in sites]
