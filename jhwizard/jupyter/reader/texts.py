"""Which statements take something from the text of a file, to say so where a value is shown."""

from __future__ import annotations

import ast

from jhwizard.jupyter.python_mentions import bound_names
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import Box


class Texts:
    """Follows text from statement to statement, by the names of the module.

    It says too much rather than too little, and nothing else depends on it.
    """

    def __init__(self, run: Run) -> None:
        """Start with nothing read."""
        self._run = run
        self._names: dict[str, tuple[str, ...]] = {}
        """What may hold the text of files, and of which ones."""

    def in_statement(self, node: ast.stmt) -> tuple[str, ...]:
        """Return the paths of the files whose text a statement uses that was just gone through."""
        if not self._run.taken and not self._names:
            return ()
        parts = list(ast.walk(node))
        used = {name for part in parts for name in _used(part)} - {"c"}
        paths = dict.fromkeys(self._run.taken)
        paths.update(dict.fromkeys(p for name in used for p in self._names.get(name, ())))
        self._run.taken.clear()
        found = tuple(paths)
        values = self._run.module.names
        changed = {name for name in used if isinstance(values.get(name), Box)} if found else set()
        for name in {name for part in parts for name in bound_names(part)} | changed:
            self._names[name] = found
        return found


def _used(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Load()) | ast.AugAssign(target=ast.Name(id=name)):
            return [name]
    return []
