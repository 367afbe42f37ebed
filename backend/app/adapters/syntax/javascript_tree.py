"""The definitions in a JavaScript or TypeScript tree: what each is called, where it stands, where its comment goes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tree_sitter import Node

from app.adapters.syntax.structure import SymbolKind
from app.adapters.syntax.trees import child_of_type, field_text, text_of

FUNCTION_VALUES = ("arrow_function", "function_expression", "generator_function")
_DECLARATIONS: dict[str, SymbolKind] = {
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "function_signature": "function",
    "class_declaration": "class",
    "abstract_class_declaration": "class",
    "interface_declaration": "interface",
    "type_alias_declaration": "type",
    "enum_declaration": "enum",
    "internal_module": "namespace",
    "module": "namespace",
}
_MEMBERS = ("method_definition", "method_signature", "abstract_method_signature")
_CLASS_FIELDS = ("public_field_definition", "field_definition")
_SIGNATURES = ("function_signature", "method_signature", "abstract_method_signature")
_VARIABLES = ("lexical_declaration", "variable_declaration")
_WRAPPERS = ("export_statement", "ambient_declaration", "expression_statement", *_VARIABLES)
# Names of definitions nested beyond any sense would grow with each level; what is deeper is not told apart.
_LONGEST_PARENT = 500
_FUNCTION_SCOPES = (*FUNCTION_VALUES, "function_declaration", "generator_function_declaration", "method_definition")


@dataclass(frozen=True, slots=True)
class JsDefinition:
    """One definition. `node` holds name and body; `outer` is the statement or member around it.

    `start` is the byte where its first decorator or, without one, its first word begins; `own_start` leaves
    decorators out. `lead` are the comments right before it. `is_alone` is false where a comment above would
    speak of something else too, as in `const a = () => 1, b = 2`.
    """

    kind: SymbolKind
    name: str
    qualified_name: str
    parent: str
    node: Node
    value: Node
    outer: Node
    start: int
    own_start: int
    lead: tuple[Node, ...]
    is_exported: bool
    is_nested: bool
    is_signature: bool
    is_alone: bool = True
    is_overload: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node stands: inside which definition, in which statement, behind which comments and decorators."""

    parent: str = ""
    is_nested: bool = False
    is_exported: bool = False
    is_alone: bool = True
    in_class: bool = False
    outer: Node | None = None
    start: int = -1
    lead: tuple[Node, ...] = ()


def definitions(root: Node) -> list[JsDefinition]:
    """Every named definition of a file in document order, nested ones too."""
    found: list[JsDefinition] = []
    stack: list[tuple[Node, _Place]] = [(root, _Place())]
    while stack:
        node, place = stack.pop()
        made = _definition_at(node, place)
        if made:
            found.append(made)
        stack.extend(_below(node, place, made))
    return _with_overloads(found)


def _below(node: Node, place: _Place, made: JsDefinition | None) -> list[tuple[Node, _Place]]:
    """Give the children with their places, last first, as a stack wants them."""
    if node.type in _WRAPPERS:
        passed = replace(
            place,
            outer=place.outer or node,
            start=place.start if place.start >= 0 else node.start_byte,
            is_exported=place.is_exported or node.type == "export_statement",
            is_alone=place.is_alone and _declarators(node) < 2,
            in_class=False,
        )
        return [(child, passed) for child in reversed(node.named_children)]
    inside = _Place(
        parent=made.qualified_name if made else place.parent,
        is_nested=place.is_nested or node.type in _FUNCTION_SCOPES,
        in_class=node.type == "class_body",
    )
    return list(_children_with_lead(node, inside))[::-1]


def _declarators(node: Node) -> int:
    return sum(child.type == "variable_declarator" for child in node.named_children) if node.type in _VARIABLES else 0


def _children_with_lead(node: Node, inside: _Place) -> Iterator[tuple[Node, _Place]]:
    """Give each child the comments and decorators that stand right before it; a trailing comment leads nothing."""
    lead: list[Node] = []
    decorated, last_line = -1, -1
    for child in node.children:
        if child.type == "comment":
            if child.start_point.row != last_line:
                lead.append(child)
        elif child.type == "decorator" and node.type == "class_body":
            decorated = decorated if decorated >= 0 else child.start_byte
        elif child.is_named:
            yield child, replace(inside, lead=tuple(lead), start=decorated)
            lead, decorated, last_line = [], -1, child.end_point.row
        else:
            lead, last_line = [], child.end_point.row


def _definition_at(node: Node, place: _Place) -> JsDefinition | None:
    kind = _DECLARATIONS.get(node.type)
    if kind:
        return _make(kind, field_text(node, "name").strip("\"'"), node, node, place)
    if node.type in _MEMBERS and place.in_class:
        return _make("method", field_text(node, "name"), node, node, place)
    if node.type in _CLASS_FIELDS and place.in_class:
        value = node.child_by_field_name("value")
        name = field_text(node, "name") or field_text(node, "property")
        return _make("method", name, node, value, place) if value and value.type in FUNCTION_VALUES else None
    if node.type == "variable_declarator":
        return _variable(node, place)
    if place.outer is None:
        return None
    if node.type == "assignment_expression" and place.outer.type == "expression_statement":
        return _assigned(node, place)
    if (node.type in FUNCTION_VALUES or node.type == "class") and place.outer.type == "export_statement":
        return _make(_kind_of_value(node), field_text(node, "name") or "default", node, node, place)
    return None


def _variable(node: Node, place: _Place) -> JsDefinition | None:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is None or name.type != "identifier" or place.outer is None:
        return None
    if value and (value.type in FUNCTION_VALUES or value.type == "class"):
        return _make(_kind_of_value(value), text_of(name), node, value, place)
    return None if place.is_nested else _make("constant", text_of(name), node, value or node, place)


def _assigned(node: Node, place: _Place) -> JsDefinition | None:
    """`exports.a = function`, `module.exports = class`, `A.prototype.b = () => …`, `A.c = function`."""
    left, value = field_text(node, "left"), node.child_by_field_name("right")
    if value is None or (value.type not in FUNCTION_VALUES and value.type != "class"):
        return None
    parts = left.split(".")
    if not all(part.isidentifier() or part.replace("$", "_").isidentifier() for part in parts) or len(parts) < 2:
        return None
    exported = parts[0] == "exports" or parts[:2] == ["module", "exports"]
    name = field_text(value, "name") or "default" if parts == ["module", "exports"] else parts[-1]
    owner = [] if exported else [part for part in parts[:-1] if part not in ("prototype", "this")]
    if not exported and (place.is_nested or not owner):
        return None
    inside = replace(place, parent=".".join([*([place.parent] if place.parent else []), *owner]), is_exported=exported)
    kind = _kind_of_value(value)
    return _make("method" if owner and kind == "function" else kind, name, node, value, inside)


def _kind_of_value(value: Node) -> SymbolKind:
    return "class" if value.type == "class" else "function"


def _make(kind: SymbolKind, name: str, node: Node, value: Node, place: _Place) -> JsDefinition | None:
    if not name or len(place.parent) > _LONGEST_PARENT or len(name) > _LONGEST_PARENT:
        return None
    outer = place.outer or node
    words = next((child for child in outer.children if child.type not in ("decorator", "comment")), outer)
    return JsDefinition(
        kind=kind,
        name=name,
        qualified_name=f"{place.parent}.{name}" if place.parent else name,
        parent=place.parent,
        node=node,
        value=value,
        outer=outer,
        start=place.start if place.start >= 0 else outer.start_byte,
        own_start=max(words.start_byte, outer.start_byte),
        lead=place.lead,
        is_exported=place.is_exported,
        is_nested=place.is_nested,
        is_signature=node.type in _SIGNATURES,
        is_alone=place.is_alone,
    )


def _with_overloads(found: Sequence[JsDefinition]) -> list[JsDefinition]:
    """Mark what shares its name with a signature: those are overloads of one function."""
    every = Counter(made.qualified_name for made in found if made.kind in ("function", "method"))
    signed = {made.qualified_name for made in found if made.is_signature}
    return [
        replace(made, is_overload=True) if every[made.qualified_name] > 1 and made.qualified_name in signed else made
        for made in found
    ]


def is_doc_comment(comment: Node) -> bool:
    """Say whether a comment is one that tools read as documentation: `/** … */`."""
    text = text_of(comment)
    return text.startswith("/**") and len(text) > 4 and not text.startswith("/***")


def doc_of(found: JsDefinition) -> Node | None:
    """Give the documentation comment that tools would show for a definition: the last before it."""
    inner = [child for child in found.outer.children if child.type == "comment"] if found.is_alone else []
    comments = [*found.lead, *(comment for comment in inner if comment.end_byte <= found.value.start_byte)]
    return next((comment for comment in reversed(comments) if is_doc_comment(comment)), None)


def exported_names(root: Node) -> frozenset[str] | None:
    """Names exported apart from their definitions; None where the file exports nothing at all, like a script."""
    names: set[str] = set()
    exports = False
    for statement in root.named_children:
        if statement.type == "export_statement":
            exports = True
            clause = child_of_type(statement, "export_clause")
            names.update(field_text(entry, "name") for entry in (clause.named_children if clause else []))
            names.update(text_of(child) for child in statement.named_children if child.type == "identifier")
        elif statement.type == "expression_statement" and statement.named_child_count:
            found = _common_js_names(statement.named_children[0])
            exports = exports or found is not None
            names.update(found or ())
    return frozenset(names) if exports else None


def _common_js_names(expression: Node) -> set[str] | None:
    left, value = field_text(expression, "left"), expression.child_by_field_name("right")
    if expression.type != "assignment_expression" or value is None:
        return None
    if left != "module.exports" and not left.startswith(("exports.", "module.exports.")):
        return None
    if value.type != "object":
        return {text_of(value)} if value.type == "identifier" else set()
    entries = [child for child in value.named_children if child.type in ("shorthand_property_identifier", "pair")]
    return {field_text(entry, "value") or text_of(entry) for entry in entries}
