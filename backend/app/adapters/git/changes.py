"""Recorded changes: a deterministic commit made beside the mirror, moved into it, then named; and pushed if asked."""

import asyncio
import contextlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Final

import pygit2

from app.adapters.git.arguments import check_oid, check_ref_name, git
from app.adapters.git.command import Workplace
from app.adapters.git.errors import BranchTaken, ChangeConflict, MirrorMissing, PathNotFound, RefNotFound
from app.adapters.git.failures import error_of, push_error_of
from app.adapters.git.layout import fsync_file, fsync_folder
from app.adapters.git.lookups import entry_at, resolve_commit, tree_of
from app.adapters.git.port import CHANGES_PREFIX, ChangedFile, EntryType, Signature
from app.adapters.git.reader import open_repository
from app.adapters.git.remote import RemoteAccess
from app.adapters.process.port import Limits
from app.core.errors import Invalid
from app.core.paths import check_repo_path

_NO_OBJECT: Final = "0" * 40
_MODES: Final = ("100644", "100755")
_PUSH_OUTPUT: Final = 1024 * 1024


class ChangeInvalid(Invalid):
    """That change cannot be recorded."""


@dataclass(frozen=True, slots=True)
class Change:
    """A commit to be made: the ref that will name it, its one parent, and the files that differ."""

    ref_name: str
    base_commit: str
    files: tuple[ChangedFile, ...]
    message: str
    author: Signature


async def record(place: Workplace, change: Change) -> str:
    """Commit a change and name it by compare-and-set; answers the commit's id. Nothing is half done on failure."""
    _check(change)
    generation = place.folder.current()
    if generation is None:
        raise MirrorMissing
    await asyncio.to_thread(_check_against_base, generation, change)
    beside = _Beside(place, generation)
    commit = await beside.commit(change)
    present = await asyncio.to_thread(_named, generation, change.ref_name)
    if present is not None:
        if present != commit:
            raise ChangeConflict("Another change is already recorded under that name.", recorded=present)
        return commit
    await asyncio.to_thread(beside.move_into_mirror)
    finished = await place.try_git(
        git("update-ref").end_of_options().values(change.ref_name, commit, _NO_OBJECT),
        git_dir=generation,
    )
    if not finished.ok:
        raise ChangeConflict("The change could not be named.", said=error_of(finished).details.get("said"))
    await asyncio.to_thread(_make_durable, generation / change.ref_name)
    return commit


async def withdraw(place: Workplace, ref_name: str, *, commit: str) -> None:
    """Take a change's name away by compare-and-set; ChangeConflict when it leads elsewhere by now."""
    check_ref_name(ref_name, below=CHANGES_PREFIX)
    generation = place.folder.current()
    if generation is None:
        raise MirrorMissing
    arguments = git("update-ref", "-d").end_of_options().values(ref_name, check_oid(commit))
    if not (await place.try_git(arguments, git_dir=generation)).ok:
        raise ChangeConflict("The change's name leads elsewhere by now.", ref=ref_name)


async def push(place: Workplace, access: RemoteAccess, *, ref_name: str, branch: str) -> None:
    """Push a recorded change as a new branch; the same commit there already is success, another one BranchTaken."""
    check_ref_name(ref_name, below=CHANGES_PREFIX)
    target = check_ref_name(f"refs/heads/{branch}", below="refs/heads/")
    generation = place.folder.current()
    if generation is None:
        raise MirrorMissing
    commit = await asyncio.to_thread(_named, generation, ref_name)
    if commit is None:
        raise RefNotFound(ref=ref_name)
    there = await _remote_branch(place, access, target)
    if there == commit:
        return
    if there is not None:
        raise BranchTaken(branch=branch)
    # The lease with nothing expected: it must still not exist at the moment it is written.
    arguments = git("push", "--porcelain", "--no-verify").option("force-with-lease", f"{target}:").end_of_options()
    finished = await place.remote_git(
        arguments.values(access.url, f"{commit}:{target}"),
        access,
        git_dir=generation,
        limits=Limits(place.tools.settings.command_timeout, _PUSH_OUTPUT),
    )
    if not finished.ok:
        raise push_error_of(finished, access.secrets)


async def _remote_branch(place: Workplace, access: RemoteAccess, target: str) -> str | None:
    finished = await place.remote_git(
        git("ls-remote", "--quiet").end_of_options().values(access.url, target),
        access,
        git_dir=place.home,
        limits=Limits(place.tools.settings.command_timeout, _PUSH_OUTPUT),
    )
    if not finished.ok:
        raise error_of(finished, access.secrets)
    lines = (line.split("\t") for line in finished.stdout.decode("utf-8", "replace").splitlines())
    return next((oid for oid, name in lines if name == target), None)


def _check(change: Change) -> None:
    check_ref_name(change.ref_name, below=CHANGES_PREFIX)
    check_oid(change.base_commit)
    paths = [check_repo_path(file.path) for file in change.files]
    if not paths:
        raise ChangeInvalid("A change holds at least one file.")
    if len(set(paths)) != len(paths):
        raise ChangeInvalid("A change names each path once.")
    if any(file.mode not in _MODES for file in change.files):
        raise ChangeInvalid("A changed file is a regular file or an executable.")
    person = f"{change.author.name}{change.author.email}"
    if any(char in "<>" or not char.isprintable() for char in person) or not change.author.name.strip():
        raise ChangeInvalid("The author's name and address must be plain text.")
    if "\0" in change.message or not change.message.strip():
        raise ChangeInvalid("The message must be text.")


def _check_against_base(generation: Path, change: Change) -> None:
    """A change replaces files by files: it never writes through, or over, symlinks, submodules and folders."""
    repo = open_repository(generation)
    tree_of(repo, change.base_commit)
    for file in change.files:
        parts = file.path.split("/")
        for depth in range(1, len(parts)):
            if _type_at(repo, change.base_commit, "/".join(parts[:depth])) not in (None, EntryType.FOLDER):
                raise ChangeConflict("A folder of that path is a file, a symlink or a submodule.", path=file.path)
        present = _type_at(repo, change.base_commit, file.path)
        if present not in (None, EntryType.FILE) or (present is None and file.data is None):
            raise ChangeConflict("There is no regular file at that path.", path=file.path)


def _type_at(repo: pygit2.Repository, commit: str, path: str) -> EntryType | None:
    try:
        return entry_at(repo, commit, path).type
    except PathNotFound:
        return None


def _named(generation: Path, ref_name: str) -> str | None:
    try:
        return resolve_commit(open_repository(generation), ref_name)
    except RefNotFound:
        return None


class _Beside:
    """A temporary worktree, index and object store: only the changed files exist, the mirror is read through."""

    def __init__(self, place: Workplace, generation: Path) -> None:
        self._place = place
        self._generation = generation
        self._worktree = place.home / "worktree"
        self._objects = place.home / "objects"
        self._variables = {
            "GIT_INDEX_FILE": str(place.home / "index"),
            "GIT_OBJECT_DIRECTORY": str(self._objects),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(generation / "objects"),
        }

    async def commit(self, change: Change) -> str:
        """Make the blobs, the trees and the commit; answers its id."""
        self._objects.mkdir()
        await self._git("read-tree", change.base_commit)
        kept = [file for file in change.files if file.data is not None]
        await asyncio.to_thread(self._materialise, kept)
        listing = "".join(f"worktree/{file.path}\n" for file in kept).encode()
        blobs = (await self._git("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=listing)).split()
        lines = [f"{file.mode} {blob}\t{file.path}\0" for file, blob in zip(kept, blobs, strict=True)]
        lines += [f"0 {_NO_OBJECT}\t{file.path}\0" for file in change.files if file.data is None]
        await self._git("update-index", "-z", "--index-info", stdin="".join(lines).encode())
        tree = (await self._git("write-tree")).strip()
        person = change.author
        # Seconds since the epoch, UTC: the same moment is the same text, whatever zone it came in.
        moment = f"@{int(person.at.astimezone(UTC).timestamp())} +0000"
        identity = {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", person.name), ("EMAIL", person.email), ("DATE", moment))
        }
        arguments = ("commit-tree", tree, "-p", change.base_commit, "-F", "-")
        return (await self._git(*arguments, stdin=change.message.encode(), variables=identity)).strip()

    def move_into_mirror(self) -> None:
        """Move the new objects into the mirror, durable and needed ones first by being complete before any name."""
        for path in sorted(path for path in self._objects.rglob("*") if path.is_file()):
            target = self._generation / "objects" / path.relative_to(self._objects)
            if target.exists():
                continue
            target.parent.mkdir(exist_ok=True)
            fsync_file(path)
            with contextlib.suppress(FileExistsError):
                _rename(path, target)
            fsync_folder(target.parent)

    def _materialise(self, files: Sequence[ChangedFile]) -> None:
        self._worktree.mkdir()
        for file in files:
            target = self._worktree / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.data or b"")

    async def _git(self, *words: str, stdin: bytes | None = None, variables: dict[str, str] | None = None) -> str:
        constants, values = words[:1], words[1:]
        finished = await self._place.git(
            git(*constants, *values),
            git_dir=self._generation,
            variables=self._variables | (variables or {}),
            stdin=stdin,
        )
        return finished.decode("utf-8")


def _make_durable(ref: Path) -> None:
    fsync_file(ref)
    fsync_folder(ref.parent)


def _rename(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError:
        # Another file system: copy beside the target first, so that nobody sees half an object.
        beside = target.with_name(f"tmp_{target.name}")
        shutil.copyfile(source, beside)
        beside.chmod(0o444)
        beside.replace(target)
