"""Errors as the agent tells them: in the product's shape, with the server's own code where the server said no."""

import errno
from typing import Any

import structlog

from app.cli.refusals import CommandFailed, NotLoggedIn, ServerSilent
from app.core.errors import AppError

log = structlog.get_logger(__name__)


def note(error: Exception, answer: dict[str, Any], **facts: Any) -> None:
    """Write down what nobody expected, for whoever has to find out why. Refusals are answered and no more."""
    if not isinstance(error, AppError) or type(error) is AppError:
        log.error("agent.failed", code=answer["code"], exc_info=error, **facts)


def told(error: Exception, request_id: str = "") -> dict[str, Any]:
    """Give an error as JSON. Of what nobody expected nothing but its kind is told."""
    if isinstance(error, AppError):
        details = dict(error.details)
        request_id = str(details.pop("request_id", None) or request_id)
        return {"code": code_of(error), "message": error.message, "details": details, "request_id": request_id}
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        code = "DISK_FULL" if error.errno == errno.ENOSPC else "WRITE_FAILED"
        return {"code": code, "message": f"{where}{error.strerror or error}", "details": {}, "request_id": request_id}
    said = f"Something went wrong in the agent ({type(error).__name__})."
    return {"code": "INTERNAL", "message": said, "details": {}, "request_id": request_id}


def code_of(error: AppError) -> str:
    """Give an error's code."""
    if isinstance(error, NotLoggedIn):
        return "UNAUTHENTICATED"
    if isinstance(error, ServerSilent):
        return "UNAVAILABLE"
    if isinstance(error, CommandFailed):
        return error.server_code or "SERVER_REFUSED"
    return error.code


def status_of(error: Exception) -> int:
    """Give the HTTP status of an answer that tells it."""
    if isinstance(error, NotLoggedIn):
        return 401
    if isinstance(error, ServerSilent):
        return 503
    if isinstance(error, CommandFailed):
        # Of a job that failed there is no answer.
        return error.server_status or 409
    return error.status if isinstance(error, AppError) else 500
