"""`Scope`: one unit of work — an actor, a transaction, the clock and ids, and the process's adapters."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.adapters.db.uow import BeforeCommit, UnitOfWork
from app.adapters.effects.writing import write_effects
from app.adapters.events import bus
from app.adapters.jobs import dispatcher
from app.adapters.jobs.ledger import Ledger
from app.adapters.telemetry import correlation
from app.core import guard
from app.core.actor import SYSTEM, Actor
from app.core.effects import Effect
from app.core.events import Event
from app.core.jobs import JobPayload
from app.models.job import Job

if TYPE_CHECKING:  # the container makes scopes, so the two know each other
    from app.adapters.container import Container


class Scope:
    """One unit of work. It commits once, when it closes without an exception."""

    def __init__(self, container: "Container", uow: UnitOfWork, actor: Actor) -> None:
        """Belongs to `open_scope`; nobody else makes one."""
        self.container = container
        self.uow = uow
        self.actor = actor
        # The job on whose behalf this is, for whoever asks later why something changed.
        self.job_id: UUID | None = None
        self.clock = container.clock
        self.ids = container.ids
        self.settings = container.settings

    @property
    def session(self) -> AsyncSession:
        """The session of this scope's transaction."""
        return self.uow.session

    @property
    def ledger(self) -> Ledger:
        """The ledger of jobs, inside this transaction."""
        return Ledger(
            self.session,
            self.container.database,
            clock=self.clock,
            ids=self.ids,
            gpu_queue=self.settings.workers.gpu_queue_enabled,
        )

    def act_as(self, actor: Actor) -> None:
        """Say on whose behalf the rest of this scope works, once that is known."""
        self.actor = actor

    async def stage(
        self, payload: JobPayload, *, project_id: UUID | None = None, run_at: datetime | None = None
    ) -> Job:
        """Write a job that is pushed after the commit; an equal unfinished one (same unique key) is joined."""
        told = {"hivesync.job.kind": payload.kind, "hivesync.job.queue": payload.queue.value}
        with self.container.tracer.span(f"stage {payload.kind}", kind="producer", attributes=told) as span:
            job, is_new = await self.ledger.insert(
                payload,
                project_id=project_id,
                user_id=self.actor.user_id,
                correlation_id=correlation.current() or str(self.ids.new()),
                run_at=run_at,
            )
            span.set({"hivesync.job.id": str(job.id), "hivesync.job.outcome": "new" if is_new else "joined"})
        if is_new and (run_at is None or run_at <= self.clock.now()):
            self.uow.staged.append(job)
        return job

    async def stage_many(self, payloads: Sequence[JobPayload], *, project_id: UUID | None = None) -> list[Job]:
        """Write many jobs, due now, in one statement; return the new ones. Equal unfinished ones are joined."""
        with self.container.tracer.span("stage many", kind="producer") as span:
            jobs = await self.ledger.insert_many(
                payloads,
                project_id=project_id,
                user_id=self.actor.user_id,
                correlation_id=correlation.current() or str(self.ids.new()),
            )
            span.set({"hivesync.jobs.asked": len(payloads), "hivesync.jobs.new": len(jobs)})
        self.uow.staged += jobs
        return jobs

    def publish(self, event: Event) -> None:
        """Say what happened: subscribers run in this transaction, live clients hear of it after the commit."""
        self.uow.published.append(event)

    def record(self, effect: Effect) -> None:
        """Note a mutation for the effect ledger: it is written in this transaction, or not at all."""
        self.uow.effects.append(effect)


AsyncScope = AbstractAsyncContextManager[Scope]


class ScopeFactory(Protocol):
    """Opens scopes for one actor: for work with slow parts between short transactions."""

    def __call__(self, *, read_only: bool = False) -> AsyncScope:
        """Open one scope."""
        ...


@asynccontextmanager
async def open_scope(
    container: "Container",
    actor: Actor = SYSTEM,
    *,
    read_only: bool = False,
    fence: BeforeCommit | None = None,
    job_id: UUID | None = None,
) -> AsyncIterator[Scope]:
    """Open a unit of work; commit at the end, then push staged jobs and announce events.

    A read-only scope rolls back instead, so that nothing written in it by mistake survives.
    """
    token = guard.scope_opened()
    try:
        async with container.database.session(read_only=read_only) as session:
            uow = UnitOfWork(session, read_only=read_only)
            scope = Scope(container, uow, actor)
            scope.job_id = job_id
            if fence is not None:
                uow.before_commit.append(fence)
            try:
                yield scope
                records = await _close(scope)
            except BaseException:
                await uow.rollback()
                raise
    finally:
        guard.scope_closed(token)
    await dispatcher.push_after_commit(container, uow.staged)
    if records:
        await dispatcher.announce_after_commit(container, records)


async def _close(scope: Scope) -> list[tuple[int, Event]]:
    uow = scope.uow
    if uow.read_only:
        # Closing the session rolls back; doing it here would expire what the caller has just read.
        return []
    await bus.deliver(scope, uow.published, scope.container.subscriptions)
    # What concerns no project and no user is read by nobody.
    seen = [event for event in uow.published if event.project_id or event.user_id]
    rows = [bus.record(event, scope.clock) for event in seen]
    uow.session.add_all(rows)

    async def write(_session: AsyncSession) -> None:
        await write_effects(scope)

    # After every other check: the ends of chains are locked, and others wait for the commit.
    uow.before_commit.append(write)
    await uow.commit()
    return [(row.seq, event) for row, event in zip(rows, seen, strict=True)]
