"""The port for mirrors: what may be read from one by anybody, and written to one by the `repo_sync` role."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import UUID

from app.adapters.git.urls import RemoteUrl

CHANGES_PREFIX = "refs/hivesync/changes/"
# What git writes where there is no commit.
NO_COMMIT = "0" * 40


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to log in to a remote: user name and password or token for https, a private key for ssh."""

    username: str = ""
    password: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)


class EntryType(StrEnum):
    """What a name in a tree stands for. Symlinks and submodules are named, never followed."""

    FILE = "file"
    FOLDER = "folder"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"


@dataclass(frozen=True, slots=True)
class TreeChild:
    r"""One name in one tree. `mode` is git's octal text ("100644"); `size` is bytes, None where there is no blob.

    A backslash or a byte that is not UTF-8 is shown as `\\` or `\xNN`; such names cannot be asked for by path.
    """

    name: str
    mode: str
    type: EntryType
    oid: str
    size: int | None


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One tree object and what is directly in it, in git's order."""

    oid: str
    children: tuple[TreeChild, ...]


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One path at a commit; fields as in TreeChild."""

    path: str
    name: str
    mode: str
    type: EntryType
    oid: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Ref:
    """A branch, a tag or a recorded change, by its full name, and the commit it leads to."""

    name: str
    commit: str


@dataclass(frozen=True, slots=True)
class Blob:
    """A file's contents; `data` is None when the blob is missing or larger than was asked for."""

    oid: str
    size: int | None
    data: bytes | None


class PathChange(StrEnum):
    """How a path differs between two commits. Renames are a deletion and an addition."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class ChangedPath:
    """A path that is not the same at two commits, with the entry on either side."""

    path: str
    change: PathChange
    before: TreeEntry | None
    after: TreeEntry | None


@dataclass(frozen=True, slots=True)
class TreeChange:
    """A folder that is there on both sides and differs: its two trees, the children that are new or other, those gone.

    A child that changed is in both lists, as it is and as it was. Sizes are given for what is new only.
    """

    before: str
    after: str
    came: tuple[TreeChild, ...]
    went: tuple[TreeChild, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who did it, and when (aware)."""

    name: str
    email: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CommitInfo:
    """The facts of a commit that people read."""

    id: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committed_at: datetime
    message: str

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.lstrip().partition("\n")[0].rstrip()


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """The new bytes of one path; None deletes it. `mode` is "100644" or "100755"."""

    path: str
    data: bytes | None
    mode: str = "100644"


@dataclass(frozen=True, slots=True)
class SyncLimits:
    """What one sync may use up; None means the settings' limit. `full_check` reads every byte of the mirror first."""

    timeout: timedelta | None = None
    max_bytes: int | None = None
    full_check: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What a caller knows of a mirror: the `state` that the last sync he heard of left, None when he heard of none."""

    state: str | None


class RefAction(StrEnum):
    """What a sync did to a ref. FORCED: the old commit is no ancestor of the new one."""

    ADDED = "added"
    UPDATED = "updated"
    FORCED = "forced"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class RefUpdate:
    """One ref that a sync moved, with the commit on either side."""

    name: str
    action: RefAction
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a sync did. `head` is the default branch's commit; both are None for an empty repository.

    `generation` names the mirror's folder; `healed` says that the mirror was damaged and built anew, and
    `lost_refs` which recorded changes could not be carried over then; `rebuilt`, that it was built anew because history
    that was rewritten had filled it. `state` is a digest of where all branches and
    tags lead. `is_complete` is False when what the caller knew is not there to compare with: more may have moved.
    `subject` is that of the commit that a folder became; None where it changed nothing.
    """

    refs: tuple[RefUpdate, ...]
    head: str | None
    default_branch: str | None
    bytes_received: int
    healed: bool
    seconds: float
    generation: str
    lost_refs: tuple[str, ...] = ()
    state: str = ""
    is_complete: bool = True
    rebuilt: bool = False
    subject: str | None = None

    def changed(self, action: RefAction) -> tuple[str, ...]:
        """Name the refs to which this happened."""
        return tuple(update.name for update in self.refs if update.action is action)


class FolderFile(NamedTuple):
    """A file of a folder that is to be committed: its path, git's mode for it, and what it holds."""

    path: str
    mode: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class FolderCommit:
    """A whole folder as the next commit of a branch. `mark` stands in its message: done again, it is found done.

    `base` is the commit that must still be the branch's last one (`NO_COMMIT`: there was none), None whichever is.
    What the mirror does not hold yet lies in `contents`, in files that are named by their SHA-256.
    """

    mark: str
    branch: str
    base: str | None
    files: Sequence[FolderFile]
    contents: Path
    author: Signature


# Told how far a sync is (0 to 1) and what it is doing; called on the event loop, must not block.
Progress = Callable[[float, str], None]


class MirrorReader(Protocol):
    """One project's mirror, read from the object store at one generation. MirrorMissing before the first sync."""

    async def exists(self) -> bool:
        """Say whether the project has been synced."""
        ...

    async def resolve(self, ref: str | None = None) -> str:
        """Commit id of a branch, tag, full ref name or (at least 4 digits of) a commit id; None is the default branch.

        RefNotFound when it leads nowhere or is ambiguous.
        """
        ...

    async def refs(self) -> list[Ref]:
        """Branches, tags and recorded changes, by name."""
        ...

    async def default_branch(self) -> str | None:
        """Short name of the default branch; None for an empty repository."""
        ...

    async def commit_info(self, commit: str) -> CommitInfo:
        """Describe a commit; RefNotFound when it is not here."""
        ...

    async def tree_of(self, commit: str) -> str:
        """Id of a commit's root tree."""
        ...

    async def entry(self, commit: str, path: str) -> TreeEntry:
        """What stands at a path; "" is the root. PathNotFound, PathRefused."""
        ...

    async def list_tree(
        self, commit: str, path: str = "", *, recursive: bool = False, limit: int = 1000, after: str | None = None
    ) -> list[TreeEntry]:
        """Up to `limit` entries below a folder, in git's order, starting behind the path `after`.

        Recursive lists leave out the folders themselves. PathNotFound when `path` is not a folder.
        """
        ...

    async def read_tree(self, oid: str) -> TreeNode:
        """One tree object with the sizes of its blobs; ObjectNotFound."""
        ...

    async def read_trees(self, oids: Sequence[str]) -> list[TreeNode]:
        """These tree objects with the sizes of their blobs, in the order asked; ObjectNotFound."""
        ...

    async def walk_tree(self, oid: str) -> list[TreeNode]:
        """Every tree below and including this one, each once, children before parents, with sizes."""
        ...

    async def changed_trees(self, before: str, after: str) -> list[TreeChange]:
        """Compare two root trees folder by folder, parents first; folders that only one side has are not gone into."""
        ...

    async def read_blob(self, oid: str, *, max_bytes: int) -> bytes:
        """A file's bytes; ObjectNotFound, BlobTooLarge."""
        ...

    async def read_blobs(self, oids: Sequence[str], *, max_bytes: int) -> list[Blob]:
        """Many files' bytes, in the order asked; what is missing or too large has no data."""
        ...

    async def known_contents(self) -> Mapping[bytes, bytes]:
        """Blob ids by SHA-256 of the files that the last folder sync left; empty where there was none."""
        ...

    async def is_ancestor(self, ancestor: str, commit: str) -> bool:
        """Say whether a commit is contained in another one's history (or is the same); False when one is not here."""
        ...

    async def changed_paths(self, before: str, after: str) -> list[ChangedPath]:
        """Files, symlinks and submodules that differ between two commits, by path."""
        ...


class MirrorWriter(Protocol):
    """Writes mirrors. One writer per project at a time; others wait a little, then MirrorBusy."""

    async def sync(
        self,
        project_id: UUID,
        remote: RemoteUrl,
        credentials: Credentials | None = None,
        *,
        since: Known | None = None,
        limits: SyncLimits | None = None,
        on_progress: Progress | None = None,
    ) -> SyncResult:
        """Bring the mirror up to date beside the present one, then swap; the present one stays whole on any failure.

        The result's refs are what moved `since` then, whichever sync moved it; by default, what this one moved.

        RepoUrlRefused, RepoUnreachable, RepoAuthFailed, RepoTooLarge, RepoContentRefused, MirrorBusy, DiskFull.
        """
        ...

    async def commit_folder(
        self, project_id: UUID, change: FolderCommit, *, since: Known | None, on_progress: Progress | None = None
    ) -> SyncResult:
        """Commit a folder beside the present mirror, if there is one, then swap; on any failure it is what it was.

        BaseMoved, ContentsMissing, FolderRefused, RepoTooLarge, MirrorCorrupt, MirrorBusy, DiskFull.
        """
        ...

    async def record_change(
        self,
        project_id: UUID,
        ref_name: str,
        *,
        base_commit: str,
        files: Sequence[ChangedFile],
        message: str,
        author: Signature,
    ) -> str:
        """Commit a change and point its ref (below refs/hivesync/changes/) at it; answers the commit's id.

        The author is the committer too, so equal changes are equal commits and doing it again does nothing.
        ChangeConflict when the ref leads elsewhere or a path cannot hold a file.
        """
        ...

    async def withdraw_change(self, project_id: UUID, ref_name: str, *, commit: str) -> None:
        """Take away the name of a change that was never recorded; ChangeConflict when it leads elsewhere by now."""
        ...

    async def push_change(
        self, project_id: UUID, remote: RemoteUrl, credentials: Credentials | None, *, ref_name: str, branch: str
    ) -> None:
        """Push a recorded change to the remote as a new branch; BranchTaken when it exists with other contents."""
        ...

    async def remove(self, project_id: UUID) -> None:
        """Delete the project's mirror and all that belongs to it; nothing happens when there is none."""
        ...


class MirrorStore(Protocol):
    """All mirrors of this installation."""

    def reader(self, project_id: UUID) -> MirrorReader:
        """Open a view on one project's mirror; it keeps to one generation, so make one per unit of work."""
        ...

    def writer(self) -> MirrorWriter:
        """The one writer; MirrorReadOnly in every role but repo_sync."""
        ...
