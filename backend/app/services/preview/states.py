"""The words of a preview's status (C05, C06), and the log of what happened to it. Pure."""

from collections.abc import Iterator

from app.core.jobs import JobStatus
from app.models.job import Job
from app.models.preview import PreviewBundle

BUILDING, BUNDLING, UPLOADING = "building", "bundling", "uploading"


def status_of(job: Job) -> str:
    """Say how a preview stands: while its job runs, the phase is the word."""
    if job.status == JobStatus.RUNNING.value:
        return job.phase if job.phase in (BUILDING, BUNDLING, UPLOADING) else BUILDING
    return job.status


def log_of(job: Job, bundle: PreviewBundle | None, built: str = "") -> str:
    """Tell what happened, a line each, with its time; in between, what the build itself said."""
    return "".join(f"{line}\n" for line in _lines(job, bundle, built))


def _lines(job: Job, bundle: PreviewBundle | None, built: str) -> Iterator[str]:
    yield f"{job.created_at.isoformat()} asked for ({job.kind})"
    if job.started_at:
        yield f"{job.started_at.isoformat()} started, attempt {job.attempt}"
    yield from built.splitlines()
    if bundle is not None:
        yield f"{bundle.created_at.isoformat()} stored {bundle.size_bytes:,} bytes, SHA-256 {bundle.sha256}"
    if job.error_code:
        moment = (job.finished_at or job.run_at).isoformat()
        yield f"{moment} {job.error_code}: {job.error_message}"
        for name, value in sorted((job.error_details or {}).items()):
            yield f"    {name}: {value}"
    if job.finished_at:
        yield f"{job.finished_at.isoformat()} {job.status}"
