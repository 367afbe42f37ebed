"""A folder becomes a commit: blobs, tree and commit are made beside the present mirror, then swapped in."""

import asyncio
import hashlib
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Final

import pygit2
from pygit2.enums import DeltaStatus

from app.adapters.git.arguments import check_oid, check_ref_name, git
from app.adapters.git.command import Workplace
from app.adapters.git.contents import read_contents, write_contents
from app.adapters.git.errors import BaseMoved, ContentsMissing, FolderRefused, MirrorCorrupt, RepoTooLarge
from app.adapters.git.health import is_whole
from app.adapters.git.layout import copy_generation, make_repository, size_of
from app.adapters.git.lookups import describe_commit, tree_of
from app.adapters.git.objects import name_bytes
from app.adapters.git.port import NO_COMMIT, FolderCommit, Known, Signature, SyncResult
from app.adapters.git.progress import FetchMeter
from app.adapters.git.publishing import pack_sizes, publish
from app.adapters.git.reader import open_repository
from app.adapters.git.ref_state import BRANCHES, NOTHING, RefState, recall, state_of, updates_between

# Progress is told, and a command's time limit begins anew, after so many files.
_AT_ONCE: Final = 1000
_MOST_NAMED: Final = 1000
_READ_BYTES: Final = 1024 * 1024
_MARK: Final = "HiveSync-Folder-Sync: "
_DAMAGED = "The project's mirror is damaged, and there is no repository to mend it from. Restore it from a backup."


class FolderRun:
    """The steps of one folder's commit; made for one call, inside its workplace."""

    def __init__(self, place: Workplace, change: FolderCommit, since: Known | None, meter: FetchMeter) -> None:
        self._place = place
        self._change = change
        self._since = since
        self._meter = meter
        self._ref = check_ref_name(f"{BRANCHES}{change.branch}", below=BRANCHES)
        self._started = place.tools.clock.monotonic()

    async def run(self) -> SyncResult:
        """Bring the branch to the folder; on any failure the present generation stays what it was."""
        current = self._place.folder.current()
        before = await asyncio.to_thread(state_of, current) if current else NOTHING
        if current is not None:
            if not await is_whole(self._place, current, every_byte=False):
                raise MirrorCorrupt(_DAMAGED)
            subject = await asyncio.to_thread(self._made_before, current, before)
            if subject is not None:
                return await self._result(before, before, current, subject=subject)
        parent = before.refs.get(self._ref) or before.head
        self._check_base(parent)
        incoming = self._place.folder.incoming(self._place.token)
        try:
            return await self._build(incoming, current, before, parent)
        finally:
            await asyncio.to_thread(shutil.rmtree, incoming, ignore_errors=True)

    def _made_before(self, current: Path, before: RefState) -> str | None:
        """Find this very commit at the branch's end: an attempt that died after its swap has left it."""
        head = before.refs.get(self._ref)
        message = describe_commit(open_repository(current), head).message if head else ""
        return message.partition("\n")[0] if f"\n{_MARK}{self._change.mark}\n" in message else None

    def _check_base(self, parent: str | None) -> None:
        if self._change.base is not None and self._change.base != (parent or NO_COMMIT):
            raise BaseMoved(base_commit=self._change.base, head=parent)

    async def _build(self, incoming: Path, current: Path | None, before: RefState, parent: str | None) -> SyncResult:
        if current is None:
            await asyncio.to_thread(make_repository, incoming)
        else:
            await asyncio.to_thread(copy_generation, current, incoming)
        known = await asyncio.to_thread(read_contents, incoming)
        blobs = await self._blobs(incoming, known)
        self._meter.step(0.8, "writing the tree")
        tree = await self._tree(incoming, blobs)
        old = await asyncio.to_thread(lambda: tree_of(open_repository(incoming), parent) if parent else None)
        if current is not None and tree == old and self._ref in before.refs:
            return await self._result(before, before, current)
        subject = await asyncio.to_thread(_subject, incoming, old, tree)
        commit = await self._commit(incoming, tree, parent, f"{subject}\n\n{_MARK}{self._change.mark}\n")
        await self._place.git(git("update-ref").end_of_options().values(self._ref, commit), git_dir=incoming)
        (incoming / "HEAD").write_bytes(b"ref: " + name_bytes(self._ref) + b"\n")
        received = await self._pack(incoming)
        await asyncio.to_thread(write_contents, incoming, blobs)
        self._meter.step(0.92, "writing the mirror")
        generation = await publish(self._place, incoming, current)
        after = await asyncio.to_thread(state_of, generation)
        return replace(await self._result(before, after, generation, subject=subject), bytes_received=received)

    async def _blobs(self, incoming: Path, known: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
        """Make the blobs that the mirror lacks from what was sent; blob ids by SHA-256 of all that the folder holds."""
        sizes = {file.sha256: file.size for file in self._change.files}
        found = {key: known[key] for name in sizes if (key := bytes.fromhex(name)) in known}
        wanted = [name for name in sorted(sizes) if bytes.fromhex(name) not in found]
        missing: list[str] = []
        for start in range(0, len(wanted), _AT_ONCE):
            self._meter.step(round(0.05 + 0.7 * start / len(wanted), 2), "writing files")
            names = wanted[start : start + _AT_ONCE]
            bad = await asyncio.to_thread(_unfit, self._change.contents, names, sizes)
            missing += bad
            if not missing:
                oids = await self._hash(incoming, names)
                found.update(zip(map(bytes.fromhex, names), oids, strict=True))
        if missing:
            raise ContentsMissing(missing=missing[:_MOST_NAMED], count=len(missing))
        return found

    async def _hash(self, incoming: Path, names: Sequence[str]) -> list[bytes]:
        lines = "".join(f"{self._change.contents / name}\n" for name in names).encode()
        written = await self._place.git(
            git("hash-object", "-w", "--no-filters", "--stdin-paths"), git_dir=incoming, stdin=lines
        )
        return [bytes.fromhex(line) for line in written.decode("ascii").split()]

    async def _tree(self, incoming: Path, blobs: Mapping[bytes, bytes]) -> str:
        lines = [f"{file.mode} {blobs[bytes.fromhex(file.sha256)].hex()}\t{file.path}\0" for file in self._change.files]
        variables = {"GIT_INDEX_FILE": str(self._place.home / "index")}
        listing = "".join(lines).encode()
        await self._place.git(
            git("update-index", "-z", "--index-info"), git_dir=incoming, variables=variables, stdin=listing
        )
        listed = await self._place.git(git("ls-files", "-z"), git_dir=incoming, variables=variables)
        if listed.count(b"\0") != len(self._change.files):
            # Git leaves out, or lets another entry take the place of, what it does not take.
            raise FolderRefused
        return (await self._place.git(git("write-tree"), git_dir=incoming, variables=variables)).decode().strip()

    async def _commit(self, incoming: Path, tree: str, parent: str | None, message: str) -> str:
        author = self._change.author
        variables = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _identity(author)}
        arguments = git("commit-tree", check_oid(tree), *(("-p", check_oid(parent)) if parent else ()), "-F", "-")
        written = await self._place.git(arguments, git_dir=incoming, variables=variables, stdin=message.encode())
        return written.decode().strip()

    async def _pack(self, incoming: Path) -> int:
        """Put the new objects into one pack, which costs one file instead of thousands; its bytes."""
        known = await asyncio.to_thread(pack_sizes, incoming)
        await self._place.git(git("repack", "-d", "-q"), git_dir=incoming)
        if await asyncio.to_thread(size_of, incoming) > self._place.tools.settings.max_bytes:
            raise RepoTooLarge
        packs = await asyncio.to_thread(pack_sizes, incoming)
        return sum(size for name, size in packs.items() if name not in known)

    async def _result(
        self, before: RefState, after: RefState, generation: Path, *, subject: str | None = None
    ) -> SyncResult:
        generations = self._place.folder.generations()
        told, is_complete = await asyncio.to_thread(recall, generations, before, self._since)
        updates = await asyncio.to_thread(updates_between, generation, told, after)
        self._meter.step(1.0, "up to date")
        return SyncResult(
            refs=updates,
            head=after.head,
            default_branch=after.default_branch,
            bytes_received=0,
            healed=False,
            seconds=self._place.tools.clock.monotonic() - self._started,
            generation=generation.name,
            state=after.digest,
            is_complete=is_complete,
            subject=subject,
        )


def _unfit(contents: Path, names: Sequence[str], sizes: Mapping[str, int]) -> list[str]:
    """Name what has not come, or is not what it is called; that is deleted, so that it can be sent again."""
    bad = []
    for name in names:
        path = contents / name
        try:
            is_right = path.stat().st_size == sizes[name] and _sha256(path) == name
        except FileNotFoundError:
            bad.append(name)
            continue
        if not is_right:
            path.unlink(missing_ok=True)
            bad.append(name)
    return bad


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _subject(incoming: Path, old: str | None, new: str) -> str:
    """Say what the commit changes; the same for the same two trees."""
    repo = open_repository(incoming)
    tree = repo[new].peel(pygit2.Tree)
    before = repo[old].peel(pygit2.Tree) if old else None
    difference = before.diff_to_tree(tree) if before else tree.diff_to_tree(swap=True)
    counts = Counter(delta.status for delta in difference.deltas)
    changed = counts.total() - counts[DeltaStatus.ADDED] - counts[DeltaStatus.DELETED]
    return f"Folder sync: {counts[DeltaStatus.ADDED]} added, {changed} changed, {counts[DeltaStatus.DELETED]} removed"


def _identity(author: Signature) -> tuple[tuple[str, str], ...]:
    # Seconds since the epoch, UTC: the same moment is the same text, whatever zone it came in.
    moment = f"@{int(author.at.astimezone(UTC).timestamp())} +0000"
    return (("NAME", author.name), ("EMAIL", author.email), ("DATE", moment))
