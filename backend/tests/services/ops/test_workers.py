"""Workers as administrators see them."""

from typing import Any

from httpx import AsyncClient

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import ActiveJob, WorkerBeat, write_beat
from app.adapters.jobs.ledger import Failure
from app.core.clock import FrozenClock
from app.core.jobs import Queue

from tests.fixtures.people import People
from tests.workers.errands import stage


async def test_every_filter_finds_what_it_says_and_every_fact_is_shown(
    client: AsyncClient, container: Container, people: People, clock: FrozenClock
) -> None:
    root, job_id, now = await people.admin(), await stage(container), clock.now()
    beats = [
        WorkerBeat("silent-1", "cpu", "ai_worker", (Queue.AI,), 2, 0, now),
        WorkerBeat("gone-1", "cleanup", "cleanup_worker", (Queue.CLEANUP,), 1, 0, now, stopped=True),
    ]
    for beat in beats:
        await write_beat(container.kv, beat)
    clock.move(seconds=130)
    busy = WorkerBeat(
        "busy-1", "gpu", "gpu_worker", (Queue.GPU_AI, Queue.AI), 2, 1, clock.now(),
        roles=("gpu_worker",), jobs=(ActiveJob(job_id, "test.errand"),), memory_bytes=1 << 20, cpu=0.5, host="h", pid=7,
    )  # fmt: skip
    await write_beat(container.kv, busy)
    async with container.scope() as scope:
        claim = await scope.ledger.claim(job_id, worker_id="busy-1")
        assert claim is not None
        await scope.ledger.fail(claim, Failure("INTERNAL", "broken", {}))
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["busy-1", "gone-1", "silent-1"]),
        ({"type": "gpu"}, ["busy-1"]),
        ({"queue": "ai_docs"}, ["busy-1", "silent-1"]),
        ({"queue": "preview_cleanup"}, ["gone-1"]),
        ({"status": "alive"}, ["busy-1"]),
        ({"status": "unresponsive"}, ["silent-1"]),
        ({"status": "stopped"}, ["gone-1"]),
        ({"min_failure_rate": "0.9"}, ["busy-1"]),
        ({"min_failure_rate": "0.9", "type": "cpu"}, []),
    ]
    for query, wanted in expected:
        answer = await client.get("/admin/workers", params=query, headers=dict(root.headers))
        assert [each["worker_id"] for each in answer.json()["items"]] == wanted, query
    shown = (await client.get("/admin/workers", params={"type": "gpu"}, headers=dict(root.headers))).json()["items"][0]
    assert [shown[name] for name in ("load", "cpu", "memory_bytes", "host", "pid", "failure_rate")] == [
        0.5, 0.5, 1 << 20, "h", 7, 1.0,
    ]  # fmt: skip
    assert shown["jobs"] == [{"job_id": str(job_id), "kind": "test.errand"}]
    for query in ({"queue": "coffee"}, {"status": "asleep"}, {"type": "steam"}):
        assert (await client.get("/admin/workers", params=query, headers=dict(root.headers))).status_code == 422
