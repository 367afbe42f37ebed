"""Searching the history of jobs, and acting on many at once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import select, update

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, write_beat
from app.adapters.jobs.ledger import Failure
from app.core.clock import FrozenClock
from app.core.jobs import Queue
from app.models.effect import EffectRecord
from app.models.job import Job

from tests.fixtures.people import People, Person
from tests.workers.errands import read, stage

NAMES = ("waits", "runs", "well", "badly", "other")


@pytest.fixture
async def history(container: Container, people: People, clock: FrozenClock) -> dict[str, str]:
    """Make five jobs, ten seconds apart: one waits, one runs, one is done, one gave up, one was cancelled."""
    ids: dict[str, UUID] = {}
    ann = await people.user("ann")
    project = await people.project(owner=ann)
    for name in NAMES:
        ids[name] = await stage(container, key=name)
        clock.move(seconds=10)
    for name in ("runs", "well", "badly"):
        async with container.scope() as scope:
            claim = await scope.ledger.claim(ids[name], worker_id="gpu_worker-1" if name == "badly" else "ai_worker-1")
            assert claim is not None
            if name == "well":
                await scope.ledger.finish(claim)
            if name == "badly":
                await scope.ledger.fail(claim, Failure("DISK_FULL", "The disk is full.", {}), exhausted=True)
    async with container.scope() as scope:
        await scope.ledger.request_cancel(ids["other"])
        change = update(Job).where(Job.id == ids["other"])
        await scope.session.execute(change.values(kind="test.other", queue="mirror", correlation_id="trace-1"))
        change = update(Job).where(Job.id == ids["waits"])
        await scope.session.execute(change.values(attempt=2, project_id=project.id, user_id=ann.id))
    return {name: str(job_id) for name, job_id in ids.items()}


async def names(client: AsyncClient, who: Person, history: dict[str, str], **query: Any) -> list[str]:
    answer = await client.get("/admin/jobs", params=query, headers=dict(who.headers))
    assert answer.status_code == 200, answer.text
    by_id = {job_id: name for name, job_id in history.items()}
    return [by_id[each["job_id"]] for each in answer.json()["items"]]


async def test_every_filter_finds_what_it_says(
    client: AsyncClient, container: Container, people: People, clock: FrozenClock, history: dict[str, str]
) -> None:
    root = await people.admin()
    waits = await read(container, UUID(history["waits"]))
    beat = WorkerBeat("strange-1", "gpu", "gpu_worker", (Queue.GPU_AI,), 1, 0, clock.now())
    await write_beat(container.kv, beat)
    start = clock.now() - timedelta(seconds=50)
    moment = [(start + timedelta(seconds=10 * n)).isoformat() for n in range(6)]
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["other", "badly", "well", "runs", "waits"]),
        ({"queue": "ai_docs"}, ["badly", "well", "runs", "waits"]),
        ({"queue": "mirror"}, ["other"]),
        ({"kind": "test.other"}, ["other"]),
        ({"status": "queued"}, ["waits"]),
        ({"status": "failed", "queue": "ai_jobs"}, ["badly"]),
        ({"worker_type": "gpu"}, ["badly"]),
        ({"worker_type": "cpu"}, ["well", "runs"]),
        ({"worker_type": "cleanup"}, []),
        ({"worker_id": "ai_worker-1"}, ["well", "runs"]),
        ({"project_id": str(waits.project_id)}, ["waits"]),
        ({"user_id": str(waits.user_id)}, ["waits"]),
        ({"exhausted": "true"}, ["badly"]),
        ({"exhausted": "false"}, ["other", "well", "runs", "waits"]),
        ({"min_attempts": "2"}, ["waits"]),
        ({"error_code": "DISK_FULL"}, ["badly"]),
        ({"correlation_id": "trace-1"}, ["other"]),
        ({"created_from": moment[2]}, ["other", "badly", "well"]),
        ({"created_from": moment[1], "created_to": moment[3]}, ["well", "runs"]),
        ({"finished_from": moment[5]}, ["other", "badly", "well"]),
        ({"finished_to": moment[5]}, []),
        ({"stuck": "true"}, ["waits"]),
        ({"min_failure_rate": "0.5"}, ["badly", "well", "runs", "waits"]),
        ({"min_failure_rate": "0.51"}, []),
    ]
    for query, wanted in expected:
        assert await names(client, root, history, **query) == wanted, query
    clock.move(seconds=60)
    assert await names(client, root, history, stuck="true") == ["runs", "waits"]


@pytest.mark.parametrize("name", ["created_from", "created_to", "finished_from", "finished_to"])
@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-05-01"])
async def test_moments_that_nobody_can_reckon_with_are_refused(
    client: AsyncClient, people: People, name: str, edge: str
) -> None:
    root = await people.admin()
    answer = await client.get("/admin/jobs", params={name: edge}, headers=dict(root.headers))
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")


async def test_the_history_comes_in_pages_and_says_why(
    client: AsyncClient, people: People, history: dict[str, str]
) -> None:
    root = await people.admin()
    pages, cursor = [], None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/admin/jobs", params=query, headers=dict(root.headers))).json()
        pages.append([each["cause"] for each in page["items"]])
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert pages == [["cancelled", "disk_full"], ["done", "running"], ["no_worker"]]
    one = (await client.get(f"/admin/jobs/{history['badly']}", headers=dict(root.headers))).json()
    assert (one["exhausted"], one["worker_id"], one["payload"]["key"]) == (True, "gpu_worker-1", "badly")
    counted = (await client.get("/admin/jobs/causes", headers=dict(root.headers))).json()
    assert {each["cause"]: each["jobs"] for each in counted["causes"]} == {"disk_full": 1, "no_worker": 1, "running": 1}


async def test_many_are_retried_or_cancelled_at_once(
    client: AsyncClient, container: Container, people: People, history: dict[str, str]
) -> None:
    root = await people.admin()
    await stage(container, key="other")
    unknown = "01890a5d-ac96-774b-bcce-b302099a8057"
    body: dict[str, Any] = {"ids": [*history.values(), unknown]}
    told = (await client.post("/admin/jobs/retry", json=body, headers=dict(root.headers))).json()
    assert told == {"done": 1, "same_work_active": 1, "refused": 3, "unknown": 1, "more": False}
    body = {"filter": {"queue": "ai_jobs", "status": "queued"}}
    told = (await client.post("/admin/jobs/cancel", json=body, headers=dict(root.headers))).json()
    assert told == {"done": 3, "same_work_active": 0, "refused": 0, "unknown": 0, "more": False}
    told = (await client.post("/admin/jobs/cancel", json={"ids": [history["runs"]]}, headers=dict(root.headers))).json()
    assert told["done"] == 1
    assert (await read(container, UUID(history["runs"]))).cancel_requested_at is not None
    async with container.scope(read_only=True) as scope:
        actions = list((await scope.session.execute(select(EffectRecord.action))).scalars())
    assert (actions.count("job.retried"), actions.count("job.cancelled")) == (1, 4)


@pytest.mark.parametrize(
    "body",
    [{}, {"filter": {}}, {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"], "filter": {}}, {"ids": []},
     {"filter": {"created_from": 1_700_000_000}}],
)  # fmt: skip
async def test_nobody_acts_on_everything_by_mistake(client: AsyncClient, people: People, body: dict[str, Any]) -> None:
    root = await people.admin()
    for verb in ("retry", "cancel"):
        answer = await client.post(f"/admin/jobs/{verb}", json=body, headers=dict(root.headers))
        assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "query", [{"queue": "coffee"}, {"status": "lost"}, {"created_from": "yesterday"}, {"min_failure_rate": "2"}]
)
async def test_a_wrong_filter_is_refused(client: AsyncClient, people: People, query: dict[str, str]) -> None:
    root = await people.admin()
    assert (await client.get("/admin/jobs", params=query, headers=dict(root.headers))).status_code == 422


async def test_the_history_is_for_administrators(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    for path in ("/admin/jobs", "/admin/jobs/causes", "/admin/jobs/01890a5d-ac96-774b-bcce-b302099a8057"):
        assert (await client.get(path, headers=dict(ann.headers))).status_code == 403
