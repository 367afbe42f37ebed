"""The files of a manifest in order, some at a time."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.services.manifest.nodes import Entry, EntryKind

Load = Callable[[Sequence[str]], Awaitable[Mapping[str, tuple[Entry, ...]]]]

# So many of the folders that come next are loaded together with the present one.
_AHEAD = 50


@dataclass(frozen=True, slots=True)
class File:
    """A path that is not a folder."""

    path: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class FilePage:
    """Some files and the path after which the next ones start; None at the end."""

    files: tuple[File, ...]
    next_after: str | None


async def list_files(load: Load, root_tree: str, *, prefix: str = "", limit: int, after: str | None = None) -> FilePage:
    """Walk files below a tree by name, starting behind a path; only folders that are needed are loaded."""
    start = after.split("/") if after is not None else []
    files: list[File] = []
    cache: dict[str, tuple[Entry, ...]] = {}
    stack: list[tuple[str, Entry | None]] = [(prefix, None)]
    while stack:
        path, entry = stack.pop()
        if entry is not None and entry.kind != EntryKind.FOLDER:
            if len(files) == limit:
                return FilePage(tuple(files), files[-1].path)
            files.append(File(path, entry))
            continue
        tree = entry.oid if entry else root_tree
        if tree not in cache:
            coming = [each.oid for _, each in stack[-_AHEAD:] if each is not None and each.kind == EntryKind.FOLDER]
            cache.update(await load(sorted({tree, *coming}.difference(cache))))
        stack.extend(reversed(_behind(path, cache[tree], start)))
    return FilePage(tuple(files), None)


def _behind(folder: str, entries: Iterable[Entry], start: list[str]) -> list[tuple[str, Entry]]:
    """Name the entries of a folder that stand behind `start`, or hold what does, in order."""
    found: list[tuple[str, Entry]] = []
    for entry in entries:
        segments = [*folder.split("/")[:-1], entry.name]
        if entry.kind == EntryKind.FOLDER:
            if segments >= start[: len(segments)]:
                found.append((f"{folder}{entry.name}/", entry))
        elif segments > start:
            found.append((f"{folder}{entry.name}", entry))
    return found
