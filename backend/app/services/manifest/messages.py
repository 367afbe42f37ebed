"""What workers are asked to do for manifests, and what happened to them."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from app.core.events import Event
from app.core.hashing import sha256_hex
from app.core.jobs import JobPayload, Queue, RetryPolicy


class BuildManifest(JobPayload):
    """Describe a ref of a project's mirror as it now is; None is the default branch."""

    kind: ClassVar[str] = "manifest.build"
    queue: ClassVar[Queue] = Queue.REPO_SYNC
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=3)
    time_limit: ClassVar[timedelta] = timedelta(minutes=15)

    project_id: UUID
    ref: str | None = None
    # What the ref led to when this was asked for: a build that runs already may have seen the commit before.
    commit: str | None = None

    def unique_key(self) -> str:
        """Name the work by project, ref and commit; refs can be longer than a key."""
        what = sha256_hex(f"{self.ref}\0{self.commit}".encode())[:32]
        return f"manifest.build:{self.project_id}:{what}"


class ManifestBuilt(Event):
    """A new version of a project's manifest can be read."""

    name = "manifest.built"

    manifest_id: UUID
    version: int
    hash: str
    ref: str
    commit: str
