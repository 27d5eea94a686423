"""Methods of what cannot change: strings, bytes, tuples, paths and durations."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from jhwizard.jupyter.reader.budget import MOST_CHARACTERS
from jhwizard.jupyter.reader.file_changes import HARMLESS_OF_PATHS
from jhwizard.jupyter.reader.files import of_path, open_file
from jhwizard.jupyter.reader.known import is_narrow
from jhwizard.jupyter.reader.operators import carried_out, computed
from jhwizard.jupyter.reader.plain import NotPlainError, has_order, real
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import ABSENT, Raised

Arguments = list[object]

_OF_TEXT: Final = {
    *("capitalize", "casefold", "count", "encode", "endswith", "find", "format", "index"),
    *("isalnum", "isalpha", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric"),
    *("isspace", "isupper", "join", "lower", "lstrip", "partition", "removeprefix"),
    *("removesuffix", "replace", "rfind", "rindex", "rpartition", "rsplit", "rstrip", "split"),
    *("splitlines", "startswith", "strip", "swapcase", "title", "upper", "zfill", "center"),
    *("ljust", "rjust", "format_map"),
}
_OF_BYTES: Final = {"decode", "hex", "strip", "split", "startswith", "endswith"}
_OF_PATHS: Final = {
    *("as_posix", "is_absolute", "joinpath", "relative_to", "with_name", "with_suffix"),
    "is_relative_to",
}
_OF_TUPLES: Final = {"count", "index"}
_FIELD: Final = re.compile(r"\{[^{}]*\}")


def of_plain(  # noqa: PLR0913, PLR0917  # a call, in its parts
    run: Run, owner: object, name: str, given: Arguments, named: dict[str, object], node: ast.Call
) -> object:
    """Return what a method of something unchanging gives."""
    if isinstance(owner, PurePosixPath):
        found = _on_disk(run, owner, name, given, named, node)
        if found is not ABSENT:
            return found
    known = {
        str: _OF_TEXT,
        bytes: _OF_BYTES,
        dt.timedelta: {"total_seconds"},
        tuple: _OF_TUPLES,
        PurePosixPath: _OF_PATHS,
        int: {"bit_length"},
    }.get(type(owner), set())
    try:
        arguments = [real(run, one) for one in given]
        keywords = {key: real(run, one) for key, one in named.items()}
        itself = real(run, owner)
    except NotPlainError:
        return run.unknown(computed(node), node)
    if not isinstance(itself, PurePosixPath) and not hasattr(itself, name):
        raise Raised("AttributeError")
    if name not in known or not _is_small(itself, name, arguments, keywords):
        return run.unknown(computed(node), node)
    return carried_out(run, lambda: getattr(itself, name)(*arguments, **keywords))


def _on_disk(  # noqa: PLR0913, PLR0917  # the same
    run: Run,
    path: PurePosixPath,
    name: str,
    given: Arguments,
    named: dict[str, object],
    node: ast.Call,
) -> object:
    """Return what a method of a path gives that looks at the disk; ABSENT for any other."""
    if name == "open":
        return open_file(run, [path, *given], named, node)
    if name in {"read_text", "read_bytes"}:
        known = len(given) + len(named) <= (name == "read_text") and named.keys() <= {"encoding"}
        if known:
            return of_path(run, path, name, [*given, *named.values()], node)
    elif name == "absolute" and not given and path.is_absolute():
        return path
    elif name not in _OF_PATHS | HARMLESS_OF_PATHS:
        run.change_files("", node.lineno)
    return ABSENT


def _is_small(
    owner: object, name: str, arguments: Arguments, keywords: Mapping[str, object]
) -> bool:
    match name, arguments:
        case (("zfill" | "center" | "ljust" | "rjust"), [width, *_]):
            return isinstance(width, int) and width <= MOST_CHARACTERS
        case "replace", [str() as old, str() as new, *_]:
            times = str(owner).count(old) if old else len(str(owner)) + 1
            return times * len(new) <= MOST_CHARACTERS
        case "join", [list() | tuple() | dict() | str() as items]:
            length = sum(len(str(one)) + len(str(owner)) for one in items)
            return length <= MOST_CHARACTERS
        case "join", _:
            return False  # of a set, the order is not known
        case (("format" | "format_map"), _):
            values = [*arguments, *keywords.values()]
            return _is_narrow_format(str(owner)) and all(map(has_order, [values, *values]))
    return True


def _is_narrow_format(text: str) -> bool:
    """Return whether a format reaches into nothing and asks for no great width."""
    fields = _FIELD.findall(text)
    plain = all("." not in one.partition(":")[0] and "[" not in one for one in fields)
    return plain and all(is_narrow(one[1:-1].partition(":")[2]) for one in fields)
