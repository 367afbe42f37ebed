"""A temporary folder that holds what a server reads: plain files at plain paths, nothing of the machine."""

import asyncio
import contextlib
import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from app.core.guard import forbid_inside_scope
from app.core.ids import IdSource
from app.core.paths import check_repo_path

# Those that a killed worker left go when the next one is made; what is left of them then is swept when nobody has
# touched it for long (services/cleanup/disk.py).
PREFIX = "worktree-refactor-"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Files below `root`, written by us only: there are no links, so no path leads out.

    Beside it `home` is for what a server keeps for itself.
    """

    root: Path
    home: Path

    async def write(self, files: Mapping[str, bytes | None]) -> None:
        """Write files, or delete them (None); PathRefused for a path that is not plain."""
        forbid_inside_scope("a workspace")
        for path in files:
            check_repo_path(path)
        await asyncio.to_thread(self._write, files)

    def uri(self, path: str) -> str:
        """Give a file's address as servers want it."""
        return f"{self.root.as_uri()}/{quote(path)}"

    def path_of(self, uri: str) -> str | None:
        """Give the path of an address; None outside."""
        start = f"{self.root.as_uri()}/"
        return unquote(uri.removeprefix(start)) if uri.startswith(start) else None

    def _write(self, files: Mapping[str, bytes | None]) -> None:
        for path, data in files.items():
            if data is not None:
                (self.root / path).parent.mkdir(parents=True, exist_ok=True)
                (self.root / path).write_bytes(data)
        gone = [path for path, data in files.items() if data is None]
        for path in gone:
            (self.root / path).unlink(missing_ok=True)
        # An empty folder is a package to Python.
        for folder in sorted(folders_of(gone), reverse=True):
            with contextlib.suppress(OSError):
                (self.root / folder).rmdir()


def folders_of(paths: Iterable[str]) -> frozenset[str]:
    """Every folder below the top that these files lie in."""
    parents = {str(PurePosixPath(path).parent) for path in paths}
    return frozenset(str(folder) for parent in parents for folder in (parent, *PurePosixPath(parent).parents)) - {"."}


@asynccontextmanager
async def temporary_workspace(folder: Path, ids: IdSource) -> AsyncIterator[Workspace]:
    """Make an empty workspace below a folder; it is deleted at the end."""
    base = folder / f"{PREFIX}{ids.new()}"
    workspace, held = await asyncio.to_thread(_make, base)
    try:
        await asyncio.to_thread(_sweep, folder)
        yield workspace
    finally:
        with contextlib.suppress(OSError):
            await asyncio.to_thread(shutil.rmtree, base)
        os.close(held)


def _make(base: Path) -> tuple[Workspace, int]:
    """Make a workspace and hold its lock, which ends with this process however that ends."""
    base.mkdir(parents=True)
    held = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    fcntl.flock(held, fcntl.LOCK_EX)
    for folder in (base / "tree", base / "home"):
        folder.mkdir(parents=True, exist_ok=True)
    # Servers answer with real paths, whatever links lead to the data directory.
    real = base.resolve()
    return Workspace(real / "tree", real / "home"), held


def _sweep(folder: Path) -> None:
    """Delete the workspaces of processes that are gone: nobody holds their locks (held before `tree` is made)."""
    for tree in folder.glob(f"{PREFIX}*/tree"):
        base = tree.parent
        with contextlib.suppress(OSError):
            held = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(base)
            finally:
                os.close(held)
