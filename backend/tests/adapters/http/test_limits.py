"""Rate limits: who is counted, when it is too much, and what happens without Redis."""

from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from app.adapters.container import Container
from app.adapters.events.memory import MemoryHub
from app.adapters.http.limits import LeasedLimit
from app.adapters.kv.memory import MemoryKeyValue
from app.adapters.kv.port import KvUnavailable
from app.adapters.queue.memory import MemoryQueue
from app.core.clock import FrozenClock

from tests.fixtures.container import Signals
from tests.fixtures.people import PASSWORD, People, Person

NETWORKS = "10.0.0.0/8"


@pytest.fixture
def settings_env() -> dict[str, str]:
    return {
        "TRUSTED_PROXIES": NETWORKS,
        "RATE_LIMIT_API": "5/1m",
        "RATE_LIMIT_AUTH": "500/1m",
        "RATE_LIMIT_LOGIN_ACCOUNT": "4/5m",
        "RATE_LIMIT_LOGIN_ADDRESS": "10/5m",
        "RATE_LIMIT_LOGIN_GLOBAL": "30/5m",
    }


@pytest.fixture
def kv(clock: FrozenClock) -> MemoryKeyValue:
    return MemoryKeyValue(clock)


@pytest.fixture
def signals(kv: MemoryKeyValue) -> Signals:
    """In memory always: the windows move with the test's clock."""
    return Signals(MemoryQueue(), kv, MemoryHub())


async def guess(client: AsyncClient, email: str, *, password: str = "wrong words", **headers: str) -> Response:
    return await client.post("/auth/login", json={"email": email, "password": password}, headers=headers)


async def reads(client: AsyncClient, person: Person, times: int) -> list[int]:
    return [(await client.get("/users/me", headers=person.headers)).status_code for _ in range(times)]


async def test_a_user_has_a_bucket_of_his_own(client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    assert await reads(client, ann, 6) == [200] * 5 + [429]
    assert await reads(client, bob, 1) == [200]


async def test_too_many_requests_say_how_long_to_wait_and_the_wait_ends(
    client: AsyncClient, people: People, clock: FrozenClock
) -> None:
    ann = await people.user("ann")
    await reads(client, ann, 5)
    clock.move(seconds=20)
    answer = await client.get("/users/me", headers=ann.headers)
    assert answer.json()["code"] == "RATE_LIMITED"
    assert answer.json()["details"] == {"retry_after_seconds": 40}
    assert answer.headers["retry-after"] == "40"
    clock.move(seconds=40)
    assert await reads(client, ann, 1) == [200]


async def test_whoever_is_not_logged_in_is_counted_by_address(client: AsyncClient) -> None:
    statuses = [(await client.get("/users/me", headers={"Authorization": "Bearer x"})).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


async def test_guesses_at_one_account_end_even_from_many_addresses(app: FastAPI, people: People) -> None:
    ann = await people.user("ann")
    statuses = []
    for host in range(6):
        transport = ASGITransport(app=app, client=(f"198.51.100.{host}", 1))
        async with AsyncClient(transport=transport, base_url="http://hivesync.test/api/v1") as client:
            statuses.append((await guess(client, ann.email)).status_code)
    assert statuses == [401] * 4 + [429] * 2


async def test_the_right_password_does_not_open_a_closed_account(
    client: AsyncClient, people: People, clock: FrozenClock
) -> None:
    ann = await people.user("ann")
    for _ in range(4):
        await guess(client, ann.email)
    assert (await guess(client, ann.email, password=PASSWORD)).status_code == 429
    clock.move(seconds=300)
    assert (await guess(client, ann.email, password=PASSWORD)).status_code == 200


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "CF-Connecting-IP", "True-Client-IP"]
)
async def test_headers_of_ones_own_are_no_way_to_another_address(client: AsyncClient, header: str) -> None:
    statuses = [
        (await guess(client, f"decoy{number}@example.com", **{header: f"198.51.100.{number}"})).status_code
        for number in range(12)
    ]
    assert statuses == [401] * 10 + [429] * 2


async def test_behind_a_trusted_proxy_the_client_is_counted(app: FastAPI) -> None:
    transport = ASGITransport(app=app, client=("10.0.0.1", 1))
    async with AsyncClient(transport=transport, base_url="http://hivesync.test/api/v1") as client:
        for number in range(10):
            await guess(client, f"decoy{number}@example.com", **{"X-Forwarded-For": "9.9.9.9, 198.51.100.1"})
        same = await guess(client, "other@example.com", **{"X-Forwarded-For": "8.8.8.8, 198.51.100.1"})
        another = await guess(client, "other@example.com", **{"X-Forwarded-For": "198.51.100.2"})
    assert (same.status_code, another.status_code) == (429, 401)


async def test_guesses_from_everywhere_are_counted_together(app: FastAPI) -> None:
    statuses = []
    for number in range(33):
        transport = ASGITransport(app=app, client=(f"203.0.{number}.1", 1))
        async with AsyncClient(transport=transport, base_url="http://hivesync.test/api/v1") as client:
            statuses.append((await guess(client, f"user{number}@example.com")).status_code)
    assert statuses == [401] * 30 + [429] * 3


async def test_successful_log_ins_do_not_use_an_address_up(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    statuses = [(await guess(client, ann.email, password=PASSWORD)).status_code for _ in range(14)]
    assert statuses == [200] * 14


async def test_a_success_now_and_then_buys_no_more_guesses(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    refused = 0
    for number in range(14):
        await guess(client, ann.email, password=PASSWORD)
        refused += (await guess(client, f"victim{number}@example.com")).status_code == 429
    assert refused == 4


async def test_one_spelling_of_an_email_is_one_account(client: AsyncClient) -> None:
    spellings = ["ann@example.com", "ANN@example.com", " ann@example.com", "Ann@EXAMPLE.com", "ann@example.COM"]
    statuses = [(await guess(client, email)).status_code for email in spellings]
    assert statuses == [401] * 4 + [429]


async def test_without_redis_logging_in_is_closed_and_the_rest_is_open(
    client: AsyncClient, people: People, kv: MemoryKeyValue
) -> None:
    ann = await people.user("ann")
    kv.available = False
    answers = [
        await guess(client, ann.email, password=PASSWORD),
        await client.post("/auth/refresh", json={"refresh_token": "hsr_x"}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, "UNAVAILABLE")] * 2
    assert "retry-after" in answers[0].headers
    assert await reads(client, ann, 8) == [200] * 8


async def test_redis_that_dies_between_count_and_check_closes_too(
    client: AsyncClient, people: People, container: Container, app: FastAPI, clock: FrozenClock
) -> None:
    class DiesAfterOne(MemoryKeyValue):
        async def hit(self, key: str, *, window: Any, times: int = 1) -> Any:
            hits = await super().hit(key, window=window)
            self.available = False
            return hits

    ann = await people.user("ann")
    app.state.container = replace(container, kv=DiesAfterOne(clock))
    assert (await guess(client, ann.email, password=PASSWORD)).status_code == 503


async def test_no_email_address_is_kept_in_redis(client: AsyncClient, kv: MemoryKeyValue) -> None:
    await guess(client, "ann@example.com")
    assert not [key for key in await kv.scan_prefix("rate") if "ann" in key or "example" in key]


@pytest.mark.parametrize("settings_env", [{"RATE_LIMIT_API": "110/1m"}])
async def test_leases_of_two_processes_add_up_to_the_limit(container: Container, clock: FrozenClock) -> None:
    user_id = container.ids.new()
    processes = [LeasedLimit(container, "api"), LeasedLimit(container, "api")]
    allowed = [await processes[number % 2].allows(user_id) for number in range(140)]
    assert allowed.count(True) == 110
    assert not any(allowed[-10:])
    clock.move(seconds=60)
    assert await processes[0].allows(user_id)


async def test_a_lease_needs_redis(container: Container, kv: MemoryKeyValue) -> None:
    kv.available = False
    with pytest.raises(KvUnavailable):
        await LeasedLimit(container, "api").allows(container.ids.new())


async def test_how_long_to_wait_is_told_in_a_sentence(client: AsyncClient, people: People, clock: FrozenClock) -> None:
    ann = await people.user("ann")
    for _ in range(5):
        await client.get("/users/me", headers=ann.headers)
    for seconds, told in ((58, "Try again in 2 seconds."), (1, "Try again in 1 second.")):
        clock.move(seconds=seconds)
        answer = await client.get("/users/me", headers=ann.headers)
        assert answer.json()["message"] == f"Too many requests. {told}"
