"""The stored nodes of one project's manifests: read by tree id, written once, never changed."""

from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.adapters.scope import Scope
from app.core.hashing import sha256_hex
from app.models.manifest import ManifestTree
from app.services.manifest.errors import ManifestDamaged
from app.services.manifest.nodes import (
    Entry,
    Node,
    NodeSummary,
    compressor,
    decode_entries,
    decode_sums,
    decompressor,
    encode_sums,
)

# SQLite takes 32,766 values in one statement, PostgreSQL 32,767; a list this long also keeps plans few.
_AT_ONCE = 1000

_SUMMARY = (
    ManifestTree.tree_oid,
    ManifestTree.node_hash,
    ManifestTree.file_count,
    ManifestTree.total_bytes,
    ManifestTree.sums,
)


_TABLE = cast("Table", ManifestTree.__table__)
# Built once: every build of a manifest asks these, and making a statement costs more than running it.
_INSERT = {
    is_postgres: insert(_TABLE).on_conflict_do_nothing()
    for is_postgres, insert in ((True, postgres_insert), (False, sqlite_insert))
}


def _select(*columns: Any) -> Select[Any]:
    wanted = ManifestTree.tree_oid.in_(bindparam("oids", expanding=True))
    return select(*columns).where(ManifestTree.project_id == bindparam("project_id"), wanted)


_SUMMARIES = _select(*_SUMMARY)
_WHOLE = _select(*_SUMMARY, ManifestTree.entries)
_ENTRIES = _select(ManifestTree.tree_oid, ManifestTree.node_hash, ManifestTree.entries)


class NodeStore:
    """Nodes of one project, inside one transaction."""

    def __init__(self, scope: Scope, project_id: UUID) -> None:
        """Work in the scope's transaction."""
        self._session = scope.session
        self._is_postgres = scope.container.database.is_postgres
        self._project_id = project_id

    async def is_empty(self) -> bool:
        """Say whether nothing of this project was described yet."""
        query = select(ManifestTree.tree_oid).where(ManifestTree.project_id == self._project_id).limit(1)
        return (await self._session.execute(query)).first() is None

    async def known(self, oids: Sequence[str]) -> dict[str, NodeSummary]:
        """Read the summaries of those trees that are stored; ManifestDamaged when one is unreadable."""
        rows = await self._rows(_SUMMARIES, oids)
        try:
            return {row[0]: _summary(row) for row in rows}
        except ValueError as error:
            raise ManifestDamaged(trees=list(oids)[:5]) from error

    async def recall(self, oids: Sequence[str]) -> dict[str, Node]:
        """Read whole nodes of those trees that are stored; ManifestDamaged when one is not what was stored."""
        rows = await self._rows(_WHOLE, oids)
        encoded = _checked((row[0], row[1], row[-1]) for row in rows)
        try:
            return {row[0]: Node(_summary(row[:-1]), decode_entries(encoded[row[0]]), encoded[row[0]]) for row in rows}
        except ValueError as error:
            raise ManifestDamaged(trees=list(oids)[:5]) from error

    async def load(self, oids: Sequence[str]) -> dict[str, tuple[Entry, ...]]:
        """Read the entries of trees; ManifestDamaged when one is missing or not what was stored."""
        encoded = await self.load_encoded(oids)
        try:
            return {oid: decode_entries(data) for oid, data in encoded.items()}
        except ValueError as error:
            raise ManifestDamaged(trees=list(oids)[:5]) from error

    async def load_encoded(self, oids: Sequence[str]) -> dict[str, bytes]:
        """Read the very bytes that node hashes are taken over; ManifestDamaged as in `load`."""
        found = _checked(await self._rows(_ENTRIES, oids))
        if missing := set(oids).difference(found):
            raise ManifestDamaged(missing=sorted(missing)[:5])
        return found

    async def add(self, nodes: Iterable[Node]) -> None:
        """Store nodes; those another process stored meanwhile are the same and are left as they are."""
        compress = compressor()
        rows = [self._row(node, compress(node.encoded)) for node in nodes]
        statement = _INSERT[self._is_postgres]
        for start in range(0, len(rows), _AT_ONCE):
            await self._session.execute(statement, rows[start : start + _AT_ONCE])

    def _row(self, node: Node, entries: bytes) -> dict[str, Any]:
        summary = node.summary
        return {
            "project_id": self._project_id,
            "tree_oid": summary.tree_oid,
            "node_hash": summary.node_hash,
            "file_count": summary.file_count,
            "total_bytes": summary.total_bytes,
            "sums": encode_sums(summary),
            "entries": entries,
        }

    async def _rows(self, query: Select[Any], oids: Sequence[str]) -> list[Any]:
        found: list[Any] = []
        for start in range(0, len(oids), _AT_ONCE):
            wanted = {"project_id": self._project_id, "oids": oids[start : start + _AT_ONCE]}
            found.extend((await self._session.execute(query, wanted)).all())
        return found


def _checked(rows: Iterable[Any]) -> dict[str, bytes]:
    """Unpack the entries of (tree, node hash, entries); ManifestDamaged when they are not what the hash is of."""
    decompress = decompressor()
    found: dict[str, bytes] = {}
    for oid, node_hash, stored in rows:
        try:
            found[oid] = decompress(stored)
        except ValueError as error:
            raise ManifestDamaged(tree=oid) from error
        if sha256_hex(found[oid]) != node_hash:
            raise ManifestDamaged(tree=oid)
    return found


def _summary(row: Any) -> NodeSummary:
    oid, node_hash, files, size, sums = row
    languages, packages = decode_sums(sums)
    return NodeSummary(oid, node_hash, files, size, languages, packages)
