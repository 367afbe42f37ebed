"""What can go wrong between a project and its repository."""

from app.core.errors import Conflict


class NoRepository(Conflict):
    """This project has no repository address. Give it one (PATCH /api/v1/projects/{id} with repo_url), then sync."""


class RepositoryEmpty(Conflict):
    """The repository has no commits yet. Push one to it, then start a sync."""

    code = "MANIFEST_NOT_READY"


class SyncInProgress(Conflict):
    """A sync of this project is just ending. Wait a moment, then ask again."""

    code = "SYNC_IN_PROGRESS"
