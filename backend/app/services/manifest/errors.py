"""What can go wrong with manifests."""

from app.core.errors import Conflict, NotFound, PayloadTooLarge


class ManifestNotReady(Conflict):
    """This project has no manifest yet. Start a sync (POST /api/v1/repos/{project_id}/sync), then try again."""

    code = "MANIFEST_NOT_READY"


class ManifestVersionNotFound(NotFound):
    """The project has no such manifest. GET /api/v1/projects/{id}/manifest/versions lists those it has."""


class ManifestTooLarge(PayloadTooLarge):
    """The repository holds more files than a manifest can describe."""


class ManifestDamaged(Conflict):
    """A stored manifest is not what its hash says. Restore the database; `hivesync admin verify` lists the damage."""
