"""The answer 202: work was written down; here is where to ask how it stands."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.responses import JSONResponse

from app.schemas.jobs import JobAccepted

_API = "/api/v1"
# How soon a client should ask again. Short jobs are done by then, long ones lose nothing.
POLL_AFTER_SECONDS = 1


def accepted(
    job_id: UUID, *, status: str = "queued", status_path: str | None = None, more: Mapping[str, Any] | None = None
) -> JSONResponse:
    """Build `202 {job_id, status, status_url}` with `Location` and `Retry-After`.

    `status_path` is below the prefix; without it the job's own address is given. `more` is told beside these.
    """
    status_url = f"{_API}{status_path or f'/jobs/{job_id}'}"
    body = JobAccepted(job_id=job_id, status=status, status_url=status_url)
    return JSONResponse(
        body.model_dump(mode="json") | dict(more or {}),
        status_code=202,
        headers={"Location": status_url, "Retry-After": str(POLL_AFTER_SECONDS)},
    )
