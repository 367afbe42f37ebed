"""Stable OpenAPI: operation ids are function names, every operation names the errors it can answer."""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

from app.schemas.errors import ErrorOut

ERROR_ANSWERS: dict[int | str, dict[str, Any]] = {
    401: {"model": ErrorOut, "description": "Nobody is logged in, or the token is expired or forged."},
    403: {"model": ErrorOut, "description": "You may see this but not do it."},
    404: {"model": ErrorOut, "description": "It does not exist, or you may not see it."},
    409: {"model": ErrorOut, "description": "The present state does not allow this."},
    422: {"model": ErrorOut, "description": "The request is not valid; `details.problems` says where."},
    429: {"model": ErrorOut, "description": "Too many requests; wait `Retry-After` seconds."},
    503: {"model": ErrorOut, "description": "Something HiveSync depends on does not answer; try again."},
}


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
