"""Where a mirror lies on disk: numbered generations, one of them CURRENT, and the lock of its writer.

repos/<project_id>/g-000007.git   a whole bare repository; never changed except by recorded changes
repos/<project_id>/CURRENT        the name of the generation readers use, replaced by an atomic rename
repos/<project_id>/incoming-*     a generation that is being made, or what a killed sync left
"""

import contextlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

_GENERATION = re.compile(r"g-([0-9]{6,12})\.git")
# All the configuration a mirror has; git never changes it, so whatever else is found there is damage.
REPOSITORY_CONFIG: Final = b"[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
_CURRENT: Final = "CURRENT"


@dataclass(frozen=True, slots=True)
class MirrorFolder:
    """The folder of one project's mirror."""

    root: Path

    @classmethod
    def of(cls, repos_dir: Path, project_id: UUID) -> "MirrorFolder":
        """The folder of this project, whether it exists or not."""
        return cls(repos_dir / str(project_id))

    def current(self) -> Path | None:
        """The generation readers use now; None before the first sync.

        Where the pointer is damaged it is the newest one: only whole generations ever get their name.
        """
        try:
            name = (self.root / _CURRENT).read_bytes().decode("ascii", "replace").strip()
        except FileNotFoundError:
            return None
        if _GENERATION.fullmatch(name) and (self.root / name).is_dir():
            return self.root / name
        newest = max(self._generations(), default=None)
        return self.root / newest if newest else None

    def generations(self) -> list[Path]:
        """Those that are there: the current one, and most times the one before it."""
        return [self.root / name for name in sorted(self._generations())]

    @property
    def known_hosts(self) -> Path:
        """Where the keys of ssh servers are kept that were seen at the first sync."""
        return self.root / "known_hosts"

    def incoming(self, token: str) -> Path:
        """A folder beside the generations to build the next one in; `token` makes its name unique."""
        return self.root / f"incoming-{token}.git"

    def publish(self, incoming: Path) -> Path:
        """Make a finished, fsynced repository the current generation; readers see the old or the new one, whole."""
        generation = self.root / f"g-{self._highest() + 1:06d}.git"
        incoming.rename(generation)
        fsync_folder(self.root)
        pointer = self.root / f"{_CURRENT}.new"
        with pointer.open("w", encoding="ascii") as file:
            file.write(f"{generation.name}\n")
            file.flush()
            os.fsync(file.fileno())
        pointer.rename(self.root / _CURRENT)
        fsync_folder(self.root)
        return generation

    def sweep(self) -> None:
        """Delete what killed syncs left and all generations but the current one and the one before it.

        Only for the holder of the lock. The one before stays for readers that began on it.
        """
        if not self.root.is_dir():
            return
        current = self.current()
        keep = {current.name} if current else set()
        if current:
            older = [name for name in self._generations() if name < current.name]
            keep |= set(sorted(older)[-1:])
        for path in self.root.iterdir():
            stale = _GENERATION.fullmatch(path.name) and path.name not in keep
            if stale or path.name.startswith("incoming-"):
                shutil.rmtree(path, ignore_errors=True)

    def delete(self) -> None:
        """Delete the mirror: first out of sight in one step, then from disk."""
        doomed = self.root.with_name(f".deleted-{self.root.name}")
        shutil.rmtree(doomed, ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):
            self.root.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)

    def _generations(self) -> list[str]:
        return [path.name for path in self.root.glob("g-*") if _GENERATION.fullmatch(path.name)]

    def _highest(self) -> int:
        numbers = (_GENERATION.fullmatch(name) for name in self._generations())
        return max((int(found[1]) for found in numbers if found), default=0)


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_file(path: Path) -> None:
    """Make a file's contents durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_repository(target: Path) -> None:
    """Make an empty bare repository: no hooks, no templates, nothing that could be executed."""
    for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        (target / folder).mkdir(parents=True)
    (target / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
    (target / "config").write_bytes(REPOSITORY_CONFIG)


def copy_generation(source: Path, target: Path) -> None:
    """Copy a bare repository: immutable objects as hard links, everything that changes as files of its own."""
    target.mkdir(parents=True)
    for folder, _, files in os.walk(source):
        here = target / Path(folder).relative_to(source)
        here.mkdir(exist_ok=True)
        linked = "objects" in here.relative_to(target).parts[:1] and here.name != "info"
        for name in files:
            if name.endswith(".lock") or name.startswith("tmp_"):
                continue
            _copy(Path(folder) / name, here / name, link=linked)


def _copy(source: Path, target: Path, *, link: bool) -> None:
    if link:
        # Some file systems know no hard links, or too few of them.
        with contextlib.suppress(OSError):
            os.link(source, target)
            return
    shutil.copy2(source, target, follow_symlinks=False)


def fsync_generation(generation: Path) -> None:
    """Make a new repository durable; hard links are durable already."""
    for folder, _, files in os.walk(generation):
        for name in files:
            path = Path(folder) / name
            if path.stat().st_nlink == 1:
                fsync_file(path)
        fsync_folder(Path(folder))


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum((Path(parent) / name).lstat().st_size for parent, _, files in os.walk(folder) for name in files)
