"""Whether two Python files are the same program apart from documentation that was put in on purpose."""

import ast
import inspect
from collections.abc import Mapping

from app.adapters.syntax.documentation import is_placeholder
from app.adapters.syntax.python_tree import AnyDefinition, docstring_node, python_definitions

_MODULE = -1


def differences(old: ast.Module, new: ast.Module, added: Mapping[int, str]) -> str | None:
    """Say how the new tree differs from the old one with this documentation; None when it does not.

    `added` maps the number of a definition, -1 for the module, to its documentation. Both trees lose it here.
    """
    old_nodes, new_nodes = _documentable(old), _documentable(new)
    if len(old_nodes) != len(new_nodes):
        return "definitions would appear or vanish"
    for index, text in added.items():
        statement = docstring_node(new_nodes[index])
        if statement is None or inspect.cleandoc(_value(statement)) != text:
            return "its documentation would not read as written"
        del new_nodes[index].body[0]
        before = docstring_node(old_nodes[index])
        if before is not None:
            if not is_placeholder(inspect.cleandoc(_value(before)), getattr(old_nodes[index], "name", "")):
                return "documentation would be overwritten"
            del old_nodes[index].body[0]
    return None if _equal(old, new) else "the syntax tree would change"


def _documentable(tree: ast.Module) -> dict[int, ast.Module | AnyDefinition]:
    nodes: dict[int, ast.Module | AnyDefinition] = {_MODULE: tree}
    nodes.update({index: found.node for index, found in enumerate(python_definitions(tree))})
    return nodes


def _value(statement: ast.Expr) -> str:
    return str(statement.value.value) if isinstance(statement.value, ast.Constant) else ""


def _equal(old: object, new: object) -> bool:
    """Compare two trees to the last constant, places left out, with a stack of our own."""
    stack: list[tuple[object, object]] = [(old, new)]
    while stack:
        one, other = stack.pop()
        if one.__class__ is not other.__class__:
            return False
        if isinstance(one, ast.TypeIgnore):
            # Its line is a field, and lines may move; what it ignores may not.
            stack.append((one.tag, getattr(other, "tag", None)))
        elif isinstance(one, ast.AST):
            stack.extend((getattr(one, name, None), getattr(other, name, None)) for name in one._fields)
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            stack.extend(zip(one, other, strict=True))
        elif one != other and repr(one) != repr(other):
            return False
    return True
