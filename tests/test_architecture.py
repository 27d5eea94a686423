"""The shape of the house: who may import whom, and how large a room may be."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import CHECKOUT, environment

PACKAGE = CHECKOUT / "jhwizard"
SCREENS = CHECKOUT / "screens"
MODULES = sorted(
    path
    for path in [*PACKAGE.rglob("*.py"), *SCREENS.rglob("*.py")]
    if not {"machine", "__pycache__"} & set(path.parts) and PACKAGE / "screens" not in path.parents
)
FLOORS = ("errors", "facts, host", "jupyter", "settings, targets", "jhwizard", "screens")
GROUND = {"errors", "language", "printable", "__init__"}
"""What everything may stand on: errors, and words for a terminal."""
FOUNDATION = {"examined", "facts", "host", "installed", "run_program", "variables"}


def names() -> list[str]:
    return [str(path.relative_to(CHECKOUT)) for path in MODULES]


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the dotted module of every import, and the function it stands in."""
    tree = ast.parse(path.read_text())
    owner = {
        inner: function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, owner.get(node, "")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, owner.get(node, "")
            for alias in node.names:
                yield f"{node.module}.{alias.name}", owner.get(node, "")


def floor(parts: tuple[str, ...]) -> int:
    """Return how high a module of jhwizard stands."""
    first = parts[0]
    if first in GROUND:
        return 0
    if first in FOUNDATION:
        return 1
    return {"jupyter": 2, "settings": 3, "targets": 3, "screens": 5}.get(first, 4)


@pytest.mark.parametrize("path", MODULES, ids=names())
def test_imports_go_one_way(path: Path) -> None:
    if path.is_relative_to(PACKAGE):
        mine = floor(path.relative_to(PACKAGE).with_suffix("").parts)
    else:
        mine = floor(("screens",))
    modules = {
        p.relative_to(PACKAGE).with_suffix("").parts for p in MODULES if PACKAGE in p.parents
    }
    for name, function in imports(path):
        parts = tuple(name.split(".")[1:])
        if not name.startswith("jhwizard.") or (parts not in modules and parts[0] != "screens"):
            continue
        if function == "_open_screens" and path.name == "cli.py":
            continue
        assert floor(parts) <= mine, f"{path.name} imports {name}"


def test_only_one_function_of_the_core_imports_textual() -> None:
    found = {
        (path.name, function)
        for path in MODULES
        if PACKAGE in path.parents
        for name, function in imports(path)
        if name.split(".")[0] in {"textual", "rich"} or name.startswith("jhwizard.screens")
    }
    assert found == {("cli.py", "_open_screens")}


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (["--version"], {"textual", "questionary", "traitlets", "rich", "jhwizard.detect"}),
        (["show", "--root", "{demo}"], {"textual", "questionary", "tomlkit"}),
        (["plan", "{answers}", "--root", "{demo}"], {"textual", "questionary", "tomlkit"}),
    ],
)
def test_a_verb_imports_only_what_it_needs(
    demo: Path, tmp_path: Path, words: list[str], absent: set[str]
) -> None:
    (tmp_path / "answers.toml").write_text('[culling]\nkernel_idle = "20m"\n')
    argv = [word.format(demo=demo, answers=tmp_path / "answers.toml") for word in words]
    code = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
    code += "from jhwizard.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, *argv]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    loaded = set(done.stderr.split())
    assert "jhwizard.cli" in loaded, done.stderr
    assert not loaded & absent


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or 0) - node.lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=names())
def test_modules_and_functions_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 350
    assert [(name, size) for name, size in functions(path) if size > 60] == []


def test_most_functions_are_very_small() -> None:
    sizes = sorted(size for path in MODULES for _name, size in functions(path))
    assert statistics.median(sizes) <= 10
    assert sizes[len(sizes) * 9 // 10] <= 30


def test_no_module_is_named_for_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc", "core"}
    assert [path for path in MODULES if path.stem in empty or path.parent.name in empty] == []
