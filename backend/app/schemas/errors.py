"""The error body, the same everywhere."""

from typing import Any

from app.schemas.base import Out


class ErrorOut(Out):
    """What went wrong, in a form both people and programs can use."""

    code: str
    message: str
    details: dict[str, Any]
    request_id: str
