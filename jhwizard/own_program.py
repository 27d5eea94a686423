"""Starts a module of jhwizard as a program of its own, from wherever jhwizard is installed."""

from __future__ import annotations

import sys
from pathlib import Path

_START = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "import importlib; importlib.import_module(sys.argv.pop(1)).main()"
)
"""`-I` keeps everybody's own directories away, and with them an installation in a home."""


def command(module: str, *words: str) -> list[str]:
    """Return the command line that calls `main` of a module, with `words` as its arguments."""
    return [sys.executable, "-I", *start(module, Path(__file__).parents[1]), *words]


def start(module: str, where: Path) -> list[str]:
    """Return the words that make any Python call `main` of a module that lies in `where`."""
    return ["-c", _START, str(where), module]
