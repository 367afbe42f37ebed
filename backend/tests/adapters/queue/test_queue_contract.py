"""What every queue promises, in memory or over Redis."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.adapters.queue.port import Message, QueueConsumer
from app.core.jobs import Queue

from tests.adapters.queue.conftest import NOW, SOON, Recorder, Sides, message
from tests.waiting import until


@pytest.fixture
async def consumer(sides: Sides) -> AsyncIterator[QueueConsumer]:
    made = sides.new_consumer()
    yield made
    await made.stop(NOW)


async def test_pushed_message_arrives_whole(sides: Sides, consumer: QueueConsumer, recorder: Recorder) -> None:
    consumer.start([Queue.AI], 1, recorder)
    await sides.queue.push([message(7)])
    await until(lambda: recorder.saw(7))
    assert recorder.ended == [message(7)]


async def test_messages_pushed_before_the_consumer_started_arrive_in_order(
    sides: Sides, consumer: QueueConsumer, recorder: Recorder
) -> None:
    await sides.queue.push([message(n) for n in (1, 2, 3)])
    consumer.start([Queue.AI], 1, recorder)
    await until(lambda: recorder.saw(1, 2, 3))
    assert [item.job_id.int for item in recorder.begun] == [1, 2, 3]


async def test_rescued_messages_go_before_all_that_wait_in_the_order_given(
    sides: Sides, consumer: QueueConsumer, recorder: Recorder
) -> None:
    await sides.queue.push([message(n) for n in (1, 2)])
    await sides.queue.push([message(n) for n in (8, 9)], head=True)
    consumer.start([Queue.AI], 1, recorder)
    await until(lambda: recorder.saw(1, 2, 8, 9))
    assert [item.job_id.int for item in recorder.begun] == [8, 9, 1, 2]


async def test_one_push_reaches_several_queues(sides: Sides, consumer: QueueConsumer, recorder: Recorder) -> None:
    consumer.start([Queue.AI, Queue.CLEANUP], 2, recorder)
    await sides.queue.push([message(1), message(2, Queue.CLEANUP), message(3)])
    await until(lambda: recorder.saw(1, 2, 3))
    assert {item.queue for item in recorder.ended} == {Queue.AI, Queue.CLEANUP}


async def test_queue_that_is_not_served_keeps_its_messages(
    sides: Sides, consumer: QueueConsumer, recorder: Recorder
) -> None:
    consumer.start([Queue.AI], 1, recorder)
    await sides.queue.push([message(1, Queue.GPU_AI), message(2)])
    await until(lambda: recorder.saw(2))
    assert await sides.queue.depth(Queue.GPU_AI) == 1


async def test_depth_counts_what_waits(sides: Sides, consumer: QueueConsumer, recorder: Recorder) -> None:
    recorder.gate.clear()
    await sides.queue.push([message(n) for n in range(5)])
    assert await sides.queue.depth(Queue.AI) == 5
    consumer.start([Queue.AI], 2, recorder)
    await until(lambda: consumer.active() == 2)
    assert await sides.queue.depth(Queue.AI) == 3


async def test_no_more_handlers_run_than_there_are_slots(
    sides: Sides, consumer: QueueConsumer, recorder: Recorder
) -> None:
    most = 0

    async def handle(item: Message) -> None:
        nonlocal most
        most = max(most, consumer.active())
        await asyncio.sleep(0)
        await recorder(item)

    consumer.start([Queue.AI, Queue.CLEANUP], 3, handle)
    await sides.queue.push([message(n, (Queue.AI, Queue.CLEANUP)[n % 2]) for n in range(100)])
    await until(lambda: recorder.saw(*range(100)))
    assert most <= 3


async def test_message_taken_by_one_consumer_is_not_seen_by_another(sides: Sides, recorder: Recorder) -> None:
    consumers = [sides.new_consumer() for _ in range(2)]
    for each in consumers:
        each.start([Queue.AI], 2, recorder)
    await sides.queue.push([message(n) for n in range(60)])
    await until(lambda: recorder.saw(*range(60)))
    await asyncio.gather(*(each.stop(SOON) for each in consumers))
    assert len(recorder.begun) == 60


async def test_handler_that_raises_costs_one_message_and_nothing_else(
    sides: Sides, consumer: QueueConsumer, recorder: Recorder
) -> None:
    async def handle(item: Message) -> None:
        if item.job_id.int == 1:
            raise RuntimeError("a bug")
        await recorder(item)

    consumer.start([Queue.AI], 1, handle)
    await sides.queue.push([message(1), message(2)])
    await until(lambda: recorder.saw(2))
    assert await sides.queue.depth(Queue.AI) == 0


async def test_same_job_pushed_twice_is_delivered_twice(
    sides: Sides, consumer: QueueConsumer, recorder: Recorder
) -> None:
    await sides.queue.push([message(1), message(1)])
    consumer.start([Queue.AI], 2, recorder)
    await until(lambda: recorder.saw(1, 1))


async def test_job_pushed_again_by_its_own_handler_runs_again(
    sides: Sides, consumer: QueueConsumer, recorder: Recorder
) -> None:
    pushed = 1

    async def handle(item: Message) -> None:
        nonlocal pushed
        if pushed < 20:
            pushed += 1
            await sides.queue.push([item], head=True)  # Before this delivery is acknowledged.
        await recorder(item)

    consumer.start([Queue.AI], 2, handle)
    await sides.queue.push([message(1)])
    await until(lambda: len(recorder.ended) == 20)


async def test_after_stop_taking_nothing_begins_and_everything_still_waits(
    sides: Sides, consumer: QueueConsumer, recorder: Recorder
) -> None:
    recorder.gate.clear()
    await sides.queue.push([message(n) for n in range(4)])
    consumer.start([Queue.AI], 1, recorder)
    await until(lambda: consumer.active() == 1)
    consumer.stop_taking()
    recorder.gate.set()
    await consumer.stop(SOON)
    assert [item.job_id.int for item in recorder.begun] == [0]
    assert await sides.queue.depth(Queue.AI) == 3


async def test_what_one_consumer_left_the_next_one_takes_in_order(sides: Sides, recorder: Recorder) -> None:
    first, second = sides.new_consumer(), sides.new_consumer()
    first.start([Queue.AI], 4, recorder)
    first.stop_taking()
    await sides.queue.push([message(n) for n in range(4)])
    await first.stop(SOON)
    second.start([Queue.AI], 1, recorder)
    await until(lambda: recorder.saw(0, 1, 2, 3))
    await second.stop(SOON)
    assert [item.job_id.int for item in recorder.begun] == [0, 1, 2, 3]


async def test_stop_waits_for_a_running_handler(sides: Sides, consumer: QueueConsumer, recorder: Recorder) -> None:
    recorder.gate.clear()
    consumer.start([Queue.AI], 1, recorder)
    await sides.queue.push([message(1)])
    await until(lambda: consumer.active() == 1)
    stopping = asyncio.create_task(consumer.stop(SOON))
    await asyncio.sleep(0)
    recorder.gate.set()
    await stopping
    assert recorder.saw(1)
    assert consumer.active() == 0


async def test_handler_that_outlasts_the_grace_period_is_cancelled(
    sides: Sides, consumer: QueueConsumer, recorder: Recorder
) -> None:
    recorder.gate.clear()
    consumer.start([Queue.AI], 1, recorder)
    await sides.queue.push([message(1)])
    await until(lambda: consumer.active() == 1)
    await consumer.stop(timedelta(milliseconds=20))
    assert recorder.cancelled == [message(1)]


async def test_marker_is_there_once_it_was_set(sides: Sides) -> None:
    assert await sides.queue.marker() is None
    await sides.queue.set_marker()
    assert await sides.queue.marker()


async def test_marker_that_is_there_is_kept(sides: Sides) -> None:
    await sides.queue.set_marker()
    before = await sides.queue.marker()
    await sides.queue.set_marker()
    assert await sides.queue.marker() == before


async def test_ping_answers(sides: Sides) -> None:
    assert await sides.queue.ping()


async def test_pushing_nothing_is_allowed(sides: Sides) -> None:
    await sides.queue.push([])


async def test_many_messages_are_pushed_at_once(sides: Sides) -> None:
    await sides.queue.push([message(n) for n in range(1200)])
    assert await sides.queue.depth(Queue.AI) == 1200


@pytest.mark.parametrize(("kind", "correlation"), [("", "x"), ("a b", "x"), ("k" * 101, "x"), ("kind", "a\nb")])
def test_message_that_could_not_travel_cannot_be_made(kind: str, correlation: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        Message(message(1).job_id, kind, Queue.AI, correlation)
