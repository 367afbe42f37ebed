"""Answers for people: the manifest of a ref, its versions, what changed between two. Git is asked between scopes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.adapters.git.port import MirrorStore
from app.adapters.scope import Scope, ScopeFactory
from app.core.errors import Invalid
from app.core.paging import decode_place, encode_place
from app.schemas.paging import PageOut
from app.services.manifest.diff import ChangeStatus
from app.services.manifest.digest import ManifestRef
from app.services.manifest.errors import ManifestNotReady
from app.services.manifest.overlay import Overlay, read_overlay
from app.services.manifest.schemas import (
    ChangeOut,
    DiffOut,
    EndOut,
    EntryOut,
    FileOut,
    LanguageOut,
    ManifestOut,
    ManifestSummaryOut,
    OverlayOut,
)
from app.services.manifest.service import ManifestService
from app.services.manifest.store import NodeStore
from app.services.manifest.walk import list_files
from app.services.projects.access import Permission, require_project
from app.services.repos.refs import resolve_ref


@dataclass(frozen=True, slots=True)
class Shown:
    """The manifest that answers for a ref, with its overlay; `up_to_date` says that the ref has not moved since."""

    manifest: ManifestRef
    overlay: Overlay
    up_to_date: bool

    @property
    def tag(self) -> str:
        """Name this state for `ETag`."""
        return f'"{self.manifest.hash}.{self.overlay.version}{"" if self.up_to_date else ".behind"}"'


async def find_shown(scopes: ScopeFactory, mirrors: MirrorStore, project_id: UUID, ref: str | None) -> Shown:
    """Find the manifest of a ref, or the newest one it had; ManifestNotReady when there is none, and it is built then.

    ProjectNotFound, MirrorMissing, RefNotFound, RepositoryEmpty.
    """
    async with scopes(read_only=True) as scope:
        project = await require_project(scope, project_id, Permission.READ)
    resolved = await resolve_ref(mirrors.reader(project_id), ref, default=project.default_branch)
    async with scopes(read_only=True) as scope:
        service = ManifestService(scope)
        found = await service.find(project_id, ref=resolved.name, commit=resolved.commit)
        shown = found or await service.latest(project_id, ref=resolved.name)
        if shown is not None:
            return Shown(shown, await read_overlay(scope, shown), up_to_date=found is not None)
    async with scopes() as scope:
        job = await ManifestService(scope).request_build(project_id, ref=resolved.name, commit=resolved.commit)
    raise ManifestNotReady(
        "This manifest is being built. Wait for the job in details.job_id, then ask again.",
        job_id=str(job.id),
        ref=resolved.name,
        commit=resolved.commit,
    )


async def show(scope: Scope, shown: Shown, *, limit: int, cursor: str | None) -> ManifestOut:
    """Build the answer with one page of files."""
    core = shown.manifest.core
    store = NodeStore(scope, shown.manifest.project_id)
    after = decode_place(cursor) if cursor else None
    page = await list_files(store.load, core.root_tree, limit=limit, after=after)
    entries = (await store.load([core.root_tree]))[core.root_tree]
    return ManifestOut(
        **ManifestSummaryOut.facts(shown.manifest),
        up_to_date=shown.up_to_date,
        project=dict(core.metadata),
        tree=[EntryOut.of(entry) for entry in entries],
        files=PageOut(
            items=[FileOut.of(file.path, file.entry) for file in page.files],
            next_cursor=encode_place(page.next_after) if page.next_after else None,
        ),
        overlay=OverlayOut.of(shown.overlay),
    )


async def show_versions(
    scope: Scope, project_id: UUID, *, limit: int, after: UUID | None
) -> PageOut[ManifestSummaryOut]:
    """List versions, newest first."""
    await require_project(scope, project_id, Permission.READ)
    page = await ManifestService(scope).versions(project_id, limit=limit, after=after)
    return PageOut(items=[ManifestSummaryOut.of(each) for each in page.items], next_cursor=page.next_cursor)


@dataclass(frozen=True, slots=True)
class DiffQuery:
    """Which versions to compare, by number or hash; by default the newest and the one of its ref before it."""

    before: str | None
    after: str | None
    limit: int
    cursor: str | None


async def show_diff(scope: Scope, project_id: UUID, query: DiffQuery) -> DiffOut:
    """Compare two versions; ManifestVersionNotFound, ManifestNotReady when there is none at all."""
    await require_project(scope, project_id, Permission.READ)
    service = ManifestService(scope)
    newest = await service.latest(project_id)
    if newest is None:
        raise ManifestNotReady
    after = await service.read(project_id, query.after) if query.after else newest
    before = await service.read(project_id, query.before) if query.before else await service.before(after)
    difference = await service.diff(before, after)
    start = _offset(query.cursor)
    end = start + query.limit
    counts = Counter(change.status for change in difference.changes)
    return DiffOut.model_validate(
        {
            "items": [ChangeOut.of(change) for change in difference.changes[start:end]],
            "next_cursor": encode_place(str(end)) if end < len(difference.changes) else None,
            "from": EndOut.of(before),
            "to": EndOut.of(after),
            "counts": {status.value: counts[status] for status in ChangeStatus},
            "is_complete": difference.is_complete,
            "file_count_change": after.core.file_count - before.core.file_count,
            "total_bytes_change": after.core.total_bytes - before.core.total_bytes,
            "languages": _language_changes(before.core.languages, after.core.languages),
        }
    )


def _offset(cursor: str | None) -> int:
    # Both manifests never change, so a place in the list of their differences stays what it was.
    text = decode_place(cursor) if cursor else "0"
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid("That cursor is not valid. Start again without one.")
    return int(text)


def _language_changes(
    before: Mapping[str, Mapping[str, int]], after: Mapping[str, Mapping[str, int]]
) -> dict[str, LanguageOut]:
    changed: dict[str, LanguageOut] = {}
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, {}), after.get(name, {})
        files = new.get("files", 0) - old.get("files", 0)
        size = new.get("bytes", 0) - old.get("bytes", 0)
        if files or size:
            changed[name] = LanguageOut(files=files, bytes=size)
    return changed
