"""The class statements of a Python file, and nothing else of it: for hierarchies that go through many files. Pure."""

from dataclasses import dataclass
from functools import lru_cache

from tree_sitter import Node, Query, QueryCursor
from tree_sitter_language_pack import get_language

from app.adapters.syntax.trees import parse_tree, text_of

_NOT_BASES = frozenset({"keyword_argument", "comment", "list_splat", "dictionary_splat"})


@dataclass(frozen=True, slots=True)
class ClassStatement:
    """One class: the offset of its statement, its name and where that ends, and the ends of its bases."""

    at: int
    name: str
    name_end: int
    bases: tuple[int, ...]


def class_statements(data: bytes) -> list[ClassStatement]:
    """Find every class statement of a file."""
    found = QueryCursor(_query()).captures(parse_tree("python", data).root_node).get("class", [])
    return [_statement(node) for node in found]


def bases_of(node: Node) -> list[Node]:
    """List the expressions of a class's bases; of one with type arguments, what stands before these."""
    listed = node.child_by_field_name("superclasses")
    bases = [base for base in listed.named_children if base.type not in _NOT_BASES] if listed else []
    return [(base.child_by_field_name("value") if base.type == "subscript" else base) or base for base in bases]


def _statement(node: Node) -> ClassStatement:
    name = node.child_by_field_name("name")
    return ClassStatement(
        node.start_byte,
        text_of(name) if name else "",
        name.end_byte if name else -1,
        tuple(base.end_byte for base in bases_of(node)),
    )


@lru_cache(maxsize=1)
def _query() -> Query:
    return Query(get_language("python"), "(class_definition) @class")
