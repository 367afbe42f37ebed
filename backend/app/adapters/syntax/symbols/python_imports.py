"""What a Python file imports, and as what."""

from collections.abc import Iterator

from tree_sitter import Node

from app.adapters.syntax.symbols.collector import Collector
from app.adapters.syntax.symbols.table import NOTHING, Place, Use
from app.adapters.syntax.trees import text_of


class Imports:
    """Notes the imports of one file."""

    def __init__(self, into: Collector) -> None:
        self.into = into

    def plain(self, node: Node, scope: int, owner: int) -> None:
        """Note `import a.b`, `import a.b as c`."""
        for each in node.children_by_field_name("name"):
            alias = each.child_by_field_name("alias")
            path = each.child_by_field_name("name") if each.type == "aliased_import" else each
            if path is None or not path.named_children:
                continue
            bound = alias or path.named_children[0]
            binding = self.into.bind(text_of(bound), scope)
            line = node.start_point.row + 1
            made = self.into.import_(text_of(path), "", binding, line, is_top=alias is None)
            for at, part in enumerate(path.named_children):
                local = binding if at == 0 and alias is None else NOTHING
                self.into.mention(part, Place.MODULE, Use.IMPORT, local, owner, head=made)
            if alias is not None:
                self.into.mention(alias, Place.NAME, Use.IMPORT, scope, owner)

    def taken(self, node: Node, scope: int, owner: int) -> None:
        """Note `from a import b`, `from a import b as c`, `from a import *`."""
        path = node.child_by_field_name("module_name")
        if path is None:
            return
        module, line = text_of(path), node.start_point.row + 1
        segments = list(_identifiers(path))
        names = node.children_by_field_name("name")
        first = NOTHING
        for each in names:
            made = self._from(each, module, scope, owner)
            first = made if first == NOTHING else first
        if any(child.type == "wildcard_import" for child in node.named_children):
            first = self.into.import_(module, "*", NOTHING, line)
        for part in segments:
            self.into.mention(part, Place.MODULE, Use.IMPORT, NOTHING, owner, head=first)

    def _from(self, each: Node, module: str, scope: int, owner: int) -> int:
        alias = each.child_by_field_name("alias") if each.type == "aliased_import" else None
        path = each.child_by_field_name("name") if each.type == "aliased_import" else each
        name = path.named_children[0] if path is not None and path.named_children else None
        if name is None:
            return NOTHING
        binding = self.into.bind(text_of(alias or name), scope)
        made = self.into.import_(module, text_of(name), binding, each.start_point.row + 1)
        self.into.mention(name, Place.IMPORTED, Use.IMPORT, NOTHING if alias else binding, owner, head=made)
        if alias is not None:
            self.into.mention(alias, Place.NAME, Use.IMPORT, scope, owner)
        return made


def _identifiers(node: Node) -> Iterator[Node]:
    for child in node.named_children:
        if child.type == "identifier":
            yield child
        else:
            yield from (each for each in child.named_children if each.type == "identifier")
