"""A peer of the job benchmark: Celery over Redis, with a result backend in PostgreSQL or none."""

import os
import sys
import threading
from importlib import import_module
from typing import Any

from benchmarks.sides.peer_packages import find_peers
from benchmarks.sides.starts import STARTS

find_peers()


def make_app(redis_url: str, results: str | None) -> Any:
    """Declare the task. Settings: results only where they are kept, many messages fetched ahead, no events."""
    broker = redis_url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    app = import_module("celery").Celery("bench", broker=broker, backend=f"db+{results}" if results else None)
    app.conf.update(
        task_ignore_result=results is None,
        worker_prefetch_multiplier=64,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        task_default_queue="celery_results" if results else "celery_plain",
    )

    def noop(number: int) -> None:
        STARTS.note(number)

    app.task(name="noop")(noop)
    return app


def work(slots: int) -> None:
    """Run until stdin closes."""
    app = make_app(os.environ["REDIS_URL"], os.environ.get("RESULTS_URL"))

    def obey() -> None:
        STARTS.serve()
        os._exit(0)

    threading.Thread(target=obey, daemon=True).start()
    worker = app.Worker(
        pool="threads", concurrency=slots, loglevel="ERROR", quiet=True, without_gossip=True, without_mingle=True
    )
    worker.start()


if __name__ == "__main__":
    work(int(sys.argv[1]))
