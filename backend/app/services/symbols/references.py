"""Every place that means a thing, or may: files that mention its names are looked through, and aliases followed.

Certain is what scopes, imports and classes lead to it. A name behind something whose type is not known may be it.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.adapters.syntax.symbols.table import NOTHING, Mention, Place, ScopeKind, Use, needle_of
from app.services.symbols.errors import FileNotIndexed, NoSymbolThere
from app.services.symbols.resolving import Meaning, Resolver, Target
from app.services.symbols.view import Known

# More than anybody reads; the answer says that there are more.
MOST_REFERENCES = 20_000
_MOST_FILES = 4_000
# Long work leaves room for others after so many mentions: some milliseconds.
_BREATH = 250
# So often may a thing be handed on under yet another name.
_MOST_ROUNDS = 5
_MOST_NAMES = 100
_BY_NAME = "only its name: what stands before it is not known"
_WORDS = {
    Use.READ: "read",
    Use.CALL: "call",
    Use.WRITE: "write",
    Use.DEFINE: "definition",
    Use.IMPORT: "import",
    Use.BASE: "base",
    Use.EXPORT: "export",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """One place. `mention` is its number in its file; `how` says by what it is known."""

    path: str
    mention: int
    at: Mention
    is_certain: bool
    how: str

    @property
    def role(self) -> str:
        """As what it stands there."""
        return "keyword" if self.at.place is Place.KEYWORD else _WORDS[self.at.use]


@dataclass(slots=True)
class Found:
    """What was asked about, and every place, certain ones first, then by path; `is_complete`: nothing was left out."""

    name: str
    targets: frozenset[Target]
    references: list[Reference] = field(default_factory=list)
    is_complete: bool = True


async def symbol_at(resolver: Resolver, path: str, line: int, column: int) -> tuple[str, Meaning]:
    """Tell which name stands at a place, and what it means there; NoSymbolThere, FileNotIndexed."""
    known = await resolver.view.file(path)
    if known is None:
        raise FileNotIndexed(path=path)
    at = known.mention_at(line, column)
    if at == NOTHING:
        raise NoSymbolThere(path=path, line=line, column=column, notes=known.symbols.notes)
    return known.mention(at).name, await resolver.meaning(path, at)


async def find_references(resolver: Resolver, name: str, targets: frozenset[Target]) -> Found:
    """Find every place of some targets, which have this name where it was asked about."""
    found = Found(name, targets)
    search = _Search(resolver, found)
    names = {name, *await _own_names(resolver, targets)}
    home = await _only_home(resolver, targets)
    for _ in range(_MOST_ROUNDS):
        new = set(sorted(names - search.names)[: _MOST_NAMES - len(search.names)])
        if not new:
            break
        search.names |= new
        paths = [home] if home is not None else await _candidates(resolver, new, targets)
        if len(paths) > _MOST_FILES:
            paths, found.is_complete = paths[:_MOST_FILES], False
        async for path, known in resolver.view.each(paths):
            names |= await search.look_through(path, known)
            await asyncio.sleep(0)
    found.is_complete = found.is_complete and names <= search.names
    found.references.sort(key=lambda each: (not each.is_certain, each.path, each.at.line, each.at.column))
    if len(found.references) > MOST_REFERENCES:
        found.references, found.is_complete = found.references[:MOST_REFERENCES], False
    return found


async def _own_names(resolver: Resolver, targets: Iterable[Target]) -> set[str]:
    names: set[str] = set()
    for target in targets:
        known = await resolver.view.file(target.path) if target.path else None
        if known is not None and target.binding != NOTHING:
            names.add(known.symbols.bindings[target.binding].name)
        elif target.path:
            names.add(resolver.view.modules.name_of(target.path).rpartition(".")[2].rpartition("/")[2])
        else:
            names.add(target.outside.replace(":", ".").rpartition(".")[2])
    return names


async def _only_home(resolver: Resolver, targets: frozenset[Target]) -> str | None:
    """Name the file outside of which nobody can mean the target: that of a function's own name."""
    if len(targets) != 1:
        return None
    target = next(iter(targets))
    known = await resolver.view.file(target.path) if target.path and target.binding != NOTHING else None
    if known is None or known.scope_kind(target.binding) not in (ScopeKind.FUNCTION, ScopeKind.BLOCK):
        return None
    # A parameter may be named by whoever calls the function.
    is_parameter = known.scope_kind(target.binding) is ScopeKind.FUNCTION and known.is_python
    return None if is_parameter else target.path


async def _candidates(resolver: Resolver, names: set[str], targets: Iterable[Target]) -> list[str]:
    """List the files that mention a name, or import a module of theirs as they please."""
    scripts = [target.path for target in targets if target.path and not target.path.endswith((".py", ".pyi"))]
    needles = {needle_of(resolver.view.modules.name_of(path)) for path in scripts}
    return await resolver.view.mentioning(names | needles)


@dataclass(slots=True)
class _Search:
    """One question, file by file."""

    resolver: Resolver
    found: Found
    names: set[str] = field(default_factory=set)
    _seen: set[tuple[str, int]] = field(default_factory=set)

    async def look_through(self, path: str, known: Known) -> set[str]:
        """Take what one file says; answers the names under which it hands the thing on."""
        handed_on: set[str] = set()
        # What is exported as the default can be named so behind a module.
        own = {"default"} if not known.is_python else set()
        for name in sorted(self.names | own | await self._local_names(path, known)):
            for at in known.by_name.get(name, ()):
                await self._take(path, known, at)
                if name not in self.names and self._hands_on(known, known.mention(at)):
                    handed_on.add(name)
        for export in known.symbols.exports:
            if export.name not in self.names and await self._exports(path, known, export.binding, export.import_):
                handed_on.add(export.name)
        return handed_on - {"*", "=", "default"}

    async def _local_names(self, path: str, known: Known) -> set[str]:
        """Name the aliases under which this file imports the thing."""
        found: set[str] = set()
        for each in known.symbols.imports:
            if each.binding == NOTHING:
                continue
            local = known.symbols.bindings[each.binding].name
            if local in self.names or (each.name not in self.names and each.name not in ("default", "=", "")):
                continue
            if self.found.targets & await self.resolver.imported(path, known, each):
                found.add(local)
        return found

    def _hands_on(self, known: Known, mention: Mention) -> bool:
        """Say whether others can import it from here under this name."""
        if not known.is_python or mention.binding == NOTHING or mention.use is not Use.IMPORT:
            return False
        return known.scope_kind(mention.binding) is ScopeKind.MODULE

    async def _exports(self, path: str, known: Known, binding: int, import_: int) -> bool:
        if binding != NOTHING:
            if known.symbols.bindings[binding].name not in self.names:
                return False
            return bool(self.found.targets & await self.resolver.follow(path, known, binding))
        if known.symbols.imports[import_].name not in self.names:
            return False
        return bool(self.found.targets & await self.resolver.imported(path, known, known.symbols.imports[import_]))

    async def _take(self, path: str, known: Known, at: int) -> None:
        if (path, at) in self._seen or len(self.found.references) > MOST_REFERENCES:
            return
        self._seen.add((path, at))
        if len(self._seen) % _BREATH == 0:
            await asyncio.sleep(0)
        mention, meaning = known.mention(at), await self.resolver.meaning(path, at)
        if meaning.targets & self.found.targets:
            certain = meaning.is_certain and meaning.targets <= self.found.targets
            self.found.references.append(Reference(path, at, mention, certain, meaning.how))
        elif not meaning.targets and await self._may_be(known, mention):
            self.found.references.append(Reference(path, at, mention, is_certain=False, how=_BY_NAME))

    async def _may_be(self, known: Known, mention: Mention) -> bool:
        """Say whether a mention of which nothing is known could mean the target."""
        if mention.name != self.found.name or not self._is_same_language(known):
            return False
        if mention.place is Place.ATTRIBUTE:
            return await self._any_is(ScopeKind.CLASS, ScopeKind.MODULE)
        if mention.place is Place.KEYWORD:
            # Only where what is called has at least the name of what takes it.
            called = known.mention(mention.head).name if mention.head >= 0 else ""
            return await self._any_is(ScopeKind.CLASS, ScopeKind.FUNCTION, of=called)
        return mention.place is Place.NAME and bool(known.stars) and await self._any_is(ScopeKind.MODULE)

    def _is_same_language(self, known: Known) -> bool:
        return any(target.path.endswith((".py", ".pyi")) == known.is_python for target in self.found.targets)

    async def _any_is(self, *kinds: ScopeKind, of: str | None = None) -> bool:
        """Say whether a target belongs to such a scope, which is (where `of` is given) called so."""
        for target in self.found.targets:
            known = await self.resolver.view.file(target.path) if target.path else None
            if known is None or target.binding == NOTHING or known.scope_kind(target.binding) not in kinds:
                continue
            definition = known.symbols.scopes[known.symbols.bindings[target.binding].scope][2]
            if of is None or (definition != NOTHING and known.symbols.definitions[definition].name == of):
                return True
        return False
