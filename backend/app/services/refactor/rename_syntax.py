"""A rename in a language without a server: by what its syntax tells, so that nothing is more than likely. Pure.

A local name is renamed in its scope alone. Of what whole files see, the nearest definition is meant: in the same file,
in the same folder, anywhere. Members of a type have one name wherever they are, for without types nobody can tell
whose a member is.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from app.adapters.syntax.languages import language_of
from app.services.refactor.asked import RenameRequest, word_at
from app.services.refactor.collisions import MOST_TOLD
from app.services.refactor.edits import WordEdit
from app.services.refactor.errors import NameCollision, SymbolNotFound
from app.services.refactor.names_syntax import bare
from app.services.refactor.plan import Note, Plan
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.syntax_names import Mention, Names, Scope, Sort, read_names
from app.services.refactor.symbols.syntax_nodes import Role
from app.services.refactor.symbols.syntax_owners import Owners, overrides
from app.services.refactor.symbols.syntax_rules_more import RULES
from app.services.refactor.texts import is_marked, is_name_like
from app.services.refactor.tiers import Tier

_BEFORE = re.compile(rb"(\w+)[?!]?\s*(\.|::|->|\\|\?\.)\s*$")
ONLY_SYNTAX = "no server is asked for this language: names are told apart by syntax alone"


@dataclass(slots=True)
class _Work:
    """A rename while it is worked out."""

    request: RenameRequest
    plan: Plan
    files: Mapping[str, bytes]
    read: dict[str, Names] = field(default_factory=dict)
    target: Mention | None = None
    sort: Sort = Sort.OPEN
    # Files whose definition is meant, of a name that whole files see.
    homes: set[str] = field(default_factory=set)
    ties_all: bool = False

    def note(self, kind: str, path: str, start: int, reason: str) -> None:
        """Tell something about a place."""
        lines = LineTable(self.files[path])
        line = lines.spot(start).line
        self.plan.notes.append(Note(kind, path, line + 1, reason, lines.text(line).strip()[:200]))

    def edit(self, path: str, mention: Mention, why: str, tier: Tier = Tier.LIKELY) -> None:
        """Give a mention its new name."""
        new = self.plan.new.encode()
        if mention.role is Role.SHORTHAND:
            old = self.plan.old.encode()
            new = new + b": " + old if self.sort is Sort.MEMBER else old + b": " + new
        self.plan.edits.append(WordEdit(path, mention.start, mention.end, new, tier, why))

    def key_of_new(self) -> str:
        """The new name as mentions of its sort have it."""
        return self.target.name.replace(self.plan.old, self.plan.new) if self.target else self.plan.new

    def definitions(self, name: str, sort: Sort) -> list[tuple[str, Mention]]:
        """Where something is defined under a name."""
        return [
            (path, each)
            for path, names in self.read.items()
            for each in names.mentions
            if each.name == name and each.binds and each.sort is sort
        ]


def grammar_of(path: str, data: bytes) -> str | None:
    """Say by which table a file is read; None when there is none."""
    language = language_of(path, data[:4096])
    return language if language in RULES else None


def plan_syntax_rename(request: RenameRequest, files: Mapping[str, bytes]) -> tuple[Plan, bool]:
    """Work a rename out, and say whether it is local. SymbolNotFound, NameCollision."""
    work = _begun(request, files)
    target = work.target
    if target is None:
        raise _not_found(request, "no_name_there")
    work.sort = _sort_of(work, target)
    work.plan.kind = work.sort.value
    if work.sort is Sort.LOCAL:
        _rename_local(work, target)
    elif work.sort is Sort.MEMBER:
        _rename_members(work, target)
    else:
        _rename_global(work, target)
    _refuse_captures(work)
    _edit_texts(work)
    work.note("doubt", request.path, target.start, ONLY_SYNTAX)
    for path in sorted({edit.path for edit in work.plan.edits}):
        if work.read[path].is_broken:
            work.plan.notes.append(Note("doubt", path, 0, "parts of this file could not be parsed"))
    return work.plan, work.sort is Sort.LOCAL


def _begun(request: RenameRequest, files: Mapping[str, bytes]) -> _Work:
    data = files.get(request.path)
    word = word_at(data, request.line or 0, request.column or 0) if data is not None else None
    if data is None or word is None:
        raise _not_found(request, "no_name_there")
    old, new = bare(word), bare(request.new_name)
    work = _Work(request, Plan(old, new, ""), files)
    for path in sorted(files):
        language = grammar_of(path, files[path])
        if language is not None and (old.encode() in files[path] or new.encode() in files[path]):
            work.read[path] = read_names(language, files[path], {old, new})
    offset = LineTable(data).offset_of_utf16(request.line or 1, request.column or 1)
    if request.path in work.read and offset is not None:
        work.target = work.read[request.path].at(offset + (data[offset : offset + 1] in (b"$", b"@")))
    language = grammar_of(request.path, data)
    work.ties_all = language is not None and RULES[language].ties_all
    return work


def _not_found(request: RenameRequest, reason: str, word: str | None = None) -> SymbolNotFound:
    place = {"path": request.path, "line": request.line, "column": request.column}
    return SymbolNotFound(**place, reason=reason, **({"word": word} if word else {}))


def _sort_of(work: _Work, target: Mention) -> Sort:
    """Say what is renamed: something local, a member of types, or something that whole files see."""
    if target.sort is Sort.LOCAL or (target.binds and target.sort is not Sort.OPEN):
        return target.sort
    found = [sort for sort in (target.sort, Sort.GLOBAL, Sort.MEMBER) if work.definitions(target.name, sort)]
    if not found:
        raise _not_found(work.request, "defined_outside", work.plan.old)
    return found[0]


def _rename_local(work: _Work, target: Mention) -> None:
    path, names = work.request.path, work.read[work.request.path]
    scope = names.scopes[target.home]
    for mention in names.mentions:
        is_inside = scope.start <= mention.start < scope.end
        if mention.name == target.name and mention.sort is Sort.LOCAL and mention.home == target.home:
            work.edit(path, mention, "local name")
        elif is_inside and mention.role is Role.STRING and _is_in_format(work, path, mention):
            work.edit(path, mention, "in a format string")
        elif is_inside and mention.name == work.key_of_new() and mention.role in {Role.NAME, Role.SHORTHAND}:
            _collide(work, [(path, mention)], "already_defined" if mention.binds else "captured")
    for each, found in work.read.items():
        for mention in found.mentions:
            if mention.role is Role.LABEL and mention.name == work.plan.old:
                work.note("doubt", each, mention.start, "an argument is given by this name, and keeps it")


def _is_in_format(work: _Work, path: str, mention: Mention) -> bool:
    """Say whether a word in a string is put in there when the program runs: "{name}" in Rust."""
    data = work.files[path]
    return (
        path.endswith(".rs")
        and data[: mention.start].endswith(b"{")
        and not data[: mention.start].endswith(b"{{")
        and data[mention.end : mention.end + 1] in (b"}", b":")
    )


def _rename_members(work: _Work, target: Mention) -> None:
    owners = Owners(work.files)
    definitions = [each for each in work.definitions(target.name, Sort.MEMBER) if not _is_outside(work, owners, *each)]
    if not definitions or (target.binds and (work.request.path, target) not in definitions):
        raise _not_found(work.request, "overrides_outside", work.plan.old)
    types = {name for path, each in definitions for name in _class_around(work.read[path], each.scope).types}
    has_global = bool(work.definitions(target.name, Sort.GLOBAL))
    for path, names in work.read.items():
        for mention in names.mentions:
            if mention.name != target.name or mention.role is Role.LABEL:
                continue
            if mention.binds and mention.sort is Sort.MEMBER and (path, mention) not in definitions:
                work.note("not_touched", path, mention.start, "it is called so by something outside")
            elif mention.role is Role.MEMBER and (why := owners.is_foreign(path, mention.start, types)):
                work.note("not_touched", path, mention.start, why)
            else:
                _edit_member(work, path, mention, has_global=has_global)
    homes = {path for path, _ in definitions}
    taken = [(path, each) for path, each in work.definitions(work.key_of_new(), Sort.MEMBER) if path in homes]
    _collide(work, taken, "already_defined")
    for path, mention in definitions:
        if (path, mention.start) != (work.request.path, target.start):
            said = "this is called so too, and gets the name: whose use is whose is not known"
            work.note("doubt", path, mention.start, said)


def _edit_member(work: _Work, path: str, mention: Mention, *, has_global: bool) -> None:
    if mention.sort is Sort.MEMBER or mention.role is Role.SHORTHAND:
        work.edit(path, mention, "member")
    elif mention.sort is Sort.OPEN and mention.role is Role.NAME and not has_global:
        work.edit(path, mention, "member without its owner")


def _class_around(names: Names, scope: int) -> Scope:
    while scope > 0 and not names.scopes[scope].is_class:
        scope = names.scopes[scope].parent
    return names.scopes[scope]


def _is_outside(work: _Work, owners: Owners, path: str, mention: Mention) -> bool:
    """Say whether a member has its name from a type that is not defined here."""
    if overrides(work.files[path], mention.start):
        found = work.definitions(mention.name, Sort.MEMBER)
        return all(overrides(work.files[at], each.start) for at, each in found)
    around = _class_around(work.read[path], mention.scope)
    return around.kind == "impl_item" and not all(owners.defines_type(name) for name in around.types)


def _rename_global(work: _Work, target: Mention) -> None:
    name = target.name
    definitions = work.definitions(name, Sort.GLOBAL)
    ties_all = work.ties_all and name[:1] not in ("$", "@")
    all_homes = {path for path, _ in definitions}
    work.homes = all_homes if ties_all else _nearest(work.request.path, all_homes)
    has_members = bool(work.definitions(name, Sort.MEMBER))
    for path, names in work.read.items():
        is_meant = ties_all or bool(_nearest(path, all_homes) & work.homes)
        for mention in names.mentions:
            if mention.name == name and mention.role is not Role.LABEL:
                _decide(work, path, mention, is_meant=is_meant, has_members=has_members)
    folders = {str(PurePosixPath(path).parent) for path in work.homes}
    taken = [
        (path, each)
        for path, each in work.definitions(work.key_of_new(), Sort.GLOBAL)
        if ties_all or path in work.homes or str(PurePosixPath(path).parent) in folders
    ]
    _collide(work, taken, "already_defined")


def _decide(work: _Work, path: str, mention: Mention, *, is_meant: bool, has_members: bool) -> None:
    """Edit a mention of what whole files see, or say why not."""
    if mention.sort is Sort.MEMBER and not mention.binds:
        if not has_members or _is_behind_module(work, path, mention):
            work.edit(path, mention, "behind its owner")
        else:
            work.note("not_touched", path, mention.start, "what stands before it is not known")
    elif mention.sort in {Sort.GLOBAL, Sort.OPEN} and mention.role in {Role.NAME, Role.KEY}:
        if is_meant:
            work.edit(path, mention, "definition" if mention.binds else "name")
        else:
            work.note("not_touched", path, mention.start, "something nearer is called so")


def _is_behind_module(work: _Work, path: str, mention: Mention) -> bool:
    """Say whether what stands before a name is a file, a folder or a module, as far as its own name tells."""
    owner = _BEFORE.search(work.files[path][max(0, mention.start - 200) : mention.start])
    if owner is None:
        return False
    return (owner[2] == b"::" and owner[1].islower()) or owner[1].decode("utf-8", "replace") in _owners(work.homes)


def _nearest(path: str, homes: set[str]) -> set[str]:
    """Choose the definitions that a file sees first: its own, those of its folder, all."""
    folder = PurePosixPath(path).parent
    beside = {home for home in homes if PurePosixPath(home).parent == folder}
    return ({path} & homes) or beside or homes


def _owners(homes: Iterable[str]) -> set[str]:
    """The names by which files are spoken of from elsewhere."""
    paths = [PurePosixPath(home) for home in homes]
    return {path.stem for path in paths} | {path.parent.name for path in paths} | {"crate", "super", "self", "this"}


def _refuse_captures(work: _Work) -> None:
    """Refuse a name that something around an edit has already, or that comes from elsewhere there."""
    if work.sort is Sort.LOCAL:
        return
    caught: list[tuple[str, Mention]] = []
    plain = {
        (edit.path, mention.scope)
        for edit in work.plan.edits
        for mention in work.read[edit.path].mentions
        if mention.start == edit.start and mention.role is Role.NAME
    }
    for path in sorted({path for path, _ in plain}):
        names = work.read[path]
        for mention in names.mentions:
            if mention.name != work.key_of_new() or mention.role is not Role.NAME:
                continue
            is_around = mention.sort is Sort.LOCAL and any(
                at == path and _is_inside(names, scope, mention.home) for at, scope in plain
            )
            if is_around or (mention.sort is Sort.OPEN and work.sort is Sort.GLOBAL):
                caught.append((path, mention))
    _collide(work, caught, "captured")


def _is_inside(names: Names, scope: int, home: int) -> bool:
    while scope >= 0:
        if scope == home:
            return True
        scope = names.scopes[scope].parent
    return False


def _collide(work: _Work, taken: Iterable[tuple[str, Mention]], reason: str) -> None:
    """NameCollision at these places, if there are any."""
    told = []
    for path, mention in list(taken)[:MOST_TOLD]:
        lines = LineTable(work.files[path])
        line = lines.spot(mention.start).line
        told.append({"path": path, "line": line + 1, "text": lines.text(line).strip()[:200]})
    if told:
        said = f"The name {work.plan.new} is taken already."
        raise NameCollision(said, name=work.plan.new, reason=reason, places=told)


def _edit_texts(work: _Work) -> None:
    """Comments and strings: where a name is written as one; of a local name only near it."""
    done = {(edit.path, edit.start) for edit in work.plan.edits}
    local = None
    if work.sort is Sort.LOCAL and work.target is not None:
        local = work.read[work.request.path].scopes[work.target.home]
    for path, names in work.read.items():
        data = work.files[path]
        for mention in names.mentions:
            if mention.name != work.plan.old or mention.role not in {Role.COMMENT, Role.STRING}:
                continue
            is_far = local is not None and (path != work.request.path or not local.start <= mention.start < local.end)
            is_whole = mention.role is Role.STRING and _is_quoted(data, mention)
            is_named = is_whole or is_name_like(mention.name) or is_marked(data, mention.start, mention.end)
            if is_named and not is_far and (path, mention.start) not in done:
                work.edit(path, mention, mention.role.value, Tier.TEXT)


def _is_quoted(data: bytes, mention: Mention) -> bool:
    before, after = data[mention.start - 1 : mention.start], data[mention.end : mention.end + 1]
    return before == after and before in (b'"', b"'", b"`")
