"""A cap on calls to one provider that all processes keep together: whoever calls holds one of so many permits.

Permits are leases in the database, so neither an emptied Redis nor a dead worker breaks the cap: a permit that nobody
renews is free again after the lease, and its holder has stopped calling before.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError

from app.adapters.db.engine import Database
from app.adapters.llm.port import AiProviderUnavailable, LanguageModel, ModelCard, ModelReply, ModelRequest
from app.models.job import Lease

log = structlog.get_logger(__name__)

Waits = Callable[[bool], Awaitable[None]]

LEASE_SECONDS = 15.0
_RENEW_EVERY_SECONDS = 4.0
# A call stops this long before others may take its permit: time for the provider to notice.
_MARGIN_SECONDS = 4.0
_IDLE_SECONDS = 1.0
# Busy processes hand permits on to others between two calls; without it the first would keep all.
_KEEP_SECONDS = 5.0
# Whoever waits longer is told.
_UNTOLD_SECONDS = 1.0
_LOOK_SECONDS = 0.05
_LONGEST_LOOK_SECONDS = 0.4


@dataclass(slots=True, eq=False)
class _Permit:
    name: str
    since: float
    # By this process's clock, counted from before the database was asked.
    good_until: float
    idle_since: float | None = None
    limit: "asyncio.Timeout | None" = None


@dataclass(slots=True)
class CallPermits:
    """One process's permits for one provider."""

    database: Database
    provider: str
    total: int
    holder: str
    # Gives a random number in [0, 1).
    fraction: Callable[[], float] = lambda: 0.5
    lease_seconds: float = LEASE_SECONDS
    _held: set[_Permit] = field(default_factory=set)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _freed: asyncio.Event = field(default_factory=asyncio.Event)
    _keeper: "asyncio.Task[None] | None" = None
    _are_rows_there: bool = False

    @asynccontextmanager
    async def one(self, waits: Waits | None = None) -> AsyncIterator[None]:
        """Hold a permit; waits, in the order of asking, while there is none, and tells `waits` if that takes long.

        AiProviderUnavailable when the permit could not be renewed in time: the call was stopped.
        """
        permit: _Permit | None = None
        try:
            async with _told(waits):
                permit = await self._take()
            async with asyncio.timeout_at(permit.good_until) as limit:
                permit.limit = limit
                yield
        except TimeoutError as error:
            if permit is not None and permit.limit is not None and permit.limit.expired():
                raise AiProviderUnavailable(
                    f"The call to {self.provider} was stopped: the database did not renew its permit. Try again later.",
                    provider=self.provider,
                ) from error
            raise
        finally:
            if permit is not None:
                permit.limit = None
                permit.idle_since = _now()
                self._freed.set()

    async def close(self) -> None:
        """Give everything back."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self._give_back(list(self._held))

    async def _take(self) -> _Permit:
        pause = _LOOK_SECONDS
        async with self._turn:
            while True:
                permit = self._idle() or await self._claim()
                if permit is not None:
                    permit.idle_since = None
                    if self._keeper is None or self._keeper.done():
                        self._keeper = asyncio.create_task(self._keep())
                    return permit
                self._freed.clear()
                with contextlib.suppress(TimeoutError):
                    # Not all at the same moment: several processes look for the same rows.
                    wait = pause * (0.5 + self.fraction())
                    await asyncio.wait_for(self._freed.wait(), wait)
                pause = min(pause * 1.5, _LONGEST_LOOK_SECONDS)

    def _idle(self) -> _Permit | None:
        now = _now()
        for permit in self._held:
            fresh = permit.good_until - now > _RENEW_EVERY_SECONDS and now - permit.since < _KEEP_SECONDS
            if permit.idle_since is not None and fresh:
                return permit
        return None

    async def _claim(self) -> _Permit | None:
        asked = _now()
        stale = [permit for permit in self._held if permit.idle_since is not None]
        await self._give_back(stale)
        if stale:
            # Whoever else waits comes first.
            await asyncio.sleep(_LOOK_SECONDS)
            asked = _now()
        time = self.database.time
        free = (
            select(Lease.name)
            .where(Lease.name.in_(self._names()), Lease.until <= time.now())
            .order_by(Lease.name)
            .limit(1)
        )
        try:
            await self._make_rows()
            async with self.database.engine.begin() as connection:
                name = (await connection.execute(free.with_for_update(skip_locked=True))).scalar_one_or_none()
                if name is None:
                    return None
                await connection.execute(
                    update(Lease)
                    .where(Lease.name == name)
                    .values(
                        holder=self.holder,
                        token=Lease.token + 1,
                        until=time.after(timedelta(seconds=self.lease_seconds)),
                    )
                )
        except (SQLAlchemyError, OSError) as error:
            log.warning("permits.unreachable", provider=self.provider, error=type(error).__name__)
            return None
        permit = _Permit(name, since=asked, good_until=self._good_until(asked))
        self._held.add(permit)
        return permit

    async def _keep(self) -> None:
        """Renew what is used and give back what is idle, as long as anything is held."""
        renewed = _now()
        while self._held:
            await asyncio.sleep(_IDLE_SECONDS / 2)
            now = _now()
            idle = [each for each in self._held if each.idle_since is not None]
            await self._give_back([each for each in idle if now - (each.idle_since or now) > _IDLE_SECONDS])
            if now - renewed >= min(_RENEW_EVERY_SECONDS, self.lease_seconds / 4):
                renewed = now
                await self._renew()

    async def _renew(self) -> None:
        asked = _now()
        used = {permit.name: permit for permit in self._held if permit.idle_since is None}
        if not used:
            return
        time = self.database.time
        renewal = (
            update(Lease)
            .where(Lease.name.in_(sorted(used)), Lease.holder == self.holder, Lease.until > time.now())
            .values(until=time.after(timedelta(seconds=self.lease_seconds)))
            .returning(Lease.name)
        )
        try:
            async with self.database.engine.begin() as connection:
                names = (await connection.execute(renewal)).scalars().all()
        except (SQLAlchemyError, OSError) as error:
            log.warning("permits.renew_failed", provider=self.provider, error=type(error).__name__)
            return
        for name in names:
            permit = used[name]
            permit.good_until = self._good_until(asked)
            if permit.limit is not None and not permit.limit.expired():
                permit.limit.reschedule(permit.good_until)

    async def _give_back(self, permits: list[_Permit]) -> None:
        if not permits:
            return
        # Nobody may be handed one while the database is being told.
        self._held.difference_update(permits)
        names = [permit.name for permit in permits]
        time = self.database.time
        try:
            async with self.database.engine.begin() as connection:
                await connection.execute(
                    update(Lease)
                    .where(Lease.name.in_(names), Lease.holder == self.holder)
                    .values(until=time.after(timedelta(seconds=-1)))
                )
        except (SQLAlchemyError, OSError) as error:
            log.warning("permits.kept_until_expiry", provider=self.provider, error=type(error).__name__)

    async def _make_rows(self) -> None:
        if self._are_rows_there:
            return
        insert = postgres_insert if self.database.is_postgres else sqlite_insert
        past = self.database.time.after(timedelta(days=-1))
        async with self.database.engine.begin() as connection:
            for name in self._names():
                row = insert(Lease).values(name=name, holder="", token=0, until=past).on_conflict_do_nothing()
                await connection.execute(row)
        self._are_rows_there = True

    def _names(self) -> list[str]:
        return [f"call:{self.provider[:40]}:{number}" for number in range(1, self.total + 1)]

    def _good_until(self, asked: float) -> float:
        return asked + self.lease_seconds - min(_MARGIN_SECONDS, self.lease_seconds / 4)


@dataclass(frozen=True, slots=True)
class CappedModel:
    """A model that is asked only with a permit."""

    model: LanguageModel
    permits: CallPermits

    @property
    def card(self) -> ModelCard:
        """Say who this is, without asking it anything."""
        return self.model.card

    def supports(self, kind: str) -> bool:
        """Say whether this model can answer that kind of question."""
        return self.model.supports(kind)

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Wait for a permit, then ask."""
        async with self.permits.one(request.waits):
            return await self.model.ask(request)


@asynccontextmanager
async def _told(waits: Waits | None) -> AsyncIterator[None]:
    """Tell of what happens inside if it takes long, and of its end."""
    if waits is None:
        yield
        return
    is_told = False

    async def tell() -> None:
        nonlocal is_told
        await asyncio.sleep(_UNTOLD_SECONDS)
        is_told = True
        await waits(True)

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()
        # Who cannot be told is not kept from waiting.
        await asyncio.gather(telling, return_exceptions=True)
        if is_told:
            await waits(False)


def _now() -> float:
    return asyncio.get_running_loop().time()
