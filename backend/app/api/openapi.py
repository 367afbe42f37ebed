"""Stable OpenAPI: operation ids are function names, every operation names its errors and shows what it answers."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from app.core.errors import (
    AppError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PayloadTooLarge,
    RateLimited,
    Unauthenticated,
    Unavailable,
)
from app.schemas.errors import ErrorOut

# Real answers by operation id, written by `make examples`.
EXAMPLES = Path(__file__).with_name("examples.json")


def _told(error: AppError, description: str) -> dict[str, Any]:
    shown = ErrorOut(
        code=error.code,
        message=error.message,
        details=dict(error.details),
        request_id="00000000-0000-7000-8000-000000000001",
    )
    content = {"application/json": {"example": shown.model_dump(mode="json")}}
    return {"model": ErrorOut, "description": description, "content": content}


_PROBLEM = {"field": "name", "problem": "Field required"}
ERROR_ANSWERS: dict[int | str, dict[str, Any]] = {
    error.status: _told(error, description)
    for error, description in (
        (Unauthenticated(), "Nobody is logged in, or the token is expired or forged."),
        (Forbidden(), "You may see this but not do it."),
        (NotFound(), "It does not exist, or you may not see it."),
        (PayloadTooLarge(max_bytes=2 * 1024**2), "The request is larger than this server accepts."),
        (Conflict(), "The present state does not allow this."),
        (
            Invalid("name: Field required.", problems=[_PROBLEM]),
            "The request is not valid; `details.problems` says where.",
        ),
        (RateLimited(retry_after_seconds=30), "Too many requests; wait `Retry-After` seconds."),
        (Unavailable(), "Something HiveSync depends on does not answer; try again."),
    )
}


class DescribedApp(FastAPI):
    """An application whose document shows a real answer of every operation."""

    def openapi(self) -> dict[str, Any]:
        """Make the document once."""
        if self.openapi_schema is None:
            examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
            for operation in _operations(super().openapi()):
                _show(operation, examples)
        return super().openapi()


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()


def _show(operation: dict[str, Any], examples: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        content = answer.get("content", {}).get("application/json")
        if content is not None and status.startswith("2") and operation["operationId"] in examples:
            content["example"] = examples[operation["operationId"]]


def operation_id(route: APIRoute) -> str:
    """Name an operation after its function; names are unique across the product."""
    return route.name


def check_unique(routers: Iterable[APIRouter]) -> None:
    """Refuse two operations with one name: generated clients would lose one of them."""
    seen: dict[str, str] = {}
    for router in routers:
        for route in router.routes:
            if not isinstance(route, APIRoute) or not route.include_in_schema:
                continue
            where = f"{sorted(route.methods or [])} {route.path}"
            if route.name in seen:
                raise ValueError(f"operation '{route.name}' is both {seen[route.name]} and {where}")
            seen[route.name] = where
