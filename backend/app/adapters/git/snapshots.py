"""A folder of this machine as a commit of a repository made for it, read like a mirror."""

import os
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import FileMode

from app.adapters.git.layout import MirrorFolder
from app.adapters.git.reader import GitReader
from app.core.guard import forbid_inside_scope

_LEFT_OUT = frozenset({".git", "node_modules", ".expo"})
_WHO = pygit2.Signature("HiveSync", "hivesync@localhost", 0, 0)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a folder held: its reader, and its only commit."""

    reader: GitReader
    commit: str


def take_snapshot(folder: Path, place: Path) -> Snapshot:
    """Write a folder's files into a repository below `place`, an empty folder; installed packages are left out. Blocks.

    Symbolic links are left out too. Equal files give equal commits.
    """
    forbid_inside_scope("reading a folder")
    generation = place / "g-000001.git"
    repo = pygit2.init_repository(str(generation), bare=True)
    commit = repo.create_commit("refs/heads/main", _WHO, _WHO, "snapshot", _tree(repo, folder), [])
    (place / "CURRENT").write_text(f"{generation.name}\n")
    return Snapshot(GitReader(MirrorFolder(place)), str(commit))


def _tree(repo: pygit2.Repository, folder: Path) -> pygit2.Oid:
    builder = repo.TreeBuilder()
    for path in sorted(folder.iterdir()):
        if path.name in _LEFT_OUT or path.is_symlink():
            continue
        if path.is_dir():
            builder.insert(path.name, _tree(repo, path), FileMode.TREE)
        elif path.is_file():
            mode = FileMode.BLOB_EXECUTABLE if os.access(path, os.X_OK) else FileMode.BLOB
            builder.insert(path.name, repo.create_blob(path.read_bytes()), mode)
    return builder.write()
