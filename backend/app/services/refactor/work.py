"""A rename of Python while it is worked out: what is found, what is renamed, and what is known about its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from app.services.refactor.edits import WordEdit
from app.services.refactor.module_names import ModuleNames
from app.services.refactor.only_names import OnlyName, is_only_parameter, only_name
from app.services.refactor.plan import Note, Plan
from app.services.refactor.rivals import Rivals, rivals_of
from app.services.refactor.seen_names import (
    definitions,
    homes_of,
    shows_itself,
)
from app.services.refactor.surroundings import Surroundings
from app.services.refactor.symbols.mentions import Mention, Role
from app.services.refactor.symbols.model import Meaning, Place, Symbol
from app.services.refactor.symbols.python import Analysis
from app.services.refactor.symbols.ties import Ties
from app.services.refactor.tiers import Tier


@dataclass
class Work:
    """A rename while it is worked out."""

    plan: Plan
    found: Analysis
    ties: Ties
    target: Symbol
    files: Mapping[str, bytes]
    symbols: frozenset[Symbol] = frozenset()
    # When it is a module or a package that is renamed.
    module: ModuleNames | None = None

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
        if not self.is_member or self.rivals:
            return None
        return only_name(self.plan.old, self.found, self.is_target, self.files)

    @cached_property
    def rivals(self) -> Rivals:
        """What else may have an attribute called so."""
        return rivals_of(self.plan.old, self.found, self.files)

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
        known.add_rivals(self.rivals)
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
        kinds = {kind_of(self.found, symbol) for symbol in self.symbols}
        return kinds in ({"function"}, {"comprehension"})

    def note(self, kind: str, place: Place, reason: str) -> None:
        """Tell something about a place."""
        lines = self.found.lines[place.path]
        line = lines.spot(place.start).line
        self.plan.notes.append(Note(kind, place.path, line + 1, reason, lines.text(line).strip()[:200]))

    def edit(self, place: Place, mention: Mention, tier: Tier, why: str) -> None:
        """Give the mention its new name."""
        self.plan.edits.append(WordEdit(place.path, mention.start, mention.end, self.plan.new.encode(), tier, why))


def kind_of(found: Analysis, symbol: Symbol) -> str:
    """Say what kind of scope holds a symbol; empty where none does."""
    scopes = found.scopes.get(symbol.path)
    return next((scope.kind for scope in scopes.scopes if scope.at == symbol.at), "") if scopes else ""
