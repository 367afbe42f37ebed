"""The client's side of a build: a token in, a job out. Git is read between short scopes."""

from uuid import UUID

from app.adapters.container import Container
from app.models.job import Job
from app.services.jobs.service import JobService
from app.services.manifest.reading import find_shown
from app.services.preview.deps import admit, check_token, owner_of
from app.services.preview.errors import WrongSource
from app.services.preview.platforms import Source
from app.services.preview.service import PreviewService


async def ask_build(container: Container, token: str, git_ref: str | None) -> tuple[Job, str]:
    """Have a token's app built, or serve what was built or sent for it already; answer the job and the grant (C65).

    A second call joins the first, unless that failed or another ref is asked for. WrongSource for a development server.
    """
    claims = await admit(container, token)
    scopes = container.scopes(owner_of(claims))
    async with scopes(read_only=True) as scope:
        session = await PreviewService(scope).allow_build(claims)
    if session.source == Source.DEV_URL.value:
        raise WrongSource(source=session.source, needed=Source.WORKER.value, dev_url=session.dev_url)
    if session.source == Source.UPLOAD.value:
        if session.job_id is None:
            raise WrongSource(
                "That session waits for a bundle that is sent: hivesync preview send.",
                source=session.source, needed=Source.WORKER.value,
            )  # fmt: skip
        return await _served(container, token, session.job_id)
    shown = await find_shown(scopes, container.mirrors, session.project_id, git_ref or session.git_ref)
    async with scopes() as scope:
        service = PreviewService(scope)
        job = await service.request_build(claims, shown.manifest)
        return job, service.grant(await service.session_of(claims), job.id)


async def _served(container: Container, token: str, job_id: UUID) -> tuple[Job, str]:
    claims = check_token(container, token)
    async with container.scopes(owner_of(claims))(read_only=True) as scope:
        service = PreviewService(scope)
        standing = await JobService(scope).read(job_id)
        return standing.job, service.grant(await service.session_of(claims), job_id)
