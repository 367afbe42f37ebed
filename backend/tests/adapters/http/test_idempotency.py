"""The same key and body give the same job, however close together they arrive."""

import asyncio
from typing import ClassVar

import httpx
import pytest
from fastapi import FastAPI, Response
from httpx import AsyncClient

from app.adapters.container import Container
from app.adapters.http.accepted import accepted
from app.adapters.http.idempotency import IdempotencyDep
from app.core.jobs import JobPayload, Queue
from app.models.job import Job
from app.schemas.base import In
from app.services.auth.deps import ActorScope

from tests.fixtures.jobs import staged
from tests.fixtures.people import People, Person


class Work(JobPayload):
    """Something to do."""

    kind: ClassVar[str] = "test.work"
    queue: ClassVar[Queue] = Queue.AI

    text: str


class WorkIn(In):
    """Something to do."""

    text: str


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    @app.post("/api/v1/work")
    async def work(wanted: WorkIn, scope: ActorScope, repeat: IdempotencyDep) -> Response:
        async def stage() -> Job:
            return await scope.stage(Work(text=wanted.text))

        job = await repeat.once(scope, stage)
        return accepted(job.id, status=job.status)

    return app


async def post(client: AsyncClient, person: Person, key: str | None, text: str = "a") -> httpx.Response:
    headers = {**person.headers, **({"Idempotency-Key": key} if key is not None else {})}
    return await client.post("/work", json={"text": text}, headers=headers)


async def test_the_answer_says_where_to_ask(client: AsyncClient, people: People) -> None:
    answer = await client.post("/work", json={"text": "a"}, headers=(await people.user("ann")).headers)
    body = answer.json()
    assert (answer.status_code, body["status"]) == (202, "queued")
    assert body["status_url"] == answer.headers["location"] == f"/api/v1/jobs/{body['job_id']}"
    assert answer.headers["retry-after"] == "1"


async def test_without_a_key_every_request_is_a_job(client: AsyncClient, people: People, container: Container) -> None:
    ann = await people.user("ann")
    answers = [await post(client, ann, None) for _ in range(2)]
    assert len({answer.json()["job_id"] for answer in answers}) == 2
    assert len(await staged(container, Work)) == 2


async def test_the_same_key_and_body_give_the_same_job(
    client: AsyncClient, people: People, container: Container
) -> None:
    ann = await people.user("ann")
    answers = [await post(client, ann, "k1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202] * 3
    assert len({answer.text for answer in answers}) == 1
    assert len(await staged(container, Work)) == 1


async def test_the_same_key_with_another_body_is_a_conflict(
    client: AsyncClient, people: People, container: Container
) -> None:
    ann = await people.user("ann")
    await post(client, ann, "k1", "a")
    answer = await post(client, ann, "k1", "b")
    assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert len(await staged(container, Work)) == 1


async def test_many_equal_requests_at_once_are_one_job(
    client: AsyncClient, people: People, container: Container
) -> None:
    ann = await people.user("ann")
    answers = await asyncio.gather(*(post(client, ann, "k1") for _ in range(6)))
    assert len({answer.json()["job_id"] for answer in answers}) == 1
    assert len(await staged(container, Work)) == 1


async def test_a_key_belongs_to_one_user(client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    first, second = await post(client, ann, "k1", "a"), await post(client, bob, "k1", "b")
    assert first.json()["job_id"] != second.json()["job_id"]


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201])
async def test_an_odd_key_is_refused(client: AsyncClient, people: People, key: str) -> None:
    answer = await post(client, await people.user("ann"), key)
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")


async def test_a_request_that_failed_leaves_its_key_free(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    headers = {**ann.headers, "Idempotency-Key": "k1"}
    assert (await client.post("/work", json={"wrong": 1}, headers=headers)).status_code == 422
    assert (await post(client, ann, "k1")).status_code == 202
