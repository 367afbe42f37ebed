"""A Python file, parsed once for its imports and once for every set of words. Pure."""

import keyword
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from app.adapters.syntax.trees import parse_tree, text_of, walk
from app.services.refactor.moving.imports import ImportStatement, inner, read_imports
from app.services.refactor.symbols.mentions import Mention, Role
from app.services.refactor.symbols.python_scopes import PythonScopes

_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class PythonFile:
    """One file as a tree, with its imports."""

    path: str
    data: bytes
    root: Node
    imports: list[ImportStatement]

    @classmethod
    def read(cls, path: str, data: bytes) -> "PythonFile":
        """Parse a file."""
        root = parse_tree("python", data).root_node
        return cls(path, data, root, read_imports(root))

    def scopes(self, words: Collection[str]) -> PythonScopes:
        """Find the mentions of words, and the scopes that bind them."""
        return PythonScopes(self.data, words)

    def exports(self) -> list[Node]:
        """List the strings of a literal `__all__`."""
        for child in self.root.children:
            assigned = inner(child)
            if assigned.type != "assignment":
                continue
            left, right = assigned.child_by_field_name("left"), assigned.child_by_field_name("right")
            is_exports = left is not None and text_of(left) == "__all__"
            if is_exports and right is not None and right.type in ("list", "tuple"):
                return [each for each in right.named_children if each.type == "string"]
        return []

    def acting(self) -> Iterator[Node]:
        """List what does more than name things when the file is loaded: calls, and changes of what others have."""
        for child in self.root.children:
            statement = inner(child)
            left = statement.child_by_field_name("left")
            changes = left is not None and left.type in ("attribute", "subscript")
            if changes or statement.type in ("call", "await", "expression_statement", "delete_statement"):
                yield child

    @property
    def has_exports(self) -> bool:
        """Say whether the file names what it exports, in whatever way."""
        return bool(re.search(rb"(?m)^__all__\b", self.data))

    def spans(self, kind: str, start: int, end: int) -> list[tuple[int, int]]:
        """List where nodes of a kind stand inside a stretch."""
        return [
            (node.start_byte, node.end_byte)
            for node in walk(self.root)
            if node.type == kind and start <= node.start_byte and node.end_byte <= end
        ]


def words_of(text: bytes) -> set[str]:
    """Every word of a text that can be a name."""
    return {word for word in _WORD.findall(text.decode("utf-8", "replace")) if not keyword.iskeyword(word)}


def runs_on_import(scopes: PythonScopes, mention: Mention) -> bool:
    """Say whether a mention is evaluated when its module is loaded: no function stands around it."""
    at = mention.scope
    while at > 0:
        if scopes.scopes[at].kind == "function":
            return False
        at = scopes.scopes[at].parent
    return mention.role in (Role.NAME, Role.ATTRIBUTE)


def unquoted(node: Node) -> str:
    """What stands between a string's quotes."""
    return "".join(text_of(child) for child in node.children if child.type == "string_content")
