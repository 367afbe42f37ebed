"""Writes a commit's files into a folder: from the mirror, which is only read, and never with git's own checkout.

No hook, filter or attribute of the repository is obeyed. Links are made only where they stay inside the folder.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.adapters.files.strangers import write_file, write_link
from app.adapters.git.port import EntryType, MirrorReader, TreeEntry
from app.services.preview.errors import ProjectUnfit

_AT_ONCE = 1000
_BLOBS_AT_ONCE = 200
_EXECUTABLE = "100755"
# Bundlers believe that a file with the same time and size is the same: so its time follows from its content.
_FIRST_MOMENT, _MOMENTS = 1_000_000_000, 500_000_000


@dataclass(frozen=True, slots=True)
class CheckoutBounds:
    """The most that is written: files, bytes of all and of one."""

    files: int = 100_000
    total_bytes: int = 2 * 1024**3
    file_bytes: int = 256 * 1024**2


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """What was written."""

    files: int
    bytes: int


async def check_out(
    reader: MirrorReader, commit: str, folder: Path, log: Callable[[str], None], bounds: CheckoutBounds | None = None
) -> CheckedOut:
    """Write all files of a commit below an empty folder; ProjectUnfit when they are too many or too large."""
    limits = bounds or CheckoutBounds()
    files, total, after = 0, 0, None
    while True:
        entries = await reader.list_tree(commit, recursive=True, limit=_AT_ONCE, after=after)
        leaves = [entry for entry in entries if entry.type is not EntryType.FOLDER]
        files, total = files + len(leaves), total + sum(entry.size or 0 for entry in leaves)
        if files > limits.files or total > limits.total_bytes:
            raise ProjectUnfit(
                "That repository is too large to be built here.",
                files=files, most_files=limits.files, bytes=total, most_bytes=limits.total_bytes,
            )  # fmt: skip
        for start in range(0, len(leaves), _BLOBS_AT_ONCE):
            await _write_some(reader, leaves[start : start + _BLOBS_AT_ONCE], folder, log, limits)
        if len(entries) < _AT_ONCE:
            break
        after = entries[-1].path
    return CheckedOut(files, total)


async def _write_some(
    reader: MirrorReader, entries: Sequence[TreeEntry], folder: Path, log: Callable[[str], None], limits: CheckoutBounds
) -> None:
    wanted = [entry for entry in entries if entry.type in (EntryType.FILE, EntryType.SYMLINK)]
    for entry in entries:
        if entry.type is EntryType.SUBMODULE:
            log(f"left out {entry.path!r}: a submodule, and the mirror has this repository only")
    blobs = await reader.read_blobs([entry.oid for entry in wanted], max_bytes=limits.file_bytes)
    found = [(entry, blob.data) for entry, blob in zip(wanted, blobs, strict=True)]
    for line in await asyncio.to_thread(_write_all, folder, found):
        log(line)


def _write_all(folder: Path, found: Sequence[tuple[TreeEntry, bytes | None]]) -> list[str]:
    notes = []
    for entry, data in found:
        if data is None:
            raise ProjectUnfit(f"{entry.path!r} is too large to be built here.", path=entry.path, bytes=entry.size)
        problem = _unwritable(entry, data)
        if problem:
            notes.append(f"left out {entry.path!r}: {problem}")
            continue
        if entry.type is EntryType.SYMLINK:
            write_link(folder, entry.path, data.decode())
        else:
            executable = entry.mode == _EXECUTABLE
            write_file(folder, entry.path, data, executable=executable, moment=moment_of(entry.oid))
    return notes


def moment_of(oid: str) -> int:
    """Choose the time of a file by its content, in seconds since 1970."""
    return _FIRST_MOMENT + int(oid[:12], 16) % _MOMENTS


def _unwritable(entry: TreeEntry, data: bytes) -> str | None:
    path = PurePosixPath(entry.path)
    if path.is_absolute() or any(part in ("..", ".git") for part in path.parts) or "\0" in entry.path:
        return "no path that may be written"
    if entry.type is EntryType.SYMLINK and not _stays_inside(path, data):
        return "a link that leads out of the repository"
    return None


def _stays_inside(path: PurePosixPath, target: bytes) -> bool:
    """Say whether a link's target lies below the top: up first, from folders that are none, and then down only.

    What it leads over on its way down may be links, and each of those was judged in the same way.
    """
    try:
        parts = PurePosixPath(target.decode()).parts
    except UnicodeDecodeError:
        return False
    ups = next((at for at, part in enumerate(parts) if part != ".."), len(parts))
    plain = all(part not in ("..", "/", "//") and "\0" not in part for part in parts[ups:])
    return plain and ups <= len(path.parent.parts)
