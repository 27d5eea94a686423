"""Rules about traits in a place where they mean nothing, or stop everything."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from jhwizard.errors import RefusedError
from jhwizard.facts import Facts, Missing, Source, Write
from jhwizard.folding import Rung
from jhwizard.jupyter import classes, paths
from jhwizard.jupyter.applications import APPLICATIONS, application, knows, renamed
from jhwizard.jupyter.tljh import is_tljhs
from jhwizard.language import _
from jhwizard.layers import ladder
from jhwizard.printable import redacted, shown
from jhwizard.rules.rule import Fix, Rule, Spot
from jhwizard.settings import SETTINGS, owner_of
from jhwizard.settings.setting import HubTrait

_SERVERS = frozenset(
    {
        *("ServerApp", "NotebookApp", "LabApp", "LabServerApp", "TerminalManager"),
        *("MultiKernelManager", "AsyncMultiKernelManager"),
        *("MappingKernelManager", "AsyncMappingKernelManager", "KernelSpecManager"),
        *("ContentsManager", "FileContentsManager", "AsyncFileContentsManager"),
        *("LargeFileManager", "AsyncLargeFileManager"),
    }
)
"""Classes of people's servers, which the hub's program has no object of."""
_HUBS = frozenset(
    {
        *("JupyterHub", "Spawner", "Authenticator", "LocalAuthenticator", "PAMAuthenticator"),
        *("DummyAuthenticator", "ConfigurableHTTPProxy", "OAuthenticator", "GitHubOAuthenticator"),
        *classes.SPAWNERS,
    }
)
"""Classes of the hub, which people's servers have no object of."""


# In the other program's file


def _servers_in_hubs(facts: Facts) -> Iterator[Spot]:
    """Yield what is meant for people's servers and stands in the hub's file.

    JupyterHub logs nothing about a class that it does not know (6.1, tried).
    """
    text = _("c.{name} means nothing in the hub's file: it is a trait of people's own servers")
    sources = [s for s in facts.sources if s.role == "hub" and s.state and not s.command_line]
    if any(_reaches_servers(source, facts.sources) for source in sources):
        return
    for source in sources:
        own = _classes_defined(source)
        for write in _named(source, _SERVERS - own):
            name = shown(f"{write.cls}.{write.trait}", 80)
            fix = _move(write, facts, paths.config_directory(facts) / application(facts).config)
            yield Spot(text.format(name=name), _keys(write), source.path, write.line, fix)


def _reaches_servers(source: Source, sources: tuple[Source, ...]) -> bool:
    """Return whether some line gives the hub's file to another program: --config, a volume."""
    name = source.path.name
    for other, write in ((s, w) for s in sources for w in s.reading.writes):
        is_loaded = other.role != "hub" and name in write.subconfig
        if is_loaded or any(name in word for word in _words(write)):
            return True
    return False


def _words(write: Write) -> Iterator[str]:
    """Yield the words of a value that may be a command line, or its environment."""
    queue = [write.value, write.parts, *write.added, *write.alternatives]
    while queue:
        match queue.pop():
            case str() as word:
                yield word
            case list() | tuple() | set() | frozenset() as several:
                queue.extend(several)
            case Mapping() as table:
                queue.extend([*table.keys(), *table.values()])


def _classes_defined(source: Source) -> set[str]:
    """Return the classes that a file makes or imports itself, which may be the hub's."""
    text = source.state.content.decode(errors="replace") if source.state else ""
    found = set(re.findall(r"^\s*class\s+(\w+)", text, re.MULTILINE))
    for line in re.findall(r"^\s*(?:from\s.*)?import\s(.*)$", text, re.MULTILINE):
        found.update(re.findall(r"\w+", line))
    return found


def _named(source: Source, names: frozenset[str] | set[str]) -> Iterator[Write]:
    """Yield the first line of a file on each trait of some classes."""
    seen: set[tuple[str, str]] = set()
    for write in source.reading.writes:
        key = (write.cls, write.trait)
        if write.cls in names and write.trait != "*" and not write.ours and key not in seen:
            seen.add(key)
            yield write


def _keys(write: Write) -> tuple[str, ...]:
    key = owner_of(write.cls, write.trait)
    return (key,) if key else ()


def _move(write: Write, facts: Facts, file: object) -> Fix:
    """Return how a line gets to where it counts: as an answer, where there is one for it."""
    suffix = "" if "." in str(file).rpartition("/")[2] else ".py"
    key = owner_of(write.cls, write.trait)
    if key and (said := _answer(key, write, facts)) is not None:
        text = redacted(SETTINGS[key].kind.text(said))  # type: ignore[arg-type]
        words = _("Answer {key} = {value}, and take this line out.")
        return Fix(words.format(key=key, value=shown(text, 60)), {key: said})
    words = _("Move the line to {file}.").format(file=f"{file}{suffix}")
    is_plain = write.kind == "exact" and write.op == "=" and _is_json(write.value)
    if key or not is_plain or write.cls not in _SERVERS:
        return Fix(words)
    name = f"{renamed(write.cls, facts)}.{write.trait}"
    return Fix(words, {"environment.traits": {name: write.value}})


def _answer(key: str, write: Write, facts: Facts) -> object:
    """Return the answer that a line amounts to; None where it amounts to none."""
    record = SETTINGS[key]
    if write.kind != "exact" or write.op != "=":
        return None
    try:
        value = record.read(write.value, facts)
        return value if value is not None and record.kind.from_toml(value) == value else None
    except RefusedError:
        return None


def _is_json(value: object) -> bool:
    return isinstance(value, str | int | float) or (
        isinstance(value, list) and all(isinstance(each, str | int | float) for each in value)
    )


def _hubs_in_servers(facts: Facts) -> Iterator[Spot]:
    """Yield what is meant for the hub and stands in a file that only people's servers read."""
    text = _("c.{name} means nothing here: only the hub's own file, {file}, can say it")
    hubs = {source.path for source in facts.sources if source.role == "hub"}
    for source in facts.sources:
        if source.role != "server" or source.command_line or source.path in hubs:
            continue
        for write in _named(source, _HUBS - _classes_defined(source)):
            name = shown(f"{write.cls}.{write.trait}", 80)
            words = text.format(name=name, file=facts.hub_config)
            fix = _move(write, facts, facts.hub_config)
            yield Spot(words, _keys(write), source.path, write.line, fix)


def _of_the_other_application(facts: Facts) -> Iterator[Spot]:
    """Yield the names of one application where people's servers are the other one."""
    text = _("c.{name} means nothing to {application}, which people's servers are")
    own = {cls for each in APPLICATIONS for cls in (each.cls,)} | {"LabApp"}
    for source in facts.sources if facts.user else ():
        if source.role != "server" or source.command_line:
            continue
        for write in _named(source, frozenset(own)):
            if not knows(write.cls, write.trait, facts):
                name = shown(f"{write.cls}.{write.trait}", 80)
                words = text.format(name=name, application=application(facts).title)
                new = renamed(write.cls, facts)
                fix = Fix(_("Write c.{new}.{trait}.").format(new=new, trait=write.trait))
                if new == write.cls:
                    fix = Fix(_("Take the line out."))
                yield Spot(words, _keys(write), source.path, write.line, fix)


# Added to what is not there


def _added_to_nothing(facts: Facts) -> Iterator[Spot]:
    """Yield `+=` and `[...] =` on a trait that no line before has set.

    traitlets gives a LazyConfigValue there, which can be appended to, extended and updated, and
    nothing else: a TypeError (5.16, tried).
    """
    hub = _("the hub does not start")
    server = _("all that the file sets is lost")
    text = _("{line} on what no line before it has set: {effect}")
    for source in facts.sources:
        if source.role not in {"hub", "server"} or not source.state or source.path.suffix != ".py":
            continue
        if is_tljhs(source.path) or source.reading.problem:
            continue
        for cls, trait, said, line in _additions(source.state.content):
            if not _may_be_set(source, cls, trait, line):
                effect = hub if source.role == "hub" else server
                name = shown(f"c.{cls}.{trait}{said}", 80)
                fix = Fix(_instead(f"c.{cls}.{trait}", said))
                words = text.format(line=name, effect=effect)
                yield Spot(words, (), source.path, line, fix)


def _instead(name: str, said: str) -> str:
    if said.startswith("["):
        return _("Write {name}.update({{…}}).").format(name=shown(name, 60))
    return _("Write {name}.extend([…]).").format(name=shown(name, 60))


@lru_cache(maxsize=64)
def _additions(content: bytes) -> tuple[tuple[str, str, str, int], ...]:
    """Return class, trait, what is done and line of each such statement that is run in any case."""
    if b"+=" not in content and b"]" not in content:
        return ()
    try:
        body = ast.parse(content).body
    except (SyntaxError, ValueError, RecursionError):
        return ()
    found = []
    for statement in body:
        match statement:
            case ast.AugAssign(
                target=ast.Attribute(
                    value=ast.Attribute(value=ast.Name("c"), attr=cls), attr=trait
                ),
                op=ast.Add(),
                value=ast.List() | ast.Tuple(),
            ):
                found.append((cls, trait, " +=", statement.lineno))
            case ast.Assign(
                targets=[
                    ast.Subscript(
                        value=ast.Attribute(
                            value=ast.Attribute(value=ast.Name("c"), attr=cls), attr=trait
                        )
                    )
                ]
            ):
                found.append((cls, trait, "[…] =", statement.lineno))
    return tuple(entry for entry in found if entry[0][:1].isupper() and entry[1][:1].islower())


def _may_be_set(source: Source, cls: str, trait: str, line: int) -> bool:
    """Return whether a line before may have set a trait; adding to it does not."""
    if not any((w.cls, w.trait, w.line) == (cls, trait, line) for w in source.reading.writes):
        return True  # the reader sees something else there
    for write in source.reading.writes:
        is_it = write.cls in {cls, "*"} and write.trait in {trait, "*"}
        if is_it and write.line < line and write.op in {"=", "unknown"}:
            return True
        if is_it and write.line == line and write.op == "=":
            return True
    return False


# Variables


def _no_text(facts: Facts) -> Iterator[Spot]:
    """Yield variables that are no text, with which no plain process starts (6.1, tried)."""
    if facts.spawner not in classes.LOCAL:
        return
    text = _("the variable {name} is {value} and no text: no server starts with it")
    for name, (rung, value) in _environment(facts).items():
        if isinstance(value, bool | int | float | list | tuple | Mapping):
            words = text.format(name=shown(name, 40), value=shown(ascii(value), 40))
            fix = Fix(_("Put it in quotes."))
            yield Spot(words, (), rung.path, rung.write.line, fix)


def _environment(facts: Facts) -> dict[str, tuple[Rung, object]]:
    """Return each variable that the hub surely gives to people's servers, with its line."""
    there: dict[str, tuple[Rung, object]] = {}
    for rung in ladder(HubTrait("Spawner", "environment"), facts):
        write = rung.write
        table = write.parts if isinstance(write.parts, Mapping) else write.value
        if write.op == "=" or not isinstance(table, Mapping):
            there = {}
        for name, value in table.items() if isinstance(table, Mapping) else ():
            there[str(name)] = (rung, value)
    return {name: said for name, said in there.items() if not isinstance(said[1], Missing)}


RULES: tuple[Rule, ...] = (
    Rule(
        "server-trait-in-hub-file",
        _("A trait of people's servers in the hub's file, where nothing reads it."),
        "error",
        _servers_in_hubs,
    ),
    Rule(
        "hub-trait-in-server-file",
        _("A trait of the hub in a file that people's servers read."),
        "error",
        _hubs_in_servers,
    ),
    Rule(
        "name-of-the-other-application",
        _("ServerApp where people's servers are the legacy Notebook, or the other way round."),
        "error",
        _of_the_other_application,
    ),
    Rule(
        "added-to-nothing",
        _("`+=` or `[…] =` on a trait that no line before has set, with which the file ends."),
        "error",
        _added_to_nothing,
    ),
    Rule(
        "variable-is-no-text",
        _("A number, True or a list as a variable of people's servers."),
        "error",
        _no_text,
    ),
)
