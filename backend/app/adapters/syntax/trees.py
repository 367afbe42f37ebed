"""Parsing with tree-sitter, and walking its trees without recursion: nesting in hostile text has no depth limit."""

from collections.abc import Iterator
from typing import cast

from tree_sitter import Node, Tree
from tree_sitter_language_pack import SupportedLanguage, get_parser

# Our names of languages and the grammars' names for them.
GRAMMARS = {
    "c": "c",
    "cpp": "cpp",
    "csharp": "csharp",
    "go": "go",
    "java": "java",
    "javascript": "javascript",
    "kotlin": "kotlin",
    "php": "php",
    "python": "python",
    "ruby": "ruby",
    "rust": "rust",
    "shell": "bash",
    "swift": "swift",
    "tsx": "tsx",
    "typescript": "typescript",
}
# Those whose structure is not described, but whose syntax can be checked and whose names can be told apart.
MORE_GRAMMARS = {
    "css": "css",
    "dart": "dart",
    "elixir": "elixir",
    "haskell": "haskell",
    "hcl": "hcl",
    "html": "html",
    "json": "json",
    "lua": "lua",
    "nix": "nix",
    "scala": "scala",
    "solidity": "solidity",
    "yaml": "yaml",
}
_ALL = GRAMMARS | MORE_GRAMMARS


def parse_tree(language: str, data: bytes) -> Tree:
    """Parse UTF-8 with the grammar of a language above; wrong syntax becomes ERROR nodes, never an exception."""
    # A parser is cheap to make and must not be shared between threads.
    return get_parser(cast("SupportedLanguage", _ALL[language])).parse(data)


def text_of(node: Node) -> str:
    """The node's own text."""
    return (node.text or b"").decode("utf-8", "surrogatepass")


def field_text(node: Node, field: str) -> str:
    """Text of a child by its field's name, "" when there is none."""
    child = node.child_by_field_name(field)
    return text_of(child) if child else ""


def field_is(node: Node, field: str, text: bytes) -> bool:
    """Say whether a child has exactly this text, without copying it when it is longer."""
    child = node.child_by_field_name(field)
    return child is not None and child.end_byte - child.start_byte == len(text) and child.text == text


def walk(root: Node) -> Iterator[Node]:
    """Every node below and including the root, in document order."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def child_of_type(node: Node, *types: str) -> Node | None:
    """Give the first direct child of one of these types."""
    return next((child for child in node.children if child.type in types), None)


def count_errors(root: Node) -> int:
    """Count the places that are not as the grammar says: what it skipped, and what it missed."""
    if not root.has_error:
        return 0
    return sum(node.is_error or node.is_missing for node in walk(root))
