"""The rules of manifests: numbered without gaps, stored once, found by ref, commit, number or hash."""

from collections.abc import Iterable, Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.adapters.db.locks import lock_rows
from app.adapters.scope import Scope
from app.core.jobs import JobPayload
from app.core.paging import Page, encode_cursor
from app.models.job import Job
from app.models.manifest import Manifest
from app.models.project import Project
from app.services.manifest.diff import Difference, diff_trees
from app.services.manifest.digest import Core, ManifestRef, check_core, manifest_hash
from app.services.manifest.errors import ManifestVersionNotFound
from app.services.manifest.messages import BuildManifest, ManifestBuilt
from app.services.manifest.nodes import Entry, EntryKind, Node
from app.services.manifest.store import NodeStore

_LARGEST_VERSION = 2**31 - 1

# Built once: every build of a manifest asks these, and making a statement costs more than running it.
_NEAREST = (
    select(Manifest)
    .where(Manifest.project_id == bindparam("project_id"))
    .order_by(
        case(((Manifest.ref == bindparam("ref")) & (Manifest.commit == bindparam("commit")), 1), else_=0).desc(),
        Manifest.version.desc(),
    )
    .limit(1)
)
_START = (
    select(Project.default_branch, Manifest)
    .outerjoin(Manifest, Manifest.project_id == Project.id)
    .where(Project.id == bindparam("project_id"))
    .order_by(Manifest.version.desc())
    .limit(1)
)
_TABLE = cast("Table", Manifest.__table__)
_NEXT = select(func.coalesce(func.max(Manifest.version), 0) + 1).where(Manifest.project_id == bindparam("of_project"))
_INSERT = {
    is_postgres: insert(_TABLE)
    .values(version=_NEXT.scalar_subquery())
    .on_conflict_do_nothing(index_elements=["project_id", "commit", "ref"])
    .returning(_TABLE.c.version)
    for is_postgres, insert in ((True, postgres_insert), (False, sqlite_insert))
}


class ManifestService:
    """Manifests inside one transaction. Callers have asked `require_project` before."""

    def __init__(self, scope: Scope) -> None:
        """Work in the scope's transaction."""
        self._scope = scope
        self._session = scope.session

    async def find(self, project_id: UUID, *, ref: str, commit: str) -> ManifestRef | None:
        """Find the manifest of a ref at a commit."""
        return await self._first(Manifest.project_id == project_id, Manifest.ref == ref, Manifest.commit == commit)

    async def nearest(self, project_id: UUID, *, ref: str, commit: str) -> ManifestRef | None:
        """Find the manifest of a ref at a commit, else the project's newest version: what a new one starts from."""
        wanted = {"project_id": project_id, "ref": ref, "commit": commit}
        row = (await self._session.execute(_NEAREST, wanted)).scalar_one_or_none()
        return _as_ref(row) if row else None

    async def start(self, project_id: UUID) -> tuple[str | None, ManifestRef | None]:
        """Read where a build starts: the branch people chose (None leaves it to the repository), the newest version."""
        found = (await self._session.execute(_START, {"project_id": project_id})).first()
        if found is None:
            return None, None
        newest: Manifest | None = found[1]
        return found[0], _as_ref(newest) if newest is not None else None

    async def latest(self, project_id: UUID, *, ref: str | None = None) -> ManifestRef | None:
        """Find the newest version, of one ref or of all."""
        conditions = [Manifest.project_id == project_id, *([Manifest.ref == ref] if ref else [])]
        return await self._first(*conditions)

    async def before(self, manifest: ManifestRef) -> ManifestRef:
        """Find the version before one: of the same ref, else of any; before the first there is only itself."""
        earlier = (Manifest.project_id == manifest.project_id, Manifest.version < manifest.version)
        return await self._first(*earlier, Manifest.ref == manifest.core.ref) or await self._first(*earlier) or manifest

    async def read(self, project_id: UUID, selector: str) -> ManifestRef:
        """Read by version number or hash (at least eight digits of it); ManifestVersionNotFound otherwise."""
        found = None
        if selector.isascii() and selector.isdigit() and len(selector) < 11:
            version = min(int(selector), _LARGEST_VERSION)
            found = await self._first(Manifest.project_id == project_id, Manifest.version == version)
        elif 8 <= len(selector) <= 64 and set(selector) <= set("0123456789abcdef"):
            found = await self._first(Manifest.project_id == project_id, Manifest.hash.startswith(selector))
        if found is None:
            raise ManifestVersionNotFound(selector=selector[:64])
        return found

    async def read_by_id(self, manifest_id: UUID) -> ManifestRef:
        """Read the manifest that a job has pinned."""
        found = await self._first(Manifest.id == manifest_id)
        if found is None:
            raise ManifestVersionNotFound
        return found

    async def versions(self, project_id: UUID, *, limit: int, after: UUID | None) -> Page[ManifestRef]:
        """List versions, newest first."""
        query = select(Manifest).where(Manifest.project_id == project_id)
        if after is not None:
            query = query.where(Manifest.id < after)
        rows = (await self._session.execute(query.order_by(Manifest.id.desc()).limit(limit + 1))).scalars().all()
        more = len(rows) > limit
        return Page([_as_ref(row) for row in rows[:limit]], encode_cursor(rows[limit - 1].id) if more else None)

    async def default_branch(self, project_id: UUID) -> str | None:
        """Read the branch that people chose for the project; None leaves it to the repository."""
        query = select(Project.default_branch).where(Project.id == project_id)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def described_refs(self, project_id: UUID, among: Iterable[str] | None) -> list[str]:
        """Name those of some refs that have been described before; None: of all branches and tags."""
        query = select(Manifest.ref).where(Manifest.project_id == project_id).distinct()
        if among is not None:
            query = query.where(Manifest.ref.in_(list(among)))
        refs = (await self._session.execute(query)).scalars()
        return sorted(ref for ref in refs if ref.startswith(("refs/heads/", "refs/tags/")))

    async def store(self, project_id: UUID, core: Core, nodes: Iterable[Node]) -> ManifestRef:
        """Store a core and its new nodes as the next version; the same ref and commit keep the version they have."""
        # One at a time for a project, so that numbers have no gaps: its row is locked until the commit.
        one_project = select(Project.id).where(Project.id == project_id)
        await lock_rows(self._session, self._scope.container.database, one_project)
        stored = await self._insert(project_id, core)
        if stored is None:
            present = await self.find(project_id, ref=core.ref, commit=core.commit)
            if present is None:
                raise RuntimeError("a manifest of this ref and commit appears and vanishes too quickly")
            return present
        await NodeStore(self._scope, project_id).add(nodes)
        self._scope.publish(
            ManifestBuilt(
                project_id=project_id,
                manifest_id=stored.id,
                version=stored.version,
                hash=stored.hash,
                ref=stored.ref,
                commit=stored.commit,
            )
        )
        return stored

    async def _insert(self, project_id: UUID, core: Core) -> ManifestRef | None:
        """Add a row with the next number; None when this ref and commit have one."""
        manifest_id, now, its_hash = self._scope.ids.new(), self._scope.clock.now(), manifest_hash(core)
        values = {
            "id": manifest_id,
            "project_id": project_id,
            "of_project": project_id,
            "hash": its_hash,
            "ref": core.ref,
            "commit": core.commit,
            "root_tree": core.root_tree,
            "root_hash": core.root_hash,
            "project_metadata": dict(core.metadata),
            "languages": dict(core.languages),
            "file_count": core.file_count,
            "total_bytes": core.total_bytes,
            "created_at": now,
        }
        statement = _INSERT[self._scope.container.database.is_postgres]
        version = (await self._session.execute(statement, values)).scalar_one_or_none()
        return ManifestRef(manifest_id, project_id, version, its_hash, now, core) if version else None

    async def request_build(self, project_id: UUID, *, ref: str | None, commit: str | None = None) -> Job:
        """Have a ref described in the background; an equal request that waits or runs is joined."""
        payload: JobPayload = BuildManifest(project_id=project_id, ref=ref, commit=commit)
        return await self._scope.stage(payload, project_id=project_id)

    async def files_of(self, manifest: ManifestRef, paths: Sequence[str]) -> dict[str, Entry]:
        """Look paths up: what stands there, with blob id and size. Paths that are not files are left out."""
        store = NodeStore(self._scope, manifest.project_id)
        found: dict[str, Entry] = {}
        level = {path: (manifest.core.root_tree, path.split("/")) for path in paths if path}
        while level:
            nodes = await store.load(sorted({tree for tree, _ in level.values()}))
            by_name = {tree: {entry.name: entry for entry in entries} for tree, entries in nodes.items()}
            below: dict[str, tuple[str, list[str]]] = {}
            for path, (tree, segments) in level.items():
                entry = by_name[tree].get(segments[0])
                if entry is None:
                    continue
                if len(segments) == 1 and entry.kind != EntryKind.FOLDER:
                    found[path] = entry
                elif len(segments) > 1 and entry.kind == EntryKind.FOLDER:
                    below[path] = (entry.oid, segments[1:])
            level = below
        return found

    async def entries(self, manifest: ManifestRef, path: str = "") -> tuple[Entry, ...] | None:
        """Read what is directly in a folder; None when there is no such folder."""
        store = NodeStore(self._scope, manifest.project_id)
        tree = manifest.core.root_tree
        for segment in path.split("/") if path else []:
            here = {entry.name: entry for entry in (await store.load([tree]))[tree]}
            entry = here.get(segment)
            if entry is None or entry.kind != EntryKind.FOLDER:
                return None
            tree = entry.oid
        return (await store.load([tree]))[tree]

    async def diff(self, before: ManifestRef, after: ManifestRef) -> Difference:
        """Compare two manifests of one project."""
        store = NodeStore(self._scope, after.project_id)
        return await diff_trees(store.load, before.core.root_tree, after.core.root_tree)

    async def _first(self, *conditions: ColumnElement[bool]) -> ManifestRef | None:
        query = select(Manifest).where(*conditions).order_by(Manifest.version.desc()).limit(1)
        row = (await self._session.execute(query)).scalars().first()
        return check_core(_as_ref(row)) if row else None


def _as_ref(row: Manifest) -> ManifestRef:
    return ManifestRef(
        id=row.id,
        project_id=row.project_id,
        version=row.version,
        hash=row.hash,
        created_at=row.created_at,
        core=Core(
            ref=row.ref,
            commit=row.commit,
            root_tree=row.root_tree,
            root_hash=row.root_hash,
            file_count=row.file_count,
            total_bytes=row.total_bytes,
            languages=row.languages,
            metadata=row.project_metadata,
        ),
    )
