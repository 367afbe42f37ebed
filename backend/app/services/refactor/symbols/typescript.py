"""What every mention of some words stands for in a tree of TypeScript and JavaScript files, as the server says."""

import asyncio
from collections.abc import Collection, Mapping

from app.adapters.language.port import LanguageSession, Spot, Target
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.python import UNKNOWN, Meaning, Place, Symbol
from app.services.refactor.symbols.typescript_aliases import Aliases
from app.services.refactor.symbols.typescript_mentions import Kind, ScriptMention, ScriptMentions
from app.services.refactor.symbols.typescript_model import MEMBERS, OWN_OUTER, Facet, ScriptAnalysis, Side


async def analyse_scripts(
    files: Mapping[str, bytes], words: Collection[str], session: LanguageSession, earlier: ScriptAnalysis | None = None
) -> ScriptAnalysis:
    """Find and explain every mention of the words; `files` are those of the session's workspace.

    From an `earlier` analysis for the same words, the mentions of files that are the same are taken; no meaning is.
    """
    found = await asyncio.to_thread(_read, files, words, earlier)
    await asyncio.gather(*(_ask(found, path, session) for path in found.files))
    await Aliases(found, session).explain()
    for place, mention in found.mentions():
        _split(found, place, mention)
    return found


def _read(files: Mapping[str, bytes], words: Collection[str], earlier: ScriptAnalysis | None) -> ScriptAnalysis:
    needles = [word.encode() for word in words]
    parsed: dict[str, ScriptMentions] = {}
    lines: dict[str, LineTable] = {}
    for path, data in files.items():
        if any(needle in data for needle in needles):
            before = earlier.files.get(path) if earlier else None
            if earlier and before and before.data == data and before.words == frozenset(words):
                parsed[path], lines[path] = before, earlier.lines[path]
            else:
                parsed[path], lines[path] = ScriptMentions(path, data, words), LineTable(data)
    return ScriptAnalysis(parsed, lines)


async def _ask(found: ScriptAnalysis, path: str, session: LanguageSession) -> None:
    asked = [mention for mention in found.files[path].mentions if _is_asked(mention)]
    spots = [found.lines[path].spot(mention.start) for mention in asked]
    for mention, targets in zip(asked, await session.definitions(path, spots), strict=True):
        found.raw[Place(path, mention.start)] = meaning_of(found, targets)


def _is_asked(mention: ScriptMention) -> bool:
    return mention.is_whole or mention.kind is not Kind.STRING


def meaning_of(found: ScriptAnalysis, targets: tuple[Target, ...]) -> Meaning:
    """Translate places that the server names into symbols."""
    symbols = {_symbol_at(found, target) for target in targets}
    return Meaning(frozenset(symbol for symbol in symbols if symbol is not None), is_outside=None in symbols)


def _symbol_at(found: ScriptAnalysis, target: Target) -> Symbol | None:
    if target.path is None:
        return None
    if target.path not in found.files:
        return Symbol(target.path, _packed(target.start), "")
    offset = found.lines[target.path].offset(target.start)
    mention = found.files[target.path].declared_at(offset)
    return Symbol(target.path, mention.start, mention.name) if mention else Symbol(target.path, offset, "")


def _packed(spot: Spot) -> int:
    # Of a file that mentions none of the words, and so never changes: any number that tells places apart will do.
    return spot.line << 24 | spot.column


def _split(found: ScriptAnalysis, place: Place, mention: ScriptMention) -> None:
    """Sort out what the server said about a word by its sides, and add what the word declares itself."""
    raw, own = found.raw.get(place, UNKNOWN), found.own(place, mention)
    outer = Facet(place.path, place.start, Side.OUTER)
    local = Facet(place.path, place.start, Side.LOCAL)
    if mention.kind is Kind.SHORT:
        members = frozenset(each for each in raw.symbols if _is_member(found, each))
        found.meanings[outer] = Meaning(members | {own})
        found.meanings[local] = Meaning(raw.symbols - members, raw.is_outside)
    elif mention.kind is Kind.SHORT_PICK and mention.is_assigned:
        found.meanings[outer] = UNKNOWN
        found.meanings[local] = Meaning(raw.symbols - {own}, raw.is_outside)
    elif mention.kind is Kind.SHORT_PICK:
        found.meanings[outer] = _without_values(found, Meaning(raw.symbols - {own}, raw.is_outside))
        found.meanings[local] = Meaning(frozenset({own}))
    elif mention.kind is Kind.IMPORTED:
        found.meanings[outer] = Meaning(raw.symbols - {own}, raw.is_outside)
        if not mention.alias:
            found.meanings[local] = Meaning(frozenset({own}))
    elif mention.kind is Kind.PICKED and mention.is_assigned:
        found.meanings[outer] = UNKNOWN
    elif mention.kind is Kind.ALIAS and mention.alias and not mention.is_export:
        # Whoever wrote `as` chose this name: it stays what it is when the other changes.
        found.meanings[outer] = Meaning(frozenset({own}))
    elif mention.kind in OWN_OUTER:
        found.meanings[outer] = Meaning(raw.symbols | {own}, raw.is_outside)
    elif mention.kind is Kind.NAME and any(symbol.name == mention.name for symbol in raw.symbols):
        # Of an operator's operand the server names the method that the operator calls, too.
        found.meanings[outer] = _without_values(found, Meaning(raw.symbols))
    else:
        found.meanings[outer] = _without_values(found, raw)


def _is_member(found: ScriptAnalysis, symbol: Symbol) -> bool:
    mention = found.mention(symbol)
    return mention is not None and (mention.kind in MEMBERS)


def _without_values(found: ScriptAnalysis, meaning: Meaning) -> Meaning:
    """Of a property that was given by `{ name }` leave out the variable, which the server names too."""
    values: set[Symbol] = set()
    for symbol in meaning.symbols:
        mention = found.mention(symbol)
        if mention is not None and mention.kind is Kind.SHORT:
            raw = found.raw.get(Place(symbol.path, symbol.at), UNKNOWN)
            values |= {each for each in raw.symbols if not _is_member(found, each)}
    return Meaning(meaning.symbols - values, meaning.is_outside) if values else meaning
