"""What the statements of a JavaScript or TypeScript function do: throw, return, yield, call, change."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from app.adapters.syntax.javascript_effects import effect_of_call
from app.adapters.syntax.javascript_flow import falls_off
from app.adapters.syntax.javascript_tree import FUNCTION_VALUES
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
from app.adapters.syntax.trees import field_is, field_text, text_of

_Guard = tuple[str, Node] | None
_BRANCHES = {
    "if_statement",
    "for_statement",
    "for_in_statement",
    "while_statement",
    "do_statement",
    "switch_case",
    "catch_clause",
    "ternary_expression",
}
_CHOICES = {"&&", "||", "??"}
_CALLBACKS = {*FUNCTION_VALUES, "method_definition"}


@dataclass(frozen=True, slots=True)
class JsNames:
    """What a file's names stand for: imports by local name, its own changeable variables, its definitions' nodes.

    `throws` are the offsets of every `throw`, in order.
    """

    imported: Mapping[str, str]
    variables: frozenset[str]
    defined_at: frozenset[int]
    throws: tuple[int, ...]


def scan_body(
    body: Node, source: Source, names: JsNames, *, parameters: Sequence[str] = ()
) -> tuple[Body, dict[str, tuple[ParameterUse, ...]]]:
    """Look at one function's body without entering nested definitions; callbacks count for what they do, not return."""
    scan = _Scan(source, names, {name: {} for name in parameters})
    if body.type != "statement_block":
        scan.give(scan.returned, body, body)
    scan.run(body)
    found = Body(
        raises=tuple(scan.raises),
        returned=tuple(scan.returned),
        yielded=tuple(scan.yielded),
        effects=tuple(scan.effects),
        calls=tuple(scan.calls),
        assigned=tuple(scan.assigned),
        complexity=scan.complexity,
        is_stub=body.type == "statement_block" and not body.named_children,
        falls_off=body.type == "statement_block" and falls_off(body),
    )
    return found, {name: chosen_uses(uses) for name, uses in scan.uses.items()}


@dataclass(slots=True)
class _Scan:
    source: Source
    names: JsNames
    uses: dict[str, dict[ParameterUse, None]]
    raises: list[Raised] = field(default_factory=list)
    returned: list[Given] = field(default_factory=list)
    yielded: list[Given] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    assigned: list[Assigned] = field(default_factory=list)
    own_names: set[str] = field(default_factory=set)
    rebound: dict[str, int] = field(default_factory=dict)  # where parameters are given something else for certain
    written: set[int] = field(default_factory=set)  # members that are given a value or deleted, and not read
    complexity: int = 1
    in_callback: bool = False
    in_try: bool = False

    def run(self, body: Node) -> None:
        stack: list[tuple[Node, _Guard, bool, bool]] = [(body, None, False, False)]
        while stack:
            node, guard, callback, self.in_try = stack.pop()
            if node.id in self.names.defined_at and node.id != body.id:
                continue
            callback = callback or (node.type in _CALLBACKS and node.id != body.id)
            self.in_callback = callback
            handler = _HANDLERS.get(node.type)
            if handler:
                handler(self, node, guard)
            if node.type in _BRANCHES:
                self.complexity += 1
            swallowed = _swallowed_by(node, self.names.throws)
            stack.extend(
                (child, inner, callback, self.in_try or child == swallowed)
                for child, inner in _children(node, guard)[::-1]
            )

    def text(self, node: Node, longest: int = 200) -> str:
        return self.source.short(node.start_byte, node.end_byte, longest)

    def at(self, node: Node, most_lines: int = 4) -> Excerpt:
        return self.source.excerpt(node.start_byte, node.end_byte, most_lines)

    def use(self, node: Node | None, verb: str, thing: str = "") -> None:
        if node is not None and node.type == "identifier" and "…" not in thing:
            name = text_of(node)
            if name in self.uses and node.start_byte < self.rebound.get(name, node.end_byte):
                self.uses[name].setdefault(ParameterUse(verb, thing))

    def is_own(self, name: str) -> bool:
        """Say whether the function itself binds a name; what is imported inside it stands for its module still."""
        return name in self.uses or (name in self.own_names and name not in self.names.imported)

    def effect(self, kind: EffectKind, subject: str, node: Node) -> None:
        self.effects.append(Effect(kind, subject, self.at(node, 1)))

    def give(self, into: list[Given], value: Node | None, node: Node) -> None:
        text = self.text(value) if value else ""
        if value is not None and len(text) > LONGEST_EXPRESSION and value.type in ("call_expression", "new_expression"):
            callee = callee_of(value.child_by_field_name("function") or value.child_by_field_name("constructor"))
            if not callee.startswith("…"):
                text = f"{'new ' if value.type == 'new_expression' else ''}{callee}(…)"
        into.append(Given(text, self.at(node)))

    def assign(self, target: Node | None, value: Node | None, node: Node) -> None:
        if target is not None and target.type == "identifier" and value is not None:
            self.assigned.append(Assigned(text_of(target), self.text(value, 80), self.at(node)))

    def guard(self, guard: _Guard) -> Guard | None:
        if guard is None:
            return None
        kind, node = guard
        if kind == "except":
            return Guard("except", field_text(node, "parameter"), self.at(node, 1))
        test = node.child_by_field_name("condition")
        condition = self.text(_unwrapped(test)) if test else ""
        at = self.source.excerpt(node.start_byte, test.end_byte if test else node.end_byte, 4)
        return Guard("unless" if kind == "unless" else "if", condition, at)


def _children(node: Node, guard: _Guard) -> list[tuple[Node, _Guard]]:
    if node.type == "if_statement":
        kinds = {"consequence": "if", "alternative": "unless"}
        placed: list[tuple[Node, _Guard]] = []
        for index, child in enumerate(node.children):
            kind = kinds.get(node.field_name_for_child(index) or "")
            placed.append((child, (kind, node) if kind else guard))
        return placed
    if node.type == "catch_clause":
        return [(child, ("except", node)) for child in node.named_children]
    return [(child, guard) for child in node.named_children]


def _swallowed_by(node: Node, throws: Sequence[int]) -> Node | None:
    """Give the body of a `try` whose `catch` throws nothing: no error of that body gets out."""
    handler = node.child_by_field_name("handler") if node.type == "try_statement" else None
    if handler is None:
        return None
    inside = bisect_left(throws, handler.start_byte) < bisect_left(throws, handler.end_byte)
    return None if inside else node.child_by_field_name("body")


def _unwrapped(node: Node) -> Node:
    inner = node.named_children
    return inner[0] if node.type == "parenthesized_expression" and len(inner) == 1 else node


def callee_of(node: Node | None) -> str:
    """Write a name or member chain with dots; what it hangs on, if not a name, becomes an ellipsis."""
    parts: list[str] = []
    while node is not None and node.type == "member_expression":
        parts.append(field_text(node, "property"))
        node = node.child_by_field_name("object")
    plain = node is not None and node.type in ("identifier", "this", "super", "import")
    parts.append(text_of(node) if node is not None and plain else "…")
    return ".".join(reversed(parts))


def _only_child(node: Node) -> Node | None:
    return next((child for child in node.named_children if child.type != "comment"), None)


def _on_throw(scan: _Scan, node: Node, guard: _Guard) -> None:
    if scan.in_callback:
        return
    thrown = _only_child(node)
    name = ""
    variable = thrown is not None and thrown.type == "identifier"
    if thrown is not None:
        made = thrown.child_by_field_name("constructor") or thrown.child_by_field_name("function")
        again = guard is not None and guard[0] == "except" and field_text(guard[1], "parameter") == text_of(thrown)
        name = "" if again else scan.text(made or thrown, 80)
    scan.raises.append(Raised(name, scan.guard(guard), scan.at(node), is_caught=scan.in_try, is_variable=variable))


def _on_return(scan: _Scan, node: Node, _guard: _Guard) -> None:
    if not scan.in_callback:
        scan.give(scan.returned, _only_child(node), node)
        scan.use(_only_child(node), "returned")


def _on_yield(scan: _Scan, node: Node, _guard: _Guard) -> None:
    if not scan.in_callback:
        scan.give(scan.yielded, _only_child(node), node)
        scan.use(_only_child(node), "yielded")


def _on_call(scan: _Scan, node: Node, _guard: _Guard) -> None:
    function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    callee = callee_of(function)
    scan.calls.append(Call(callee, callee.rpartition(".")[2], scan.at(node, 1)))
    arguments = node.child_by_field_name("arguments")
    for argument in arguments.named_children if arguments else []:
        scan.use(_only_child(argument) if argument.type == "spread_element" else argument, "passed to", callee)
    if function is not None and function.type == "member_expression":
        scan.use(function.child_by_field_name("object"), "method", field_text(function, "property"))
    scan.use(function, "called")
    effect = effect_of_call(callee, scan.names.imported, hidden=scan.is_own(callee.partition(".")[0]))
    if effect:
        scan.effect(effect, callee, node)


def _on_member(scan: _Scan, node: Node, _guard: _Guard) -> None:
    if node.id not in scan.written:
        scan.use(node.child_by_field_name("object"), "attribute", field_text(node, "property"))
    if field_is(node, "object", b"process.env"):
        scan.effect("environment", scan.text(node, 80), node)


def _on_subscript(scan: _Scan, node: Node, _guard: _Guard) -> None:
    if node.id in scan.written:
        return
    scan.use(node.child_by_field_name("object"), "indexed")


def _on_assign(scan: _Scan, node: Node, _guard: _Guard) -> None:
    left = node.child_by_field_name("left") or node.child_by_field_name("argument")
    if left is None:
        return
    if left.type == "subscript_expression":
        if node.type == "assignment_expression":
            scan.written.add(left.id)
        _on_item_change(scan, left, node)
    elif left.type == "member_expression":
        target = callee_of(left)
        scan.use(node.child_by_field_name("right"), "stored as", target)
        if node.type == "assignment_expression":
            scan.written.add(left.id)
        _on_change(scan, left, node)
    elif left.type == "identifier":
        name = text_of(left)
        if _is_rebound(node, name):
            scan.rebound.setdefault(name, node.end_byte)
        scan.assign(left, node.child_by_field_name("right"), node)
        if name in scan.names.variables and name not in scan.own_names and name not in scan.uses:
            scan.effect("changes-global", name, node)


def _on_unary(scan: _Scan, node: Node, _guard: _Guard) -> None:
    member = node.child_by_field_name("argument")
    if field_text(node, "operator") != "delete" or member is None:
        return
    scan.written.add(member.id)
    if member.type == "member_expression":
        _on_change(scan, member, node)
    elif member.type == "subscript_expression":
        _on_item_change(scan, member, node)


def _is_rebound(node: Node, name: str) -> bool:
    """Say whether a name is given something else whenever its function runs: not in a branch, not `a = a || b`."""
    block = node.parent.parent if node.parent is not None and node.parent.type == "expression_statement" else None
    function = block.parent if block is not None and block.type == "statement_block" else None
    if function is None or function.type not in (*_CALLBACKS, "function_declaration"):
        return False
    right = node.child_by_field_name("right")
    sides = right.named_children if right and right.type in ("binary_expression", "ternary_expression") else []
    return node.type == "assignment_expression" and all(text_of(side) != name for side in sides)


def _on_change(scan: _Scan, member: Node, node: Node) -> None:
    target = callee_of(member)
    if _is_passed(scan, target, node):
        scan.effect("changes-attribute", target, node)


def _on_item_change(scan: _Scan, item: Node, node: Node) -> None:
    target = callee_of(item.child_by_field_name("object"))
    if _is_passed(scan, target, node):
        scan.effect("changes-items", f"{target}[…]", node)


def _is_passed(scan: _Scan, target: str, node: Node) -> bool:
    root = target.partition(".")[0]
    return root == "this" or (root in scan.uses and node.start_byte < scan.rebound.get(root, node.end_byte))


def _on_variable(scan: _Scan, node: Node, _guard: _Guard) -> None:
    scan.own_names.add(field_text(node, "name"))
    scan.assign(node.child_by_field_name("name"), node.child_by_field_name("value"), node)


def _on_for_in(scan: _Scan, node: Node, _guard: _Guard) -> None:
    scan.own_names.add(field_text(node, "left"))
    scan.use(node.child_by_field_name("right"), "iterated over")


def _on_test(scan: _Scan, node: Node, _guard: _Guard) -> None:
    test = node.child_by_field_name("condition")
    if test is not None:
        inner = _unwrapped(test)
        scan.use(inner.child_by_field_name("argument") if inner.type == "unary_expression" else inner, "tested")


def _on_binary(scan: _Scan, node: Node, _guard: _Guard) -> None:
    operator = field_text(node, "operator")
    scan.complexity += operator in _CHOICES
    if operator in ("==", "===", "!=", "!==", "<", ">", "<=", ">=", "instanceof"):
        scan.use(node.child_by_field_name("left"), "compared")
        scan.use(node.child_by_field_name("right"), "compared")


_HANDLERS: dict[str, Callable[[_Scan, Node, _Guard], None]] = {
    "assignment_expression": _on_assign,
    "augmented_assignment_expression": _on_assign,
    "binary_expression": _on_binary,
    "call_expression": _on_call,
    "for_in_statement": _on_for_in,
    "if_statement": _on_test,
    "member_expression": _on_member,
    "new_expression": _on_call,
    "return_statement": _on_return,
    "subscript_expression": _on_subscript,
    "ternary_expression": _on_test,
    "throw_statement": _on_throw,
    "unary_expression": _on_unary,
    "update_expression": _on_assign,
    "variable_declarator": _on_variable,
    "while_statement": _on_test,
    "yield_expression": _on_yield,
}
