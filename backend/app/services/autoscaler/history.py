"""What was recorded: the last look at each queue, recent actions, and the samples of some hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from app.adapters.scope import Scope
from app.core.errors import Invalid
from app.core.paging import Page, decode_place, encode_place
from app.models.autoscaler import AutoscalerSample
from app.services.autoscaler.policy import HOLD, IN

# Further back than any cool-down or pause after failures that matters.
_REMEMBERED = timedelta(hours=1)
_LONGEST_PAUSE_SECONDS = 600.0
_RECENT_ACTIONS = 20
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Past:
    """What was last recorded of a queue."""

    at: datetime | None = None
    changed_at: datetime | None = None
    went_at: datetime | None = None
    desired: int | None = None
    failed_at: datetime | None = None
    failures: int = 0

    def since_change(self, now: datetime) -> float | None:
        """Seconds since a worker came or went."""
        return (now - self.changed_at).total_seconds() if self.changed_at else None

    def since_in(self, now: datetime) -> float | None:
        """Seconds since one went."""
        return (now - self.went_at).total_seconds() if self.went_at else None

    def expected(self, alive: int, now: datetime, patience: float) -> int:
        """Count workers where no platform can: those that beat, or as many as were just asked for and are starting."""
        since = self.since_change(now)
        if self.desired is not None and since is not None and since < patience:
            return self.desired
        return alive

    def backs_off(self, now: datetime, every: float) -> float:
        """Seconds that a driver which failed is still left alone: one interval, then twice as long each time."""
        if not self.failures or self.failed_at is None:
            return 0.0
        pause = min(_LONGEST_PAUSE_SECONDS, every * float(2 ** min(self.failures - 1, 16)))
        # A look comes a little early now and then.
        return max(0.0, pause * 0.9 - (now - self.failed_at).total_seconds())


async def read_pasts(scope: Scope, queues: Sequence[str]) -> dict[str, Past]:
    """Read what the next decision about each queue depends on."""
    since = scope.clock.now() - _REMEMBERED
    return {queue: await _past(scope, queue, since) for queue in queues}


async def _past(scope: Scope, queue: str, since: datetime) -> Past:
    recent = select(AutoscalerSample).where(AutoscalerSample.queue == queue, AutoscalerSample.at > since)
    newest_first = (AutoscalerSample.at.desc(), AutoscalerSample.id.desc())
    last = (await scope.session.execute(recent.order_by(*newest_first).limit(1))).scalar_one_or_none()
    if last is None:
        return Past()
    applied = recent.where(AutoscalerSample.is_applied.is_(True)).order_by(*newest_first).limit(1)
    change = (await scope.session.execute(applied)).scalar_one_or_none()
    went = (await scope.session.execute(applied.where(AutoscalerSample.action == IN))).scalar_one_or_none()
    failing = recent.where(AutoscalerSample.error.is_not(None))
    if change is not None:
        failing = failing.where(AutoscalerSample.id > change.id)
    failed = (await scope.session.execute(failing.order_by(*newest_first).limit(10))).scalars().all()
    return Past(
        at=last.at,
        changed_at=change.at if change else None,
        went_at=went.at if went else None,
        desired=change.desired if change else None,
        failed_at=failed[0].at if failed else None,
        failures=len(failed),
    )


async def latest(scope: Scope) -> list[AutoscalerSample]:
    """List the last look at each queue that was looked at within a day."""
    since = scope.clock.now() - timedelta(days=1)
    known = select(AutoscalerSample.queue).where(AutoscalerSample.at > since).distinct()
    found = []
    for queue in sorted((await scope.session.execute(known)).scalars()):
        query = select(AutoscalerSample).where(AutoscalerSample.queue == queue)
        newest = query.order_by(AutoscalerSample.at.desc(), AutoscalerSample.id.desc()).limit(1)
        found.append((await scope.session.execute(newest)).scalar_one())
    return found


async def recent_actions(scope: Scope) -> Sequence[AutoscalerSample]:
    """List the last looks of a day that led to something, or would have; newest first."""
    since = scope.clock.now() - timedelta(days=1)
    return (
        (
            await scope.session.execute(
                select(AutoscalerSample)
                .where(AutoscalerSample.at > since, AutoscalerSample.action != HOLD)
                .order_by(AutoscalerSample.at.desc(), AutoscalerSample.id.desc())
                .limit(_RECENT_ACTIONS)
            )
        )
        .scalars()
        .all()
    )


@dataclass(frozen=True, slots=True)
class Span:
    """Which samples: of one queue or all, from a moment, up to another."""

    queue: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def page_of(scope: Scope, span: Span, *, limit: int, cursor: str | None) -> Page[AutoscalerSample]:
    """Read one page, newest first."""
    query = _within(span)
    if cursor:
        place = decode_place(cursor)
        if not place.isdecimal() or not place.isascii() or int(place) > _LARGEST_ID:
            raise Invalid("That cursor is not valid. Start again without one.", cursor=cursor[:100])
        query = query.where(AutoscalerSample.id < int(place))
    rows = list((await scope.session.execute(query.order_by(AutoscalerSample.id.desc()).limit(limit + 1))).scalars())
    return Page(rows[:limit], encode_place(str(rows[limit - 1].id)) if len(rows) > limit else None)


async def series(scope: Scope, span: Span) -> list[AutoscalerSample]:
    """Read every sample of a span, oldest first."""
    query = _within(span).order_by(AutoscalerSample.at, AutoscalerSample.id)
    return list((await scope.session.execute(query)).scalars())


async def size_of(scope: Scope, span: Span) -> tuple[int, int]:
    """Count the samples of a span, and the jobs that arrived within it."""
    counted = _within(span).with_only_columns(func.count(), func.coalesce(func.sum(AutoscalerSample.arrivals), 0))
    looks, arrivals = (await scope.session.execute(counted)).one()
    return int(looks), int(arrivals)


def _within(span: Span) -> Select[AutoscalerSample]:
    query = select(AutoscalerSample)
    if span.queue is not None:
        query = query.where(AutoscalerSample.queue == span.queue)
    if span.since is not None:
        query = query.where(AutoscalerSample.at >= span.since)
    if span.until is not None:
        query = query.where(AutoscalerSample.at < span.until)
    return query
