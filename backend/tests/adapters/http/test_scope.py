"""A request's unit of work: what could not be committed is never reported as done, and GET cannot write."""

from collections.abc import AsyncIterator

import pytest
from fastapi import APIRouter
from httpx import ASGITransport, AsyncClient
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app.adapters.container import Container
from app.adapters.http.scope import ScopeDep
from app.adapters.telemetry.metrics import Metrics
from app.api.application import build_app
from app.models.job import Lease

router = APIRouter()


async def break_off(_session: AsyncSession) -> None:
    raise OperationalError("COMMIT", {}, OSError("broken"))


class TooManyConnections(Exception):
    """What the driver raises for a server that is crowded."""

    sqlstate = "53300"


async def crowd(_session: AsyncSession) -> None:
    raise DBAPIError("COMMIT", {}, TooManyConnections())


FAILURES = {"broken": break_off, "crowded": crowd}


async def write(scope: ScopeDep, *, fail: str | None = None) -> dict[str, str]:
    """Write a row and answer as if all were well; the commit comes afterwards."""
    scope.session.add(Lease(name="written", holder="", token=0, until=scope.clock.now()))
    if fail:
        scope.uow.before_commit.append(FAILURES[fail])
    return {"answer": "written"}


router.add_api_route("/written", write, methods=["POST", "GET"], operation_id="write")


@pytest.fixture
async def writer(container: Container) -> AsyncIterator[AsyncClient]:
    """A client of an application with that one route."""
    app = build_app(container, [router], metrics=Metrics())
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://hivesync.test/api/v1") as opened:
        yield opened


async def written(container: Container) -> int:
    async with container.scope(read_only=True) as scope:
        rows = select(func.count()).select_from(Lease).where(Lease.name == "written")
        return (await scope.session.execute(rows)).scalar_one()


async def test_what_was_answered_is_committed(writer: AsyncClient, container: Container) -> None:
    assert (await writer.post("/written")).json() == {"answer": "written"}
    assert await written(container) == 1


async def test_a_commit_that_fails_is_an_error_and_not_a_success(writer: AsyncClient, container: Container) -> None:
    answer = await writer.post("/written", params={"fail": "broken"})
    assert answer.status_code >= 500
    assert answer.json()["code"] in ("INTERNAL", "UNAVAILABLE")
    assert await written(container) == 0


async def test_a_database_in_trouble_is_an_honest_503(writer: AsyncClient) -> None:
    answer = await writer.post("/written", params={"fail": "crowded"})
    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert answer.headers["Retry-After"]


async def test_what_a_reading_request_writes_is_forgotten(writer: AsyncClient, container: Container) -> None:
    await writer.get("/written")
    assert await written(container) == 0
