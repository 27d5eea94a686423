"""One setting through all its layers: what each says, which one wins, and where an answer goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from jhwizard.facts import Facts, Found
from jhwizard.in_force import overruling
from jhwizard.layers import Rung, role_of
from jhwizard.place import path_for, rungs_of
from jhwizard.settings.setting import HubCuller, NotConfig, Setting, SpawnerVariable

State = Literal["default", "shadowed", "in force"]
How = Literal["in place", "block", "new file", "not"]


@dataclass(frozen=True)
class Layer:
    """What one line says, or Jupyter itself."""

    found: Found
    state: State
    edit_here: bool = False
    """Whether an answer would change this very line, or the block it stands in."""


@dataclass(frozen=True)
class Destination:
    """Where an answer would be written."""

    file: PurePosixPath
    line: int | None
    """None for a block, or a file that is new."""
    how: How
    """`in place`: the value's own bytes; `not`: something decides that no file can overrule."""
    reason: str = ""
    """Why not; empty where it can be."""


def ladder_of(record: Setting, facts: Facts) -> tuple[Layer, ...]:
    """Return every layer that says something, from Jupyter's default up to what is in force."""
    found = facts.found[record.key]
    there = () if found.kind == "default" else (*reversed(found.shadows), found)
    default = Found(record.default(facts), "default")
    goes_to = destination(record, facts)
    layers = [Layer(default, "default"), *(Layer(each, "shadowed") for each in there)]
    layers[-1] = replace(layers[-1], state="in force")
    return tuple(replace(layer, edit_here=_is_at(layer.found, goes_to)) for layer in layers)


def silent_files(record: Setting, facts: Facts) -> tuple[PurePosixPath, ...]:
    """Return the files that could say something and do not, weakest first."""
    says = {layer.found.file for layer in ladder_of(record, facts)}
    role = role_of(record.lands)
    loaded = [s.path for s in facts.sources if s.role == role and s.state is not None]
    return tuple(path for path in dict.fromkeys(loaded) if path not in says)


def destination(record: Setting, facts: Facts) -> Destination | None:
    """Return where an answer would be written; None where it is no line of a config file."""
    if isinstance(record.lands, NotConfig):
        return None
    above = overruling(record, facts)
    if above is not None and above.file is not None:
        return Destination(above.file, above.line, "not", above.reason)
    if isinstance(record.lands, HubCuller):
        return _in_block(facts.hub_config, facts)
    rungs = rungs_of(record, facts)
    top = rungs[-1] if rungs else None
    if top is None or top.write.ours:
        path = path_for(record, facts, top)
        return replace(_in_block(path, facts), line=top.write.line if top else None)
    if _is_plain(top, record):
        return Destination(top.path, top.write.line, "in place")
    return _in_block(top.path, facts)


def _is_plain(top: Rung, record: Setting) -> bool:
    """Return whether the value's own bytes can be exchanged, as `place` does it."""
    is_json = top.path.suffix == ".json" and top.write.op != "unknown"
    return is_json or (top.write.spliceable and not isinstance(record.lands, SpawnerVariable))


def _in_block(path: PurePosixPath, facts: Facts) -> Destination:
    return Destination(path, None, "new file" if facts.files.get(path) is None else "block")


def _is_at(found: Found, goes_to: Destination | None) -> bool:
    if goes_to is None or found.file != goes_to.file:
        return False
    return found.line == goes_to.line or (found.ours and goes_to.how == "block")
