"""Whether the statements of a JavaScript function can be run through to their end, where it gives back undefined."""

from tree_sitter import Node

from app.adapters.syntax.trees import field_text

_ENDS = {"return_statement", "throw_statement", "break_statement", "continue_statement"}
_LOOPS = {"for_in_statement", "for_statement", "while_statement", "do_statement", "switch_statement"}
_DEEPEST = 60  # statements inside statements; deeper ones are not judged, and nothing is said of them


def falls_off(block: Node, depth: int = 0) -> bool:
    """Say whether running can come to the end of a block, as far as its form tells."""
    return depth < _DEEPEST and all(_passes(child, depth + 1) for child in block.named_children)


def _passes(node: Node | None, depth: int) -> bool:
    if node is None or depth >= _DEEPEST:
        return node is None
    match node.type:
        case kind if kind in _ENDS:
            return False
        case "statement_block":
            return falls_off(node, depth)
        case "if_statement":
            return _passes_if(node, depth)
        case "try_statement":
            return _passes_try(node, depth)
        case "switch_statement":
            return _passes_switch(node, depth)
        case "labeled_statement":
            return True
        case "while_statement" | "do_statement" | "for_statement":
            return not _is_forever(node) or _breaks(node)
        case _:
            return True


def _passes_if(node: Node, depth: int) -> bool:
    """Go along `else if` without recursion: a chain of them has no limit."""
    while True:
        if _passes(node.child_by_field_name("consequence"), depth):
            return True
        clause = node.child_by_field_name("alternative")
        if clause is None:
            return True
        other = next((child for child in clause.named_children if child.type != "comment"), None)
        if other is None or other.type != "if_statement":
            return _passes(other, depth)
        node = other


def _passes_try(node: Node, depth: int) -> bool:
    handler, finalizer = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
    if finalizer is not None and not _passes(finalizer.child_by_field_name("body"), depth):
        return False
    caught = handler is not None and _passes(handler.child_by_field_name("body"), depth)
    return caught or _passes(node.child_by_field_name("body"), depth)


def _passes_switch(node: Node, depth: int) -> bool:
    body = node.child_by_field_name("body")
    cases = [child for child in body.named_children if child.type in ("switch_case", "switch_default")] if body else []
    if not any(case.type == "switch_default" for case in cases) or _breaks(node):
        return True
    return all(_passes(statement, depth) for statement in cases[-1].children_by_field_name("body"))


def _is_forever(node: Node) -> bool:
    condition = field_text(node, "condition")
    return condition == "(true)" or (node.type == "for_statement" and condition in ("", ";", "true", "true;"))


def _breaks(node: Node) -> bool:
    """Say whether a loop's own `break` stands in it, or any that names a place to leave for."""
    stack = [(child, True) for child in node.named_children]
    while stack:
        child, own = stack.pop()
        if child.type == "break_statement" and (own or child.named_child_count):
            return True
        if "function" not in child.type and child.type not in ("class_declaration", "method_definition"):
            inner = own and child.type not in _LOOPS
            stack.extend((each, inner) for each in child.named_children)
    return False
