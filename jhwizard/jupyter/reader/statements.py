"""What a statement does."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from jhwizard.jupyter.reader.assignment import assign, augment, delete
from jhwizard.jupyter.reader.branches import fork
from jhwizard.jupyter.reader.ends import (
    BREAK,
    CONTINUE,
    DONE,
    End,
    Mixed,
    Return,
    in_one_way,
    may_leave,
)
from jhwizard.jupyter.reader.expressions import defaults_of
from jhwizard.jupyter.reader.file_loops import tame_reason
from jhwizard.jupyter.reader.imports import import_from, import_module
from jhwizard.jupyter.reader.iteration import rounds
from jhwizard.jupyter.reader.known import is_exception
from jhwizard.jupyter.reader.operators import truth_of
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.tries import go_through_try
from jhwizard.jupyter.reader.values import (
    Class,
    Files,
    Function,
    Known,
    Raised,
    Scope,
    Undecided,
    Unknown,
)
from jhwizard.jupyter.reader.withs import go_through_with
from jhwizard.language import _

_THERE: Final = {"os.path.exists", "os.path.isfile"}


def execute(run: Run, body: list[ast.stmt], scope: Scope) -> End:
    """Go through a block; return how it ends. Raises Raised and Undecided."""
    for index, node in enumerate(body):
        run.budget.spend()
        if isinstance(node, ast.If):
            end = _if(run, node, body[index + 1 :], scope)
        else:
            end = _HANDLERS[type(node)](run, node, scope)
        if end is not None:
            return None if end is DONE else end
    return None


def _if(run: Run, node: ast.If, rest: list[ast.stmt], scope: Scope) -> End:
    truth = truth_of(run.evaluate(node.test, scope))
    if truth is not None:
        return execute(run, node.body if truth else node.orelse, scope)
    if _is_load_if_there(run, node, scope):
        return execute(run, node.body, scope)  # what is not there is passed over in any case
    mark = run.journal.mark()
    end = _both(run, node, [], scope)
    if not isinstance(end, Mixed):
        return end
    # What follows belongs to just one of the branches, so it is gone through there.
    run.journal.roll_back(mark)
    end = _both(run, node, rest, scope)
    return DONE if end is None else end


def _is_load_if_there(run: Run, node: ast.If, scope: Scope) -> bool:
    """Return whether a condition is that the file which its body loads is there."""
    match node:
        case ast.If(
            test=ast.Call(func=test, args=[asked], keywords=[]),
            body=[ast.Expr(value=ast.Call(func=load, args=[loaded], keywords=[]))],
            orelse=[],
        ):
            asks = run.evaluate(test, scope)
            is_known = isinstance(asks, Unknown) and asks.dotted in _THERE
            is_same = ast.dump(asked) == ast.dump(loaded)
            return is_known and is_same and run.evaluate(load, scope) == Known("load_subconfig")
    return False


def _both(run: Run, node: ast.If, rest: list[ast.stmt], scope: Scope) -> End:
    def way(body: list[ast.stmt]) -> Callable[[], object]:
        return lambda: execute(run, [*body, *rest], scope)

    ways = [way(node.body), way(node.orelse)]
    found = fork(run, ways, _("set inside an if"), node.lineno)
    ends: list[object] = []
    for end in found:
        ends.extend(end.ends if isinstance(end, Mixed) else [end])
    if all(end is ends[0] for end in ends):
        return found[0] if not isinstance(found[0], Mixed) else ends[0]  # type: ignore[return-value]
    return Mixed(ends)


def _at_the_end_of_a_round(end: End) -> End:
    """Return how the body of a loop ends: after the last statement it goes on like `continue`."""
    if not isinstance(end, Mixed):
        return end
    if all(one is None or one is CONTINUE for one in end.ends):
        return CONTINUE
    raise Undecided


def _whole(
    handler: Callable[[Run, ast.stmt, Scope], End],
) -> Callable[[Run, ast.stmt, Scope], End]:
    """Return the handler of a compound statement that is doubted as a whole where need be."""

    def handle(run: Run, node: ast.stmt, scope: Scope) -> End:
        mark, tries = run.journal.mark(), run.tries
        try:
            return handler(run, node, scope)
        except Undecided:
            run.tries = tries
            if may_leave(node):
                raise
            run.journal.roll_back(mark)
            run.havoc(node, scope, tame=tame_reason(node, scope))
            return None

    return handle


def _expression(run: Run, node: ast.Expr, scope: Scope) -> End:
    run.evaluate(node.value, scope)
    return None


def _assign(run: Run, node: ast.Assign, scope: Scope) -> End:
    value = run.evaluate(node.value, scope)
    for target in node.targets:
        assign(run, target, value, scope)
    if isinstance(value, Files) and isinstance(node.value, ast.Call) and scope is run.module:
        match node.targets:
            case [ast.Name(id=name)]:
                run.journal.put(scope.names, name, value)
    return None


def _annotated(run: Run, node: ast.AnnAssign, scope: Scope) -> End:
    if node.value is not None:
        assign(run, node.target, run.evaluate(node.value, scope), scope)
    if scope.local is None:
        run.evaluate(node.annotation, scope)
    return None


def _augmented(run: Run, node: ast.AugAssign, scope: Scope) -> End:
    augment(run, node, scope)
    return None


def _delete(run: Run, node: ast.Delete, scope: Scope) -> End:
    for target in node.targets:
        delete(run, target, scope)
    return None


def _define(run: Run, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> End:
    function: object = Function(node, node.name, scope, defaults_of(run, node.args, scope))
    given = node.args
    every = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    for annotation in (*(each.annotation for each in every if each), node.returns):
        if annotation is not None:
            run.evaluate(annotation, scope)
    run.bind(scope, node.name, _decorated(run, node, function, scope), node.lineno)
    return None


def _decorated(
    run: Run,
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
    value: object,
    scope: Scope,
) -> object:
    if not node.decorator_list:
        return value
    run.escape(value, node.lineno)
    for decorator in node.decorator_list:
        run.escape(run.evaluate(decorator, scope), node.lineno)
    return run.unknown(_("the value is computed by a decorator"), node)


def _class(run: Run, node: ast.ClassDef, scope: Scope) -> End:
    bases = tuple(run.evaluate(base, scope) for base in node.bases)
    keywords = [run.evaluate(keyword.value, scope) for keyword in node.keywords]
    inner = Scope({}, scope, scope.top, is_class=True)
    if in_one_way(run, node.body, inner) is not None:
        raise Undecided
    value = Class(node, inner, bases)
    for base in (*bases, *keywords):
        # Its metaclass, or its `__init_subclass__`, runs now.
        run.escape(base, node.lineno)
    if bases or keywords:
        run.foreign(node.lineno)
    run.bind(scope, node.name, _decorated(run, node, value, scope), node.lineno)
    return None


def _return(run: Run, node: ast.Return, scope: Scope) -> End:
    return Return(None if node.value is None else run.kept(run.evaluate(node.value, scope), 0))


def _raise(run: Run, node: ast.Raise, scope: Scope) -> End:
    what = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    if node.exc is not None:
        run.evaluate(node.exc, scope)
    raise Raised(what.id if isinstance(what, ast.Name) and is_exception(what.id) else "")


def _assert(run: Run, node: ast.Assert, scope: Scope) -> End:
    truth = truth_of(run.evaluate(node.test, scope))
    run.risks += 1
    if truth is False:
        raise Raised("AssertionError")
    return None


def _nothing(run: Run, node: ast.stmt, scope: Scope) -> End:
    return None


def _break(run: Run, node: ast.Break, scope: Scope) -> End:
    return BREAK


def _continue(run: Run, node: ast.Continue, scope: Scope) -> End:
    return CONTINUE


def _for(run: Run, node: ast.For, scope: Scope) -> End:
    value = run.evaluate(node.iter, scope)
    if isinstance(value, Files) and isinstance(node.iter, ast.Name | ast.Call):
        return _load_each(run, node, value, scope)
    for one in rounds(run, value, node.lineno):
        run.budget.spend()
        assign(run, node.target, one, scope)
        end = _at_the_end_of_a_round(execute(run, node.body, scope))
        if isinstance(end, Return):
            return end
        if end is BREAK:
            return None
    return execute(run, node.orelse, scope)


def _load_each(run: Run, node: ast.For, files: Files, scope: Scope) -> End:
    """Go through a loop that loads every file of a pattern. Raises Undecided for any other."""
    match node:
        case ast.For(
            target=ast.Name(id=target),
            body=[ast.Expr(value=ast.Call(func=load, args=[ast.Name(id=name)], keywords=[]))],
            orelse=[],
        ) if name == target and run.evaluate(load, scope) == Known("load_subconfig"):
            reason = _("`load_subconfig({name})` may change anything").format(
                name=repr(files.pattern)
            )
            run.load(files.pattern if files.is_sorted else "", reason, node.lineno)
            run.bind(scope, target, run.unknown(_("it is a file"), node), node.lineno)
            return None
    raise Undecided


def _while(run: Run, node: ast.While, scope: Scope) -> End:
    while True:
        run.budget.spend()
        truth = truth_of(run.evaluate(node.test, scope))
        if truth is None:
            raise Undecided
        if not truth:
            return execute(run, node.orelse, scope)
        end = _at_the_end_of_a_round(execute(run, node.body, scope))
        if isinstance(end, Return):
            return end
        if end is BREAK:
            return None


def _other(run: Run, node: ast.stmt, scope: Scope) -> End:
    if may_leave(node):
        raise Undecided
    run.havoc(node, scope)
    return None


_HANDLERS: Final[dict[type[ast.stmt], Callable[..., End]]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Delete: _delete,
    ast.FunctionDef: _define,
    ast.AsyncFunctionDef: _define,
    ast.ClassDef: _whole(_class),  # type: ignore[arg-type]
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Pass: _nothing,
    ast.Global: _nothing,
    ast.Nonlocal: _nothing,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Import: import_module,
    ast.ImportFrom: import_from,
    ast.For: _whole(_for),  # type: ignore[arg-type]
    ast.While: _whole(_while),  # type: ignore[arg-type]
    ast.With: _whole(go_through_with),  # type: ignore[arg-type]
    ast.Try: _whole(go_through_try),  # type: ignore[arg-type]
    ast.TryStar: _other,
    ast.Match: _other,
    ast.AsyncFor: _other,
    ast.AsyncWith: _other,
}
