"""Previews in their wire form, and their bytes."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.adapters.container import Container
from app.adapters.http.objects import ServedObject, send_object
from app.adapters.storage.port import Bucket, ObjectMissing, ObjectTooLarge
from app.core.errors import AppError
from app.core.jobs import JobStatus
from app.models.job import Job
from app.models.preview import PreviewBundle
from app.services.jobs.states import describe
from app.services.preview.bundles import file_name_of, log_key
from app.services.preview.errors import BundleExpired, PreviewFailed, PreviewNotReady
from app.services.preview.schemas import BundleOut, ListedSessionOut, PreviewStatusOut, SessionOut
from app.services.preview.service import ListedSession, Preview
from app.services.preview.states import status_of

_API = "/api/v1"
ZIP = "application/zip"
_LARGEST_LOG = 32 * 1024**2
# Long enough for a slow phone to begin, and to begin again where it broke off.
_DIRECT_FOR = timedelta(minutes=10)


async def as_status(container: Container, preview: Preview) -> PreviewStatusOut:
    """Show a preview with the state of its job. Asks Redis about workers, so call it outside a scope."""
    job = preview.standing.job
    state = (await describe(container, preview.standing)).model_dump()
    state["status"] = status_of(job)
    return PreviewStatusOut(
        **state,
        session_id=preview.payload.session_id,
        platform=preview.payload.platform.value,
        bundle=_as_bundle(preview.bundle),
    )


def as_listed(listed: ListedSession) -> ListedSessionOut:
    """Show a session of a list with how its preview and its bundle stand."""
    return ListedSessionOut(
        **SessionOut.model_validate(listed.session).model_dump(),
        preview_status=status_of(listed.job) if listed.job is not None else None,
        bundle_status=listed.bundle.status if listed.bundle is not None else None,
    )


async def read_log(container: Container, preview: Preview) -> str:
    """Read what a build has said so far; empty where nothing was built here, or the log is gone."""
    key = log_key(preview.payload.project_id, preview.standing.job.id)
    try:
        data = await container.buckets()[Bucket.PREVIEWS].get(key, max_bytes=_LARGEST_LOG)
    except (ObjectMissing, ObjectTooLarge):
        return ""
    return data.decode("utf-8", "replace")


async def send_bundle(
    request: Request, container: Container, preview: Preview, *, direct: bool | None = None
) -> Response:
    """Send the zip, or the part of it that is asked for; PreviewNotReady, PreviewFailed, BundleExpired.

    `direct` sends whoever asks on to the storage, where that can sign; None leaves it to PREVIEW_DIRECT_DOWNLOADS. No
    token is in that address, and `Referrer-Policy: no-referrer`, which every answer has, keeps ours out of the next.
    """
    bundle = bundle_to_send(container, preview)
    storage = container.buckets()[Bucket.PREVIEWS]
    if direct if direct is not None else container.settings.preview.direct_downloads:
        address = await storage.signed_url(bundle.object_key, ttl=_DIRECT_FOR)
        if address is not None:
            return RedirectResponse(address, status_code=307, headers={"Cache-Control": "no-store"})
    name = file_name_of(preview.payload.platform.value, bundle.job_id)
    served = ServedObject(storage, bundle.object_key, bundle.size_bytes, f'"{bundle.sha256}"', ZIP, name)
    return await send_object(request, served)


def bundle_to_send(container: Container, preview: Preview) -> PreviewBundle:
    """Give a preview's bundle, while it may be had; PreviewNotReady, PreviewFailed, BundleExpired."""
    bundle = preview.bundle
    if bundle is None:
        raise why_none(preview.standing.job)
    if bundle.status != "live" or bundle.expires_at <= container.clock.now():
        until = bundle.purge_at.isoformat() if bundle.purge_at else None
        raise BundleExpired(status=bundle.status, expired_at=bundle.expires_at.isoformat(), restorable_until=until)
    return bundle


def why_none(job: Job) -> AppError:
    """Say why a job has no bundle: PreviewFailed under its own code, or PreviewNotReady."""
    if job.status == JobStatus.FAILED.value:
        # The preview's own reason is the code (C52): a client need not ask for the status to learn it.
        failed = PreviewFailed(job.error_message, **(job.error_details or {}))
        failed.code = job.error_code or PreviewFailed.code  # type: ignore[misc]
        return failed
    return PreviewNotReady(status=status_of(job))


def _as_bundle(bundle: PreviewBundle | None) -> BundleOut | None:
    if bundle is None:
        return None
    return BundleOut(
        size_bytes=bundle.size_bytes,
        sha256=bundle.sha256,
        content_sha256=bundle.content_sha256,
        status=bundle.status,
        expires_at=bundle.expires_at,
        download_url=f"{_API}/preview/download/{bundle.job_id}",
    )
