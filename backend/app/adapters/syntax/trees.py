"""Parsing with tree-sitter, and walking its trees without recursion: nesting in hostile text has no depth limit."""

import time
from collections.abc import Iterator
from typing import cast

from tree_sitter import Node, Parser, Tree
from tree_sitter_language_pack import SupportedLanguage, get_parser

from app.core.errors import PayloadTooLarge

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


# Hand-written code is parsed at megabytes a second; text made for the purpose takes ten thousand times as long.
MOST_SECONDS = 10.0
# What is smaller cannot take long, and is parsed in one go, which is half as much work for what reads the tree.
_BITE_FROM = 128 * 1024
_BITE = 4096


class SlowToParse(PayloadTooLarge):
    """A file took too long to parse: it is written as no person writes. Leave it out of the repository."""


def parse_tree(language: str, data: bytes, *, seconds: float = MOST_SECONDS) -> Tree:
    """Parse UTF-8 with the grammar of a language in one of the tables; wrong syntax becomes ERROR nodes.

    SlowToParse when a large file takes more than `seconds` of this thread's processor time. Other threads get their
    turn meanwhile.
    """
    # A parser is cheap to make and must not be shared between threads.
    parser = get_parser(cast("SupportedLanguage", _ALL[language]))
    return parser.parse(data) if len(data) < _BITE_FROM else _parse_in_bites(parser, data, seconds)


def _parse_in_bites(parser: Parser, data: bytes, seconds: float) -> Tree:
    ends: float | None = time.thread_time() + seconds
    is_late = False

    def read(at: int, _point: object) -> bytes | None:
        nonlocal is_late
        # Whoever reads the tree later reads its text here too, at any time.
        is_late = is_late or (ends is not None and time.thread_time() > ends)
        # The parser takes nothing for the end of the text, and stops at once.
        return None if is_late else data[at : at + _BITE]

    tree = parser.parse(read)
    if is_late:
        raise SlowToParse(bytes=len(data), most_seconds=seconds)
    ends = None
    return tree


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
