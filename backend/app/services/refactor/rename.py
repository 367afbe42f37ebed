"""From a place and a new name to edits in tiers: every mention that means the same thing, and none that does not."""

import asyncio
import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from app.adapters.language.port import LanguageSession
from app.services.refactor.asked import RenameRequest, asked_word
from app.services.refactor.collisions import check_free
from app.services.refactor.edits import WordEdit
from app.services.refactor.errors import NameCollision, SymbolNotFound
from app.services.refactor.local_names import files_that_see
from app.services.refactor.module_names import ModuleNames, names_of, top_names
from app.services.refactor.moves import moves_of
from app.services.refactor.names import check_python_name
from app.services.refactor.only_names import takes
from app.services.refactor.plan import Note, Plan
from app.services.refactor.rivals import STAND_INS
from app.services.refactor.seen_names import (
    Named,
    is_in_address,
    is_shown,
    is_test,
    named_by,
)
from app.services.refactor.symbols.fixture_values import read_fixture_values
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.mentions import Mention, Role, StringUse
from app.services.refactor.symbols.model import Place, Symbol
from app.services.refactor.symbols.python import Analysis, analyse
from app.services.refactor.symbols.python_modules import PythonModules
from app.services.refactor.symbols.ties import Ties, tie
from app.services.refactor.tiers import Tier
from app.services.refactor.tree import import_roots
from app.services.refactor.work import Work

# In prose a plain word is a word; what is spelled like a name is one.
_NAME_LIKE = re.compile(r"_|\d|[a-z][A-Z]|[A-Z]{2}")


async def plan_rename(
    request: RenameRequest, files: Mapping[str, bytes], session: LanguageSession, paths: Collection[str]
) -> Work:
    """Work a rename out; `paths` are all files of the tree, code or not. SymbolNotFound, InvalidName, NameCollision."""
    modules = PythonModules(files.keys(), import_roots(files))
    asked = modules.at(request.path) if request.line is None else None
    old = asked.called if asked else asked_word(request, files)
    if not old:
        raise SymbolNotFound(path=request.path, line=request.line, column=request.column, reason="no_name_there")
    check_python_name(old, request.new_name)
    files = files_that_see(request, files, old)
    found = await analyse(files, {old, request.new_name}, session)
    await read_fixture_values(found, files, session)
    ties = await tie(found, old, files, session, request.kept)
    if ties.of_several:
        ties = await tie(found, old, files, session, request.kept | ties.of_several)
    target = ties.groups.find(asked) if asked else _target_of(found, ties, _place_of(request, found, files, old), old)
    work = Work(Plan(old, request.new_name, "", [], []), found, ties, target, files)
    # Of many mentions this takes seconds: whoever keeps this process alive has his turn meanwhile.
    await asyncio.to_thread(_settle, work, asked, modules, paths)
    if work.symbols & ties.dotted_imports:
        raise SymbolNotFound(path=request.path, word=old, reason="bound_by_a_dotted_import")
    return work


def _settle(work: Work, asked: Symbol | None, modules: PythonModules, paths: Collection[str]) -> None:
    """Decide about every mention, once it is known what is renamed."""
    work.symbols = frozenset(_group(work.found, work.ties, work.target) | ({asked} if asked else set()))
    work.plan.kind = _describe(work)
    check_free(work.found, work.ties, work.symbols, work.plan.new)
    _move(work, modules, paths)
    for at, mention in work.found.mentions():
        if mention.name == work.plan.old:
            _decide(work, at, mention)
    _note_doubts(work)


def _move(work: Work, modules: PythonModules, paths: Collection[str]) -> None:
    """Move the files of a module, and note how it may be named elsewhere."""
    own = [symbol for symbol in work.symbols if symbol.is_module]
    if len({modules.place_of(symbol) for symbol in own}) > 1:
        paths = sorted(symbol.path for symbol in own)
        said = "Imports give one name to several modules, and cannot say `as`."
        raise NameCollision(said, name=work.plan.new, reason="several_modules", paths=paths)
    moves = moves_of(own, work.plan.new, work.files)
    work.plan.moves, work.plan.folders = moves.moved(work.files), moves.folders
    if own:
        dotted = {name for symbol in own for name in modules.dotted_names(symbol)}
        children = {name for symbol in own for name in top_names(work.files.get(symbol.path, b""))}
        names = names_of(work.plan.old, moves, paths)
        children |= names.children
        work.module = replace(names, dotted=frozenset(dotted), children=frozenset(children), roots=modules.roots)


def _place_of(request: RenameRequest, found: Analysis, files: Mapping[str, bytes], old: str) -> Place:
    line, column = request.line or 0, request.column or 0
    offset = LineTable(files[request.path]).offset_of_utf16(line, column)
    mentions = found.scopes[request.path].mentions if request.path in found.scopes else []
    for mention in mentions:
        if offset is not None and mention.start <= offset <= mention.end and mention.name == old:
            return Place(request.path, mention.start)
    raise SymbolNotFound(path=request.path, line=request.line, column=request.column, reason="no_name_there", word=old)


def _target_of(found: Analysis, ties: Ties, place: Place, old: str) -> Symbol:
    meaning = found.meanings[place]
    mention = found.scopes[place.path].by_start[place.start]
    if mention.role in (Role.IMPORTED, Role.MODULE) and mention.binds and not meaning.symbols:
        owner = found.scopes[place.path].owner(old, mention.scope)
        if owner is not None:
            return ties.groups.find(found.symbol(place.path, owner, old))
    symbols = [symbol for symbol in meaning.symbols if symbol.called == old]
    if symbols and min(symbols) in ties.kept_imports:
        # What the import gives gets another name, not the name that has it there.
        given = found.meanings[ties.kept_imports[min(symbols)]].symbols
        symbols = [symbol for symbol in given if symbol.called == old] or symbols
    if symbols:
        return ties.groups.find(min(symbols))
    reason = "defined_outside" if meaning.is_outside else "not_understood"
    if meaning.symbols:
        reason = "defined_under_another_name"
    raise SymbolNotFound(path=place.path, word=old, reason=reason)


def _group(found: Analysis, ties: Ties, target: Symbol) -> set[Symbol]:
    symbols = {target}
    for place, mention in found.mentions():
        meaning = found.meanings[place]
        symbols.update(each for each in meaning.symbols if ties.groups.find(each) == target)
        owner = found.scopes[place.path].owner(mention.name, mention.scope) if mention.binds else None
        if owner is not None:
            own = found.symbol(place.path, owner, mention.name)
            symbols.update({own} if ties.groups.find(own) == target else set())
    return symbols


def _describe(work: Work) -> str:
    if any(symbol.is_module for symbol in work.symbols):
        return "module"
    if work.is_member:
        return "member"
    return "local" if work.is_in_function else "global"


def _decide(work: Work, place: Place, mention: Mention) -> None:
    """Edit a mention, tell about it, or leave it alone."""
    meaning = work.found.meanings[place]
    if place in work.ties.imports_outside.values():
        _decide_outside_import(work, place, mention)
    elif place in work.ties.kept_imports.values() and work.is_target(meaning):
        text = f"{work.plan.new} as {mention.name}".encode()
        work.plan.edits.append(WordEdit(place.path, mention.start, mention.end, text, Tier.PROVEN, "imported"))
    elif work.is_target(meaning):
        work.edit(place, mention, Tier.PROVEN, mention.role.value)
    elif work.touches_target(meaning):
        work.edit(place, mention, Tier.LIKELY, mention.role.value)
        work.note("doubt", place, "this can be what is renamed, and something else too")
    elif mention.role in (Role.COMMENT, Role.STRING):
        _decide_text(work, place, mention)
    elif not meaning.is_known:
        _decide_unknown(work, place, mention)


def _decide_outside_import(work: Work, place: Place, mention: Mention) -> None:
    """Keep the name that something outside gave, and call it here what was asked for."""
    local = next(symbol for symbol, at in work.ties.imports_outside.items() if at == place)
    if work.ties.groups.find(local) == work.target and not mention.is_repeated:
        new = f"{mention.name} as {work.plan.new}".encode()
        work.plan.edits.append(WordEdit(place.path, mention.start, mention.end, new, Tier.PROVEN, "imported"))


def _decide_text(work: Work, place: Place, mention: Mention) -> None:
    if work.module is not None and _decide_module_text(work, work.module, place, mention):
        return
    if mention.use is StringUse.PROSE and _is_example(work, place):
        work.edit(place, mention, Tier.LIKELY, "example in a docstring")
        work.note("doubt", place, "an example in a docstring, which a test may run")
        return
    if mention.use is StringUse.DYNAMIC:
        if not work.is_in_function:
            work.note("not_touched", place, "looked up by its name while running")
            if _may_be_found(work, mention):
                work.note("doubt", place, "what is looked up there by name can be what is renamed")
        return
    if work.is_in_function and not _is_near(work, place):
        return
    if mention.role is Role.STRING and mention.use is StringUse.OTHER and _decide_seen_name(work, place, mention):
        return
    if mention.role is Role.STRING and mention.use is StringUse.OTHER and mention.is_whole:
        work.edit(place, mention, Tier.TEXT, "string")
    elif _NAME_LIKE.search(mention.name) or _is_marked(work, place, mention):
        work.edit(place, mention, Tier.TEXT, mention.role.value)


def _is_example(work: Work, place: Place) -> bool:
    """Say whether a word stands in code that `doctest` would run; of a local name, only where it is an argument."""
    data = work.files[place.path]
    line = data[data.rfind(b"\n", 0, place.start) + 1 : data.find(b"\n", place.start)]
    if not line.lstrip().startswith((b">>>", b"...")):
        return False
    return (
        not work.is_in_function
        or re.search(rb"[(,]\s*%b\s*=(?!=)" % re.escape(work.plan.old.encode()), line) is not None
    )


def _decide_module_text(work: Work, module: ModuleNames, place: Place, mention: Mention) -> bool:
    """Decide about a text that has a module's path in it; say whether it was decided."""
    data = work.files[place.path]
    is_prose = mention.role is Role.COMMENT or mention.use is StringUse.PROSE
    if module.named_at(data, mention.start, mention.end, place.path):
        work.edit(place, mention, Tier.TEXT if is_prose else Tier.LIKELY, mention.role.value)
        if not is_prose:
            work.note("doubt", place, "a string names this module, and may be used to find it")
        return True
    if not is_prose and mention.is_whole and module.is_top:
        work.note("doubt", place, "a string may name this module, and be used to find it")
    return mention.use is not StringUse.DYNAMIC and module.is_in_path(data, mention.start, mention.end)


def _decide_seen_name(work: Work, place: Place, mention: Mention) -> bool:
    """Decide about a string that leads to what is renamed, or that a test compares with what is shown of it."""
    named = Named.NOT if work.is_in_function else named_by(mention.head_text, work.homes, work.owners)
    if named is Named.SURELY and mention.is_in_path:
        work.edit(place, mention, Tier.LIKELY, "path in a string")
        work.note("doubt", place, "a string holds the path of what is renamed")
        return True
    if named is not Named.NOT:
        work.note("doubt", place, "a string may hold the path of what is renamed")
    data = work.files[place.path]
    if (
        work.is_shown_class
        and is_test(place.path)
        and not mention.is_in_path
        and not is_in_address(data, mention)
        and (_NAME_LIKE.search(mention.name) or is_shown(data, mention.start, mention.end))
    ):
        work.edit(place, mention, Tier.LIKELY, "shown by programs")
        return True
    return False


def _may_be_found(work: Work, mention: Mention) -> bool:
    """Say whether a look-up may find what is renamed: with a path before it, only below the right owner."""
    owner = mention.head_text.replace(":", ".").rpartition(".")[2]
    return not owner or owner in work.owners


def _is_near(work: Work, place: Place) -> bool:
    """Say whether a text stands in a function whose name is renamed."""
    scopes = work.found.scopes[place.path]
    at = scopes.by_start[place.start].scope
    while at > 0:
        if any(symbol.path == place.path and symbol.at == scopes.scopes[at].at for symbol in work.symbols):
            return True
        at = scopes.scopes[at].parent
    return False


def _is_marked(work: Work, place: Place, mention: Mention) -> bool:
    """Say whether a word in prose is written as code: in backquotes, called, or behind a dot."""
    data = work.files[place.path]
    before, after = data[mention.start - 1 : mention.start], data[mention.end : mention.end + 1]
    return (before == b"`" and after == b"`") or after == b"(" or (before == b"." and after != b" ")


def _decide_unknown(work: Work, place: Place, mention: Mention) -> None:
    if mention.role is Role.ATTRIBUTE and work.only is not None and work.only.covers(place, mention):
        work.edit(place, mention, Tier.PROVEN, "attribute of something unknown")
        work.note("certain", place, "nothing else here, nor in Python's library, is called so")
    elif mention.role is Role.ATTRIBUTE and work.is_member:
        work.note("doubt", place, "the type of what stands before the dot is not known")
        if work.surroundings.favour(place.path, mention.head_text):
            work.edit(place, mention, Tier.LIKELY, "attribute of something unknown")
        else:
            work.note("not_touched", place, "other things here are called so too")
    elif mention.role is Role.ATTRIBUTE and not work.is_in_function:
        work.note("not_touched", place, "the type of what stands before the dot is not known")
    elif mention.role is Role.KEYWORD and work.only_parameter and takes(work.found, work.symbols, place, mention):
        work.edit(place, mention, Tier.PROVEN, "argument of a decorated function")
        work.note("certain", place, "the function called here takes it, and nothing else has one called so")
    elif mention.role in (Role.KEYWORD, Role.PATTERN_KEYWORD) and _may_take(work, mention):
        work.edit(place, mention, Tier.LIKELY, "argument of something unknown")
        work.note("doubt", place, "which function takes this argument is not known")


def _may_take(work: Work, mention: Mention) -> bool:
    """Say whether a keyword argument nobody can place may be for what is renamed."""
    called = mention.head_text.rpartition(".")[2]
    if work.is_member and (called in ("replace", "_replace") or called in STAND_INS):
        return True
    names = {
        scope.name
        for symbol in work.symbols
        if symbol.path in work.found.scopes
        for scope in work.found.scopes[symbol.path].scopes
        if scope.at == symbol.at and scope.kind in ("function", "class")
    }
    # A class statement's own keywords go to what makes the class; there is nothing that is called.
    makes_classes = mention.head is None and names & {"__init_subclass__", "__new__", "__init__", "__prepare__"}
    return called in names or called in ("partial", "multiple") or bool(makes_classes)


def _note_doubts(work: Work) -> None:
    for path in sorted({edit.path for edit in work.plan.edits}):
        if work.found.scopes[path].is_broken:
            work.plan.notes.append(Note("doubt", path, 0, "parts of this file could not be parsed"))
    for symbol in sorted(work.symbols):
        own_class = work.ties.class_of(symbol, work.found)
        line = work.ties.hierarchy.line_of(own_class) if own_class else set()
        if line & work.ties.hierarchy.is_open:
            work.note(
                "doubt",
                Place(symbol.path, symbol.at),
                "a class above this one was not found here: it may have this name too",
            )
