"""From a place and a file to a move: cut, pasted, and every import of it mended. Python."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from app.adapters.language.port import LanguageSession, Spot
from app.services.refactor.asked import word_at
from app.services.refactor.errors import InvalidName, LanguageUnsupported, NameCollision, SymbolNotFound
from app.services.refactor.moving.cycles import refuse_circles
from app.services.refactor.moving.model import MovePlan, MoveRequest
from app.services.refactor.moving.modules import Modules, shadows_library
from app.services.refactor.moving.python_adding import add_imports
from app.services.refactor.moving.python_attributes import mend_attributes
from app.services.refactor.moving.python_cut import cut
from app.services.refactor.moving.python_file import PythonFile
from app.services.refactor.moving.python_mending import mend_imports
from app.services.refactor.moving.python_needs import Needs, needs_of
from app.services.refactor.moving.python_source import leave
from app.services.refactor.moving.python_target import add_export, arrive
from app.services.refactor.moving.python_work import MoveWork, final, import_of
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.mentions import Mention, Role, StringUse
from app.services.refactor.symbols.model import MODULE, Place, Symbol
from app.services.refactor.symbols.python import Analysis, analyse


async def plan_move(
    request: MoveRequest, files: Mapping[str, bytes], roots: Sequence[str], session: LanguageSession
) -> MoveWork:
    """Work a move out. SymbolNotFound, NameCollision, InvalidName, LanguageUnsupported."""
    data = files.get(request.path)
    name = word_at(data, request.line, request.column) if data is not None else None
    if data is None or name is None:
        raise SymbolNotFound(path=request.path, line=request.line, column=request.column, reason="no_name_there")
    request, name = await _followed(request, files, name, session)
    data = files[request.path]
    modules = Modules(files.keys(), roots)
    _check_place(request.to_path, files, modules)
    found = await analyse(files, {name}, session)
    target = _target_of(found, request, data, name)
    if target.path == request.to_path:
        said = f"{name} is in {request.to_path} already."
        raise InvalidName(said, name=request.to_path, reason="it is there already")
    _refuse_stub(target.path, files)
    source = PythonFile.read(target.path, files[target.path])
    block = cut(target.path, source.data, found.scopes[target.path], source.root, name)
    # What the new module may be called by is known only once it is there.
    after = Modules({*files, request.to_path}, roots)
    work = MoveWork(MovePlan(name, block, request.to_path), files, after, session, found, target)
    work.parsed[target.path] = source
    needs = await needs_of(source, block, name, session)
    arrive(work, needs)
    leave(work)
    mend_imports(work)
    mend_attributes(work)
    add_export(work)
    add_imports(work)
    refuse_circles(work.new_edges, lambda path: _loaded_by(work, path), name, request.to_path)
    _note_doubts(work, needs)
    return work


async def _followed(
    request: MoveRequest, files: Mapping[str, bytes], name: str, session: LanguageSession
) -> tuple[MoveRequest, str]:
    """Go from a name that an import gave to where the thing is called otherwise."""
    lines = LineTable(files[request.path])
    offset = lines.offset_of_utf16(request.line, request.column)
    (targets,) = await session.definitions(request.path, [lines.spot(offset or 0)])
    target = targets[0] if len(targets) == 1 else None
    if target is None or target.path not in files or target.path is None or target.start == target.end:
        return request, name
    there = LineTable(files[target.path])
    before = files[target.path][there.offset(Spot(target.start.line, 0)) : there.offset(target.start)]
    column = len(before.decode("utf-8", "replace").encode("utf-16-le")) // 2 + 1
    word = word_at(files[target.path], target.start.line + 1, column)
    if word is None or word == name:
        return request, name
    return MoveRequest(target.path, target.start.line + 1, column, request.to_path), word


def _check_place(to_path: str, files: Mapping[str, bytes], modules: Modules) -> None:
    at = PurePosixPath(to_path)
    if at.suffix != ".py":
        raise LanguageUnsupported(f"A symbol of Python goes to a .py file, not to {at.name}.", path=to_path)
    names = modules.names(to_path)
    if not names or at.stem == "__main__" or (at.stem == "__init__" and to_path not in files):
        reason = "no import can name such a file"
        raise InvalidName(f"Nothing can go to {to_path}: {reason}.", name=to_path, reason=reason)
    if to_path in files:
        return
    package = str(at.with_suffix("") / "__init__.py")
    if package in files or shadows_library(names):
        said = f"A module {at.stem} is there already, or comes with Python."
        paths = [package] if package in files else []
        raise NameCollision(said, name=at.stem, reason="file_exists", paths=paths)


def _refuse_stub(path: str, files: Mapping[str, bytes]) -> None:
    if f"{path}i" in files or path.endswith(".pyi"):
        raise SymbolNotFound(
            "A stub describes this module. Moving what a stub describes is not supported yet.", path=path, reason="stub"
        )


def _target_of(found: Analysis, request: MoveRequest, data: bytes, name: str) -> Symbol:
    offset = LineTable(data).offset_of_utf16(request.line, request.column)
    mentions = found.scopes[request.path].mentions if request.path in found.scopes else []
    at = next((m for m in mentions if offset is not None and m.start <= offset <= m.end and m.name == name), None)
    if at is None:
        raise SymbolNotFound(
            path=request.path, line=request.line, column=request.column, reason="no_name_there", word=name
        )
    meaning = final(found, found.meanings[Place(request.path, at.start)])
    named = [symbol for symbol in meaning.symbols if symbol.name == name]
    top = [symbol for symbol in named if symbol.at == MODULE and import_of(found, symbol) is None]
    if len(top) == 1:
        return top[0]
    reason, said = "not_understood", "It leads nowhere, or to several things."
    if any(symbol.is_module for symbol in meaning.symbols):
        reason, said = "module", "It is a module itself: rename the file instead."
    elif named and not top:
        reason, said = "nested", "Only what stands at the top of a module can be moved, no member and no local name."
    elif meaning.is_outside:
        reason, said = "defined_outside", "It belongs to the standard library or to a package."
    elif meaning.symbols:
        reason, said = "defined_under_another_name", "It is called otherwise where it is defined."
    raise SymbolNotFound(f"{name} cannot be moved. {said}", path=request.path, word=name, reason=reason)


def _loaded_by(work: MoveWork, path: str) -> Iterator[str]:
    """The files that are loaded with a file, as they were: what it imports, and the packages of that."""
    if path not in work.files:
        return
    own = {path, *work.modules.packages_above(path)}
    for statement in work.file(path).imports:
        if not statement.happens:
            continue
        for imported in statement.names:
            module = imported.module if not imported.original else statement.module
            inner = imported.original and work.modules.imported(path, module, imported.original)
            found = inner or work.modules.resolve(path, module)
            if found and not (imported.original == work.plan.name and found == work.source):
                yield from {found, *work.modules.packages_above(found)} - own
            elif found:
                yield from {*work.modules.packages_above(found)} - own
        if statement.is_star and (found := work.modules.resolve(path, statement.module)):
            yield found


def _note_doubts(work: MoveWork, needs: Needs) -> None:
    block = work.plan.block
    for own in sorted(needs.own):
        work.doubt(block.path, block.start, f"{own} is another one in another module")
    _note_loading(work)
    for path, scopes in sorted(work.found.scopes.items()):
        if scopes.is_broken and path in {edit.path for edit in work.plan.edits}:
            work.plan.doubt(path, 0, "parts of this file could not be parsed")
        for mention in scopes.mentions:
            _note_mention(work, path, mention)


def _note_loading(work: MoveWork) -> None:
    """Tell of what the old module does when it is loaded: who imported it for this name alone loads it no more."""
    others = {importer for importer, imported in work.new_edges if imported == work.to and importer != work.source}
    if not others or (work.to, work.source) in work.new_edges:
        return
    acting = (
        node for node in work.file(work.source).acting() if not work.in_block(Place(work.source, node.start_byte))
    )
    if (first := next(acting, None)) is not None:
        work.doubt(
            work.source, first.start_byte, "this runs when the module is loaded, which others may not do any more"
        )


def _note_mention(work: MoveWork, path: str, mention: Mention) -> None:
    if mention.role is Role.STRING and mention.use is StringUse.DYNAMIC:
        line = work.found.lines[path].spot(mention.start).line
        owner = mention.head_text.replace(":", ".").rpartition(".")[2]
        stems = {PurePosixPath(work.source).stem, PurePosixPath(work.source).parent.name, ""}
        if owner in stems:
            text = work.found.lines[path].text(line)
            work.plan.doubt(path, line + 1, "what is looked up there by name can be what is moved", text)
    data = work.files[path]
    is_register = data[mention.start - 1 : mention.start] == b"@" and data[mention.end : mention.end + 1] == b"."
    if is_register and path == work.source and not work.in_block(Place(path, mention.start)):
        work.doubt(path, mention.start, "something is registered with it here, when this module is loaded")
