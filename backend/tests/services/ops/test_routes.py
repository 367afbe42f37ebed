"""What operators and orchestrators ask: health, metrics, workers, queues, bringing jobs back."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import AsyncClient
from prometheus_client.parser import text_string_to_metric_families

from app.adapters.container import Container
from app.adapters.db.locks import take_lease
from app.adapters.jobs.heartbeat import WorkerBeat, forget_worker, write_beat
from app.adapters.jobs.ledger import Failure
from app.adapters.kv.memory import MemoryKeyValue
from app.adapters.queue.memory import MemoryQueue
from app.core.clock import FrozenClock
from app.core.jobs import JobStatus, Queue
from app.services.ops import health
from app.workers.scheduler import LEADERSHIP

from tests.fixtures.people import People, Person, auth_headers
from tests.workers.errands import read, stage


async def beat(container: Container, worker_id: str, *queues: Queue) -> None:
    """Let a worker say that it lives."""
    await write_beat(
        container.kv,
        WorkerBeat(
            worker_id=worker_id,
            type="cpu",
            role="test",
            queues=queues,
            slots=2,
            active=1,
            beat_at=container.clock.now(),
        ),
    )


class TestHealth:
    async def test_a_shallow_look_asks_nothing_of_the_database(self, client: AsyncClient) -> None:
        answer = await client.get("/health")
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")

    async def test_without_workers_the_main_job_cannot_be_done(self, client: AsyncClient) -> None:
        answer = await client.get("/health/deep")
        assert answer.status_code == 503
        found = {check["name"]: check for check in answer.json()["checks"]}
        assert found["database"]["health"] == "ok"
        assert "hivesync worker" in found["workers"]["message"]

    async def test_with_somebody_on_every_queue_all_is_well(self, client: AsyncClient, container: Container) -> None:
        await beat(container, "one", Queue.AI, Queue.REPO_SYNC)
        answer = await client.get("/health/deep")
        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        found = {check["name"]: check["message"] for check in answer.json()["checks"] if check["health"] != "ok"}
        assert "hivesync scheduler" in found.pop("scheduler")
        assert "hivesync worker --role cleanup_worker" in found.pop("cleanup")
        assert found == {}
        await beat(container, "two", Queue.CLEANUP)
        async with container.scope() as scope:
            length = timedelta(seconds=10)
            await take_lease(scope.session, container.database, LEADERSHIP, holder="s", length=length)
        answer = await client.get("/health/deep")
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")

    async def test_a_worker_that_fell_silent_is_named(self, container: Container, clock: FrozenClock) -> None:
        await beat(container, "silent-one", Queue.AI)
        clock.move(seconds=121)
        await beat(container, "lively-one", Queue.AI, Queue.REPO_SYNC)
        verdict, message = await health.check_workers(container)
        assert verdict is health.Health.DEGRADED
        assert "silent-one" in message

    async def test_a_queue_that_does_not_answer_is_a_finding(self, container: Container) -> None:
        queue = MemoryQueue()
        queue.available = False
        verdict, message = await health.check_redis(replace(container, queue=queue))
        assert verdict is health.Health.FAILED
        assert "REDIS_URL" in message

    async def test_many_waiting_jobs_ask_for_more_workers(self, container: Container) -> None:
        for _ in range(container.settings.autoscaler.scale_out_threshold + 1):
            await stage(container)
        await beat(container, "one", Queue.AI)
        verdict, message = await health.check_queues(container)
        assert verdict is health.Health.DEGRADED
        assert "ai_jobs (21 for 2 slots, the oldest for 0 s)" in message

    async def test_one_job_that_waits_for_long_asks_for_more_workers(
        self, container: Container, clock: FrozenClock
    ) -> None:
        await stage(container)
        assert (await health.check_queues(container))[0] is health.Health.OK
        clock.move(seconds=61)
        verdict, message = await health.check_queues(container)
        assert verdict is health.Health.DEGRADED
        assert "the oldest for 61 s" in message

    async def test_jobs_that_used_up_their_attempts_are_told_for_a_day(
        self, container: Container, clock: FrozenClock
    ) -> None:
        job_id = await stage(container)
        async with container.scope() as scope:
            claim = await scope.ledger.claim(job_id, worker_id="one")
            assert claim is not None
            await scope.ledger.fail(claim, Failure("INTERNAL", "broken", {}), exhausted=True)
        verdict, message = await health.check_dead_jobs(container)
        assert (verdict, "test.errand (1)" in message) == (health.Health.DEGRADED, True)
        clock.move(seconds=86_401)
        assert (await health.check_dead_jobs(container))[0] is health.Health.OK

    async def test_a_check_that_does_not_end_is_a_finding(self, container: Container) -> None:
        async def hangs(_container: Container) -> tuple[health.Health, str]:
            await asyncio.Event().wait()
            raise AssertionError

        checks = {"hung": hangs, "redis": health.check_redis}
        findings = await health.examine(container, checks=checks, within=0.01)
        assert [each.health for each in findings] == [health.Health.FAILED, health.Health.OK]
        assert "No answer within" in findings[0].message

    async def test_a_check_that_breaks_is_a_finding(self, container: Container) -> None:
        async def breaks(_container: Container) -> tuple[health.Health, str]:
            raise LookupError

        findings = await health.examine(container, checks={"broken": breaks, "redis": health.check_redis})
        assert [each.health for each in findings] == [health.Health.FAILED, health.Health.OK]
        assert "LookupError" in findings[0].message

    async def test_without_redis_nobody_says_how_many_serve(self, container: Container, clock: FrozenClock) -> None:
        await stage(container)
        clock.move(seconds=61)
        kv = MemoryKeyValue(clock)
        kv.available = False
        blind = replace(container, kv=kv)
        assert await health.check_cleanup(blind) == (health.Health.FAILED, "Unknown: Redis does not answer.")
        assert "1 for unknown slots" in (await health.check_queues(blind))[1]

    async def test_a_data_directory_that_cannot_be_made_is_a_finding(
        self, container: Container, tmp_path: Path
    ) -> None:
        blocked = tmp_path / "file"
        blocked.touch()
        core = container.settings.core.model_copy(update={"data_dir": blocked / "below"})
        settings = replace(container.settings, core=core)
        verdict, _ = await health.check_disk(replace(container, settings=settings))
        assert verdict is health.Health.FAILED


class TestRoot:
    @pytest.mark.parametrize("path", ["/livez", "/readyz"])
    async def test_orchestrators_are_answered_outside_the_prefix(self, client: AsyncClient, path: str) -> None:
        assert (await client.get(f"http://hivesync.test{path}")).status_code == 200

    async def test_metrics_tell_of_queues_jobs_and_workers(
        self, client: AsyncClient, container: Container, clock: FrozenClock
    ) -> None:
        await beat(container, "one", Queue.AI)
        done = await stage(container)
        await stage(container)
        async with container.scope() as scope:
            claim = await scope.ledger.claim(done, worker_id="one")
        clock.move(seconds=7)
        async with container.scope() as scope:
            assert claim is not None
            await scope.ledger.finish(claim)
        text = (await client.get("http://hivesync.test/metrics")).text
        assert 'hivesync_queue_depth{queue="ai_jobs"} 1.0' in text
        assert 'hivesync_queue_oldest_seconds{queue="ai_jobs"} 7.0' in text
        assert 'hivesync_jobs_total{kind="test.errand",queue="ai_jobs",status="success"} 1.0' in text
        assert 'hivesync_job_seconds_bucket{kind="test.errand",le="5.0",queue="ai_jobs"} 0.0' in text
        assert 'hivesync_job_seconds_bucket{kind="test.errand",le="15.0",queue="ai_jobs"} 1.0' in text
        assert "hivesync_worker_heartbeat_age_seconds{" in text
        assert 'hivesync_http_requests_total{method="GET"' in (await client.get("http://hivesync.test/metrics")).text

    async def test_counted_jobs_stay_counted_when_one_is_brought_back(
        self, client: AsyncClient, container: Container, people: People, clock: FrozenClock
    ) -> None:
        root, job_id = await people.admin(), await stage(container)
        seen = []
        for seconds in (7, 0):
            async with container.scope() as scope:
                claim = await scope.ledger.claim(job_id, worker_id="one")
                assert claim is not None
            clock.move(seconds=seconds)
            async with container.scope() as scope:
                await scope.ledger.fail(claim, Failure("INTERNAL", "broken", {}))
            seen.append((await client.get("http://hivesync.test/metrics")).text)
            await client.post(f"/admin/jobs/{job_id}/retry", headers=auth_headers(root))
            seen.append((await client.get("http://hivesync.test/metrics")).text)
        assert [counted(text, "hivesync_jobs_total", status="failed") for text in seen] == [1.0, 1.0, 2.0, 2.0]
        assert [counted(text, "hivesync_job_seconds_bucket", le="0.1") for text in seen] == [0.0, 0.0, 1.0, 1.0]
        assert [counted(text, "hivesync_job_seconds_count") for text in seen] == [1.0, 1.0, 2.0, 2.0]
        assert {counted(text, "hivesync_jobs_total", status="queued") for text in seen} == {None}


def counted(text: str, name: str, **labels: str) -> float | None:
    """One number of the errand's queue out of the metrics."""
    wanted = {"kind": "test.errand", "queue": "ai_jobs", **labels}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == name and sample.labels == wanted:
                return sample.value
    return None


class TestAdmin:
    async def test_workers_and_queues_are_for_administrators(self, client: AsyncClient, people: People) -> None:
        ann = await people.user("ann")
        for path in ("/admin/workers", "/admin/queues"):
            assert (await client.get(path, headers=auth_headers(ann))).status_code == 403

    async def test_administrators_see_who_works_on_what(
        self, client: AsyncClient, container: Container, people: People
    ) -> None:
        root = await people.admin()
        await beat(container, "one", Queue.AI)
        await stage(container)
        workers = (await client.get("/admin/workers", headers=auth_headers(root))).json()["items"]
        assert [(each["worker_id"], each["status"], each["load"]) for each in workers] == [("one", "alive", 0.5)]
        queues = (await client.get("/admin/queues", headers=auth_headers(root))).json()["items"]
        assert {each["name"]: (each["waiting"], each["workers"]) for each in queues}["ai_jobs"] == (1, 1)

    async def test_workers_and_queues_are_listed_page_by_page(
        self, client: AsyncClient, container: Container, people: People
    ) -> None:
        root = await people.admin()
        names = [f"ai_worker-{'host' * 15}-{number}" for number in range(3)]
        for name in names:
            await beat(container, name, Queue.AI)
        assert await walk(client, "/admin/workers", root, "worker_id", limit=2) == [names[:2], names[2:]]
        pages = await walk(client, "/admin/queues", root, "name", limit=5)
        assert [len(page) for page in pages] == [5, 3]
        assert {name for page in pages for name in page} == set(Queue)

    async def test_a_job_that_gave_up_is_brought_back_with_fresh_attempts(
        self, client: AsyncClient, container: Container, people: People
    ) -> None:
        root = await people.admin()
        job_id = await stage(container)
        async with container.scope() as scope:
            claim = await scope.ledger.claim(job_id, worker_id="one")
        async with container.scope() as scope:
            assert claim is not None
            await scope.ledger.fail(claim, Failure("INTERNAL", "broken", {}), exhausted=True)
        answer = await client.post(f"/admin/jobs/{job_id}/retry", headers=auth_headers(root))
        job = await read(container, job_id)
        assert (answer.json()["status"], job.status, job.attempt) == ("queued", JobStatus.QUEUED, 0)
        again = await client.post(f"/admin/jobs/{job_id}/retry", headers=auth_headers(root))
        assert (again.status_code, again.json()["code"]) == (409, "CONFLICT")

    async def test_a_job_whose_work_is_asked_for_again_already_is_not_brought_back(
        self, client: AsyncClient, container: Container, people: People
    ) -> None:
        root = await people.admin()
        job_id = await stage(container, key="same")
        async with container.scope() as scope:
            await scope.ledger.request_cancel(job_id)
        await stage(container, key="same")
        answer = await client.post(f"/admin/jobs/{job_id}/retry", headers=auth_headers(root))
        assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")
        assert (await read(container, job_id)).status == JobStatus.CANCELLED


async def walk(client: AsyncClient, path: str, person: Person, field: str, *, limit: int) -> list[list[str]]:
    """Read one field of every item of a list, page by page."""
    pages: list[list[str]] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        answer = (await client.get(path, params=query, headers=auth_headers(person))).json()
        pages.append([item[field] for item in answer["items"]])
        cursor = answer["next_cursor"]
    return pages


async def test_a_worker_that_left_is_forgotten(container: Container) -> None:
    await beat(container, "one", Queue.AI)
    await forget_worker(container.kv, "one")
    verdict, _ = await health.check_workers(container)
    assert verdict is health.Health.FAILED
