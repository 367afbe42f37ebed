"""Listings and comparisons of trees: lazy, without recursion, bounded, whatever shape a hostile tree has."""

from collections.abc import Iterator
from typing import Final

import pygit2

from app.adapters.git.errors import RepoTooLarge
from app.adapters.git.lookups import child_of, entry_of, read_node, read_raw_tree, read_tree_bytes, tree_of
from app.adapters.git.objects import RawChild, name_bytes, name_text, parse_tree, tree_lines
from app.adapters.git.port import ChangedPath, EntryType, PathChange, TreeChange, TreeEntry, TreeNode

# Trees that share subtrees list exponentially long; real repositories stay far below these.
_MOST_FOLDERS: Final = 500_000
_MOST_CHANGES: Final = 1_000_000
# Git itself and every file system stop about here; deeper paths are not listed.
_LONGEST_PATH: Final = 4096

_NO_CHILDREN: Final[dict[bytes, RawChild]] = {}


def walk_nodes(repo: pygit2.Repository, root: str) -> list[TreeNode]:
    """Read every tree below and including `root` once, children before parents."""
    done: dict[str, TreeNode] = {}
    opened: dict[str, TreeNode] = {}
    waiting = [root]
    while waiting:
        oid = waiting[-1]
        if oid in done:
            waiting.pop()
        elif oid in opened:
            done[waiting.pop()] = opened.pop(oid)
        else:
            node = opened[oid] = read_node(repo, oid)
            folders = (child.oid for child in node.children if child.type is EntryType.FOLDER)
            waiting.extend(folder for folder in folders if folder not in done)
        if len(done) > _MOST_FOLDERS:
            raise RepoTooLarge("The repository has too many folders.")
    return list(done.values())


def list_flat(repo: pygit2.Repository, folder: TreeEntry, limit: int, after: str | None) -> list[TreeEntry]:
    """List up to `limit` children of a folder, behind the path `after`."""
    prefix = f"{folder.path}/" if folder.path else ""
    children = read_raw_tree(repo, folder.oid)
    if after is not None:
        name = name_bytes(after.removeprefix(prefix))
        last = next((child.sort_key for child in children if child.name == name), name)
        children = [child for child in children if child.sort_key > last]
    return [entry_of(repo, prefix, raw) for raw in children[:limit]]


def list_deep(repo: pygit2.Repository, folder: TreeEntry, limit: int, after: str | None) -> list[TreeEntry]:
    """List up to `limit` entries that are no folders, at any depth, behind the path `after`, in the index's order."""
    found: list[TreeEntry] = []
    for prefix, raw in _deep(repo, folder, None if after is None else name_bytes(after)):
        found.append(entry_of(repo, prefix, raw))
        if len(found) == limit:
            break
    return found


def _deep(repo: pygit2.Repository, folder: TreeEntry, after: bytes | None) -> Iterator[tuple[str, RawChild]]:
    root = f"{folder.path}/" if folder.path else ""
    stack = [(root, root.encode(), iter(read_raw_tree(repo, folder.oid)))]
    visited = 1
    while stack:
        prefix, raw_prefix, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            continue
        key = raw_prefix + child.sort_key
        # Whole folders before `after` are passed over without being read.
        if after is not None and key <= after and not (child.type is EntryType.FOLDER and after.startswith(key)):
            continue
        if child.type is not EntryType.FOLDER:
            yield prefix, child
        elif len(key) <= _LONGEST_PATH:
            visited += 1
            if visited > _MOST_FOLDERS:
                raise RepoTooLarge("The folder holds too many folders to be listed.")
            below = iter(read_raw_tree(repo, child.oid.hex()))
            stack.append((f"{prefix}{name_text(child.name)}/", key, below))


def changed_trees(repo: pygit2.Repository, before: str, after: str) -> list[TreeChange]:
    """Compare two trees folder by folder, parents first. The same pair of trees is compared once."""
    found: dict[tuple[str, str], TreeChange] = {}
    waiting = [(before, after)] if before != after else []
    while waiting:
        below: dict[tuple[str, str], None] = {}
        for old_tree, new_tree in waiting:
            old, new = tree_lines(read_tree_bytes(repo, old_tree)), tree_lines(read_tree_bytes(repo, new_tree))
            came, went = parse_tree(b"".join(new - old)), parse_tree(b"".join(old - new))
            folders = {child.name: child.oid.hex() for child in went if child.type is EntryType.FOLDER}
            for child in came:
                if child.type is EntryType.FOLDER and child.name in folders:
                    below[folders[child.name], child.oid.hex()] = None
            found[old_tree, new_tree] = TreeChange(
                before=old_tree,
                after=new_tree,
                came=tuple([child_of(repo, child) for child in came]),
                went=tuple([child_of(repo, child, with_size=False) for child in went]),
            )
        waiting = [pair for pair in below if pair not in found and pair[0] != pair[1]]
        if len(found) > _MOST_FOLDERS:
            raise RepoTooLarge("The two trees have too little in common to be compared.")
    return list(found.values())


def changed_paths(repo: pygit2.Repository, before: str, after: str) -> list[ChangedPath]:
    """Compare two commits; what both have is not read. Sorted by path."""
    changes: list[ChangedPath] = []
    waiting: list[tuple[str, str | None, str | None]] = [("", tree_of(repo, before), tree_of(repo, after))]
    while waiting:
        prefix, old_tree, new_tree = waiting.pop()
        old, new = _children(repo, old_tree), _children(repo, new_tree)
        for name in old.keys() | new.keys():
            left, right = old.get(name), new.get(name)
            if left == right:
                continue
            below = (_folder(left), _folder(right))
            if below != (None, None) and len(prefix) <= _LONGEST_PATH:
                waiting.append((f"{prefix}{name_text(name)}/", *below))
            change = _change(repo, prefix, left, right)
            if change is not None:
                changes.append(change)
        if len(changes) + len(waiting) > _MOST_CHANGES:
            raise RepoTooLarge("The two commits have too little in common to be compared.")
    return sorted(changes, key=lambda change: change.path)


def _children(repo: pygit2.Repository, tree: str | None) -> dict[bytes, RawChild]:
    return {child.name: child for child in read_raw_tree(repo, tree)} if tree else _NO_CHILDREN


def _folder(child: RawChild | None) -> str | None:
    return child.oid.hex() if child is not None and child.type is EntryType.FOLDER else None


def _change(repo: pygit2.Repository, prefix: str, left: RawChild | None, right: RawChild | None) -> ChangedPath | None:
    before = entry_of(repo, prefix, left) if left is not None and left.type is not EntryType.FOLDER else None
    after = entry_of(repo, prefix, right) if right is not None and right.type is not EntryType.FOLDER else None
    if before and after:
        return ChangedPath(after.path, PathChange.MODIFIED, before, after)
    if after:
        return ChangedPath(after.path, PathChange.ADDED, None, after)
    if before:
        return ChangedPath(before.path, PathChange.DELETED, before, None)
    return None
