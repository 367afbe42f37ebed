"""What no analysis of a rename can see, found by its traces: protocols, collected keywords, mangled names. Pure."""

import re
from collections.abc import Iterator, Mapping

from app.services.refactor.mangled_names import note_mangled
from app.services.refactor.plan import Note
from app.services.refactor.runtime_arguments import note_arguments
from app.services.refactor.runtime_names import note_runtime
from app.services.refactor.seen_names import around, is_in_address, is_in_template, is_test
from app.services.refactor.shown import is_as_python_shows, is_only_called
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.mentions import Role, Scope, StringUse
from app.services.refactor.symbols.model import MODULE, Place, Symbol
from app.services.refactor.symbols.parameters import CONSTRUCTORS
from app.services.refactor.work import Work

# Bases whose members are found by name, in classes that do not say so or in plain dictionaries.
_BY_NAME = {
    "Protocol": "classes that do not say so may fulfil this protocol",
    "TypedDict": "the keys of dictionaries come from anywhere",
}
_MOST_NOTES = 20


def note_caveats(work: Work) -> None:
    """Add the doubts that come from what a language allows beside plain names."""
    if work.is_definition or work.is_member:
        _note_seen_names(work)
    if work.is_member and not work.is_definition:
        _note_data(work)
    _note_ties(work)
    note_runtime(work)
    note_arguments(work)
    note_mangled(work)
    for symbol in sorted(work.symbols):
        scope = _scope_of(work, symbol)
        if scope is not None and scope.kind == "class":
            _note_class(work, symbol, scope)
        elif scope is not None and symbol.name in scope.parameters:
            _note_collected(work, symbol, scope)
            _note_constructors(work, symbol, scope)


def _note_ties(work: Work) -> None:
    """Some symbols have one name by custom only."""
    for fixture in work.ties.fixtures:
        if fixture in work.symbols:
            line = work.found.lines[fixture.path].spot(max(fixture.at, 0)).line + 1
            work.plan.notes.append(Note("doubt", fixture.path, line, "pytest finds fixtures by their names"))
    for place, symbol in work.ties.unions.items():
        if work.ties.groups.find(symbol) == work.target:
            work.note("doubt", place, "this can be one of several classes, which are all changed for it")


def _note_seen_names(work: Work) -> None:
    """A string that is the name, or a test's string that holds it, may be compared with what a program shows of it."""
    strings = [
        (place, mention)
        for place, mention in work.found.mentions()
        if mention.name == work.plan.old and mention.role is Role.STRING and mention.use is StringUse.OTHER
    ]
    is_shown = not is_only_called(work)
    said = {around(work.files[place.path], mention) for place, mention in strings if not is_test(place.path)}
    for place, mention in strings:
        if work.touches_target(work.found.meanings[place]):
            continue
        data = work.files[place.path]
        is_told = is_test(place.path) and (is_shown or is_as_python_shows(data, mention))
        is_told = is_told and not is_in_address(data, mention) and around(data, mention) not in said
        if mention.is_whole or is_told or is_in_template(data, mention.start):
            work.note("doubt", place, "a string holds the name, which programs can see")


def _note_data(work: Work) -> None:
    """Frameworks take the names of data for keywords: filter(name=…), filter(name__in=…)."""
    for place, mention in work.found.mentions():
        is_unplaced = mention.role is Role.KEYWORD and not work.found.meanings[place].is_known
        if mention.name == work.plan.old and is_unplaced:
            work.note("doubt", place, "which function takes this argument is not known")
    pattern = re.compile(rb"\b" + work.plan.old.encode() + rb"__\w+\s*=(?!=)")
    _note_found(work, pattern, "a keyword is made of this name")


def _scope_of(work: Work, symbol: Symbol) -> Scope | None:
    scopes = work.found.scopes.get(symbol.path)
    if scopes is None or symbol.at == MODULE:
        return None
    return next((scope for scope in scopes.scopes if scope.at == symbol.at), None)


def _note_class(work: Work, symbol: Symbol, scope: Scope) -> None:
    for base in scope.bases:
        reason = _BY_NAME.get(base.rpartition(".")[2])
        if reason:
            line = work.found.lines[symbol.path].spot(scope.at).line + 1
            work.plan.notes.append(Note("doubt", symbol.path, line, reason, f"class {scope.name}"))
    if symbol.name.startswith("__"):
        mangled = f"_{scope.name.lstrip('_')}{symbol.name}"
        _note_found(work, re.compile(rb"\b" + mangled.encode() + rb"\b"), "the mangled name is used here")


def _note_constructors(work: Work, symbol: Symbol, scope: Scope) -> None:
    """A class kept in a variable may be a derived one, whose constructor has a parameter of its own called so."""
    if scope.name not in CONSTRUCTORS:
        return
    family = {work.found.scopes[symbol.path].scopes[scope.parent].name}
    others = [
        (path, scopes.scopes[each.parent], each)
        for path, scopes in work.found.scopes.items()
        for each in scopes.scopes
        if each.name == scope.name and symbol.name in each.parameters and Symbol(path, each.at, symbol.name) != symbol
    ]
    for _ in others:
        # Once for every class: each round finds those derived from what the one before found.
        family |= {owner.name for _, owner, _ in others if family & {base.rpartition(".")[2] for base in owner.bases}}
    for path, owner, each in others:
        if owner.name in family and Symbol(path, each.at, symbol.name) not in work.symbols:
            work.note("doubt", Place(path, each.at), "a derived class has a parameter of its own called so")


def _note_collected(work: Work, symbol: Symbol, scope: Scope) -> None:
    """A call that passes a dictionary as keywords may pass this one."""
    parent = work.found.scopes[symbol.path].scopes[scope.parent]
    called = parent.name if scope.name == "__init__" and parent.kind == "class" else scope.name
    if called:
        call = re.compile(rb"\b" + called.encode() + rb"\s*\((?:[^()]|\([^()]*\)){0,1000}?\*\*")
        _note_found(work, call, "keywords are collected here, and may hold this one")
        if any(edit.why == Role.KEYWORD.value for edit in work.plan.edits):
            _note_replaced(work, called.encode())


def _note_replaced(work: Work, called: bytes) -> None:
    """Tests and plugins put functions of their own in a function's place; calls by keyword reach these too."""
    looked_up = rb"""(?:patch|patch\.object|setattr)\([^()]{0,200}?["'](?:[\w.]*\.)?%b["']""" % called
    put = re.compile(rb"\.%b[ \t]*=(?!=)|%b" % (called, looked_up))
    _note_found(work, put, "something else is put in the place of this function, and may not take it")


def _note_found(work: Work, pattern: re.Pattern[bytes], reason: str) -> None:
    for path, line, text in _lines_with(work.files, pattern):
        note = Note("doubt", path, line, reason, text)
        if note not in work.plan.notes:
            work.plan.notes.append(note)
        if len(work.plan.notes) >= _MOST_NOTES:
            return


def _lines_with(files: Mapping[str, bytes], pattern: re.Pattern[bytes]) -> Iterator[tuple[str, int, str]]:
    for path in sorted(files):
        lines: LineTable | None = None
        for match in pattern.finditer(files[path]):
            if files[path][: match.start()].rstrip().endswith(b"def"):
                continue
            lines = lines or LineTable(files[path])
            line = lines.spot(match.start()).line
            yield path, line + 1, lines.text(line).strip()[:200]
