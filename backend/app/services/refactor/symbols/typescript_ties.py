"""Ties together what must have one name in TypeScript and JavaScript: what the server names together, and families."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from app.adapters.language.port import LanguageSession, Target
from app.services.refactor.symbols.groups import Groups
from app.services.refactor.symbols.hierarchy import ClassAt, Hierarchy
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.model import Meaning, Place, Symbol
from app.services.refactor.symbols.typescript_mentions import TOP, Kind, ScriptMention, ScriptMentions
from app.services.refactor.symbols.typescript_model import Facet, ScriptAnalysis, Side

_MOST_CLASSES = 5_000


@dataclass(slots=True)
class ScriptTies:
    """Groups of symbols; `outside` are those that something outside of these files expects to be called so."""

    groups: Groups = field(default_factory=Groups)
    hierarchy: Hierarchy = field(default_factory=Hierarchy)
    outside: set[Symbol] = field(default_factory=set)
    members: dict[str, dict[ClassAt, list[Symbol]]] = field(default_factory=dict)

    def is_outside(self, target: Symbol) -> bool:
        """Say whether a group belongs to something outside as well."""
        return any(self.groups.find(symbol) == self.groups.find(target) for symbol in self.outside)


async def tie_scripts(
    found: ScriptAnalysis, files: Mapping[str, bytes], session: LanguageSession, kept: Collection[str] = ()
) -> ScriptTies:
    """Tie names to their imports and exports, overloads to one another, and members to those above them.

    In files of `kept` an import does not tie the name it gives to what it imports.
    """
    ties = ScriptTies()
    alike: dict[tuple[str, int | str, str], list[Symbol]] = {}
    for place, mention in found.mentions():
        for facet in found.facets(place, mention):
            _join(ties, mention.name, found.meanings[facet])
        _tie_sides(found, ties, place, mention, is_kept=place.path in kept)
        own = found.own(place, mention)
        if mention.overload is not None:
            alike.setdefault((place.path, mention.overload, mention.name), []).append(own)
        if mention.slot and found.meanings[Facet(*place, Side.OUTER)].symbols == {own}:
            # No type says what these objects are: the compiler makes one of all of them.
            alike.setdefault((place.path, mention.slot, mention.name), []).append(own)
        if mention.holder != TOP and _declares(found, place, mention):
            holders = ties.members.setdefault(mention.name, {})
            holders.setdefault(ClassAt(place.path, mention.holder), []).append(own)
    for symbols in alike.values():
        ties.groups.join(symbols)
    starts = {holder for holders in ties.members.values() for holder in holders}
    ties.hierarchy = await ScriptHierarchyReader(files, session).read(starts)
    for holders in ties.members.values():
        for holder, symbols in holders.items():
            ties.groups.join(symbols)
            for above in ties.hierarchy.above(holder):
                ties.groups.join([*symbols[:1], *holders.get(above, ())[:1]])
    return ties


def _join(ties: ScriptTies, name: str, meaning: Meaning) -> None:
    symbols = sorted(symbol for symbol in meaning.symbols if symbol.name == name)
    ties.groups.join(symbols)
    if meaning.is_outside:
        ties.outside.update(symbols)


def _tie_sides(found: ScriptAnalysis, ties: ScriptTies, place: Place, mention: ScriptMention, *, is_kept: bool) -> None:
    """Tie both sides of a word where they are one thing to those who read the code: an import, CommonJS."""
    if mention.is_tied or (mention.kind is Kind.IMPORTED and not mention.alias and not is_kept):
        outer, local = (found.meanings[facet].symbols for facet in found.facets(place, mention))
        symbols = [symbol for symbol in [*local, *outer] if symbol.name == mention.name]
        ties.groups.join(symbols)


def _declares(found: ScriptAnalysis, place: Place, mention: ScriptMention) -> bool:
    return found.own(place, mention) in found.meanings[Facet(place.path, place.start, Side.OUTER)].symbols


class ScriptHierarchyReader:
    """Reads what is above classes, interfaces and types; every file is parsed once."""

    def __init__(self, files: Mapping[str, bytes], session: LanguageSession) -> None:
        self._files = files
        self._session = session
        self._parsed: dict[str, tuple[ScriptMentions, LineTable]] = {}

    async def read(self, starts: set[ClassAt]) -> Hierarchy:
        """Read what is above these; objects and types without a name have nothing above them."""
        found = Hierarchy()
        waiting = sorted(starts)
        while waiting and len(found.bases) < _MOST_CLASSES:
            current = waiting.pop()
            if current not in found.bases:
                found.bases[current] = await self._bases(current, found)
                waiting.extend(found.bases[current])
        return found

    async def _bases(self, current: ClassAt, found: Hierarchy) -> tuple[ClassAt, ...]:
        mentions, lines = self._of(current.path)
        holder = mentions.holders.get(current.at)
        if holder is None or not holder.bases:
            return ()
        spots = [lines.spot(end - 1) for end in holder.bases]
        bases: list[ClassAt] = []
        for targets in await self._session.definitions(current.path, spots):
            if not targets:
                found.is_open.add(current)
            for target in targets:
                await self._take(target, current, found, bases)
        return tuple(bases)

    async def _take(self, target: Target, current: ClassAt, found: Hierarchy, bases: list[ClassAt]) -> None:
        if target.path is None:
            found.is_foreign.add(current)
            return
        base = self._holder_at(target)
        if base is None:
            # Given on by CommonJS, perhaps: what stands there leads on.
            (further,) = await self._session.definitions(target.path, [target.start])
            base = next((each for to in further if (each := self._holder_at(to))), None)
        if base is None:
            # Made by a call, or chosen while running.
            found.is_open.add(current)
        elif base != current:
            bases.append(base)

    def _holder_at(self, target: Target) -> ClassAt | None:
        if target.path is None or target.path not in self._files:
            return None
        mentions, lines = self._of(target.path)
        start = lines.offset(target.start)
        found = next((holder for holder in mentions.holders.values() if holder.name == start), None)
        return ClassAt(target.path, found.at) if found else None

    def _of(self, path: str) -> tuple[ScriptMentions, LineTable]:
        if path not in self._parsed:
            data = self._files.get(path, b"")
            self._parsed[path] = ScriptMentions(path, data, ()), LineTable(data)
        return self._parsed[path]
