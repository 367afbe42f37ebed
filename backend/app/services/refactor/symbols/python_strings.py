"""What a string of Python is used for where it stands: exported, a member's name, looked up while running. Pure."""

import re

from tree_sitter import Node

from app.adapters.syntax.trees import field_text, text_of
from app.services.refactor.symbols.mentions import StringUse

# Of builtins, operator, unittest.mock and pytest: they find things by names that are strings.
_LOOKUPS = frozenset(
    {"getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller", "patch", "object", "import_module",
     "usefixtures", "getfixturevalue", "__import__", "__getattribute__", "__setattr__", "__delattr__", "dict",
     "multiple", "delitem", "setitem"}
)  # fmt: skip
# "{0.name}".format(thing) reads an attribute.
_IN_TEMPLATE = re.compile(r"(?<!\{)\{[\w.\[\]]*\.$")
# Names in one string, which is split.
_LISTED = re.compile(r"\w+(?:[\s,]+\w+)+[\s,]*")
_MEMBERS = frozenset({"__slots__", "__match_args__"})
_NAMESPACES = ("__dict__", "globals()", "locals()", "vars(")
# Between a string and the assignment it belongs to there may be lists, tuples and sums of them.
_DEEPEST = 6


def use_of(content: Node, word: str, before: str) -> StringUse:
    """Say what the string that holds this content is used for; `before` is what stands before the word in it."""
    string = content.parent
    holder = string.parent if string else None
    if string is None or holder is None:
        return StringUse.OTHER
    if holder.type in ("expression_statement", "block", "module"):
        return StringUse.PROSE
    if _is_looked_up(holder) or _IN_TEMPLATE.search(before[-200:]):
        return StringUse.DYNAMIC
    return _assigned(holder) if text_of(content) == word or _LISTED.fullmatch(text_of(content)) else StringUse.OTHER


def _is_looked_up(holder: Node) -> bool:
    if holder.type == "argument_list" and holder.parent is not None:
        return field_text(holder.parent, "function").rpartition(".")[2] in _LOOKUPS
    if holder.type == "subscript":
        value = field_text(holder, "value")
        return value.endswith(_NAMESPACES[:3]) or value.startswith(_NAMESPACES[3])
    return False


def _assigned(holder: Node) -> StringUse:
    node: Node | None = holder
    for _ in range(_DEEPEST):
        if node is None:
            break
        if node.type in ("assignment", "augmented_assignment"):
            return _by_name(field_text(node, "left"))
        if node.type == "call" and holder.type != "attribute":
            # A method of the list: append, extend.
            return _by_name(field_text(node, "function").rpartition(".")[0])
        node = node.parent
    return StringUse.OTHER


def _by_name(name: str) -> StringUse:
    if name == "__all__":
        return StringUse.EXPORT
    return StringUse.MEMBER if name in _MEMBERS else StringUse.OTHER
