"""Which application people's servers are, as the hub's file has it, and what a record means there.

Reads the hub's sources only, so that everything else can be read for the right application.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.facts import Facts, FileState, Found
from jhwizard.jupyter import capabilities
from jhwizard.jupyter.applications import EXTENSION_VARIABLE, LEGACY, LEGACY_NAMES, VARIABLE
from jhwizard.language import _
from jhwizard.layers import folded, ladder, under
from jhwizard.printable import shown
from jhwizard.settings.setting import HubTrait, Setting, SpawnerVariable

_CMD = HubTrait("Spawner", "cmd")
_LABHUB = "jupyter-labhub"
LAB_PAGE = "/lab"


def is_legacy(facts: Facts) -> bool:
    """Return whether the hub starts the legacy Notebook; where that is not installed, nothing."""
    there = capabilities.may_be_legacy(facts.user)
    return there and not _labhub(facts) and _variable(VARIABLE, facts).raw in LEGACY_NAMES


def page_of_program(facts: Facts) -> Found | None:
    """Return the page that the spawner's command shows by itself; None where it shows none.

    `jupyter-labhub` shows JupyterLab where no page is set (jupyterlab 4.6, `labhubapp.py`).
    """
    cmd = _labhub(facts)
    return replace(cmd, raw=LAB_PAGE, shadows=()) if cmd else None


def legacy_obstacle(facts: Facts) -> str:
    """Return what keeps the legacy Notebook from being started, or nothing."""
    if cmd := _labhub(facts):
        text = _(
            "{name} starts {program}, which is JupyterLab's server in any case ({where}): write "
            "jupyterhub-singleuser there"
        )
        return text.format(name=cmd.trait, program=_LABHUB, where=shown(cmd.origin))
    if broken := next(filter(None, map(_unread, facts.files, facts.files.values())), None):
        return _("{file} is not JSON, and it does not start with that").format(file=broken)
    forced = _variable(EXTENSION_VARIABLE, facts)
    if not forced.raw or forced.raw == "0" or not capabilities.starts_as_extension(facts.hub):
        return ""
    text = _("no server starts with it and {name} ({where}): take that line out")
    return text.format(name=EXTENSION_VARIABLE, where=shown(forced.origin))


def _unread(path: PurePosixPath, state: FileState | None) -> PurePosixPath | None:
    """Return a file on which the legacy Notebook ends, as it does not pass over what is no JSON.

    The modern server does (notebook 6.5, `BaseJSONConfigManager.get`, tried).
    """
    names = {path.name, path.parent.name}
    if state is None or path.suffix != ".json":
        return None
    if names.isdisjoint({f"{LEGACY.config}.json", LEGACY.switch_directory}):
        return None
    try:
        json.loads(state.content.decode())
    except (ValueError, RecursionError):
        return path
    return None


def _variable(name: str, facts: Facts) -> Found:
    variable = SpawnerVariable(name)
    found = folded(ladder(variable, facts), variable)
    return found if isinstance(found.raw, str) else replace(found, raw=None)


def _labhub(facts: Facts) -> Found | None:
    """Return the command of the spawner that passes over the choice; None for any other."""
    found = folded(ladder(_CMD, facts), _CMD)
    words = found.raw if isinstance(found.raw, list | tuple) else [found.raw]
    first = str(words[0]).rpartition("/")[2] if words else ""
    return found if first == _LABHUB else None


def under_application(record: Setting, facts: Facts) -> Setting:
    """Return a record with the names that the running application has for where it lands.

    To the legacy Notebook the hub's own landing page is stronger than the config file's
    (jupyterhub 6.1, `SingleUserNotebookAppMixin.initialize`), to the modern server weaker.
    """
    lands, stronger = under(record.lands, facts), record.stronger
    if stronger is None or not facts.legacy:
        return replace(record, lands=lands)
    return replace(record, lands=lands, stronger=None, weaker=under(stronger, facts))
