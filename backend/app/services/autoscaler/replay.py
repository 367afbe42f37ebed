"""Recorded hours once more, with other thresholds: what waits, worker-hours and flaps would have been."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from app.adapters.scope import Scope
from app.config.autoscaler import QueueLimits
from app.core.jobs import Queue
from app.models.autoscaler import AutoscalerSample
from app.services.autoscaler import history
from app.services.autoscaler.errors import NoSamples, ThresholdsRefused
from app.services.autoscaler.simulation import Look, Result, Setup, simulate

RECORDED, PRESENT = "as recorded", "as set now"
_FEWEST = 2
# Made-up hours of a day: a look every half minute, calm nights, two busy spells, one burst.
_DEMO_SECONDS, _DEMO_EVERY = 12 * 3600, 30
_DEMO_BURST = (8.0, 8.25)


@dataclass(frozen=True, slots=True)
class Recording:
    """A queue's looks in time. `measured_wait`: the jobs' real average, where it was recorded."""

    queue: str
    began: datetime
    looks: tuple[Look, ...]
    slots: int
    devices: int | None = None
    measured_wait: float | None = None
    is_made_up: bool = False


@dataclass(frozen=True, slots=True)
class Variant:
    """One set of thresholds with what came of it; limits None: as many workers as there were."""

    name: str
    limits: QueueLimits | None
    result: Result


@dataclass(frozen=True, slots=True)
class Replay:
    """One queue's recorded hours under several sets of thresholds; the first is as it was."""

    recording: Recording
    variants: tuple[Variant, ...]


async def read_recordings(scope: Scope, span: history.Span) -> list[Recording]:
    """Read the recorded looks, one recording for each queue with anything to replay; NoSamples when there is none."""
    rows = await history.series(scope, span)
    by_queue: dict[str, list[AutoscalerSample]] = {}
    for row in rows:
        by_queue.setdefault(row.queue, []).append(row)
    devices = scope.settings.autoscaler.gpu_devices
    found = [
        _recording(queue, each, devices if queue == Queue.GPU_AI.value else None)
        for queue, each in by_queue.items()
        if len(each) >= _FEWEST
    ]
    if not found:
        raise NoSamples
    return sorted(found, key=lambda each: -sum(look.arrivals for look in each.looks))


def _recording(queue: str, rows: Sequence[AutoscalerSample], devices: int | None) -> Recording:
    began = rows[0].at
    waits = [row.wait_seconds for row in rows if row.wait_seconds is not None]
    per_worker = [row.slots / row.alive for row in rows if row.alive]
    return Recording(
        queue=queue,
        began=began,
        looks=tuple(
            Look(
                at=(row.at - began).total_seconds(),
                arrivals=row.arrivals,
                run_seconds=row.run_seconds,
                workers=row.workers,
                depth=row.depth,
                oldest_seconds=row.oldest_seconds,
                running=row.running,
                is_paused="queue is paused" in row.reason,
            )
            for row in rows
        ),
        slots=max(1, round(median(per_worker))) if per_worker else 1,
        devices=devices,
        measured_wait=sum(waits) / len(waits) if waits else None,
    )


def made_up() -> Recording:
    """Make twelve hours of a queue with two busy spells and a burst, served by two workers: for trying it out."""
    looks, owed = [], 0.0
    for at in range(0, _DEMO_SECONDS + 1, _DEMO_EVERY):
        hour = at / 3600
        spells = math.exp(-(((hour - 3) / 0.8) ** 2)) + 0.8 * math.exp(-(((hour - 6) / 0.6) ** 2))
        per_minute = 4 + 52 * spells + (90 if _DEMO_BURST[0] <= hour < _DEMO_BURST[1] else 0)
        owed += per_minute * _DEMO_EVERY / 60
        looks.append(Look(at=float(at), arrivals=int(owed) if at else 0, run_seconds=6.0, workers=2))
        owed -= int(owed)
    began = datetime(2026, 1, 1, 8, tzinfo=UTC)
    return Recording(Queue.AI.value, began, tuple(looks), slots=2, is_made_up=True)


def replay(recording: Recording, present: QueueLimits, others: Sequence[tuple[str, QueueLimits]]) -> Replay:
    """Simulate the recorded hours: as they were, under the thresholds in force, and under others."""
    wanted: list[tuple[str, QueueLimits | None]] = [(RECORDED, None), (PRESENT, present), *others]
    return Replay(
        recording,
        tuple(
            Variant(name, limits, simulate(recording.looks, Setup(limits, recording.slots, recording.devices)))
            for name, limits in wanted
        ),
    )


def alternative(present: QueueLimits, text: str) -> QueueLimits:
    """Change thresholds as `out=50,min=2` says; ThresholdsRefused, saying why, when that cannot be."""
    try:
        return present.changed(text)
    except ValueError as error:
        raise ThresholdsRefused(f"{error}.") from error


def moment_of(began: datetime, seconds: float) -> datetime:
    """Turn seconds since the first look back into a moment."""
    return began + timedelta(seconds=seconds)
