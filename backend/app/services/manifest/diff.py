"""What changed between two manifests: both trees are walked together, and equal directories are skipped unread."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from app.services.manifest.nodes import Entry, EntryKind

Load = Callable[[Sequence[str]], Awaitable[Mapping[str, tuple[Entry, ...]]]]

# More changes than anybody reads. Together with the bound on directories it keeps a hostile tree from being endless.
MOST_CHANGES = 20_000
_MOST_FOLDERS = 100_000


class ChangeStatus(StrEnum):
    """How a path differs. A type change (a file became a symlink) is a modification."""

    ADDED = "added"
    REMOVED = "removed"
    MODIFIED = "modified"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class Change:
    """One path that is not the same. `old_path` is set for a rename; `before` or `after` is missing at its end."""

    path: str
    status: ChangeStatus
    before: Entry | None
    after: Entry | None
    old_path: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Changes by path; `is_complete` is False when there were more than can be listed."""

    changes: tuple[Change, ...]
    is_complete: bool


class _Pair(NamedTuple):
    """The same folder on both sides; None where it does not exist."""

    prefix: str
    before: str | None
    after: str | None


async def diff_trees(load: Load, before: str | None, after: str | None) -> Difference:
    """Compare two root trees by id, level by level."""
    changes: list[Change] = []
    level = [_Pair("", before, after)] if before != after else []
    folders = len(level)
    while level and len(changes) < MOST_CHANGES and folders < _MOST_FOLDERS:
        wanted = {oid for pair in level for oid in (pair.before, pair.after) if oid is not None}
        nodes = await load(sorted(wanted))
        below: list[_Pair] = []
        for pair in level:
            _compare(pair, nodes, changes, below)
        level = below
        folders += len(level)
    renamed = _join_renames(changes)
    renamed.sort(key=lambda change: change.path)
    is_complete = not level and len(renamed) <= MOST_CHANGES
    return Difference(tuple(renamed[:MOST_CHANGES]), is_complete)


def _compare(pair: _Pair, nodes: Mapping[str, tuple[Entry, ...]], changes: list[Change], below: list[_Pair]) -> None:
    old = {entry.name: entry for entry in nodes[pair.before]} if pair.before else {}
    new = {entry.name: entry for entry in nodes[pair.after]} if pair.after else {}
    for name in old.keys() | new.keys():
        before, after = old.get(name), new.get(name)
        path = f"{pair.prefix}{name}"
        folder_before = before.oid if before and before.kind == EntryKind.FOLDER else None
        folder_after = after.oid if after and after.kind == EntryKind.FOLDER else None
        if folder_before != folder_after:
            below.append(_Pair(f"{path}/", folder_before, folder_after))
        leaf_before = None if folder_before else before
        leaf_after = None if folder_after else after
        if leaf_before and leaf_after:
            if (leaf_before.mode, leaf_before.oid) != (leaf_after.mode, leaf_after.oid):
                changes.append(Change(path, ChangeStatus.MODIFIED, leaf_before, leaf_after))
        elif leaf_before:
            changes.append(Change(path, ChangeStatus.REMOVED, leaf_before, None))
        elif leaf_after:
            changes.append(Change(path, ChangeStatus.ADDED, None, leaf_after))


def _join_renames(changes: list[Change]) -> list[Change]:
    """Join a removal and an addition of the same blob, by preference under the same file name."""
    removed: dict[str, list[Change]] = defaultdict(list)
    for change in sorted(changes, key=lambda each: each.path, reverse=True):
        if change.status is ChangeStatus.REMOVED and _tells_identity(change.before):
            removed[change.before.oid].append(change)  # type: ignore[union-attr] # removals have a before
    gone: set[str] = set()
    joined: list[Change] = []
    for change in sorted(changes, key=lambda each: each.path):
        origin = _origin(change, removed)
        if origin is None:
            joined.append(change)
            continue
        gone.add(origin.path)
        joined.append(Change(change.path, ChangeStatus.RENAMED, origin.before, change.after, origin.path))
    return [change for change in joined if not (change.status is ChangeStatus.REMOVED and change.path in gone)]


def _origin(change: Change, removed: Mapping[str, list[Change]]) -> Change | None:
    if change.status is not ChangeStatus.ADDED or change.after is None:
        return None
    candidates = removed.get(change.after.oid)
    if not candidates:
        return None
    name = change.path.rpartition("/")[2]
    for index, candidate in enumerate(candidates[-20:], start=max(0, len(candidates) - 20)):
        if candidate.path.rpartition("/")[2] == name:
            return candidates.pop(index)
    return candidates.pop()


def _tells_identity(entry: Entry | None) -> bool:
    """Empty files are all alike, and a submodule's commit is no file."""
    return entry is not None and bool(entry.size) and entry.kind != EntryKind.SUBMODULE
