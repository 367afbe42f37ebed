"""Import statements of TypeScript and JavaScript, changed. Pure."""

from collections.abc import Sequence

from app.services.refactor.edits import WordEdit
from app.services.refactor.moving.imports import edit, line_end, line_start, without_item
from app.services.refactor.moving.script_file import ScriptFile, ScriptImport, ScriptName


def without_names(file: ScriptFile, statement: ScriptImport, gone: Sequence[ScriptName]) -> WordEdit:
    """Take names out of a statement, or the statement where none is left."""
    kept = [each for each in statement.names if each not in gone]
    if not kept:
        return without_statement(file, statement)
    listed = [each for each in statement.names if each.node.type.endswith("_specifier")]
    if len(gone) == 1 and gone[0] in listed and len(listed) > 1:
        return without_item(file.path, file.data, [each.node for each in listed], listed.index(gone[0]))
    return edit(file.path, statement.start, statement.end, written(file, statement, kept, statement.specifier))


def without_statement(file: ScriptFile, statement: ScriptImport) -> WordEdit:
    """Take a statement out, with its line where it has one of its own."""
    start, end = line_start(file.data, statement.start), line_end(file.data, statement.end)
    if file.data[start : statement.start].strip() or file.data[statement.end : end].strip():
        return edit(file.path, statement.start, statement.end, b"")
    return edit(file.path, start, end, b"")


def written(file: ScriptFile, statement: ScriptImport, names: Sequence[ScriptName], specifier: str) -> str:
    """Write a statement with some names and another source, in the style of the file."""
    listed = ", ".join(each.text for each in names if each.node.type.endswith("_specifier"))
    parts = [each.text for each in names if not each.node.type.endswith("_specifier")]
    parts += [f"{{ {listed} }}"] if listed else []
    word = "export" if statement.is_export else "import"
    types = " type" if statement.is_type else ""
    return statement_of(file, f"{word}{types} {', '.join(parts)}", specifier, statement.quote)


def statement_of(file: ScriptFile, head: str, specifier: str, quote: str = "") -> str:
    """Write `head from 'specifier'`, in the style of the file."""
    mark = quote or file.quote
    return f"{head} from {mark}{specifier}{mark}" + (";" if file.ends_with_semicolons else "")


def behind(file: ScriptFile, statement: ScriptImport, text: str) -> WordEdit:
    """Put a statement behind another one."""
    end = line_end(file.data, statement.end)
    if file.data[statement.end : end].strip(b" ;\r\n"):
        return edit(file.path, statement.end, statement.end, f"\n{text}")
    before = "" if file.data[end - 1 : end] == b"\n" else "\n"
    return edit(file.path, end, end, f"{before}{text}\n")


def spot_for_imports(file: ScriptFile) -> int:
    """Find where a new import goes: behind the last one, or behind what a file begins with."""
    own = [each for each in file.imports if not each.is_export]
    if own:
        return line_end(file.data, own[-1].end)
    spot = 0
    for child in file.root.children:
        is_directive = child.type == "expression_statement" and child.children[0].type == "string"
        is_comment = child.type == "comment" and is_file_comment(file, child.start_byte)
        is_head = child.type == "hash_bang_line" or is_comment
        if not is_directive and not is_head:
            break
        spot = line_end(file.data, child.end_byte)
    return spot


def is_file_comment(file: ScriptFile, start: int) -> bool:
    """Say whether a comment is about the whole file: for its tools, or about its rights."""
    text = file.data[start : start + 300].lower()
    words = (b"@ts-", b"eslint", b"licen", b"copyright", b"spdx", b"@jsx", b"@flow", b"prettier")
    return any(word in text.partition(b"*/" if text.startswith(b"/*") else b"\n")[0] for word in words)
