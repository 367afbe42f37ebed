"""The taking side of the queue: Dramatiq's worker threads, one actor, handlers in the process's event loop.

Dramatiq only carries ids: no retries, no delays, no results, no time limits. The ledger's rows are the truth.
"""

import asyncio
import contextlib
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError
from datetime import timedelta

import structlog
from dramatiq import Actor, Worker

from app.adapters.queue.port import Handle
from app.adapters.queue.waking import Delivery, Slots, WakeListener, WakingBroker
from app.adapters.queue.wire import ACTOR, NAMESPACE
from app.adapters.redis_client import open_sync
from app.core.jobs import Queue

log = structlog.get_logger(__name__)

# How often Dramatiq's idle threads look whether they should stop.
_WORKER_TIMEOUT_MS = 100
# For a cancelled handler to record that it was cancelled.
_CANCELLED_WITHIN_SECONDS = 5.0
_THREADS_END_WITHIN_MS = 3000


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
        self._engine = _Engine(self._url, self._namespace, names, slots, _Handlers(handle))

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
    """The handlers that run in the event loop on behalf of worker threads."""

    def __init__(self, handle: Handle) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self._handle = handle
        self._loop = asyncio.get_running_loop()
        self._is_finishing = False

    def run(self, delivery: Delivery) -> None:
        """Run a handler to its end; called by a worker thread, which waits meanwhile."""
        future = asyncio.run_coroutine_threadsafe(self._run(delivery), self._loop)
        with contextlib.suppress(CancelledError):
            future.result()

    async def finish(self, grace: timedelta) -> None:
        """Begin no more, wait for those that run, cancel those that outlast the grace period and wait for them."""
        self._is_finishing = True
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=grace.total_seconds())
        for task in self.tasks:
            task.cancel()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=_CANCELLED_WITHIN_SECONDS)

    async def _run(self, delivery: Delivery) -> None:
        if self._is_finishing:
            delivery.refused = True
            return
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        self.tasks.add(task)
        message = delivery.message
        try:
            await self._handle(message)
        except Exception:  # The row is the truth: the message has done its duty either way.
            log.exception("queue.handler_failed", job_id=str(message.job_id), kind=message.kind)
        finally:
            self.tasks.discard(task)


class _Engine:
    """Dramatiq's broker and worker, and the thread that listens for calls."""

    def __init__(self, url: str, namespace: str, queues: tuple[str, ...], slots: int, handlers: _Handlers) -> None:
        self.handlers = handlers
        self._slots = Slots(slots)
        self._bells = {queue: threading.Event() for queue in queues}
        # Every consumer and worker thread, the listener, and one to spare.
        self._client = open_sync(url, connections=len(queues) + slots + 2)
        self._broker = WakingBroker(self._client, namespace=namespace, slots=self._slots, bells=self._bells)
        Actor(self._run_job, broker=self._broker, actor_name=ACTOR, queue_name=queues[0], priority=0, options={})
        for queue in queues:
            self._broker.declare_queue(queue)
        self._listener = WakeListener(self._client, namespace=namespace, bells=self._bells)
        self._worker = Worker(self._broker, queues=set(queues), worker_timeout=_WORKER_TIMEOUT_MS, worker_threads=slots)
        self._listener.start()
        self._worker.start()

    def _run_job(self, delivery: Delivery) -> None:
        if not self._slots.open:
            delivery.refused = True
            return
        self.handlers.run(delivery)

    def stop_taking(self) -> None:
        """Take nothing more."""
        self._slots.open = False
        for bell in self._bells.values():
            bell.set()

    def close(self) -> None:
        """End the threads and let go of connections. Blocks."""
        self._listener.stop()
        for thread in self._worker.consumers.values():
            thread.stop()
        self.stop_taking()
        self._worker.stop(timeout=_THREADS_END_WITHIN_MS)
        self._listener.join()
        self._client.close()
