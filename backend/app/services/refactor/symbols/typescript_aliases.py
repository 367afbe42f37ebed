"""Leads names back to the import or export that gave them: the server looks through to what is called otherwise."""

from collections.abc import Sequence

from app.adapters.language.port import LanguageSession
from app.services.refactor.symbols.model import UNKNOWN, Meaning, Place, Symbol
from app.services.refactor.symbols.typescript_mentions import Kind, ScriptMention
from app.services.refactor.symbols.typescript_model import ScriptAnalysis

_LOOKED_THROUGH = frozenset({Kind.MEMBER, Kind.STRING})


class Aliases:
    """The names that modules of these files give to things that are called otherwise, or lie elsewhere."""

    def __init__(self, found: ScriptAnalysis, session: LanguageSession) -> None:
        self._found = found
        self._session = session
        # By what they lead to: the names that modules give, and those that a file got.
        self._exported: dict[Symbol, list[Symbol]] = {}
        self._imported: dict[tuple[str, Symbol], Symbol] = {}
        # What modules give on from somewhere that is not here.
        self._passed: dict[str, list[Symbol]] = {}
        # What files got from there, by file and name.
        self._got: dict[tuple[str, str], Symbol] = {}

    async def explain(self) -> None:
        """Correct what the server said about every name."""
        for place, mention in self._found.mentions():
            if mention.kind is Kind.ALIAS or (mention.kind is Kind.EXPORTED and not mention.alias):
                self._collect(place, mention)
            is_taken = mention.kind is Kind.ALIAS or (mention.kind is Kind.IMPORTED and not mention.alias)
            if is_taken and not mention.is_export and self._leads_nowhere(place, mention):
                self._got[place.path, mention.name] = self._found.own(place, mention)
        for place, mention in self._found.mentions():
            await self._lead_to_module(place, mention)
        for place, mention in self._found.mentions():
            if mention.kind in (Kind.NAME, Kind.SHORT) or (mention.kind is Kind.EXPORTED and mention.source is None):
                self._lead_to_import(place, mention)

    def _collect(self, place: Place, mention: ScriptMention) -> None:
        own = self._found.own(place, mention)
        if mention.is_export and self._leads_nowhere(place, mention):
            self._passed.setdefault(mention.name, []).append(own)
        for target in self._otherwise(place, mention) if mention.is_export else ():
            self._exported.setdefault(target, []).append(own)
        if not mention.is_export:
            is_own_choice = mention.kind is Kind.ALIAS and mention.alias
            targets = self._led_to(place, mention) if is_own_choice else self._otherwise(place, mention)
            self._imported.update({(place.path, target): own for target in targets})

    async def _lead_to_module(self, place: Place, mention: ScriptMention) -> None:
        """Lead what is imported, passed on or read from a module to the name that the module gives."""
        source = mention.source if mention.kind in (Kind.IMPORTED, Kind.EXPORTED) else None
        if source is None and mention.kind not in _LOOKED_THROUGH:
            return
        targets = self._otherwise(place, mention)
        given = [alias for target in targets for alias in self._exported.get(target, ()) if alias.name == mention.name]
        if len(given) > 1 and source is not None:
            given = await self._of_module(place, source, given) or given
        elif not targets and source is not None and self._leads_nowhere(place, mention):
            given = await self._of_module(place, source, self._passed.get(mention.name, ()))
        if given:
            self._found.raw[place] = Meaning(frozenset(given))
        if mention.kind is Kind.IMPORTED and not mention.alias:
            self._imported.update({(place.path, target): self._found.own(place, mention) for target in targets})

    def _lead_to_import(self, place: Place, mention: ScriptMention) -> None:
        if mention.kind is Kind.EXPORTED and self._leads_nowhere(place, mention):
            own = self._found.own(place, mention)
            self._found.raw[place] = Meaning(frozenset({self._got.get((place.path, mention.name), own)}))
            return
        here = {self._imported.get((place.path, target)) for target in self._led_to(place, mention)}
        given = frozenset(symbol for symbol in here if symbol is not None and symbol.name == mention.name)
        if given:
            self._found.raw[place] = Meaning(given)

    async def _of_module(self, place: Place, source: int, given: Sequence[Symbol]) -> list[Symbol]:
        """Choose those that the module at the other end gives itself."""
        spot = self._found.lines[place.path].spot(source)
        (targets,) = await self._session.definitions(place.path, [spot])
        modules = {target.path for target in targets}
        return [alias for alias in given if alias.path in modules]

    def _led_to(self, place: Place, mention: ScriptMention) -> frozenset[Symbol]:
        return self._found.raw.get(place, UNKNOWN).symbols - {self._found.own(place, mention)}

    def _otherwise(self, place: Place, mention: ScriptMention) -> list[Symbol]:
        """What a word leads to, when that is called otherwise."""
        symbols = self._led_to(place, mention)
        is_called_so = any(symbol.name == mention.name for symbol in symbols)
        return [] if is_called_so else sorted(symbols)

    def _leads_nowhere(self, place: Place, mention: ScriptMention) -> bool:
        meaning = self._found.raw.get(place, UNKNOWN)
        return meaning.symbols <= {self._found.own(place, mention)} and not meaning.is_outside
