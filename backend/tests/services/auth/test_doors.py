"""Every door of the API is closed unless it is on the list of open ones. A new route is tested by existing.

What is behind them for strangers with an account: tests/api/test_foreign_ids.py.
"""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from app.core.clock import FrozenClock

from tests.api.samples import filled
from tests.fixtures.people import People

# The whole list (CONTRACT: endpoints that need no login).
OPEN = {
    ("post", "/api/v1/auth/register"),
    ("post", "/api/v1/auth/login"),
    ("post", "/api/v1/auth/refresh"),
    ("get", "/api/v1/health"),
    ("get", "/api/v1/health/deep"),
}
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def settings_env() -> dict[str, str]:
    return {"RATE_LIMIT_API": "100000/1m", "RATE_LIMIT_AUTH": "100000/1m"}


@pytest.fixture
async def anywhere(app: FastAPI) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app=app), base_url="http://hivesync.test")


def doors(app: FastAPI) -> Iterator[tuple[str, str]]:
    for path, operations in app.openapi()["paths"].items():
        yield from ((method, path) for method in operations if method in METHODS)


async def test_nobody_gets_in_without_a_token_a_forged_one_or_an_old_one(
    app: FastAPI, anywhere: AsyncClient, people: People, clock: FrozenClock
) -> None:
    old = (await people.user("ann")).headers
    clock.move(seconds=3600)
    forged = {"Authorization": old["Authorization"][:-8] + "AAAAAAAA"}
    closed = [door for door in doors(app) if door not in OPEN]
    assert len(closed) > 40
    let_in = [
        (method, path, answer.status_code)
        for method, path in closed
        for headers in ({}, forged, dict(old))
        if (answer := await anywhere.request(method, filled(path), headers=headers)).status_code != 401
    ]
    assert let_in == []


async def test_the_open_doors_are_those_on_the_list(app: FastAPI, anywhere: AsyncClient) -> None:
    assert set(doors(app)) >= OPEN
    for method, path in OPEN:
        assert (await anywhere.request(method, path)).status_code != 401


async def test_what_administrators_do_is_forbidden_to_others(
    app: FastAPI, anywhere: AsyncClient, people: People
) -> None:
    ann = await people.user("ann")
    admin_doors = [(method, path) for method, path in doors(app) if path.startswith("/api/v1/admin/")]
    for method, path in admin_doors:
        answer = await anywhere.request(method, filled(path), headers=dict(ann.headers))
        assert answer.status_code in (403, 422), (method, path)
