"""A file of TypeScript or JavaScript: its tree, what it imports and gives on, what stands at its top. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from tree_sitter import Node

from app.adapters.syntax.trees import child_of_type, field_text, parse_tree, text_of, walk
from app.services.refactor.symbols.typescript_mentions import GRAMMAR_OF

NAMES = frozenset({"identifier", "type_identifier", "shorthand_property_identifier"})
_COMMON_JS = re.compile(rb"(?m)\bmodule\.exports\b|^\s*exports\.\w+\s*=|\bimport\s+\w+\s*=\s*require\b|^export\s*=")
_NAMED = frozenset(
    {"function_declaration", "generator_function_declaration", "function_signature", "class_declaration",
     "abstract_class_declaration", "interface_declaration", "type_alias_declaration", "enum_declaration"}
)  # fmt: skip
_VARIABLES = frozenset({"lexical_declaration", "variable_declaration"})
TYPES = frozenset({"interface_declaration", "type_alias_declaration"})


@dataclass(frozen=True, slots=True)
class ScriptName:
    """One name of an import or export: what the other module calls it ("default", "*"), and what it is called here."""

    original: str
    local: str
    node: Node
    is_type: bool

    @property
    def text(self) -> str:
        """How it stands between braces."""
        return text_of(self.node)


@dataclass(frozen=True, slots=True)
class ScriptImport:
    """An import, or an export of what another module gives."""

    node: Node
    source: Node
    names: tuple[ScriptName, ...]
    is_export: bool
    is_type: bool
    is_star: bool

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.node.start_byte

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.node.end_byte

    @property
    def specifier(self) -> str:
        """What it imports from, as it is written."""
        return text_of(self.source)[1:-1]

    @property
    def quote(self) -> str:
        """The quotation mark it uses."""
        return text_of(self.source)[:1]

    @property
    def happens(self) -> bool:
        """Say whether the other module is loaded for it: not when it is about types alone."""
        return not self.is_type and not (self.names and all(name.is_type for name in self.names))


@dataclass(frozen=True, slots=True)
class Declared:
    """A name that a statement at the top declares."""

    name: str
    at: int
    node: Node  # the declaration
    statement: Node
    is_exported: bool
    is_default: bool


class ScriptFile:
    """One file."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self.root = parse_tree(GRAMMAR_OF.get(PurePosixPath(path).suffix, "typescript"), data).root_node

    @cached_property
    def imports(self) -> list[ScriptImport]:
        """Every import, and every export from elsewhere."""
        return [
            _import_of(child, source)
            for child in self.root.children
            if child.type in ("import_statement", "export_statement")
            and (source := child.child_by_field_name("source")) is not None
        ]

    @cached_property
    def declared(self) -> list[Declared]:
        """Every name that is declared at the top."""
        return [found for child in self.root.children for found in _declared(child)]

    @cached_property
    def given(self) -> list[tuple[Node, ScriptName]]:
        """The names of `export { … }` without a source, each with its statement."""
        return [
            (child, name)
            for child in self.root.children
            if child.type == "export_statement" and child.child_by_field_name("source") is None
            for name in _specifiers(child, is_type=False)
        ]

    @property
    def is_common_js(self) -> bool:
        """Say whether it gives things the way of CommonJS."""
        return bool(_COMMON_JS.search(self.data))

    @property
    def ends_with_semicolons(self) -> bool:
        """Say whether its imports do, or most of its lines."""
        if self.imports:
            return text_of(self.imports[0].node).endswith(";")
        return self.data.count(b";\n") > 0 or not self.data.strip()

    @property
    def quote(self) -> str:
        """The quotation mark of its imports."""
        return self.imports[0].quote if self.imports else "'" if self.data.count(b"'") >= self.data.count(b'"') else '"'

    def names(self, word: str | None = None) -> Iterator[Node]:
        """Every identifier that is no property, or those of one word."""
        for node in walk(self.root):
            if node.type in NAMES and (word is None or text_of(node) == word):
                yield node

    def top_binds(self, name: str) -> bool:
        """Say whether the file's top has a name: declared or imported."""
        return any(each.name == name for each in self.declared) or any(
            each.local == name for statement in self.imports if not statement.is_export for each in statement.names
        )


def _import_of(node: Node, source: Node) -> ScriptImport:
    is_type = any(child.type == "type" for child in node.children)
    is_export = node.type == "export_statement"
    names = [*_specifiers(node, is_type=is_type)]
    clause = child_of_type(node, "import_clause")
    for child in clause.children if clause else ():
        if child.type == "identifier":
            names.insert(0, ScriptName("default", text_of(child), child, is_type))
        elif child.type == "namespace_import":
            names.append(ScriptName("*", text_of(child.named_children[0]), child, is_type))
    is_star = is_export and not names and child_of_type(node, "namespace_export") is None
    return ScriptImport(node, source, tuple(names), is_export, is_type, is_star)


def _specifiers(node: Node, *, is_type: bool) -> Iterator[ScriptName]:
    holder = child_of_type(node, "export_clause")
    clause = child_of_type(node, "import_clause")
    holder = holder or (child_of_type(clause, "named_imports") if clause else None)
    for each in holder.named_children if holder else ():
        if each.type in ("import_specifier", "export_specifier"):
            name, alias = field_text(each, "name"), field_text(each, "alias")
            own_type = any(child.type == "type" for child in each.children)
            yield ScriptName(name, alias or name, each, is_type or own_type)


def _declared(child: Node) -> Iterator[Declared]:
    inner = child.child_by_field_name("declaration") if child.type == "export_statement" else child
    is_default = any(part.type == "default" for part in child.children)
    inner = inner if inner is not None else child
    if inner.type == "ambient_declaration":
        inner = next((part for part in inner.named_children if part.type in _NAMED | _VARIABLES), inner)
    exported = child.type == "export_statement"
    if inner.type in _NAMED:
        name = inner.child_by_field_name("name")
        if name is not None:
            yield Declared(text_of(name), name.start_byte, inner, child, exported, is_default)
    elif inner.type in _VARIABLES:
        for declarator in inner.named_children:
            target = declarator.child_by_field_name("name")
            for each in walk(target) if target is not None else ():
                if each.type in ("identifier", "shorthand_property_identifier_pattern"):
                    yield Declared(text_of(each), each.start_byte, inner, child, exported, is_default)
