"""What a JavaScript or TypeScript file imports, by `import`, `export … from` and `require`."""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from app.adapters.syntax.javascript_effects import module_root
from app.adapters.syntax.source import Source
from app.adapters.syntax.structure import Import
from app.adapters.syntax.trees import child_of_type, field_text, text_of


@dataclass(frozen=True, slots=True)
class JsImports:
    """Imports in document order, and what each local name stands for (`readFile` → `fs.readFile`)."""

    entries: tuple[Import, ...]
    stands_for: dict[str, str]


def read_imports(root: Node, source: Source) -> JsImports:
    """Read the imports at the top level of a file."""
    entries: list[Import] = []
    stands_for: dict[str, str] = {}
    for node in root.named_children:
        for module, names in _imports_of(node):
            entries.append(Import(module, tuple(names), source.excerpt(node.start_byte, node.end_byte, 6)))
            prefix = module_root(module)
            stands_for.update({local: f"{prefix}.{name}" if name else prefix for local, name in names.items()})
    return JsImports(tuple(entries), stands_for)


def _imports_of(node: Node) -> Iterator[tuple[str, dict[str, str]]]:
    """Give modules with their local names, each with the name it has there ("" for the module as a whole)."""
    source = node.child_by_field_name("source")
    if node.type == "import_statement" and source:
        clause = child_of_type(node, "import_clause")
        yield _plain(source), _clause_names(clause) if clause else {}
    elif node.type == "export_statement" and source:
        clause = child_of_type(node, "export_clause")
        yield _plain(source), {text_of(entry): "" for entry in (clause.named_children if clause else [])}
    elif node.type in ("lexical_declaration", "variable_declaration"):
        for declarator in node.named_children:
            yield from _required(declarator)


def _clause_names(clause: Node) -> dict[str, str]:
    names: dict[str, str] = {}
    for child in clause.named_children:
        if child.type == "identifier":
            names[text_of(child)] = ""
        elif child.type == "namespace_import" and child.named_children:
            names[text_of(child.named_children[-1])] = ""
        elif child.type == "named_imports":
            for entry in child.named_children:
                name = field_text(entry, "name")
                names[field_text(entry, "alias") or name] = name
    return names


def _required(declarator: Node) -> Iterator[tuple[str, dict[str, str]]]:
    value, name = declarator.child_by_field_name("value"), declarator.child_by_field_name("name")
    if value is None or name is None or field_text(value, "function") != "require":
        return
    arguments = value.child_by_field_name("arguments")
    module = arguments.named_children[0] if arguments and arguments.named_children else None
    if module is None or module.type != "string":
        return
    names = {text_of(name): ""} if name.type == "identifier" else {}
    for part in name.named_children if name.type == "object_pattern" else []:
        local = field_text(part, "value") or text_of(part)
        names[local] = field_text(part, "key") or text_of(part)
    yield _plain(module), names


def _plain(string: Node) -> str:
    return text_of(string).strip("\"'`")
