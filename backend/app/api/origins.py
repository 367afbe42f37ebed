"""Sends requests for hosts of previews to their bundles, and keeps pages of previews away from the API."""

from urllib.parse import urlsplit

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.errors import error_response
from app.api.lane import LaneRoute
from app.api.middleware import FRAMED
from app.core.errors import AppError, Unavailable
from app.services.preview.expo.errors import WrongOrigin
from app.services.preview.web.origins import PreviewOrigins
from app.services.preview.web.serving import PreviewSite

log = structlog.get_logger(__name__)

# What logs and metrics call it: labels of hosts and paths of apps stay out of both.
_ROUTE = LaneRoute("preview origin")
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Preview</title><body><h1>{title}</h1><p>{message}</p><p><code>{code}</code></p></body></html>
"""


class PreviewHosts:
    """ASGI: before the API. A host of previews never reaches it, and no bundle is ever served on another host."""

    def __init__(self, app: ASGIApp, *, origins: PreviewOrigins) -> None:
        """Answer for all hosts below the one of previews."""
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        labels = [self._origins.label_of(host) for host in headers.getlist("host")]
        if any(label is not None for label in labels):
            await self._preview(scope, receive, send, labels)
        elif self._comes_from_a_preview(headers):
            await self._refuse(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _preview(self, scope: Scope, receive: Receive, send: Send, labels: list[str | None]) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        scope["route"], scope[FRAMED] = _ROUTE, True
        request = Request(scope, receive)
        site: PreviewSite = scope["app"].state.previews
        # Two hosts are a request that two readers would understand differently.
        label = labels[0] if len(labels) == 1 and labels[0] else ""
        try:
            answer = await site.answer(request, label)
        except AppError as error:
            answer = _told(error)
        except (DBAPIError, PoolTimeout, ConnectionError):
            log.exception("http.database_failed")
            answer = _told(Unavailable())
        await answer(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        refused = error_response(WrongOrigin(), str(scope.get("state", {}).get("request_id", "")))
        await refused(scope, receive, send)

    def _comes_from_a_preview(self, headers: Headers) -> bool:
        origin = headers.get("origin", "")
        try:
            host = urlsplit(origin).netloc
        except ValueError:
            return False
        return self._origins.label_of(host) is not None


def _told(error: AppError) -> Response:
    """Tell a browser's user what is wrong, and a program by code; nothing that was kept is of use any more."""
    page = _PAGE.format(title="This preview cannot be shown", message=_escaped(error.message), code=error.code)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'", "X-Error-Code": error.code}
    if error.status in (401, 403, 409):
        headers["Clear-Site-Data"] = '"cache", "storage"'
    return HTMLResponse(page, status_code=error.status, headers=headers)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
