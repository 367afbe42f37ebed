"""Walking a syntax tree without recursion, so that no nesting is too deep: what the readers of all languages share."""

from collections.abc import Callable, Mapping, Sequence

from tree_sitter import Node

from app.adapters.syntax.symbols.collector import Collector
from app.adapters.syntax.symbols.table import NOTHING, FileSymbols, Place, Use

MODULE = 0
# What is done with a node: it is given with the scope it is in and the definition around it.
Handler = Callable[[Node, int, int], None]


class Walker:
    """Visits nodes with the scope that they are in and the definition around them; what waits is on a stack."""

    def __init__(self, data: bytes, language: str) -> None:
        self.into = Collector(language, data)
        self._stack: list[tuple[Node, int, int]] = []
        # By the kind of node; what has none hands its children on.
        self._handlers: Mapping[str, Handler] = {}

    def read(self, root: Node) -> FileSymbols:
        """Walk the tree in document order; scopes are complete before names are looked up."""
        if root.has_error:
            self.into.note("syntax")
        self._push(root.named_children, MODULE, NOTHING)
        while self._stack and not self.into.is_full:
            self._visit(*self._stack.pop())
        return self.into.finish()

    def _visit(self, node: Node, scope: int, owner: int) -> None:
        self._handlers.get(node.type, self._children)(node, scope, owner)

    def _push(self, nodes: Sequence[Node], scope: int, owner: int) -> None:
        self._stack.extend([(node, scope, owner) for node in reversed(nodes)])

    def _children(self, node: Node, scope: int, owner: int) -> None:
        self._push(node.named_children, scope, owner)

    def _skip(self, node: Node, scope: int, owner: int) -> None:
        pass

    def _name(self, node: Node, scope: int, owner: int) -> None:
        self.into.mention(node, Place.NAME, Use.READ, scope, owner)
