"""Loads the hub's config file with the hub's own Python, where the admin has agreed to it.

It is run by `confine`, with `load_hub_config` inside. What comes back is a stranger's text: sizes
and types are looked at, and nothing of it is run or shown as it stands.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from jhwizard import confine, load_hub_config, own_program
from jhwizard.errors import WizardError
from jhwizard.evaluated import Additions, Loaded, Pair, Section, settled
from jhwizard.facts import Facts, Missing, Problem
from jhwizard.host import Host
from jhwizard.jupyter.python_reading import read_python
from jhwizard.jupyter.python_source import find_block, parse_python
from jhwizard.jupyter.reader.child import is_modest
from jhwizard.language import _
from jhwizard.launch import Launch
from jhwizard.options import Options
from jhwizard.printable import shown
from jhwizard.understand import understand
from jhwizard.variables import Variables
from jhwizard.which_hub import hub_python, refuse_untrusted

SECONDS = 20.0
_SECONDS_MORE = 10.0
"""For starting and ending it."""
_DEEPEST = 60
_LONGEST_NAME = 200
_MOST_ASKED = 100
_MINIMAL = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
"""What a hub has of an environment in any case, and `LANG`."""


@dataclass(frozen=True)
class Program:
    """What loads the file, and where."""

    python: PurePosixPath
    cwd: PurePosixPath


def admins_part(content: bytes) -> bytes:
    """Return a file without jhwizard's block, each line at its place.

    Raises WizardError for a file that is not run: it is large, broken, or its block is not last.
    """
    source = parse_python(content) if is_modest(content) else Problem(_("the file is too large"))
    block = source if isinstance(source, Problem) else find_block(source)
    if isinstance(source, Problem) or isinstance(block, Problem):
        problem = source if isinstance(source, Problem) else block
        assert isinstance(problem, Problem)  # noqa: S101 - one of them is
        raise WizardError(problem.text, line=problem.line)
    if block is None:
        return content
    if any(node.lineno > block[1] for node in source.tree.body):
        text = _("something stands behind jhwizard's block")
        raise WizardError(text, line=block[1] + 1)
    lines = content.splitlines(keepends=True)
    lines[block[0] - 1 : block[1]] = [b"\n"] * (block[1] - block[0] + 1)
    return b"".join(lines)


def fingerprint(content: bytes) -> str:
    """Return what stays the same when jhwizard writes, and changes when somebody else does."""
    part = admins_part(content)
    spans = sorted(write.span for write in read_python(part).writes if write.spliceable)
    kept, at = [], 0
    for start, stop in spans:
        kept.append(part[at:start])
        at = stop
    return hashlib.sha256(b"\0".join([*kept, part[at:]]).rstrip()).hexdigest()


def evaluated(host: Host, facts: Facts, options: Options, started: Launch) -> Facts:
    """Return facts with what running the hub's file says, where the admin has agreed to that."""
    python = hub_python(host, options, started) if options.evaluate else None
    if python is None or not host.is_this_machine:
        return facts
    refuse_untrusted(host, python, options)
    cwd = started.cwd if started.config == facts.hub_config else None
    program = Program(python, cwd or facts.hub_config.parent)
    return with_evaluation(host, facts, program, options.evaluate)


def with_evaluation(host: Host, facts: Facts, program: Program | None, agreed: str | None) -> Facts:
    """Return facts with what loading the hub's file gives; a remark where it gave nothing.

    `agreed` is the fingerprint of what the admin wants to be run; None for nothing.
    """
    state = facts.files.get(facts.hub_config)
    if agreed is None or program is None or state is None:
        return facts
    try:
        _refuse_changed(state.content, agreed)
        loaded = load(host, program, facts.hub_config, state.content, facts.variables)
    except WizardError as error:
        text = _("{where} could not be evaluated: {why}")
        line = f":{error.line}" if error.line else ""
        remark = text.format(where=f"{facts.hub_config}{line}", why=error.text)
        return replace(facts, remarks=(*facts.remarks, remark))
    sources = tuple(s for s in understand(facts).sources if s.role == "hub")
    evaluation, wrong = settled(sources, loaded)
    text = _("{path}:{line}: {name} is something else when the file is run than it reads")
    remarks = [text.format(path=r.path, line=r.write.line, name=r.name) for r in wrong]
    return replace(facts, evaluation=evaluation, remarks=(*facts.remarks, *remarks))


def _refuse_changed(content: bytes, agreed: str) -> None:
    if fingerprint(content) != agreed:
        raise WizardError(_("it has changed since you agreed"))


def load(
    host: Host, program: Program, path: PurePosixPath, content: bytes, variables: Variables
) -> Loaded:
    """Run a config file and return what it set. Raises WizardError with the reason if it fails."""
    environ = dict(variables) if variables.whole else {**_MINIMAL, "LANG": "C.UTF-8", **variables}
    given = {
        "path": str(path),
        "content": base64.b64encode(admins_part(content)).decode(),
        "environ": environ,
        "whole": variables.whole,
    }
    code = Path(load_hub_config.__file__).read_text()
    argv = [str(program.python), "-I", "-B", "-c", code]
    done = _confined(host, argv, program.cwd, json.dumps(given).encode())
    return _understood(_said(done, program))


def lacks(host: Host) -> tuple[str, ...]:
    """Return what cannot be kept from a program here: `files`, `network` or `processes`."""
    found = _confined(host, [], PurePosixPath("/"), b"").get("lacks")
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _confined(host: Host, argv: list[str], cwd: PurePosixPath, given: bytes) -> dict[str, object]:
    told = json.dumps({"argv": argv, "cwd": str(cwd), "seconds": SECONDS})
    # Of the admin's own environment it needs nothing, and `-I` keeps his directories away.
    command = own_program.command(confine.__name__, told)
    output = host.run(command, seconds=SECONDS + _SECONDS_MORE, given=given)
    return _marked(output, confine.MARK)


def _marked(output: str, mark: str) -> dict[str, object]:
    lines = [line for line in output.split("\n") if line.startswith(mark)]
    try:
        found = json.loads(lines[-1].removeprefix(mark))
    except (IndexError, ValueError, RecursionError) as error:
        raise WizardError(_("it ended before it said what it sets")) from error
    if not isinstance(found, dict):
        raise _nonsense()
    return found


def _nonsense() -> WizardError:
    return WizardError(_("what it says it sets makes no sense"))


def _said(done: Mapping[str, object], program: Program) -> dict[str, object]:
    """Return what the loader printed. Raises WizardError where the file came to no good end."""
    output, status = str(done.get("output")), done.get("status")
    if done.get("slow"):
        raise WizardError(_("it took more than {seconds:g} seconds").format(seconds=SECONDS))
    if status == confine.CANNOT:
        text = _("{python} cannot be started there: {why}")
        raise WizardError(text.format(python=program.python, why=shown(output, 120)))
    if isinstance(status, int) and status < 0:
        raise WizardError(_("it was ended by signal {number}").format(number=-status))
    found = _marked(output, load_hub_config.MARK)
    error = found.get("error")
    if isinstance(error, dict):
        line = error.get("line")
        text = shown(str(error.get("text")), 160)
        raise WizardError(text, line=line if isinstance(line, int) else None)
    return found


def _understood(found: Mapping[str, object]) -> Loaded:
    traits, asked = found.get("traits"), found.get("asked")
    if not isinstance(traits, list) or not isinstance(asked, list):
        raise _nonsense()
    values: dict[Pair, object] = {}
    try:
        for cls, trait, value in traits:
            values[_name(cls), _name(trait)] = _value(value, 0)
        names = tuple(_name(name) for name in asked[:_MOST_ASKED])
    except (TypeError, ValueError, RecursionError) as error:
        raise _nonsense() from error
    return Loaded(values, names)


def _name(name: object) -> str:
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        raise TypeError
    return name


def _value(said: object, depth: int) -> object:
    """Return a value that `load_hub_config` has put into JSON. Raises TypeError or ValueError."""
    if depth > _DEEPEST:
        raise ValueError
    if said is None or isinstance(said, bool | int | float | str):
        return said
    if not isinstance(said, dict) or len(said) != 1:
        raise TypeError
    ((sort, inner),) = said.items()
    return _of_sort(str(sort), inner, depth + 1)


def _of_sort(sort: str, inner: object, depth: int) -> object:
    match sort, inner:
        case (("function" | "object" | "float" | "bytes"), str()):
            found = _of_text(sort, inner)
        case "section", None:
            found = Section()
        case (("list" | "tuple" | "set"), list()):
            items = [_value(one, depth) for one in inner]
            found = {"list": list, "tuple": tuple, "set": set}[sort](items)
        case "dict", list():
            found = {_value(key, depth): _value(value, depth) for key, value in inner}
        case "lazy", list() if depth == 1:
            found = Additions(tuple((_name(op), _value(value, depth)) for op, value in inner))
        case _:
            raise TypeError
    return found


def _of_text(sort: str, inner: str) -> object:
    if sort == "float":
        return float(inner)
    if sort == "bytes":
        return inner.encode("latin-1")
    name = shown(_name(inner), _LONGEST_NAME)
    reason = _("it is `{name}`").format(name=name)
    return Missing(reason, 1, "function" if sort == "function" else "computed", refers=name)
