"""Which folders of this machine belong to which projects. Shared by the agent and by commands. Blocks a little."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from app.agent.errors import AlreadyMapped, FolderRefused, NotMapped
from app.agent.files import locked, read_json, write_json
from app.core.clock import Clock
from app.core.hashing import sha256_hex
from app.core.ids import IdSource
from app.schemas.base import moment_text


@dataclass(frozen=True, slots=True)
class Folder:
    """A mapped folder. What is said of the project is as it was when the server was asked last."""

    id: str
    path: str
    project_id: str
    project_name: str
    has_remote: bool
    mapped_at: str

    @property
    def root(self) -> Path:
        """The folder itself."""
        return Path(self.path)

    @property
    def key(self) -> str:
        """Name what is kept about it; the same when it is mapped again."""
        return sha256_hex(os.fsencode(self.path))[:32]


@dataclass(frozen=True, slots=True)
class FolderStore:
    """The mappings of one person, in a file below `state`."""

    state: Path
    clock: Clock
    ids: IdSource

    @property
    def _file(self) -> Path:
        return self.state / "folders.json"

    def mapped(self) -> list[Folder]:
        """List them by path."""
        found = read_json(self._file)
        items = found.get("folders") if isinstance(found, dict) else None
        names = set(Folder.__dataclass_fields__)
        rows = [each for each in items or () if isinstance(each, dict) and set(each) == names]
        return sorted((Folder(**each) for each in rows), key=lambda each: each.path)

    def add(self, path: Path, project: Mapping[str, Any]) -> Folder:
        """Map a folder; FolderRefused, AlreadyMapped."""
        root = checked_root(path, self.state)
        now = moment_text(self.clock.now())
        about = (str(project["id"]), str(project["name"]), bool(project["repo_url"]))
        made = Folder(self.ids.new().hex, str(root), *about, now)
        with locked(self.state / "folders.lock"):
            folders = self.mapped()
            for each in folders:
                if each.path == made.path:
                    raise AlreadyMapped(path=each.path, folder_id=each.id, project_name=each.project_name)
            self._write([*folders, made])
        return made

    def refresh(self, folder: Folder, project: Mapping[str, Any]) -> Folder:
        """Note what a project is called by now, and whether it has a repository."""
        fresh = replace(folder, project_name=str(project["name"]), has_remote=bool(project["repo_url"]))
        if fresh != folder:
            with locked(self.state / "folders.lock"):
                self._write([fresh if each.id == folder.id else each for each in self.mapped()])
        return fresh

    def remove(self, folder: Folder) -> None:
        """Forget a mapping; what was applied there stays written down, files are not touched."""
        with locked(self.state / "folders.lock"):
            self._write([each for each in self.mapped() if each.id != folder.id])

    def find(self, folder_id: str) -> Folder:
        """Find one by its id; NotMapped."""
        for each in self.mapped():
            if each.id == folder_id:
                return each
        raise NotMapped(folder_id=folder_id[:100])

    def holding(self, path: Path) -> tuple[Folder, str]:
        """Find the folder that is or holds a path, the deepest if there are several, and the path in it; NotMapped."""
        whole = path.expanduser().resolve()
        found = [each for each in self.mapped() if whole.is_relative_to(each.path)]
        if not found:
            raise NotMapped(path=str(path)[:400])
        folder = max(found, key=lambda each: len(each.path))
        inside = whole.relative_to(folder.path).as_posix()
        return folder, "" if inside == "." else inside

    def _write(self, folders: list[Folder]) -> None:
        write_json(self._file, {"folders": [asdict(each) for each in folders]})


def checked_root(path: Path, state: Path) -> Path:
    """Give a folder's real path; FolderRefused for what is none, or for one that nobody means."""
    given = path.expanduser()
    if not given.is_absolute() or "\0" in str(given):
        raise FolderRefused("Name the folder by its whole path.", path=str(path)[:400])
    try:
        root = given.resolve(strict=True)
        is_folder = root.is_dir()
    except OSError as error:
        raise FolderRefused(f"{given} cannot be opened: {error.strerror}.", path=str(path)[:400]) from error
    if not is_folder:
        raise FolderRefused(f"{given} is no folder.", path=str(path)[:400])
    if ".git" in root.parts:
        raise FolderRefused(f"{given} belongs to git.", path=str(path)[:400])
    if root == Path.home().resolve() or Path.home().resolve().is_relative_to(root):
        raise FolderRefused(f"{given} holds all that is yours. Choose the folder of one project.", path=str(root))
    if state.resolve().is_relative_to(root) or root.is_relative_to(state.resolve()):
        raise FolderRefused(f"{given} holds what the agent keeps for itself.", path=str(root))
    return root
