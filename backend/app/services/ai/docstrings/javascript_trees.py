"""Whether two JavaScript or TypeScript files are the same program apart from documentation comments put in."""

from collections.abc import Iterator

from tree_sitter import Node, Tree

_MOST_BROKEN = 20
_TURNING = set(b"\"'`/")
_Shape = tuple[int, str, bool, bytes | None]


def differences(old: Tree, new: Tree, *, added: int) -> str | None:
    """Say how the new tree differs from the old one with `added` more comments; None when it does not."""
    if new.root_node.has_error and not old.root_node.has_error:
        return "the documented file would not parse"
    old_comments, new_comments = [0], [0]
    old_shapes, new_shapes = _shapes(old, old_comments), _shapes(new, new_comments)
    for one, other in zip(old_shapes, new_shapes, strict=False):
        if one != other:
            return "the syntax tree would change"
    # `zip` may have taken one more from the first: both must be at their ends.
    if next(old_shapes, None) is not None or next(new_shapes, None) is not None:
        return "the syntax tree would change"
    return None if new_comments[0] == old_comments[0] + added else "a comment would end early or swallow another"


def _shapes(tree: Tree, comments: list[int]) -> Iterator[_Shape]:
    """Give depth, type, absence and, for leaves, text of every node in document order; comments are only counted."""
    cursor = tree.walk()
    depth = 0
    while True:
        node = cursor.node
        if node is not None and node.type == "comment":
            comments[0] += 1
        elif node is not None:
            # A file of comments only is a leaf before it gets the first.
            text = node.text if node.child_count == 0 and depth else None
            yield depth, node.type, node.is_missing, text
            if cursor.goto_first_child():
                depth += 1
                continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            depth -= 1


def broken_places(root: Node) -> list[Node] | None:
    """Find what the grammar does not know; None when that could have turned text into code or code into text.

    A grammar lags behind its language. An unknown word harms its surroundings only; an unknown quote, comment
    or template may leave everything behind it on the wrong side.
    """
    found: list[Node] = []
    stack = [root] if root.has_error else []
    while stack:
        node = stack.pop()
        if node.is_error or node.is_missing:
            found.append(node)
            if len(found) > _MOST_BROKEN or set(node.text or b"") & _TURNING:
                return None
        else:
            stack.extend(child for child in node.children if child.has_error or child.is_missing)
    return found
