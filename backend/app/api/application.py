"""Builds the HTTP application around a container: middleware, errors, routers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from app.adapters.container import Container
from app.adapters.telemetry.metrics import Metrics
from app.api import errors, openapi, pages
from app.api.middleware import BodyLimit, RequestContext

PREFIX = "/api/v1"
VERSION = "0.1.0"
# JSON requests are small; bundles and media stream through their own limits.

_DESCRIPTION = """
HiveSync mirrors a Git repository, describes it in hashed manifests, and offers AI documentation and renames as
*proposals*: nothing changes without consent, everything is diff-visible, bound to bytes, and can be undone.

Log in with `POST /auth/login`, then send `Authorization: Bearer <access_token>`. Work in the background answers 202
with a job; poll its `status_url` (ETag and Retry-After are there to be used).
"""


def build_app(
    container: Container, routers: Sequence[APIRouter], root_routers: Sequence[APIRouter] = (), *, metrics: Metrics
) -> FastAPI:
    """Put the application together; `root_routers` stand outside the prefix."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield

    app = FastAPI(
        title="HiveSync",
        version=VERSION,
        description=_DESCRIPTION,
        generate_unique_id_function=openapi.operation_id,
        responses=openapi.ERROR_ANSWERS,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        middleware=_middleware(container, metrics),
    )
    app.state.container = container
    app.state.metrics = metrics
    errors.install(app)
    for router in routers:
        app.include_router(router, prefix=PREFIX)
    for router in root_routers:
        app.include_router(router)
    app.include_router(pages.router)
    openapi.check_unique(app)
    return app


def _middleware(container: Container, metrics: Metrics) -> list[Middleware]:
    stack = [
        Middleware(RequestContext, ids=container.ids, clock=container.clock, metrics=metrics),
        Middleware(BodyLimit, max_bytes=container.settings.limits.max_body_bytes),
    ]
    origins = container.settings.security.cors_origins
    if origins:
        stack.append(
            Middleware(
                CORSMiddleware,
                allow_origins=list(origins),
                allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
                allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "X-Request-Id"],
                expose_headers=["ETag", "Location", "Retry-After", "X-Request-Id"],
            )
        )
    return stack
