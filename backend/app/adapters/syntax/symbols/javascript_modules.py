"""What JavaScript files give each other: `import`, `export`, `require`, `module.exports`."""

from collections.abc import Iterator

from tree_sitter import Node

from app.adapters.syntax.symbols.collector import Collector
from app.adapters.syntax.symbols.table import NOTHING, Place, Use
from app.adapters.syntax.trees import child_of_type, field_is, text_of

_MODULE = 0
# What `module.exports = x` gives under no name; `import x from` and `require` take it.
WHOLE = "="


class Modules:
    """Notes imports and exports of one file."""

    def __init__(self, into: Collector) -> None:
        self._into = into

    def imported(self, node: Node, scope: int, owner: int) -> None:
        """Note `import …`, in each of its forms."""
        source = node.child_by_field_name("source")
        clause = child_of_type(node, "import_clause", "import_require_clause")
        if clause is None:
            return
        source = source or clause.child_by_field_name("source")
        module = _plain(source) if source else ""
        for child in clause.named_children:
            if child.type == "identifier":
                whole = clause.type == "import_require_clause"
                self._take(module, WHOLE if whole else "default", child, (scope, owner))
            elif child.type == "namespace_import" and child.named_children:
                self._take(module, "", child.named_children[-1], (scope, owner))
            elif child.type == "named_imports":
                for each in child.named_children:
                    name, alias = each.child_by_field_name("name"), each.child_by_field_name("alias")
                    if name is not None:
                        theirs = name if alias else None
                        self._take(module, text_of(name), alias or name, (scope, owner), theirs=theirs)

    def _take(self, module: str, name: str, local: Node, at: tuple[int, int], *, theirs: Node | None = None) -> None:
        """Bind what comes from a module; `at`: scope and owner; `theirs`: its name there, if apart."""
        scope, owner = at
        binding = self._into.bind(text_of(local), scope)
        made = self._into.import_(module, name, binding, local.start_point.row + 1)
        if theirs is not None:
            self._into.mention(theirs, Place.IMPORTED, Use.IMPORT, NOTHING, owner, head=made)
            self._into.mention(local, Place.NAME, Use.IMPORT, scope, owner)
        elif name == text_of(local):
            self._into.mention(local, Place.IMPORTED, Use.IMPORT, binding, owner, head=made)
        else:
            self._into.mention(local, Place.NAME, Use.IMPORT, scope, owner)

    def exported(self, node: Node, owner: int) -> None:
        """Note `export { … }`, with and without `from`, and `export *`."""
        source = node.child_by_field_name("source")
        module, line = _plain(source) if source else "", node.start_point.row + 1
        clause, namespace = child_of_type(node, "export_clause"), child_of_type(node, "namespace_export")
        for each in clause.named_children if clause else ():
            name, alias = each.child_by_field_name("name"), each.child_by_field_name("alias")
            if name is None:
                continue
            if source is None:
                self._into.export(text_of(alias or name), local=text_of(name))
                self._into.mention(name, Place.EXPORT, Use.EXPORT, _MODULE, owner)
            else:
                made = self._into.import_(module, text_of(name), NOTHING, line)
                self._into.export(text_of(alias or name), import_=made)
                self._into.mention(name, Place.IMPORTED, Use.EXPORT, NOTHING, owner, head=made)
        if source is not None and clause is None:
            if namespace is not None and namespace.named_children:
                made = self._into.import_(module, "", NOTHING, line)
                self._into.export(text_of(namespace.named_children[-1]), import_=made)
            else:
                self._into.export("*", import_=self._into.import_(module, "*", NOTHING, line))

    def default_export(self, value: Node, owner: int) -> bool:
        """Note `export default x`; False when the value is to be visited still."""
        if value.type == "identifier":
            self._into.export("default", local=text_of(value))
            self._into.mention(value, Place.EXPORT, Use.EXPORT, _MODULE, owner)
            return True
        self._into.export("default", binding=self._into.bind("default", _MODULE, is_member=True))
        return False

    def required(self, name: Node, value: Node, scope: int, owner: int) -> bool:
        """Note `const x = require("y")` and `const { a } = require("y")`; False for anything else."""
        if value.type != "call_expression" or not field_is(value, "function", b"require"):
            return False
        arguments = value.child_by_field_name("arguments")
        first = arguments.named_children[0] if arguments and arguments.named_children else None
        if first is None or first.type != "string":
            return False
        if name.type == "identifier":
            self._take(_plain(first), WHOLE, name, (scope, owner))
        for part in name.named_children if name.type == "object_pattern" else ():
            key, local = part.child_by_field_name("key"), part.child_by_field_name("value")
            if part.type == "pair_pattern" and key is not None and local is not None and local.type == "identifier":
                self._take(_plain(first), text_of(key), local, (scope, owner), theirs=key)
            elif part.type == "shorthand_property_identifier_pattern":
                self._take(_plain(first), text_of(part), part, (scope, owner))
        return True

    def common_export(self, node: Node, left: Node, right: Node, owner: int) -> bool:
        """Note `module.exports = …` and `exports.a = …`; False for anything else."""
        if left.type != "member_expression" or left.end_byte - left.start_byte > 300:
            return False
        parts = text_of(left).split(".")
        if parts[0] == "exports" and len(parts) == 2:
            return self._export_one(node, left, right, owner)
        if parts[:2] != ["module", "exports"] or len(parts) > 3:
            return False
        if len(parts) == 3:
            return self._export_one(node, left, right, owner)
        if right.type == "identifier":
            self._into.export(WHOLE, local=text_of(right))
            self._into.mention(right, Place.EXPORT, Use.EXPORT, _MODULE, owner)
        for theirs, ours in _entries(right):
            self._into.export(theirs, local=ours)
        return True

    def _export_one(self, node: Node, left: Node, right: Node, owner: int) -> bool:
        name = left.child_by_field_name("property")
        if name is None:
            return False
        if right.type == "identifier":
            self._into.export(text_of(name), local=text_of(right))
            self._into.mention(right, Place.EXPORT, Use.EXPORT, _MODULE, owner)
            return True
        binding = self._into.bind(text_of(name), _MODULE, is_member=True)
        kind = "function" if right.type in ("arrow_function", "function_expression") else "variable"
        self._into.define(node, name, kind, binding, parent=owner, is_exported=True)
        self._into.mention(name, Place.ATTRIBUTE, Use.DEFINE, binding, owner)
        self._into.export(text_of(name), binding=binding)
        return True


def _entries(value: Node) -> Iterator[tuple[str, str]]:
    for part in value.named_children if value.type == "object" else ():
        key, inner = part.child_by_field_name("key"), part.child_by_field_name("value")
        if part.type == "shorthand_property_identifier":
            yield text_of(part), text_of(part)
        elif key is not None and inner is not None and inner.type == "identifier":
            yield text_of(key), text_of(inner)


def _plain(string: Node) -> str:
    return text_of(string)[:1000].strip("\"'`")
