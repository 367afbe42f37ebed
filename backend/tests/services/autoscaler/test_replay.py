"""The simulation against what queueing theory and plain counting say, and recorded hours under other thresholds."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.container import Container
from app.config.autoscaler import QueueLimits
from app.core.clock import FrozenClock
from app.services.autoscaler.errors import NoSamples, ThresholdsRefused
from app.services.autoscaler.history import Span
from app.services.autoscaler.picture import draw, nice
from app.services.autoscaler.replay import alternative, made_up, read_recordings, replay
from app.services.autoscaler.service import look
from app.services.autoscaler.simulation import Look, Result, Setup, simulate

from tests.workers.errands import stage

STEADY = Setup(limits=None, slots=1)


def looks(arrivals: list[int], *, workers: int = 1, run_seconds: float = 1.0) -> list[Look]:
    return [
        Look(at=30.0 * n, arrivals=number, run_seconds=run_seconds, workers=workers)
        for n, number in enumerate(arrivals)
    ]


def test_with_room_nobody_waits() -> None:
    found = simulate(looks([0, 10, 10, 10]), STEADY)
    assert (found.jobs, found.average_wait, found.left, found.flaps) == (30, 0.0, 0, 0)
    assert found.worker_hours == pytest.approx(90 / 3600)


def test_waits_grow_as_they_must_where_work_comes_twice_as_fast_as_it_is_done() -> None:
    found = simulate(looks([0, 60]), STEADY)
    # The nth of 60 jobs comes after (n + ½)/2 s and starts after ¼ + n: it waits n/2, on average 14.75 s.
    assert found.average_wait == pytest.approx(14.75)
    assert found.longest_wait == pytest.approx(29.5)


def test_more_workers_wait_less_and_cost_more() -> None:
    recorded = looks([0, *[200] * 20, *[2] * 40], run_seconds=1.0)
    few = simulate(recorded, Setup(QueueLimits(most=2), 2))
    many = simulate(recorded, Setup(QueueLimits(most=8), 2))
    assert many.average_wait < few.average_wait
    assert max(point.workers for point in many.points) > max(point.workers for point in few.points) == 2
    assert many.points[-1].workers == few.points[-1].workers == 1


def test_jobs_there_at_the_beginning_are_counted_with_what_they_have_waited() -> None:
    first = Look(at=0.0, arrivals=0, run_seconds=1.0, workers=1, depth=10, oldest_seconds=100.0)
    found = simulate([first, Look(at=30.0, arrivals=0, run_seconds=1.0, workers=1)], STEADY)
    assert (found.jobs, found.longest_wait) == (10, 100.0)


def test_without_workers_jobs_are_left_over_and_it_ends() -> None:
    assert simulate(looks([0, 5], workers=0), STEADY).left == 5


@given(
    st.lists(st.integers(0, 300), min_size=2, max_size=40),
    st.integers(0, 6),
    st.integers(1, 4),
    st.floats(0.001, 300),
    st.integers(0, 300),
)
def test_no_job_is_lost_and_bounds_hold(
    arrivals: list[int], workers: int, slots: int, seconds: float, cooldown: int
) -> None:
    recorded = looks(arrivals, workers=workers, run_seconds=seconds)
    limits = QueueLimits(least=1, most=5, cooldown=cooldown)
    found: Result = simulate(recorded, Setup(limits, slots))
    assert found.jobs + found.left == sum(arrivals[1:])
    assert all(point.workers <= max(5, workers) for point in found.points)
    assert found.left == 0 or found.longest_wait >= 0
    assert found.longest_wait >= found.p95_wait >= 0


async def record(container: Container, clock: FrozenClock, number: int) -> None:
    for _ in range(number):
        await stage(container)
        clock.move(seconds=30)
        await look(container)


async def test_recorded_hours_are_replayed(container: Container, clock: FrozenClock) -> None:
    await record(container, clock, 6)
    async with container.scope(read_only=True) as scope:
        (recording,) = await read_recordings(scope, Span())
    assert recording.queue == "ai_jobs"
    assert sum(each.arrivals for each in recording.looks) == 6
    found = replay(recording, QueueLimits(), [("max=8", QueueLimits(most=8))])
    assert [each.name for each in found.variants] == ["as recorded", "as set now", "max=8"]


async def test_a_span_leaves_out_what_is_not_in_it(container: Container, clock: FrozenClock) -> None:
    await record(container, clock, 6)
    until = clock.now() - timedelta(seconds=75)
    async with container.scope(read_only=True) as scope:
        (recording,) = await read_recordings(scope, Span(until=until))
    assert len(recording.looks) == 3


async def test_without_samples_it_says_what_to_do(container: Container) -> None:
    async with container.scope(read_only=True) as scope:
        with pytest.raises(NoSamples, match="hivesync scheduler"):
            await read_recordings(scope, Span())


def test_thresholds_without_sense_are_refused() -> None:
    with pytest.raises(ThresholdsRefused, match="above out"):
        alternative(QueueLimits(), "in=50")


def test_the_picture_is_well_formed_small_and_has_a_line_for_each_variant() -> None:
    found = replay(made_up(), QueueLimits(), [("<out=50>", QueueLimits(out_above=50))])
    text = draw(found)
    root = ElementTree.fromstring(text)
    lines = [each for each in root.iter() if each.tag.endswith("polyline")]
    assert len(lines) == 3 * len(found.variants)
    assert "&lt;out=50&gt;" in text
    assert "prefers-color-scheme: dark" in text
    assert len(text) < 250_000


@pytest.mark.parametrize(("value", "rounded"), [(0, 1), (1, 1), (3, 4), (4.1, 5), (7, 10), (123, 200)])
def test_scales_end_in_round_numbers(value: float, rounded: float) -> None:
    assert nice(value) == rounded
