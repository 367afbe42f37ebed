"""What other thresholds would have done, for whoever waits for the answer: bounded, and drawn with few points."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from app.adapters.scope import ScopeFactory
from app.config.autoscaler import QueueLimits
from app.core.errors import Invalid
from app.core.jobs import Queue
from app.services.autoscaler import history
from app.services.autoscaler.errors import ReplayTooLarge, ThresholdsRefused
from app.services.autoscaler.reading import describe
from app.services.autoscaler.replay import Recording, Replay, moment_of, read_recordings, replay
from app.services.autoscaler.schemas import (
    ReplayPointOut,
    ReplayVariantOut,
    ScalingReplayIn,
    ScalingReplayOut,
    ThresholdsIn,
)
from app.services.autoscaler.simulation import Point

YOURS = "yours"
_USUAL = timedelta(hours=24)
# Together a few seconds of one processor, which others use too.
MOST_LOOKS = 25_000
MOST_JOBS = 100_000
# At each look, every slot is counted once.
MOST_STEPS = 20_000_000
_MOST_POINTS = 600


async def try_thresholds(scopes: ScopeFactory, asked: ScalingReplayIn) -> ScalingReplayOut:
    """Replay a queue's recorded time as it was, as set now, and as asked.

    NoSamples, ReplayTooLarge, ThresholdsRefused.
    """
    queue = Queue(asked.queue)
    async with scopes(read_only=True) as scope:
        present = scope.settings.autoscaler.limits_of(queue)
        mine = _limits(present, asked.thresholds)
        until = asked.until or scope.clock.now()
        span = history.Span(queue.value, asked.since or until - _USUAL, until)
        if span.since is not None and span.since >= until:
            raise Invalid("`from` must lie before `to`.")
        looks, jobs = await history.size_of(scope, span)
        if looks > MOST_LOOKS or jobs > MOST_JOBS:
            raise ReplayTooLarge(looks=looks, most_looks=MOST_LOOKS, jobs=jobs, most_jobs=MOST_JOBS)
        (recording,) = await read_recordings(scope, span)
    most = max(present.most, mine.most, *(look.workers for look in recording.looks))
    if looks * most * recording.slots > MOST_STEPS:
        raise ReplayTooLarge(looks=looks, workers=most, slots=recording.slots)
    others = [] if mine == present else [(YOURS, mine)]
    return _shown(await asyncio.to_thread(replay, recording, present, others))


def _limits(present: QueueLimits, asked: ThresholdsIn) -> QueueLimits:
    given = {
        "least": asked.min_workers,
        "most": asked.max_workers,
        "out_above": asked.scale_out_threshold,
        "in_below": asked.scale_in_threshold,
        "longest_wait": asked.longest_wait_seconds,
        "cooldown": asked.cooldown_seconds,
    }
    try:
        return present.having(**{name: value for name, value in given.items() if value is not None})
    except ValueError as error:
        raise ThresholdsRefused(f"{error}.") from error


def _shown(found: Replay) -> ScalingReplayOut:
    recording = found.recording
    longest = max(len(variant.result.points) for variant in found.variants)
    every = max(1, -(-longest // _MOST_POINTS))
    return ScalingReplayOut(
        queue=recording.queue,
        since=recording.began,
        until=moment_of(recording.began, recording.looks[-1].at),
        looks=len(recording.looks),
        slots=recording.slots,
        measured_wait_seconds=recording.measured_wait,
        variants=[
            ReplayVariantOut(
                name=variant.name,
                limits=describe(variant.limits) if variant.limits else None,
                jobs=variant.result.jobs,
                average_wait_seconds=round(variant.result.average_wait, 3),
                p95_wait_seconds=round(variant.result.p95_wait, 3),
                longest_wait_seconds=round(variant.result.longest_wait, 3),
                worker_hours=round(variant.result.worker_hours, 4),
                changes=variant.result.changes,
                flaps=variant.result.flaps,
                left=variant.result.left,
                points=_thinned(recording, variant.result.points, every),
            )
            for variant in found.variants
        ],
    )


def _thinned(recording: Recording, points: Sequence[Point], every: int) -> list[ReplayPointOut]:
    """Put every few looks into one point with the highest of each, at the same moments for every variant."""
    portions = (points[start : start + every] for start in range(0, len(points), every))
    return [
        ReplayPointOut(
            at=moment_of(recording.began, portion[0].at),
            depth=max(each.depth for each in portion),
            workers=max(each.workers for each in portion),
            oldest_seconds=round(max(each.oldest_seconds for each in portion), 3),
        )
        for portion in portions
    ]
