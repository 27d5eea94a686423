"""One setting through all its layers: what each says, which one wins, and where an answer goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from jhwizard.culler import SERVICES, listed, own_cullers
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts, Found
from jhwizard.image import as_seen
from jhwizard.in_force import overruling
from jhwizard.jupyter.paths import OUR_EXTENSIONS
from jhwizard.jupyter.tljh import is_decided
from jhwizard.landing import block_path, landing_file
from jhwizard.language import _
from jhwizard.layers import Rung, role_of
from jhwizard.place_beside import as_record
from jhwizard.place_own_culler import command_of, own_culler
from jhwizard.rungs import path_for, rungs_of
from jhwizard.settings import named_servers
from jhwizard.settings.setting import (
    HubCuller,
    IPythonTrait,
    LabExtensions,
    NotConfig,
    OtherTraits,
    ServerExtensions,
    Setting,
    SpawnerName,
    SpawnerVariable,
)
from jhwizard.spawner_name import spawner_landing
from jhwizard.which_application import under_application

State = Literal["default", "shadowed", "in force"]
How = Literal["in place", "block", "own file", "new file", "not"]


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
    """`in place`: the value's own bytes; `own file`: one that is jhwizard's alone; `not`: something
    decides that no answer can overrule."""
    reason: str = ""
    """Why not; empty where it can be."""
    said: int | None = None
    """The line that gives the value its trait; None where that is `line`."""


def ladder_of(record: Setting, facts: Facts) -> tuple[Layer, ...]:
    """Return every layer that says something, from Jupyter's default up to what is in force."""
    found = as_seen(facts.found[record.key], facts)
    there = () if found.kind == "default" else (*reversed(found.shadows), found)
    default = Found(record.default(facts), "default")
    goes_to = destination(record, facts)
    layers = [Layer(default, "default"), *(Layer(each, "shadowed") for each in there)]
    layers[-1] = replace(layers[-1], state="in force")
    return tuple(replace(layer, edit_here=_is_at(layer.found, goes_to)) for layer in layers)


def silent_files(record: Setting, facts: Facts) -> tuple[PurePosixPath, ...]:
    """Return the files that could say something and do not, weakest first."""
    if isinstance(record.lands, NotConfig):
        return ()
    says = {layer.found.file for layer in ladder_of(record, facts)}
    role = role_of(record.lands)
    files = [s for s in facts.sources if s.role == role and not s.command_line]
    loaded = [source.path for source in files if source.state is not None]
    return tuple(path for path in dict.fromkeys(loaded) if path not in says)


def destination(record: Setting, facts: Facts) -> Destination | None:
    """Return where an answer would be written; None where no line of a config file says it."""
    above = overruling(record, facts)
    if above is not None and above.file is not None:
        return Destination(above.file, above.line, "not", above.reason)
    match record.lands:
        case NotConfig():
            goes_to = None
        case HubCuller():
            goes_to = _beside_cullers(record, facts)
        case SpawnerName():
            landing = spawner_landing(facts)
            goes_to = destination(replace(record, lands=landing), facts) if landing else None
        case OtherTraits() | LabExtensions():
            goes_to = _in_file(landing_file(record.lands, facts), facts)
        case ServerExtensions():
            theirs = [r for r in _theirs(record, facts) if r.source.role == "server"]
            goes_to = _over(theirs[-1] if theirs else None, record, facts)
        case IPythonTrait():
            theirs = _theirs(record, facts)
            goes_to = _over(theirs[-1] if theirs else None, record, facts)
        case _:
            goes_to = _of_trait(_where_it_is_said(record, facts), facts)
    return goes_to


def _beside_cullers(record: Setting, facts: Facts) -> Destination:
    services = listed(SERVICES, facts)
    hidden = services.hidden
    if hidden and is_decided(facts.hub_config, hidden.path, hidden.write):
        return Destination(hidden.path, hidden.write.line, "not", hidden.write.reason)
    if not own_cullers(services):
        return _in_file(landing_file(record.lands, facts), facts)
    try:
        own = own_culler(record, facts)
        command_of(record, own)
    except RefusedError as error:
        return Destination(error.file or facts.hub_config, error.line, "not", error.text)
    return Destination(own.path, own.line, "in place")


def _where_it_is_said(record: Setting, facts: Facts) -> Setting:
    """Return the record of the very line that decides: of the application, a variable does."""
    if record.beside and facts.legacy:
        return as_record(record, record.beside)
    return under_application(record, facts)


def _theirs(record: Setting, facts: Facts) -> list[Rung]:
    here = under_application(record, facts)
    return [rung for rung in rungs_of(here, facts) if not rung.write.ours]


def _of_trait(record: Setting, facts: Facts) -> Destination:
    rungs = rungs_of(record, facts)
    top = rungs[-1] if rungs else None
    if top is None or not top.write.ours:
        return _over(top, record, facts)
    path = path_for(record, facts, top)
    return replace(_in_file(path, facts), line=top.write.line if path == top.path else None)


def _over(top: Rung | None, record: Setting, facts: Facts) -> Destination:
    """Return where the admin's line in force is changed, or overridden."""
    if top is None:
        return _in_file(landing_file(record.lands, facts), facts)
    if barred := _barred(top, facts):
        return barred
    if top.source.command_line:
        return Destination(top.path, top.write.line, "in place")
    if _is_plain(top, record):
        line = _line_of_value(top, facts)
        return Destination(top.path, line, "in place", said=top.write.line)
    return _in_file(block_path(top, facts), facts)


def _barred(top: Rung, facts: Facts) -> Destination | None:
    """Return why the line in force can be neither changed nor overridden; None if it can."""
    if top.path in facts.unreadable:
        return _unreadable(top.path, facts)
    if top.source.command_line and not top.write.words:
        return Destination(top.path, top.write.line, "not", _reason_of(top))
    if is_decided(facts.hub_config, top.path, top.write):
        return Destination(top.path, top.write.line, "not", top.write.reason)
    if top.path.suffix == ".json" and (problem := top.source.reading.problem):
        return Destination(top.path, problem.line, "not", problem.text)
    return None


def _reason_of(top: Rung) -> str:
    return top.write.reason or _("it is not one plain list of words")


def _line_of_value(top: Rung, facts: Facts) -> int:
    """Return where the value itself stands: of a function, inside it."""
    state = facts.files.get(top.path)
    if state is None or top.path.suffix == ".json":
        return top.write.line
    return state.content[: top.write.span[0]].count(b"\n") + 1


def _is_plain(top: Rung, record: Setting) -> bool:
    """Return whether the value's own bytes can be exchanged, as `place` does it."""
    if top.path.suffix == ".json":
        return top.write.op != "unknown"
    # A number becomes a function, or the other way round.
    is_another_kind = record.key == named_servers.ADMINS_UNLIMITED.key
    is_part = isinstance(record.lands, SpawnerVariable | ServerExtensions)
    return top.write.spliceable and not is_part and not is_another_kind


def _unreadable(path: PurePosixPath, facts: Facts) -> Destination:
    problem = facts.unreadable[path]
    reason = ": ".join(filter(None, (problem.text, problem.fix)))
    return Destination(path, None, "not", reason)


def _in_file(path: PurePosixPath, facts: Facts) -> Destination:
    if path in facts.unreadable:
        return _unreadable(path, facts)
    if facts.files.get(path) is None:
        return Destination(path, None, "new file")
    return Destination(path, None, "own file" if path.name == OUR_EXTENSIONS else "block")


def _is_at(found: Found, goes_to: Destination | None) -> bool:
    if goes_to is None or goes_to.how == "not" or found.file != goes_to.file:
        return False
    return found.line in {goes_to.line, goes_to.said or goes_to.line} or (
        found.ours and goes_to.how in {"block", "own file"}
    )
