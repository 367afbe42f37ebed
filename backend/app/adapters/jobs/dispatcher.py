"""Pushes committed rows to the queue, and sweeps up rows that never got there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from app.adapters.events.port import Announcement
from app.adapters.queue.port import Message
from app.core.errors import Unavailable
from app.core.events import Event
from app.core.failpoints import failpoint
from app.core.jobs import Queue
from app.models.job import Job

if TYPE_CHECKING:
    from app.adapters.container import Container

log = structlog.get_logger(__name__)

# Whoever staged a job is about to push it, and its note that he did follows (marks.LATER).
ON_ITS_WAY = timedelta(seconds=1)
# A message that was pushed this long ago and whose queue is empty was lost; pushing twice is harmless.
LOST_AFTER = timedelta(seconds=3)
# With other work still queued the message may simply be waiting its turn.
LOST_BEHIND_OTHERS_AFTER = timedelta(seconds=120)

_BATCH = 500


def message_for(job: Job) -> Message:
    """Build the few bytes the engine carries. Of jobs that need a GPU only workers that have one are told."""
    queue = Queue.GPU_AI if job.gpu_required else Queue(job.queue)
    return Message(job_id=job.id, kind=job.kind, queue=queue, correlation_id=job.correlation_id)


async def push_after_commit(container: "Container", jobs: Sequence[Job]) -> None:
    """Tell the engine of committed jobs. Failing is harmless: the sweep tells it again."""
    if not jobs:
        return
    failpoint("dispatcher.before_push")
    try:
        await container.queue.push([message_for(job) for job in jobs])
    except Unavailable as error:
        log.warning("jobs.push_failed", code=error.code, jobs=len(jobs))
        return
    failpoint("dispatcher.after_push")
    await container.marks.note(container, [(job.id, job.epoch) for job in jobs])


async def announce_after_commit(container: "Container", events: Sequence[tuple[int, Event]]) -> None:
    """Tell live clients what was committed; whoever misses it reads the event rows."""
    try:
        await container.hub.announce(
            [
                Announcement(event_id=seq, name=event.name, project_id=event.project_id, user_id=event.user_id)
                for seq, event in events
            ]
        )
    except Unavailable as error:
        log.warning("events.announce_failed", code=error.code)


@dataclass(slots=True)
class Sweeper:
    """Finds due rows the engine does not know of. Remembers the engine's epoch, to notice that it forgot everything."""

    marker: str | None = None

    async def __call__(self, container: "Container") -> int:
        """Sweep once; return how many rows were pushed."""
        queue = container.queue
        marker = await queue.marker()
        is_new = marker is None
        if is_new:
            await queue.set_marker()
            marker = await queue.marker()
        forgot = self.marker is not None and marker != self.marker
        self.marker = marker
        if forgot:
            return await _push_due(container, dict.fromkeys(Queue, timedelta(0)), on_its_way=timedelta(0))
        # A marker that nobody had left: Redis was emptied before this process ever looked.
        return await _push_due(container, await _suspects(container, emptied=is_new))


async def _suspects(container: "Container", *, emptied: bool) -> dict[Queue, timedelta]:
    """Name the queues that hold fewer messages than there are rows, and after how long a row there is lost.

    A queue that holds them all is only long: pushing its rows again would double it. Where the engine was emptied
    every row is lost, whatever was pushed since.
    """
    async with container.scope(read_only=True) as scope:
        waiting = await scope.ledger.waiting()
    suspects = {}
    for queue, rows in waiting.items():
        messages = await container.queue.depth(queue)
        if messages < rows and emptied:
            suspects[queue] = timedelta(0)
        elif messages < rows:
            suspects[queue] = LOST_BEHIND_OTHERS_AFTER if messages else LOST_AFTER
    return suspects


async def _push_due(
    container: "Container", lost: Mapping[Queue, timedelta], *, on_its_way: timedelta = ON_ITS_WAY
) -> int:
    pushed, clock = 0, container.clock
    started = clock.monotonic()
    while True:
        async with container.scope(read_only=True) as scope:
            jobs = await scope.ledger.due(lost, on_its_way=on_its_way, limit=_BATCH)
        if not jobs:
            return pushed
        for head in (True, False):
            batch = [message_for(job) for job in jobs if job.rescued is head]
            if batch:
                await container.queue.push(batch, head=head)
        async with container.scope() as scope:
            await scope.ledger.mark_pushed([(job.id, job.epoch) for job in jobs])
        pushed += len(jobs)
        log.info("jobs.swept", jobs=len(jobs))
        if len(jobs) < _BATCH:
            return pushed
        # What this sweep has pushed itself is not lost.
        since = timedelta(seconds=clock.monotonic() - started, milliseconds=1)
        lost = {queue: max(age, since) for queue, age in lost.items()}
