"""The job that does nothing: its payload, and the registry a worker runs it from."""

import asyncio
from typing import ClassVar

from app.adapters.jobs.registry import Registry, handles
from app.core.jobs import JobPayload, Outcome, Queue

from benchmarks.sides.starts import STARTS


class NoOp(JobPayload):
    """Do nothing, and say when."""

    kind: ClassVar[str] = "bench.noop"
    queue: ClassVar[Queue] = Queue.SYSTEM_EVENTS

    number: int


@handles(NoOp)
async def run_noop(payload: NoOp, _ctx: object) -> Outcome:
    """Note the moment."""
    STARTS.note(payload.number)
    return None


class Pause(JobPayload):
    """Wait for something else, as a call to a model does."""

    kind: ClassVar[str] = "bench.pause"
    queue: ClassVar[Queue] = Queue.AI

    number: int
    seconds: float


@handles(Pause)
async def run_pause(payload: Pause, _ctx: object) -> Outcome:
    """Wait."""
    await asyncio.sleep(payload.seconds)
    return None


def registry() -> Registry:
    """Only these jobs."""
    found = Registry()
    found.add_all([run_noop, run_pause])
    return found
