"""Queues as administrators see them, and pausing them."""

from typing import Any

from httpx import AsyncClient
from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.jobs.ledger import Failure
from app.core.clock import FrozenClock
from app.models.effect import EffectRecord

from tests.fixtures.people import People, Person
from tests.workers.errands import stage


async def queue(client: AsyncClient, person: Person, name: str = "ai_jobs") -> dict[str, Any]:
    listed = (await client.get("/admin/queues", headers=dict(person.headers))).json()["items"]
    found: dict[str, Any] = {each["name"]: each for each in listed}[name]
    return found


async def end(container: Container, *, badly: bool = False, exhausted: bool = False) -> None:
    """Stage a job and end it."""
    job_id = await stage(container)
    async with container.scope() as scope:
        claim = await scope.ledger.claim(job_id, worker_id="one")
        assert claim is not None
    async with container.scope() as scope:
        if badly:
            await scope.ledger.fail(claim, Failure("INTERNAL", "broken", {}), exhausted=exhausted)
        else:
            await scope.ledger.finish(claim)


async def test_rates_and_failures_are_those_of_the_last_while(
    client: AsyncClient, container: Container, people: People, clock: FrozenClock
) -> None:
    root = await people.admin()
    for _ in range(3):
        await end(container)
    await end(container, badly=True, exhausted=True)
    await stage(container)
    seen = await queue(client, root)
    assert (seen["waiting"], seen["failed"], seen["exhausted"], seen["failure_rate"]) == (1, 1, 1, 0.25)
    assert (seen["arrivals_per_minute"], seen["finished_per_minute"]) == (1.0, 0.8)
    clock.move(seconds=600)
    seen = await queue(client, root)
    assert (seen["arrivals_per_minute"], seen["finished_per_minute"], seen["failure_rate"]) == (0.0, 0.0, 0.25)
    clock.move(seconds=3600)
    seen = await queue(client, await people.admin("later"))
    assert (seen["failed"], seen["failure_rate"], seen["oldest_seconds"]) == (1, 0.0, 4200.0)


async def test_a_paused_queue_says_so_and_twice_is_once(
    client: AsyncClient, container: Container, people: People, clock: FrozenClock
) -> None:
    root = await people.admin()
    for _ in range(2):
        answer = await client.post("/admin/queues/ai_docs/pause", json={"reason": "repair"}, headers=dict(root.headers))
        assert (answer.status_code, answer.json()) == (200, {"name": "ai_jobs", "is_paused": True})
        clock.move(seconds=5)
    seen = await queue(client, root)
    assert (seen["is_paused"], seen["paused_reason"], seen["paused_by"]) == (True, "repair", str(root.id))
    job_id = await stage(container)
    async with container.scope() as scope:
        assert await scope.ledger.claim(job_id, worker_id="one") is None
    answer = await client.post("/admin/queues/ai_jobs/resume", headers=dict(root.headers))
    assert answer.json() == {"name": "ai_jobs", "is_paused": False}
    seen = await queue(client, root)
    assert (seen["is_paused"], seen["paused_reason"], seen["paused_at"]) == (False, None, None)
    async with container.scope() as scope:
        assert await scope.ledger.claim(job_id, worker_id="one") is not None
    async with container.scope(read_only=True) as scope:
        told = (await scope.session.execute(select(EffectRecord.action).order_by(EffectRecord.seq))).scalars().all()
    assert [each for each in told if each.startswith("queue.")] == ["queue.paused", "queue.resumed"]


async def test_pausing_is_for_administrators_and_queues_that_exist(client: AsyncClient, people: People) -> None:
    root, ann = await people.admin(), await people.user("ann")
    for verb in ("pause", "resume"):
        assert (await client.post(f"/admin/queues/ai_jobs/{verb}", headers=dict(ann.headers))).status_code == 403
        answer = await client.post(f"/admin/queues/coffee/{verb}", headers=dict(root.headers))
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
        assert "ai_docs" in answer.json()["message"]
    long = {"reason": "x" * 301}
    assert (await client.post("/admin/queues/mirror/pause", json=long, headers=dict(root.headers))).status_code == 422
