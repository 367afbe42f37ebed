"""Pure ASGI middleware: request ids, access log, security headers, body limits. Nothing here buffers."""

import re
from dataclasses import dataclass

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.adapters.telemetry import correlation
from app.adapters.telemetry.metrics import Metrics
from app.adapters.telemetry.tracing import Tracer
from app.api.addresses import Addresses
from app.api.errors import error_response
from app.core.clock import Clock
from app.core.errors import AppError, PayloadTooLarge
from app.core.ids import IdSource

log = structlog.get_logger(__name__)

# In a request's ASGI scope: the fast lane answered it.
POLLED = "hivesync.polled"
# It is an answer of a preview's own origin, which says itself who may frame it.
FRAMED = "hivesync.framed"
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    # For answers that a browser would show although they are no pages; our pages bring a policy of their own.
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


@dataclass(slots=True)
class RequestContext:
    """Gives every request an id, binds it to log lines, echoes it, logs and counts the outcome."""

    app: ASGIApp
    ids: IdSource
    clock: Clock
    metrics: Metrics
    tracer: Tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _accepted_id(scope) or str(self.ids.new())
        scope.setdefault("state", {})["request_id"] = request_id
        started = self.clock.monotonic()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [(key, value) for key, value in message.get("headers", []) if key.lower() != b"x-request-id"]
                present = {key.lower() for key, _ in headers}
                headers.append((b"x-request-id", request_id.encode()))
                if scope.get(FRAMED):
                    present.add(b"x-frame-options")
                headers.extend(pair for pair in _HEADERS if pair[0] not in present)
                if not present & {b"etag", b"cache-control"}:
                    # Answers are somebody's own; what may be kept says so by its ETag.
                    headers.append((b"cache-control", b"no-store"))
                message["headers"] = headers
            await send(message)

        with (
            correlation.bound(correlation_id=request_id, request_id=request_id),
            self.tracer.span(scope["method"], kind="server", parent=_header(scope, b"traceparent")) as span,
        ):
            try:
                await self.app(scope, receive, send_with_headers)
            except Exception:  # the handler of last resort: the client gets a code, the log the trace
                log.exception("http.bug", path=_template(scope))
                if status:
                    raise
                await error_response(AppError(), request_id)(scope, receive, send_with_headers)
            finally:
                seconds = self.clock.monotonic() - started
                route = _template(scope)
                span.set(
                    {
                        "http.request.method": scope["method"],
                        "http.route": route,
                        "http.response.status_code": status,
                        "hivesync.request.id": request_id,
                    }
                )
                self.metrics.observe_request(scope["method"], route, status=status, seconds=seconds)
                # Polls that found nothing wrong would drown the lines that matter.
                write = log.debug if scope.get(POLLED) else log.info
                write("http.request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))


@dataclass(slots=True)
class BodyLimit:
    """Refuses bodies over a limit, declared or not, before anybody holds them in memory."""

    app: ASGIApp
    max_bytes: int
    # Paths whose routes stream, and count for themselves.
    uploads: re.Pattern[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != "http" or self.uploads.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        if _declared_length(scope) > self.max_bytes:
            await self._refuse(scope, receive, send)
            return
        read = 0
        answered = False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.max_bytes:
                raise PayloadTooLarge(max_bytes=self.max_bytes)
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            if read > self.max_bytes and not answered:
                # Whoever read the body may take what we raised for a body that is no JSON, and answer that.
                return
            answered = True
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except PayloadTooLarge:
            if answered:
                raise
        if read > self.max_bytes and not answered:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = PayloadTooLarge(max_bytes=self.max_bytes)
        await error_response(error, scope.get("state", {}).get("request_id", ""))(scope, receive, send)


def _accepted_id(scope: Scope) -> str | None:
    for key, value in scope["headers"]:
        if key == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return str(value, "ascii")
    return None


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def _declared_length(scope: Scope) -> int:
    for key, value in scope["headers"]:
        if key == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _template(scope: Scope) -> str:
    addresses: Addresses = scope["app"].state.addresses
    return addresses.template(scope)
