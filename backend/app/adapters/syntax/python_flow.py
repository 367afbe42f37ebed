"""Whether the statements of a Python function can be run through to their end, where it gives back None unasked."""

import ast
from collections.abc import Sequence

from app.adapters.syntax.python_effects import PythonNames
from app.adapters.syntax.python_tree import dotted

_ENDINGS = {"exit", "quit", "sys.exit", "os._exit", "os.abort", "typing.assert_never", "typing_extensions.assert_never"}


def falls_off(statements: Sequence[ast.stmt], names: PythonNames) -> bool:
    """Say whether running can come to the end of these statements, as far as their form tells."""
    return all(_passes(statement, names) for statement in statements)


def suppressed_by(item: ast.withitem, names: PythonNames) -> list[ast.expr] | None:
    """Give the types that a `with suppress(…)` catches; None for anything else."""
    call = item.context_expr
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name | ast.Attribute):
        return None
    return call.args if names.resolve(dotted(call.func)) == "contextlib.suppress" else None


def _passes(node: ast.stmt, names: PythonNames) -> bool:
    match node:
        case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
            return False
        case ast.Assert():
            return not (isinstance(node.test, ast.Constant) and not node.test.value)
        case ast.Expr():
            return not _ends_the_process(node.value, names)
        case ast.If():
            return _passes_if(node, names)
        case ast.For() | ast.AsyncFor() | ast.While():
            test = node.test if isinstance(node, ast.While) else None
            forever = isinstance(test, ast.Constant) and bool(test.value)
            return _breaks(node.body) or not (forever or not falls_off(node.orelse, names))
        case ast.With() | ast.AsyncWith():
            return falls_off(node.body, names) or any(suppressed_by(it, names) is not None for it in node.items)
        case ast.Try() | ast.TryStar():
            if not falls_off(node.finalbody, names):
                return False
            tried = falls_off([*node.body, *node.orelse], names)
            return tried or any(falls_off(handler.body, names) for handler in node.handlers)
        case ast.Match():
            return _passes_match(node, names)
        case _:
            return True


def _passes_if(node: ast.If, names: PythonNames) -> bool:
    """Go along `elif` without recursion: a chain of them has no limit."""
    while True:
        if falls_off(node.body, names) or not node.orelse:
            return True
        if len(node.orelse) > 1 or not isinstance(node.orelse[0], ast.If):
            return falls_off(node.orelse, names)
        node = node.orelse[0]


def _passes_match(node: ast.Match, names: PythonNames) -> bool:
    last = node.cases[-1]
    takes_all = last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
    return not takes_all or any(falls_off(case.body, names) for case in node.cases)


def _ends_the_process(value: ast.expr, names: PythonNames) -> bool:
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name | ast.Attribute):
        return False
    return names.resolve(dotted(value.func)) in _ENDINGS


def _breaks(body: Sequence[ast.stmt]) -> bool:
    """Say whether a loop's own `break` stands in its body; that of a loop inside leaves only the inner one."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            stack.extend(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
            stack.extend(ast.iter_child_nodes(node))
    return False
