"""Writes several files of a folder, all or none, also when the process is killed in between.

The invariant: a change counts from the moment on at which its record loses the name `pending-…`, which is one rename
after its last file. Until then `roll_back`, at whoever works in the folder next, gives every file that holds the new
bytes its former ones, and leaves alone what somebody else wrote meanwhile. So a file holds, at every moment, either all
of its former bytes or all of its new ones. Everything here blocks: run it in a thread.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.agent.errors import CannotWrite, FolderDiffers
from app.agent.files import read_json, sync_folder, write_json, write_whole
from app.agent.tree import FoundFile, NotPlain, check_path, parent_of, proof_of, read_file, remove_empty_above
from app.core.errors import AppError
from app.core.failpoints import failpoint
from app.core.hashing import sha256_hex

_PENDING = "pending-"
RECORD, REVERSE_PATCH = "record.json", "reverse.patch"
# What this wrote before may be larger than what is proposed by now.
LARGEST = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class FileStep:
    """One file to write. `found` is what stands there now, `after` what will; None for no file."""

    path: str
    found: FoundFile | None
    after: bytes | None
    mode: int

    def facts(self) -> dict[str, Any]:
        """What the record says of it."""
        found = self.found
        change = "deleted" if self.after is None else "added" if found is None else "modified"
        return {
            "path": self.path,
            "change": change,
            "before": sha256_hex(found.data) if found else None,
            "after": None if self.after is None else sha256_hex(self.after),
            "before_mode": found.mode if found else None,
            "after_mode": None if self.after is None else self.mode,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a folder, as it is kept: `facts` say what it is, `id` sorts by time."""

    id: str
    facts: Mapping[str, Any]
    steps: Sequence[FileStep]
    reverse_patch: bytes


def carry_out(records: Path, root: Path, change: Change) -> Path:
    """Write every file of a change or none, and keep what takes it back; the folder of its record.

    CannotWrite, and FolderDiffers when a file was changed while this worked. Whoever calls holds the folder's lock.
    """
    pending = records / f"{_PENDING}{change.id}"
    try:
        _record(pending, root, change)
        _stage(root, change)
        failpoint("agent.staged")
        for number, step in _in_order(change.steps):
            _place(root, change.id, number, step)
            failpoint(f"agent.placed.{number}")
        done = records / change.id
        pending.rename(done)
    except (OSError, AppError) as error:
        left = _undo_half(records, root, pending)
        if isinstance(error, AppError):
            raise
        where = f"{error.filename}: " if error.filename else ""
        said = f"{where}{error.strerror or error}. Everything in the folder was put back as it was."
        raise CannotWrite(said if not left else None, reason=error.strerror, not_put_back=left) from error
    failpoint("agent.done")
    sync_folder(records)
    return done


def roll_back(records: Path, root: Path) -> list[str]:
    """Take back what a killed process left half-way; the paths that were left alone since somebody changed them.

    Nothing is forgotten before all of it is taken back. Whoever calls holds the folder's lock.
    """
    left: list[str] = []
    if records.is_dir() and root.is_dir():
        for pending in sorted(records.glob(f"{_PENDING}*")):
            left += _take_back(root, pending)
            shutil.rmtree(pending)
    return left


def _undo_half(records: Path, root: Path, pending: Path) -> list[str]:
    try:
        return roll_back(records, root)
    except (OSError, AppError):
        # It stays pending: whoever works in this folder next tries again before anything else.
        return [str(pending)]


def _record(pending: Path, root: Path, change: Change) -> None:
    """Write down everything that taking it back needs, before anything in the folder is touched."""
    for number, step in enumerate(change.steps):
        if step.found is not None:
            write_whole(pending / "before" / str(number), step.found.data)
    write_whole(pending / REVERSE_PATCH, change.reverse_patch)
    files = [step.facts() for step in change.steps]
    made = sorted({folder for step in change.steps for folder in _missing_above(root, step.path)})
    write_json(pending / RECORD, {**change.facts, "id": change.id, "files": files, "made": made})


def _stage(root: Path, change: Change) -> None:
    """Write new bytes beside the files that they will replace: where they are, no disk can be full any more."""
    for number, step in enumerate(change.steps):
        if step.after is None:
            continue
        with parent_of(root, check_path(step.path), make=True) as (folder, _name):
            _write(folder, _staged_name(change.id, number), step.after, step.mode)


def _write(folder: int, name: str, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, 0o600, dir_fd=folder), "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())


def _in_order(steps: Sequence[FileStep]) -> Iterator[tuple[int, FileStep]]:
    """Files are written before others go: whoever looks in between finds a name twice, never nowhere."""
    yield from sorted(enumerate(steps), key=lambda each: each[1].after is None)


def _place(root: Path, change_id: str, number: int, step: FileStep) -> None:
    with parent_of(root, step.path) as (folder, name):
        if proof_of(folder, name) != (step.found.proof if step.found else None):
            raise FolderDiffers(files=[{"path": step.path, "change": "modified", "state": "differs"}])
        staged = _staged_name(change_id, number)
        if step.after is None:
            os.unlink(name, dir_fd=folder)
        elif step.found is None:
            _place_new(folder, staged, name)
        else:
            os.rename(staged, name, src_dir_fd=folder, dst_dir_fd=folder)
        with contextlib.suppress(OSError):
            os.fsync(folder)
    if step.after is None:
        remove_empty_above(root, step.path)


def _place_new(folder: int, staged: str, name: str) -> None:
    """Give a file its name only where nobody else took it meanwhile."""
    try:
        os.link(staged, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise FolderDiffers(files=[{"path": name, "change": "added", "state": "differs"}]) from None
    except OSError:
        # This file system has no hard links.
        os.rename(staged, name, src_dir_fd=folder, dst_dir_fd=folder)
        return
    os.unlink(staged, dir_fd=folder)


def _take_back(root: Path, pending: Path) -> list[str]:
    record = read_json(pending / RECORD)
    if not isinstance(record, dict):
        # The record comes before the first touch.
        return []
    left = []
    for number, file in enumerate(record["files"]):
        _remove_staged(root, str(record["id"]), number, file["path"])
        if not _put_back(root, pending, number, file):
            left.append(str(file["path"]))
    for folder in sorted(record["made"], reverse=True):
        with contextlib.suppress(OSError, NotPlain), parent_of(root, folder) as (above, name):
            os.rmdir(name, dir_fd=above)
    return left


def _remove_staged(root: Path, change_id: str, number: int, path: str) -> None:
    with contextlib.suppress(FileNotFoundError, NotPlain), parent_of(root, path) as (folder, _name):
        os.unlink(_staged_name(change_id, number), dir_fd=folder)


def _put_back(root: Path, pending: Path, number: int, file: Mapping[str, Any]) -> bool:
    """Give a file its former bytes if it holds the new ones; False when it holds others."""
    path = str(file["path"])
    try:
        there = read_file(root, path, most=LARGEST)
    except NotPlain:
        return False
    now = sha256_hex(there.data) if there else None
    if now == file["before"]:
        return True
    if now != file["after"]:
        return False
    if file["before"] is None:
        with parent_of(root, path) as (folder, name):
            os.unlink(name, dir_fd=folder)
        return True
    data = (pending / "before" / str(number)).read_bytes()
    with parent_of(root, path, make=True) as (folder, name):
        back = f".hivesync-back-{number}"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(back, dir_fd=folder)
        _write(folder, back, data, int(file["before_mode"]))
        os.rename(back, name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    return True


def _staged_name(change_id: str, number: int) -> str:
    return f".hivesync-{change_id}-{number}"


def _missing_above(root: Path, path: str) -> list[str]:
    parts = path.split("/")[:-1]
    above = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
    return [folder for folder in above if not os.path.lexists(root / folder)]
