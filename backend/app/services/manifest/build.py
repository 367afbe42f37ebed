"""Describes a ref of a mirror and stores it: git is read between short transactions, never inside one."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from app.adapters.git.port import MirrorReader
from app.adapters.scope import AsyncScope
from app.core.jobs import JobContext
from app.services.manifest.builder import Description, Reader, describe_tree
from app.services.manifest.delta import describe_change
from app.services.manifest.digest import ManifestRef, core_of
from app.services.manifest.metadata import LARGEST_PACKAGE_FILE, project_metadata, read_package
from app.services.manifest.nodes import Node, NodeSummary, PackageFile
from app.services.manifest.service import ManifestService
from app.services.manifest.store import NodeStore
from app.services.repos.refs import resolve_ref


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
    default = None
    if ref is None:
        async with scopes(read_only=True) as scope:
            default = await ManifestService(scope).default_branch(project_id)
    resolved = await resolve_ref(reader, ref, default=default)
    async with scopes(read_only=True) as scope:
        before = await ManifestService(scope).nearest(project_id, ref=resolved.name, commit=resolved.commit)
    if before is not None and before.is_of(resolved.name, resolved.commit):
        return before
    description = await _describe(reader, _Memory(scopes, project_id), await reader.tree_of(resolved.commit), before)
    metadata = await _metadata(reader, description.root.package_files, before)
    core = core_of(description.root, ref=resolved.name, commit=resolved.commit, metadata=metadata)
    async with scopes() as scope:
        return await ManifestService(scope).store(project_id, core, description.new)


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


async def _describe(reader: Reader, memory: _Memory, root: str, before: ManifestRef | None) -> Description:
    """Describe a root tree, by its difference from the newest manifest where there is one."""
    if before is not None:
        found = await describe_change(reader, memory, before.core.root_tree, root)
        if found is not None:
            return found
    return await describe_tree(reader, memory, root, first=before is None)


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
