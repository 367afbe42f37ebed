"""Reads one mirror with libgit2, in threads, at one generation."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pygit2
from pygit2.enums import ConfigLevel, RepositoryOpenFlag

from app.adapters.git import listing, lookups
from app.adapters.git.contents import read_contents
from app.adapters.git.errors import MirrorCorrupt, MirrorMissing, ObjectNotFound, PathNotFound, RefNotFound
from app.adapters.git.layout import MirrorFolder
from app.adapters.git.port import Blob, ChangedPath, CommitInfo, EntryType, Ref, TreeChange, TreeEntry, TreeNode
from app.core.errors import AppError
from app.core.guard import forbid_inside_scope

T = TypeVar("T")

# Our mirrors' own configuration is all that counts: not the machine's, not the user's. Who owns the folder does
# not matter either: nothing in a mirror is ever executed.
for _level in (ConfigLevel.PROGRAMDATA, ConfigLevel.SYSTEM, ConfigLevel.XDG, ConfigLevel.GLOBAL):
    pygit2.settings.search_path[_level] = ""
pygit2.settings.owner_validation = False


def open_repository(generation: Path) -> pygit2.Repository:
    """Open a generation for reading; pygit2.GitError when it is not a repository."""
    return pygit2.Repository(str(generation), RepositoryOpenFlag.BARE | RepositoryOpenFlag.NO_SEARCH)


class GitReader:
    """A view on one mirror; made for one unit of work and not kept longer."""

    def __init__(self, folder: MirrorFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._generation: Path | None = None
        self._opened: pygit2.Repository | None = None

    async def exists(self) -> bool:
        """Say whether the project has been synced."""
        forbid_inside_scope("reading a mirror")
        return await asyncio.to_thread(self._folder.current) is not None

    async def resolve(self, ref: str | None = None) -> str:
        """Commit id of a branch, tag, full ref name or commit id (4 digits or more); None is the default branch."""
        return await self._read(lambda repo: lookups.resolve_commit(repo, ref))

    async def refs(self) -> list[Ref]:
        """Branches, tags and recorded changes, by name."""
        return await self._read(lookups.list_refs)

    async def default_branch(self) -> str | None:
        """Short name of the default branch; None for an empty repository."""
        return await self._read(lookups.default_branch)

    async def commit_info(self, commit: str) -> CommitInfo:
        """Describe a commit; RefNotFound when it is not here."""
        return await self._read(lambda repo: lookups.describe_commit(repo, commit))

    async def tree_of(self, commit: str) -> str:
        """Id of a commit's root tree."""
        return await self._read(lambda repo: lookups.tree_of(repo, commit))

    async def entry(self, commit: str, path: str) -> TreeEntry:
        """What stands at a path; "" is the root. PathNotFound, PathRefused."""
        return await self._read(lambda repo: lookups.entry_at(repo, commit, path))

    async def list_tree(
        self, commit: str, path: str = "", *, recursive: bool = False, limit: int = 1000, after: str | None = None
    ) -> list[TreeEntry]:
        """Up to `limit` entries below a folder, in git's order, starting behind the path `after`."""

        def read(repo: pygit2.Repository) -> list[TreeEntry]:
            folder = lookups.entry_at(repo, commit, path)
            if folder.type is not EntryType.FOLDER:
                raise PathNotFound("That path is not a folder.", path=path)
            return (listing.list_deep if recursive else listing.list_flat)(repo, folder, limit, after)

        return await self._read(read)

    async def read_tree(self, oid: str) -> TreeNode:
        """One tree object with the sizes of its blobs; ObjectNotFound."""
        return await self._read(lambda repo: lookups.read_node(repo, oid))

    async def read_trees(self, oids: Sequence[str]) -> list[TreeNode]:
        """These tree objects with the sizes of their blobs, in the order asked; ObjectNotFound."""
        return await self._read(lambda repo: [lookups.read_node(repo, oid) for oid in oids])

    async def walk_tree(self, oid: str) -> list[TreeNode]:
        """Every tree below and including this one, each once, children before parents, with sizes."""
        return await self._read(lambda repo: listing.walk_nodes(repo, oid))

    async def changed_trees(self, before: str, after: str) -> list[TreeChange]:
        """Compare two root trees folder by folder, parents first; folders that only one side has are not gone into."""
        return await self._read(lambda repo: listing.changed_trees(repo, before, after))

    async def read_blob(self, oid: str, *, max_bytes: int) -> bytes:
        """A file's bytes; ObjectNotFound, BlobTooLarge."""
        return await self._read(lambda repo: lookups.read_blob(repo, oid, max_bytes=max_bytes))

    async def read_blobs(self, oids: Sequence[str], *, max_bytes: int) -> list[Blob]:
        """Many files' bytes, in the order asked; what is missing or too large has no data."""
        return await self._read(lambda repo: lookups.read_blobs(repo, oids, max_bytes=max_bytes))

    async def known_contents(self) -> Mapping[bytes, bytes]:
        """Blob ids by SHA-256 of the files that the last folder sync left; empty where there was none."""
        return await self._read(lambda repo: read_contents(Path(repo.path)))

    async def is_ancestor(self, ancestor: str, commit: str) -> bool:
        """Say whether a commit is contained in another one's history (or is the same); False when one is not here."""
        return await self._read(lambda repo: lookups.is_ancestor(repo, ancestor, commit))

    async def changed_paths(self, before: str, after: str) -> list[ChangedPath]:
        """Files, symlinks and submodules that differ between two commits, by path."""
        return await self._read(lambda repo: listing.changed_paths(repo, before, after))

    async def _read(self, action: Callable[[pygit2.Repository], T]) -> T:
        forbid_inside_scope("reading a mirror")
        return await asyncio.to_thread(self._in_thread, action)

    def _in_thread(self, action: Callable[[pygit2.Repository], T]) -> T:
        with self._lock:
            try:
                return _attempt(self._repository(), action)
            except (RefNotFound, ObjectNotFound, MirrorCorrupt):
                # A sync may have swapped generations since, and deleted the one this reader began on.
                if self._folder.current() == self._generation:
                    raise
                self._opened = None
                return _attempt(self._repository(), action)

    def _repository(self) -> pygit2.Repository:
        if self._opened is None:
            self._generation = self._folder.current()
            if self._generation is None:
                raise MirrorMissing
            try:
                self._opened = open_repository(self._generation)
            except pygit2.GitError as problem:
                raise MirrorCorrupt from problem
        return self._opened


def _attempt(repo: pygit2.Repository, action: Callable[[pygit2.Repository], T]) -> T:
    try:
        return action(repo)
    except AppError:
        raise
    except (pygit2.GitError, ValueError, OSError) as problem:
        # Absent ids were answered for above: what is left is an object that its own repository cannot read.
        raise MirrorCorrupt from problem
