"""Which lines of a Python module are a symbol: its statement, decorators, overloads, comments and docstring. Pure."""

import re
from collections.abc import Sequence

from tree_sitter import Node

from app.adapters.syntax.trees import text_of
from app.services.refactor.errors import SymbolNotFound
from app.services.refactor.moving.imports import inner, line_end, line_start
from app.services.refactor.moving.model import Block
from app.services.refactor.symbols.python_scopes import PythonScopes

_HEAD = re.compile(rb"#!|#.*?coding[:=]|(?i:#.*?(copyright|licen[cs]e|spdx))")
_KINDS = {
    "function_definition": "function",
    "class_definition": "class",
    "assignment": "value",
    "type_alias_statement": "type",
}


def cut(path: str, data: bytes, scopes: PythonScopes, root: Node, name: str) -> Block:
    """Find what is cut out of a module. SymbolNotFound when it is not one piece, or changes its value."""
    if any(name in scope.is_global for scope in scopes.scopes):
        raise _no(path, name, "rebound", "A function gives it another value: its module must stay the same.")
    own = [mention for mention in scopes.mentions if mention.name == name and not mention.scope]
    places = {mention.start for mention in own if mention.binds}
    statements = [child for child in root.children if any(child.start_byte <= at < child.end_byte for at in places)]
    pieces = [_piece(child, name) for child in statements]
    if not pieces or None in pieces or len(places) != len(pieces):
        reason = "It is bound by another statement than its own: in parts, under a condition, or with others."
        raise _no(path, name, "not_one_statement", reason)
    if len(pieces) > 1 and not _are_overloads(root, statements):
        raise _no(path, name, "bound_more_than_once", "It is given its value more than once.")
    start, end = _with_comments(data, statements[0]), _with_tail(data, root, statements[-1])
    for first, last in ((data[line_start(data, start) : start], b""), (_rest_of_line(data, end), b"")):
        if first.strip() != last:
            raise _no(path, name, "shares_its_line", "Another statement stands on its line.")
    return Block(path, start, end, _KINDS[pieces[-1].type if pieces[-1] is not None else ""])


def _no(path: str, name: str, reason: str, said: str) -> SymbolNotFound:
    return SymbolNotFound(f"{name} cannot be moved. {said}", path=path, word=name, reason=reason)


def _piece(child: Node, name: str) -> Node | None:
    """Give the definition in a statement when it binds this name and nothing else."""
    if child.type == "decorated_definition":
        child = child.children[-1]
    if child.type in ("function_definition", "class_definition"):
        named = child.child_by_field_name("name")
        return child if named is not None and text_of(named) == name else None
    if child.type == "type_alias_statement":
        return child
    assigned = inner(child)
    if assigned.type != "assignment":
        return None
    left, right = assigned.child_by_field_name("left"), assigned.child_by_field_name("right")
    is_plain = left is not None and left.type == "identifier" and (right is None or right.type != "assignment")
    return assigned if is_plain and left is not None and text_of(left) == name else None


def _are_overloads(root: Node, statements: Sequence[Node]) -> bool:
    """Say whether statements stand together, all but the last marked as overloads."""
    code = [child for child in root.children if child.type != "comment"]
    first = code.index(statements[0])
    if code[first : first + len(statements)] != [*statements]:
        return False
    return all(
        any(text_of(part).rpartition("overload")[1] for part in statement.children[:-1])
        for statement in statements[:-1]
    )


def _with_comments(data: bytes, statement: Node) -> int:
    """Where the comments begin that stand right above a statement; what a file begins with stays."""
    start = line_start(data, statement.start_byte)
    if start != statement.start_byte:
        return statement.start_byte
    while start > 0:
        above = line_start(data, start - 1)
        line = data[above:start]
        if not line.startswith(b"#") or _HEAD.match(line):
            break
        start = above
    return start


def _with_tail(data: bytes, root: Node, statement: Node) -> int:
    """Where a statement ends: with the comments inside of it, and a string right below that describes a value."""
    end = line_end(data, statement.end_byte) if _is_last_on_line(data, statement) else statement.end_byte
    for child in root.children:
        if child.start_byte < statement.end_byte:
            continue
        is_inside = child.type == "comment" and child.start_point.column > 0
        is_docstring = (
            inner(statement).type == "assignment" and inner(child).type == "string" and child.start_byte == end
        )
        if not is_inside and not is_docstring:
            break
        end = line_end(data, child.end_byte)
        if is_docstring:
            break
    return end


def _is_last_on_line(data: bytes, statement: Node) -> bool:
    rest = data[statement.end_byte : line_end(data, statement.end_byte)]
    return rest.partition(b"#")[0].strip() == b""


def _rest_of_line(data: bytes, end: int) -> bytes:
    return b"" if data[end - 1 : end] == b"\n" else data[end : line_end(data, end)]


def cut_with_blanks(data: bytes, block: Block) -> tuple[int, int]:
    """The bytes to take out so that what remains is as far apart as it was from the block."""
    before, after = _blanks_before(data, block.start), _blanks_behind(data, block.end)
    if block.end + after >= len(data):
        return block.start - before, len(data)
    if block.start - before <= 0:
        return 0, block.end + after
    return (block.start - before, block.end) if before < after else (block.start, block.end + after)


def _blanks_before(data: bytes, start: int) -> int:
    at = start
    while at > 0 and not data[line_start(data, at - 1) : at].strip():
        at = line_start(data, at - 1)
    return start - at


def _blanks_behind(data: bytes, end: int) -> int:
    at = end
    while at < len(data) and not data[at : line_end(data, at)].strip():
        at = line_end(data, at)
    return at - end
