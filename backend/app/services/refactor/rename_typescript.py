"""From a place and a new name to edits in tiers, for TypeScript and JavaScript."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from app.adapters.language.port import LanguageSession
from app.services.refactor.asked import RenameRequest, asked_word
from app.services.refactor.edits import WordEdit
from app.services.refactor.errors import NameCollision, SymbolNotFound
from app.services.refactor.module_names import ModuleNames
from app.services.refactor.names import check_script_name
from app.services.refactor.plan import Note, Plan
from app.services.refactor.surroundings import Surroundings
from app.services.refactor.symbols.hierarchy import ClassAt
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.model import UNKNOWN, Meaning, Place, Symbol
from app.services.refactor.symbols.typescript import analyse_scripts
from app.services.refactor.symbols.typescript_mentions import TOP, Kind, ScriptMention
from app.services.refactor.symbols.typescript_model import MEMBERS, Facet, ScriptAnalysis, Side
from app.services.refactor.symbols.typescript_ties import ScriptTies, tie_scripts
from app.services.refactor.tiers import Tier

_MOST_TOLD = 20
_NAME_LIKE = re.compile(r"_|\d|[a-z$][A-Z]|[A-Z]{2}|\$")
# Names of properties become values there, and values names.
_DATA = re.compile(
    rb"\bJSON\.(?:parse|stringify)\(|\.json\(|\bObject\.(?:keys|entries|fromEntries|getOwnPropertyNames)\("
    rb"|\bfor \((?:const|let|var) \w+ in "
)
_NEAR = 3  # lines
# The language itself calls these, or looks for them.
_CALLED = frozenset({"toString", "toJSON", "valueOf", "then", "next", "return", "throw", "raw", "length", "name"})


@dataclass(slots=True)
class ScriptWork:
    """A rename while it is worked out. `taken` are sides that nothing but the compiler's complaints led to."""

    plan: Plan
    found: ScriptAnalysis
    ties: ScriptTies
    target: Symbol
    files: Mapping[str, bytes]
    symbols: frozenset[Symbol] = frozenset()
    taken: set[Facet] = field(default_factory=set)
    # Where the text behind an edit begins a second word: `old: new` by the place, as the offset within the new text.
    moved: dict[Place, int] = field(default_factory=dict)
    module: ModuleNames | None = None

    def is_target(self, facet: Facet) -> bool:
        """Say whether this side of a word is what is renamed."""
        if facet in self.taken:
            return True
        meaning = self.found.meanings.get(facet, UNKNOWN)
        return any(symbol.name == self.plan.old and symbol in self.symbols for symbol in meaning.symbols)

    @property
    def is_member(self) -> bool:
        """Say whether a property or method is renamed."""
        return any(_is_member(self.found.mention(symbol)) for symbol in self.symbols)

    @property
    def is_in_function(self) -> bool:
        """Say whether it is a name of functions alone."""
        mentions = [self.found.mention(symbol) for symbol in self.symbols]
        return not self.is_member and all(each is not None and each.function != TOP for each in mentions)

    def note(self, kind: str, place: Place, reason: str) -> None:
        """Tell something about a place."""
        lines = self.found.lines[place.path]
        line = lines.spot(place.start).line
        self.plan.notes.append(Note(kind, place.path, line + 1, reason, lines.text(line).strip()[:200]))

    def edit(self, place: Place, mention: ScriptMention, tier: Tier, new: str = "") -> None:
        """Give the mention its new text."""
        text = (new or self.plan.new).encode()
        self.plan.edits.append(WordEdit(place.path, mention.start, mention.end, text, tier, mention.kind.value))


def _is_member(mention: ScriptMention | None) -> bool:
    return mention is not None and (mention.kind in MEMBERS or mention.holder != TOP)


async def plan_script_rename(
    request: RenameRequest, files: Mapping[str, bytes], session: LanguageSession
) -> ScriptWork:
    """Work a rename out. SymbolNotFound, InvalidName, NameCollision."""
    old = asked_word(request, files)
    if old is None:
        raise SymbolNotFound(path=request.path, line=request.line, column=request.column, reason="no_name_there")
    check_script_name(old, request.new_name)
    found = await analyse_scripts(files, {old, request.new_name}, session)
    facet = _facet_of(request, found, files[request.path], old)
    target = _target_of(found, facet, old)
    if target.path in request.kept:
        # There it is what the import gives that gets another name, not the name it has there.
        target = _target_of(found, Facet(target.path, target.at, Side.OUTER), old)
    keep_imports(found, old, request.kept)
    ties = await tie_scripts(found, files, session, request.kept)
    work = ScriptWork(Plan(old, request.new_name, ""), found, ties, target, files)
    regroup(work)
    _check_free(work)
    return work


def regroup(work: ScriptWork) -> None:
    """Find everything that must be called like the target, and decide about every mention anew."""
    groups = work.ties.groups
    work.target = groups.find(work.target)
    if work.ties.is_outside(work.target):
        raise SymbolNotFound(path=work.target.path, word=work.plan.old, reason="defined_outside")
    known = {symbol for meaning in work.found.meanings.values() for symbol in meaning.symbols}
    work.symbols = frozenset(symbol for symbol in known if groups.find(symbol) == work.target)
    work.plan = Plan(work.plan.old, work.plan.new, _describe(work))
    work.moved = {}
    mentions = [(place, mention) for place, mention in work.found.mentions() if mention.name == work.plan.old]
    near_by = _surroundings(work, mentions)
    for place, mention in mentions:
        _decide(work, place, mention, near_by)
    near = {edit.path for edit in work.plan.edits}
    for place, mention in mentions:
        is_text = mention.kind in (Kind.STRING, Kind.COMMENT)
        if is_text and not work.found.meanings[work.found.facets(place, mention)[0]].symbols:
            _decide_text(work, place, mention, near)
    _note_doubts(work)


def keep_imports(found: ScriptAnalysis, name: str, kept: Collection[str]) -> None:
    """In files of `kept` let names mean what their own import gives, not what that comes from."""
    for place, mention in found.mentions():
        if place.path not in kept or mention.name != name or mention.kind is not Kind.IMPORTED or mention.alias:
            continue
        own = Meaning(frozenset({found.own(place, mention)}))
        given = found.meanings[Facet(*place, Side.OUTER)].symbols
        for user in found.files[place.path].mentions:
            facet = found.facets(Place(place.path, user.start), user)[-1]
            is_use = user.name == name and user.kind in (Kind.NAME, Kind.SHORT)
            if is_use and found.meanings[facet].symbols & given:
                found.meanings[facet] = own


def _facet_of(request: RenameRequest, found: ScriptAnalysis, data: bytes, old: str) -> Facet:
    offset = LineTable(data).offset_of_utf16(request.line or 0, request.column or 0)
    mentions = found.files[request.path].mentions if request.path in found.files else []
    for mention in mentions:
        if offset is not None and mention.start <= offset <= mention.end and mention.name == old:
            # Of `{ name }` people mean the variable, as editors do.
            facet = found.facets(Place(request.path, mention.start), mention)[-1]
            is_text = mention.kind in (Kind.STRING, Kind.COMMENT) and not found.meanings[facet].symbols
            if not is_text:
                return facet
    raise SymbolNotFound(path=request.path, line=request.line, column=request.column, reason="no_name_there", word=old)


def _target_of(found: ScriptAnalysis, facet: Facet, old: str) -> Symbol:
    meaning = found.meanings[facet]
    symbols = [symbol for symbol in meaning.symbols if symbol.name == old]
    if symbols:
        return min(symbols)
    reason = "defined_outside" if meaning.is_outside or not meaning.symbols else "defined_under_another_name"
    raise SymbolNotFound(path=facet.path, word=old, reason=reason)


def _describe(work: ScriptWork) -> str:
    if work.is_member:
        return "member"
    return "local" if work.is_in_function else "global"


def _check_free(work: ScriptWork) -> None:
    """NameCollision when something related has a member called so already: the compiler may find that an override."""
    hierarchy, taken = work.ties.hierarchy, work.ties.members.get(work.plan.new, {})
    places: list[Place] = []
    for holder, symbols in work.ties.members.get(work.plan.old, {}).items():
        if work.symbols.isdisjoint(symbols):
            continue
        below = {each for each in hierarchy.bases if holder in hierarchy.above(each)}
        for related in hierarchy.line_of(holder) | below:
            places += [Place(symbol.path, symbol.at) for symbol in taken.get(related, ())]
    if places:
        told = told_places(work, places)
        raise NameCollision(
            f"The name {work.plan.new} is taken already.", name=work.plan.new, places=told, reason="already_defined"
        )


def told_places(work: ScriptWork, places: list[Place]) -> list[dict[str, str | int]]:
    """Tell places to people: path, line, and what stands there."""
    told: list[dict[str, str | int]] = []
    for place in sorted(set(places))[:_MOST_TOLD]:
        lines = work.found.lines[place.path]
        line = lines.spot(place.start).line
        told.append({"path": place.path, "line": line + 1, "text": lines.text(line).strip()[:200]})
    return told


def _surroundings(work: ScriptWork, mentions: Sequence[tuple[Place, ScriptMention]]) -> Surroundings:
    """Which files and folders are known to use what is renamed, and which something else of that name."""
    known = Surroundings()
    for place, mention in mentions:
        facet = work.found.facets(place, mention)[0]
        if mention.kind in MEMBERS and work.found.meanings[facet].is_known:
            known.add(place.path, ours=work.is_target(facet))
    return known


def _decide(work: ScriptWork, place: Place, mention: ScriptMention, known: Surroundings) -> None:
    """Edit a mention, tell about it, or leave it alone."""
    facets = work.found.facets(place, mention)
    hit = [work.is_target(facet) for facet in facets]
    outer = work.found.meanings[facets[0]]
    if all(hit) and not _is_given_by_outside(mention, outer, place):
        work.edit(place, mention, Tier.PROVEN)
    elif any(hit):
        _decide_half(work, place, mention, is_outer=hit[0] and len(hit) > 1)
    is_code = mention.kind not in (Kind.STRING, Kind.COMMENT, Kind.NAME)
    if is_code and not hit[0] and not outer.is_known and _is_ours(work, place, mention, known) and not any(hit):
        _edit_unknown(work, place, mention)


def _is_given_by_outside(mention: ScriptMention, outer: Meaning, place: Place) -> bool:
    """Say whether `export { name } from …` passes on what no file here declares."""
    own = Symbol(place.path, place.start, mention.name)
    is_passed = mention.kind is Kind.EXPORTED and mention.source is not None and not mention.alias
    return is_passed and outer.symbols <= {own}


def _decide_half(work: ScriptWork, place: Place, mention: ScriptMention, *, is_outer: bool) -> None:
    """Of a word that stands for two things, rename one: write the other out."""
    old, new = work.plan.old, work.plan.new
    if mention.kind in (Kind.IMPORTED, Kind.EXPORTED):
        given, called = (new, old) if is_outer else (old, new)
        text = f"{given} as {called}"
        work.moved[place] = len(f"{given} as ".encode())
    else:
        text = f"{new}: {old}" if is_outer else f"{old}: {new}"
        work.moved[place] = len(f"{new if is_outer else old}: ".encode())
    work.edit(place, mention, Tier.PROVEN, text)


def _is_ours(work: ScriptWork, place: Place, mention: ScriptMention, known: Surroundings) -> bool:
    """Say whether a property of something unknown is rather what is renamed than not, and tell about it."""
    if not work.is_member or mention.kind is Kind.IMPORTED:
        if mention.kind is Kind.MEMBER and not work.is_in_function:
            work.note("not_touched", place, "the type of what stands before the dot is not known")
        return False
    work.note("doubt", place, "the type of what has this property is not known")
    if not known.favour(place.path):
        work.note("not_touched", place, "other things here are called so too")
        return False
    return True


def _edit_unknown(work: ScriptWork, place: Place, mention: ScriptMention) -> None:
    if mention.kind is Kind.SHORT_PICK:
        work.moved[place] = len(f"{work.plan.new}: ".encode())
        work.edit(place, mention, Tier.LIKELY, f"{work.plan.new}: {work.plan.old}")
    else:
        work.edit(place, mention, Tier.LIKELY)


def _decide_text(work: ScriptWork, place: Place, mention: ScriptMention, near: Collection[str]) -> None:
    """Offer a text; `near` are the files that use what is renamed: elsewhere a word of every day is only that."""
    if mention.is_dynamic:
        if not work.is_in_function:
            work.note("not_touched", place, "looked up by its name while running")
            if work.is_member or place.path in near:
                work.note("doubt", place, "what is looked up there by name can be what is renamed")
        return
    if work.is_in_function and not any(
        symbol.path == place.path and (found := work.found.mention(symbol)) and found.function == mention.function
        for symbol in work.symbols
    ):
        return
    is_whole = mention.is_whole and place.path in near
    if is_whole or _NAME_LIKE.search(mention.name) or _is_marked(work.files[place.path], mention):
        work.edit(place, mention, Tier.TEXT)


def _is_marked(data: bytes, mention: ScriptMention) -> bool:
    """Say whether a word in prose is written as code: in backquotes, called, or behind a dot."""
    before, after = data[mention.start - 1 : mention.start], data[mention.end : mention.end + 1]
    return (before == b"`" and after == b"`") or after == b"(" or (before == b"." and after != b" ")


def _note_doubts(work: ScriptWork) -> None:
    paths = sorted({edit.path for edit in work.plan.edits})
    work.plan.notes += [
        Note("doubt", path, 0, "parts of this file could not be parsed")
        for path in paths
        if work.found.files[path].is_broken
    ]
    if not work.is_member:
        return
    _note_written_types(work)
    declared = [(symbol, work.found.mention(symbol)) for symbol in sorted(work.symbols)]
    if any(mention is not None and not mention.is_method for _, mention in declared):
        for path in paths:
            _note_data(work, path)
    for symbol, mention in declared:
        if mention is None or mention.holder == TOP:
            continue
        if work.plan.old in _CALLED and mention.is_method:
            work.note("doubt", Place(symbol.path, symbol.at), "the language itself calls what is called so")
        line = work.ties.hierarchy.line_of(ClassAt(symbol.path, mention.holder))
        if line & work.ties.hierarchy.is_open:
            work.note("doubt", Place(symbol.path, symbol.at), "a class above this one could not be found")


def _note_written_types(work: ScriptWork) -> None:
    """Tell of types without a name that have such a member, in files that name an owner of what is renamed.

    Something of any type may lead from the one to the other (`Object.create`), and the compiler has nothing to say.
    """
    owners = {name for symbol in work.symbols if (name := owner_of(work, symbol))}
    if not owners:
        return
    word = _words(owners)
    for place, mention in work.found.mentions():
        is_written = mention.is_signature and mention.holder not in work.found.files[place.path].holders
        is_other = mention.name == work.plan.old and not work.is_target(work.found.facets(place, mention)[0])
        if is_written and is_other and word.search(work.files[place.path].decode("utf-8", "replace")):
            work.note("doubt", place, "a type written out here has this too, and may be used for what is renamed")


def _words(names: Collection[str]) -> re.Pattern[str]:
    return re.compile(r"(?<![\w$])(?:" + "|".join(map(re.escape, sorted(names))) + r")(?![\w$])")


def _note_data(work: ScriptWork, path: str) -> None:
    """Tell of calls near which names of properties are data, when what is renamed or its owner is named beside them."""
    names = {work.plan.old, *(name for symbol in work.symbols if (name := owner_of(work, symbol)))}
    word = _words(names)
    lines = work.found.lines[path]
    for found in _DATA.finditer(work.files[path]):
        line = lines.spot(found.start()).line
        if any(word.search(lines.text(each)) for each in range(max(line - _NEAR, 0), line + _NEAR + 1)):
            work.note("doubt", Place(path, found.start()), "names of properties are data there")
            return


def owner_of(work: ScriptWork, symbol: Symbol) -> str:
    """The name of the class or type a symbol is a member of; "" for what has none."""
    mention = work.found.mention(symbol)
    holder = work.found.files[symbol.path].holders.get(mention.holder) if mention else None
    if holder is None or holder.name == TOP:
        return ""
    text = work.files[symbol.path][holder.name : holder.name + 200].decode("utf-8", "replace")
    found = re.match(r"[\w$]+", text)
    return found[0] if found else ""
