"""Who may talk to the agent: programs of this machine that could read its token, and no page of a browser."""

import contextlib
import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from app.agent.errors import HostRefused, OriginRefused, TokenWrong
from app.agent.telling import status_of, told
from app.core.errors import AppError, PayloadTooLarge
from app.core.ids import IdSource

_HOSTS = ("127.0.0.1", "localhost", "[::1]")
LARGEST_BODY = 256 * 1024

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Guard:
    """Refuses every request that is not one of a program with the token; nothing behind it sees others."""

    def __init__(self, app: Callable[..., Awaitable[None]], *, token: str, ids: IdSource) -> None:
        self._app, self._token, self._ids = app, token, ids

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Check, then pass on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        request_id = self._ids.new().hex
        scope.setdefault("state", {})["request_id"] = request_id
        try:
            self._check(Headers(scope=scope))
        except AppError as error:
            answer = JSONResponse(told(error, request_id), status_code=status_of(error), headers=_HEADERS)
            await answer(scope, receive, send)
            return
        with contextlib.suppress(Exception):
            # Starlette raises what nobody expected once more, after it was answered and written down.
            await self._app(scope, receive, send)

    def _check(self, headers: Headers) -> None:
        # A name of somebody else's that leads to this machine is what rebinding attacks use.
        host = headers.get("host", "")
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if name.lower() not in _HOSTS:
            raise HostRefused
        if "origin" in headers or headers.get("sec-fetch-site", "none") != "none":
            raise OriginRefused
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), self._token.encode()):
            raise TokenWrong
        length = headers.get("content-length", "0")
        if headers.get("transfer-encoding") or not length.isdigit() or int(length) > LARGEST_BODY:
            raise PayloadTooLarge("Send a body of at most 256 KiB, with its length.", most_bytes=LARGEST_BODY)


_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
