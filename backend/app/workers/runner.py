"""Runs one job: claim → handle → finish, retry or give up. One outcome line per attempt."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from app.adapters.container import Container
from app.adapters.db.trouble import trouble
from app.adapters.jobs.ledger import Claim, Failure
from app.adapters.process.threads import Begun, counted
from app.adapters.scope import Scope
from app.adapters.telemetry import correlation
from app.adapters.telemetry.tracing import Attributes, Span
from app.core.errors import AppError, Unavailable
from app.core.events import JobEnded
from app.core.failpoints import failpoint
from app.core.jobs import Cancelled, Done, Handler, JobPayload, JobStatus, Outcome, RetryPolicy, Snooze
from app.workers.context import LeaseLostError, RunningContext
from app.workers.leases import LeaseKeeper, RunningJob

log = structlog.get_logger(__name__)

# For a cancelled handler to tidy up; a child process's output is drained in that time.
STOPS_WITHIN_SECONDS = 3.0
_BUG = "This is a bug in HiveSync. It was logged with the job's id; try again or report it."


class TimeLimitReachedError(Exception):
    """The handler ran longer than its payload allows; an adapter's own TimeoutError is something else."""


class HandlerStuckError(Exception):
    """The handler does not end although it was told to."""


_TOO_LONG = Failure("INTERNAL", "The job ran longer than its time limit and was stopped.", {})
_LOOKS_EVERY_SECONDS = 1.0


@dataclass(slots=True)
class Runner:
    """Runs jobs for one worker process."""

    container: Container
    keeper: LeaseKeeper
    worker_id: str
    # Records a job that ended well, together with others; without one each has a transaction of its own.
    finisher: Callable[[Claim], Awaitable[bool]] | None = None

    async def run_one(self, job_id: UUID) -> str:
        """Claim a job and run it to an outcome; return that outcome's name (`skipped` if it was not ours)."""
        async with self.container.scope() as scope:
            claim = await scope.ledger.claim(job_id, worker_id=self.worker_id)
        return "skipped" if claim is None else await self.run(claim)

    async def run(self, claim: Claim, *, freed: Callable[[], None] = lambda: None) -> str:
        """Run a claimed job to an outcome; `freed` is called when its handler is over and the outcome is not written.

        Returns the outcome's name.
        """
        failpoint(f"{claim.kind}:claimed")
        with (
            correlation.bound(correlation_id=claim.correlation_id, job_id=str(claim.job_id)),
            self._span(claim) as span,
        ):
            started = self.container.clock.monotonic()
            outcome = await self._attempt(claim, freed)
            span.set({"hivesync.job.outcome": outcome})
            if outcome == "failed":
                span.failed(outcome)
            log.info(
                "job.finished",
                kind=claim.kind,
                outcome=outcome,
                attempt=claim.attempt,
                seconds=round(self.container.clock.monotonic() - started, 3),
            )
        return outcome

    def _span(self, claim: Claim) -> AbstractContextManager[Span]:
        """Go on with the trace of whoever staged the job."""
        told: Attributes = {
            "hivesync.job.id": str(claim.job_id),
            "hivesync.job.kind": claim.kind,
            "hivesync.job.queue": claim.queue,
            "hivesync.job.attempt": claim.attempt,
        }
        return self.container.tracer.span(
            f"job {claim.kind}", kind="consumer", parent=claim.trace_parent, attributes=told
        )

    async def _attempt(self, claim: Claim, freed: Callable[[], None]) -> str:
        found = self.container.registry.find(claim.kind)
        if found is None:
            failure = Failure("INTERNAL", f"No handler knows jobs of kind '{claim.kind}'. Update the workers.", {})
            return await self._give_up(claim, failure)
        payload_type, handler = found
        running = self._begin(claim, payload_type, handler)
        try:
            await self._until_over(running)
            outcome = running.task.result()
        except HandlerStuckError:
            log.warning("job.stuck", kind=claim.kind, attempt=claim.attempt, note="This worker is replaced.")
            try:
                if running.told_to_stop_at is not None:
                    return await self._cancelled(running)
                return await self._retry(claim, payload_type.retry, _TOO_LONG)
            finally:
                # Only now: a worker that leaves waits for what runs, and for this job it would wait in vain.
                self.keeper.stuck.set()
        except asyncio.CancelledError:
            return await self._cancelled(running)
        except LeaseLostError:
            return "lost"
        except TimeLimitReachedError:
            return await self._retry(claim, payload_type.retry, _TOO_LONG)
        except AppError as error:
            if error.retryable:
                return await self._retry(claim, payload_type.retry, _failure(error))
            return await self._give_up(claim, _failure(error))
        except Exception as error:  # the handler of last resort: a bug in one job must not stop the worker
            return await self._retry(claim, payload_type.retry, _unexpected(claim, error))
        finally:
            self.keeper.end(running)
            freed()
        failpoint(f"{claim.kind}:before finish")
        return await self._record(claim, outcome)

    def _begin(self, claim: Claim, payload_type: type[JobPayload], handler: Handler) -> RunningJob:
        latest = asyncio.get_running_loop().time() + payload_type.time_limit.total_seconds() + STOPS_WITHIN_SECONDS
        threads: Begun = set()
        with counted(threads):  # The task takes its context along.
            task = asyncio.ensure_future(self._handle(claim, payload_type, handler))
        running = RunningJob(claim, task, latest, threads)
        self.keeper.begin(running)
        return running

    async def _until_over(self, running: RunningJob) -> None:
        """Wait for the handler; HandlerStuckError when it outlives its time limit, or its cancellation, by too much."""
        loop = asyncio.get_running_loop()
        while not running.task.done():
            told = running.told_to_stop_at
            left = (running.latest if told is None else min(running.latest, told + STOPS_WITHIN_SECONDS)) - loop.time()
            if left <= 0:
                raise HandlerStuckError
            try:
                await asyncio.wait({running.task}, timeout=min(left, _LOOKS_EVERY_SECONDS))
            except asyncio.CancelledError:
                running.stop()

    async def _handle(self, claim: Claim, payload_type: type[JobPayload], handler: Handler) -> Outcome:
        payload = payload_type.model_validate(claim.payload)
        limit = asyncio.timeout(payload_type.time_limit.total_seconds())
        try:
            async with limit:
                return await handler(payload, RunningContext(self.container, claim))
        except TimeoutError as error:
            if limit.expired():
                raise TimeLimitReachedError from error
            raise

    async def _record(self, claim: Claim, outcome: Outcome) -> str:
        if self.finisher is not None and isinstance(outcome, Done | None):
            return "success" if await self.finisher(claim) else "lost"
        async with self.container.scope() as scope:
            match outcome:
                case Snooze(delay, reason):
                    if await scope.ledger.snooze(claim, delay=delay, reason=reason):
                        return "snoozed"
                    return await _cancel(scope, claim)
                case Cancelled(reason):
                    if await scope.ledger.cancelled(claim, reason=reason):
                        scope.publish(job_ended(claim, JobStatus.CANCELLED))
                    return "cancelled"
                case Done() | None:
                    if not await scope.ledger.finish(claim):
                        return "lost"
                    scope.publish(job_ended(claim, JobStatus.SUCCESS))
                    return "success"

    async def _cancelled(self, running: RunningJob) -> str:
        if running.lost:
            return "lost"
        async with self.container.scope() as scope:
            if not running.unwanted and await scope.ledger.hand_back(running.claim):
                return "handed_back"
            return await _cancel(scope, running.claim)

    async def _retry(self, claim: Claim, policy: RetryPolicy, failure: Failure) -> str:
        if claim.attempt >= claim.max_attempts:
            return await self._give_up(claim, failure, exhausted=True)
        delay = policy.delay(claim.attempt, jitter=self.container.ids.fraction())
        wanted = failure.details.get("retry_after_seconds")
        if isinstance(wanted, int | float):
            delay = max(delay, min(timedelta(seconds=wanted), policy.ceiling))
        async with self.container.scope() as scope:
            if await scope.ledger.retry(claim, failure, delay=delay):
                return "retry"
            return await _cancel(scope, claim)

    async def _give_up(self, claim: Claim, failure: Failure, *, exhausted: bool = False) -> str:
        async with self.container.scope() as scope:
            if await scope.ledger.fail(claim, failure, exhausted=exhausted):
                scope.publish(job_ended(claim, JobStatus.FAILED, failure))
        return "failed"


async def _cancel(scope: Scope, claim: Claim) -> str:
    if not await scope.ledger.cancelled(claim, reason="Cancelled while it ran."):
        return "lost"
    scope.publish(job_ended(claim, JobStatus.CANCELLED))
    return "cancelled"


def job_ended(claim: Claim, status: JobStatus, failure: Failure | None = None) -> JobEnded:
    """Say that a job reached its end."""
    return JobEnded(
        project_id=claim.project_id,
        user_id=claim.user_id,
        job_id=claim.job_id,
        kind=claim.kind,
        status=status,
        error_code=failure.code if failure else None,
        error_message=failure.message if failure else None,
    )


def _unexpected(claim: Claim, error: Exception) -> Failure:
    told = trouble(error)
    if told:
        log.warning("job.database_failed", kind=claim.kind, attempt=claim.attempt, error=type(error).__name__)
        return Failure(Unavailable.code, told, {})
    log.error("job.bug", kind=claim.kind, attempt=claim.attempt, exc_info=error)
    return Failure("INTERNAL", _BUG, {})


def _failure(error: AppError) -> Failure:
    return Failure(error.code, error.message, dict(error.details))
