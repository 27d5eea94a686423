"""What the installed classes are asked about config files: names, values, and their own help.

One question for each interpreter, kept with its answer in the state directory; the admin's config
is never run. What is asked is told apart from what it means, which is the rules' business.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from jhwizard.errors import WizardError
from jhwizard.examined import Side, TraitHelp, Uncompiled, Verdict
from jhwizard.facts import Facts, Missing, Source, Write
from jhwizard.host import Host
from jhwizard.installed import Environment
from jhwizard.journal import digest, keep, kept
from jhwizard.jupyter.documentation import hub_trait_page
from jhwizard.jupyter.tljh import is_tljhs
from jhwizard.language import _
from jhwizard.layers import lines, trait_of, under
from jhwizard.printable import is_secret, shown
from jhwizard.settings import SETTINGS
from jhwizard.settings.setting import HubTrait, ServerTrait

_SECONDS = 60.0
"""Importing the classes takes 2 to 3 seconds; on a slow or busy disk many more."""
_MOST_KEPT = 8
"""Answers of one side that are kept: of other files and environments, and as it would be."""
_LONGEST = 4000
"""Characters of a value that is worth asking about."""
_CLASSES_OF_THE_HUB = ("spawner_class", "authenticator_class", "proxy_class")


@dataclass(frozen=True)
class Said:
    """What one interpreter answers."""

    verdicts: Mapping[tuple[Side, str, str, str], Verdict]
    uncompiled: tuple[Uncompiled, ...]
    traits: Mapping[str, TraitHelp]
    unasked: tuple[str, ...] = ()


_NOTHING = Said({}, (), {})


def ask_classes(facts: Facts, host: Host, state: Path) -> tuple[Said, Said]:
    """Return what the hub's and the users' classes say; both are asked side by side."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - 6 ms, and only here

    with ThreadPoolExecutor(2) as pool:
        hub = pool.submit(_asked, "hub", facts, host, state)
        server = _asked("server", facts, host, state)
        return hub.result(), server


def is_known(facts: Facts, state: Path) -> bool:
    """Return whether everything was asked before, so that nothing has to be started."""
    sides: tuple[Side, ...] = ("hub", "server")
    pythons = [side for side in sides if (env := environment(side, facts)) and env.python]
    names = [_name_of(side, facts, _question(side, facts)) for side in pythons]
    return all(kept(state, name) is not None for name in names)


def environment(side: Side, facts: Facts) -> Environment | None:
    """Return where the classes of a side are installed."""
    return facts.hub if side == "hub" else facts.user


def literal(write: Write) -> str:
    """Return a value as Python writes it; empty where it is not known, secret, or no plain data."""
    if write.op != "=" or write.kind != "exact" or is_secret(write.trait):
        return ""
    text = repr(write.value)
    try:
        is_plain = len(text) <= _LONGEST and ast.literal_eval(text) == write.value
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ""
    return text if is_plain else ""


def said_lines(side: Side, facts: Facts) -> Iterator[tuple[Source, Write, str]]:
    """Yield the lines that name a class and a trait, with the value that certainly counts.

    The value is empty where it is not known, or where a later line may set the trait again.
    """
    found = list(lines(side, facts))
    last: dict[tuple[str, str], int] = {}
    for number, (_source, write) in enumerate(found):
        last[write.cls, write.trait] = number
    anything = max((n for names, n in last.items() if "*" in names), default=-1)
    for number, (source, write) in enumerate(found):
        if "*" in (write.cls, write.trait) or write.trait[:1].isupper():
            continue  # a section inside another one
        if source.command_line or is_tljhs(source.path):
            continue
        counts = last[write.cls, write.trait] == number and number > anything
        yield source, write, literal(write) if counts else ""


def _asked(side: Side, facts: Facts, host: Host, state: Path) -> Said:
    python = environment(side, facts)
    if python is None:
        return _NOTHING
    if python.python is None:
        return Said({}, (), {}, (_unasked(side, python, host),))
    question = _question(side, facts)
    try:
        answer = _answer(side, facts, host, state, question)
    except WizardError as error:
        return Said({}, (), {}, (_why_not(side, error.text),))
    return _understood(side, facts, question, answer)


def _unasked(side: Side, python: Environment, host: Host) -> str:
    why = _("programs under another root are not started")
    return _why_not(side, why if not host.is_this_machine else python.problem)


def _why_not(side: Side, why: str) -> str:
    if side == "hub":
        return _("The classes of JupyterHub were not asked: {why}").format(why=why)
    return _("The classes of people's servers were not asked: {why}").format(why=why)


def _name_of(side: Side, facts: Facts, question: bytes) -> str:
    return f"classes-{side}-{digest(_who(side, facts) + question)}.json"


def _who(side: Side, facts: Facts) -> bytes:
    python = environment(side, facts)
    assert python is not None  # noqa: S101 - looked at by the callers
    return json.dumps([str(python.python), sorted(python.packages.items())]).encode()


def _question(side: Side, facts: Facts) -> bytes:
    asked = {
        "stage": "examine",
        "side": side,
        "legacy": facts.legacy,
        "extensions": sorted(e.name for e in facts.extensions if e.enabled),
        "lines": [
            (cls, trait, value or None)
            for cls, trait, value in dict.fromkeys(
                (write.cls, write.trait, value) for _source, write, value in said_lines(side, facts)
            )
        ],
        "named": _named(side, facts),
        "help": _explained(side, facts),
        "sources": {str(path): text for path, text in _sources(side, facts)},
    }
    return json.dumps(asked).encode()


def _named(side: Side, facts: Facts) -> list[tuple[str, str, str | None]]:
    """Return the traits that choose a class, with the one they name; None where it is not known."""
    found: dict[tuple[str, str], str | None] = {}
    for _source, write in lines(side, facts):
        if write.cls == "*" and side == "hub":
            found.update({("JupyterHub", trait): None for trait in _CLASSES_OF_THE_HUB})
        elif write.trait.endswith("_class"):
            found[write.cls, write.trait] = _class_named(write)
    return [(cls, trait, name) for (cls, trait), name in found.items()]


def _class_named(write: Write) -> str | None:
    if write.op == "=" and write.kind == "exact":
        return write.value if isinstance(write.value, str) else None
    return write.parts.refers or None if isinstance(write.parts, Missing) else None


def _explained(side: Side, facts: Facts) -> list[str]:
    kind = HubTrait if side == "hub" else ServerTrait
    landings = [record.lands for record in SETTINGS.values() if isinstance(record.lands, kind)]
    return sorted({".".join(trait_of(under(landing, facts))) for landing in landings})


def _sources(side: Side, facts: Facts) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield the Python files of a side, as they stand, byte for byte."""
    for source in facts.sources:
        is_python = source.path.suffix == ".py" and not is_tljhs(source.path)
        if source.role == side and source.state and is_python and not source.command_line:
            yield source.path, source.state.content.decode("latin-1")


def _answer(
    side: Side, facts: Facts, host: Host, state: Path, question: bytes
) -> Mapping[str, Any]:
    name = _name_of(side, facts, question)
    answer = kept(state, name)
    if answer is not None:
        return _object(answer)
    from jhwizard import probe_classes  # noqa: PLC0415 - it brings what only interpreters need

    python = environment(side, facts)
    assert python is not None  # noqa: S101 - looked at by the callers
    argv = [str(python.python), "-I", "-B", probe_classes.__file__]
    output = host.run(argv, seconds=_SECONDS, given=question)
    marked = [x for x in output.splitlines() if x.startswith(probe_classes.MARK)]
    answer = (marked or [""])[-1].removeprefix(probe_classes.MARK).encode()
    said = _object(answer)
    keep(state, name, answer, _MOST_KEPT)
    if "help" in said:
        keep(state, _name_of_help(side, facts), json.dumps(said["help"]).encode(), _MOST_KEPT)
    return said


def _object(answer: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise WizardError(_("what it said of its classes makes no sense")) from error
    if not isinstance(said, dict):
        raise WizardError(_("what it said of its classes makes no sense"))
    return said


def _understood(side: Side, facts: Facts, question: bytes, said: Mapping[str, Any]) -> Said:
    try:
        uncompiled = tuple(_uncompiled(side, facts, said["compiled"]))
        if problem := said.get("problem"):
            return Said({}, uncompiled, {}, (_why_not(side, shown(str(problem), 120)),))
        asked = json.loads(question)["lines"]
        verdicts: dict[tuple[Side, str, str, str], Verdict] = {
            (side, cls, trait, value or ""): Verdict(**verdict)
            for (cls, trait, value), verdict in zip(asked, said["lines"], strict=True)
        }
        return Said(verdicts, uncompiled, _helped(side, facts, said["help"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Said({}, (), {}, (_why_not(side, _("what it said of them makes no sense")),))


def _uncompiled(side: Side, facts: Facts, said: Mapping[str, Any]) -> Iterator[Uncompiled]:
    python = environment(side, facts)
    version = python.python_version if python else ""
    for name, problem in said.items():
        if problem:
            line, why = problem
            yield Uncompiled(PurePosixPath(name), version, shown(str(why), 120), line, side)


def _helped(side: Side, facts: Facts, said: Mapping[str, Any]) -> dict[str, TraitHelp]:
    pages = {
        ".".join(trait_of(under(record.lands, facts))): record.source
        for record in SETTINGS.values()
        if isinstance(record.lands, HubTrait | ServerTrait)
    }
    python = environment(side, facts)
    return {
        name: TraitHelp(
            str(told["type"]),
            str(told["default"]),
            str(told["help"]),
            (hub_trait_page(name, python) if side == "hub" else "") or pages.get(name, ""),
        )
        for name, told in said.items()
    }


def _name_of_help(side: Side, facts: Facts) -> str:
    """Return where the help is kept, which is the same whatever the config files say."""
    asked = json.dumps([facts.legacy, _explained(side, facts)]).encode()
    return f"help-{side}-{digest(_who(side, facts) + asked)}.json"


def help_kept(facts: Facts, state: Path) -> dict[str, TraitHelp]:
    """Return what the installed versions once said of the settings' traits; starts nothing."""
    found: dict[str, TraitHelp] = {}
    sides: tuple[Side, ...] = ("hub", "server")
    for side in sides:
        python = environment(side, facts)
        answer = kept(state, _name_of_help(side, facts)) if python and python.python else None
        if answer is not None:
            try:
                found.update(_helped(side, facts, _object(answer)))
            except (WizardError, KeyError, TypeError, AttributeError):
                continue  # it is asked anew by whoever may start something
    return found
