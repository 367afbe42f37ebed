"""What workers are asked to do for previews, and what happened to them."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from app.core.events import Event
from app.core.jobs import JobPayload, Queue, RetryPolicy
from app.services.preview.platforms import BuildOptions, Platform


class ReceiveBundle(JobPayload):
    """Check a bundle that somebody built and uploaded, and keep it in its one canonical form."""

    kind: ClassVar[str] = "preview.receive"
    queue: ClassVar[Queue] = Queue.PREVIEW_BUILD
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=3)
    time_limit: ClassVar[timedelta] = timedelta(minutes=5)

    project_id: UUID
    session_id: UUID
    platform: Platform
    upload_key: str
    upload_sha256: str
    size_bytes: int

    def unique_key(self) -> str:
        """Name the work by what was sent, so that the same bytes sent twice are checked once."""
        return f"preview.receive:{self.session_id}:{self.upload_sha256}"


class BuildPreview(JobPayload):
    """Build a commit's app for one platform. PREVIEW_MAX_TIMEOUT_MS ends it; this limit is for what hangs beside."""

    kind: ClassVar[str] = "preview.build"
    queue: ClassVar[Queue] = Queue.PREVIEW_BUILD
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=3)
    time_limit: ClassVar[timedelta] = timedelta(minutes=65)

    project_id: UUID
    session_id: UUID
    platform: Platform
    ref: str
    commit: str
    manifest_hash: str
    options: BuildOptions = BuildOptions()

    def unique_key(self) -> str:
        """Name the work, so that a phone that asks twice waits for one build."""
        return f"preview.build:{self.session_id}:{self.commit}"


class MakePatch(JobPayload):
    """Make the patch that leads from one preview's code to another's, for devices that run the one."""

    kind: ClassVar[str] = "preview.patch"
    queue: ClassVar[Queue] = Queue.PREVIEW_BUILD
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=2)
    time_limit: ClassVar[timedelta] = timedelta(minutes=3)
    # People wait for bundles, and for patches nobody does.
    priority: ClassVar[int] = -5

    project_id: UUID | None
    job_id: UUID
    base_job_id: UUID

    def unique_key(self) -> str:
        """Name the work by both ends."""
        return f"preview.patch:{self.base_job_id}:{self.job_id}"


class PreviewReady(Event):
    """A bundle can be opened on a device."""

    name = "preview.ready"

    preview_job_id: UUID
    platform: str
    user_id: UUID | None = None
