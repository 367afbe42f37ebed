"""What goes out over HTTP for manifests."""

from typing import Any, Self
from uuid import UUID

from pydantic import Field

from app.schemas.base import Moment, Out
from app.schemas.paging import PageOut
from app.services.manifest.diff import Change
from app.services.manifest.digest import ManifestRef
from app.services.manifest.nodes import Entry
from app.services.manifest.overlay import Overlay


class LanguageOut(Out):
    """How much of a project is written in a language."""

    files: int
    bytes: int


class ManifestSummaryOut(Out):
    """One version. `hash` covers everything that can be read of it but its number, its id and its time."""

    id: UUID
    version: int
    hash: str
    ref: str
    commit: str
    root_tree: str
    root_hash: str
    file_count: int
    total_bytes: int
    languages: dict[str, LanguageOut]
    created_at: Moment

    @classmethod
    def facts(cls, manifest: ManifestRef) -> dict[str, Any]:
        """Name the fields that every shape of a manifest has."""
        core = manifest.core
        return {
            "id": manifest.id,
            "version": manifest.version,
            "hash": manifest.hash,
            "ref": core.ref,
            "commit": core.commit,
            "root_tree": core.root_tree,
            "root_hash": core.root_hash,
            "file_count": core.file_count,
            "total_bytes": core.total_bytes,
            "languages": dict(core.languages),
            "created_at": manifest.created_at,
        }

    @classmethod
    def of(cls, manifest: ManifestRef) -> Self:
        """Build from a stored manifest."""
        return cls(**cls.facts(manifest))


class EntryOut(Out):
    """A name directly in the root folder: `file`, `folder`, `symlink`, `submodule` or `lfs_pointer`.

    `node_hash` is a folder's hash over everything below it: equal hashes, equal content.
    """

    name: str
    kind: str
    mode: str
    object_id: str
    size: int | None
    language: str | None
    node_hash: str | None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Build from a stored entry."""
        return cls(
            name=entry.name,
            kind=entry.kind,
            mode=entry.mode,
            object_id=entry.oid,
            size=entry.size,
            language=entry.language,
            node_hash=entry.node_hash,
        )


class FileOut(Out):
    """A path that is not a folder. A backslash or a byte that is not UTF-8 is shown escaped."""

    path: str
    kind: str
    mode: str
    blob_id: str
    size: int | None
    language: str | None

    @classmethod
    def of(cls, path: str, entry: Entry) -> Self:
        """Build from a stored entry and its path."""
        return cls(
            path=path, kind=entry.kind, mode=entry.mode, blob_id=entry.oid, size=entry.size, language=entry.language
        )


class AiContextOut(Out):
    """An AI job that was shown files of this manifest."""

    ai_job_id: UUID
    job_id: UUID
    kind: str
    context_sha256: str
    created_at: Moment
    finished_at: Moment | None


class ActivePreviewOut(Out):
    """A bundle of this manifest's commit that can be opened on a device now."""

    job_id: UUID
    platform: str | None
    source: str | None
    status: str
    created_at: Moment
    expires_at: Moment


class OverlayOut(Out):
    """What belongs to a manifest but changes while it does not. Not covered by the manifest's hash."""

    version: str
    active_previews: list[ActivePreviewOut]
    ai_contexts: list[AiContextOut]

    @classmethod
    def of(cls, overlay: Overlay) -> Self:
        """Build from a gathered overlay."""
        contexts = [AiContextOut.model_validate(each) for each in overlay.ai_contexts]
        previews = [ActivePreviewOut.model_validate(each) for each in overlay.previews]
        return cls(version=overlay.version, active_previews=previews, ai_contexts=contexts)


class ManifestOut(ManifestSummaryOut):
    """A manifest: its core, one page of its files, and its overlay.

    `up_to_date` is false while the ref has moved on and its new manifest is still being built.
    """

    up_to_date: bool
    project: dict[str, Any]
    tree: list[EntryOut]
    files: PageOut[FileOut]
    overlay: OverlayOut


class EndOut(Out):
    """One end of a comparison."""

    version: int
    hash: str
    ref: str
    commit: str

    @classmethod
    def of(cls, manifest: ManifestRef) -> Self:
        """Build from a stored manifest."""
        return cls(version=manifest.version, hash=manifest.hash, ref=manifest.ref, commit=manifest.commit)


class ChangeOut(Out):
    """One path that differs: `added`, `removed`, `modified` or `renamed` (the same bytes under another path)."""

    path: str
    change: str
    old_path: str | None
    before: FileOut | None
    after: FileOut | None

    @classmethod
    def of(cls, change: Change) -> Self:
        """Build from a found change."""
        return cls(
            path=change.path,
            change=change.status,
            old_path=change.old_path,
            before=FileOut.of(change.old_path or change.path, change.before) if change.before else None,
            after=FileOut.of(change.path, change.after) if change.after else None,
        )


class DiffOut(PageOut[ChangeOut]):
    """What changed between two manifests, by path. Counts and sums cover all pages.

    `is_complete` is false when there are more changes than are ever listed; the sums are right all the same.
    """

    from_: EndOut = Field(serialization_alias="from", validation_alias="from")
    to: EndOut
    counts: dict[str, int]
    is_complete: bool
    file_count_change: int
    total_bytes_change: int
    languages: dict[str, LanguageOut] = Field(description="The difference of files and bytes, where there is one.")
