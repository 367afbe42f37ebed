"""A person's folder, gone through by descriptors: no link is followed, nothing outside of it is reached, nor `.git`.

Everything here blocks: run it in a thread.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import Invalid
from app.core.paths import PathRefused, check_repo_path, is_git_name

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_IN_THE_WAY = (errno.ELOOP, errno.ENOTDIR, errno.ENXIO)


class NotPlain(Invalid):
    """What stands at that path is no plain file of the folder. It was left alone."""

    code = "PATH_REFUSED"


@dataclass(frozen=True, slots=True)
class Proof:
    """What tells that a file is still the one that was read."""

    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Proof":
        """Take it from what the system says of a file."""
        return cls(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as it was read. `mode` holds its permissions."""

    data: bytes
    mode: int
    proof: Proof


def check_path(path: str) -> str:
    """Return a path within a folder unchanged; PathRefused for what leads out of it, or into `.git` on any system."""
    check_repo_path(path)
    if any(map(is_git_name, path.split("/"))):
        raise PathRefused("That path belongs to git.", path=path[:200])
    return path


@contextmanager
def parent_of(root: Path, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
    """Open the folder that a path lies in, and give its name there; NotPlain where a link or a file is in the way.

    FileNotFoundError when there is no such folder, unless it is to be made.
    """
    *above, name = path.split("/")
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for segment in above:
            below = _step(descriptor, segment, path, make=make)
            os.close(descriptor)
            descriptor = below
        yield descriptor, name
    finally:
        os.close(descriptor)


def read_file(root: Path, path: str, *, most: int) -> FoundFile | None:
    """Read a plain file; None when nothing is there, NotPlain for everything else, and for more than `most` bytes."""
    try:
        with opened(root, path) as descriptor, open(descriptor, "rb", closefd=False) as file:
            found = os.fstat(descriptor)
            if found.st_size > most:
                raise NotPlain(f"{path} is too large.", path=path, reason="too_large")
            data = file.read(most + 1)
            return FoundFile(data, stat.S_IMODE(found.st_mode), Proof.of(found))
    except FileNotFoundError:
        return None


@contextmanager
def opened(root: Path, path: str) -> Iterator[int]:
    """Open a plain file for reading; FileNotFoundError, NotPlain."""
    with parent_of(root, path) as (folder, name):
        with _plainly(path):
            descriptor = os.open(name, _FILE, dir_fd=folder)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise NotPlain(path=path, reason="special")
            yield descriptor
        finally:
            os.close(descriptor)


def proof_of(folder: int, name: str) -> Proof | None:
    """Look at a name in an open folder again; None when nothing is there."""
    try:
        return Proof.of(os.stat(name, dir_fd=folder, follow_symlinks=False))
    except FileNotFoundError:
        return None


def remove_empty_above(root: Path, path: str) -> None:
    """Remove the folders that a file lay in, from the lowest on, as long as they are empty; never the root."""
    parts = path.split("/")[:-1]
    while parts:
        try:
            with parent_of(root, "/".join(parts)) as (folder, name):
                os.rmdir(name, dir_fd=folder)
        except (OSError, NotPlain):
            return
        parts.pop()


def _step(descriptor: int, segment: str, path: str, *, make: bool) -> int:
    with _plainly(path):
        if make:
            with contextlib.suppress(FileExistsError):
                os.mkdir(segment, dir_fd=descriptor)
        return os.open(segment, _FOLDER, dir_fd=descriptor)


@contextmanager
def _plainly(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _IN_THE_WAY:
            raise NotPlain(path=path, reason="link") from error
        raise
