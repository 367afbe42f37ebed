"""Which lines of a script are a symbol: its statement with overloads, decorators and the comments above. Pure."""

import re

from tree_sitter import Node

from app.adapters.syntax.trees import field_text, text_of, walk
from app.services.refactor.errors import SymbolNotFound
from app.services.refactor.moving.imports import line_end, line_start
from app.services.refactor.moving.model import Block
from app.services.refactor.moving.script_edits import is_file_comment
from app.services.refactor.moving.script_file import Declared, ScriptFile

_SETTING = {
    "assignment_expression": "left",
    "augmented_assignment_expression": "left",
    "update_expression": "argument",
}
_KINDS = {"class_declaration": "class", "abstract_class_declaration": "class", "lexical_declaration": "value"}


def cut_script(file: ScriptFile, name: str) -> tuple[Block, Declared]:
    """Find what is cut out of a module. SymbolNotFound when it is not one piece, or changes its value."""
    if file.is_common_js:
        raise _no(file, name, "common_js", "Its module gives things the way of CommonJS, which is not supported yet.")
    own = [each for each in file.declared if each.name == name]
    last = own[-1]
    if any(each.node.type != "function_signature" for each in own[:-1]):
        raise _no(file, name, "bound_more_than_once", "It is declared in several parts.")
    is_shared = sum(each.statement == last.statement for each in file.declared) > 1
    if is_shared or last.statement.type == "ambient_declaration":
        raise _no(file, name, "not_one_statement", "It is declared with others in one statement, or elsewhere.")
    if not last.is_default and any(given.original == name for _, given in file.given if given.local != name):
        raise _no(file, name, "exported_under_another_name", "Its module gives it another name.")
    if _is_default_elsewhere(file, name):
        raise _no(file, name, "exported_under_another_name", "Another statement makes it what its module gives.")
    if any(_is_set(node, name) for node in walk(file.root)):
        raise _no(file, name, "rebound", "Its module gives it another value later.")
    first = own[0].statement
    start, end = _with_comments(file, first), line_end(file.data, last.statement.end_byte)
    before = file.data[line_start(file.data, start) : start].strip()
    behind = re.sub(rb"//.*|/\*.*?\*/|;", b"", file.data[last.statement.end_byte : end]).strip()
    if before or behind:
        raise _no(file, name, "shares_its_line", "Another statement stands on its line.")
    return Block(file.path, start, end, _KINDS.get(last.node.type, "function")), last


def _no(file: ScriptFile, name: str, reason: str, said: str) -> SymbolNotFound:
    return SymbolNotFound(f"{name} cannot be moved. {said}", path=file.path, word=name, reason=reason)


def _is_default_elsewhere(file: ScriptFile, name: str) -> bool:
    return any(child.type == "export_statement" and field_text(child, "value") == name for child in file.root.children)


def _is_set(node: Node, name: str) -> bool:
    field = _SETTING.get(node.type)
    return field is not None and field_text(node, field) == name


def _with_comments(file: ScriptFile, statement: Node) -> int:
    """Where the comments begin that stand right above a statement; what a file begins with stays."""
    start = statement.start_byte
    above = statement.prev_sibling
    while above is not None and above.type == "comment" and not is_file_comment(file, above.start_byte):
        if file.data[above.end_byte : start].count(b"\n") != 1 or file.data[above.end_byte : start].strip():
            break
        if file.data[line_start(file.data, above.start_byte) : above.start_byte].strip():
            break
        start, above = above.start_byte, above.prev_sibling
    return start


def text_for_export(text: bytes, statement: Node, start: int, *, is_exported: bool) -> bytes:
    """Give a block to a module that must give it on: `export` before the declaration where there is none."""
    if is_exported or text_of(statement).startswith("export"):
        return text
    at = statement.start_byte - start
    return text[:at] + b"export " + text[at:]
