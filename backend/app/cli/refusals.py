"""Why a command could not be done, in words of this process or of the server."""

from collections.abc import Mapping
from typing import Any

from app.core.errors import AppError


class CommandFailed(AppError):
    """The command could not be done."""

    server_code: str | None = None
    # Of the answer that told it; None where there was none.
    server_status: int | None = None

    @classmethod
    def of(cls, code: str | None, message: str, details: Mapping[str, Any]) -> "CommandFailed":
        """Build from an error that the server told."""
        failed = cls(message, **{str(name): value for name, value in details.items()})
        failed.server_code = code
        return failed


class NotLoggedIn(CommandFailed):
    """Nobody is logged in, or no longer."""


class ServerSilent(CommandFailed):
    """The server does not answer."""
