"""The peer of the job benchmark: Dramatiq as its guide shows it, stock broker, stock middleware, stock worker."""

import os
import sys

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from benchmarks.sides.starts import STARTS


def make_actor(redis_url: str) -> "dramatiq.Actor[[int], None]":
    """Declare the actor on a stock broker."""
    broker = RedisBroker(url=redis_url)  # type: ignore[no-untyped-call]

    @dramatiq.actor(broker=broker)
    def noop(number: int) -> None:
        STARTS.note(number)

    return noop


def work(slots: int) -> None:
    """Run until stdin closes."""
    worker = dramatiq.Worker(make_actor(os.environ["REDIS_URL"]).broker, worker_threads=slots)
    worker.start()
    STARTS.serve()
    worker.stop()


if __name__ == "__main__":
    work(int(sys.argv[1]))
