"""Whether the packages that a repository brings along are those that its lock file lists."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.adapters.files.rooted import PathLeaves, RootedFolder
from app.services.preview.builder.package_files import MOST_MANIFEST_BYTES

FOLDER = "node_modules"


def problem_with_brought(project: Path, locked: Mapping[str, Mapping[str, Any]] | None) -> str | None:
    """Say why a brought node_modules cannot be used; None where it can. Every package's own version is looked at."""
    if (project / FOLDER).is_symlink() or not (project / FOLDER).is_dir():
        return "it is no folder"
    if locked is None:
        return "there is no lock file to compare it with"
    tree = RootedFolder(project)
    for place, about in locked.items():
        if FOLDER not in place.split("/") or about.get("link"):
            continue
        found = version_at(tree, place)
        may_lack = about.get("optional") or about.get("devOptional") or about.get("peer")
        if found != about.get("version") and not (found is None and may_lack):
            return f"{place[:200]} is {found or 'missing'}, the lock file says {str(about.get('version'))[:80]}"
    return None


def version_at(tree: RootedFolder, place: str) -> str | None:
    """Read which version lies at a place of a project; None where there is none, or it cannot be read."""
    try:
        with tree.file(f"{place}/package.json") as descriptor, open(descriptor, "rb", closefd=False) as file:
            found = json.loads(file.read(MOST_MANIFEST_BYTES)).get("version")
    except (OSError, ValueError, PathLeaves, AttributeError, RecursionError):
        return None
    return str(found)[:80] if found else None
