"""Imports of what is moved, in every file that has one: led to the new module, one name at a time."""

import re

from tree_sitter import Node

from app.adapters.syntax.trees import field_text, text_of, walk
from app.services.refactor.errors import SymbolNotFound
from app.services.refactor.moving.imports import edit
from app.services.refactor.moving.script_edits import behind, statement_of, without_names, without_statement, written
from app.services.refactor.moving.script_file import ScriptFile, ScriptImport, ScriptName
from app.services.refactor.moving.script_work import ScriptMove

# Imports that name nothing: `export *`, and those for what a module does.
_WHOLE = re.compile(rb"\bexport\s+(?:type\s+)?\*|\bimport\s*['\"]")
_LOADING = re.compile(
    rb"(?:[\w.]*\.)?(?:import|require|mock|doMock|importActual|requireActual)\s*\(\s*['\"`]([^'\"`\n]+)['\"`]"
)


async def mend_scripts(work: ScriptMove) -> None:
    """Lead every import and export of it to the new module."""
    word = work.name.encode()
    for path, data in sorted(work.tree.files.items()):
        stem = work.source.path.rpartition("/")[2].partition(".")[0]
        mentions = word in data or work.is_default or _WHOLE.search(data)
        is_near = stem.encode() in data or stem == "index" or b"@" in data or word in data
        if path == work.source.path or not mentions or not is_near:
            continue
        file = work.tree.file(path)
        for statement in file.imports:
            if await work.tree.module(path, statement) == work.source.path:
                await _mend(work, file, statement)
        await _note_loading(work, file)


async def _mend(work: ScriptMove, file: ScriptFile, statement: ScriptImport) -> None:
    wanted = "default" if work.is_default else work.name
    gone = [each for each in statement.names if each.original == wanted]
    work.is_still_loaded = work.is_still_loaded or not statement.names
    spaces = [each for each in statement.names if each.original == "*"]
    is_given = work.declared.is_exported or any(each.original == work.name for _, each in work.source.given)
    if gone:
        _lead(work, file, statement, gone)
    elif spaces and not statement.is_export:
        await _mend_namespace(work, file, statement, spaces[0])
    elif statement.is_star and is_given and not work.is_default and file.path != work.to:
        specifier = work.specifier(file.path, statement.specifier)
        types = " type" if work.is_type else ""
        text = statement_of(file, f"export{types} {{ {work.name} }}", specifier, statement.quote)
        work.plan.edits.append(behind(file, statement, text))
        _note_edge(work, file, statement)


def _lead(work: ScriptMove, file: ScriptFile, statement: ScriptImport, gone: list[ScriptName]) -> None:
    if file.path == work.to:
        if any(each.local != work.name for each in gone):
            raise SymbolNotFound(
                f"{file.path} gives or calls {work.name} something else.",
                path=file.path, word=work.name, reason="imported_under_another_name",
            )  # fmt: skip
        work.plan.edits.append(without_names(file, statement, gone))
        return
    _note_edge(work, file, statement)
    specifier = work.specifier(file.path, statement.specifier)
    alike = _alike(file, statement, specifier)
    if alike is not None and all(each.node.type.endswith("_specifier") for each in gone):
        listed = ", ".join(each.text for each in gone)
        work.plan.edits.append(without_names(file, statement, gone))
        work.plan.edits.append(edit(file.path, alike, alike, f", {listed}"))
        return
    if len(gone) == len(statement.names):
        start, end = statement.source.start_byte + 1, statement.source.end_byte - 1
        work.plan.edits.append(edit(file.path, start, end, specifier))
        return
    work.plan.edits.append(without_names(file, statement, gone))
    work.plan.edits.append(behind(file, statement, written(file, statement, gone, specifier)))


def _alike(file: ScriptFile, statement: ScriptImport, specifier: str) -> int | None:
    """Find where names can be added to a statement on one line that is like this one, from the new module."""
    for other in file.imports:
        listed = [each.node for each in other.names if each.node.type.endswith("_specifier")]
        kind = (other.is_export, other.is_type) == (statement.is_export, statement.is_type)
        if kind and listed and other.specifier == specifier and b"\n" not in (other.node.text or b""):
            return listed[-1].end_byte
    return None


async def _mend_namespace(work: ScriptMove, file: ScriptFile, statement: ScriptImport, space: ScriptName) -> None:
    """Lead `ns.name` to an import of its own; `ns` goes where nothing else uses it."""
    if work.is_default:
        work.doubt(file.path, statement.start, "what the module gives by default may be read there")
        return
    nodes = [node for node in file.names(space.local) if not statement.start <= node.start_byte < statement.end]
    uses = [member for node in nodes if (member := _member_of(node, work.name)) is not None]
    if not uses:
        return
    specifier = work.specifier(file.path, statement.specifier)
    is_free = not any(True for _ in file.names(work.name))
    stem = re.sub(r"\W", "_", work.to.rpartition("/")[2].partition(".")[0])
    local = work.name if is_free else f"{stem}Module"
    head = f"import {{ {work.name} }}" if is_free else f"import * as {local}"
    if work.is_type or statement.is_type:
        head = head.replace("import ", "import type ", 1)
    if file.path != work.to:
        _note_edge(work, file, statement)
    text = statement_of(file, head, specifier, statement.quote)
    if len(uses) == len(nodes) and len(statement.names) == 1:
        gone = without_statement(file, statement)
        replaced = edit(file.path, statement.start, statement.end, text)
        work.plan.edits.append(gone if file.path == work.to else replaced)
    elif file.path != work.to:
        work.plan.edits.append(behind(file, statement, text))
    for member in uses:
        start, end = member.start_byte, member.end_byte
        work.plan.edits.append(edit(file.path, start, end, local if is_free else f"{local}.{work.name}"))
    for node in nodes:
        if node.parent is None or not node.parent.type.startswith(("member", "nested")):
            work.doubt(file.path, node.start_byte, "the module is passed on as a whole there")


def _member_of(node: Node, name: str) -> Node | None:
    """Give `ns.name` around `ns`."""
    parent = node.parent
    if parent is None or parent.type not in ("member_expression", "nested_type_identifier", "nested_identifier"):
        return None
    if parent.children[0] != node:
        return None
    last = field_text(parent, "property") or field_text(parent, "name") or text_of(parent.children[-1])
    return parent if last == name else None


async def _note_loading(work: ScriptMove, file: ScriptFile) -> None:
    """Modules that are loaded while running are told of: what is taken from them is not followed."""
    for node in walk(file.root):
        if node.type != "call_expression":
            continue
        found = _LOADING.match(node.text or b"")
        source = next((each for each in walk(node) if each.type == "string_fragment"), None) if found else None
        if source is None:
            continue
        (targets,) = await work.tree.leads(file.path, [source.start_byte])
        if any(target.path == work.source.path for target in targets):
            work.doubt(file.path, node.start_byte, "the module is loaded while running there")


def _note_edge(work: ScriptMove, file: ScriptFile, statement: ScriptImport) -> None:
    if statement.happens and not work.is_type:
        work.new_edges.add((file.path, work.to))
