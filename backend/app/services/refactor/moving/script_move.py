"""From a place and a file to a move: cut, pasted, and every import of it mended. TypeScript and JavaScript."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from app.adapters.language.port import LanguageSession
from app.services.refactor.asked import word_at
from app.services.refactor.errors import InvalidName, LanguageUnsupported, NameCollision, SymbolNotFound
from app.services.refactor.moving.cycles import refuse_circles
from app.services.refactor.moving.model import MovePlan, MoveRequest
from app.services.refactor.moving.script_cut import cut_script
from app.services.refactor.moving.script_file import Declared
from app.services.refactor.moving.script_mending import mend_scripts
from app.services.refactor.moving.script_needs import arrive_script
from app.services.refactor.moving.script_source import add_script_imports, leave_script
from app.services.refactor.moving.script_work import ScriptMove, ScriptTree
from app.services.refactor.symbols.lines import LineTable

_MOST_LOOKED_AT = 3_000


async def plan_script_move(request: MoveRequest, files: Mapping[str, bytes], session: LanguageSession) -> ScriptMove:
    """Work a move out. SymbolNotFound, NameCollision, InvalidName, LanguageUnsupported."""
    tree = ScriptTree(files, session)
    path, name = await _target(request, tree)
    if path == request.to_path:
        said = f"{name} is in {path} already."
        raise InvalidName(said, name=path, reason="it is there already")
    _check_place(request.to_path, path, tree)
    block, declared = cut_script(tree.file(path), name)
    work = ScriptMove(MovePlan(name, block, request.to_path), tree, declared)
    await arrive_script(work)
    await leave_script(work)
    await mend_scripts(work)
    add_script_imports(work)
    loaded = await _loaded(work)
    refuse_circles(work.new_edges, lambda each: loaded.get(each, ()), name, request.to_path)
    return work


async def _target(request: MoveRequest, tree: ScriptTree) -> tuple[str, str]:
    """Find the file and the name of what stands at a place; SymbolNotFound for what no top of a module declares."""
    data = tree.files.get(request.path)
    word = word_at(data, request.line, request.column) if data is not None else None
    offset = LineTable(data).offset_of_utf16(request.line, request.column) if data is not None else None
    if data is None or word is None or offset is None:
        raise SymbolNotFound(path=request.path, line=request.line, column=request.column, reason="no_name_there")
    (targets,) = await tree.leads(request.path, [offset])
    inside = [target for target in targets if target.path in tree.files]
    declared = [(target.path or "", _declared_at(tree, target.path, tree.offset(target))) for target in inside]
    found = {(path, each.name) for path, each in declared if each is not None}
    if len(found) == 1:
        return next(iter(found))
    reason, said = "not_understood", "It leads nowhere, or to several things."
    if any(target.start == target.end for target in inside):
        reason, said = "module", "It is a module itself."
    elif inside:
        reason, said = "nested", "Only what stands at the top of a module can be moved, no member and no local name."
    elif targets:
        reason, said = "defined_outside", "It belongs to the language or to a package."
    raise SymbolNotFound(f"{word} cannot be moved. {said}", path=request.path, word=word, reason=reason)


def _declared_at(tree: ScriptTree, path: str | None, offset: int) -> Declared | None:
    if path is None:
        return None
    return next((each for each in tree.file(path).declared if each.at == offset), None)


def _check_place(to_path: str, path: str, tree: ScriptTree) -> None:
    at = PurePosixPath(to_path)
    is_script = {".ts", ".tsx", ".mts", ".cts"}
    if PurePosixPath(path).suffix in is_script and at.suffix not in is_script:
        raise LanguageUnsupported(f"TypeScript cannot go to {at.name}.", path=to_path, supported=sorted(is_script))
    if to_path.endswith(".d.ts") or path.endswith(".d.ts"):
        raise LanguageUnsupported("What only describes a module cannot be moved.", path=to_path)
    if to_path in tree.files:
        if tree.file(to_path).is_common_js:
            said = f"{to_path} gives things the way of CommonJS, which is not supported yet."
            raise SymbolNotFound(said, path=to_path, reason="common_js")
        return
    twins = [str(at.with_suffix(ending)) for ending in (".ts", ".tsx", ".js", ".jsx") if ending != at.suffix]
    taken = sorted(twin for twin in twins if twin in tree.files)
    if taken:
        said = f"{taken[0]} would be meant by the same imports."
        raise NameCollision(said, name=to_path, reason="file_exists", paths=taken)


async def _loaded(work: ScriptMove) -> dict[str, list[str]]:
    """What files load, as they were, as far as new imports can lead."""
    found: dict[str, list[str]] = {}
    waiting = sorted({path for edge in work.new_edges for path in edge})
    while waiting and len(found) < _MOST_LOOKED_AT:
        path = waiting.pop()
        if path in found or path not in work.tree.files:
            continue
        found[path] = []
        for statement in work.tree.file(path).imports:
            if not statement.happens:
                continue
            module = await work.tree.module(path, statement)
            is_old = module == work.source.path and [each.original for each in statement.names] == [work.name]
            if module is not None and not is_old:
                found[path].append(module)
        waiting += found[path]
    return found
