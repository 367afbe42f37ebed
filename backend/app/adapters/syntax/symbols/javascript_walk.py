"""Walking JavaScript and TypeScript: chains of names, elements of JSX, and what every reader of their trees needs."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from app.adapters.syntax.symbols.table import NOTHING, SELF, SUPER, Place, Use
from app.adapters.syntax.symbols.walk import Walker
from app.adapters.syntax.trees import text_of

CHAIN = {
    "member_expression": "object",
    "call_expression": "function",
    "new_expression": "constructor",
    "subscript_expression": "object",
    "non_null_expression": "",
    "parenthesized_expression": "",
    "await_expression": "",
}
NAMES = frozenset({"identifier", "type_identifier", "shorthand_property_identifier"})


class ScriptWalker(Walker):
    """What every reader of their trees needs beside."""

    def _fields(self, node: Node, fields: Sequence[str], scope: int, owner: int) -> None:
        self._push([each for field in fields for each in node.children_by_field_name(field)], scope, owner)

    def _property(self, node: Node, scope: int, owner: int) -> None:
        self.into.mention(node, Place.ATTRIBUTE, Use.WRITE, NOTHING, owner)

    def _bound(self, node: Node, scope: int, owner: int) -> None:
        self.into.bind(text_of(node), scope)
        self.into.mention(node, Place.NAME, Use.WRITE, scope, owner)

    def _chain_only(self, node: Node, scope: int, owner: int) -> None:
        self._chain(node, scope, owner)

    def _chain(self, node: Node, scope: int, owner: int, use: Use = Use.READ) -> int:
        """`a.b(c).d[e]`: names from left to right, each with the one before it; NOTHING behind what has no name."""
        steps: list[Node] = []
        while node.type in CHAIN:
            steps.append(node)
            field = CHAIN[node.type]
            below = node.child_by_field_name(field) if field else next(iter(node.named_children), None)
            if below is None:
                break
            node = below
        head = self._first(node, scope, owner)
        called: set[int] = set()
        for step in reversed(steps):
            if step.type == "member_expression":
                head = self._member(step, owner, head)
            elif step.type in ("call_expression", "new_expression"):
                if head in called:
                    head = NOTHING
                self.into.use(head, Use.CALL)
                called.add(head)
                self._fields(step, ("type_arguments", "arguments"), scope, owner)
            elif step.type == "subscript_expression":
                self._fields(step, ("index",), scope, owner)
                head = NOTHING
        if use is not Use.READ and steps and steps[0].type == "member_expression":
            self.into.use(head, use)
        return head

    def _first(self, node: Node, scope: int, owner: int) -> int:
        if node.type in ("this", "super"):
            return SELF if node.type == "this" else SUPER
        if node.type in NAMES:
            return self.into.mention(node, Place.NAME, Use.READ, scope, owner)
        if node.type not in CHAIN:
            self._stack.append((node, scope, owner))
        return NOTHING

    def _member(self, step: Node, owner: int, head: int) -> int:
        name = step.child_by_field_name("property")
        return self.into.mention(name, Place.ATTRIBUTE, Use.READ, NOTHING, owner, head=head) if name else NOTHING

    def _nested(self, node: Node, scope: int, owner: int) -> None:
        """`a.b.C` where a type or an element stands."""
        parts = [part for part in _leaves(node) if part.type in (*NAMES, "property_identifier")]
        head = NOTHING
        for at, part in enumerate(parts):
            place = Place.ATTRIBUTE if at else Place.NAME
            head = self.into.mention(part, place, Use.READ, NOTHING if at else scope, owner, head=head)

    def _element(self, node: Node, scope: int, owner: int) -> None:
        name = node.child_by_field_name("name")
        if name is not None and name.type == "member_expression":
            self._chain(name, scope, owner)
        elif name is not None and not text_of(name)[:1].islower():
            mention = self.into.mention(name, Place.NAME, Use.READ, scope, owner) if name.type in NAMES else NOTHING
            if node.type != "jsx_closing_element":
                self.into.use(mention, Use.CALL)
        self._push([child for child in node.named_children if child != name], scope, owner)


def _leaves(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        at = stack.pop()
        if at.named_children:
            stack.extend(reversed(at.named_children))
        else:
            yield at
