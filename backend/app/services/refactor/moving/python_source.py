"""The module that a symbol leaves: what is cut, what it imports now, and what it no longer has to import. Pure."""

import re
from dataclasses import replace

from tree_sitter import Node

from app.services.refactor.moving.imports import (
    Imported,
    ImportStatement,
    Where,
    edit,
    line_end,
    taken_out,
    without_item,
)
from app.services.refactor.moving.python_cut import cut_with_blanks
from app.services.refactor.moving.python_file import PythonFile, unquoted, words_of
from app.services.refactor.moving.python_work import Brought, MoveWork, is_code
from app.services.refactor.symbols.mentions import Mention, Role, StringUse
from app.services.refactor.symbols.model import Place


def leave(work: MoveWork) -> None:
    """Cut it out, keep what the module still uses of it, and take it out of `__all__`."""
    file, block = work.file(work.source), work.plan.block
    start, end = cut_with_blanks(file.data, block)
    work.plan.edits.append(edit(file.path, start, end, b""))
    exported = file.exports()
    names = [unquoted(node) for node in exported]
    if work.plan.name in names:
        work.plan.edits.append(without_item(file.path, file.data, exported, names.index(work.plan.name)))
    if _is_still_used(work):
        module = work.name_for(file.path, _style(file))
        work.wanted.setdefault(file.path, Brought()).plain[f"from {module} import {work.plan.name}"] = None
        work.new_edges.add((file.path, work.to))
    _drop_imports(work, file)


def _style(file: PythonFile) -> str:
    """Say whether a file's imports of its own package are relative: "." or ""."""
    return "." if any(statement.module.startswith(".") for statement in file.imports) else ""


def _is_still_used(work: MoveWork) -> bool:
    scopes = work.found.scopes[work.source]
    return any(_is_use(work, mention) for mention in scopes.mentions)


def _is_use(work: MoveWork, mention: Mention) -> bool:
    place = Place(work.source, mention.start)
    if mention.name != work.plan.name or mention.binds or work.in_block(place) or not work.means_it(place):
        return False
    if mention.role is Role.STRING:
        return mention.use is StringUse.OTHER
    return mention.role is Role.NAME and is_code(mention)


def _drop_imports(work: MoveWork, file: PythonFile) -> None:
    """Drop imports that only the block used; nothing of a package's face, nothing that somebody may fetch there."""
    block = work.plan.block
    if file.path.endswith("__init__.py"):
        return
    words = words_of(file.data[block.start : block.end])
    scopes = file.scopes(words)
    by_statement: dict[int, tuple[ImportStatement, list[Imported]]] = {}
    for statement in file.imports:
        if statement.where not in (Where.TOP, Where.TYPES) or statement.module == "__future__":
            continue
        for imported in statement.names:
            if imported.local in words and _is_unused(work, file, scopes.mentions, statement, imported):
                by_statement.setdefault(statement.start, (statement, []))[1].append(imported)
    whole = [statement for statement, gone in by_statement.values() if len(gone) == len(statement.names)]
    guards = _drop_guards(work, file, whole)
    for statement, gone in by_statement.values():
        if statement in whole and statement.node.parent not in guards:
            work.plan.edits.append(taken_out(file.path, file.data, replace(statement, names=(gone[0],)), gone[0]))
        elif statement not in whole and len(gone) == 1:
            work.plan.edits.append(taken_out(file.path, file.data, statement, gone[0]))


def _drop_guards(work: MoveWork, file: PythonFile, gone: list[ImportStatement]) -> list[Node]:
    """Drop every `if TYPE_CHECKING` that is left without imports, and give their blocks."""
    dropped: list[Node] = []
    for block in {each.node.parent.id: each.node.parent for each in gone if each.node.parent}.values():
        guard = block.parent
        inside = [each for each in gone if each.node.parent == block]
        if guard is None or guard.type != "if_statement" or len(inside) < len(block.named_children):
            continue
        if guard.parent != file.root or guard.child_by_field_name("alternative") is not None:
            continue
        blank = file.data[: guard.start_byte].endswith(b"\n\n")
        work.plan.edits.append(edit(file.path, guard.start_byte - blank, line_end(file.data, guard.end_byte), b""))
        dropped.append(block)
    if dropped:
        _drop_flag(work, file, len(dropped))
    return dropped


def _drop_flag(work: MoveWork, file: PythonFile, guards: int) -> None:
    """Drop the import of `TYPE_CHECKING` when nothing asks for it any more."""
    uses = [m for m in file.scopes({"TYPE_CHECKING"}).mentions if m.role is Role.NAME and not m.binds]
    for statement in file.imports:
        for imported in statement.names:
            is_it = imported.local == "TYPE_CHECKING" and statement.where is Where.TOP
            if is_it and len(uses) == guards and not _is_fetched(work, file, "TYPE_CHECKING"):
                gone = taken_out(file.path, file.data, statement, imported)
                is_block = len(statement.names) == 1 and file.data[: gone.start].endswith(b"\n\n")
                work.plan.edits.append(replace(gone, start=gone.start - is_block))


def _is_unused(
    work: MoveWork, file: PythonFile, mentions: list[Mention], statement: ImportStatement, imported: Imported
) -> bool:
    inside = outside = 0
    for mention in mentions:
        if mention.name != imported.local or statement.start <= mention.start < statement.end:
            continue
        if work.in_block(Place(file.path, mention.start)):
            inside += mention.role in (Role.NAME, Role.STRING)
        elif mention.role in (Role.NAME, Role.STRING):
            outside += 1
    line = file.data[statement.start : file.data.find(b"\n", statement.end) + 1 or len(file.data)]
    is_kept = b"noqa" in line or (imported.is_alias and imported.local == imported.original)
    return bool(inside) and not outside and not is_kept and not _is_fetched(work, file, imported.local)


def _is_fetched(work: MoveWork, file: PythonFile, name: str) -> bool:
    """Say whether another file may take an import of this one: from it, with all of it, or by way of it."""
    stem = file.path.rpartition("/")[2].removesuffix(".py")
    word = re.compile(rb"\b%s\b" % re.escape(name.encode()))
    own = re.compile(rb"\b%s\b" % re.escape(stem.encode()))
    for path, data in work.files.items():
        if path == file.path or not own.search(data):
            continue
        if re.search(rb"\b%s\.%s\b" % (re.escape(stem.encode()), re.escape(name.encode())), data):
            return True
        if not word.search(data) and b"import *" not in data:
            continue
        for statement in work.file(path).imports:
            is_from_here = statement.module and work.modules.resolve(path, statement.module) == file.path
            if is_from_here and (statement.is_star or any(each.original == name for each in statement.names)):
                return True
    return False
