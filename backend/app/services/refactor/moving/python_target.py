"""The module that a symbol goes to: the imports it brings along, and the place where it is put."""

import re

from tree_sitter import Node

from app.adapters.syntax.trees import field_text, text_of
from app.services.refactor.collisions import places
from app.services.refactor.edits import WordEdit, apply_words
from app.services.refactor.errors import NameCollision, SymbolNotFound
from app.services.refactor.moving.imports import (
    Imported,
    ImportStatement,
    Where,
    by_local,
    edit,
    has_future_annotations,
    line_start,
)
from app.services.refactor.moving.python_file import PythonFile, runs_on_import
from app.services.refactor.moving.python_needs import Need, Needs
from app.services.refactor.moving.python_work import Brought, MoveWork, name_of
from app.services.refactor.symbols.mentions import Role
from app.services.refactor.symbols.model import Place

_FUTURE = "from __future__ import annotations"


def arrive(work: MoveWork, needs: Needs) -> None:
    """Put the block into its new module, with all it needs. NameCollision when a name means something else there."""
    text = _block_text(work)
    brought = _bring(work, needs)
    if work.to not in work.files:
        work.plan.created = _new_module(work, brought, text)
        return
    file = work.file(work.to)
    _check_plain(work, file, needs)
    _check_free(work, file)
    if _evaluates_more(work, file):
        work.doubt(work.source, work.plan.block.start, "annotations here were not evaluated, and will be there")
    work.wanted.setdefault(work.to, Brought()).add(brought)
    _paste(work, file, needs, text)


def _block_text(work: MoveWork) -> bytes:
    """The block as it reads in its new module: relative imports inside of it are led anew."""
    file, block = work.file(work.source), work.plan.block
    edits: list[WordEdit] = []
    for statement in file.imports:
        if not block.start <= statement.start < block.end or not statement.module.startswith("."):
            continue
        path, node = work.modules.resolve(file.path, statement.module), statement.module_node
        if path is None or node is None:
            work.doubt(file.path, statement.start, "where this import leads is not known")
            continue
        module = name_of(work.modules, work.to, path, like=(path, statement.module))
        edits.append(edit(file.path, node.start_byte - block.start, node.end_byte - block.start, module))
    text = apply_words(file.data[block.start : block.end], edits)
    text = text if text.endswith(b"\n") else text + b"\n"
    work.plan.inner, work.plan.text = edits, text
    return text


def _bring(work: MoveWork, needs: Needs) -> Brought:
    brought = Brought()
    source = work.file(work.source)
    order = {statement.start: number for number, statement in enumerate(source.imports)}
    helpers = [need for need in needs.names.values() if not need.sources and need.starred is None]
    carried = [need for need in needs.names.values() if need.sources]
    pairs = [(statement, imported, need) for need in carried for statement, imported in need.sources]
    for statement, imported, need in sorted(pairs, key=lambda each: (order[each[0].start], each[1].node.start_byte)):
        text = _carried(work, statement, imported)
        if text and not _is_there(work, need, statement, imported):
            (brought.types if statement.where is Where.TYPES else brought.plain)[text] = None
            _note_edge(work, statement, imported)
    for need in needs.names.values():
        if need.starred is not None:
            _bring_starred(work, need, brought)
    own = [need.name for need in helpers if not _is_there(work, need, None, None)]
    if own:
        module = name_of(work.modules, work.to, work.source, like=(work.to, _style_of(work)))
        brought.plain[f"from {module} import {', '.join(sorted(own))}"] = None
        work.new_edges.add((work.to, work.source))
    return brought


def _style_of(work: MoveWork) -> str:
    path = work.to if work.to in work.files else work.source
    return "." if any(statement.module.startswith(".") for statement in work.file(path).imports) else ""


def _bring_starred(work: MoveWork, need: Need, brought: Brought) -> None:
    if not need.starred:
        work.doubt(work.source, work.plan.block.start, f"where {need.name} comes from is not known: import * gave it")
        return
    if need.starred == work.to:
        return
    module = name_of(work.modules, work.to, need.starred, like=(work.to, _style_of(work)))
    brought.plain[f"from {module} import {need.name}"] = None
    work.new_edges.add((work.to, need.starred))


def _carried(work: MoveWork, statement: ImportStatement, imported: Imported) -> str | None:
    """Write an import of the old module for the new one; None when it is the new one's own."""
    if not imported.original:
        return f"import {text_of(imported.node)}"
    path = work.modules.resolve(work.source, statement.module)
    if path == work.to and work.modules.imported(work.source, statement.module, imported.original) is None:
        if imported.is_alias and imported.local != imported.original:
            raise SymbolNotFound(
                f"{work.plan.name} uses {imported.original} of {work.to} as {imported.local}.",
                path=work.source, word=work.plan.name, reason="imported_under_another_name",
            )  # fmt: skip
        return None
    module = statement.module
    if module.startswith("."):
        if path is None:
            inner = work.modules.imported(work.source, module, imported.original)
            if inner is None:
                work.doubt(work.source, statement.start, "where this import leads is not known")
                return f"from {module} import {text_of(imported.node)}"
            named = name_of(work.modules, work.to, inner, like=(inner, "."))
            head, _, last = named.rpartition(".")
            dots = named[: len(named) - len(named.lstrip("."))]
            package = head if head.strip(".") else dots
            alias = f" as {imported.local}" if imported.local != last else ""
            return f"from {package} import {last}{alias}" if package else f"import {last}{alias}"
        module = name_of(work.modules, work.to, path, like=(path, module))
    return f"from {module} import {text_of(imported.node)}"


def _note_edge(work: MoveWork, statement: ImportStatement, imported: Imported) -> None:
    if statement.where is Where.TYPES:
        return
    for path in _files_of(work, work.source, statement, imported):
        work.new_edges.add((work.to, path))


def _files_of(work: MoveWork, path: str, statement: ImportStatement, imported: Imported) -> list[str]:
    if not imported.original:
        found = work.modules.resolve(path, imported.module)
    else:
        inner = work.modules.imported(path, statement.module, imported.original)
        found = inner or work.modules.resolve(path, statement.module)
    return [found] if found else []


def _is_there(work: MoveWork, need: Need, statement: ImportStatement | None, imported: Imported | None) -> bool:
    """Say whether the new module has the same name for the same thing; NameCollision when it is another thing."""
    if work.to not in work.files:
        return False
    file = work.file(work.to)
    scopes = file.scopes({need.name})
    if need.name not in scopes.scopes[0].bound:
        if any(m.role is Role.NAME and scopes.owner(m.name, m.scope) is None for m in scopes.mentions):
            raise _taken(work, need.name, scopes.mentions[0].start)
        return False
    wanted = _thing(work, work.source, statement, imported, need.name)
    for other, name in by_local(file.imports).get(need.name, ()):
        happens = other.where is Where.TOP or (statement is not None and statement.where is Where.TYPES)
        if happens and _thing(work, work.to, other, name, need.name) == wanted:
            return True
    raise _taken(work, need.name, next(mention.start for mention in scopes.mentions if mention.binds))


def _thing(
    work: MoveWork, path: str, statement: ImportStatement | None, imported: Imported | None, name: str
) -> tuple[str, str]:
    """What an import gives: a file or the name of a module elsewhere, and a name in it."""
    if statement is None or imported is None:
        return work.source, name
    if not imported.original:
        module = imported.module if imported.is_alias else imported.local
        return work.modules.resolve(path, module) or module, ""
    inner = work.modules.imported(path, statement.module, imported.original)
    if inner:
        return inner, ""
    return work.modules.resolve(path, statement.module) or statement.module, imported.original


def _taken(work: MoveWork, name: str, offset: int) -> NameCollision:
    data = work.files[work.to]
    line = data.count(b"\n", 0, offset)
    text = data.split(b"\n")[line].decode("utf-8", "replace").strip()[:200]
    place = {"path": work.to, "line": line + 1, "text": text}
    said = f"{work.plan.name} uses {name}, which stands for something else in {work.to}."
    return NameCollision(said, name=name, reason="captured", places=[place])


def _check_plain(work: MoveWork, file: PythonFile, needs: Needs) -> None:
    scopes = file.scopes(needs.plain)
    for name in sorted(needs.plain & scopes.scopes[0].bound):
        raise _taken(work, name, next(m.start for m in scopes.mentions if m.name == name and m.binds and not m.scope))


def _check_free(work: MoveWork, file: PythonFile) -> None:
    """NameCollision when the new module has the name already, or means something else by it."""
    name = work.plan.name
    scopes = work.found.scopes.get(file.path)
    if scopes is None:
        return
    bad: list[Place] = []
    for mention in scopes.mentions:
        place = Place(file.path, mention.start)
        at_top = scopes.owner(name, mention.scope) in (0, None)
        if mention.name == name and mention.role in (Role.NAME, Role.IMPORTED) and at_top:
            is_given = mention.role is Role.IMPORTED and (mention.alias and not mention.is_repeated)
            if not is_given and not work.means_it(place):
                bad.append(place)
    if bad:
        said = f"{work.to} has something called {name} already."
        raise NameCollision(said, name=name, places=places(work.found, bad), reason="already_defined")


def _evaluates_more(work: MoveWork, file: PythonFile) -> bool:
    block, source = work.plan.block, work.file(work.source)
    has_annotations = bool(source.spans("type", block.start, block.end))
    return has_annotations and has_future_annotations(source.imports) and not has_future_annotations(file.imports)


def _new_module(work: MoveWork, brought: Brought, text: bytes) -> bytes:
    parts: list[str] = []
    if has_future_annotations(work.file(work.source).imports):
        parts.append(f"{_FUTURE}\n")
    plain = [*brought.plain]
    if brought.types and "from typing import TYPE_CHECKING" not in plain:
        plain.insert(0, "from typing import TYPE_CHECKING")
    if plain:
        parts.append("".join(f"{line}\n" for line in plain))
    if brought.types:
        parts.append("if TYPE_CHECKING:\n" + "".join(f"    {line}\n" for line in brought.types))
    gap = "\n\n" if work.plan.block.kind in ("function", "class") else "\n"
    head = "\n".join(parts)
    return (head + gap if head else "").encode() + text


def _paste(work: MoveWork, file: PythonFile, needs: Needs, text: bytes) -> None:
    """Put the block behind everything, or before what uses it while the module is loaded."""
    data = file.data
    children = [child for child in file.root.children if child.type != "comment"]
    before = _first_use(work, file, children)
    spot = len(data) if before is None else _with_comments(data, before)
    _check_order(work, file, needs, spot)
    gap = b"\n\n" if work.plan.block.kind in ("function", "class") else b"\n"
    if before is not None:
        new = text + b"\n\n"
    else:
        rest = data[len(data.rstrip()) :]
        missing = b"" if not data.strip() or data.endswith(b"\n") else b"\n"
        is_empty = not data.strip()
        blank = rest.count(b"\n") - 1
        new = missing + (b"" if is_empty else gap[max(blank, 0) :] if blank < len(gap) else b"") + text
    work.plan.edits.append(edit(file.path, spot, spot, new))


def _first_use(work: MoveWork, file: PythonFile, children: list[Node]) -> Node | None:
    """The first statement that uses it while the module is loaded, or the last one that runs the program."""
    scopes = work.found.scopes.get(file.path)
    uses = [
        mention.start
        for mention in (scopes.mentions if scopes else ())
        if mention.name == work.plan.name
        and scopes is not None
        and runs_on_import(scopes, mention)
        and work.means_it(Place(file.path, mention.start))
    ]
    for child in children:
        if any(child.start_byte <= use < child.end_byte for use in uses):
            return child
        is_main = child.type == "if_statement" and field_text(child, "condition").startswith("__name__")
        if is_main and child == children[-1]:
            return child
    return None


def _with_comments(data: bytes, node: Node) -> int:
    start = line_start(data, node.start_byte)
    while start and data[line_start(data, start - 1) : start].startswith(b"#"):
        start = line_start(data, start - 1)
    return start


def _check_order(work: MoveWork, file: PythonFile, needs: Needs, spot: int) -> None:
    """Decline when it would be used before what it uses itself is there."""
    early = {name for name, need in needs.names.items() if need.on_import}
    scopes = file.scopes(early)
    for mention in scopes.mentions:
        if mention.binds and not mention.scope and mention.start >= spot:
            raise SymbolNotFound(
                f"{work.to} uses {work.plan.name} before it has {mention.name}, which {work.plan.name} uses.",
                path=work.to, word=work.plan.name, reason="used_too_early",
            )  # fmt: skip


def add_export(work: MoveWork) -> None:
    """Name it in the new module's `__all__`, when it has one and the old one did not hide it."""
    if work.to not in work.files:
        return
    file, source = work.file(work.to), work.file(work.source)
    from_names = [node.text or b"" for node in source.exports()]
    is_public = not work.plan.name.startswith("_")
    if source.has_exports:
        is_public = any(re.fullmatch(rb"['\"]%s['\"]" % work.plan.name.encode(), text) for text in from_names)
    nodes = file.exports()
    if not nodes or not is_public:
        if file.has_exports and is_public:
            work.doubt(file.path, file.data.find(b"__all__"), "what this module exports is worked out while running")
        return
    last = nodes[-1]
    quote = (last.text or b'"')[:1].decode()
    item = f"{quote}{work.plan.name}{quote}"
    if (last.parent is not None) and last.parent.start_point.row != last.start_point.row:
        indent = file.data[line_start(file.data, last.start_byte) : last.start_byte].decode()
        work.plan.edits.append(edit(file.path, last.end_byte, last.end_byte, f",\n{indent}{item}"))
    else:
        work.plan.edits.append(edit(file.path, last.end_byte, last.end_byte, f", {item}"))
