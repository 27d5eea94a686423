"""Imports: a few modules are known, everything else is opaque."""

from __future__ import annotations

import ast
import sys

from jhwizard.jupyter.python_mentions import ANYTHING
from jhwizard.jupyter.reader.known import CONSTANTS, is_module, resolved
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import Known, Scope, Unknown
from jhwizard.language import _

_HARMFUL = {"builtins", "runpy", "__main__"}


def import_module(run: Run, node: ast.Import, scope: Scope) -> None:
    """Carry out `import …`."""
    for alias in node.names:
        first = alias.name.partition(".")[0]
        _warn(run, first, node)
        if not is_module(alias.name):
            run.risks += 1
        dotted = alias.name if alias.asname else first
        run.bind(scope, alias.asname or first, _imported(dotted, node), node.lineno)


def import_from(run: Run, node: ast.ImportFrom, scope: Scope) -> None:
    """Carry out `from … import …`."""
    module = "." * node.level + (node.module or "")
    _warn(run, module.partition(".")[0], node)
    if not is_module(module):
        run.risks += 1
    for alias in node.names:
        if alias.name == "*":
            _import_star(run, node)
            continue
        _warn(run, alias.name, node)
        name = alias.asname or alias.name
        run.bind(scope, name, _from(run, module, alias.name, node), node.lineno)


def _from(run: Run, module: str, name: str, node: ast.ImportFrom) -> object:
    if name == "get_config" and module in {"traitlets.config", "traitlets.config.application"}:
        run.imported = True
        return Known("get_config")
    dotted = f"{module}.{name}"
    return CONSTANTS[dotted] if dotted in CONSTANTS else _imported(dotted, node)


def _imported(dotted: str, node: ast.stmt) -> object:
    known = resolved(dotted)
    if known is not None:
        return Known(known)
    reason = _("the value is computed: `{name}` is imported").format(name=dotted)
    return Unknown(reason, node.lineno, dotted=dotted)


def _warn(run: Run, name: str, node: ast.stmt) -> None:
    if name in _HARMFUL:
        run.danger(name, node.lineno)


def _import_star(run: Run, node: ast.ImportFrom) -> None:
    reason = _("a star import may give `c` another meaning; import what is needed by name")
    run.forget_names(reason, node.lineno)
    if (node.module or "").partition(".")[0] in sys.stdlib_module_names and not node.level:
        return  # nothing in Python's own library is called `c`
    run.doubt(ANYTHING, node.lineno, reason)
    run.escape_pair(ANYTHING, node.lineno)
    run.lose(reason, node.lineno, for_good=False)
