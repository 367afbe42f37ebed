"""Chooses the files a question is about, and tells of every file below a folder why it is left alone."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field

from app.adapters.scope import Scope
from app.services.ai.context import FileEntry, LeftOut, refuse_kind
from app.services.ai.record import Question
from app.services.manifest.digest import ManifestRef
from app.services.manifest.nodes import Entry, EntryKind
from app.services.manifest.service import ManifestService
from app.services.manifest.store import NodeStore
from app.services.manifest.walk import list_files

_PAGE = 5_000  # files that are looked at in one go
_MOST_LOOKED_AT = 200_000  # files below folders in one question; more are for several questions
_MOST_NAMED = 10  # files that are named for each reason; the others are counted
_DOCUMENTED_LANGUAGES = frozenset({"javascript", "python", "tsx", "typescript"})
# Written by machines or by others: documenting it helps nobody who does not ask for that folder by name.
_NOT_OURS = frozenset({"node_modules", "vendor", "third_party", "dist", "build", "site-packages", "migrations"})


@dataclass(frozen=True, slots=True)
class Choice:
    """The files a question is about, and a bounded list of those left alone: named up to a number, then counted."""

    entries: tuple[FileEntry, ...]
    left_alone: tuple[LeftOut, ...]


@dataclass(slots=True)
class _Tally:
    """Counts files for each reason, and keeps the first names."""

    counts: dict[str, int] = field(default_factory=dict)
    named: dict[str, list[str]] = field(default_factory=dict)

    def add(self, path: str, reason: str) -> None:
        names = self.named.setdefault(reason, [])
        self.counts[reason] = self.counts.get(reason, 0) + 1
        if len(names) < _MOST_NAMED:
            names.append(path)

    def told(self) -> Iterator[LeftOut]:
        for reason, count in self.counts.items():
            names = self.named[reason]
            yield from (LeftOut(path, reason) for path in names)
            if count > len(names):
                yield LeftOut("", f"{reason} ({count - len(names):,} more, {count:,} in all)")


async def choose(
    scope: Scope, manifest: ManifestRef, question: Question, *, max_files: int, page: int = _PAGE
) -> Choice:
    """Take the files that are named; look through folders, or everything, for files that can be documented."""
    found = await entries_of(scope, manifest, question.paths)
    chosen = {path: found[path] for path in question.paths if path in found}
    folders = [path for path in question.paths if path not in found] if question.paths else [""]
    tally = _Tally()
    seen = set(chosen)
    too_many = f"one question reads at most {max_files} files; ask about it separately"
    # A folder asked about by name counts before the folder around it.
    for folder in sorted(folders, key=lambda path: -path.count("/") if path else 1):
        async for entry in _below(scope, manifest, folder, page):
            if entry.path in seen:
                continue
            if len(seen) >= _MOST_LOOKED_AT:
                limit = f"one question looks at no more than {_MOST_LOOKED_AT:,} files; ask about smaller folders"
                tally.add(folder, limit)
                break
            seen.add(entry.path)
            reason = _reason_against(entry, folder) or (too_many if len(chosen) >= max_files else None)
            if reason is None:
                chosen[entry.path] = entry
            else:
                tally.add(entry.path, reason)
    entries = tuple(chosen.values())
    for entry in entries[max_files:]:
        tally.add(entry.path, too_many)
    return Choice(entries[:max_files], tuple(tally.told()))


async def entries_of(scope: Scope, manifest: ManifestRef, paths: Sequence[str]) -> dict[str, FileEntry]:
    """Look files up in the manifest; paths at which there is none are left out."""
    found = await ManifestService(scope).files_of(manifest, paths)
    return {path: _as_entry(path, entry) for path, entry in found.items()}


async def _below(scope: Scope, manifest: ManifestRef, folder: str, page: int) -> AsyncIterator[FileEntry]:
    """Every file below a folder, in order; its siblings stand before and behind it."""
    store = NodeStore(scope, manifest.project_id)
    prefix = f"{folder}/" if folder else ""
    after: str | None = folder or None
    while True:
        found = await list_files(store.load, manifest.core.root_tree, limit=page, after=after)
        for file in found.files:
            if not file.path.startswith(prefix):
                return
            yield _as_entry(file.path, file.entry)
        after = found.next_after
        if after is None:
            return


def _reason_against(entry: FileEntry, folder: str) -> str | None:
    """Say why a file below a folder is left alone; None when it is to be documented."""
    below = entry.path.removeprefix(f"{folder}/") if folder else entry.path
    foreign = next((name for name in below.split("/")[:-1] if name in _NOT_OURS), None)
    if foreign is not None:
        return f"it stands in a folder named {foreign}, whose files are others' or generated; ask for them by name"
    kind = refuse_kind(entry)
    if kind is None and entry.language not in _DOCUMENTED_LANGUAGES:
        return "documentation is written for Python, JavaScript and TypeScript only"
    return kind


def _as_entry(path: str, entry: Entry) -> FileEntry:
    return FileEntry(
        path=path,
        blob_id=entry.oid,
        size=entry.size or 0,
        language=entry.language or "",
        mode=entry.mode,
        is_lfs_pointer=entry.kind == EntryKind.LFS,
    )
