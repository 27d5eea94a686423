"""How a block of statements ends."""

from __future__ import annotations

import ast
from typing import Final

from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import Scope, Undecided


class Mixed:
    """A block that ends in one of several ways, gone through to the end of what is around it."""

    def __init__(self, ends: list[object]) -> None:
        """Keep the ways."""
        self.ends = ends


class Return:
    """A function's end, with what it gives."""

    def __init__(self, value: object) -> None:
        """Keep the value."""
        self.value = value


class Leave:
    """A `break` or `continue` on its way to its loop."""


BREAK: Final = Leave()
CONTINUE: Final = Leave()
DONE: Final = Leave()
"""The rest of the block has been gone through already."""
End = Return | Leave | Mixed | None
"""How a block ends; None when it goes on after its last statement."""


def may_leave(node: ast.AST, *, in_loop: bool = False) -> bool:
    """Return whether a statement may end the block around it in a way that matters there."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
        return False
    if isinstance(node, ast.Return) or (isinstance(node, ast.Break | ast.Continue) and not in_loop):
        return True
    inside = in_loop or isinstance(node, ast.For | ast.While | ast.AsyncFor)
    return any(may_leave(part, in_loop=inside) for part in ast.iter_child_nodes(node))


def in_one_way(run: Run, body: list[ast.stmt], scope: Scope) -> End:
    """Go through a block that ends in one way. Raises Undecided for another."""
    end: End = run.execute(body, scope)  # type: ignore[assignment]  # see `Listing`
    if isinstance(end, Mixed):
        raise Undecided
    return end
