"""Exceptions become stable answers: code, message, details, request id. Nothing else leaks."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from app.core.errors import AppError, Conflict, Forbidden, Invalid, NotFound, RateLimited, Unauthenticated, Unavailable

log = structlog.get_logger(__name__)

_MOST_PROBLEMS = 20


def error_response(error: AppError, request_id: str) -> Response:
    """Build the one error body."""
    body = {
        "code": error.code,
        "message": error.message if type(error) is not AppError else "Something went wrong on our side.",
        "details": dict(error.details),
        "request_id": request_id,
    }
    return JSONResponse(body, status_code=error.status, headers=_headers(error))


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)
    for kind in (OperationalError, InterfaceError, PoolTimeout, ConnectionError):
        app.add_exception_handler(kind, _database_unreachable)


def _headers(error: AppError) -> dict[str, str]:
    headers: dict[str, str] = {}
    wait = error.details.get("retry_after_seconds")
    if isinstance(wait, int | float):
        headers["Retry-After"] = str(max(1, round(wait)))
    elif isinstance(error, Unavailable):
        headers["Retry-After"] = "2"
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def _request_id(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


async def _app_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, AppError):
        raise error
    if error.status >= 500 and not isinstance(error, Unavailable):
        log.error("http.app_error", code=error.code, exc_info=error)
    return error_response(error, _request_id(request))


async def _validation_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    problems = _problems(error.errors())
    first = problems[0] if problems else {"field": "body", "problem": "is not valid"}
    return error_response(
        Invalid(f"{first['field']}: {first['problem']}", problems=problems),
        _request_id(request),
    )


def _problems(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    # Only the place and the message: the rejected input may be a secret.
    return [
        {
            "field": ".".join(str(part) for part in error["loc"] if part != "body") or "body",
            "problem": str(error["msg"]),
        }
        for error in errors[:_MOST_PROBLEMS]
    ]


async def _http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    kinds: dict[int, type[AppError]] = {
        400: Invalid,
        401: Unauthenticated,
        403: Forbidden,
        404: NotFound,
        409: Conflict,
        429: RateLimited,
        503: Unavailable,
    }
    kind = kinds.get(error.status_code, Invalid if error.status_code < 500 else AppError)
    told = kind("There is no such address." if error.status_code == 404 else str(error.detail))
    answer = error_response(told, _request_id(request))
    if error.status_code not in kinds:
        answer.status_code = error.status_code
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


async def _database_unreachable(request: Request, error: Exception) -> Response:
    broken = isinstance(error, DBAPIError) and not (
        error.connection_invalidated or "locked" in str(error).lower() or "connect" in str(error).lower()
    )
    log.error("http.database_unreachable", exc_info=error)
    if broken:
        return error_response(AppError(), _request_id(request))
    return error_response(Unavailable("The database does not answer. Try again in a moment."), _request_id(request))
