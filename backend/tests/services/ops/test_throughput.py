"""Throughput: closed minutes rolled up, late commits included, and the live minute added."""

from dataclasses import replace
from typing import Any

from httpx import AsyncClient
from sqlalchemy import func, select

from app.adapters.container import Container
from app.adapters.jobs.ledger import Failure
from app.config.limits import RateLimit
from app.core.clock import FrozenClock
from app.models.job import JobRollup
from app.services.ops.effective import list_settings
from app.services.ops.throughput import roll_up

from tests.fixtures.people import People, Person
from tests.workers.errands import stage


async def end(container: Container, clock: FrozenClock, *, badly: bool = False) -> None:
    """Stage a job, start it after two seconds, end it after four more."""
    job_id = await stage(container)
    clock.move(seconds=2)
    async with container.scope() as scope:
        claim = await scope.ledger.claim(job_id, worker_id="one")
        assert claim is not None
    clock.move(seconds=4)
    async with container.scope() as scope:
        if badly:
            await scope.ledger.fail(claim, Failure("INTERNAL", "broken", {}), exhausted=True)
        else:
            await scope.ledger.finish(claim)


async def ask(client: AsyncClient, who: Person, **query: Any) -> dict[str, Any]:
    answer = await client.get("/admin/throughput", params=query, headers=dict(who.headers))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_rolled_up_and_live_minutes_add_up_however_often_they_are_rolled_up(
    client: AsyncClient, container: Container, people: People, clock: FrozenClock
) -> None:
    root = await people.admin()
    for badly in (False, False, True, False):
        await end(container, clock, badly=badly)
        clock.move(seconds=114)
    before = await ask(client, root)
    assert [before["totals"][name] for name in ("jobs", "success", "failed", "exhausted")] == [4, 3, 1, 1]
    assert before["totals"]["failure_rate"] == 0.25
    assert abs(before["totals"]["average_wait_seconds"] - 2) < 0.01
    assert abs(before["totals"]["average_run_seconds"] - 4) < 0.01
    assert [each["jobs"] for each in before["series"] if each["jobs"]] == [1, 1, 1, 1]
    for _ in range(2):
        await roll_up(container)
        async with container.scope(read_only=True) as scope:
            assert await scope.session.scalar(select(func.sum(JobRollup.jobs))) == 4
        assert (await ask(client, root))["totals"] == before["totals"]
    await end(container, clock)
    assert (await ask(client, root))["totals"]["jobs"] == 5
    for _ in range(3):
        clock.move(seconds=240)
        await roll_up(container)
    async with container.scope(read_only=True) as scope:
        assert await scope.session.scalar(select(func.sum(JobRollup.jobs))) == 5
    root = await people.admin("later")
    assert (await ask(client, root))["totals"]["jobs"] == 5
    assert (await ask(client, root, queue="mirror"))["totals"]["jobs"] == 0
    assert (await ask(client, root, queue="ai_docs", kind="test.errand", bucket=600))["totals"]["jobs"] == 5


async def test_what_makes_no_sense_is_refused(client: AsyncClient, people: People) -> None:
    root, ann = await people.admin(), await people.user("ann")
    early, late = "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"
    queries: list[dict[str, str]] = [
        {"from": late, "to": early}, {"from": early, "to": late, "bucket": "60"}, {"queue": "coffee"},
        {"kind": "a\0b"}, {"from": "0002-01-01T00:00:00Z"}, {"colour": "red"},
    ]  # fmt: skip
    edges = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00")
    for query in (*queries, *({name: edge} for edge in edges for name in ("from", "to"))):
        answer = await client.get("/admin/throughput", params=query, headers=dict(root.headers))
        assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")
    for path in ("/admin/throughput", "/admin/settings"):
        assert (await client.get(path, headers=dict(ann.headers))).status_code == 403


async def test_settings_show_no_secret(client: AsyncClient, container: Container, people: People) -> None:
    root = await people.admin()
    answer = await client.get("/admin/settings", params={"limit": "200"}, headers=dict(root.headers))
    found = {each["name"]: each for each in answer.json()["items"]}
    secret = found["JWT_SECRET"]
    assert (secret["value"], secret["is_secret"], secret["is_default"], len(secret["fingerprint"])) == (
        "set", True, False, 8,
    )  # fmt: skip
    assert container.settings.security.jwt_secret.get_secret_value() not in answer.text
    assert found["GPU_QUEUE_ENABLED"]["is_default"] is True
    assert found["GPU_QUEUE_ENABLED"]["fingerprint"] is None
    assert found["AI_TIMEOUT_SECONDS"]["is_default"] is True
    limits = RateLimit(600, 60)
    settings = replace(container.settings, limits=container.settings.limits.model_copy(update={"api": limits}))
    told = {each.name: each for each in list_settings(replace(container, settings=settings))}
    assert (told["RATE_LIMIT_API"].value, told["RATE_LIMIT_AI"].is_default) == ("600/1m", True)
    assert (told["OPENAI_API_KEY"].value, told["OPENAI_API_KEY"].is_secret) == ("unset", True)
