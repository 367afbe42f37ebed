"""The stored symbols of one project, inside one transaction."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast
from uuid import UUID

import zstandard
from sqlalchemy import Table, and_, delete, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.adapters.db.locks import lock_name
from app.adapters.scope import Scope
from app.adapters.syntax.symbols.table import RULES, FileSymbols, decode, encode
from app.models.symbol import SymbolDefinition, SymbolFile, SymbolIndex
from app.services.symbols.listing import Key, Listing

# Enough for the branches that people look at; what only older states have is deleted.
KEPT_INDEXES = 20
_AT_ONCE = 1000
_LARGEST_FILE = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The names of one file, in their stored form too; made outside of any transaction."""

    key: Key
    symbols: FileSymbols
    data: bytes

    @classmethod
    def of(cls, key: Key, symbols: FileSymbols) -> "ReadFile":
        """Encode and compress."""
        return cls(key, symbols, zstandard.ZstdCompressor(level=3).compress(encode(symbols)))


class StoredFile(NamedTuple):
    """The stored form of one file's names."""

    key: Key
    data: bytes

    def decode(self) -> FileSymbols:
        """Read it; ValueError when it is damaged."""
        try:
            return decode(zstandard.ZstdDecompressor().decompress(self.data, max_output_size=_LARGEST_FILE))
        except zstandard.ZstdError as error:
            raise ValueError("the stored names are damaged") from error


class SymbolStore:
    """Symbols of one project."""

    def __init__(self, scope: Scope, project_id: UUID) -> None:
        """Work in the scope's transaction."""
        self._scope = scope
        self._session = scope.session
        self._is_postgres = scope.container.database.is_postgres
        self._project_id = project_id

    async def is_wanted(self) -> bool:
        """Say whether anybody has asked about symbols of this project before."""
        query = select(SymbolIndex.root_tree).where(SymbolIndex.project_id == self._project_id).limit(1)
        return (await self._session.execute(query)).first() is not None

    async def find(self, root_tree: str) -> Listing | None:
        """Find the files of a state that has been read whole."""
        query = select(SymbolIndex.listing).where(*self._index(root_tree))
        stored = (await self._session.execute(query)).scalar_one_or_none()
        return Listing.decode(stored) if stored is not None else None

    async def newest(self) -> tuple[str, Listing] | None:
        """Find the state that was read last: what the next one starts from."""
        query = (
            select(SymbolIndex.root_tree, SymbolIndex.listing)
            .where(SymbolIndex.project_id == self._project_id, SymbolIndex.rules == RULES)
            .order_by(SymbolIndex.built_at.desc())
            .limit(1)
        )
        row = (await self._session.execute(query)).first()
        return (row[0], Listing.decode(row[1])) if row else None

    async def missing(self, keys: Iterable[Key]) -> list[Key]:
        """Tell which of these nobody has read yet, in order."""
        wanted = sorted(set(keys))
        known: set[tuple[str, str]] = set()
        for start in range(0, len(wanted), _AT_ONCE):
            blobs = {key.blob for key in wanted[start : start + _AT_ONCE]}
            query = select(SymbolFile.blob, SymbolFile.language).where(
                SymbolFile.project_id == self._project_id, SymbolFile.blob.in_(blobs), SymbolFile.rules == RULES
            )
            known.update((row[0], row[1]) for row in await self._session.execute(query))
        return [key for key in wanted if key not in known]

    async def add(self, files: Sequence[ReadFile]) -> None:
        """Store files; those another process stored meanwhile are the same and are left as they are."""
        ordered = sorted(files, key=lambda file: file.key)
        await self._forget_older([file.key for file in ordered])
        await self._insert(SymbolFile, [self._file(file) for file in ordered])
        await self._insert(SymbolDefinition, [row for file in ordered for row in self._definitions(file)])

    async def finish(self, root_tree: str, listing: Listing, unsure: Iterable[Key]) -> list[Key]:
        """Note that a state has been read whole, and forget what only old states have; or tell what is missing.

        `unsure`: what another process may have deleted since it was found.
        """
        await lock_name(self._session, self._scope.container.database, f"symbols:{self._project_id}")
        if missing := await self.missing(unsure):
            return missing
        row = {
            "project_id": self._project_id,
            "root_tree": root_tree,
            "rules": RULES,
            "files": len(listing.files),
            "skipped": listing.skipped,
            "listing": listing.encode(),
            "built_at": self._scope.clock.now(),
        }
        await self._session.execute(delete(SymbolIndex).where(*self._index(root_tree, any_rules=True)))
        await self._insert(SymbolIndex, [row])
        await self._prune()
        return []

    async def load(self, keys: Collection[Key]) -> list[StoredFile]:
        """Read the stored names of files; those that are not stored are left out."""
        wanted, ordered = set(keys), sorted(set(keys))
        found: list[StoredFile] = []
        for start in range(0, len(ordered), _AT_ONCE):
            blobs = {key.blob for key in ordered[start : start + _AT_ONCE]}
            query = select(SymbolFile.blob, SymbolFile.language, SymbolFile.data).where(
                SymbolFile.project_id == self._project_id, SymbolFile.blob.in_(blobs), SymbolFile.rules == RULES
            )
            rows = (await self._session.execute(query)).all()
            found += [StoredFile(Key(row[0], row[1]), row[2]) for row in rows if Key(row[0], row[1]) in wanted]
        return found

    async def mentioning(self, names: Collection[str]) -> list[Key]:
        """Find what mentions one of these names, in any state that is kept."""
        # Exactly, and with upper and lower case told apart, which LIKE does not do everywhere.
        find = func.strpos if self._is_postgres else func.instr
        query = select(SymbolFile.blob, SymbolFile.language).where(
            SymbolFile.project_id == self._project_id,
            SymbolFile.rules == RULES,
            or_(*[find(SymbolFile.names, literal(f"\n{name}\n")) > 0 for name in sorted(names)]),
        )
        return [Key(row[0], row[1]) for row in await self._session.execute(query)]

    def _index(self, root_tree: str, *, any_rules: bool = False) -> list[Any]:
        found: list[Any] = [SymbolIndex.project_id == self._project_id, SymbolIndex.root_tree == root_tree]
        return found if any_rules else [*found, SymbolIndex.rules == RULES]

    async def _forget_older(self, keys: Sequence[Key]) -> None:
        """Delete what was read by older rules."""
        for start in range(0, len(keys), _AT_ONCE):
            blobs = {key.blob for key in keys[start : start + _AT_ONCE]}
            query = select(SymbolFile.blob, SymbolFile.language).where(
                SymbolFile.project_id == self._project_id, SymbolFile.blob.in_(blobs), SymbolFile.rules != RULES
            )
            await self._delete([Key(row[0], row[1]) for row in await self._session.execute(query)])

    async def _delete(self, keys: Sequence[Key]) -> None:
        step = _AT_ONCE // 4
        for start in range(0, len(keys), step):
            for table in (SymbolDefinition, SymbolFile):
                same = [
                    and_(table.blob == key.blob, table.language == key.language) for key in keys[start : start + step]
                ]
                await self._session.execute(delete(table).where(table.project_id == self._project_id, or_(*same)))

    async def _prune(self) -> None:
        query = select(SymbolIndex.root_tree).where(SymbolIndex.project_id == self._project_id)
        rows = await self._session.execute(query.order_by(SymbolIndex.built_at.desc(), SymbolIndex.root_tree))
        trees = list(rows.scalars())
        # Half as many at once as are kept: what is kept must be read to know what is not.
        if len(trees) < KEPT_INDEXES * 3 // 2:
            return
        listings = {tree: await self._listing(tree) for tree in trees}
        kept = {key for tree in trees[:KEPT_INDEXES] for key in listings[tree].keys}
        gone = {key for tree in trees[KEPT_INDEXES:] for key in listings[tree].keys} - kept
        for tree in trees[KEPT_INDEXES:]:
            await self._session.execute(delete(SymbolIndex).where(*self._index(tree, any_rules=True)))
        await self._delete(sorted(gone))

    async def _listing(self, root_tree: str) -> Listing:
        query = select(SymbolIndex.listing).where(*self._index(root_tree, any_rules=True))
        return Listing.decode((await self._session.execute(query)).scalar_one())

    async def _insert(self, model: Any, rows: list[dict[str, Any]]) -> None:
        table = cast("Table", model.__table__)
        insert = postgres_insert if self._is_postgres else sqlite_insert
        statement = insert(table).on_conflict_do_nothing()
        for start in range(0, len(rows), _AT_ONCE):
            await self._session.execute(statement, rows[start : start + _AT_ONCE])

    def _file(self, file: ReadFile) -> dict[str, Any]:
        names = sorted(file.symbols.names() | file.symbols.needles())
        return {
            "project_id": self._project_id,
            "blob": file.key.blob,
            "language": file.key.language,
            "rules": RULES,
            "names": "\n" + "".join(f"{name}\n" for name in names),
            "data": file.data,
        }

    def _definitions(self, file: ReadFile) -> Iterable[dict[str, Any]]:
        for position, each in enumerate(file.symbols.definitions):
            yield {
                "project_id": self._project_id,
                "blob": file.key.blob,
                "language": file.key.language,
                "position": position,
                "name": each.name,
                "folded": each.name.lower()[:400],
                "qualified": each.qualified,
                "kind": each.kind,
                "line": each.line,
                "column": each.column,
                "first_line": each.first_line,
                "last_line": each.last_line,
                "is_exported": each.is_exported,
            }
