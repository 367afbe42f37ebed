"""A generic outline from tree-sitter: definitions with the comments above them, for languages without more."""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from app.adapters.syntax.comments import comment_text, leading_documentation
from app.adapters.syntax.source import Source, one_line
from app.adapters.syntax.structure import Body, Call, FileStructure, Import, Symbol, SymbolKind
from app.adapters.syntax.trees import field_text, parse_tree, text_of, walk

_KINDS: dict[str, SymbolKind] = {
    "class": "class",
    "class_declaration": "class",
    "class_definition": "class",
    "class_specifier": "class",
    "const_item": "constant",
    "const_spec": "constant",
    "constructor_declaration": "method",
    "delegate_declaration": "type",
    "enum_declaration": "enum",
    "enum_item": "enum",
    "enum_specifier": "enum",
    "function_declaration": "function",
    "function_definition": "function",
    "function_item": "function",
    "function_signature_item": "function",
    "interface_declaration": "interface",
    "macro_definition": "function",
    "method": "method",
    "method_declaration": "method",
    "mod_item": "namespace",
    "module": "namespace",
    "namespace_declaration": "namespace",
    "namespace_definition": "namespace",
    "object_declaration": "class",
    "preproc_def": "constant",
    "preproc_function_def": "function",
    "protocol_declaration": "interface",
    "protocol_function_declaration": "method",
    "record_declaration": "class",
    "singleton_method": "method",
    "static_item": "constant",
    "struct_declaration": "class",
    "struct_item": "class",
    "struct_specifier": "class",
    "trait_declaration": "interface",
    "trait_item": "interface",
    "type_alias": "type",
    "type_alias_declaration": "type",
    "type_definition": "type",
    "type_item": "type",
    "type_spec": "type",
    "union_item": "class",
}
_IMPORTS = {
    "extern_crate_declaration",
    "import_declaration",
    "import_from_statement",
    "import_header",
    "import_spec",
    "import_statement",
    "namespace_use_declaration",
    "preproc_include",
    "use_declaration",
    "using_directive",
}
_CALLS = {
    "call",
    "call_expression",
    "command",
    "function_call_expression",
    "invocation_expression",
    "method_invocation",
}
_CALLEES = ("function", "name", "method")
_BRANCH_WORDS = (
    "if",
    "for",
    "while",
    "case",
    "catch",
    "except",
    "elif",
    "conditional",
    "ternary",
    "match_arm",
    "rescue",
)
_BRANCH_ENDS = (
    "_modifier",
    "_statement",
    "_expression",
    "_clause",
    "_arm",
    "_label",
    "_entry",
    "statement",
    "case",
    "if",
    "while",
)
# Before these stand words that belong to the definition: `pub`, `export`, annotations, a type's keyword.
_WRAPPERS = {"type_declaration", "template_declaration", "decorated_definition", "const_declaration", "declaration"}
_CONTAINERS = {"impl_item"}
# Names of definitions nested beyond any sense would grow with each level; what is deeper is not told apart.
_LONGEST_PARENT = 500
_NAME_FIELDS = ("name", "type")
_BODY_FIELDS = ("body", "block")
_BODY_TYPES = {"function_body", "class_body", "enum_class_body", "protocol_body"}


@dataclass(frozen=True, slots=True)
class _Place:
    parent: str = ""
    kind: SymbolKind | None = None
    outer: Node | None = None
    lead: tuple[Node, ...] = ()


def describe_outline(path: str, language: str, source: Source) -> FileStructure:
    """Outline a file of any language that has a grammar here."""
    root = parse_tree(language, source.data).root_node
    documented = leading_documentation(root, source)
    nodes = [node for node in walk(root) if _is_import(node)]
    return FileStructure(
        path=path,
        language=language,
        parser="tree-sitter",
        complete=not root.has_error,
        line_count=source.line_count,
        documentation=documented[0] if documented else None,
        documentation_at=documented[1] if documented else None,
        imports=tuple(
            Import(_first_line(node), (), source.excerpt(node.start_byte, node.start_byte)) for node in nodes
        ),
        symbols=tuple(_symbols(root, source)),
        body=Body(),
    )


def _symbols(root: Node, source: Source) -> Iterator[Symbol]:
    stack: list[tuple[Node, _Place]] = [(root, _Place())]
    while stack:
        node, place = stack.pop()
        kind = None if node is root or _is_word(node) else _KINDS.get(node.type)
        name = _name_of(node) if (kind or node.type in _CONTAINERS) and len(place.parent) <= _LONGEST_PARENT else ""
        qualified = f"{place.parent}.{name}" if place.parent and name else name
        if kind and name:
            yield _symbol(node, kind, qualified, place, source)
        inside = _Place(qualified or place.parent, kind or place.kind)
        if node.type in _CONTAINERS:
            inside = _Place(qualified or place.parent, "class")
        wrapper = place.outer or node if node.type in _WRAPPERS else None
        # What leads a node that defines nothing itself leads its first child: a body, a wrapped definition.
        stack.extend(reversed(list(_children(node, inside, wrapper, () if kind and name else place.lead))))


def _is_import(node: Node) -> bool:
    """Say whether this is one import; a group of imports is told by its entries."""
    if node.type not in _IMPORTS or _is_word(node):
        return False
    return not any(inner.type == "import_spec" for inner in walk(node) if inner.id != node.id)


def _first_line(node: Node) -> str:
    return one_line(text_of(node).partition("\n")[0])


def _is_word(node: Node) -> bool:
    """Grammars name keywords like the thing they open: `class` is a word and, in Ruby, a definition."""
    return node.child_count == 0


def _children(
    node: Node, inside: _Place, wrapper: Node | None, lead: tuple[Node, ...]
) -> Iterator[tuple[Node, _Place]]:
    comments: list[Node] = []
    row = -2
    for child in node.children:
        if "comment" in child.type:
            comments = [*comments, child] if child.start_point.row <= row + 1 else [child]
            row = child.end_point.row
            continue
        near = tuple(comments) if comments and child.start_point.row <= row + 1 else ()
        yield child, _Place(inside.parent, inside.kind, wrapper, near or lead)
        if wrapper is None:
            lead = ()
        if child.type not in ("attribute_item", "modifiers", "decorator", "attribute_list"):
            comments, row = [], -2
        else:
            row = child.end_point.row


def _symbol(node: Node, kind: SymbolKind, qualified: str, place: _Place, source: Source) -> Symbol:
    outer = place.outer or node
    head_end = _head_end(node)
    signature = one_line(source.slice(outer.start_byte, head_end), 400).rstrip(" {=:;")
    return Symbol(
        kind="method" if kind == "function" and place.kind in ("class", "interface", "enum") else kind,
        name=qualified.rpartition(".")[2],
        qualified_name=qualified,
        parent=place.parent,
        start_line=source.line_of(outer.start_byte),
        end_line=source.line_of(max(outer.start_byte, outer.end_byte - 1)),
        head=source.excerpt(outer.start_byte, max(outer.start_byte + 1, head_end - 1), 6),
        signature=signature,
        is_public=_is_public(signature, qualified),
        documentation="\n".join(comment_text(text_of(comment)) for comment in place.lead) or None,
        documentation_at=source.excerpt(place.lead[0].start_byte, place.lead[-1].end_byte, 40) if place.lead else None,
        is_nested=place.kind in ("function", "method"),
        body=_body(node, source) if kind in ("function", "method") else Body(),
    )


def _head_end(node: Node) -> int:
    """Find where the definition's own words end: at its body, or at a comment before it."""
    ends = [child.start_byte for name in _BODY_FIELDS if (child := node.child_by_field_name(name))]
    ends += [child.start_byte for child in node.children if child.type in _BODY_TYPES or "comment" in child.type]
    return min((end for end in ends if end > node.start_byte), default=node.end_byte)


def _is_public(signature: str, qualified: str) -> bool:
    words = signature.split("(", maxsplit=1)[0].split()
    return not qualified.rpartition(".")[2].startswith("_") and not {"private", "fileprivate"} & set(words)


def _name_of(node: Node) -> str:
    for field in _NAME_FIELDS:
        text = field_text(node, field)
        if text and len(text) <= 200 and (field == "name" or node.type in _CONTAINERS):
            return one_line(text)
    declarator = node.child_by_field_name("declarator")
    while declarator is not None:
        inner = declarator.child_by_field_name("declarator")
        if inner is None:
            return one_line(text_of(declarator))
        declarator = inner
    words = ("identifier", "simple_identifier", "type_identifier", "word", "constant")
    return next((one_line(text_of(child)) for child in node.named_children if child.type in words), "")


def _body(node: Node, source: Source) -> Body:
    calls: list[Call] = []
    complexity = 1
    stack = list(node.children)[::-1]
    while stack:
        inner = stack.pop()
        if inner.child_count == 0 or inner.type in _KINDS:
            continue  # a definition inside tells its own calls
        stack.extend(reversed(inner.children))
        if inner.type in _CALLS:
            callee = next((text for field in _CALLEES if (text := field_text(inner, field))), "")
            first = inner.children[0]
            callee = one_line(callee, 120) or source.short(first.start_byte, first.end_byte, 120)
            name = callee.replace("::", ".").replace("->", ".").rpartition(".")[2]
            calls.append(Call(callee, name, source.excerpt(inner.start_byte, inner.end_byte, 1)))
        elif inner.type.startswith(_BRANCH_WORDS) and inner.type.endswith(_BRANCH_ENDS):
            complexity += 1
    return Body(calls=tuple(calls), complexity=complexity)
