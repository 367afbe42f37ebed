"""Jobs over HTTP: seeing, polling, stopping."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import update

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, write_beat
from app.adapters.jobs.registry import Registry, handles
from app.adapters.jobs.turns import HEAD
from app.adapters.kv.memory import MemoryKeyValue
from app.core.clock import FrozenClock
from app.core.errors import Unavailable
from app.core.events import JobEnded
from app.core.jobs import JobPayload, Outcome, Queue, Snooze
from app.models.job import Job
from app.models.project import Project
from app.workers.context import RunningContext

from tests.fixtures.client import poller
from tests.fixtures.jobs import drain, read_job
from tests.fixtures.people import People, Person


class Walk(JobPayload):
    """Does what its text says."""

    kind: ClassVar[str] = "test.walk"
    queue: ClassVar[Queue] = Queue.AI

    way: str = "straight"


@handles(Walk)
async def walk(payload: Walk, ctx: RunningContext) -> Outcome:
    await ctx.progress(0.5, "half-way")
    if payload.way == "closed":
        raise Unavailable("The road is closed.")
    if payload.way == "later":
        return Snooze(timedelta(minutes=1), "the road is icy")
    return None


@dataclass
class Ended:
    """Keeps what it heard."""

    events: list[JobEnded]

    async def __call__(self, _scope: object, event: JobEnded) -> None:
        self.events.append(event)


@pytest.fixture
def ended() -> Ended:
    return Ended([])


@pytest.fixture
def container(container: Container, ended: Ended) -> Container:
    registry = Registry()
    registry.add_all([walk])
    return replace(container, registry=registry, subscriptions={JobEnded: [ended]})


async def stage(container: Container, person: Person, project: Project | None = None, way: str = "straight") -> Job:
    async with container.scope(person.actor) as scope:
        return await scope.stage(Walk(way=way), project_id=project.id if project else None)


async def a_worker(container: Container, *queues: Queue, active: int = 0) -> None:
    beat = WorkerBeat(
        worker_id="w1", type="cpu", role="r", queues=queues, slots=2, active=active, beat_at=container.clock.now()
    )
    await write_beat(container.kv, beat)


async def test_a_waiting_job_says_that_nobody_serves_its_queue(
    client: AsyncClient, container: Container, people: People
) -> None:
    ann = await people.user("ann")
    await a_worker(container, Queue.REPO_SYNC)
    job = await stage(container, ann)
    state = (await client.get(f"/jobs/{job.id}", headers=ann.headers)).json()
    assert (state["status"], state["kind"], state["error"]) == ("queued", "test.walk", None)
    assert "hivesync worker --role ai_worker" in state["why"]


async def test_a_waiting_job_counts_those_before_it(client: AsyncClient, container: Container, people: People) -> None:
    ann = await people.user("ann")
    await a_worker(container, Queue.AI)
    jobs = [await stage(container, ann) for _ in range(3)]
    states = [(await client.get(f"/jobs/{job.id}", headers=ann.headers)).json()["why"] for job in jobs]
    assert [said.split(" in the")[0] for said in states[1:]] == ["It waits behind 1 job", "It waits behind 2 jobs"]
    assert "next in line" in states[0]


async def test_a_list_says_of_every_job_what_its_own_address_says(
    client: AsyncClient, container: Container, people: People
) -> None:
    ann = await people.user("ann")
    await a_worker(container, Queue.AI)
    jobs = [await stage(container, ann) for _ in range(4)]
    async with container.scope(ann.actor) as scope:
        await scope.session.execute(update(Job).where(Job.id == jobs[2].id).values(rescued=True, turn=HEAD))
        later = container.clock.now() + timedelta(hours=1)
        await scope.session.execute(update(Job).where(Job.id == jobs[0].id).values(run_at=later))
    listed = (await client.get("/jobs", headers=ann.headers)).json()["items"]
    polled = [(await client.get(f"/jobs/{job.id}", headers=ann.headers)).json() for job in reversed(jobs)]
    assert listed == polled
    assert [said["why"].split(" in the")[0] for said in listed[:3:2]] == [
        "It waits behind 2 jobs",
        "It waits behind 1 job",
    ]


async def test_a_long_queue_is_not_counted_to_its_end(
    client: AsyncClient, container: Container, people: People
) -> None:
    ann = await people.user("ann")
    await a_worker(container, Queue.AI)
    async with container.scope(ann.actor) as scope:
        jobs = [await scope.stage(Walk()) for _ in range(1003)]
    said = {n: (await client.get(f"/jobs/{jobs[n].id}", headers=ann.headers)).json()["why"] for n in (0, 1000, 1001)}
    assert "next in line" in said[0]
    assert said[1000].startswith("It waits behind 1,000 jobs in")
    assert said[1001].startswith("It waits behind more than 1,000 jobs in")
    newest = (await client.get("/jobs?limit=1", headers=ann.headers)).json()["items"][0]
    assert newest["why"].startswith("It waits behind more than 1,000 jobs in")


async def test_a_silent_worker_is_named(
    client: AsyncClient, container: Container, people: People, clock: FrozenClock
) -> None:
    ann = await people.user("ann")
    await a_worker(container, Queue.AI)
    job = await stage(container, ann)
    clock.move(seconds=121)
    said = (await client.get(f"/jobs/{job.id}", headers=ann.headers)).json()["why"]
    assert "1 worker of the queue ai_jobs fell silent" in said


async def test_without_redis_a_job_is_still_shown(
    client: AsyncClient, app: FastAPI, container: Container, people: People, clock: FrozenClock
) -> None:
    ann = await people.user("ann")
    job = await stage(container, ann)
    dead = MemoryKeyValue(clock)
    dead.available = False
    app.state.container = replace(container, kv=dead)
    answer = await client.get(f"/jobs/{job.id}", headers=ann.headers)
    assert answer.status_code == 200
    assert "Redis does not answer" in answer.json()["why"]


async def test_a_failed_attempt_says_when_it_is_tried_again(
    client: AsyncClient, container: Container, people: People
) -> None:
    ann = await people.user("ann")
    job = await stage(container, ann, way="closed")
    assert [ran.outcome for ran in await drain(container)] == ["retry"]
    state = (await client.get(f"/jobs/{job.id}", headers=ann.headers)).json()
    assert (state["status"], state["attempt"], state["phase"]) == ("queued", 1, "half-way")
    assert state["error"] == {"code": "UNAVAILABLE", "message": "The road is closed.", "details": {}}
    assert "tried again by itself at 2026-01-01 12:00:" in state["why"]


async def test_a_job_that_is_not_yet_due_says_why(client: AsyncClient, container: Container, people: People) -> None:
    ann = await people.user("ann")
    job = await stage(container, ann, way="later")
    await drain(container)
    said = (await client.get(f"/jobs/{job.id}", headers=ann.headers)).json()["why"]
    assert said == "It waits because the road is icy; it looks again by itself at 2026-01-01 12:01:00 UTC."


async def test_polling_an_unchanged_job_costs_no_body(
    client: AsyncClient, container: Container, people: People
) -> None:
    ann = await people.user("ann")
    job = await stage(container, ann)
    first = await client.get(f"/jobs/{job.id}", headers=ann.headers)
    assert first.headers["retry-after"] == "1"
    again = {**ann.headers, "If-None-Match": first.headers["etag"]}
    same = await client.get(f"/jobs/{job.id}", headers=again)
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    await drain(container)
    done = await client.get(f"/jobs/{job.id}", headers=again)
    assert (done.status_code, done.json()["status"], done.json()["progress"]) == (200, "success", 1.0)
    assert "retry-after" not in done.headers


async def test_polling_an_unchanged_list_costs_no_body(
    client: AsyncClient, container: Container, people: People
) -> None:
    ann = await people.user("ann")
    await stage(container, ann)
    ask = await poller(client, "/jobs", ann.headers)
    assert await ask() == 304
    await a_worker(container, Queue.AI)
    # No row has changed, but the sentence about it has.
    assert await ask() == 200


async def test_a_job_is_seen_by_its_owner_its_project_and_administrators_only(
    client: AsyncClient, container: Container, people: People
) -> None:
    ann, bob, cat, root = [await people.user(name) for name in ("ann", "bob", "cat")] + [await people.admin()]
    project = await people.project(owner=ann, members={"viewer": bob})
    job = await stage(container, ann, project)
    answers = [await client.get(f"/jobs/{job.id}", headers=person.headers) for person in (ann, bob, root, cat)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 404]
    lists = [(await client.get("/jobs", headers=person.headers)).json()["items"] for person in (ann, bob, root, cat)]
    assert [len(items) for items in lists] == [1, 1, 1, 0]


async def test_lists_are_narrowed_and_paged(client: AsyncClient, container: Container, people: People) -> None:
    ann = await people.user("ann")
    project = await people.project(owner=ann)
    with_project = await stage(container, ann, project)
    await drain(container)
    others = [await stage(container, ann) for _ in range(2)]

    async def ids(query: str) -> list[UUID]:
        items = (await client.get(f"/jobs?{query}", headers=ann.headers)).json()["items"]
        return [UUID(item["job_id"]) for item in items]

    assert await ids(f"project_id={project.id}") == [with_project.id]
    assert await ids("status=success") == [with_project.id]
    assert await ids("kind=other") == []
    assert await ids("limit=2") == [others[1].id, others[0].id]
    assert (await client.get("/jobs?status=odd", headers=ann.headers)).status_code == 422


async def test_a_queued_job_is_cancelled_at_once_and_twice_is_once(
    client: AsyncClient, container: Container, people: People, ended: Ended
) -> None:
    ann = await people.user("ann")
    job = await stage(container, ann)
    for _ in range(2):
        answer = await client.post(f"/jobs/{job.id}/cancel", headers=ann.headers)
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert await drain(container) == []
    assert [(event.job_id, event.status) for event in ended.events] == [(job.id, "cancelled")]


async def test_a_running_job_is_asked_to_stop(client: AsyncClient, container: Container, people: People) -> None:
    ann = await people.user("ann")
    job = await stage(container, ann)
    async with container.scope() as scope:
        await scope.ledger.claim(job.id, worker_id="w1")
    answer = await client.post(f"/jobs/{job.id}/cancel", headers=ann.headers)
    assert answer.json()["why"] == "It was asked to stop and ends within seconds."
    assert (await read_job(container, job.id)).cancel_requested_at is not None


async def test_a_finished_job_cannot_be_cancelled(client: AsyncClient, container: Container, people: People) -> None:
    ann = await people.user("ann")
    job = await stage(container, ann)
    await drain(container)
    answer = await client.post(f"/jobs/{job.id}/cancel", headers=ann.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")


async def test_viewers_do_not_cancel_and_maintainers_do(
    client: AsyncClient, container: Container, people: People
) -> None:
    ann, bob, cat = await people.user("ann"), await people.user("bob"), await people.user("cat")
    project = await people.project(owner=ann, members={"viewer": bob, "maintainer": cat})
    job = await stage(container, ann, project)
    statuses = [
        (await client.post(f"/jobs/{job.id}/cancel", headers=person.headers)).status_code for person in (bob, cat)
    ]
    assert statuses == [403, 200]


async def test_a_job_that_is_not_there_is_not_found(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    assert (await client.get(f"/jobs/{uuid4()}", headers=ann.headers)).status_code == 404
    assert (await client.get("/jobs/nonsense", headers=ann.headers)).status_code == 422
