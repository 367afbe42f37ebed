"""Import statements put into modules that exist: with others of the same module, or behind the last one. Pure."""

from app.services.refactor.moving.imports import ImportStatement, Where, by_local, edit, line_start, spot_for_imports
from app.services.refactor.moving.python_file import PythonFile
from app.services.refactor.moving.python_work import MoveWork

_LONGEST = 100


def add_imports(work: MoveWork) -> None:
    """Put in every import statement that files are to get; call it when all else is decided."""
    for path, wanted in sorted(work.wanted.items()):
        file = work.file(path)
        if wanted.types and "TYPE_CHECKING" not in by_local(file.imports):
            wanted.plain["from typing import TYPE_CHECKING"] = None
        lines = [text for text in wanted.plain if not _merged(work, file, text)]
        _add(work, file, lines, [*wanted.types])


def _merged(work: MoveWork, file: PythonFile, text: str) -> bool:
    """Add a name to a statement that imports from the same module and stays as it is."""
    module, _, names = text.removeprefix("from ").partition(" import ")
    for statement in file.imports if names else ():
        is_plain = statement.where is Where.TOP and statement.names and b"(" not in (statement.node.text or b"")
        if is_plain and statement.module == module and not _is_touched(work, file, statement):
            if statement.end - statement.start + len(names) + 2 > _LONGEST:
                continue
            work.plan.edits.append(edit(file.path, statement.end, statement.end, f", {names}"))
            return True
    return False


def _is_touched(work: MoveWork, file: PythonFile, statement: ImportStatement) -> bool:
    return any(
        each.path == file.path and each.start <= statement.end and each.end >= statement.start
        for each in work.plan.edits
        if each.start != each.end
    )


def _add(work: MoveWork, file: PythonFile, lines: list[str], types: list[str]) -> None:
    data = file.data
    spot = spot_for_imports(file.root, data)
    text = "".join(f"{line}\n" for line in lines)
    guarded = next((each for each in file.imports if each.where is Where.TYPES), None)
    if types and guarded is not None:
        start = line_start(data, guarded.start)
        indent = data[start : guarded.start].decode()
        work.plan.edits.append(edit(file.path, start, start, "".join(f"{indent}{line}\n" for line in types)))
    elif types:
        text += "\nif TYPE_CHECKING:\n" + "".join(f"    {line}\n" for line in types)
    if not text:
        return
    if spot and data[spot - 1 : spot] != b"\n":
        text = f"\n{text}"
    has_others = any(each.where is Where.TOP and each.module != "__future__" for each in file.imports)
    if not has_others:
        text = ("\n" if spot else "") + text + _gap(data[spot:])
    work.plan.edits.append(edit(file.path, spot, spot, text))


def _gap(rest: bytes) -> str:
    """The blank lines between imports and what follows them."""
    if not rest.strip() or rest.startswith((b"\n", b"\r\n")):
        return ""
    return "\n\n" if rest.startswith((b"def ", b"class ", b"@", b"async ")) else "\n"
