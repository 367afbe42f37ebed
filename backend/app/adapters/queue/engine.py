"""The taking side of the queue: a thread per queue that talks to Redis, handlers in the process's event loop.

Dramatiq's broker only carries ids: no retries, no delays, no results, no time limits. The ledger's rows are the truth.
A running handler is a task; it holds no thread, so one worker may have a thousand.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import structlog
from dramatiq.broker import MessageProxy

from app.adapters.queue.port import Handle, PutBack
from app.adapters.queue.waking import Slots, WakeListener, WakingBroker, WakingConsumer
from app.adapters.queue.wire import NAMESPACE
from app.adapters.redis_client import open_sync
from app.core.jobs import Queue

log = structlog.get_logger(__name__)

# For a cancelled handler to record that it was cancelled.
_CANCELLED_WITHIN_SECONDS = 5.0
_THREADS_END_WITHIN_SECONDS = 3.0

Settled = Callable[[MessageProxy], None]


class DramatiqConsumer:
    """The port over Dramatiq. One per process; started once."""

    def __init__(self, url: str, *, namespace: str = NAMESPACE) -> None:
        self._url = url
        self._namespace = namespace
        self._engine: _Engine | None = None

    def start(self, queues: Sequence[Queue], slots: int, handle: Handle) -> None:
        """Begin to take messages, at most `slots` at once. Redis may be away: it is asked again and again."""
        if self._engine is not None:
            raise RuntimeError("this consumer was started before")
        names = tuple(queue.value for queue in queues)
        self._engine = _Engine(self._url, self._namespace, names, slots, handle)

    def resize(self, slots: int) -> None:
        """Change how many messages are held at once; those that are held stay."""
        if self._engine is not None:
            self._engine.slots.resize(slots)

    def stop_taking(self) -> None:
        """Take nothing more; what was taken and has not begun goes back to its queue."""
        if self._engine is not None:
            self._engine.stop_taking()

    async def stop(self, grace: timedelta) -> None:
        """Stop taking, wait for running handlers, cancel those that outlast the grace period, let go."""
        if self._engine is not None:
            self._engine.stop_taking()
            await self._engine.handlers.finish(grace)
            await asyncio.to_thread(self._engine.close)
            self._engine = None

    def active(self) -> int:
        """Count the handlers that run now."""
        return len(self._engine.handlers.tasks) if self._engine is not None else 0


class _Handlers:
    """The handlers that run in the event loop."""

    def __init__(self, handle: Handle, slots: Slots) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self._handle = handle
        self._slots = slots
        self._loop = asyncio.get_running_loop()
        self._is_finishing = False

    def hand_over(self, messages: Sequence[MessageProxy], settled: Settled) -> None:
        """Begin handlers; called by a queue's thread, which does not wait for them."""
        try:
            self._loop.call_soon_threadsafe(self._begin, messages, settled)
        except RuntimeError:  # The loop is closed.
            self._refuse(messages, settled)

    async def finish(self, grace: timedelta) -> None:
        """Begin no more, wait for those that run, cancel those that outlast the grace period and wait for them."""
        self._is_finishing = True
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=grace.total_seconds())
        for task in self.tasks:
            task.cancel()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=_CANCELLED_WITHIN_SECONDS)

    def _begin(self, messages: Sequence[MessageProxy], settled: Settled) -> None:
        if self._is_finishing or not self._slots.open:
            self._refuse(messages, settled)
            return
        for message in messages:
            task = self._loop.create_task(self._run(message))
            self.tasks.add(task)
            task.add_done_callback(partial(self._end, message, settled))

    def _refuse(self, messages: Sequence[MessageProxy], settled: Settled) -> None:
        for message in messages:
            message.args[0].refused = True
            settled(message)

    def _end(self, message: MessageProxy, settled: Settled, task: "asyncio.Task[None]") -> None:
        self.tasks.discard(task)
        settled(message)

    async def _run(self, proxy: MessageProxy) -> None:
        delivery = proxy.args[0]
        message = delivery.message
        try:
            await self._handle(message)
        except PutBack:
            delivery.refused = True
        except Exception:  # The row is the truth: the message has done its duty either way.
            log.exception("queue.handler_failed", job_id=str(message.job_id), kind=message.kind)


class _Feeder(threading.Thread):
    """One queue's thread: takes what there is room for, hands it over, forgets what was handled, many at once."""

    def __init__(self, consumer: WakingConsumer, bell: threading.Event, slots: Slots, handlers: _Handlers) -> None:
        super().__init__(name=f"queue-{consumer.queue_name}", daemon=True)
        self._consumer = consumer
        self._bell = bell
        self._slots = slots
        self._handlers = handlers
        self._settled: deque[MessageProxy] = deque()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Take until stopped."""
        while not self._stopping.is_set():
            self._settle()
            first = next(self._consumer)
            taken = [first] if first is not None else []
            while self._consumer.has_more:
                more = next(self._consumer)
                if more is not None:
                    taken.append(more)
            if taken:
                self._handlers.hand_over(taken, self._on_settled)
        self._settle()
        self._consumer.close()

    def stop(self) -> None:
        """Ask the thread to end."""
        self._stopping.set()
        self._bell.set()

    def _on_settled(self, message: MessageProxy) -> None:
        # The thread forgets it when it wakes; the slot is free at once.
        self._settled.append(message)
        self._slots.give(1)
        self._bell.set()

    def _settle(self) -> None:
        done = [self._settled.popleft() for _ in range(len(self._settled))]
        if done:
            self._consumer.settle(done)


class _Engine:
    """Dramatiq's broker, a thread for each queue, and the thread that listens for calls."""

    def __init__(self, url: str, namespace: str, queues: tuple[str, ...], slots: int, handle: Handle) -> None:
        self.slots = Slots(slots)
        self.handlers = _Handlers(handle, self.slots)
        self._bells = {queue: threading.Event() for queue in queues}
        # Every queue's thread, the listener, and one to spare.
        self._client = open_sync(url, connections=len(queues) + 2)
        broker = WakingBroker(self._client, namespace=namespace, slots=self.slots, bells=self._bells)
        self._feeders = []
        for queue in queues:
            broker.declare_queue(queue)
            self._feeders.append(_Feeder(broker.consume(queue), self._bells[queue], self.slots, self.handlers))
        self._listener = WakeListener(self._client, namespace=namespace, bells=self._bells)
        self._listener.start()
        for feeder in self._feeders:
            feeder.start()

    def stop_taking(self) -> None:
        """Take nothing more."""
        self.slots.open = False
        for bell in self._bells.values():
            bell.set()

    def close(self) -> None:
        """End the threads and let go of connections. Blocks."""
        self._listener.stop()
        self.stop_taking()
        for feeder in self._feeders:
            feeder.stop()
        for feeder in self._feeders:
            feeder.join(_THREADS_END_WITHIN_SECONDS)
        self._listener.join()
        self._client.close()
