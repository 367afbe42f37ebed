"""What is read from an open repository: plain functions over libgit2's object store, no file is ever checked out."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pygit2
from pygit2.enums import ObjectType

from app.adapters.git.errors import BlobTooLarge, MirrorCorrupt, ObjectNotFound, PathNotFound, RefNotFound
from app.adapters.git.objects import RawChild, name_bytes, name_text, parse_tree
from app.adapters.git.port import (
    CHANGES_PREFIX,
    Blob,
    CommitInfo,
    EntryType,
    Ref,
    Signature,
    TreeChild,
    TreeEntry,
    TreeNode,
)
from app.core.paths import check_repo_path

_OID = re.compile(r"[0-9a-f]{40}")
_SHORT_OID = re.compile(r"[0-9a-fA-F]{4,40}")
_SHOWN: Final = ("refs/heads/", "refs/tags/", CHANGES_PREFIX)


def resolve_commit(repo: pygit2.Repository, ref: str | None) -> str:
    """Find the commit a ref, a branch, a tag or a commit id (4 digits or more) leads to; RefNotFound."""
    if ref is None or ref == "HEAD":
        branch = default_branch(repo)
        if branch is None:
            raise RefNotFound("The repository has no commits yet.")
        ref = f"refs/heads/{branch}"
    if _OID.fullmatch(ref):
        return str(_commit(repo, ref).id)
    names = [ref] if ref.startswith("refs/") else [f"refs/heads/{ref}", f"refs/tags/{ref}"]
    for name in names:
        commit = _commit_of_ref(repo, name)
        if commit is not None:
            return commit
    if _SHORT_OID.fullmatch(ref):
        try:
            return str(_commit(repo, str(repo.expand_id(ref.lower()))).id)
        except (KeyError, ValueError) as problem:
            raise RefNotFound(ref=ref) from problem
    raise RefNotFound(ref=ref[:200])


def find_ref(repo: pygit2.Repository, name: str) -> pygit2.Reference:
    """Find a ref by its full name, escaped as everywhere where it is no text; KeyError, ValueError, pygit2.GitError."""
    return repo.lookup_reference(name_bytes(name).decode("utf-8", "surrogateescape"))


def _commit_of_ref(repo: pygit2.Repository, name: str) -> str | None:
    try:
        found = find_ref(repo, name)
    except (KeyError, ValueError, pygit2.GitError):
        # Absent, or not a ref's name.
        return None
    try:
        return str(found.peel(pygit2.Commit).id)
    except (KeyError, ValueError, pygit2.GitError) as problem:
        if isinstance(found.target, pygit2.Oid) and found.target not in repo.odb:
            raise MirrorCorrupt from problem
        # A tag of something that is not a commit.
        return None


def list_refs(repo: pygit2.Repository) -> list[Ref]:
    """List branches, tags and recorded changes by name; tags of trees and blobs are left out."""
    names = sorted(name_text(raw) for raw in repo.raw_listall_references())
    found = ((name, _commit_of_ref(repo, name)) for name in names if name.startswith(_SHOWN))
    return [Ref(name, commit) for name, commit in found if commit is not None]


def default_branch(repo: pygit2.Repository) -> str | None:
    """Short name of the branch that HEAD names, None unless it exists."""
    target = repo.lookup_reference("HEAD").raw_target
    if not isinstance(target, bytes) or not target.startswith(b"refs/heads/"):
        return None
    name = name_text(target)
    return name.removeprefix("refs/heads/") if _commit_of_ref(repo, name) else None


def describe_commit(repo: pygit2.Repository, commit_id: str) -> CommitInfo:
    """Read a commit's facts, whatever old tools wrote into it."""
    commit = _commit(repo, commit_id)
    author = commit.author
    return CommitInfo(
        id=str(commit.id),
        tree=str(commit.tree_id),
        parents=tuple(str(parent) for parent in commit.parent_ids),
        author=Signature(
            name=author.raw_name.decode("utf-8", "replace"),
            email=author.raw_email.decode("utf-8", "replace"),
            at=_moment(author.time, author.offset),
        ),
        committed_at=_moment(commit.commit_time, 0),
        message=commit.raw_message.decode("utf-8", "replace"),
    )


def tree_of(repo: pygit2.Repository, commit_id: str) -> str:
    """Id of a commit's root tree."""
    return str(_commit(repo, commit_id).tree_id)


def is_ancestor(repo: pygit2.Repository, ancestor: str, commit_id: str) -> bool:
    """Say whether a commit is the other or in its history; False when either is not here."""
    try:
        old, new = _commit(repo, ancestor).id, _commit(repo, commit_id).id
    except RefNotFound:
        return False
    return old == new or _descends(repo, new, old)


def _descends(repo: pygit2.Repository, new: pygit2.Oid, old: pygit2.Oid) -> bool:
    try:
        return bool(repo.descendant_of(new, old))
    except KeyError:
        # The history ends where a shallow repository was cut off.
        return False


def read_node(repo: pygit2.Repository, oid: str) -> TreeNode:
    """Read one tree with the sizes of its blobs."""
    children = tuple(child_of(repo, raw) for raw in read_raw_tree(repo, oid))
    return TreeNode(oid=oid, children=children)


def entry_at(repo: pygit2.Repository, commit_id: str, path: str) -> TreeEntry:
    """Find what stands at a path without following symlinks; "" is the root."""
    check_repo_path(path, allow_root=True)
    oid = tree_of(repo, commit_id)
    if path == "":
        return TreeEntry(path="", name="", mode="040000", type=EntryType.FOLDER, oid=oid, size=None)
    *folders, name = _segments(path)
    for folder in folders:
        child = _find(repo, oid, folder)
        if child is None or child.type is not EntryType.FOLDER:
            raise PathNotFound(path=path)
        oid = child.oid.hex()
    child = _find(repo, oid, name)
    if child is None:
        raise PathNotFound(path=path)
    return entry_of(repo, "/".join([*path.split("/")[:-1], ""]), child)


def _segments(path: str) -> list[bytes]:
    try:
        return path.encode().split(b"/")
    except UnicodeEncodeError as problem:
        raise PathNotFound from problem


def _find(repo: pygit2.Repository, tree: str, name: bytes) -> RawChild | None:
    return next((child for child in read_raw_tree(repo, tree) if child.name == name), None)


def read_blob(repo: pygit2.Repository, oid: str, *, max_bytes: int) -> bytes:
    """Read a blob; ObjectNotFound, BlobTooLarge."""
    kind, size = _header(repo, oid)
    if kind != ObjectType.BLOB:
        raise ObjectNotFound(oid=oid)
    if size > max_bytes:
        raise BlobTooLarge(f"The file has {size:,} bytes; {max_bytes:,} can be read here.", size=size, limit=max_bytes)
    return repo.odb.read(pygit2.Oid(hex=oid))[1]


def read_blobs(repo: pygit2.Repository, oids: Sequence[str], *, max_bytes: int) -> list[Blob]:
    """Read many blobs in the order asked; what is missing or too large has no data."""
    found: list[Blob] = []
    for oid in oids:
        try:
            data = read_blob(repo, oid, max_bytes=max_bytes)
            found.append(Blob(oid=oid, size=len(data), data=data))
        except BlobTooLarge as problem:
            found.append(Blob(oid=oid, size=problem.details["size"], data=None))
        except ObjectNotFound:
            found.append(Blob(oid=oid, size=None, data=None))
    return found


def read_raw_tree(repo: pygit2.Repository, oid: str) -> list[RawChild]:
    """Read one tree object; ObjectNotFound when it is absent or something else."""
    return parse_tree(read_tree_bytes(repo, oid))


def read_tree_bytes(repo: pygit2.Repository, oid: str) -> bytes:
    """Read one tree object as git keeps it; ObjectNotFound when it is absent or something else."""
    kind, data = repo.odb.read(_oid(repo, oid))
    if kind != ObjectType.TREE:
        raise ObjectNotFound(oid=oid)
    return data


def entry_of(repo: pygit2.Repository, prefix: str, raw: RawChild) -> TreeEntry:
    """A raw child as an entry below `prefix`, which is "" or ends with a slash."""
    child = child_of(repo, raw)
    return TreeEntry(prefix + child.name, child.name, child.mode, child.type, child.oid, child.size)


def child_of(repo: pygit2.Repository, raw: RawChild, *, with_size: bool = True) -> TreeChild:
    """A raw child as others see it."""
    size = None
    if with_size and raw.type in (EntryType.FILE, EntryType.SYMLINK):
        size = repo.odb.read_header(pygit2.Oid(raw=raw.oid))[1]
    return TreeChild(name_text(raw.name), raw.mode, raw.type, raw.oid.hex(), size)


def _commit(repo: pygit2.Repository, oid: str) -> pygit2.Commit:
    found = repo.get(oid) if _OID.fullmatch(oid) else None
    try:
        if found is not None:
            return found.peel(pygit2.Commit)
    except (KeyError, ValueError, pygit2.GitError) as problem:
        raise RefNotFound("That object is not a commit.", ref=oid) from problem
    raise RefNotFound(ref=oid[:200])


def _oid(repo: pygit2.Repository, oid: str) -> pygit2.Oid:
    if not _OID.fullmatch(oid):
        raise ObjectNotFound(oid=oid[:200])
    parsed = pygit2.Oid(hex=oid)
    if parsed not in repo.odb:
        raise ObjectNotFound(oid=oid)
    return parsed


def _header(repo: pygit2.Repository, oid: str) -> tuple[int, int]:
    kind, size = repo.odb.read_header(_oid(repo, oid))
    return int(kind), size


def _moment(seconds: int, offset_minutes: int) -> datetime:
    """A moment as git wrote it; what no calendar holds becomes the epoch."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    try:
        return (epoch + timedelta(seconds=seconds)).astimezone(timezone(timedelta(minutes=offset_minutes)))
    except (OverflowError, ValueError):
        return epoch
