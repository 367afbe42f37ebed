"""The queue within one process, for tests: it can be drained, fail on demand, and lose everything."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

import structlog

from app.adapters.queue.port import Handle, Message, PutBack, QueueUnavailable
from app.core.jobs import Queue

log = structlog.get_logger()


class MemoryQueue:
    """Both sides of the queue. `available` set to False makes every call fail, as a dead Redis does."""

    def __init__(self) -> None:
        self.available = True
        self._waiting: dict[Queue, deque[Message]] = {queue: deque() for queue in Queue}
        self._pushed = asyncio.Event()
        self._epoch = 0
        self._marker: str | None = None

    async def push(self, messages: Sequence[Message], *, head: bool = False) -> None:
        """Append messages to their queues; `head` puts them before all that wait, in the order given."""
        self._check()
        for message in reversed(messages) if head else messages:
            waiting = self._waiting[message.queue]
            waiting.appendleft(message) if head else waiting.append(message)
        self.ring()

    async def depth(self, queue: Queue) -> int:
        """Count the messages that wait."""
        self._check()
        return len(self._waiting[queue])

    async def ping(self) -> bool:
        """Say whether the queue answers."""
        return self.available

    async def marker(self) -> str | None:
        """Read the epoch key."""
        self._check()
        return self._marker

    async def set_marker(self) -> None:
        """Write the epoch key unless there is one."""
        self._check()
        if self._marker is None:
            self._epoch += 1
            self._marker = f"epoch-{self._epoch}"

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def wipe(self) -> None:
        """Lose every message and the epoch key, as a Redis that restarts without persistence does."""
        for waiting in self._waiting.values():
            waiting.clear()
        self._marker = None

    def ring(self) -> None:
        """Let everybody who waits look again."""
        self._pushed.set()

    async def wait(self) -> None:
        """Wait until something is pushed."""
        self._pushed.clear()
        await self._pushed.wait()

    def take(self, queues: Sequence[Queue]) -> Message | None:
        """Take the first message of the first queue that has one."""
        if not self.available:
            return None
        return next((self._waiting[queue].popleft() for queue in queues if self._waiting[queue]), None)

    def put_back(self, message: Message) -> None:
        """Put a message that nobody began with before all that wait, and tell nobody who just refused it."""
        self._waiting[message.queue].appendleft(message)

    async def drain(self, handle: Handle, queues: Sequence[Queue] = tuple(Queue)) -> int:
        """Run messages one by one, those pushed meanwhile too, until none waits; return how many ran.

        What a handler raises comes out: a test wants to see it.
        """
        done = 0
        while (message := self.take(queues)) is not None:
            await handle(message)
            done += 1
        return done

    def _check(self) -> None:
        if not self.available:
            raise QueueUnavailable


class MemoryConsumer:
    """The taking side over a MemoryQueue."""

    def __init__(self, queue: MemoryQueue) -> None:
        self._queue = queue
        self._taking = False
        self._slots: list[asyncio.Task[None]] = []
        self._run_next: Callable[[], Awaitable[None]] | None = None
        self._active = 0

    def start(self, queues: Sequence[Queue], slots: int, handle: Handle) -> None:
        """Begin to take messages in `slots` tasks."""
        self._taking = True
        self._run_next = partial(self._run, tuple(queues), handle)
        self.resize(slots)

    def resize(self, slots: int) -> None:
        """Add tasks; there are never fewer, for nothing is held here that others could take."""
        if self._run_next is not None and self._taking:
            while len(self._slots) < slots:
                self._slots.append(asyncio.ensure_future(self._run_next()))

    def stop_taking(self) -> None:
        """Take nothing more."""
        self._taking = False
        self._queue.ring()

    async def stop(self, grace: timedelta) -> None:
        """Stop taking, wait for running handlers, cancel those that outlast the grace period."""
        self.stop_taking()
        if not self._slots:
            return
        _, late = await asyncio.wait(self._slots, timeout=grace.total_seconds())
        for task in late:
            task.cancel()
        await asyncio.gather(*self._slots, return_exceptions=True)

    def active(self) -> int:
        """Count the handlers that run now."""
        return self._active

    async def _run(self, queues: Sequence[Queue], handle: Handle) -> None:
        while self._taking:
            message = self._queue.take(queues)
            if message is None:
                await self._queue.wait()
                continue
            self._active += 1
            try:
                await handle(message)
            except PutBack:
                self._queue.put_back(message)
            except Exception:
                log.exception("queue.handler_failed", job_id=str(message.job_id), kind=message.kind)
            finally:
                self._active -= 1
