"""What runs next: rescued first, by priority, fairly between projects and users; paused and GPU jobs apart."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.adapters.container import Container
from app.adapters.jobs.dispatcher import Sweeper, message_for
from app.adapters.jobs.ledger import Claim, Failure
from app.adapters.jobs.pausing import paused_queues, set_paused
from app.adapters.queue.memory import MemoryQueue
from app.core.actor import Actor
from app.core.clock import FrozenClock
from app.core.jobs import JobPayload, Queue

from tests.fixtures.people import People
from tests.workers.errands import Errand, read, stage


class Urgent(Errand):
    """Goes before the others."""

    kind = "test.urgent"
    priority = 5


class Elsewhere(Errand):
    """Waits on another queue."""

    kind = "test.elsewhere"
    queue = Queue.REFACTOR


class Heavy(Errand):
    """Needs a GPU."""

    kind = "test.heavy"

    def needs_gpu(self) -> bool:
        return True


async def take(
    container: Container, at_most: int = 100, queue: Queue = Queue.AI, *, is_gpu: bool = False
) -> list[Claim]:
    async with container.scope() as scope:
        return await scope.ledger.take(queue, worker_id="worker-1", at_most=at_most, is_gpu=is_gpu)


async def stage_for(container: Container, user_id: UUID, project_id: UUID | None, *payloads: JobPayload) -> list[UUID]:
    async with container.scope(Actor(user_id=user_id)) as scope:
        return [job.id for job in await scope.stage_many(payloads, project_id=project_id)]


def named(prefix: str, count: int) -> list[Errand]:
    return [Errand(name=f"{prefix}{number}") for number in range(count)]


def names(claims: list[Claim]) -> list[Any]:
    return [claim.payload["name"] for claim in claims]


class TestFairness:
    async def test_one_projects_flood_does_not_keep_anothers_single_job_waiting(
        self, container: Container, people: People
    ) -> None:
        ann, bob = await people.user("ann"), await people.user("bob")
        big, small = await people.project(owner=ann, name="Big"), await people.project(owner=bob, name="Small")
        await stage_for(container, ann.id, big.id, *named("big", 200))
        await stage_for(container, bob.id, small.id, *named("small", 1))
        assert "small0" in names(await take(container, at_most=2))

    async def test_two_projects_with_many_jobs_take_turns(self, container: Container, people: People) -> None:
        ann, bob = await people.user("ann"), await people.user("bob")
        one, two = await people.project(owner=ann, name="One"), await people.project(owner=bob, name="Two")
        await stage_for(container, ann.id, one.id, *named("one", 20))
        await stage_for(container, bob.id, two.id, *named("two", 20))
        first = names(await take(container, at_most=10))
        assert sum(name.startswith("one") for name in first) == 5

    async def test_a_users_flood_across_projects_does_not_starve_another(
        self, container: Container, people: People
    ) -> None:
        ann, bob = await people.user("ann"), await people.user("bob")
        for number in range(10):
            project = await people.project(owner=ann, name=f"Project {number}")
            await stage_for(container, ann.id, project.id, *named("flood", 3))
        async with container.scope(Actor(user_id=bob.id)) as scope:
            await scope.stage(Errand(name="bob"))
        assert "bob" in names(await take(container, at_most=2))

    async def test_jobs_of_nobody_keep_the_order_they_came_in(self, container: Container, clock: FrozenClock) -> None:
        for number in range(5):
            await stage(container, name=f"job{number}")
            clock.move(seconds=1)
        assert names(await take(container)) == [f"job{number}" for number in range(5)]

    async def test_a_projects_backlog_in_one_queue_does_not_delay_its_jobs_in_another(
        self, container: Container, people: People
    ) -> None:
        ann, bob = await people.user("ann"), await people.user("bob")
        big, small = await people.project(owner=ann, name="Big"), await people.project(owner=bob, name="Small")
        await stage_for(container, ann.id, big.id, *named("big", 50))
        # In one batch, and one by one.
        await stage_for(container, ann.id, big.id, Elsewhere(name="first"), *named("more", 2))
        async with container.scope(Actor(user_id=ann.id)) as scope:
            await scope.stage(Elsewhere(name="second"), project_id=big.id)
        await stage_for(container, bob.id, small.id, *[Elsewhere(name=f"small{number}") for number in range(3)])
        order = names(await take(container, queue=Queue.REFACTOR))
        assert order.index("first") < 2
        assert order.index("second") < 4

    async def test_a_projects_jobs_that_are_brought_back_together_let_others_between_them(
        self, container: Container, people: People, clock: FrozenClock
    ) -> None:
        ann, bob = await people.user("ann"), await people.user("bob")
        big, small = await people.project(owner=ann, name="Big"), await people.project(owner=bob, name="Small")
        failed = await stage_for(container, ann.id, big.id, *named("big", 20))
        for claim in await take(container):
            async with container.scope() as scope:
                await scope.ledger.fail(claim, Failure("INTERNAL", "broken", {}))
        async with container.scope() as scope:
            for job_id in failed:
                assert await scope.ledger.bring_back(job_id, reason="asked for")
        clock.move(seconds=1)
        await stage_for(container, bob.id, small.id, *named("small", 1))
        assert "small0" in names(await take(container, at_most=2))


class TestOrder:
    async def test_a_higher_priority_goes_first_however_late_it_came(
        self, container: Container, clock: FrozenClock
    ) -> None:
        await stage(container, name="early")
        clock.move(seconds=100_000)
        async with container.scope() as scope:
            await scope.stage(Urgent(name="urgent"))
        assert names(await take(container)) == ["urgent", "early"]

    async def test_what_was_rescued_or_handed_back_goes_before_everything(
        self, container: Container, clock: FrozenClock
    ) -> None:
        await stage(container, name="rescued")
        (dying,) = await take(container)
        async with container.scope() as scope:
            await scope.stage_many([Urgent(name="urgent"), Errand(name="handed back")])
        clock.move(seconds=16)
        async with container.scope() as scope:
            await scope.ledger.rescue()
        back = [claim for claim in await take(container) if claim.payload["name"] == "handed back"]
        async with container.scope() as scope:
            assert await scope.ledger.hand_back_many(back) == {back[0].job_id}
        assert dying.job_id != back[0].job_id
        await stage(container, name="late")
        assert names(await take(container)) == ["handed back", "late"]
        assert (await read(container, back[0].job_id)).attempt == 1, "handing back cost nothing"

    async def test_a_retry_keeps_its_turn_before_what_came_later(
        self, container: Container, clock: FrozenClock
    ) -> None:
        await stage(container, name="retried")
        (taken,) = await take(container)
        async with container.scope() as scope:
            await scope.ledger.retry(taken, Failure("INTERNAL", "broken", {}), delay=timedelta(seconds=10))
        clock.move(seconds=5)
        await stage(container, name="between")
        clock.move(seconds=10)
        await stage(container, name="after")
        assert names(await take(container)) == ["retried", "between", "after"]

    async def test_many_outcomes_are_fenced_one_by_one(self, container: Container) -> None:
        async with container.scope() as scope:
            await scope.stage_many(named("job", 3))
        claims = await take(container)
        async with container.scope() as scope:
            await scope.ledger.hand_back(claims[1])
        async with container.scope() as scope:
            done = await scope.ledger.finish_many(claims)
        assert done == {claims[0].job_id, claims[2].job_id}

    async def test_equal_work_in_a_batch_is_joined(self, container: Container) -> None:
        async with container.scope() as scope:
            new = await scope.stage_many([Errand(key="same"), Errand(key="same"), Errand(key="other")])
        assert len(new) == 2


class TestPausing:
    async def test_nobody_claims_from_a_paused_queue_and_its_jobs_start_when_it_is_resumed(
        self, container: Container
    ) -> None:
        queue = MemoryQueue()
        container = replace(container, queue=queue)
        job_id = await stage(container)
        async with container.scope() as scope:
            assert await set_paused(scope, Queue.AI, paused=True, reason="maintenance")
            assert not await set_paused(scope, Queue.AI, paused=True, reason="again")
        async with container.scope(read_only=True) as scope:
            assert await paused_queues(scope.session) == {Queue.AI: "maintenance"}
        assert await take(container) == []
        queue.wipe()
        sweep = Sweeper()
        assert [await sweep(container) for _ in range(2)] == [0, 0], "a paused queue's jobs are not pushed again"
        async with container.scope() as scope:
            assert await set_paused(scope, Queue.AI, paused=False, reason=None)
        pushed = queue.take([Queue.AI])
        assert pushed is not None
        assert pushed.job_id == job_id
        assert len(await take(container)) == 1


class TestGpu:
    async def test_a_job_that_needs_a_gpu_is_announced_to_and_claimed_by_gpu_workers_alone(
        self, container: Container
    ) -> None:
        async with container.scope() as scope:
            job = await scope.stage(Heavy())
        assert (job.queue, job.gpu_required, message_for(job).queue) == (Queue.AI, True, Queue.GPU_AI)
        assert await take(container) == []
        assert [claim.job_id for claim in await take(container, queue=Queue.GPU_AI, is_gpu=True)] == [job.id]

    async def test_with_its_own_queue_it_lies_there(self, container: Container) -> None:
        workers = container.settings.workers.model_copy(update={"gpu_queue_enabled": True})
        container = replace(container, settings=replace(container.settings, workers=workers))
        async with container.scope() as scope:
            (job,) = await scope.stage_many([Heavy()])
        assert (job.queue, job.gpu_required) == (Queue.GPU_AI, True)
        assert await take(container, queue=Queue.GPU_AI) == []
        assert len(await take(container, queue=Queue.GPU_AI, is_gpu=True)) == 1
