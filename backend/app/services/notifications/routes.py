"""`/notifications` and `/events`: what people are told, kept and live."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.adapters.http.etag import etagged
from app.adapters.http.limits import limit
from app.adapters.http.paging import page_query
from app.adapters.http.scope import ContainerDep
from app.adapters.http.sse import MEDIA_TYPE, StreamSlotsDep, event_stream
from app.schemas.paging import PageQuery
from app.services.auth.deps import ActorScope, ClaimsDep, CurrentActor
from app.services.notifications.live import LiveEvents
from app.services.notifications.schemas import NotificationsOut, ReadOut
from app.services.notifications.service import NotificationService

router = APIRouter(tags=["notifications"], dependencies=[limit("api")])


@router.get("/notifications", response_model=NotificationsOut)
async def list_notifications(
    request: Request, scope: ActorScope, query: Annotated[PageQuery, Depends(page_query)], *, unread: bool = False
) -> Response:
    """List what you were told, newest first."""
    return etagged(request, await NotificationService(scope).page(query, unread_only=unread))


@router.post("/notifications/read-all")
async def read_all_notifications(scope: ActorScope) -> ReadOut:
    """Mark all of your notifications as read."""
    return ReadOut(unread=await NotificationService(scope).mark_all_read())


@router.post("/notifications/{notification_id}/read")
async def read_notification(notification_id: UUID, scope: ActorScope) -> ReadOut:
    """Mark one of your notifications as read."""
    return ReadOut(unread=await NotificationService(scope).mark_read(notification_id))


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}, "description": "Server-sent events."}},
)
async def stream_events(
    _actor: CurrentActor,
    claims: ClaimsDep,
    container: ContainerDep,
    slots: StreamSlotsDep,
    last_event_id: Annotated[str | None, Header(description="The `id` of the last event seen.")] = None,
) -> StreamingResponse:
    """Follow what happens in your projects as server-sent events.

    Each event's data is a LiveEvent. Come back with `Last-Event-ID` to resume without a gap; `reset` means that the
    place is too old and everything should be read anew. The stream ends when the access token does.
    """
    slots.check(claims.user_id)
    return event_stream(LiveEvents(container, claims, slots).follow(last_event_id))
