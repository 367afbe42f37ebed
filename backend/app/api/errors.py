"""Exceptions become stable answers: code, message, details, request id. Nothing else leaks."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from app.adapters.db.trouble import trouble
from app.api.addresses import Addresses
from app.core.errors import (
    AppError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    RateLimited,
    Unauthenticated,
    Unavailable,
    problem_of,
)

log = structlog.get_logger(__name__)

_MOST_PROBLEMS = 20
# What the framework says by itself, in our words: 400 is a body it could not even decode.
_SENTENCES = {400: "The body cannot be read. Send JSON in UTF-8.", 404: "There is no such address."}


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
    for kind in (DBAPIError, PoolTimeout, ConnectionError):
        app.add_exception_handler(kind, _database_failed)


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
    return error_response(Invalid(_told(error, problems), problems=problems), _request_id(request))


def _told(error: RequestValidationError, problems: Sequence[Mapping[str, str]]) -> str:
    """Say in one sentence what is wrong first."""
    first = problems[0] if problems else {"field": "body", "problem": "is not valid"}
    if first["field"] != "body":
        return f"{first['field']}: {first['problem']}."
    if isinstance(error.body, bytes):
        # The framework leaves a body alone whose type is not said to be JSON, and then finds it to be no object.
        return "Send the body with Content-Type: application/json."
    if error.errors()[0]["type"] == "json_invalid":
        return f"The body is not valid JSON: {first['problem']}."
    return f"body: {first['problem']}."


def _problems(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    # Only the place and the message: the rejected input may be a secret.
    return [_problem(error) for error in errors[:_MOST_PROBLEMS]]


def _problem(error: Mapping[str, Any]) -> dict[str, str]:
    if error["type"] == "json_invalid":
        # Its place is a position in the text, not the name of a field.
        return {"field": "body", "problem": f"{error['ctx']['error']} at character {error['loc'][-1]}"}
    field = ".".join(str(part) for part in error["loc"] if part != "body")
    return {"field": field or "body", "problem": problem_of(error)}


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
    if error.status_code == 405:
        return _other_method(request)
    kind = kinds.get(error.status_code, Invalid if error.status_code < 500 else AppError)
    told = kind(_SENTENCES.get(error.status_code, str(error.detail)))
    answer = error_response(told, _request_id(request))
    if error.status_code not in kinds:
        answer.status_code = error.status_code
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


def _other_method(request: Request) -> Response:
    # The router names the methods of the first route that has the address; others may share it.
    addresses: Addresses = request.app.state.addresses
    methods = ", ".join(addresses.methods(request.scope))
    answer = error_response(Invalid(f"This address answers {methods} only."), _request_id(request))
    answer.status_code = 405
    answer.headers["Allow"] = methods
    return answer


async def _database_failed(request: Request, error: Exception) -> Response:
    told = trouble(error)
    log.error("http.database_failed", exc_info=error)
    return error_response(Unavailable(told) if told else AppError(), _request_id(request))
