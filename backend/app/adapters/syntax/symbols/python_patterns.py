"""What a Python target binds, and what decorates a definition."""

from collections.abc import Iterator

from tree_sitter import Node

from app.adapters.syntax.trees import text_of

PATTERNS = frozenset(
    {"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "dictionary_splat_pattern", "tuple", "list",
     "parenthesized_expression", "expression_list", "as_pattern_target", "list_splat"}
)  # fmt: skip


def targets_of(target: Node | None) -> Iterator[Node]:
    """The identifiers that a pattern binds."""
    stack = [target] if target is not None else []
    while stack:
        node = stack.pop()
        if node.type == "identifier":
            yield node
        elif node.type in PATTERNS:
            stack.extend(reversed(node.named_children))


def decorators_of(node: Node) -> set[str]:
    """The decorators of a definition, as they are written."""
    around = node.parent
    if around is None or around.type != "decorated_definition":
        return set()
    return {text_of(each)[1:].strip()[:100] for each in around.named_children if each.type == "decorator"}
