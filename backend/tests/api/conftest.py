"""A container whose ids count and whose answers come from syntax trees: the same journey gives the same bytes."""

from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from app import endpoints
from app.adapters.container import Container
from app.adapters.llm.chain import ModelChain
from app.adapters.llm.offline import OfflineModel
from app.adapters.telemetry.metrics import Metrics
from app.api.application import build_app
from app.core.clock import FrozenClock
from app.core.ids import CountingIds

from tests.api.journey import Journey
from tests.api.visitor import Visitor
from tests.fixtures.bare import GitRepo


@pytest.fixture
def offline(container: Container, ids: CountingIds) -> Container:
    """The test's container without a language model and with ids that count."""
    return replace(container, ids=ids, models=ModelChain([OfflineModel()], container.clock))


@pytest.fixture
def app(offline: Container) -> FastAPI:
    """The application around it."""
    return build_app(offline, endpoints.ROUTERS, endpoints.ROOT_ROUTERS, metrics=Metrics(), samplers=endpoints.SAMPLERS)


@pytest.fixture
def visitor(app: FastAPI, client: AsyncClient, clock: FrozenClock) -> Visitor:
    """Somebody for whom every call takes a second."""

    async def wait() -> None:
        clock.move(seconds=1)

    return Visitor(app, client, after_each=wait)


@pytest.fixture
def journey(visitor: Visitor, offline: Container, repo: GitRepo) -> Journey:
    """The journey through everything, not begun."""
    return Journey(visitor, offline, repo)
