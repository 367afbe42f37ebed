"""What can go wrong when files are read."""

from app.adapters.git.errors import PathNotFound


class PathIsFolder(PathNotFound):
    """That path is a folder. List it with GET /api/v1/projects/{id}/files."""


class PathIsSubmodule(PathNotFound):
    """That path is a submodule: its files belong to another repository, which HiveSync does not follow."""
