"""Folders that are kept by key, never change once they are kept, and are deleted when their room is needed.

`entries/<key>/` holds a kept folder and `entry.json`, which is written last; `caches/<name>/` holds folders that
programs keep for themselves; `making/` holds what is not finished, and what is being deleted. Several processes share
it: who uses something holds a lock of the kernel on it, which a killed process lets go of.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.adapters.sandbox.usage import disk_of
from app.core.clock import Clock
from app.core.guard import forbid_inside_scope
from app.core.ids import IdSource

_ABOUT = "entry.json"
_LOCK = ".lock"
# How often somebody looks whether it is his turn.
_TURN_SECONDS = 0.05
# What nobody finished in this time was left by a process that was killed.
_LEFT_AFTER_SECONDS = 6 * 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder that is kept, and what was written down about it. `used_at` is Unix time."""

    key: str
    folder: Path
    facts: Mapping[str, Any]
    used_at: float


@dataclass(frozen=True, slots=True)
class TreeStore:
    """Keeps folders below `root`, up to `max_bytes` together. Everything here is slow."""

    root: Path
    max_bytes: int
    clock: Clock
    ids: IdSource
    # What this process has looked at file by file.
    _proven: set[str] = field(default_factory=set)

    @contextmanager
    def held(self, key: str, inside: str) -> Iterator[Kept | None]:
        """Hold what is kept under a key, so that nobody deletes it; None where nothing is, or it is damaged.

        `inside` is the folder in it that counts: it must have as many files as when it was kept.
        """
        forbid_inside_scope("a store of folders")
        folder = self.root / "entries" / key
        with _locked(folder / _ABOUT, fcntl.LOCK_SH) as held:
            kept = _read(folder) if held else None
            if kept is None or not self._is_whole(kept, inside):
                yield None
            else:
                now = self.clock.now().timestamp()
                os.utime(folder / _ABOUT, (now, now))
                yield kept

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Wait until nobody else makes what belongs to a key."""
        path = self.root / "turns" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as opened:
            while True:
                path.touch()
                if opened.enter_context(_locked(path, fcntl.LOCK_EX)):
                    break
                opened.close()
                await asyncio.sleep(_TURN_SECONDS)
            opened.callback(path.unlink, missing_ok=True)
            yield

    @contextmanager
    def making(self) -> Iterator[Path]:
        """Give an empty folder on the same disk; what is left of it at the end is deleted."""
        folder = self.root / "making" / self.ids.new().hex
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, folder: Path, key: str, inside: str, facts: Mapping[str, Any]) -> None:
        """Take a finished folder over under a key, at one stroke; something damaged makes way."""
        measured = disk_of([folder / inside], ())
        about = {**facts, "bytes": measured.used, "files": measured.entries}
        (folder / _ABOUT).write_text(json.dumps(about))
        place = self.root / "entries" / key
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            shutil.rmtree(self._put_aside(place), ignore_errors=True)
        folder.rename(place)
        self._proven.add(key)

    def kept(self) -> list[Kept]:
        """List what is kept, what was used last first."""
        folder = self.root / "entries"
        found = [_read(each) for each in folder.iterdir()] if folder.is_dir() else []
        return sorted((each for each in found if each), key=lambda each: -each.used_at)

    @contextmanager
    def cache(self, name: str) -> Iterator[Path]:
        """Give a program's own folder, which others may use at the same time and nobody deletes meanwhile."""
        folder = self.root / "caches" / name
        while True:
            folder.mkdir(parents=True, exist_ok=True)
            lock = folder.with_name(f"{name}{_LOCK}")
            lock.touch()
            with _locked(lock, fcntl.LOCK_SH) as held:
                if held and folder.is_dir():
                    now = self.clock.now().timestamp()
                    os.utime(lock, (now, now))
                    yield folder
                    return

    def trim(self) -> int:
        """Delete what was not used for longest until the rest fits, and what killed processes left; bytes freed."""
        freed = 0
        for left in self._left():
            shutil.rmtree(left, ignore_errors=True)
        things = sorted([*self._sized_entries(), *self._sized_caches()])
        total = sum(size for _, size, _, _ in things)
        for _, size, lock, folder in things:
            if total <= self.max_bytes:
                break
            with _locked(lock, fcntl.LOCK_EX) as held:
                going = self._put_aside(folder) if held else None
            if going is not None:
                shutil.rmtree(going, ignore_errors=True)
                total, freed = total - size, freed + size
        return freed

    def _left(self) -> Iterator[Path]:
        """Find what was begun long ago, and what lost the file that says what it is."""
        damaged = (each for each in (self.root / "entries").glob("*") if _read(each) is None)
        for path in (*(self.root / "making").glob("*"), *damaged):
            with contextlib.suppress(OSError):
                if self.clock.now().timestamp() - path.stat().st_mtime > _LEFT_AFTER_SECONDS:
                    yield path

    def _sized_entries(self) -> Iterator[tuple[float, int, Path, Path]]:
        for kept in self.kept():
            yield kept.used_at, int(kept.facts.get("bytes") or 0), kept.folder / _ABOUT, kept.folder

    def _sized_caches(self) -> Iterator[tuple[float, int, Path, Path]]:
        for lock in (self.root / "caches").glob(f"*{_LOCK}"):
            folder = lock.with_name(lock.name.removesuffix(_LOCK))
            with contextlib.suppress(OSError):
                yield lock.stat().st_mtime, disk_of([folder], ()).used, lock, folder

    def _put_aside(self, folder: Path) -> Path:
        """Take it away at one stroke; deleting it takes longer, and needs no lock."""
        self._proven.discard(folder.name)
        going = self.root / "making" / self.ids.new().hex
        going.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            folder.rename(going)
        return going

    def _is_whole(self, kept: Kept, inside: str) -> bool:
        folder = kept.folder / inside
        if not folder.is_dir():
            return False
        if kept.key not in self._proven:
            if disk_of([folder], ()).entries != kept.facts.get("files"):
                return False
            self._proven.add(kept.key)
        return True


def _read(folder: Path) -> Kept | None:
    about = folder / _ABOUT
    try:
        facts = json.loads(about.read_bytes())
        return Kept(folder.name, folder, facts, about.stat().st_mtime) if isinstance(facts, dict) else None
    except (OSError, ValueError, RecursionError):
        return None


@contextmanager
def _locked(path: Path, kind: int) -> Iterator[bool]:
    """Lock a file that is there; False where it is not, was put elsewhere meanwhile, or others hold it."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield False
        return
    try:
        yield _lock(handle, kind, path)
    finally:
        os.close(handle)


def _lock(handle: int, kind: int, path: Path) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
        ours, there = os.fstat(handle), path.stat()
    except (BlockingIOError, FileNotFoundError):
        return False
    return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)
