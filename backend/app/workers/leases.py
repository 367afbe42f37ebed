"""Keeps the leases of running jobs alive, and stops jobs whose lease was lost or that nobody wants."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.adapters.container import Container
from app.adapters.jobs.cancels import unwanted_among
from app.adapters.jobs.ledger import Claim
from app.adapters.jobs.statements import LEASE
from app.adapters.process.threads import Begun
from app.core.jobs import Outcome
from app.workers.pulse import Pulse

log = structlog.get_logger(__name__)

RENEW_EVERY_SECONDS = LEASE.total_seconds() / 3
# Who cancels a job that runs watches it; one read a second for the whole process is cheap.
LOOK_EVERY_SECONDS = 1.0


@dataclass(slots=True)
class RunningJob:
    """One claimed job and the task that runs it."""

    claim: Claim
    task: "asyncio.Task[Outcome]"
    # When it must be over, by the loop's clock, and what it has threads do.
    latest: float
    threads: Begun = field(default_factory=set)
    lost: bool = False
    unwanted: bool = False
    told_to_stop_at: float | None = None

    def stop(self) -> None:
        """Cancel the handler, and note when: one that does not listen is given up soon after."""
        if self.told_to_stop_at is None:
            self.told_to_stop_at = asyncio.get_running_loop().time()
        self.task.cancel()


@dataclass(slots=True)
class LeaseKeeper:
    """Renews every lease of this process in one short transaction, a third of the lease apart."""

    container: Container
    running: dict[UUID, RunningJob] = field(default_factory=dict)
    pulse: Pulse | None = None
    # Set once a handler or a thread of one would not end: this process is to be replaced.
    stuck: asyncio.Event = field(default_factory=asyncio.Event)
    # How many attempts are over, however they went.
    ended: int = 0
    # Attempts that are over, but whose threads go on.
    _left: list[RunningJob] = field(default_factory=list)

    def begin(self, job: RunningJob) -> None:
        """Keep a job's lease from now on.

        A process that stood still for longer than its lease may be given its own job again: the earlier attempt is
        stopped, for nobody renews it any more.
        """
        earlier = self.running.get(job.claim.job_id)
        if earlier is not None:
            earlier.lost = True
            earlier.stop()
        self.running[job.claim.job_id] = job

    def end(self, job: RunningJob) -> None:
        """Let go of an attempt that is over, but not of a later one at the same job."""
        self.ended += 1
        if self.running.get(job.claim.job_id) is job:
            del self.running[job.claim.job_id]
        if job.threads:
            self._left.append(job)

    def look_for_threads(self) -> None:
        """Have this process replaced once a thread outlives its job's time limit: nothing else ends a thread."""
        now = asyncio.get_running_loop().time()
        self._left = [job for job in self._left if job.threads]
        for job in self._left:
            if job.latest <= now and not self.stuck.is_set():
                log.warning(
                    "job.thread_stuck",
                    job_id=str(job.claim.job_id),
                    kind=job.claim.kind,
                    attempt=job.claim.attempt,
                    note="This worker is replaced.",
                )
                self.stuck.set()

    async def run(self) -> None:
        """Renew until cancelled, and look for cancelled jobs and forgotten threads in between."""
        loop = asyncio.get_running_loop()
        renew_at = loop.time() + RENEW_EVERY_SECONDS
        while True:
            if self.pulse is not None:
                self.pulse.beat()
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            self.look_for_threads()
            if loop.time() >= renew_at:
                renew_at = loop.time() + RENEW_EVERY_SECONDS
                await self.renew()
            else:
                await self.stop_unwanted()

    async def stop_unwanted(self) -> None:
        """Cancel tasks whose job nobody wants any more."""
        jobs = {job_id: job for job_id, job in self.running.items() if job.told_to_stop_at is None}
        if not jobs:
            return
        try:
            async with self.container.scope(read_only=True) as scope:
                unwanted = await unwanted_among(scope.session, jobs)
        except (SQLAlchemyError, OSError):
            return  # The renewal tells of it.
        for job_id in unwanted:
            jobs[job_id].unwanted = True
            jobs[job_id].stop()

    async def renew(self) -> None:
        """Renew once; cancel tasks whose job is lost or unwanted."""
        jobs = dict(self.running)
        if not jobs:
            return
        try:
            async with self.container.scope() as scope:
                lost, unwanted = await scope.ledger.renew([job.claim for job in jobs.values()])
        except (SQLAlchemyError, OSError) as error:
            # The lease may run out meanwhile; the fence then refuses whatever the job still writes.
            log.warning("leases.renew_failed", error=type(error).__name__)
            return
        for job_id in lost | unwanted:
            job = jobs[job_id]
            job.lost = job_id in lost
            job.unwanted = job_id in unwanted
            job.stop()
