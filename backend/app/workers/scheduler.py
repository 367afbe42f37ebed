"""One leader at a time: sweeps rows that were never pushed, rescues orphans, stages periodic jobs."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.adapters.container import Container
from app.adapters.db.locks import drop_lease, take_lease
from app.adapters.jobs import dispatcher
from app.adapters.jobs.schedule import CronChore, CronSchedule, Schedule
from app.core.clock import Clock
from app.core.errors import AppError
from app.workers.rescue import rescue

log = structlog.get_logger(__name__)

LEADERSHIP = "scheduler"
LEADS_FOR = timedelta(seconds=10)
TICK_SECONDS = 0.5
# What goes on failing is said again this seldom.
REMINDS_EVERY_SECONDS = 60.0


@dataclass(slots=True)
class Scheduler:
    """Repairs what the queue cannot repair itself, so it never depends on the queue."""

    container: Container
    holder: str
    schedules: Sequence[Schedule | CronSchedule] = ()
    _sweeper: dispatcher.Sweeper = field(default_factory=dispatcher.Sweeper)
    _cron: CronChore = field(init=False)
    _next: dict[str, float] = field(default_factory=dict)
    _troubles: "Troubles" = field(init=False)

    def __post_init__(self) -> None:
        """Gather the stored schedules into one chore."""
        self._troubles = Troubles(self.container.clock)
        self._cron = CronChore([each for each in self.schedules if isinstance(each, CronSchedule)])

    def chores(self) -> list[Schedule]:
        """List everything the leader does, repairs first."""
        repairs = [
            Schedule("sweep", timedelta(seconds=TICK_SECONDS), self._sweeper),
            Schedule("rescue", timedelta(seconds=1), rescue),
        ]
        often = [each for each in self.schedules if isinstance(each, Schedule)]
        return [*repairs, *often, Schedule("schedules", timedelta(seconds=1), self._cron)]

    async def run(self) -> None:
        """Tick until cancelled, then give the leadership back."""
        try:
            while True:
                if await self._lead():
                    await self.tick()
                await asyncio.sleep(TICK_SECONDS)
        finally:
            with suppress(SQLAlchemyError, OSError):  # It runs out by itself.
                async with self.container.scope() as scope:
                    await drop_lease(scope.session, self.container.database, LEADERSHIP, holder=self.holder)

    async def tick(self) -> None:
        """Do every chore that is due; one that fails does not stop the others."""
        now = self.container.clock.monotonic()
        for chore in self.chores():
            if self._next.get(chore.name, now) > now:
                continue
            self._next[chore.name] = now + chore.every.total_seconds()
            try:
                await chore.run(self.container)
                self._troubles.over(chore.name)
            except (AppError, SQLAlchemyError, OSError) as error:
                self._troubles.note(chore.name, error)
            except Exception:  # the handler of last resort: a bug in one chore must not stop the repairs
                log.exception("scheduler.bug", chore=chore.name)

    async def _lead(self) -> bool:
        try:
            async with self.container.scope() as scope:
                token = await take_lease(
                    scope.session, self.container.database, LEADERSHIP, holder=self.holder, length=LEADS_FOR
                )
        except (SQLAlchemyError, OSError) as error:
            self._troubles.note(LEADERSHIP, error)
            return False
        self._troubles.over(LEADERSHIP)
        return token is not None


@dataclass(slots=True)
class Troubles:
    """What fails at the moment. Said when it begins, changes or ends, and in between seldom."""

    clock: Clock
    _said: dict[str, tuple[type[Exception], float]] = field(default_factory=dict)

    def note(self, chore: str, error: Exception) -> None:
        """Say that a chore failed, unless that is known."""
        kind, at = self._said.get(chore, (None, 0.0))
        now = self.clock.monotonic()
        if kind is not type(error) or now - at >= REMINDS_EVERY_SECONDS:
            log.warning("scheduler.chore_failed", chore=chore, error=str(error)[:300])
            self._said[chore] = (type(error), now)

    def over(self, chore: str) -> None:
        """Say that a chore that failed works again."""
        if self._said.pop(chore, None) is not None:
            log.info("scheduler.chore_works_again", chore=chore)
