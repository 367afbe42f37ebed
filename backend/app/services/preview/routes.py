"""HTTP door: open a session, send a bundle, follow it, download it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.adapters.container import Container
from app.adapters.http.accepted import accepted
from app.adapters.http.etag import etagged
from app.adapters.http.limits import limit
from app.adapters.http.negotiation import prefers_html
from app.adapters.http.paging import page_query
from app.adapters.http.scope import ContainerDep
from app.core.errors import Unauthenticated
from app.core.jobs import JobStatus
from app.schemas.paging import PageOut, PageQuery
from app.services.auth.deps import ActorScope, ActorScopes
from app.services.jobs.states import poll_headers
from app.services.preview.building import ask_build
from app.services.preview.deps import BearerDep, ViewerDep, admit, owner_of
from app.services.preview.expo.shelf import ShelfDep
from app.services.preview.opens import note_open
from app.services.preview.platforms import Source
from app.services.preview.revocation import announce_revoked
from app.services.preview.schemas import (
    BuildIn,
    ListedSessionOut,
    PreviewAcceptedOut,
    PreviewStatusOut,
    SessionIn,
    SessionOpenedOut,
    SessionOut,
    SessionRestoredOut,
    SessionShownOut,
    TokenIn,
    TokenOut,
)
from app.services.preview.service import Opened, PreviewService
from app.services.preview.session_view import VARY, build_from_page, show_session
from app.services.preview.showing import ZIP, as_listed, as_status, read_log, send_bundle
from app.services.preview.states import log_of
from app.services.preview.tokens import TokenScope
from app.services.preview.uploading import take_upload

router = APIRouter(prefix="/preview", tags=["preview"], dependencies=[limit("api")])

TokenPath = Annotated[str, Path(max_length=200, description="The session's token.")]
DirectQuery = Annotated[
    bool | None,
    Query(description="Be sent on (307) to the object storage, where it can sign addresses; else the server decides."),
]
# Whole, in part, or from where the storage's own address leads.
_SENT = frozenset({200, 206, 307})
# The token may come in the header alone.
_WITHOUT_BODY = BuildIn()
_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_UPLOAD: dict[str, Any] = {"requestBody": {"required": True, "content": _BINARY}}
_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}
_TEXT: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {}}}}
_ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {ZIP: {}}}}


@router.post("/token", status_code=201, summary="A token for one project on one platform")
async def make_token(asked: TokenIn, scope: ActorScope) -> TokenOut:
    opened = await PreviewService(scope).open(asked.request(Source.WORKER))
    return TokenOut(token=opened.token, expires_at=opened.session.expires_at)


@router.post("/build", status_code=202, response_model=PreviewAcceptedOut, summary="Have a token's app built")
async def build_preview(
    container: ContainerDep, bearer: BearerDep, asked: Annotated[BuildIn, Body()] = _WITHOUT_BODY
) -> JSONResponse:
    """Build here, or serve what was built or sent for this session already. No log-in: the token is enough."""
    given = asked.token or (bearer.credentials if bearer is not None else None)
    if given is None:
        raise Unauthenticated("Send the preview's token, in the body or as Authorization: Bearer.")
    job, grant = await ask_build(container, given, asked.git_ref)
    return accepted(job.id, status=job.status, status_path=f"/preview/status/{job.id}", more={"grant": grant})


@router.post("/sessions", status_code=201, summary="Open a preview session")
async def open_session(asked: SessionIn, scope: ActorScope, container: ContainerDep) -> SessionOpenedOut:
    opened = await PreviewService(scope).open(asked.request(asked.source, asked.dev_url))
    return SessionOpenedOut(
        session_id=opened.session.id,
        token=opened.token,
        expires_at=opened.session.expires_at,
        qr_url=_qr_url(container, opened),
    )


@router.get("/sessions", summary="A project's preview sessions, the newest first")
async def list_sessions(
    project_id: UUID, scope: ActorScope, page: Annotated[PageQuery, Depends(page_query)]
) -> PageOut[ListedSessionOut]:
    found = await PreviewService(scope).list_sessions(project_id, limit=page.limit, after=page.after)
    return PageOut[ListedSessionOut](items=[as_listed(each) for each in found.items], next_cursor=found.next_cursor)


@router.get(
    "/sessions/{token}",
    response_model=SessionShownOut,
    responses=_PAGE,
    summary="What a token opens; no log-in needed",
)
async def read_session(
    token: TokenPath, request: Request, response: Response, container: ContainerDep, shelf: ShelfDep
) -> SessionShownOut | Response:
    """A browser (`Accept: text/html`) gets a page: how the preview stands, and every way to open it."""
    if prefers_html(request):
        return await show_session(container, shelf, token)
    response.headers.update(VARY)
    claims = await admit(container, token)
    async with container.scopes(owner_of(claims))(read_only=True) as scope:
        service = PreviewService(scope)
        session = await service.session_of(claims)
        # A grant is shown as it is: whoever could make it longer would keep it for ever.
        if claims.scope is TokenScope.READ:
            return SessionShownOut.of(session, token)
        grant = service.grant(session, session.job_id) if session.job_id else None
        return SessionShownOut.of(session, grant)


@router.post(
    "/sessions/{token}/open", response_class=Response, status_code=303, summary="Build it, from a button of its page"
)
async def open_from_page(token: TokenPath, request: Request, container: ContainerDep) -> Response:
    """As `/preview/build`, for a plain form: answers with the way back to the page. No log-in: the token is enough."""
    return await build_from_page(request, container, token)


@router.post(
    "/sessions/{token}/bundle",
    status_code=202,
    response_model=PreviewAcceptedOut,
    openapi_extra=_UPLOAD,
    summary="Send a bundle; no log-in needed",
)
async def upload_bundle(token: TokenPath, request: Request, container: ContainerDep) -> JSONResponse:
    """Send the zip as the body. `X-Content-SHA256` lets the server refuse bytes that changed on their way."""
    job, grant = await take_upload(request, container, token)
    return accepted(job.id, status=job.status, status_path=f"/preview/status/{job.id}", more={"grant": grant})


@router.post(
    "/sessions/{session_id}/revoke", summary="End a session: its token and grants are refused, and its build stops"
)
async def revoke_session(session_id: UUID, scopes: ActorScopes, container: ContainerDep) -> SessionOut:
    async with scopes() as scope:
        ended = SessionOut.model_validate(await PreviewService(scope).revoke(session_id))
    await announce_revoked(container, session_id)
    if ended.job_id is not None:
        async with scopes() as scope:
            await PreviewService(scope).stop_build(ended.job_id)
    return ended


@router.post("/sessions/{session_id}/restore", summary="Bring a session's expired bundle back")
async def restore_session(session_id: UUID, scope: ActorScope) -> SessionRestoredOut:
    session, grant = await PreviewService(scope).restore(session_id)
    return SessionRestoredOut(session_id=session.id, job_id=session.job_id, grant=grant)


@router.get("/status/{job_id}", response_model=PreviewStatusOut, summary="How a preview stands")
async def read_preview_status(job_id: UUID, request: Request, viewer: ViewerDep, container: ContainerDep) -> Response:
    async with viewer.scopes(read_only=True) as scope:
        preview = await PreviewService(scope).read(job_id, viewer.claims)
    shown = await as_status(container, preview)
    return etagged(request, shown, headers=poll_headers(JobStatus(preview.standing.job.status)))


@router.get("/download/{job_id}", response_class=Response, responses=_ZIP)
async def download_bundle(
    job_id: UUID, request: Request, viewer: ViewerDep, container: ContainerDep, direct: DirectQuery = None
) -> Response:
    """Download the zip, whole or a range of it: a download that broke off goes on where it stopped."""
    async with viewer.scopes(read_only=True) as scope:
        preview = await PreviewService(scope).read(job_id, viewer.claims)
    answer = await send_bundle(request, container, preview, direct=direct)
    if request.method == "GET" and answer.status_code in _SENT:
        await note_open(viewer.scopes, preview)
    return answer


@router.get(
    "/logs/{job_id}", response_class=Response, responses=_TEXT, summary="What happened to a preview, line by line"
)
async def read_preview_log(job_id: UUID, viewer: ViewerDep, container: ContainerDep) -> PlainTextResponse:
    """It grows while the build runs: ask again, and print what is new."""
    async with viewer.scopes(read_only=True) as scope:
        preview = await PreviewService(scope).read(job_id, viewer.claims)
    return PlainTextResponse(log_of(preview.standing.job, preview.bundle, await read_log(container, preview)))


def _qr_url(container: Container, opened: Opened) -> str:
    return f"{container.settings.core.base_url}/api/v1/preview/sessions/{opened.token}"
