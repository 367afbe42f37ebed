"""The class statements of a Python file, and nothing else of it: for hierarchies that go through many files. Pure."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from tree_sitter import Node, Query, QueryCursor
from tree_sitter_language_pack import get_language

from app.adapters.language.port import Spot
from app.adapters.syntax.trees import parse_tree, text_of
from app.core.keeping import Kept
from app.services.refactor.symbols.lines import LineTable

_NOT_BASES = frozenset({"keyword_argument", "comment", "list_splat", "dictionary_splat"})


@dataclass(frozen=True, slots=True)
class ClassStatement:
    """One class: the offset of its statement, its name and where that ends, and the last places in its bases."""

    at: int
    name: str
    name_end: Spot | None
    bases: tuple[Spot, ...]


# By what is in a file; a statement with its places takes some 300 bytes.
_KNOWN: Kept[bytes, list[ClassStatement]] = Kept(100_000)


def class_statements(data: bytes) -> list[ClassStatement]:
    """Find every class statement of a file; what was looked through lately is remembered."""
    digest = blake2b(data, digest_size=16).digest()
    known = _KNOWN.get(digest)
    if known is None:
        found = QueryCursor(_query()).captures(parse_tree("python", data).root_node).get("class", [])
        lines = LineTable(data)
        known = [_statement(node, lines) for node in found]
        # Files without classes weigh something too.
        _KNOWN.put(digest, known, len(known) + 1)
    return known


def bases_of(node: Node) -> list[Node]:
    """List the expressions of a class's bases; of one with type arguments, what stands before these."""
    listed = node.child_by_field_name("superclasses")
    bases = [base for base in listed.named_children if base.type not in _NOT_BASES] if listed else []
    return [(base.child_by_field_name("value") if base.type == "subscript" else base) or base for base in bases]


def _statement(node: Node, lines: LineTable) -> ClassStatement:
    name = node.child_by_field_name("name")
    return ClassStatement(
        node.start_byte,
        text_of(name) if name else "",
        lines.spot(name.end_byte) if name else None,
        tuple(lines.spot(base.end_byte - 1) for base in bases_of(node)),
    )


@lru_cache(maxsize=1)
def _query() -> Query:
    return Query(get_language("python"), "(class_definition) @class")
