"""What surrounds a symbol: what it stands in, who imports and calls it, what it calls, what it derives from."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from app.adapters.syntax.symbols.table import NOTHING, ScopeKind, Use
from app.services.symbols.describing import Described, describe
from app.services.symbols.references import Found, Reference, find_references
from app.services.symbols.resolving import Resolver, Target
from app.services.symbols.view import Known

# More of one sort than a picture can show; the answer says how many were left out.
MOST_OF_A_ROLE = 10
_MOST_CLASSES = 60


class Role(StrEnum):
    """What a neighbour is to the symbol in the middle."""

    CENTRE = "centre"
    CONTAINER = "container"
    BASE = "base"
    OVERRIDDEN = "overridden"
    IMPORTER = "importer"
    CALLER = "caller"
    CALLEE = "callee"
    DERIVED = "derived"
    OVERRIDE = "override"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One symbol beside the one in the middle; `count`: how often, `is_certain`: whether any of it is certain."""

    what: Described
    role: Role
    count: int = 1
    is_certain: bool = True


@dataclass(slots=True)
class Neighbourhood:
    """The symbol in the middle and its neighbours, those met most often first; `omitted` counts what is not shown."""

    centre: Described
    neighbours: list[Neighbour] = field(default_factory=list)
    omitted: dict[Role, int] = field(default_factory=dict)
    is_complete: bool = True

    def of(self, *roles: Role) -> list[Neighbour]:
        """Give the neighbours of some roles."""
        return [each for each in self.neighbours if each.role in roles]


async def find_neighbourhood(resolver: Resolver, found: Found) -> Neighbourhood:
    """Gather what surrounds the symbol that references were found of."""
    target = min(found.targets, key=lambda each: (not each.path, each))
    gathered = _Gathered(resolver, target)
    known = await resolver.view.file(target.path) if target.path else None
    if known is not None and target.binding != NOTHING:
        await _inside(gathered, known)
    for reference in found.references:
        await _around(gathered, reference)
    centre = await describe(resolver, target)
    return await gathered.finish(Neighbourhood(centre, is_complete=found.is_complete))


@dataclass(slots=True)
class _Gathered:
    """Neighbours by role, counted."""

    resolver: Resolver
    target: Target
    counts: Counter[tuple[Role, Target]] = field(default_factory=Counter)
    certain: set[tuple[Role, Target]] = field(default_factory=set)

    def add(self, role: Role, target: Target, *, is_certain: bool = True) -> None:
        """Count one."""
        if target == self.target:
            return
        self.counts[role, target] += 1
        if is_certain:
            self.certain.add((role, target))

    async def finish(self, result: Neighbourhood) -> Neighbourhood:
        """Keep the most important ones of each role."""
        for role in Role:
            ranked = sorted(
                (target for found, target in self.counts if found is role),
                key=lambda target: ((role, target) not in self.certain, -self.counts[role, target], target),
            )
            for target in ranked[:MOST_OF_A_ROLE]:
                what = await describe(self.resolver, target)
                is_certain = (role, target) in self.certain
                result.neighbours.append(Neighbour(what, role, self.counts[role, target], is_certain))
            if len(ranked) > MOST_OF_A_ROLE:
                result.omitted[role] = len(ranked) - MOST_OF_A_ROLE
        return result


async def _inside(gathered: _Gathered, known: Known) -> None:
    """Add what the symbol stands in, what it holds, what it calls, and its place among classes."""
    path, binding = gathered.target.path, gathered.target.binding
    around = known.symbols.scopes[known.symbols.bindings[binding].scope][2]
    gathered.add(Role.CONTAINER, _definition(path, known, around))
    class_ = known.class_at(binding)
    if class_ != NOTHING:
        for base in await gathered.resolver.bases(path, known, class_):
            gathered.add(Role.BASE, await _at(gathered.resolver, *base))
        own = known.symbols.definitions[class_].scope
        for at, each in enumerate(known.symbols.bindings):
            if each.scope == own and each.definitions:
                gathered.add(Role.MEMBER, Target(path, at))
    elif around != NOTHING and known.scope_kind(binding) is ScopeKind.CLASS:
        await _overrides(gathered, known, around)
    for definition in known.symbols.bindings[binding].definitions:
        await _callees(gathered, known, definition)


async def _callees(gathered: _Gathered, known: Known, definition: int) -> None:
    """Add what is called between the first and the last line of a definition, as far as it lies in this repository."""
    path, span = gathered.target.path, known.symbols.definitions[definition]
    if span.scope == NOTHING:
        return
    for at, mention in enumerate(known.symbols.mentions):
        if mention.use is not Use.CALL or not _is_inside(known, mention.owner, definition):
            continue
        meaning = await gathered.resolver.meaning(path, at)
        for target in meaning.targets:
            if target.path and await _is_defined(gathered.resolver, target):
                gathered.add(Role.CALLEE, target, is_certain=meaning.is_certain)


async def _is_defined(resolver: Resolver, target: Target) -> bool:
    """Say whether it is more than a variable of a function."""
    known = await resolver.view.file(target.path)
    return known is not None and target.binding != NOTHING and bool(known.symbols.bindings[target.binding].definitions)


def _is_inside(known: Known, owner: int, definition: int) -> bool:
    while owner > definition:
        owner = known.symbols.definitions[owner].parent
    return owner == definition


async def _around(gathered: _Gathered, reference: Reference) -> None:
    """Add whoever a reference is in."""
    resolver, path = gathered.resolver, reference.path
    known = await resolver.view.file(path)
    if known is None:
        return
    certain = reference.is_certain
    if reference.at.use is Use.IMPORT:
        gathered.add(Role.IMPORTER, Target(path, NOTHING), is_certain=certain)
    elif reference.at.use is Use.CALL:
        gathered.add(Role.CALLER, _definition(path, known, reference.at.owner), is_certain=certain)
    elif reference.at.use is Use.BASE:
        class_ = known.classes_of_bases.get(reference.mention, NOTHING)
        if class_ != NOTHING:
            gathered.add(Role.DERIVED, _definition(path, known, class_), is_certain=certain)


def _definition(path: str, known: Known, definition: int) -> Target:
    """Give the target of a definition; of the module, where it is none."""
    if definition == NOTHING:
        return Target(path, NOTHING)
    found = next((at for at, each in enumerate(known.symbols.bindings) if definition in each.definitions), NOTHING)
    return Target(path, found)


async def _at(resolver: Resolver, path: str, definition: int) -> Target:
    known = await resolver.view.file(path)
    return _definition(path, known, definition) if known else Target(path, NOTHING)


async def _overrides(gathered: _Gathered, known: Known, class_: int) -> None:
    """Add what a member overrides, and the members of classes below that override it."""
    resolver, target = gathered.resolver, gathered.target
    name = known.symbols.bindings[target.binding].name
    for above in await resolver.member(target.path, class_, name, skip_own=True):
        gathered.add(Role.OVERRIDDEN, above)
    waiting, seen = [_definition(target.path, known, class_)], set[Target]()
    while waiting and len(seen) < _MOST_CLASSES:
        current = waiting.pop(0)
        seen.add(current)
        for path, below in await _derived(resolver, current):
            where = await resolver.view.file(path)
            if where is None:
                continue
            scope = where.symbols.definitions[below].scope
            own = where.bound.get((scope, name), NOTHING)
            if own != NOTHING:
                gathered.add(Role.OVERRIDE, Target(path, own))
            following = _definition(path, where, below)
            waiting += [following] if following not in seen else []


async def _derived(resolver: Resolver, class_: Target) -> Iterable[tuple[str, int]]:
    """Find the classes that certainly derive from a class directly."""
    known = await resolver.view.file(class_.path)
    if known is None or class_.binding == NOTHING:
        return ()
    name = known.symbols.bindings[class_.binding].name
    found: list[tuple[str, int]] = []
    for each in (await find_references(resolver, name, frozenset({class_}))).references:
        where = await resolver.view.file(each.path)
        if each.is_certain and each.at.use is Use.BASE and where is not None:
            below = where.classes_of_bases.get(each.mention, NOTHING)
            found += [(each.path, below)] if below != NOTHING else []
    return found
