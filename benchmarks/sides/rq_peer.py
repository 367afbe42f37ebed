"""A peer of the job benchmark: RQ with its worker that does not fork for each job, the fastest it has."""

import os
import sys
import threading
from importlib import import_module
from typing import Any

from redis import Redis

from benchmarks.sides.peer_packages import find_peers
from benchmarks.sides.starts import STARTS

find_peers()


def noop(number: int) -> None:
    """Note the moment."""
    STARTS.note(number)


def make_queue(redis_url: str) -> Any:
    """Open the queue."""
    return import_module("rq").Queue("bench", connection=Redis.from_url(redis_url))


def work() -> None:
    """Run until stdin closes."""

    def obey() -> None:
        STARTS.serve()
        os._exit(0)

    threading.Thread(target=obey, daemon=True).start()
    queue = make_queue(os.environ["REDIS_URL"])
    import_module("rq").SimpleWorker([queue], connection=queue.connection).work(logging_level="ERROR")


if __name__ == "__main__":
    sys.modules.setdefault("benchmarks.sides.rq_peer", sys.modules["__main__"])
    work()
