"""The API process: settings, container, application, server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
import uvloop
from fastapi import FastAPI

from app import endpoints, wiring
from app.adapters.opening import open_container
from app.adapters.telemetry.logging import configure_logging
from app.adapters.telemetry.metrics import Metrics
from app.api.application import build_app
from app.config import Settings, load_settings
from app.core import failpoints
from app.services.jobs.polling import Lanes


@asynccontextmanager
async def application(settings: Settings, *, lanes: Lanes = endpoints.LANES) -> AsyncIterator[FastAPI]:
    """Open a container, build the application around it, close both."""
    async with open_container(
        settings, registry=wiring.registry(), subscriptions=wiring.SUBSCRIPTIONS, service="api"
    ) as container:
        yield build_app(
            container,
            endpoints.ROUTERS,
            endpoints.ROOT_ROUTERS,
            metrics=Metrics(),
            samplers=endpoints.SAMPLERS,
            lanes=lanes,
        )


async def serve(settings: Settings, *, lanes: Lanes = endpoints.LANES) -> None:
    """Serve until told to stop."""
    configure_logging(settings, service="api")
    failpoints.arm(settings.core.failpoint)
    async with application(settings, lanes=lanes) as app:
        config = uvicorn.Config(
            app,
            host=settings.core.host,
            port=settings.core.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=10,
        )
        await uvicorn.Server(config).serve()


def run(settings: Settings | None = None) -> None:
    """Run the API process."""
    uvloop.run(serve(settings or load_settings()))
