"""Builds the HTTP application around a container: middleware, errors, routers."""

import re
from collections.abc import Callable, Sequence

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from app.adapters.container import Container
from app.adapters.telemetry.metrics import Metrics, Sampler
from app.api import errors, openapi, pages
from app.api.addresses import Addresses
from app.api.lane import FastLane
from app.api.middleware import BodyLimit, RequestContext
from app.api.origins import PreviewHosts
from app.services.jobs.polling import Lanes
from app.services.preview.expo.shelf import Shelf
from app.services.preview.web.origins import PreviewOrigins
from app.services.preview.web.serving import PreviewSite

PREFIX = "/api/v1"
VERSION = "0.1.0"
# JSON requests are small; bundles and folders stream through limits of their own.
_UPLOADS = re.compile(rf"{PREFIX}/(?:preview/sessions/[^/]+/bundle|projects/[^/]+/folder-sync(?:/[^/]+/blobs/[^/]+)?)")

_DESCRIPTION = """
HiveSync mirrors a Git repository, describes it in hashed manifests, and offers AI documentation and renames as
*proposals*: nothing changes without consent, everything is diff-visible, bound to bytes, and can be undone.

Log in with `POST /auth/login`, then send `Authorization: Bearer <access_token>`. Work in the background answers 202
with a job; poll its `status_url` (ETag and Retry-After are there to be used).
"""


def describe_app(
    routers: Sequence[APIRouter],
    root_routers: Sequence[APIRouter] = (),
    *,
    middleware: Sequence[Middleware] = (),
) -> FastAPI:
    """Put routes and their description together; enough to write the OpenAPI document, not to answer."""
    openapi.check_unique([*routers, *root_routers])
    app = openapi.DescribedApp(
        title="HiveSync",
        version=VERSION,
        description=_DESCRIPTION.strip(),
        generate_unique_id_function=openapi.operation_id,
        responses=openapi.ERROR_ANSWERS,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        # A redirect would name the Host that was sent, and http behind a proxy that ends TLS: tokens would follow it.
        redirect_slashes=False,
        middleware=middleware,
    )
    for router in routers:
        app.include_router(router, prefix=PREFIX)
    for router in root_routers:
        app.include_router(router)
    app.include_router(pages.router)
    return app


def build_app(
    container: Container,
    routers: Sequence[APIRouter],
    root_routers: Sequence[APIRouter] = (),
    *,
    metrics: Metrics,
    samplers: Sequence[Callable[[Container], Sampler]] = (),
    lanes: Lanes | None = None,
) -> FastAPI:
    """Put the application together around a container; `root_routers` stand outside the prefix, `lanes` in front.

    `samplers` add metrics of the whole installation to those this process counts.
    """
    for sampler in samplers:
        metrics.add_sampler(sampler(container))
    origins = PreviewOrigins.of(container.settings)
    middleware = _middleware(container, metrics, origins)
    middleware.append(Middleware(FastLane, lanes={f"{PREFIX}{path}": poll for path, poll in (lanes or {}).items()}))
    app = describe_app(routers, root_routers, middleware=middleware)
    app.state.container = container
    app.state.metrics = metrics
    app.state.shelf = Shelf.of(container)
    if origins is not None:
        app.state.previews = PreviewSite(container, app.state.shelf, origins)
    app.state.addresses = Addresses(app.routes)
    errors.install(app)
    return app


def _middleware(container: Container, metrics: Metrics, previews: PreviewOrigins | None) -> list[Middleware]:
    stack = [
        Middleware(RequestContext, ids=container.ids, clock=container.clock, metrics=metrics, tracer=container.tracer)
    ]
    if previews is not None:
        stack.append(Middleware(PreviewHosts, origins=previews))
    origins = container.settings.security.cors_origins
    if origins:
        stack.append(
            Middleware(
                CORSMiddleware,
                allow_origins=list(origins),
                allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
                allow_headers=[
                    "Authorization",
                    "Content-Type",
                    "Idempotency-Key",
                    "If-None-Match",
                    "Last-Event-ID",
                    "X-Request-Id",
                ],
                expose_headers=["ETag", "Location", "Retry-After", "X-Request-Id"],
            )
        )
    # Inside, so that a page may read that its body was refused.
    stack.append(Middleware(BodyLimit, max_bytes=container.settings.limits.max_body_bytes, uploads=_UPLOADS))
    return stack
