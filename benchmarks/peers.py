"""The peers of the job benchmark: what hands jobs in, and the worker process of each."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from benchmarks.machinery import Side, start_side
from benchmarks.sides import celery_peer, procrastinate_peer, rq_peer

Opened = tuple[Callable[[int], Any], Side, Callable[[Sequence[int]], Any] | None]


def peers(redis_url: str, database_url: str | None, slots: int) -> dict[str, AbstractAsyncContextManager[Opened]]:
    """Name what can be opened here; opening one that is not installed raises ImportError."""
    found: dict[str, AbstractAsyncContextManager[Opened]] = {
        "Celery": _celery(f"{redis_url}?db=3", None, slots),
        "RQ": _rq(f"{redis_url}?db=4"),
    }
    if database_url is not None:
        found["Celery with results"] = _celery(f"{redis_url}?db=3", database_url, slots)
        found["Procrastinate"] = _procrastinate(database_url, slots)
    return found


@contextlib.asynccontextmanager
async def _celery(redis_url: str, results: str | None, slots: int) -> AsyncIterator[Opened]:
    url = results.replace("postgresql://", "postgresql+psycopg2://") if results else None
    app = celery_peer.make_app(redis_url, url)
    environment = {"REDIS_URL": redis_url, **({"RESULTS_URL": url} if url else {})}
    async with start_side("celery_peer", environment, str(slots)) as worker:
        yield app.tasks["noop"].delay, worker, None


@contextlib.asynccontextmanager
async def _rq(redis_url: str) -> AsyncIterator[Opened]:
    queue = rq_peer.make_queue(redis_url)

    def send(number: int) -> None:
        queue.enqueue(rq_peer.noop, number)

    def send_many(numbers: Sequence[int]) -> None:
        queue.enqueue_many([type(queue).prepare_data(rq_peer.noop, args=(number,)) for number in numbers])

    async with start_side("rq_peer", {"REDIS_URL": redis_url}) as worker:
        yield send, worker, send_many


@contextlib.asynccontextmanager
async def _procrastinate(database_url: str, slots: int) -> AsyncIterator[Opened]:
    app = procrastinate_peer.make_app(database_url)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        task = app.tasks["noop"]

        async def send(number: int) -> None:
            await task.defer_async(number=number)

        async def send_many(numbers: Sequence[int]) -> None:
            await task.batch_defer_async(*({"number": number} for number in numbers))

        async with start_side("procrastinate_peer", {"DATABASE_URL": database_url}, str(slots)) as worker:
            yield send, worker, send_many
