"""What is known about the words in TypeScript and JavaScript files.

A symbol is the place that declares it: `at` of a `Symbol` is the offset of its name. A word may stand for two things
at once (`{ name }` is a variable and a property): its *sides*.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.model import Meaning, Place, Symbol
from app.services.refactor.symbols.typescript_mentions import Kind, ScriptMention, ScriptMentions


class Side(StrEnum):
    """Which of the things a word stands for: what can be seen from elsewhere, or the variable."""

    OUTER = "outer"
    LOCAL = "local"


class Facet(NamedTuple):
    """One side of a mention."""

    path: str
    start: int
    side: Side

    @property
    def place(self) -> Place:
        """Where the mention stands."""
        return Place(self.path, self.start)


# What the word itself declares, beside what the server says about it.
OWN_OUTER = frozenset({Kind.DECLARED, Kind.SHORT, Kind.EXPORTED, Kind.ALIAS})
_TWO_SIDED = frozenset({Kind.SHORT, Kind.SHORT_PICK, Kind.IMPORTED})
MEMBERS = frozenset({Kind.DECLARED, Kind.MEMBER, Kind.SHORT, Kind.PICKED, Kind.STRING})


@dataclass(slots=True)
class ScriptAnalysis:
    """The files that mention the words, and what each side of each mention means.

    `raw` is what the server said, without what a word declares itself.
    """

    files: Mapping[str, ScriptMentions]
    lines: Mapping[str, LineTable]
    raw: dict[Place, Meaning] = field(default_factory=dict)
    meanings: dict[Facet, Meaning] = field(default_factory=dict)

    def mentions(self) -> Iterator[tuple[Place, ScriptMention]]:
        """Every mention, file by file, in order."""
        for path in sorted(self.files):
            for mention in self.files[path].mentions:
                yield Place(path, mention.start), mention

    def mention(self, symbol: Symbol) -> ScriptMention | None:
        """Give the mention that declares a symbol."""
        found = self.files.get(symbol.path)
        return found.by_start.get(symbol.at) if found and symbol.name else None

    def facets(self, place: Place, mention: ScriptMention) -> list[Facet]:
        """The sides of a mention; a shorthand's property comes first."""
        sides = [Side.OUTER, Side.LOCAL] if mention.kind in _TWO_SIDED else [Side.OUTER]
        if mention.kind is Kind.IMPORTED and mention.alias:
            sides = [Side.OUTER]
        return [Facet(place.path, place.start, side) for side in sides]

    def own(self, place: Place, mention: ScriptMention) -> Symbol:
        """The symbol that this word would declare."""
        return Symbol(place.path, place.start, mention.name)
