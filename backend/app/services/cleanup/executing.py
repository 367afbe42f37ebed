"""One run of one task under the cleanup lease: plan, execute, report. Goes on where a killed run stopped."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from app.adapters.scope import Scope
from app.core.errors import AppError, Unavailable
from app.core.failpoints import failpoint
from app.core.jobs import JobContext, Outcome, Snooze
from app.models.cleanup import Warrant
from app.services.cleanup import warrants
from app.services.cleanup.errors import CleanupLeaseLost
from app.services.cleanup.items import Item, Spared, Task
from app.services.cleanup.lease import CleanupLease, cleanup_lease
from app.services.cleanup.messages import RunCleanupTask
from app.services.cleanup.tasks import task_named

log = structlog.get_logger(__name__)

_PAUSE = timedelta(seconds=1)
# Progress is for people: a tenth of a second's work between two notes of it.
_NOTES = 20
# So many in a row that could not be reached: the storage is away, and each further try may take a whole time limit.
_AWAY = 5


async def run_task(payload: RunCleanupTask, ctx: JobContext) -> Outcome:
    """Run a task as the payload says, as soon as no other cleanup is at work."""
    task = task_named(payload.task)(ctx)
    holder = f"{ctx.job_id}:{ctx.container.ids.secret(nbytes=6)}"
    async with cleanup_lease(ctx.container, holder) as lease:
        if lease is None:
            return Snooze(_PAUSE, "another cleanup worker is at work")
        run = _Run(payload, ctx, task, lease)
        warrant = await run.plan()
        if payload.dry_run:
            await ctx.progress(1.0, f"planned: {warrant.items} to go, {warrant.bytes} bytes")
            return None
        await run.execute(warrant)
    return None


@dataclass(frozen=True, slots=True)
class _Run:
    payload: RunCleanupTask
    ctx: JobContext
    task: Task
    lease: CleanupLease

    async def plan(self) -> Warrant:
        """Take the warrant that was given, or find what an earlier attempt planned, or plan."""
        if self.payload.warrant_id is not None:
            return await self._take(self.payload.warrant_id)
        async with self.ctx.scope(read_only=True) as scope:
            known = await warrants.planned_by_job(scope, self.ctx.job_id)
        if known is not None:
            return known if self.payload.dry_run or known.status == "executed" else await self._take(known.id)
        await self.ctx.progress(0.1, "looking")
        items = await self.task.plan(self.ctx.container.settings.cleanup.batch)
        async with self._fenced() as scope:
            return await warrants.write_plan(
                scope, type(self.task), items, job_id=self.ctx.job_id, execute=not self.payload.dry_run
            )

    async def execute(self, warrant: Warrant) -> None:
        """Do what is pending, one by one; Unavailable at the end when something has to be tried again later."""
        async with self.ctx.scope(read_only=True) as scope:
            left = await warrants.pending(scope, warrant.id)
        later: Unavailable | None = None
        in_a_row = 0
        for number, (position, item) in enumerate(left):
            if number % max(1, len(left) // _NOTES) == 0:
                await self.ctx.progress(0.2 + 0.8 * number / len(left), f"{number} of {len(left)} done")
            try:
                if later is not None and in_a_row >= _AWAY:
                    raise later
                await self._one(warrant.id, position, item)
                in_a_row = 0
            except CleanupLeaseLost:
                raise
            except Unavailable as error:
                later, in_a_row = error, in_a_row + 1
                if self._is_last_attempt():
                    await self._record(warrant.id, position, item, "failed", error.message)
                elif in_a_row >= _AWAY:
                    break
        if later is not None and not self._is_last_attempt():
            raise Unavailable(
                f"Some of it could not be deleted yet ({later.code}). It is tried again.", warrant_id=str(warrant.id)
            )
        async with self._fenced() as scope:
            closed = await warrants.close(scope, warrant.id)
        log.info("cleanup.executed", task=closed.task, warrant_id=str(closed.id), **warrants.report_of(closed))

    async def _take(self, warrant_id: UUID) -> Warrant:
        async with self._fenced() as scope:
            return await warrants.take(scope, warrant_id, task=self.task.name, job_id=self.ctx.job_id)

    async def _one(self, warrant_id: UUID, position: int, item: Item) -> None:
        """Prove, act, record: the proof's transaction is fenced too, so that the token is good right before the act."""
        freed = item.bytes
        try:
            if self.task.physical:
                async with self._fenced() as scope:
                    await self.task.begin(scope, item)
                failpoint("cleanup.run:proved")
                freed = await self.task.act(item)
                failpoint("cleanup.run:acted")
            async with self._fenced() as scope:
                freed = await self.task.settle(scope, item, freed)
                await warrants.record_outcome(scope, warrant_id, position, "deleted", freed=freed)
        except Spared as error:
            await self._record(warrant_id, position, item, "spared", str(error))
        except Unavailable:
            raise
        except (OSError, AppError) as error:
            told = error.message if isinstance(error, AppError) else error.strerror or type(error).__name__
            reason = f"It could not be deleted: {told}"
            await self._record(warrant_id, position, item, "failed", reason)
            log.warning("cleanup.item_failed", task=self.task.name, target=item.target, error=str(error)[:300])

    async def _record(self, warrant_id: UUID, position: int, item: Item, outcome: str, reason: str) -> None:
        async with self._fenced() as scope:
            await self.task.release(scope, item)
            await warrants.record_outcome(scope, warrant_id, position, outcome, reason=reason)

    @asynccontextmanager
    async def _fenced(self) -> AsyncIterator[Scope]:
        """Open a transaction that commits only while this job and this lease are still ours."""
        async with self.ctx.scope() as scope:
            scope.uow.before_commit.append(self.lease.fence)
            yield scope

    def _is_last_attempt(self) -> bool:
        return self.ctx.attempt >= self.payload.retry.attempts
