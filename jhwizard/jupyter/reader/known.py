"""The functions of Python's own whose results depend on nothing but what they are given.

Each is looked at before it is called: no argument may make it slow, large, or different from one
run to the next. Nothing here reads the machine.
"""

from __future__ import annotations

import builtins
import datetime as dt
import json
import logging
import math
import posixpath
import re
import shlex
import string
import textwrap
import urllib.parse
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

_EXCEPTIONS: Final = {
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}
TYPES: Final[dict[str, type]] = {
    "bool": bool,
    "bytes": bytes,
    "dict": dict,
    "float": float,
    "int": int,
    "list": list,
    "set": set,
    "str": str,
    "tuple": tuple,
    "pathlib.Path": PurePosixPath,
    "pathlib.PurePath": PurePosixPath,
    "pathlib.PosixPath": PurePosixPath,
    "pathlib.PurePosixPath": PurePosixPath,
}
"""Types whose instances are plain data, or boxes, here."""

_ENDING: Final = {"exit", "quit", "sys.exit", "os._exit", "os.abort"}
DANGEROUS: Final = {
    *("__builtins__", "__import__", "compile", "eval", "exec", "execfile"),
    *("globals", "locals", "vars"),
}
BUILTINS: Final = frozenset(
    {
        *_EXCEPTIONS,
        *(name for name in TYPES if "." not in name),
        *("abs", "all", "any", "bin", "callable", "chr", "divmod", "enumerate", "exit", "filter"),
        *("format", "frozenset", "get_config", "getattr", "hasattr", "hex", "isinstance", "len"),
        *("load_subconfig", "map", "max", "min", "oct", "open", "ord", "pow", "print", "quit"),
        *("range", "repr", "reversed", "round", "setattr", "sorted", "sum", "type", "zip"),
    }
)
CONSTANTS: Final[dict[str, object]] = {
    # What the loader runs has no name of its own; so this is the one of `builtins`.
    "__name__": "builtins",
    "os.sep": "/",
    "os.linesep": "\n",
    "os.pathsep": ":",
    "os.curdir": ".",
    "os.pardir": "..",
    "os.name": "posix",
    "os.path.sep": "/",
    "math.inf": math.inf,
    "math.pi": math.pi,
    "string.ascii_letters": string.ascii_letters,
    "string.ascii_lowercase": string.ascii_lowercase,
    "string.ascii_uppercase": string.ascii_uppercase,
    "string.digits": string.digits,
    **{
        f"logging.{name}": getattr(logging, name)
        for name in ("CRITICAL", "ERROR", "WARNING", "WARN", "INFO", "DEBUG", "NOTSET")
    },
}
_PATHS: Final = ("abspath", "basename", "dirname", "isabs", "join", "normpath", "split", "splitext")
PURE: Final[dict[str, Callable[..., object]]] = {
    **{name: getattr(builtins, name) for name in ("abs", "bin", "chr", "divmod", "format", "hex")},
    **{name: getattr(builtins, name) for name in ("max", "min", "oct", "ord", "pow", "repr")},
    **{name: getattr(builtins, name) for name in ("range", "round", "sorted", "sum")},
    **{name: TYPES[name] for name in ("bool", "bytes", "float", "int", "str")},
    **{f"os.path.{name}": getattr(posixpath, name) for name in _PATHS},
    **{name: TYPES[name] for name in TYPES if "." in name},
    "datetime.timedelta": dt.timedelta,
    "json.dumps": json.dumps,
    "json.loads": json.loads,
    "math.ceil": math.ceil,
    "math.floor": math.floor,
    "shlex.quote": shlex.quote,
    "shlex.split": shlex.split,
    "textwrap.dedent": textwrap.dedent,
    "urllib.parse.quote": urllib.parse.quote,
    "urllib.parse.quote_plus": urllib.parse.quote_plus,
}
_MODULES: Final = {
    *("glob", "datetime", "json", "logging", "math", "os", "os.path", "pathlib", "shlex", "string"),
    *(
        "sys",
        "textwrap",
        "urllib",
        "urllib.parse",
        "time",
        "re",
        "socket",
        "subprocess",
        "pwd",
        "grp",
        "shutil",
        "typing",
    ),
}
_ALIASES: Final = {"posixpath": "os.path", "datetime.datetime": "datetime.datetime"}
_SPECIAL: Final = {
    *("glob.glob", "json.load", "os.environ", "os.getenv", "sys.exit", "os._exit", "os.abort"),
}
_NARROW: Final = re.compile(r"[^{}*]*")
_LONG_NUMBER: Final = re.compile(r"\d{4,}")


def is_module(dotted: str) -> bool:
    """Return whether a module is one whose import cannot fail and changes nothing."""
    return dotted in _MODULES or dotted in _ALIASES


def resolved(dotted: str) -> str | None:
    """Return the name under which something is known; None for anything else."""
    dotted = _ALIASES.get(dotted, dotted)
    if dotted in PURE or dotted in _MODULES or dotted in _SPECIAL:
        return dotted
    return None


def is_ending(dotted: str) -> bool:
    """Return whether a call of it ends the file."""
    return dotted in _ENDING


def is_exception(name: str) -> bool:
    """Return whether it is an exception of Python's own."""
    return name in _EXCEPTIONS


def is_narrow(spec: str) -> bool:
    """Return whether a format spec asks for no great width."""
    return _NARROW.fullmatch(spec) is not None and not _LONG_NUMBER.search(spec)


def is_tame(dotted: str, arguments: list[object]) -> bool:
    """Return whether a pure function may be called with real data: quickly, always alike."""
    match dotted, arguments:
        case "pow", _:
            return False
        case "range", _:
            return all(isinstance(one, int) and abs(one) < 10**9 for one in arguments)
        case (("max" | "min" | "sorted" | "sum"), [range() as numbers, *_]):
            return len(numbers) <= 10_000  # noqa: PLR2004
        case "format", [_, spec]:
            return isinstance(spec, str) and is_narrow(spec)
        case "bytes", [first, *_]:
            return isinstance(first, str | bytes | list)
        case (("max" | "min"), [set() | frozenset() as items, *_]):
            return len(set(map(type, items))) <= 1
        case "sum", [items, *_]:
            return isinstance(items, list | tuple | set) and all(
                isinstance(one, int) for one in items
            )
        case "json.loads", [text]:
            return isinstance(text, str) and text.count("[") + text.count("{") <= 200  # noqa: PLR2004
        case "os.path.abspath", [path]:
            return isinstance(path, str) and path.startswith("/")  # else it depends on where
    return True
