"""What single nodes of a tree say of the names in them. Pure."""

from enum import StrEnum

from tree_sitter import Node

# What is made of these has keys that are values, not fields.
_COLLECTIONS = frozenset({"map_type", "slice_type", "array_type", "implicit_length_array_type"})
_AROUND_KEYS = frozenset({"identifier", "literal_element", "keyed_element", "literal_value"})


class Role(StrEnum):
    """How a name stands in the code."""

    NAME = "name"
    MEMBER = "member"
    KEY = "key"
    LABEL = "label"
    SHORTHAND = "shorthand"
    COMMENT = "comment"
    STRING = "string"


def types_of(node: Node) -> frozenset[bytes]:
    """Give the names of the type that a node is about, and of what it is an implementation of."""
    named = (node.child_by_field_name(each) for each in ("name", "type", "trait"))
    texts = (each.text or b"" for each in named if each is not None)
    return frozenset(text.partition(b"<")[0].rpartition(b"::")[2] for text in texts)


def _type_of(node: Node | None) -> str:
    return node.type if node is not None else ""


def is_member_token(node: Node) -> bool:
    """Say whether a name in a macro, of which the grammar knows the words alone, is a member."""
    before, after = _type_of(node.prev_sibling), _type_of(node.next_sibling)
    return before in {".", "::"} or (before in {"{", ","} and after == ":")


def is_path_token(node: Node, kind: str) -> bool:
    """Say whether a name in a macro is a module or a type before `::`; `kind` is that of what is around it."""
    return kind == "token_tree" and _type_of(node.next_sibling) == "::"


def is_shorthand_token(node: Node) -> bool:
    """Say whether a name in a macro stands for a field and its value: `Point { x }`."""
    tree = node.parent
    before, after = _type_of(node.prev_sibling), _type_of(node.next_sibling)
    if tree is None or before not in {"{", ","} or after not in {"}", ","} or _type_of(tree.child(0)) != "{":
        return False
    made = tree.prev_sibling
    return made is not None and made.type == "identifier" and (made.text or b"")[:1].isupper()


def is_label(node: Node) -> bool:
    """Say whether `=` follows: then it says which argument comes."""
    following = node.next_sibling
    return following is not None and following.type == "="


def role_of_key(node: Node) -> Role:
    """Say whether a key in braces is a field, where what is made says it; it can be a value too."""
    around = node
    while around.parent is not None and around.type in _AROUND_KEYS:
        around = around.parent
    made = around.child_by_field_name("type") if around.type == "composite_literal" else None
    if made is None:
        return Role.KEY
    return Role.NAME if made.type in _COLLECTIONS else Role.MEMBER


def is_computed(node: Node) -> bool:
    """Say whether a key stands in brackets: then it is a value."""
    before = node.prev_sibling
    return before is not None and before.type == "["


def is_bare_call(node: Node) -> bool:
    """Say whether what can stand behind a dot does not: a call of a method without what it is called on."""
    parent = node.parent
    if parent is None or parent.type not in {"method_invocation", "call"}:
        return False
    return parent.child_by_field_name("object") is None and parent.child_by_field_name("receiver") is None
