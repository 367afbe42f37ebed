"""The fast lane: polls that can be answered plainly are, before any routing; everything else goes on as ever.

It never refuses. A request that is unusual, unauthenticated, not allowed or over its limit takes the ordinary
route, which says what is wrong. So there is one place for every error and one contract for both ways.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.adapters.container import Container
from app.adapters.http.limits import COUNTED, LeasedLimit
from app.adapters.kv.port import KvUnavailable
from app.api.middleware import POLLED
from app.core.errors import Unauthenticated
from app.services.jobs.polling import Lanes, Poll
from app.services.jobs.states import answer

_GROUP = "api"
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BEARER = b"bearer "


@dataclass(frozen=True, slots=True)
class LaneRoute:
    """What logs and metrics call an address: the same as the ordinary route's."""

    path_format: str


@dataclass(frozen=True, slots=True)
class _Opened:
    """What is made once, when the first request shows the process's container."""

    container: Container
    limit: LeasedLimit
    polls: Mapping[str, Poll]


class FastLane:
    """ASGI: in front of the routers, behind request ids and metrics."""

    def __init__(self, app: ASGIApp, *, lanes: Lanes) -> None:
        """Answer for these templates, `/api/v1/jobs/{job_id}` say: one id, and it is the last part."""
        self._app = app
        self._lanes = {template.rpartition("/")[0]: (LaneRoute(template), poll) for template, poll in lanes.items()}
        self._opened: _Opened | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] == "http" and scope["method"] == "GET":
            folder, _, last = scope["path"].rpartition("/")
            lane = self._lanes.get(folder)
            if lane is not None and _ID.fullmatch(last):
                response = await self._poll(scope, folder, UUID(last))
                if response is not None:
                    scope["route"], scope[POLLED] = lane[0], True
                    await response(scope, receive, send)
                    return
        await self._app(scope, receive, send)

    async def _poll(self, scope: Scope, folder: str, asked: UUID) -> Response | None:
        opened = self._open(scope["app"].state.container)
        try:
            claims = opened.container.access_tokens.check(_token_of(scope))
            if not await opened.limit.allows(claims.user_id):
                return None
        except (Unauthenticated, KvUnavailable):
            return None
        scope[COUNTED] = _GROUP
        state = await opened.polls[folder](claims, asked)
        return None if state is None else answer(Request(scope), state)

    def _open(self, container: Container) -> "_Opened":
        if self._opened is None or self._opened.container is not container:
            polls = {folder: poll(container) for folder, (_, poll) in self._lanes.items()}
            self._opened = _Opened(container, LeasedLimit(container, _GROUP), polls)
        return self._opened


def _token_of(scope: Scope) -> str:
    """Find the one bearer token; an empty text, which no check passes, for anything else."""
    found = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(found) != 1 or found[0][: len(_BEARER)].lower() != _BEARER:
        return ""
    return str(found[0][len(_BEARER) :], "latin-1")
