"""The worker's side of the symbol graph: what changed is read from git, in batches that stay if it is killed."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.adapters.git.port import MirrorReader
from app.adapters.scope import AsyncScope, Scope
from app.adapters.syntax.symbols.extract import LARGEST_FILE, extract
from app.adapters.syntax.symbols.table import FileSymbols
from app.core.jobs import JobContext
from app.services.manifest.diff import diff_trees
from app.services.manifest.digest import ManifestRef
from app.services.manifest.service import ManifestService
from app.services.manifest.store import NodeStore
from app.services.manifest.walk import list_files
from app.services.symbols.listing import Key, Listing
from app.services.symbols.messages import IndexSymbols
from app.services.symbols.store import ReadFile, SymbolStore

# Beyond this a repository is not looked through for files to read.
_MOST_ENTRIES = 2_000_000
_FILES_AT_ONCE = 200
# Another process deletes what old states had while this one reads: it is read again, but not for ever.
_MOST_ROUNDS = 5


class Scopes(Protocol):
    """Opens short units of work: a job's fenced ones, or a container's."""

    def __call__(self, *, read_only: bool = False) -> AsyncScope:
        """Open one."""
        ...


class Report(Protocol):
    """Is told how far the work is."""

    async def __call__(self, fraction: float, phase: str, /) -> None:
        """Take note."""
        ...


async def index_symbols(ctx: JobContext, payload: IndexSymbols) -> None:
    """Read a manifest's commit, unless it has been read."""
    async with ctx.scope(read_only=True) as scope:
        manifest = await ManifestService(scope).read_by_id(payload.manifest_id)
    await read_symbols(ctx.container.mirrors.reader(payload.project_id), ctx.scope, manifest, ctx.progress)


async def read_symbols(reader: MirrorReader, scopes: Scopes, manifest: ManifestRef, report: Report) -> Listing:
    """Read the names of all files of a manifest, of which those of an earlier state are known already."""
    async with scopes(read_only=True) as scope:
        planned = await _plan(scope, manifest)
    if planned.is_done:
        return planned.listing
    missing = planned.missing
    for _ in range(_MOST_ROUNDS):
        await _read(_Reading(reader, scopes, manifest.project_id, report), missing)
        async with scopes() as scope:
            store = SymbolStore(scope, manifest.project_id)
            missing = await store.finish(manifest.core.root_tree, planned.listing, planned.unsure)
        if not missing:
            return planned.listing
    raise RuntimeError("files that were read vanish too quickly")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What there is, what nobody has read, and what might be deleted until the end."""

    listing: Listing
    missing: Sequence[Key]
    unsure: Sequence[Key]
    is_done: bool = False


async def _plan(scope: Scope, manifest: ManifestRef) -> _Plan:
    store, root = SymbolStore(scope, manifest.project_id), manifest.core.root_tree
    if (found := await store.find(root)) is not None:
        return _Plan(found, (), (), is_done=True)
    load = NodeStore(scope, manifest.project_id).load
    newest = await store.newest()
    if newest is not None and not newest[1].skipped:
        difference = await diff_trees(load, newest[0], root)
        if difference.is_complete:
            listing = newest[1].changed(difference.changes)
            came = sorted(listing.keys - newest[1].keys)
            return _Plan(listing, await store.missing(came), came)
    page = await list_files(load, root, limit=_MOST_ENTRIES)
    listing = Listing.of((file.path, file.entry) for file in page.files)
    keys = sorted(listing.keys)
    return _Plan(listing, await store.missing(keys), keys)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Where files come from and go to."""

    reader: MirrorReader
    scopes: Scopes
    project_id: UUID
    report: Report


async def _read(work: _Reading, keys: Sequence[Key]) -> None:
    done = 0
    for batch in _batches(keys):
        await work.report(0.05 + 0.9 * done / len(keys), f"reading names: {done:,} of {len(keys):,} files")
        blobs = await work.reader.read_blobs([key.blob for key in batch], max_bytes=LARGEST_FILE)
        contents = {blob.oid: blob.data for blob in blobs}
        files = await asyncio.to_thread(_extract, batch, contents)
        async with work.scopes() as scope:
            await SymbolStore(scope, work.project_id).add(files)
        done += len(batch)


def _batches(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for start in range(0, len(keys), _FILES_AT_ONCE):
        yield keys[start : start + _FILES_AT_ONCE]


def _extract(keys: Sequence[Key], contents: Mapping[str, bytes | None]) -> list[ReadFile]:
    """Read the names of some files; what git does not give is too large, or not there."""
    found: list[ReadFile] = []
    for key in keys:
        data = contents.get(key.blob)
        symbols = extract(key.language, data) if data is not None else FileSymbols(key.language, notes=["large"])
        found.append(ReadFile.of(key, symbols))
    return found
