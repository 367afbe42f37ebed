"""From a place and a new name to edits in tiers: every mention that means the same thing, and none that does not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from app.adapters.language.port import LanguageSession
from app.services.refactor.collisions import check_free
from app.services.refactor.edits import WordEdit
from app.services.refactor.errors import SymbolNotFound
from app.services.refactor.moves import moves_of
from app.services.refactor.names import check_python_name
from app.services.refactor.only_names import OnlyName, is_only_parameter, only_name, takes
from app.services.refactor.plan import Note, Plan
from app.services.refactor.seen_names import (
    Named,
    definitions,
    homes_of,
    is_in_address,
    is_shown,
    is_test,
    named_by,
    shows_itself,
)
from app.services.refactor.surroundings import Surroundings
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.mentions import Mention, Role, StringUse
from app.services.refactor.symbols.python import Analysis, Meaning, Place, Symbol, analyse
from app.services.refactor.symbols.ties import Ties, tie
from app.services.refactor.tiers import Tier

_WORD = re.compile(r"[\w$]+")
# In prose a plain word is a word; what is spelled like a name is one.
_NAME_LIKE = re.compile(r"_|\d|[a-z][A-Z]|[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class RenameRequest:
    """Which place, and what it is to be called: line and column from 1, the column in UTF-16 units."""

    path: str
    line: int
    column: int
    new_name: str


@dataclass
class Work:
    """A rename while it is worked out."""

    plan: Plan
    found: Analysis
    ties: Ties
    target: Symbol
    files: Mapping[str, bytes]
    symbols: frozenset[Symbol] = frozenset()

    @cached_property
    def owners(self) -> frozenset[str]:
        """The names of the classes and modules that have what is renamed."""
        names = {PurePosixPath(symbol.path).stem for symbol in self.symbols}
        names |= {PurePosixPath(symbol.path).parent.name for symbol in self.symbols}
        for symbol in self.symbols:
            own_class = self.ties.class_of(symbol, self.found)
            related = self.ties.hierarchy.related(own_class) if own_class else set()
            names |= {self.ties.class_names[each] for each in related if each in self.ties.class_names}
        return frozenset(names)

    @cached_property
    def homes(self) -> frozenset[tuple[str, ...]]:
        """The dotted paths of the modules and classes that have what is renamed."""
        return homes_of(self.found, self.symbols)

    @cached_property
    def is_definition(self) -> bool:
        """Say whether a class or a function is renamed, whose name programs can see."""
        return bool(definitions(self.found, self.symbols, self.plan.old))

    @cached_property
    def is_shown_class(self) -> bool:
        """Say whether a class is renamed that shows its own name."""
        return shows_itself(self.found, self.symbols, self.plan.old)

    @cached_property
    def only(self) -> OnlyName | None:
        """The name, when it is that of a member and nothing else is called so."""
        return only_name(self.plan.old, self.found, self.is_target, self.files) if self.is_member else None

    @cached_property
    def only_parameter(self) -> bool:
        """Say whether no other function takes something called so, and no string names it."""
        return is_only_parameter(self.plan.old, self.found, self.symbols)

    @cached_property
    def surroundings(self) -> Surroundings:
        """Which files, folders and receivers are known to use what is renamed, and which something else so called."""
        known = Surroundings()
        for place, mention in self.found.mentions():
            meaning = self.found.meanings[place]
            if mention.name != self.plan.old or not meaning.is_known:
                continue
            ours = self.touches_target(meaning)
            if mention.role is Role.ATTRIBUTE or mention.binds:
                known.add(place.path, mention.head_text, ours=ours)
            if mention.binds and (own_class := self.found.scopes[place.path].path_to_scope(mention.scope)[-1:]):
                known.add_classes(own_class, ours=ours)
        return known

    def is_target(self, meaning: Meaning) -> bool:
        """Say whether this is what is renamed, and nothing else."""
        return not meaning.is_outside and self.ties.groups.together(meaning.symbols) == [self.target]

    def touches_target(self, meaning: Meaning) -> bool:
        """Say whether this may be what is renamed, among others."""
        return self.target in self.ties.groups.together(meaning.symbols)

    @property
    def is_member(self) -> bool:
        """Say whether a member of a class is renamed."""
        return any(self.ties.class_of(symbol, self.found) for symbol in self.symbols)

    @property
    def is_in_function(self) -> bool:
        """Say whether it is a name of functions alone: parameters and local names."""
        kinds = {_kind_of(self.found, symbol) for symbol in self.symbols}
        return kinds in ({"function"}, {"comprehension"})

    def note(self, kind: str, place: Place, reason: str) -> None:
        """Tell something about a place."""
        lines = self.found.lines[place.path]
        line = lines.spot(place.start).line
        self.plan.notes.append(Note(kind, place.path, line + 1, reason, lines.text(line).strip()[:200]))

    def edit(self, place: Place, mention: Mention, tier: Tier, why: str) -> None:
        """Give the mention its new name."""
        self.plan.edits.append(WordEdit(place.path, mention.start, mention.end, self.plan.new.encode(), tier, why))


def word_at(data: bytes, line: int, column: int) -> str | None:
    """Give the word at a place, or right before it; None when there is none."""
    offset = LineTable(data).offset_of_utf16(line, column)
    if offset is None:
        return None
    before, text = data[:offset].decode("utf-8", "replace"), data.decode("utf-8", "replace")
    return next((found[0] for found in _WORD.finditer(text) if found.start() <= len(before) <= found.end()), None)


async def plan_rename(request: RenameRequest, files: Mapping[str, bytes], session: LanguageSession) -> Work:
    """Work a rename out. SymbolNotFound, InvalidName, NameCollision."""
    data = files.get(request.path)
    old = word_at(data, request.line, request.column) if data is not None else None
    if data is None or old is None:
        raise SymbolNotFound(path=request.path, line=request.line, column=request.column, reason="no_name_there")
    check_python_name(old, request.new_name)
    found = await analyse(files, {old, request.new_name}, session)
    place = _place_of(request, found, data, old)
    ties = await tie(found, old, files, session)
    target = _target_of(found, ties, place, old)
    work = Work(Plan(old, request.new_name, "", [], []), found, ties, target, files)
    work.symbols = frozenset(_group(found, ties, target))
    work.plan.kind = _describe(work)
    check_free(found, ties, work.symbols, request.new_name)
    work.plan.moves = moves_of(work.symbols, request.new_name, files)
    if work.symbols & ties.dotted_imports:
        raise SymbolNotFound(path=place.path, word=old, reason="bound_by_a_dotted_import")
    for at, mention in found.mentions():
        if mention.name == old:
            _decide(work, at, mention)
    _note_doubts(work)
    return work


def _place_of(request: RenameRequest, found: Analysis, data: bytes, old: str) -> Place:
    offset = LineTable(data).offset_of_utf16(request.line, request.column)
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


def _kind_of(found: Analysis, symbol: Symbol) -> str:
    scopes = found.scopes.get(symbol.path)
    return next((scope.kind for scope in scopes.scopes if scope.at == symbol.at), "") if scopes else ""


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
    if work.is_member and called in ("replace", "_replace"):
        return True
    names = {
        scope.name
        for symbol in work.symbols
        if symbol.path in work.found.scopes
        for scope in work.found.scopes[symbol.path].scopes
        if scope.at == symbol.at and scope.kind in ("function", "class")
    }
    return called in names or called == "partial"


def _note_doubts(work: Work) -> None:
    for path in sorted({edit.path for edit in work.plan.edits}):
        if work.found.scopes[path].is_broken:
            work.plan.notes.append(Note("doubt", path, 0, "parts of this file could not be parsed"))
    for symbol in sorted(work.symbols):
        own_class = work.ties.class_of(symbol, work.found)
        line = work.ties.hierarchy.line_of(own_class) if own_class else set()
        if line & work.ties.hierarchy.is_open:
            work.note("doubt", Place(symbol.path, symbol.at), "a class above this one could not be found")
