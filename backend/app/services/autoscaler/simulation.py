"""A small queueing simulation (pure): recorded arrivals and durations, workers chosen by the real policy.

First come, first served; every worker has the same number of slots; jobs of one interval arrive evenly spread and
take the interval's average time. So waits are right in their shape and size, not job by job.
"""

import heapq
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.config.autoscaler import QueueLimits
from app.services.autoscaler.policy import IN, OUT, Room, Seen, decide

# What a worker process needs until it takes its first job.
START_SECONDS = 5.0
# Two changes in opposite directions within this are one flap.
FLAP_SECONDS = 900.0
# Jobs that wait when the record ends are worked off, for at most this many more looks.
_MOST_EXTRA_LOOKS = 2_000
_UNKNOWN_RUN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """One recorded look at a queue; `at` is seconds since the first one. `run_seconds` None: as before."""

    at: float
    arrivals: int
    run_seconds: float | None
    workers: int
    depth: int = 0
    oldest_seconds: float = 0.0
    running: int = 0
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class Setup:
    """What is simulated: the thresholds (None: the recorded numbers of workers), slots of a worker, GPUs if any."""

    limits: QueueLimits | None
    slots: int
    devices: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """The simulated queue at one look."""

    at: float
    depth: int
    workers: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """What would have happened. Waits are seconds from arrival to start, over all jobs; `left` never started."""

    points: tuple[Point, ...]
    jobs: int
    average_wait: float
    p95_wait: float
    longest_wait: float
    worker_hours: float
    changes: int
    flaps: int
    left: int


@dataclass(slots=True)
class _Floor:
    """Slots that work: the times at which each is free, and how many go as soon as they are."""

    slots: int
    waiting: deque[float] = field(default_factory=deque)
    free_at: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    workers: int = 0
    going: int = 0

    def set_workers(self, number: int, now: float, *, delay: float) -> None:
        """Start workers after a delay, or let slots go when they have finished what they do."""
        change = (number - self.workers) * self.slots
        self.workers = number
        if change < 0:
            self.going -= change
            return
        kept = min(change, self.going)
        self.going -= kept
        for _ in range(change - kept):
            heapq.heappush(self.free_at, now + delay)

    def work_until(self, now: float, seconds: float) -> None:
        """Start every job that a slot is free for before `now`; each takes so many seconds."""
        while self.free_at and self.free_at[0] <= now:
            if self.going:
                heapq.heappop(self.free_at)
                self.going -= 1
                continue
            if not self.waiting:
                return
            start = max(self.free_at[0], self.waiting[0])
            if start > now:
                return
            self.waits.append(start - self.waiting.popleft())
            heapq.heapreplace(self.free_at, start + seconds)

    def running(self, now: float) -> int:
        """Count the jobs that run."""
        return sum(each > now for each in self.free_at)


def simulate(looks: Sequence[Look], setup: Setup) -> Result:
    """Run the recorded interval; the first look says what is there when it begins."""
    floor = _Floor(max(1, setup.slots))
    first = looks[0]
    seconds = next((each.run_seconds for each in looks if each.run_seconds is not None), _UNKNOWN_RUN_SECONDS)
    _begin(floor, first, seconds)
    points = [Point(first.at, first.depth, floor.workers, first.oldest_seconds)]
    changes: list[tuple[float, str]] = []
    busy_seconds, before = 0.0, first.at
    for look in _with_the_end(looks, floor):
        seconds = seconds if look.run_seconds is None else look.run_seconds
        span = look.at - before
        floor.waiting.extend(before + span * (n + 0.5) / look.arrivals for n in range(look.arrivals))
        if not look.is_paused:
            floor.work_until(look.at, max(0.001, seconds))
        busy_seconds += floor.workers * span
        _choose(floor, look, setup, changes)
        oldest = look.at - floor.waiting[0] if floor.waiting else 0.0
        points.append(Point(look.at, len(floor.waiting), floor.workers, oldest))
        before = look.at
    return _result(points, floor, changes, busy_seconds)


def _begin(floor: _Floor, first: Look, seconds: float) -> None:
    floor.set_workers(first.workers, first.at, delay=0.0)
    for slot in range(min(first.running, len(floor.free_at))):
        floor.free_at[slot] = first.at + seconds * (slot + 1) / (first.running + 1)
    heapq.heapify(floor.free_at)
    floor.waiting.extend(first.at - first.oldest_seconds * (first.depth - n) / first.depth for n in range(first.depth))


def _with_the_end(looks: Sequence[Look], floor: _Floor) -> Iterator[Look]:
    """Go through the recorded looks, then through as many like the last as it takes until nobody waits."""
    yield from looks[1:]
    last = looks[-1]
    every = max(1.0, (last.at - looks[0].at) / max(1, len(looks) - 1))
    for extra in range(1, _MOST_EXTRA_LOOKS):
        if not floor.waiting:
            return
        yield Look(last.at + every * extra, 0, None, last.workers)


def _choose(floor: _Floor, look: Look, setup: Setup, changes: list[tuple[float, str]]) -> None:
    workers = floor.workers
    if setup.limits is None:
        desired = look.workers
    else:
        seen = Seen(
            queue="",
            role="",
            depth=len(floor.waiting),
            running=floor.running(look.at),
            oldest_seconds=look.at - floor.waiting[0] if floor.waiting else 0.0,
            alive=workers,
            slots=workers * floor.slots,
            workers=workers,
        )
        room = Room(
            is_paused=look.is_paused,
            needs_devices=setup.devices is not None,
            devices=setup.devices,
            since_change=look.at - changes[-1][0] if changes else None,
            since_in=next((look.at - at for at, action in reversed(changes) if action == IN), None),
        )
        desired = decide(seen, setup.limits, room).desired
    if desired != workers:
        changes.append((look.at, OUT if desired > workers else IN))
        floor.set_workers(desired, look.at, delay=START_SECONDS)


def _result(points: list[Point], floor: _Floor, changes: list[tuple[float, str]], busy: float) -> Result:
    waits = sorted(floor.waits)
    flaps = sum(second[1] != first[1] and second[0] - first[0] <= FLAP_SECONDS for first, second in pairwise(changes))
    return Result(
        points=tuple(points),
        jobs=len(waits),
        average_wait=sum(waits) / len(waits) if waits else 0.0,
        p95_wait=waits[min(len(waits) - 1, int(len(waits) * 0.95))] if waits else 0.0,
        longest_wait=waits[-1] if waits else 0.0,
        worker_hours=busy / 3600,
        changes=len(changes),
        flaps=flaps,
        left=len(floor.waiting),
    )
