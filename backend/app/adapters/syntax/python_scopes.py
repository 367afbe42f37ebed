"""What a Python function keeps to itself: the names it binds, and the errors it raises and catches again."""

import ast
import builtins
from collections.abc import Sequence
from dataclasses import dataclass

from app.adapters.syntax.python_tree import DEFINITIONS, children_of, dotted

_CATCH_ALL = frozenset({"BaseException", "Exception"})
_MOST_HANDLERS = 50  # of one `try`: hand-written code has fewer, and every raise is held against them


@dataclass(frozen=True, slots=True)
class Catcher:
    """One `except`: the types it names (None: every error), and whether it raises something itself."""

    types: frozenset[str] | None
    raises: bool


Place = tuple[int, int]  # a line, from 1, and an offset in it
Tries = tuple[tuple[Catcher, ...], ...]  # what stands around a line, outermost first


def bound_names(statements: Sequence[ast.AST]) -> frozenset[str]:
    """Names that statements give values to, nested definitions left out: there they stand for nothing outside.

    What is imported among them too stands for the module still, as in `try: import x` … `except: x = None`.
    """
    bound: set[str] = set()
    outside: set[str] = set()
    stack = list(statements)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                bound.add(node.id)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            outside.update(node.names)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            outside.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif not isinstance(node, (*DEFINITIONS, ast.Lambda)):
            if isinstance(node, ast.ExceptHandler) and node.name:
                bound.add(node.name)
            stack.extend(children_of(node))
    return frozenset(bound - outside)


def rebound_at(statements: Sequence[ast.stmt]) -> dict[str, Place]:
    """Where names are given something else for certain: behind it they stand for the parameter no more.

    Only what every run comes past counts, so no branch, loop or `try` is looked into.
    """
    places: dict[str, Place] = {}
    for statement in statements:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AugAssign) or (isinstance(statement, ast.AnnAssign) and statement.value):
            targets = [statement.target]
        place = (statement.end_lineno or 0, statement.end_col_offset or 0)
        for target in targets:
            for each in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
                if isinstance(each, ast.Name) and not _keeps(statement, each.id):
                    places.setdefault(each.id, place)
    return places


def _keeps(statement: ast.stmt, name: str) -> bool:
    """Say whether what is assigned may still be what the name stood for, as in `a = a or []`."""
    value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    sides = value.values if isinstance(value, ast.BoolOp) else []
    if isinstance(value, ast.IfExp):
        sides = [value.body, value.orelse]
    return any(isinstance(side, ast.Name) and side.id == name for side in sides)


def catchers_of(node: ast.Try | ast.TryStar) -> tuple[Catcher, ...]:
    """Read the handlers of a `try` once, so that each raise in its body is judged quickly."""
    return tuple(
        Catcher(_types_of(handler), any(isinstance(inner, ast.Raise) for inner in ast.walk(handler)))
        for handler in node.handlers[:_MOST_HANDLERS]
    )


def catcher_of(types: Sequence[ast.expr]) -> Catcher:
    """Read the types that a context manager keeps from getting out."""
    names = frozenset(dotted(each) for each in types if isinstance(each, ast.Name | ast.Attribute))
    return Catcher(names, raises=False)


def is_caught(error: str, tries: Tries) -> bool:
    """Say whether an error raised inside these tries stays there; a handler that raises lets it out again."""
    known = getattr(builtins, error, None)
    if isinstance(known, type) and issubclass(known, BaseException):
        names = frozenset(base.__name__ for base in known.__mro__)
    else:
        names = _CATCH_ALL | {error}
    for catchers in reversed(tries):
        for each in catchers:
            if each.types is None or not names.isdisjoint(each.types):
                return not each.raises
    return False


def _types_of(handler: ast.ExceptHandler) -> frozenset[str] | None:
    if handler.type is None:
        return None
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return frozenset(dotted(each) for each in types if isinstance(each, ast.Name | ast.Attribute))
