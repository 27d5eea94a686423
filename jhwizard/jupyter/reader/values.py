"""What an expression can be worth: plain Python data, or one of the stand-ins here.

Plain are None, bool, int, float, str, bytes, tuples of values, and a few objects that cannot
change (paths, durations, ranges). What can change lives in a `Box`, so that two names of one list
stay two names of one list.
"""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import PurePosixPath
from typing import Final, Literal

from jhwizard.facts import Kind

Pair = tuple[str, str]
"""Class and trait, with `*` for any."""

Sort = Literal["list", "dict", "set", "lazy", "file"]
"""What a box holds.

`lazy` is what traitlets gives for a trait nobody has set yet; `file` is an open file: all its lines
as one tuple, and how many of them are read.
"""


class Absent(Enum):
    """No value at all: a name that is not bound, a trait that is not set."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


@dataclass(eq=False)
class Unknown:
    """A value that is not known."""

    reason: str
    line: int
    kind: Kind = "computed"
    dotted: str = ""
    """Module and name of something imported."""
    alternatives: tuple[object, ...] = ()
    """The values it is one of; nothing when there is no saying."""
    variable: str = ""
    """The environment variable it is, or `fallback` where that is not set."""
    fallback: object = ABSENT
    is_loaded: bool = False
    """Whether a file that is loaded here decides it, which is read by itself."""
    path: str = ""
    """The file that it is, or whose text it is made of; empty for anything else."""


@dataclass(eq=False)
class Box:
    """Something that can change: a list, dict or set, or what is to be added to a trait."""

    sort: Sort
    data: list[object] | dict[object, object] | set[object]
    serial: int
    """The later it came to be, the higher."""
    doubt: Unknown | None = None
    """Why nothing in it is certain; None when it is what it says."""
    held: set[Pair] = field(default_factory=set)
    """The traits that are, or hold, this very object."""
    version: int = 0
    stamp: int = 0

    @property
    def items(self) -> list[object]:
        """Return what iteration gives."""
        return list(self.data)


@dataclass(eq=False)
class Stream:
    """What `zip`, `dict.items` and the like give: good for one pass, then and there."""

    items: tuple[object, ...]


@dataclass(eq=False)
class Section:
    """`c`, or a class of it."""

    path: tuple[str, ...]
    slots: dict[object, object] = field(default_factory=dict)
    doubt: dict[object, object] = field(default_factory=dict)
    """Under "", why a trait that is not in `slots` may be set; nothing when it is not."""


@dataclass(eq=False)
class Scope:
    """Names and what they stand for."""

    names: dict[object, object]
    parent: Scope | None = None
    """Where a name is looked up that is not here."""
    module: Scope | None = None
    """The module's own scope; None when this is it."""
    local: frozenset[str] | None = None
    """The names a function assigns; None when every name is this scope's."""
    declared_global: frozenset[str] = frozenset()
    is_class: bool = False

    @property
    def top(self) -> Scope:
        """Return the module's scope."""
        return self.module or self


@dataclass(eq=False)
class Function:
    """A function or lambda of the file."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    name: str
    scope: Scope
    defaults: dict[str, object] = field(default_factory=dict)


@dataclass(eq=False)
class Class:
    """A class of the file."""

    node: ast.ClassDef
    scope: Scope
    bases: tuple[object, ...] = ()


@dataclass(frozen=True)
class Known:
    """A module or function whose meaning is known, such as `os.path.join`."""

    dotted: str


@dataclass(frozen=True)
class Files:
    """What `glob.glob` gives: the files that are there, whichever they are.

    It lasts until a name of it is used the first time.
    """

    pattern: str
    is_sorted: bool = False


@dataclass(eq=False)
class Method:
    """An attribute of a value, about to be called."""

    owner: object
    name: str


class Raised(Exception):  # noqa: N818  # it is what the file does, not a fault here
    """The file raises here."""

    def __init__(self, name: str, by: str = "") -> None:
        """Keep the name of the exception's class, and what raises it where that is worth saying."""
        super().__init__(name)
        self.name = name
        self.by = by


class Undecided(Exception):  # noqa: N818  # the same
    """What a statement does depends on something unknown in a way that is not followed."""


UNCHANGING: Final = (
    *(type(None), bool, int, float, str, bytes, range),
    *(PurePosixPath, dt.timedelta),
)


def is_simple(value: object) -> bool:
    """Return whether a value is plain and holds nothing else."""
    return type(value) in _SIMPLE


_SIMPLE: Final = frozenset(UNCHANGING)


def parts_of(value: object) -> Iterator[object]:
    """Yield the values that can be reached through a value."""
    match value:
        case Box(data=dict() as data):
            yield from data.keys()
            yield from data.values()
        case Box(data=data):
            yield from data
        case tuple():
            yield from value
        case Unknown(alternatives=alternatives):
            yield from alternatives
        case Stream(items=items):
            yield from items
        case Method(owner=owner):
            yield owner
        case Class(scope=scope, bases=bases):
            yield from scope.names.values()
            yield from bases
        case Function(defaults=defaults):
            yield from defaults.values()


def same(left: object, right: object) -> bool:
    """Return whether two values are certainly one, or cannot be told apart."""
    if left is right:
        return True
    if type(left) is not type(right):
        return False
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return bool(left.dotted) and left.dotted == right.dotted
    if isinstance(left, Known):
        return left == right
    return is_simple(left) and left == right and repr(left) == repr(right)


Walker = Callable[[object], None]


def operations_of(lazy: Box) -> list[tuple[object, object]]:
    """Return what is to be added to a trait that nobody has set: each method and what it gets."""
    return [one for one in lazy.data if isinstance(one, tuple) and len(one) == 2]  # noqa: PLR2004
