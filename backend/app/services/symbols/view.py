"""One state of a mirror as questions see it: its files' names, loaded when they are needed."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import cached_property
from uuid import UUID

from app.adapters.scope import ScopeFactory
from app.adapters.syntax.symbols.table import NOTHING, FileSymbols, Mention, ScopeKind
from app.services.symbols.listing import Key, Listing
from app.services.symbols.modules import ModuleMap
from app.services.symbols.store import StoredFile, SymbolStore

# A name that stands somewhere takes about 150 bytes: so many are held at once, and files are loaded so many at once.
_MOST_HELD = 1_000_000
_AT_ONCE = 25


class Known:
    """The names of a file with what they are looked up by."""

    def __init__(self, symbols: FileSymbols) -> None:
        self.symbols = symbols

    @property
    def is_python(self) -> bool:
        """Say by whose rules names are looked up."""
        return self.symbols.language == "python"

    @cached_property
    def bound(self) -> dict[tuple[int, str], int]:
        """Bindings by scope and name."""
        return {(each.scope, each.name): at for at, each in enumerate(self.symbols.bindings)}

    @cached_property
    def by_name(self) -> dict[str, list[int]]:
        """Mentions by name."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for at, mention in enumerate(self.symbols.mentions):
            found[mention.name].append(at)
        return dict(found)

    @cached_property
    def exports(self) -> dict[str, list[int]]:
        """Exports by name; those of `*` may be many."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for at, each in enumerate(self.symbols.exports):
            found[each.name].append(at)
        return dict(found)

    @cached_property
    def stars(self) -> list[int]:
        """Imports of everything a module has."""
        return [at for at, each in enumerate(self.symbols.imports) if each.name == "*"]

    @cached_property
    def classes_of_bases(self) -> dict[int, int]:
        """Classes by the mentions of their bases."""
        return {mention: class_ for class_, bases in self.symbols.bases.items() for mention in bases}

    def mention_at(self, line: int, column: int) -> int:
        """Find the name in which a place lies, or right behind which; NOTHING when there is none."""
        behind = NOTHING
        for at, each in enumerate(self.symbols.mentions):
            if each.line == line and each.column <= column < each.end_column:
                return at
            if each.line == line and each.end_column == column:
                behind = at
        return behind

    def class_at(self, binding: int) -> int:
        """Find the class (or what has members like one) that a binding is of, or NOTHING."""
        for at in self.symbols.bindings[binding].definitions:
            scope = self.symbols.definitions[at].scope
            if scope != NOTHING and self.symbols.scopes[scope][0] != ScopeKind.FUNCTION:
                return at
        return NOTHING

    def scope_kind(self, binding: int) -> ScopeKind:
        """Tell in what kind of scope a binding is."""
        return ScopeKind(self.symbols.scopes[self.symbols.bindings[binding].scope][0])

    def mention(self, at: int) -> Mention:
        """Give a mention by its number."""
        return self.symbols.mentions[at]


class View:
    """The names of one state's files. Every load is a short transaction of its own; reading them is done beside.

    Files that were not asked for lately are forgotten and loaded again, so that one question takes no more memory.
    """

    def __init__(self, scopes: ScopeFactory, project_id: UUID, listing: Listing) -> None:
        self.listing = listing
        self.modules = ModuleMap(listing)
        self._scopes = scopes
        self._project_id = project_id
        # The one that was asked for last comes last.
        self._known: dict[Key, Known] = {}
        self._held = 0

    async def file(self, path: str) -> Known | None:
        """Give the names of a file; None for one that is not read."""
        key = self.listing.files.get(path)
        if key is None:
            return None
        if key not in self._known:
            await self._load([key])
        found = self._known[key] = self._known.pop(key)
        return found

    async def each(self, paths: Sequence[str]) -> AsyncIterator[tuple[str, Known]]:
        """Go through many files, loaded some at a time."""
        files = self.listing.files
        for start in range(0, len(paths), _AT_ONCE):
            batch = [path for path in paths[start : start + _AT_ONCE] if path in files]
            missing = list({files[path]: None for path in batch if files[path] not in self._known})
            await self._load(missing)
            for path in batch:
                known = await self.file(path)
                if known is not None:
                    yield path, known

    async def mentioning(self, names: Iterable[str]) -> list[str]:
        """Name the files of this state that mention one of some names, in order."""
        async with self._scopes(read_only=True) as scope:
            keys = await SymbolStore(scope, self._project_id).mentioning(set(names))
        paths = self.listing.paths
        return sorted(path for key in keys for path in paths.get(key, ()))

    async def _load(self, keys: Sequence[Key]) -> None:
        async with self._scopes(read_only=True) as scope:
            stored = await SymbolStore(scope, self._project_id).load(keys)
        read = await asyncio.to_thread(_decode, stored)
        for key in keys:
            # What is not stored any more has no names, as if it had not been read.
            known = read.get(key) or Known(FileSymbols(key.language, notes=["gone"]))
            self._known[key] = known
            self._held += len(known.symbols.mentions)
        while self._held > _MOST_HELD and len(self._known) > len(keys):
            oldest = next(iter(self._known))
            self._held -= len(self._known.pop(oldest).symbols.mentions)


def _decode(stored: Sequence[StoredFile]) -> dict[Key, Known]:
    return {file.key: Known(file.decode()) for file in stored}
