"""Environment variables: as they are given, all or some of them, else `$VARIABLE or default`."""

from __future__ import annotations

import ast

from jhwizard.jupyter.reader.operators import computed
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import ABSENT, Raised, Unknown
from jhwizard.language import _

_ANY = None
"""The key under which stands that any variable may be another by now."""
_UNSET = "unset"


def is_set(run: Run, name: object) -> bool | None:
    """Return whether a variable is set; None when that is not known."""
    if not isinstance(name, str):
        return None
    if name in run.environment:
        value = run.environment[name]
        return None if isinstance(value, Unknown) and not value.line else value is not _GONE
    if _ANY in run.environment and not _is_kept(run, name):
        return None
    return True if name in run.environ else (False if run.knows_unset else None)


def variable(run: Run, name: object, default: object, node: ast.AST) -> object:
    """Return `os.environ.get(name, default)`; ABSENT as the default is `os.environ[name]`."""
    if not isinstance(name, str):
        return run.unknown(computed(node), node)
    found = _value(run, name)
    if found is not None:
        return found
    line = getattr(node, "lineno", 1)
    text = _("it is the environment variable {name}").format(name=name)
    known_unset = is_set(run, name) is False
    if known_unset and default is not ABSENT:
        return default
    if known_unset and run.tries:
        raise Raised("KeyError")
    if default is ABSENT:
        run.risks += 1
    return Unknown(text, line, "env", variable=name, fallback=default)


def _value(run: Run, name: str) -> object:
    if name in run.environment:
        value = run.environment[name]
        return None if value is _GONE else value
    if _ANY in run.environment and not _is_kept(run, name):
        return None
    return run.environ.get(name)


def _is_kept(run: Run, name: str) -> bool:
    """Return whether only variables that are not set may have changed, and this one is set."""
    return run.environment.get(_ANY) == _UNSET and name in run.environ


def set_variable(run: Run, name: object, value: object, line: int) -> None:
    """Carry out `os.environ[name] = value`; ABSENT takes it out."""
    if not isinstance(name, str):
        lose_environment(run, line)
        return
    if value is not ABSENT and not isinstance(value, str | Unknown):
        raise Raised("TypeError")
    run.journal.put(run.environment, name, _GONE if value is ABSENT else value)


def fill_environment(run: Run) -> None:
    """Take it that any variable that is not set may be set from here on, as by `load_dotenv`."""
    run.journal.put(run.environment, _ANY, run.environment.get(_ANY, _UNSET))


def lose_environment(run: Run, line: int) -> None:
    """Take it that any variable may be another from here on."""
    for name in [name for name in run.environment if name is not _ANY]:
        gone = Unknown(_("the environment may have changed"), 0, "env", variable=str(name))
        run.journal.put(run.environment, name, gone)
    run.journal.put(run.environment, _ANY, line)


class _Gone:
    """A variable that the file has taken out."""


_GONE = _Gone()
