"""Describes a ref of a mirror and stores it: git is read between short transactions, never inside one."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from app.adapters.git.port import MirrorReader
from app.adapters.scope import AsyncScope
from app.core.jobs import JobContext
from app.services.manifest.builder import Reader, describe_tree
from app.services.manifest.digest import ManifestRef, core_of
from app.services.manifest.metadata import LARGEST_PACKAGE_FILE, project_metadata, read_package
from app.services.manifest.nodes import NodeSummary, PackageFile
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
        default = await ManifestService(scope).default_branch(project_id)
    resolved = await resolve_ref(reader, ref, default=default)
    async with scopes(read_only=True) as scope:
        found = await ManifestService(scope).find(project_id, ref=resolved.name, commit=resolved.commit)
        before = found or await ManifestService(scope).latest(project_id)
    if found is not None:
        return found
    return await _describe(reader, scopes, project_id, resolved, before)


async def _describe(
    reader: MirrorReader, scopes: Scopes, project_id: UUID, resolved: ResolvedRef, before: ManifestRef | None
) -> ManifestRef:
    async def known(oids: Sequence[str]) -> Mapping[str, NodeSummary]:
        async with scopes(read_only=True) as scope:
            return await NodeStore(scope, project_id).known(oids)

    root_tree = await reader.tree_of(resolved.commit)
    description = await describe_tree(reader, known, root_tree, first=before is None)
    metadata = await _metadata(reader, description.root.package_files, before)
    core = core_of(description.root, ref=resolved.name, commit=resolved.commit, metadata=metadata)
    async with scopes() as scope:
        return await ManifestService(scope).store(project_id, core, description.new)


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
