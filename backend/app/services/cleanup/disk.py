"""Abandoned directories below `$DATA_DIR/tmp`, and logs: rotated when large, deleted when old."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.adapters.files.rooted import PathLeaves, Proof, RootedFolder, ThingChanged
from app.adapters.files.rotation import rotate
from app.adapters.scope import Scope
from app.core.jobs import JobStatus
from app.models.folder import FolderSync
from app.models.job import Job
from app.services.cleanup.items import Item, Spared, Task
from app.services.folders.service import is_at_work

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# An attempt that stood still may be at work in what a later one put aside.
_PREVIEW = re.compile(rf"preview-(?:job|patch)-({_UUID})(?:\.left-[0-9]+)?")
_FOLDER = re.compile(rf"folder-sync-({_UUID})")
# What other parts of HiveSync leave when they are killed. Anything else there is not ours to delete.
_OURS = re.compile(
    rf"folder-sync-{_UUID}|preview-(?:job|patch|seed|warm)-{_UUID}(?:\.left-[0-9]+)?|git-{_UUID}-[A-Za-z0-9_-]+"
    r"|worktree-[A-Za-z0-9_-]+|uploads/upload-[A-Za-z0-9_-]+"
)
_LOG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.(?:log|jsonl)")
_ROTATED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*\.(?:log|jsonl))\.(\d{8}T\d{6}Z)\.gz")
_UNFINISHED = re.compile(r"\.[A-Za-z0-9][A-Za-z0-9._-]*\.gz\.unfinished")


class SweepTmp(Task):
    """Directories whose job is not at work and in which nothing has happened for CLEANUP_TMP_HOURS."""

    name = "sweep_tmp"
    description = (
        "Deletes abandoned working directories below $DATA_DIR/tmp; never one of a job that waits or runs, "
        "or of an open folder sync."
    )
    physical = True

    def _folder(self) -> RootedFolder:
        return RootedFolder(self.container.settings.data_dir / "tmp")

    async def plan(self, limit: int) -> Sequence[Item]:
        """Find what is ours, old, and of nothing that is at work."""
        folder, found = self._folder(), []
        names = await asyncio.to_thread(folder.names)
        uploads = await asyncio.to_thread(_names_or_none, folder, "uploads")
        mine = [name for name in (*names, *(f"uploads/{each}" for each in uploads)) if _OURS.fullmatch(name)]
        for name in mine:
            proof = await asyncio.to_thread(_prove, folder, name)
            if proof is None or self._age(proof) < self._oldest() or await self._at_work(name):
                continue
            found.append(Item("dir" if proof.kind == "dir" else "file", name, proof.facts(), proof.size))
            if len(found) >= limit:
                break
        return found

    async def begin(self, scope: Scope, item: Item) -> None:
        """Look once more whether somebody is at work there."""
        if await _is_at_work(scope, item.target):
            raise Spared("Its job waits or runs, or its folder sync is open.")

    async def act(self, item: Item) -> int:
        """Delete exactly what was proved."""
        return await asyncio.to_thread(_remove, self._folder(), item)

    async def _at_work(self, name: str) -> bool:
        async with self.ctx.scope(read_only=True) as scope:
            return await _is_at_work(scope, name)

    def _age(self, proof: Proof) -> timedelta:
        return _age(self.container.clock.now(), proof)

    def _oldest(self) -> timedelta:
        return timedelta(hours=self.container.settings.cleanup.tmp_hours)


class RotateLogs(Task):
    """Large logs are rotated in place, rotated ones beyond CLEANUP_LOG_KEEP and old ones deleted."""

    name = "rotate_logs"
    description = "Rotates and compresses large files of $DATA_DIR/logs, and deletes old ones."
    physical = True

    def _folder(self) -> RootedFolder:
        return RootedFolder(self.container.settings.data_dir / "logs")

    async def plan(self, limit: int) -> Sequence[Item]:
        """Find logs that are too large, too old, or too many."""
        folder, settings = self._folder(), self.container.settings.cleanup
        now, names = self.container.clock.now(), await asyncio.to_thread(folder.names)
        surplus = set(_surplus(names, settings.log_keep))
        items: list[Item] = []
        for name in names:
            if not (_LOG.fullmatch(name) or _ROTATED.fullmatch(name) or _UNFINISHED.fullmatch(name)):
                continue
            proof = await asyncio.to_thread(_prove, folder, name)
            if proof is None or proof.kind != "file":
                continue
            is_old = _age(now, proof) > timedelta(days=settings.log_days)
            half = _UNFINISHED.fullmatch(name) and _age(now, proof) > timedelta(hours=1)
            if is_old or half or name in surplus:
                items.append(Item("file", name, proof.facts(), proof.size))
            elif _LOG.fullmatch(name) and proof.size > settings.log_megabytes * 1024 * 1024:
                to = f"{name}.{now:%Y%m%dT%H%M%SZ}.gz"
                items.append(Item("log", name, {**proof.facts(), "to": to}, proof.size))
        return items[:limit]

    async def act(self, item: Item) -> int:
        """Rotate, or delete what nobody has written to since the plan."""
        if item.kind == "file":
            return await asyncio.to_thread(_remove, self._folder(), item)
        return await asyncio.to_thread(_rotate, self._folder(), item)


def _surplus(names: Sequence[str], keep: int) -> list[str]:
    rotated: dict[str, list[str]] = {}
    for name in names:
        match = _ROTATED.fullmatch(name)
        if match:
            rotated.setdefault(match[1], []).append(name)
    return [name for each in rotated.values() for name in sorted(each, reverse=True)[keep:]]


async def _is_at_work(scope: Scope, name: str) -> bool:
    if folder := _FOLDER.fullmatch(name):
        sync = await scope.session.get(FolderSync, UUID(folder[1]))
        return sync is not None and is_at_work(sync.status, sync.expires_at, scope.clock.now())
    match = _PREVIEW.fullmatch(name)
    if match is None:
        return False
    at_work = select(Job.id).where(
        Job.id == UUID(match[1]), Job.status.in_((JobStatus.QUEUED.value, JobStatus.RUNNING.value))
    )
    return (await scope.session.execute(at_work)).first() is not None


def _age(now: datetime, proof: Proof) -> timedelta:
    return timedelta(seconds=now.timestamp() - proof.mtime_ns / 1e9)


def _prove(folder: RootedFolder, name: str) -> Proof | None:
    """Prove, or leave alone what leads out of the folder or cannot be read."""
    try:
        return folder.prove(name)
    except (PathLeaves, OSError):
        return None


def _names_or_none(folder: RootedFolder, path: str) -> list[str]:
    try:
        return folder.names(path)
    except (PathLeaves, OSError):
        return []


def _remove(folder: RootedFolder, item: Item) -> int:
    try:
        return folder.remove(item.target, Proof(**item.proof))
    except ThingChanged as error:
        raise Spared("It was changed after the plan was made.") from error
    except PathLeaves as error:
        raise Spared("It leads out of its folder now: somebody put a link or a mount there.") from error


def _rotate(folder: RootedFolder, item: Item) -> int:
    try:
        return rotate(folder, item.target, to=str(item.proof["to"]), inode=int(item.proof["inode"]))
    except (ThingChanged, FileNotFoundError) as error:
        raise Spared("Another file has that name now.") from error
    except PathLeaves as error:
        raise Spared("It leads out of its folder now: somebody put a link or a mount there.") from error
