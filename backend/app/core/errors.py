"""The seven kinds of error. A subclass adds a code; its docstring is its default message.

AppError
├─ Invalid          422   the request itself is wrong
├─ Unauthenticated  401   nobody is logged in
├─ Forbidden        403   somebody is, and may not
├─ NotFound         404   also for what the actor may not know exists
├─ Conflict         409   the world is not in a state that allows it
├─ RateLimited      429   slow down
└─ Unavailable      503   somebody else's fault, try later: the only retryable kind
"""

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar


class AppError(Exception):
    """Something went wrong that has a name."""

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, message: str | None = None, /, **details: Any) -> None:
        """Use the class's docstring as the message unless one is given."""
        self.message: str = message or inspect.cleandoc(type(self).__doc__ or self.code)
        self.details: Mapping[str, Any] = details
        super().__init__(self.message)


class Invalid(AppError):
    """The request is not valid."""

    code = "VALIDATION_ERROR"
    status = 422


class Unauthenticated(AppError):
    """Log in first."""

    code = "UNAUTHENTICATED"
    status = 401


class Forbidden(AppError):
    """You may not do this."""

    code = "FORBIDDEN"
    status = 403


class NotFound(AppError):
    """There is nothing here, or you may not see it."""

    code = "NOT_FOUND"
    status = 404


class Conflict(AppError):
    """The present state does not allow this."""

    code = "CONFLICT"
    status = 409


class RateLimited(AppError):
    """Too many requests. Wait a little, then try again."""

    code = "RATE_LIMITED"
    status = 429


class Unavailable(AppError):
    """Something HiveSync depends on does not answer. Try again in a moment."""

    code = "UNAVAILABLE"
    status = 503
    retryable = True


class PayloadTooLarge(Invalid):
    """The request is larger than this server accepts."""

    code = "PAYLOAD_TOO_LARGE"
    status = 413


def problem_of(found: Mapping[str, Any]) -> str:
    """What pydantic found wrong, in plain words: it says of each check of ours that it is one."""
    return str(found["msg"]).removeprefix("Value error, ").rstrip(".")


def every_error() -> list[type[AppError]]:
    """Every loaded error class, parents before children."""
    found: list[type[AppError]] = []
    waiting: list[type[AppError]] = [AppError]
    while waiting:
        kind = waiting.pop(0)
        found.append(kind)
        waiting.extend(kind.__subclasses__())
    return found
