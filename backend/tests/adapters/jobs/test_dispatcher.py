"""Pushing after the commit, and sweeping what never arrived or was forgotten."""

from dataclasses import replace
from datetime import timedelta

from app.adapters.container import Container
from app.adapters.jobs.dispatcher import LOST_AFTER, LOST_BEHIND_OTHERS_AFTER, ON_ITS_WAY, Sweeper
from app.adapters.queue.memory import MemoryQueue
from app.adapters.queue.port import Message, QueueUnavailable
from app.core.clock import FrozenClock
from app.core.jobs import Queue

from tests.workers.errands import Errand, read, stage


class SilentQueue(MemoryQueue):
    """A queue that does not answer to pushes."""

    async def push(self, messages: object, *, head: bool = False) -> None:
        raise QueueUnavailable


async def test_a_committed_job_is_pushed_and_marked(container: Container) -> None:
    queue = MemoryQueue()
    job_id = await stage(replace(container, queue=queue))
    assert await queue.depth(Queue.AI) == 1
    assert (await read(container, job_id)).pushed_at is not None


async def test_a_rolled_back_job_is_never_pushed(container: Container) -> None:
    queue = MemoryQueue()
    try:
        async with replace(container, queue=queue).scope() as scope:
            await scope.stage(Errand())
            raise KeyError("changed my mind")
    except KeyError:
        pass
    assert await queue.depth(Queue.AI) == 0


async def test_a_job_is_accepted_while_the_queue_is_down_and_swept_up_later(
    container: Container, clock: FrozenClock
) -> None:
    job_id = await stage(replace(container, queue=SilentQueue()))
    assert (await read(container, job_id)).pushed_at is None
    queue = MemoryQueue()
    assert await Sweeper()(replace(container, queue=queue)) == 0, "whoever staged it may be about to push it"
    clock.move(seconds=ON_ITS_WAY.total_seconds())
    assert await Sweeper()(replace(container, queue=queue)) == 1
    assert await queue.depth(Queue.AI) == 1


async def test_nothing_is_pushed_twice_while_it_waits_its_turn(container: Container, clock: FrozenClock) -> None:
    working = replace(container, queue=MemoryQueue())
    await stage(working)
    sweeper = Sweeper()
    assert await sweeper(working) == 0
    clock.move(seconds=LOST_AFTER.total_seconds() + 1)
    assert await sweeper(working) == 0, "its message is still in the queue"


async def test_a_message_lost_from_an_empty_queue_is_pushed_again(container: Container, clock: FrozenClock) -> None:
    await stage(replace(container, queue=MemoryQueue()))
    emptied = replace(container, queue=MemoryQueue())
    clock.move(seconds=LOST_AFTER.total_seconds() + 1)
    assert await Sweeper()(emptied) == 1


async def test_a_backlog_elsewhere_does_not_hide_a_loss(container: Container, clock: FrozenClock) -> None:
    await stage(replace(container, queue=MemoryQueue()))
    elsewhere = MemoryQueue()
    await elsewhere.push([Message(container.ids.new(), "test.errand", Queue.REPO_SYNC, "c")])
    clock.move(seconds=LOST_AFTER.total_seconds() + 1)
    assert await Sweeper()(replace(container, queue=elsewhere)) == 1


async def test_a_message_lost_behind_others_is_pushed_again_in_time(container: Container, clock: FrozenClock) -> None:
    for _ in range(2):
        await stage(replace(container, queue=MemoryQueue()))
    busy = MemoryQueue()
    await busy.push([Message(container.ids.new(), "test.errand", Queue.AI, "c")])
    clock.move(seconds=LOST_BEHIND_OTHERS_AFTER.total_seconds() + 1)
    assert await Sweeper()(replace(container, queue=busy)) == 2


async def test_a_long_queue_is_never_pushed_again_however_long_it_waits(
    container: Container, clock: FrozenClock
) -> None:
    queue = MemoryQueue()
    working = replace(container, queue=queue)
    for _ in range(3):
        await stage(working)
    clock.move(seconds=3600)
    assert await Sweeper()(working) == 0
    assert await queue.depth(Queue.AI) == 3


async def test_a_flushed_redis_is_noticed_at_once(container: Container) -> None:
    queue = MemoryQueue()
    working = replace(container, queue=queue)
    sweeper = Sweeper()
    await sweeper(working)
    for _ in range(3):
        await stage(working)
    queue.wipe()
    assert await sweeper(working) == 3


async def test_a_redis_that_was_emptied_before_the_scheduler_started_is_noticed_at_once(container: Container) -> None:
    for _ in range(3):
        await stage(replace(container, queue=MemoryQueue()))
    fresh = MemoryQueue()
    await fresh.push([Message(container.ids.new(), "test.errand", Queue.AI, "c")])
    assert await Sweeper()(replace(container, queue=fresh)) == 3, "there is other work, but nobody has left a marker"


async def test_a_flush_of_more_than_one_batch_is_repaired_at_once(container: Container, clock: FrozenClock) -> None:
    queue = MemoryQueue()
    working = replace(container, queue=queue)
    sweeper = Sweeper()
    await sweeper(working)
    async with working.scope() as scope:
        for _ in range(620):
            await scope.stage(Errand())
    queue.wipe()
    clock.move(seconds=1)
    assert await sweeper(working) == 620
    assert await queue.depth(Queue.AI) == 620


async def test_a_job_for_later_is_not_pushed_before_its_time(container: Container, clock: FrozenClock) -> None:
    queue = MemoryQueue()
    working = replace(container, queue=queue)
    async with working.scope() as scope:
        await scope.stage(Errand(), run_at=clock.now() + timedelta(minutes=5))
    assert await Sweeper()(working) == 0
    clock.move(seconds=300 + ON_ITS_WAY.total_seconds())
    assert await Sweeper()(working) == 1
