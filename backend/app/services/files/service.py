"""Reads folders and files of a mirror at a ref: who may is asked in a short transaction, git outside of it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.adapters.git.objects import is_lfs_pointer
from app.adapters.git.port import EntryType, MirrorReader, MirrorStore, TreeEntry
from app.adapters.scope import ScopeFactory
from app.adapters.syntax.languages import language_of
from app.core.paging import decode_place, encode_place
from app.core.paths import check_repo_path
from app.services.files.errors import PathIsFolder, PathIsSubmodule
from app.services.files.schemas import FileContentOut, FileEntryOut, FileListOut
from app.services.manifest.nodes import EntryKind
from app.services.projects.access import Permission, require_project
from app.services.repos.refs import ResolvedRef, resolve_ref

# Larger files are for git itself: a browser or an editor plugin would only choke on them.
LARGEST_FILE = 5 * 1024 * 1024
# Git's own rule: a file with a NUL in its beginning is binary.
_LOOKED_AT = 8000
_POINTER_SIZES = range(100, 1025)


@dataclass(frozen=True, slots=True)
class Place:
    """A path at a ref, as somebody asked for it."""

    path: str
    ref: str | None


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file, symlink or pointer that may be read, before its bytes are."""

    ref: ResolvedRef
    entry: TreeEntry
    reader: MirrorReader

    async def read(self) -> bytes:
        """Read the bytes; BlobTooLarge above five megabytes."""
        return await self.reader.read_blob(self.entry.oid, max_bytes=LARGEST_FILE)


class FileService:
    """Folders and files for one actor."""

    def __init__(self, scopes: ScopeFactory, mirrors: MirrorStore) -> None:
        """Open short scopes as needed; none is open while git is read."""
        self._scopes = scopes
        self._mirrors = mirrors

    async def list_folder(
        self, project_id: UUID, place: Place, *, recursive: bool, limit: int, cursor: str | None
    ) -> FileListOut:
        """List a folder, or all files below it; PathNotFound, PathRefused, RefNotFound, MirrorMissing."""
        check_repo_path(place.path, allow_root=True)
        after = decode_place(cursor) if cursor else None
        reader, ref = await self._open(project_id, place.ref)
        found = await reader.list_tree(ref.commit, place.path, recursive=recursive, limit=limit + 1, after=after)
        shown = found[:limit]
        pointers = await _pointers(reader, shown)
        return FileListOut(
            path=place.path,
            ref=ref.name,
            commit=ref.commit,
            items=[_entry_out(entry, is_pointer=entry.oid in pointers) for entry in shown],
            next_cursor=encode_place(shown[-1].path) if len(found) > limit else None,
        )

    async def find_file(self, project_id: UUID, place: Place) -> FoundFile:
        """Find a file without reading it; PathNotFound also for folders and submodules."""
        check_repo_path(place.path)
        reader, ref = await self._open(project_id, place.ref)
        entry = await reader.entry(ref.commit, place.path)
        if entry.type is EntryType.FOLDER:
            raise PathIsFolder(path=place.path)
        if entry.type is EntryType.SUBMODULE:
            raise PathIsSubmodule(path=place.path, commit=entry.oid)
        return FoundFile(ref, entry, reader)

    async def _open(self, project_id: UUID, ref: str | None) -> tuple[MirrorReader, ResolvedRef]:
        async with self._scopes(read_only=True) as scope:
            project = await require_project(scope, project_id, Permission.READ)
        reader = self._mirrors.reader(project_id)
        return reader, await resolve_ref(reader, ref, default=project.default_branch)


async def describe_file(found: FoundFile, *, max_bytes: int | None = None) -> FileContentOut:
    """Read a file and tell what it is; text where it is text, base64 where it is not."""
    data = await found.read()
    entry = found.entry
    is_binary = b"\0" in data[:_LOOKED_AT]
    shown = data if max_bytes is None else data[:max_bytes]
    text = None if is_binary else _text(shown, is_cut=len(shown) < len(data))
    is_pointer = entry.type is EntryType.FILE and is_lfs_pointer(data)
    return FileContentOut(
        path=entry.path,
        ref=found.ref.name,
        commit=found.ref.commit,
        blob_id=entry.oid,
        kind=EntryKind.LFS if is_pointer else entry.type.value,
        mode=entry.mode,
        size=len(data),
        encoding="base64" if text is None else "utf-8",
        content=base64.b64encode(shown).decode() if text is None else text,
        truncated=len(shown) < len(data),
        is_binary=is_binary,
        is_lfs_pointer=is_pointer,
        language=language_of(entry.name, data) if entry.type is EntryType.FILE and not is_pointer else None,
        symlink_target=data.decode("utf-8", "backslashreplace") if entry.type is EntryType.SYMLINK else None,
    )


def _text(data: bytes, *, is_cut: bool) -> str | None:
    """Decode UTF-8, or say None. Where the end was cut off, a character may have been cut in two."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        return data[: error.start].decode() if is_cut and error.start > len(data) - 4 else None


async def _pointers(reader: MirrorReader, entries: Sequence[TreeEntry]) -> set[str]:
    """Find the LFS pointers among entries: only files of a pointer's size are looked into."""
    small = {entry.oid for entry in entries if entry.type is EntryType.FILE and entry.size in _POINTER_SIZES}
    blobs = await reader.read_blobs(sorted(small), max_bytes=_POINTER_SIZES.stop) if small else []
    return {blob.oid for blob in blobs if blob.data is not None and is_lfs_pointer(blob.data)}


def _entry_out(entry: TreeEntry, *, is_pointer: bool) -> FileEntryOut:
    is_file = entry.type is EntryType.FILE
    return FileEntryOut(
        path=entry.path,
        name=entry.name,
        kind=EntryKind.LFS if is_pointer else entry.type.value,
        mode=entry.mode,
        size=entry.size,
        language=language_of(entry.name) if is_file and not is_pointer else None,
        blob_id=entry.oid,
    )
