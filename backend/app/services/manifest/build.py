"""Describes a ref of a mirror and stores it: git is read between short transactions, never inside one."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from app.adapters.git.port import MirrorReader
from app.adapters.scope import AsyncScope, Scope
from app.core.jobs import JobContext
from app.services.manifest.builder import Description, Memory, Reader, describe_tree
from app.services.manifest.delta import compare, describe_change, put_together
from app.services.manifest.digest import ManifestRef, core_of
from app.services.manifest.metadata import LARGEST_PACKAGE_FILE, project_metadata, read_package
from app.services.manifest.nodes import Node, NodeSummary, PackageFile
from app.services.manifest.service import ManifestService
from app.services.manifest.store import NodeStore
from app.services.repos.refs import ResolvedRef, resolve_ref


class Scopes(Protocol):
    """Opens short units of work: a job's fenced ones, or a container's."""

    def __call__(self, *, read_only: bool = False) -> AsyncScope:
        """Open one."""
        ...


async def ensure_manifest(ctx: JobContext, project_id: UUID, ref: str | None) -> ManifestRef:
    """Give a worker the manifest of a ref as it now is, describing it first if nobody has.

    RefNotFound, RepositoryEmpty, MirrorMissing, ManifestTooLarge.
    """
    return await build_manifest(ctx.container.mirrors.reader(project_id), ctx.scope, project_id, ref)


async def build_manifest(reader: MirrorReader, scopes: Scopes, project_id: UUID, ref: str | None) -> ManifestRef:
    """Describe and store; the same ref at the same commit is found, not built again."""
    async with scopes(read_only=True) as scope:
        default, before = await ManifestService(scope).start(project_id)
    resolved = await resolve_ref(reader, ref, default=default)
    if before is not None and before.ref != resolved.name:
        # Another ref than last time may well have been described at this commit.
        async with scopes(read_only=True) as scope:
            before = await ManifestService(scope).nearest(project_id, ref=resolved.name, commit=resolved.commit)
    if before is not None and before.is_of(resolved.name, resolved.commit):
        return before
    building = _Building(reader, scopes, project_id, resolved, before)
    return await building.plainly() or await building.thoroughly()


@dataclass(frozen=True, slots=True)
class _Building:
    """One manifest that is being made."""

    reader: MirrorReader
    scopes: Scopes
    project_id: UUID
    ref: ResolvedRef
    before: ManifestRef | None

    async def plainly(self) -> ManifestRef | None:
        """Build what differs in files only, as most commits do: all that is asked of the database is one transaction.

        None when there is more to it.
        """
        if self.before is None:
            return None
        root = await self.reader.tree_of(self.ref.commit)
        if root == self.before.core.root_tree:
            return None
        comparison = await compare(self.reader, self.before.core.root_tree, root)
        if not comparison.is_plain:
            return None
        async with self.scopes() as scope:
            earlier = await NodeStore(scope, self.project_id).recall(comparison.earlier)
            summaries = {oid: node.summary for oid, node in earlier.items()}
            description = put_together(comparison, earlier, summaries, {})
            if description is None:
                return None
            return await self._store(scope, description, self.before.core.metadata)

    async def thoroughly(self) -> ManifestRef:
        """Build whatever it takes."""
        memory = _Memory(self.scopes, self.project_id)
        description = await self._describe(memory, await self.reader.tree_of(self.ref.commit))
        metadata = await _metadata(self.reader, description.root.package_files, self.before)
        async with self.scopes() as scope:
            return await self._store(scope, description, metadata)

    async def _describe(self, memory: Memory, root: str) -> Description:
        if self.before is None:
            return await describe_tree(self.reader, memory, root, first=True)
        found = None
        if root != self.before.core.root_tree:
            comparison = await compare(self.reader, self.before.core.root_tree, root)
            found = await describe_change(self.reader, memory, comparison)
        return found or await describe_tree(self.reader, memory, root)

    async def _store(self, scope: Scope, description: Description, metadata: Mapping[str, Any]) -> ManifestRef:
        core = core_of(description.root, ref=self.ref.name, commit=self.ref.commit, metadata=metadata)
        return await ManifestService(scope).store(self.project_id, core, description.new)


@dataclass(frozen=True, slots=True)
class _Memory:
    """What is stored of a project, asked in short transactions."""

    scopes: Scopes
    project_id: UUID

    async def known(self, oids: Sequence[str]) -> Mapping[str, NodeSummary]:
        async with self.scopes(read_only=True) as scope:
            return await NodeStore(scope, self.project_id).known(oids)

    async def recall(
        self, oids: Sequence[str], also: Sequence[str]
    ) -> tuple[Mapping[str, Node], Mapping[str, NodeSummary]]:
        async with self.scopes(read_only=True) as scope:
            store = NodeStore(scope, self.project_id)
            return await store.recall(oids), await store.known(also)


async def _metadata(reader: Reader, files: Sequence[PackageFile], before: ManifestRef | None) -> Mapping[str, Any]:
    """Read the package files, unless the manifest before was made from the same."""
    if before is not None:
        packages = before.core.metadata.get("packages", [])
        if [(each["path"], each["blob_id"]) for each in packages] == [(each.path, each.oid) for each in files]:
            return before.core.metadata
    blobs = await reader.read_blobs([each.oid for each in files], max_bytes=LARGEST_PACKAGE_FILE)
    # Parsing is bounded, but a hundred files of the largest size would still hold the loop up.
    return await asyncio.to_thread(
        lambda: project_metadata(
            read_package(file.path, file.oid, blob.data) for file, blob in zip(files, blobs, strict=True)
        )
    )
