"""`with`: files that are opened, and everything else, which may do anything."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

from jhwizard.jupyter.reader.assignment import assign
from jhwizard.jupyter.reader.ends import End, in_one_way
from jhwizard.jupyter.reader.files import close
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import Box, Known, Method, Scope, Undecided
from jhwizard.language import _


def go_through_with(run: Run, node: ast.With, scope: Scope) -> End:
    """Go through a with: of files, which are closed at its end. Raises Undecided for any other."""
    calm = all(_is_open(run, entry.context_expr, scope) for entry in node.items)
    files: list[object] = []
    for entry in node.items:
        value = run.evaluate(entry.context_expr, scope)
        files.append(value)
        if entry.optional_vars is not None:
            if not calm:
                run.escape(value, node.lineno)
                value = run.unknown(_("it is a file"), node)
            assign(run, entry.optional_vars, value, scope)
    if not calm:
        raise Undecided  # what stands there may pass over whatever the block raises
    end = in_one_way(run, node.body, scope)
    for file in files:
        if isinstance(file, Box):
            close(run, file, node.lineno)
    return end


def _is_open(run: Run, node: ast.expr, scope: Scope) -> bool:
    if not isinstance(node, ast.Call):
        return False
    match run.evaluate(node.func, scope):
        case Known(dotted="open") | Method(owner=PurePosixPath(), name="open"):
            return True
    return False
