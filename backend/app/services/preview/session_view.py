"""What a token opens, as a page for people: the session, its job, and what can be opened now."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.adapters.container import Container
from app.adapters.http.negotiation import prefers_html
from app.core.errors import AppError, Unauthenticated
from app.core.jobs import JobStatus
from app.services.preview.about import find_picture
from app.services.preview.building import ask_build
from app.services.preview.deps import Viewer, admit, owner_of
from app.services.preview.expo.shelf import Shelf
from app.services.preview.markup import POLICY_WITH_FORMS
from app.services.preview.messages import BuildPreview
from app.services.preview.service import Preview, PreviewService
from app.services.preview.session_page import OpenedPreview, SessionSeen, page_path, session_page, trouble_page
from app.services.preview.showing import as_status
from app.services.preview.tokens import TokenScope
from app.services.preview.web.ways import ways_for
from app.services.projects.access import Permission, require_project

VARY = {"Vary": "Accept"}
# The token is in the page's address, and grants are in its links: nobody keeps them or is told where one came from.
_HEADERS = {
    "Content-Security-Policy": POLICY_WITH_FORMS,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    **VARY,
}
_LONGEST_NAME = 100


async def show_session(container: Container, shelf: Shelf, token: str) -> HTMLResponse:
    """Answer the page of a token; what is wrong with it is a page as well, with the error's status."""
    try:
        seen = await _look(container, shelf, token)
    except AppError as error:
        return _trouble(container, error)
    page = session_page(seen, is_unconfined=container.settings.preview.is_unconfined)
    return HTMLResponse(page, headers=_HEADERS)


async def build_from_page(request: Request, container: Container, token: str) -> Response:
    """Have a session's app built, and lead back to its page; what `ask_build` raises, for browsers as a page."""
    try:
        await ask_build(container, token, None)
    except AppError as error:
        if not prefers_html(request):
            raise
        return _trouble(container, error)
    return RedirectResponse(page_path(token), status_code=303, headers=_HEADERS)


def _trouble(container: Container, error: AppError) -> HTMLResponse:
    headers = {**_HEADERS, **({"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthenticated) else {})}
    page = trouble_page(error, is_unconfined=container.settings.preview.is_unconfined)
    return HTMLResponse(page, error.status, headers)


async def _look(container: Container, shelf: Shelf, token: str) -> SessionSeen:
    """Find what a token shows; what `admit` and `PreviewService` raise. Redis and storage are asked outside scopes."""
    claims = await admit(container, token)
    viewer = Viewer(container.scopes(owner_of(claims)), claims)
    preview: Preview | None = None
    grant: str | None = None
    async with viewer.scopes(read_only=True) as scope:
        service = PreviewService(scope)
        session = await service.session_of(claims)
        project = await require_project(scope, session.project_id, Permission.PREVIEW)
        job_id = claims.job_id or session.job_id
        if job_id is not None:
            preview = await service.read(job_id, claims)
            grant = token if claims.scope is TokenScope.READ else service.grant(session, job_id)
        known = SessionSeen(
            token=token,
            project=project.name,
            platform=session.platform,
            source=session.source,
            expires_at=claims.expires_at,
            may_build=claims.scope is TokenScope.SESSION,
            git_ref=session.git_ref,
            commit=_commit(preview),
            dev_url=session.dev_url,
            grant=grant,
        )
    if preview is None:
        return known
    status = await as_status(container, preview)
    is_done = status.status == JobStatus.SUCCESS.value
    return replace(known, status=status, opened=await _open(container, shelf, viewer, preview) if is_done else None)


async def _open(container: Container, shelf: Shelf, viewer: Viewer, preview: Preview) -> OpenedPreview:
    """Find the ways to open a finished preview; where there are none the page says why, and is good for the rest."""
    job_id = preview.standing.job.id
    try:
        shown = await shelf.show(viewer, job_id)
        name = shown.opened.expo_config.get("name")
        ways = tuple(ways_for(shelf, shown))
    except AppError as error:
        return OpenedPreview(trouble=error)
    picture = await find_picture(container, viewer.scopes, job_id, viewer.claims)
    return OpenedPreview(name[:_LONGEST_NAME].strip() if isinstance(name, str) else None, ways, picture)


def _commit(preview: Preview | None) -> str | None:
    if preview is None:
        return None
    if preview.bundle is not None and preview.bundle.commit is not None:
        return preview.bundle.commit
    return preview.payload.commit if isinstance(preview.payload, BuildPreview) else None
