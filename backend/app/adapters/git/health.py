"""Is a mirror whole? A quick look at every sync, every byte when something moved that never should, and repair."""

import asyncio
import hashlib
import json
import re
import signal
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import Final

import pygit2
import structlog
from pygit2.enums import ObjectType

from app.adapters.git.arguments import git
from app.adapters.git.command import Workplace
from app.adapters.git.layout import REPOSITORY_CONFIG
from app.adapters.git.objects import parse_tree
from app.adapters.git.port import EntryType
from app.adapters.git.reader import open_repository
from app.adapters.process.port import Finished

_STAMP: Final = "hivesync-checked.json"
_LOOSE_FOLDER = re.compile(r"[0-9a-f]{2}")

log = structlog.get_logger(__name__)


class _Check(Enum):
    """What reading every byte has shown. UNFINISHED: it took too long, or the system wanted the memory back."""

    RIGHT = auto()
    DAMAGED = auto()
    UNFINISHED = auto()


async def is_whole(place: Workplace, generation: Path, *, every_byte: bool) -> bool:
    """Say whether a generation can be built upon.

    Always: it opens, its refs lead somewhere, its packs are those that were checked last. If they are not, or
    the last full check is too long ago, or `every_byte`: checksums of all objects, and nothing missing. A full check
    that does not come to its end has found nothing: the mirror stays, and the next one is tried when it is due again.
    """
    if not await asyncio.to_thread(looks_whole, generation):
        return False
    settings, now = place.tools.settings, place.tools.clock.now()
    stamp = _read_stamp(generation)
    untouched = stamp is not None and stamp[1] == _packs(generation) and now - stamp[0] < settings.full_check_every
    if untouched and not every_byte:
        return True
    found = await _check_every_byte(place, generation)
    if found is _Check.UNFINISHED:
        log.warning(
            "mirror.check_unfinished", generation=generation.name, seconds=settings.command_timeout.total_seconds()
        )
    elif found is _Check.DAMAGED:
        return False
    write_stamp(generation, now)
    return True


def looks_whole(generation: Path) -> bool:
    """Open a repository and see whether each ref leads to an object that is there."""
    try:
        if (generation / "config").read_bytes() != REPOSITORY_CONFIG:
            return False
        repo = open_repository(generation)
        repo.lookup_reference("HEAD")
        for name in repo.raw_listall_references():
            target = repo.lookup_reference(name.decode("utf-8", "surrogateescape")).target
            if isinstance(target, pygit2.Oid):
                repo.odb.read_header(target)
    except (pygit2.GitError, KeyError, ValueError, OSError):
        return False
    return True


def write_stamp(generation: Path, at: datetime) -> None:
    """Note that at this moment every byte was right, or could not be looked at in the time there is."""
    stamp = {"at": at.astimezone(UTC).isoformat(), "packs": _packs(generation)}
    (generation / _STAMP).write_text(json.dumps(stamp), encoding="utf-8")


def checked_at(generation: Path) -> datetime | None:
    """When every byte was last looked at."""
    stamp = _read_stamp(generation)
    return stamp[0] if stamp is not None else None


def _read_stamp(generation: Path) -> tuple[datetime, list[list[object]]] | None:
    try:
        stamp = json.loads((generation / _STAMP).read_text(encoding="utf-8"))
        return datetime.fromisoformat(stamp["at"]), stamp["packs"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _packs(generation: Path) -> list[list[object]]:
    """Packs never change after they were written: name, size and time tell whether one did."""
    found = sorted((generation / "objects" / "pack").glob("*.[pi][ad][cx]*"))
    return [[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in found]


async def _check_every_byte(place: Workplace, generation: Path) -> _Check:
    packs = sorted((generation / "objects" / "pack").glob("*.pack"))
    if not all(path.with_suffix(".idx").is_file() for path in packs):
        return _Check.DAMAGED
    if not await asyncio.to_thread(lambda: all(_loose_is_right(path) for path in _loose(generation))):
        return _Check.DAMAGED
    clock, limit = place.tools.clock, place.tools.settings.command_timeout.total_seconds()
    started = clock.monotonic()
    commands = [git("verify-pack").values(str(pack.with_suffix(".idx"))) for pack in packs]
    for command in (*commands, git("rev-list", "--objects", "--all", "--quiet")):
        # Twenty packs that each take nearly as long as one command may would take longer than the sync has.
        if clock.monotonic() - started > limit:
            return _Check.UNFINISHED
        finished = await place.try_git(command, git_dir=generation)
        if finished.timed_out or _was_killed(finished):
            return _Check.UNFINISHED
        if not finished.ok:
            return _Check.DAMAGED
    return _Check.RIGHT


def _was_killed(finished: Finished) -> bool:
    # By the system, for its memory. Where that met git's own child, git says so.
    return finished.returncode == -signal.SIGKILL or f"died of signal {int(signal.SIGKILL)}".encode() in finished.stderr


def _loose(generation: Path) -> Iterator[Path]:
    for folder in (generation / "objects").iterdir():
        if _LOOSE_FOLDER.fullmatch(folder.name):
            yield from folder.iterdir()


def _loose_is_right(path: Path) -> bool:
    if path.name.startswith("tmp_"):
        return True
    digest = hashlib.sha1(usedforsecurity=False)
    unpack = zlib.decompressobj()
    try:
        with path.open("rb") as file:
            while chunk := file.read(64 * 1024):
                digest.update(unpack.decompress(chunk))
    except (OSError, zlib.error):
        return False
    return unpack.eof and digest.hexdigest() == path.parent.name + path.name


def carry_over(old: Path, new: Path, prefix: str) -> tuple[str, ...]:
    """Copy our own refs, and the objects that only they need, from a damaged repository; name those that are lost.

    The damaged side is read object by object, so that damage elsewhere does not matter.
    """
    target = open_repository(new)
    try:
        source = open_repository(old)
        names = [name.decode("utf-8", "surrogateescape") for name in source.raw_listall_references()]
    except (pygit2.GitError, OSError):
        return ()
    lost = []
    for name in sorted(name for name in names if name.startswith(prefix)):
        try:
            oid = source.lookup_reference(name).target
            if not isinstance(oid, pygit2.Oid):
                continue
            _copy_closure(source, target, oid)
            target.references.create(name, oid, force=True)
        except (pygit2.GitError, KeyError, ValueError, OSError):
            lost.append(name)
    return tuple(lost)


def _copy_closure(source: pygit2.Repository, target: pygit2.Repository, root: pygit2.Oid) -> None:
    """Copy an object and all it needs; what the target has, it has whole. Needed things are written first."""
    waiting: list[tuple[pygit2.Oid, bool]] = [(root, False)]
    while waiting:
        oid, ready = waiting.pop()
        if oid in target.odb:
            continue
        kind, data = source.odb.read(oid)
        if ready:
            target.odb.write(kind, data)
        else:
            waiting.append((oid, True))
            waiting.extend((needed, False) for needed in _needs(kind, data))


def _needs(kind: ObjectType, data: bytes) -> Iterator[pygit2.Oid]:
    if kind == ObjectType.TREE:
        for child in parse_tree(data):
            if child.type is not EntryType.SUBMODULE:
                yield pygit2.Oid(raw=child.oid)
    elif kind == ObjectType.COMMIT:
        for line in data.partition(b"\n\n")[0].split(b"\n"):
            key, _, value = line.partition(b" ")
            if key in (b"tree", b"parent"):
                yield pygit2.Oid(hex=value.decode("ascii"))
