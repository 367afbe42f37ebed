"""What a running handler is given: fenced scopes and progress."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.adapters.container import Container
from app.adapters.jobs.ledger import Claim, Ledger
from app.adapters.scope import Scope, open_scope
from app.core.actor import Actor
from app.core.failpoints import failpoint


class LeaseLostError(RuntimeError):
    """Another worker has this job now; nothing more may be written for it here."""


@dataclass(slots=True)
class RunningContext:
    """One attempt at one job."""

    container: Container
    claim: Claim
    _commits: int = 0

    @property
    def job_id(self) -> UUID:
        """The job's id."""
        return self.claim.job_id

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1."""
        return self.claim.attempt

    @property
    def correlation_id(self) -> str:
        """The id that joins the request, the row and the log lines."""
        return self.claim.correlation_id

    @asynccontextmanager
    async def scope(self, *, read_only: bool = False) -> AsyncIterator[Scope]:
        """Open a unit of work on behalf of whoever asked for the job; its commit fails if the lease is lost."""
        fence = None if read_only else self._fence
        actor = Actor(user_id=self.claim.user_id)
        async with open_scope(self.container, actor, read_only=read_only, fence=fence, job_id=self.job_id) as scope:
            yield scope
        if not read_only:
            self._commits += 1
            failpoint(f"{self.claim.kind}:commit {self._commits}")

    async def progress(self, fraction: float, phase: str) -> None:
        """Record how far the job is; LeaseLostError when another worker has it now."""
        async with open_scope(self.container) as scope:
            if not await scope.ledger.progress(self.claim, fraction=fraction, phase=phase):
                raise LeaseLostError(str(self.claim.job_id))
        failpoint(f"{self.claim.kind}:{phase}")

    async def _fence(self, session: AsyncSession) -> None:
        ledger = Ledger(session, self.container.database, clock=self.container.clock, ids=self.container.ids)
        if not await ledger.holds(self.claim):
            raise LeaseLostError(str(self.claim.job_id))
