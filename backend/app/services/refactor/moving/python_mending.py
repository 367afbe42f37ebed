"""Imports of what is moved, in every file that has one: led to the new module, one name at a time."""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.adapters.syntax.trees import text_of
from app.services.refactor.errors import SymbolNotFound
from app.services.refactor.moving.imports import (
    Imported,
    ImportStatement,
    edit,
    put_behind,
    taken_out,
    without_item,
)
from app.services.refactor.moving.python_file import PythonFile, unquoted
from app.services.refactor.moving.python_work import MoveWork

_STAR = re.compile(rb"\bimport\s+\*")


def mend_imports(work: MoveWork) -> None:
    """Lead every `from old import name` to the new module, and keep what `import *` gave."""
    stars = [path for path, data in work.files.items() if _STAR.search(data)]
    for path in sorted({*work.found.scopes, *stars}):
        file = work.file(path)
        for statement in file.imports:
            if statement.module and work.modules.resolve(path, statement.module) == work.source:
                _mend_statement(work, file, statement)


def _mend_statement(work: MoveWork, file: PythonFile, statement: ImportStatement) -> None:
    name = work.plan.name
    gone = [each for each in statement.names if each.original == name]
    if statement.is_star and _is_starred(work):
        _keep_star(work, file, statement)
    elif gone and file.path == work.to:
        _take_out(work, file, statement, gone)
    elif gone and file.path != work.source:
        _lead(work, file, statement, gone)


def _is_starred(work: MoveWork) -> bool:
    """Say whether `from old import *` gives the name."""
    source = work.file(work.source)
    exported = [unquoted(node) for node in source.exports()]
    return work.plan.name in exported if source.has_exports else not work.plan.name.startswith("_")


def _keep_star(work: MoveWork, file: PythonFile, statement: ImportStatement) -> None:
    if file.path in (work.to, work.source):
        return
    module = work.name_for(file.path, statement.module)
    work.plan.edits.append(put_behind(file.path, file.data, statement, f"from {module} import {work.plan.name}"))
    _note_edge(work, file.path, statement)


def _take_out(work: MoveWork, file: PythonFile, statement: ImportStatement, gone: Sequence[Imported]) -> None:
    """The new module had it from the old one, and defines it now."""
    for each in gone:
        if each.is_alias and each.local != work.plan.name:
            raise SymbolNotFound(
                f"{file.path} imports {work.plan.name} as {each.local}, which has no import to be mended any more.",
                path=file.path, word=work.plan.name, reason="imported_under_another_name",
            )  # fmt: skip
        work.plan.edits.append(taken_out(file.path, file.data, statement, each))


def _lead(work: MoveWork, file: PythonFile, statement: ImportStatement, gone: Sequence[Imported]) -> None:
    module = work.name_for(file.path, statement.module)
    _note_edge(work, file.path, statement)
    text = ", ".join(text_of(each.node) for each in gone)
    if len(gone) == len(statement.names) and statement.module_node is not None:
        if (other := _mergeable(file, statement, module)) is not None:
            alone = replace(statement, names=(gone[0],))
            work.plan.edits.append(taken_out(file.path, file.data, alone, gone[0]))
            work.plan.edits.append(edit(file.path, other.end, other.end, f", {text}"))
            return
        node = statement.module_node
        work.plan.edits.append(edit(file.path, node.start_byte, node.end_byte, module))
        return
    nodes = [each.node for each in statement.names]
    if len(gone) == 1:
        work.plan.edits.append(without_item(file.path, file.data, nodes, statement.names.index(gone[0])))
    else:
        kept = ", ".join(text_of(each.node) for each in statement.names if each not in gone)
        work.plan.edits.append(
            edit(file.path, statement.start, statement.end, f"from {statement.module} import {kept}")
        )
    _add_from(work, file, statement, module, text)


def _add_from(work: MoveWork, file: PythonFile, near: ImportStatement, module: str, text: str) -> None:
    """Import from the new module: with what is imported from there already, or by a statement of its own."""
    if (other := _mergeable(file, near, module)) is not None:
        work.plan.edits.append(edit(file.path, other.end, other.end, f", {text}"))
        return
    work.plan.edits.append(put_behind(file.path, file.data, near, f"from {module} import {text}"))


def _mergeable(file: PythonFile, near: ImportStatement, module: str) -> ImportStatement | None:
    """Find a statement on one line beside another one that imports from a module already."""
    for other in file.imports:
        is_beside = other.node.parent == near.node.parent and other.start != near.start
        if is_beside and other.names and other.module == module and b"(" not in (other.node.text or b""):
            return other
    return None


def _note_edge(work: MoveWork, path: str, statement: ImportStatement) -> None:
    if statement.happens:
        work.new_edges.add((path, work.to))
