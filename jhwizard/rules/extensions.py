"""Rules about extensions of servers and of JupyterLab, beside those of the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from jhwizard.facts import Facts, Source, Write
from jhwizard.jupyter import capabilities
from jhwizard.jupyter.applications import EXTENSION_VARIABLE, SERVER
from jhwizard.jupyter.page_config import APP_SETTINGS, DISABLED
from jhwizard.language import _
from jhwizard.layers import folded, ladder
from jhwizard.printable import shown
from jhwizard.rules.rule import Fix, Rule, Spot
from jhwizard.settings.setting import SpawnerVariable

_KEYS = ("extensions.server",)
_OWN = "jupyterhub-singleuser"
"""The hub's own extension, which must be in the table of all."""


def _kills_servers(facts: Facts) -> Iterator[Spot]:
    """Yield a table that takes the hub's own extension out.

    KeyError 'jupyterhub-singleuser' with jupyter_server before 2.15, where a server is an extension
    of JupyterHub (jupyterlab/jupyterlab#16596; tried with 2.14.2).
    """
    user = facts.user
    version = user.version("jupyter-server") if user else None
    if facts.legacy or version is None or version >= (2, 15) or _is_no_extension(facts):
        return
    text = _(
        "with jupyter_server {version} a server's table of extensions lacks the hub's own here: no "
        "server starts"
    )
    fix = Fix(
        _("Write a .d file, c.ServerApp.{trait}.update({{…}}), or upgrade to 2.15.").format(
            trait=SERVER.switches
        )
    )
    for source in facts.sources:
        if source.role != "server" or source.path.stem != SERVER.config:
            continue
        for write in source.reading.writes:
            if _replaces_the_table(write):
                said = user.packages["jupyter-server"] if user else ""
                words = text.format(version=shown(said, 20))
                yield Spot(words, _KEYS, source.path, write.line, fix)


def _replaces_the_table(write: Write) -> bool:
    is_it = (write.cls, write.trait) == SERVER.switch_trait and write.op == "="
    return is_it and isinstance(write.value, Mapping) and _OWN not in write.value


def _is_no_extension(facts: Facts) -> bool:
    """Return whether servers are, or may be, no extension of JupyterHub."""
    variable = SpawnerVariable(EXTENSION_VARIABLE)
    found = folded(ladder(variable, facts), variable)
    return found.kind != "default" or not capabilities.starts_as_extension(facts.user)


def _edited_package_file(facts: Facts) -> Iterator[Spot]:
    """Yield what `jupyter server extension disable` does: it edits the package's own file."""
    text = _(
        "{name} is off in the file of its own package, which the next upgrade writes anew and so "
        "switches on again"
    )
    fix_words = _("Answer extensions.server with {name} = false.")
    for source, name in _switched_off(facts):
        if _is_package_file(source, name, facts) and _is_off(name, facts):
            fix = Fix(fix_words.format(name=shown(name, 60)), {"extensions.server": {name: False}})
            yield Spot(text.format(name=shown(name, 60)), _KEYS, source.path, None, fix)


def _switched_off(facts: Facts) -> Iterator[tuple[Source, str]]:
    for source in facts.sources:
        for write in source.reading.writes if source.role == "switches" else ():
            table = write.value if isinstance(write.value, Mapping) and not write.ours else {}
            yield from ((source, str(name)) for name, on in table.items() if on is False)


def _is_package_file(source: Source, name: str, facts: Facts) -> bool:
    is_inside = facts.user is not None and source.path.is_relative_to(facts.user.prefix)
    stems = {name, name.replace("_", "-"), name.replace("-", "_")}
    return is_inside and source.path.parent.suffix == ".d" and source.path.stem in stems


def _is_off(name: str, facts: Facts) -> bool:
    """Return whether the packages' own files are what decides."""
    return any(e.name == name and not e.enabled and not e.ours for e in facts.extensions)


def _off_in_vain(facts: Facts) -> Iterator[Spot]:
    """Yield what is off in a file that is weaker than the one which switches it on."""
    text = _("{name} stays on: {winner} switches it on again, and is stronger than this file")
    there = facts.found["extensions.server"].value
    state = there if isinstance(there, Mapping) else {}
    on = {e.name: e.file for e in facts.extensions if e.enabled and state.get(e.name) is True}
    for source, name in _switched_off(facts):
        winner = on.get(name)
        if winner is not None and winner != source.path:
            fix = Fix(
                _("Answer extensions.server with {name} = false.").format(name=shown(name, 60)),
                {"extensions.server": {name: False}},
            )
            words = text.format(name=shown(name, 60), winner=winner)
            yield Spot(words, _KEYS, source.path, None, fix)


def _not_for_notebook(facts: Facts) -> Iterator[Spot]:
    """Yield JupyterLab's own settings where people land on Notebook 7, which reads none of them."""
    if facts.found["interface.app"].value != "notebook":
        return
    text = _("only JupyterLab reads this file: in Notebook 7, where people land, {name} stays on")
    for source in facts.sources:
        if source.role != "lab" or not source.path.parent.match(str(APP_SETTINGS)):
            continue
        names = [w.trait for w in source.reading.writes if w.cls == DISABLED and w.trait != "*"]
        if names and source.state:
            fix = Fix(
                _("Answer extensions.lab_disabled with it."), {"extensions.lab_disabled": names}
            )
            words = text.format(name=shown(", ".join(names), 80))
            yield Spot(words, ("extensions.lab_disabled",), PurePosixPath(source.path), None, fix)


RULES: tuple[Rule, ...] = (
    Rule(
        "extensions-table-replaced",
        _("A whole jpserver_extensions with jupyter_server before 2.15, where no server starts."),
        "error",
        _kills_servers,
    ),
    Rule(
        "extension-off-in-vain",
        _("A server extension that is off in a file which a stronger one beats."),
        "error",
        _off_in_vain,
    ),
    Rule(
        "package-file-edited",
        _("A server extension that is off in its package's own file, until the next upgrade."),
        "warning",
        _edited_package_file,
    ),
    Rule(
        "lab-settings-not-for-notebook",
        _("Extensions off in JupyterLab's own settings, where people land on Notebook 7."),
        "warning",
        _not_for_notebook,
    ),
)
