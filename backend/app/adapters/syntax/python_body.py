"""What the statements of a Python function do: raise, return, yield, call, change; and how branched they are."""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.adapters.syntax.python_effects import PythonNames, effect_of_call
from app.adapters.syntax.python_flow import falls_off, suppressed_by
from app.adapters.syntax.python_paths import KnownPaths
from app.adapters.syntax.python_scopes import Place, Tries, bound_names, catcher_of, catchers_of, is_caught, rebound_at
from app.adapters.syntax.python_tree import children_of, dotted
from app.adapters.syntax.source import Source
from app.adapters.syntax.structure import (
    LONGEST_EXPRESSION,
    Assigned,
    Body,
    Call,
    Effect,
    EffectKind,
    Excerpt,
    Given,
    Guard,
    ParameterUse,
    Raised,
    chosen_uses,
)

_Guard = tuple[str, Any] | None


def scan_body(
    statements: Sequence[ast.stmt],
    source: Source,
    names: PythonNames,
    *,
    arguments: ast.arguments | None = None,
    me: str = "",
) -> tuple[Body, dict[str, tuple[ParameterUse, ...]]]:
    """Look at statements without entering nested definitions; `me` is the name of the instance, if any."""
    single = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs] if arguments else []
    several = [each for each in (arguments.vararg, arguments.kwarg) if each] if arguments else []
    parameters = {each.arg for each in (*single, *several)}
    names = names.hidden_by(bound_names(statements) | {me, *parameters})
    paths = KnownPaths(names)
    paths.declare(single)
    scan = _Scan(source, names, paths, me, {name: {} for name in parameters - {me}}, rebound_at(statements))
    # What a call without them makes anew is nobody else's: changing it is no effect.
    scan.given = {each.arg for each in single}
    scan.run(statements)
    body = Body(
        raises=tuple(scan.raises),
        returned=tuple(scan.returned),
        yielded=tuple(scan.yielded),
        effects=tuple(scan.effects),
        calls=tuple(scan.calls),
        assigned=tuple(scan.assigned),
        complexity=scan.complexity,
        is_stub=_is_stub(statements),
        falls_off=falls_off(statements, names),
    )
    return body, {name: chosen_uses(uses) for name, uses in scan.uses.items()}


@dataclass(slots=True)
class _Scan:
    source: Source
    names: PythonNames
    paths: KnownPaths
    me: str
    uses: dict[str, dict[ParameterUse, None]]
    rebound: Mapping[str, Place]
    given: set[str] = field(default_factory=set)
    raises: list[Raised] = field(default_factory=list)
    returned: list[Given] = field(default_factory=list)
    yielded: list[Given] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    assigned: list[Assigned] = field(default_factory=list)
    outer_names: set[str] = field(default_factory=set)
    complexity: int = 1
    tries: Tries = ()

    def run(self, statements: Sequence[ast.AST]) -> None:
        """Visit in document order with a stack of our own: nesting in hostile text has no depth limit."""
        stack: list[tuple[ast.AST, _Guard, Tries]] = [(node, None, ()) for node in reversed(statements)]
        while stack:
            node, guard, self.tries = stack.pop()
            kind = type(node)
            if kind in _CLOSED:
                continue
            handler = _HANDLERS.get(kind)
            if handler:
                handler(self, node, guard)
            if kind in _BRANCHES:
                self.complexity += 1
            stack.extend(_children(node, guard, self.tries, self.names)[::-1])

    def text(self, node: ast.AST, longest: int = 200) -> str:
        return self.source.short(*self.source.span(node), longest)

    def at(self, node: ast.AST, most_lines: int = 4) -> Excerpt:
        start, end = self.source.span(node)
        return self.source.excerpt(start, end, most_lines)

    def use(self, node: ast.AST | None, verb: str, thing: str = "") -> None:
        if isinstance(node, ast.Name) and node.id in self.uses and "…" not in thing and self.is_parameter(node):
            self.uses[node.id].setdefault(ParameterUse(verb, thing))

    def is_parameter(self, node: ast.Name) -> bool:
        """Say whether a parameter's name still stands for what was passed."""
        place = self.rebound.get(node.id)
        return place is None or (node.lineno, node.col_offset) < place

    def is_passed(self, node: ast.expr) -> bool:
        """Say whether an attribute or item hangs on the instance, or on something that was passed."""
        while isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        if not isinstance(node, ast.Name):
            return False
        return (bool(self.me) and node.id == self.me) or (node.id in self.given and self.is_parameter(node))

    def answer(self, node: ast.expr | None) -> str:
        """Write what is given back; a call too long for a line without its arguments."""
        text = self.text(node) if node else ""
        if len(text) <= LONGEST_EXPRESSION or not isinstance(node, ast.Call):
            return text
        callee = dotted(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else "…"
        return text if callee.startswith("…") else f"{callee}(…)"

    def effect(self, kind: EffectKind, subject: str, node: ast.AST) -> None:
        self.effects.append(Effect(kind, subject, self.at(node, 1)))

    def guard(self, guard: _Guard) -> Guard | None:
        if guard is None:
            return None
        kind, node = guard
        start = self.source.span(node)[0]
        if kind == "except":
            return Guard("except", self.text(node.type) if node.type else "", self.source.excerpt(start, start))
        at = self.source.excerpt(start, self.source.span(node.test)[1], 4)
        return Guard("unless" if kind == "unless" else "if", self.text(node.test), at)


def _children(node: ast.AST, guard: _Guard, tries: Tries, names: PythonNames) -> list[tuple[ast.AST, _Guard, Tries]]:
    if type(node) in _LEAVES:
        return []
    if isinstance(node, ast.If):
        inside: list[tuple[ast.AST, _Guard, Tries]] = [(child, ("if", node), tries) for child in node.body]
        outside: list[tuple[ast.AST, _Guard, Tries]] = [(child, ("unless", node), tries) for child in node.orelse]
        return [(node.test, guard, tries), *inside, *outside]
    if isinstance(node, ast.Try | ast.TryStar):
        after = [*node.handlers, *node.orelse, *node.finalbody]
        inner = (*tries, catchers_of(node))
        return [*((child, guard, inner) for child in node.body), *((child, guard, tries) for child in after)]
    if isinstance(node, ast.ExceptHandler):
        return [(child, ("except", node), tries) for child in node.body]
    if isinstance(node, ast.With | ast.AsyncWith):
        types = [each for item in node.items for each in suppressed_by(item, names) or []]
        inner = (*tries, (catcher_of(types),)) if types else tries
        return [*((item, guard, tries) for item in node.items), *((child, guard, inner) for child in node.body)]
    if isinstance(node, ast.For | ast.AsyncFor | ast.While) and node.orelse:
        # That the loop was not left decides here; the condition around the loop alone would tell too little.
        unfound = {id(child) for child in node.orelse}
        return [(child, None if id(child) in unfound else guard, tries) for child in children_of(node)]
    return [(child, guard, tries) for child in children_of(node)]


def _is_stub(statements: Sequence[ast.stmt]) -> bool:
    """Say whether there is nothing but documentation, `pass`, `...` and `raise NotImplementedError`."""
    for statement in statements:
        nothing = isinstance(statement, ast.Pass) or (
            isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        )
        refusal = isinstance(statement, ast.Raise) and _error_name(statement) == "NotImplementedError"
        if not (nothing or refusal):
            return False
    return True


def _error_name(node: ast.Raise) -> str | None:
    """Name what is raised; "" when it is raised again, None when it has no name."""
    error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    if error is None:
        return ""
    return dotted(error) if isinstance(error, ast.Name | ast.Attribute) else None


def _on_raise(scan: _Scan, node: ast.Raise, guard: _Guard) -> None:
    name = _error_name(node)
    if name is None:
        name = scan.text(node.exc, 80) if node.exc else ""
    if guard is not None and guard[0] == "except" and name and name == guard[1].name:
        name = ""
    caught = is_caught(name, scan.tries)
    variable = name in scan.names.bound
    scan.raises.append(Raised(name, scan.guard(guard), scan.at(node), is_caught=caught, is_variable=variable))


def _on_assert(scan: _Scan, node: ast.Assert, _guard: _Guard) -> None:
    at = scan.at(node)
    scan.raises.append(Raised("AssertionError", Guard("unless", scan.text(node.test), at), at))


def _on_return(scan: _Scan, node: ast.Return, _guard: _Guard) -> None:
    scan.returned.append(Given(scan.answer(node.value), scan.at(node)))
    scan.use(node.value, "returned")


def _on_yield(scan: _Scan, node: ast.Yield | ast.YieldFrom, _guard: _Guard) -> None:
    every = "*" if isinstance(node, ast.YieldFrom) else ""
    scan.yielded.append(Given(every + scan.answer(node.value), scan.at(node)))
    scan.use(node.value, "yielded")


def _on_call(scan: _Scan, node: ast.Call, _guard: _Guard) -> None:
    callee = dotted(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else "…"
    scan.calls.append(Call(callee, callee.rpartition(".")[2], scan.at(node, 1)))
    for argument in node.args:
        scan.use(argument.value if isinstance(argument, ast.Starred) else argument, "passed to", callee)
    for keyword in node.keywords:
        scan.use(keyword.value, "passed to", callee)
    if isinstance(node.func, ast.Attribute):
        scan.use(node.func.value, "method", node.func.attr)
    scan.use(node.func, "called")
    effect = effect_of_call(node, callee, scan.names, on_path=scan.paths.knows_method(node))
    if effect:
        scan.effect(effect, callee, node)


def _on_attribute(scan: _Scan, node: ast.Attribute, _guard: _Guard) -> None:
    if isinstance(node.ctx, ast.Load):
        scan.use(node.value, "attribute", node.attr)
        return
    target = dotted(node)
    if not target.startswith("…") and scan.is_passed(node):
        scan.effect("changes-attribute", target, node)


def _on_subscript(scan: _Scan, node: ast.Subscript, _guard: _Guard) -> None:
    target = dotted(node.value) if isinstance(node.value, ast.Name | ast.Attribute) else ""
    if isinstance(node.ctx, ast.Load):
        scan.use(node.value, "indexed")
    elif target and not target.startswith("…") and scan.is_passed(node):
        scan.effect("changes-items", f"{target}[…]", node)
    if scan.names.resolve(target) == "os.environ":
        scan.effect("environment", target, node)


def _on_name(scan: _Scan, node: ast.Name, _guard: _Guard) -> None:
    if node.id in scan.outer_names and not isinstance(node.ctx, ast.Load):
        scan.effect("changes-global", node.id, node)


def _on_outer(scan: _Scan, node: ast.Global | ast.Nonlocal, _guard: _Guard) -> None:
    scan.outer_names.update(node.names)


def _on_assign(scan: _Scan, node: ast.Assign | ast.AnnAssign | ast.AugAssign, _guard: _Guard) -> None:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if not isinstance(node, ast.AugAssign):
            scan.paths.assign(target, node.value)
        if isinstance(target, ast.Attribute):
            scan.use(node.value, "stored as", dotted(target))
        elif isinstance(target, ast.Name) and node.value is not None:
            scan.assigned.append(Assigned(target.id, scan.text(node.value, 80), scan.at(node)))


def _on_loop(scan: _Scan, node: ast.For | ast.AsyncFor | ast.comprehension, _guard: _Guard) -> None:
    scan.use(node.iter, "iterated over")
    scan.paths.loop(node.target, node.iter)
    if isinstance(node, ast.comprehension):
        scan.complexity += 1 + len(node.ifs)


def _on_test(scan: _Scan, node: ast.If | ast.While | ast.IfExp, _guard: _Guard) -> None:
    parts = node.test.values if isinstance(node.test, ast.BoolOp) else [node.test]
    for part in parts:
        negated = isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not)
        scan.use(part.operand if negated and isinstance(part, ast.UnaryOp) else part, "tested")


def _on_compare(scan: _Scan, node: ast.Compare, _guard: _Guard) -> None:
    scan.use(node.left, "compared")
    for operator, right in zip(node.ops, node.comparators, strict=True):
        scan.use(right, "searched" if isinstance(operator, ast.In | ast.NotIn) else "compared")


def _on_choice(scan: _Scan, node: ast.BoolOp, _guard: _Guard) -> None:
    scan.complexity += len(node.values) - 1


def _on_with(scan: _Scan, node: ast.With | ast.AsyncWith, _guard: _Guard) -> None:
    for item in node.items:
        scan.use(item.context_expr, "entered")


_LEAVES = {ast.Name, ast.Constant, ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal}
_CLOSED = {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda}
_BRANCHES = {ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.Assert, ast.match_case}
_HANDLERS: dict[type[ast.AST], Callable[[_Scan, Any, _Guard], None]] = {
    ast.AnnAssign: _on_assign,
    ast.Assert: _on_assert,
    ast.Assign: _on_assign,
    ast.AugAssign: _on_assign,
    ast.AsyncFor: _on_loop,
    ast.AsyncWith: _on_with,
    ast.Attribute: _on_attribute,
    ast.BoolOp: _on_choice,
    ast.Call: _on_call,
    ast.Compare: _on_compare,
    ast.For: _on_loop,
    ast.Global: _on_outer,
    ast.If: _on_test,
    ast.IfExp: _on_test,
    ast.Name: _on_name,
    ast.Nonlocal: _on_outer,
    ast.Raise: _on_raise,
    ast.Return: _on_return,
    ast.Subscript: _on_subscript,
    ast.While: _on_test,
    ast.With: _on_with,
    ast.Yield: _on_yield,
    ast.YieldFrom: _on_yield,
    ast.comprehension: _on_loop,
}
