"""What the nodes of a TypeScript or JavaScript tree are to a rename. Pure."""

from tree_sitter import Node

from app.adapters.syntax.trees import field_text, text_of

FUNCTIONS = frozenset(
    {"function_declaration", "function_expression", "arrow_function", "method_definition", "function_signature",
     "generator_function_declaration", "generator_function", "method_signature", "abstract_method_signature",
     "function_type", "constructor_type", "call_signature", "construct_signature", "class_static_block"}
)  # fmt: skip
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class"})
HOLDERS = _CLASSES | {"interface_declaration", "type_alias_declaration"}
_BODIES = frozenset({"class_body", "interface_body", "object_type", "object", "enum_body"})
_TYPES = frozenset({"type_identifier", "identifier", "nested_type_identifier", "member_expression", "generic_type"})
# Between a type's name and the members written out for it.
_SUMS = frozenset({"intersection_type", "parenthesized_type", "union_type"})
_LOOKUPS = frozenset(
    {"get", "set", "has", "deleteProperty", "defineProperty", "getOwnPropertyDescriptor", "hasOwnProperty", "hasOwn",
     "propertyIsEnumerable", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "spyOn", "pick", "omit",
     "apply", "prop", "property", "result", "invoke", "keyBy", "groupBy", "sortBy", "orderBy", "mapValues"}
)  # fmt: skip
_DEEPEST = 40


def holder_of(node: Node) -> int:
    """Where the thing begins that a declared member belongs to.

    A class's own (static) members, and the members of types and objects without a name, belong to the body.
    """
    body = _above(node, _BODIES)
    if body is None:
        return -1
    owner = body.parent
    if owner is not None and owner.type in _CLASSES and not _is_static(node, body):
        return owner.start_byte
    if owner is not None and owner.type == "interface_declaration":
        return owner.start_byte
    while owner is not None and owner.type in _SUMS:
        owner = owner.parent
    if owner is not None and owner.type == "type_alias_declaration" and body.type == "object_type":
        return owner.start_byte
    return body.start_byte


def _is_static(node: Node, body: Node) -> bool:
    member = node
    while member.parent is not None and member.parent != body:
        member = member.parent
    return any(child.type == "static" for child in member.children)


def _above(node: Node, types: frozenset[str]) -> Node | None:
    at = node.parent
    for _ in range(_DEEPEST):
        if at is None or at.type in types:
            return at
        at = at.parent
    return None


def bases_of(node: Node) -> list[int]:
    """The ends of the names a class, interface or type is made from."""
    if node.type == "type_alias_declaration":
        value = node.child_by_field_name("value")
        return _ends_in_sum(value) if value is not None else []
    clauses = [child for child in node.children if child.type in ("class_heritage", "extends_type_clause")]
    parts = [part for clause in clauses for part in clause.named_children]
    listed = [each for part in parts if part.type.endswith("s_clause") for each in part.named_children]
    plain = [part for part in parts if not part.type.endswith("s_clause")]
    return [_end_of(part) for part in listed + plain if part.type not in ("type_arguments", "comment")]


def _ends_in_sum(value: Node) -> list[int]:
    ends: list[int] = []
    stack = [value]
    while stack:
        node = stack.pop()
        if node.type in _SUMS:
            stack.extend(node.named_children)
        elif node.type in _TYPES:
            ends.append(_end_of(node))
    return ends


def _end_of(node: Node) -> int:
    named = node.child_by_field_name("name") if node.type == "generic_type" else None
    return (named or node).end_byte


def is_member_parameter(parameter: Node) -> bool:
    """Say whether a parameter of a constructor is a member of its class too."""
    return parameter.type in ("required_parameter", "optional_parameter") and any(
        child.type in ("accessibility_modifier", "readonly", "override_modifier") for child in parameter.children
    )


def class_of_this(access: Node) -> int:
    """Where the class begins whose member `this.name` is; -1 for anything else."""
    if field_text(access, "object") != "this":
        return -1
    body = _above(access, frozenset({"class_body"}))
    return body.parent.start_byte if body is not None and body.parent is not None else -1


def is_assigned_pattern(node: Node) -> bool:
    """Say whether a pattern is the left of an assignment, and declares nothing."""
    at = node.parent
    while at is not None and (at.type.endswith("_pattern") or at.type in ("array", "object")):
        if at.parent is not None and at.parent.type == "assignment_expression":
            return at.parent.child_by_field_name("left") == at
        at = at.parent
    return False


def is_required(node: Node) -> bool:
    """Say whether a pattern takes apart what `require` gives."""
    declared = node.parent.parent if node.parent else None
    return declared is not None and declared.type == "variable_declarator" and _is_require(declared)


def _is_require(declared: Node) -> bool:
    value = declared.child_by_field_name("value")
    return value is not None and value.type == "call_expression" and field_text(value, "function") == "require"


def is_common_js_export(node: Node) -> bool:
    """Say whether an object's property is what a CommonJS module gives."""
    assigned = node.parent.parent if node.parent else None
    return (
        assigned is not None
        and assigned.type == "assignment_expression"
        and field_text(assigned, "left") in ("module.exports", "exports")
    )


def is_module_path(fragment: Node) -> bool:
    """Say whether a string says where a module is found."""
    holder = fragment.parent.parent if fragment.parent else None
    if holder is not None and holder.type == "arguments" and holder.parent is not None:
        return field_text(holder.parent, "function") in ("require", "import", "require.resolve")
    return holder is not None and holder.type in ("import_statement", "export_statement", "import_require_clause")


def is_key(fragment: Node) -> bool:
    """Say whether a string is the name of a member that is declared there."""
    string = fragment.parent
    holder = string.parent if string else None
    if holder is None:
        return False
    named = [holder.child_by_field_name(name) for name in ("key", "name", "property")]
    return string in named or holder.type == "computed_property_name"


# Where one of several objects may stand, each of which is read by the same code.
_CHOICES = frozenset({"ternary_expression", "binary_expression", "parenthesized_expression", "array", "as_expression"})


def slot_of(key: Node) -> str:
    """Name the place where objects stand that must be alike: in one array, or given by one function; "" for others."""
    node, way = _above(key, frozenset({"object"})), ""
    slot = ""
    for _ in range(_DEEPEST):
        parent = node.parent if node is not None else None
        if node is None or parent is None:
            break
        if parent.type == "pair":
            way = f"{field_text(parent, 'key')}.{way}"
        elif parent.type == "return_statement" or (parent.type in FUNCTIONS and node.type != "statement_block"):
            function = parent if parent.type in FUNCTIONS else _above(parent, FUNCTIONS)
            return f"{function.start_byte}>{way}" if function is not None else slot
        elif parent.type in _CHOICES:
            slot = f"{parent.start_byte}:{way}"
        elif parent.type != "object":
            break
        node = parent
    return slot


def is_looked_up(fragment: Node) -> bool:
    """Say whether something is looked up by a string while running."""
    string = fragment.parent
    holder = string.parent if string else None
    if string is None or holder is None:
        return False
    if holder.type == "subscript_expression":
        return holder.child_by_field_name("index") == string
    if holder.type == "binary_expression":
        return field_text(holder, "operator") == "in"
    if holder.type == "arguments" and holder.parent is not None:
        return field_text(holder.parent, "function").rpartition(".")[2] in _LOOKUPS
    return False


def is_guessed(root: Node) -> bool:
    """Say whether the parser had to guess; the one thing it does not know yet, `export type * from`, it gets right."""
    stack = [root] if root.has_error else []
    while stack:
        node = stack.pop()
        if node.is_missing:
            return True
        if node.type == "ERROR":
            parent = node.parent
            if parent is None or parent.type != "export_statement" or text_of(node) != "type":
                return True
        else:
            stack.extend(child for child in node.children if child.has_error or child.is_missing)
    return False
