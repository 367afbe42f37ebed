"""The job that does nothing: its payload, and the registry a worker runs it from."""

from typing import ClassVar

from app.adapters.jobs.registry import Registry, handles
from app.core.jobs import JobPayload, Outcome, Queue

from benchmarks.sides.starts import Starts

STARTS = Starts()


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


def registry() -> Registry:
    """Only this job."""
    found = Registry()
    found.add_all([run_noop])
    return found
