"""`try`: what is raised, who catches it, and what may have been done by then."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable

from jhwizard.jupyter.reader.branches import fork
from jhwizard.jupyter.reader.ends import End, in_one_way, may_leave
from jhwizard.jupyter.reader.known import is_exception
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import ABSENT, Raised, Scope, Undecided, Unknown
from jhwizard.language import _


def go_through_try(run: Run, node: ast.Try, scope: Scope) -> End:
    """Go through a try: as it must go, or both ways where that is not known."""
    mark, risks = run.journal.mark(), run.risks
    run.tries += 1
    raised: Raised | None = None
    end: End = None
    try:
        end = in_one_way(run, node.body, scope)
    except Raised as error:
        raised = error
    finally:
        run.tries -= 1
    if run.risks != risks:
        run.journal.roll_back(mark)
        return _uncertain(run, node, scope)
    if raised is not None:
        end = _handled(run, node, raised, scope)
    elif end is None:
        end = in_one_way(run, node.orelse, scope)
    last = in_one_way(run, node.finalbody, scope)
    return end if last is None else last


def _handled(run: Run, node: ast.Try, raised: Raised, scope: Scope) -> End:
    for handler in node.handlers:
        caught = _catches(handler, raised.name)
        if caught is None:
            raise Undecided
        if caught:
            if handler.name:
                unknown = Unknown(_("it is an exception"), handler.lineno)
                run.bind(scope, handler.name, unknown, handler.lineno)
            end = in_one_way(run, handler.body, scope)
            if handler.name:
                run.bind(scope, handler.name, ABSENT, handler.lineno)
            return end
    if node.finalbody:
        raise Undecided
    raise raised


def _catches(handler: ast.ExceptHandler, name: str) -> bool | None:
    """Return whether a handler catches an exception of Python's own; None when unknown."""
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = [one.id for one in types if isinstance(one, ast.Name) and is_exception(one.id)]
    if len(names) != len(types) or not name:
        return None
    return issubclass(getattr(builtins, name), tuple(getattr(builtins, one) for one in names))


def _uncertain(run: Run, node: ast.Try, scope: Scope) -> End:
    """Go both ways: the whole body, or a part of it and then a handler."""
    reason = _("set inside a try")
    if node.finalbody or any(may_leave(part) for part in (*node.body, *node.handlers)):
        raise Undecided

    def whole() -> End:
        return in_one_way(run, [*node.body, *node.orelse], scope)

    def caught(handler: ast.ExceptHandler) -> Callable[[], End]:
        def way() -> End:
            _partly(run, node, scope)
            if handler.name:
                unknown = Unknown(_("it is an exception"), handler.lineno)
                run.bind(scope, handler.name, unknown, handler.lineno)
            return in_one_way(run, handler.body, scope)

        return way

    ways = [whole, *(caught(handler) for handler in node.handlers)]
    ends = fork(run, ways, reason, node.lineno)
    if any(end is not None for end in ends):
        raise Undecided
    return None


def _partly(run: Run, node: ast.Try, scope: Scope) -> None:
    """Make unknown whatever the body of a try touches: it ended somewhere in the middle."""
    mark = run.journal.mark()
    run.tries += 1
    try:
        in_one_way(run, node.body, scope)
    except Raised:
        pass
    finally:
        run.tries -= 1
    slots = list(dict.fromkeys((id(s), k) for s, k in run.journal.touched_slots(mark)))
    places = {(id(s), k): s for s, k in run.journal.touched_slots(mark)}
    boxes = list(run.journal.touched_boxes(mark))
    run.journal.roll_back(mark)
    unknown = Unknown(_("set inside a try"), node.lineno)
    for place in slots:
        run.journal.put(places[place], place[1], unknown)
    for box in boxes:
        run.distrust(box, unknown)
