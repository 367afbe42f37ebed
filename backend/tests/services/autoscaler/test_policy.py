"""The policy by itself: thresholds as specified, and everything that stands in the way of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config.autoscaler import QueueLimits, parse_overrides
from app.services.autoscaler.policy import Decision, Room, Seen, decide

LIMITS = QueueLimits()
QUIET = Seen(queue="ai_jobs", role="ai_worker", alive=3, slots=6, workers=3)
BUSY = replace(QUIET, depth=42, oldest_seconds=95, running=6)
FREE = Room()


def test_many_waiting_jobs_get_one_more_worker_and_the_sentence_has_the_numbers() -> None:
    assert decide(BUSY, LIMITS, FREE) == Decision(
        "out",
        4,
        "3 workers for ai_jobs: 42 jobs wait (more than 20) and the oldest has waited 95 s, so one more, up to 4.",
    )


@pytest.mark.parametrize(("depth", "action"), [(21, "out"), (20, "hold"), (5, "hold"), (4, "in"), (0, "in")])
def test_thresholds_are_as_specified(depth: int, action: str) -> None:
    seen = replace(QUIET, depth=depth, oldest_seconds=1.0)
    assert decide(seen, LIMITS, FREE).action == action


def test_at_the_bounds_nothing_changes() -> None:
    assert decide(replace(BUSY, workers=4), LIMITS, FREE).action == "hold"
    assert decide(replace(QUIET, workers=1, alive=1, slots=2), LIMITS, FREE).action == "hold"


def test_out_of_bounds_it_goes_back_to_them() -> None:
    assert decide(replace(QUIET, workers=0, alive=0, slots=0), LIMITS, FREE).desired == 1
    assert decide(replace(BUSY, workers=6), LIMITS, FREE).desired == 5


def test_an_old_job_is_reason_enough() -> None:
    seen = replace(QUIET, depth=1, oldest_seconds=61)
    found = decide(seen, LIMITS, FREE)
    assert (found.action, "more than 60 s" in found.reason) == ("out", True)
    assert decide(seen, replace(LIMITS, longest_wait=0), FREE).action == "in"


def test_who_is_at_work_is_not_sent_away() -> None:
    found = decide(replace(QUIET, running=5), LIMITS, FREE)
    assert (found.action, "5 jobs run" in found.reason) == ("hold", True)


def test_workers_do_not_come_and_go() -> None:
    assert decide(QUIET, LIMITS, Room(since_change=60)).action == "hold"
    assert decide(QUIET, LIMITS, Room(since_change=121)).action == "in"
    assert decide(BUSY, LIMITS, Room(since_change=30)).action == "out", "more may follow more at once"
    assert decide(BUSY, LIMITS, Room(since_change=30, since_in=30)).action == "hold"


def test_a_busy_machine_gets_no_more_workers() -> None:
    found = decide(BUSY, LIMITS, Room(machine_cpu=97.0))
    assert (found.action, "97 % busy" in found.reason) == ("hold", True)


def test_a_paused_queue_is_left_alone() -> None:
    assert decide(BUSY, LIMITS, Room(is_paused=True)).action == "hold"


@pytest.mark.parametrize(("devices", "workers", "desired"), [(2, 2, 2), (2, 1, 2), (None, 0, 0), (0, 0, 0), (1, 2, 1)])
def test_never_more_gpu_workers_than_devices(devices: int | None, workers: int, desired: int) -> None:
    seen = replace(BUSY, queue="gpu_ai_jobs", role="gpu_worker", workers=workers)
    assert decide(seen, LIMITS, Room(needs_devices=True, devices=devices)).desired == desired


def test_who_fell_silent_is_replaced() -> None:
    found = decide(replace(BUSY, silent=("one",)), LIMITS, FREE)
    assert (found.action, found.desired) == ("replace", 3)


def test_who_is_not_ours_is_not_stopped() -> None:
    assert decide(QUIET, LIMITS, Room(fixed=3)).action == "hold"
    assert decide(replace(QUIET, workers=5), LIMITS, Room(fixed=5)).action == "hold"


@given(
    depth=st.integers(0, 10_000),
    workers=st.integers(0, 40),
    oldest=st.floats(0, 1e6),
    devices=st.none() | st.integers(0, 8),
    cpu=st.none() | st.floats(0, 100),
    since=st.none() | st.floats(0, 1000),
    needs=st.booleans(),
)
def test_whatever_is_seen_bounds_hold_and_steps_are_small(
    depth: int,
    workers: int,
    oldest: float,
    devices: int | None,
    cpu: float | None,
    since: float | None,
    needs: bool,
) -> None:
    seen = replace(QUIET, depth=depth, workers=workers, oldest_seconds=oldest)
    room = Room(needs_devices=needs, devices=devices, machine_cpu=cpu, since_change=since, since_in=since)
    found = decide(seen, LIMITS, room)
    most = min(LIMITS.most, devices or 0) if needs else LIMITS.most
    if found.action == "out":
        assert workers < found.desired <= most
    elif found.action == "in":
        assert found.desired == workers - 1 >= 0
    else:
        assert found.desired == workers
    assert found.reason.endswith(".")
    assert "ai_jobs" in found.reason


class TestOverrides:
    def test_a_queue_has_numbers_of_its_own(self) -> None:
        assert LIMITS.changed("min=2,max=8,out=50,in=10,wait=30,cooldown=60") == QueueLimits(2, 8, 50, 10, 30, 60)

    @pytest.mark.parametrize("text", ["min", "min=x", "most=3", "min=9", "max=0", "in=30", "min=-1", "out=" + "9" * 40])
    def test_nonsense_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError):
            LIMITS.changed(text)

    @pytest.mark.parametrize(
        "text", ["cleanup:max=2", "preview_cleanup:max=2", "nothing:", "ai_jobs", "mirror:;mirror:"]
    )
    def test_the_cleanup_worker_and_unknown_queues_are_refused(self, text: str) -> None:
        with pytest.raises(ValueError):
            parse_overrides(text)
