"""Work that is cancelled lets go of the database, at whichever step that happens."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Coroutine, Generator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from sqlalchemy import insert, make_url, text
from sqlalchemy.exc import DBAPIError

from app.adapters.container import Container
from app.adapters.db.engine import Database
from app.models.job import Lease

from tests.waiting import until


@dataclass
class CancelledAt(Awaitable[None]):
    """Runs a coroutine in a task that is cancelled as soon as it waits for the `step`th time."""

    work: Coroutine[Any, Any, None]
    step: int

    def __await__(self) -> Generator[Any, Any, None]:
        running = self.work.__await__()
        thrown: BaseException | None = None
        for step in count(1):
            try:
                waits_for = running.throw(thrown) if thrown else running.send(None)
            except StopIteration:
                return
            task = asyncio.current_task()
            if step == self.step and task is not None:
                task.cancel()
            thrown = None
            try:
                yield waits_for
            except BaseException as error:
                thrown = error


async def is_free(database: Database) -> bool:
    """Say whether nobody holds what a writer needs."""
    if not database.is_postgres:
        with sqlite3.connect(str(make_url(str(database.engine.url)).database), timeout=0) as other:
            try:
                other.execute("begin immediate")
            except sqlite3.OperationalError:
                return False
            return True
    try:
        async with database.engine.begin() as connection:
            await connection.execute(text("lock table leases in access exclusive mode nowait"))
    except DBAPIError:
        return False
    return True


@pytest.mark.parametrize("is_connected", [False, True])
async def test_a_scope_that_is_cancelled_at_any_step_keeps_no_lock_though_somebody_keeps_its_exception(
    container: Container, is_connected: bool
) -> None:
    database, kept = container.database, list[asyncio.Task[None]]()

    async def write() -> None:
        async with container.scope() as scope:
            row = insert(Lease).values(name=f"lease-{len(kept)}", holder="", token=0, until=container.clock.now())
            await scope.session.execute(row.returning(Lease.name, Lease.token))

    async def cancelled(step: int) -> None:
        await CancelledAt(write(), step)

    for step in count(1):
        if not is_connected:
            await database.engine.dispose()
        kept.append(asyncio.create_task(cancelled(step)))
        await asyncio.wait(kept[-1:])
        await until(lambda: is_free(database))
        assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        if not kept[-1].cancelled():
            break
    assert len(kept) > 4
