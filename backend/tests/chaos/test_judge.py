"""What the chaos driver calls slow."""

from typing import Any

from chaos.judge import Evidence, judge


def slow(*lines: dict[str, Any]) -> list[str]:
    orphans: dict[str, int] = {}
    return judge(Evidence(lines=lines, jobs={}, effects=[], moves=[], pushes={}, orphans=orphans, asked=0)).slow


def begin(at: float, epoch: int) -> dict[str, Any]:
    return {"what": "begin", "at": at, "n": 1, "job": "j", "epoch": epoch, "worker": f"w{epoch}"}


def fault(at: float, kind: str, **facts: Any) -> dict[str, Any]:
    return {"what": "fault", "at": at, "kind": kind, **facts}


def test_a_killed_workers_job_that_starts_again_late_is_slow() -> None:
    assert slow(begin(100, 1), fault(101, "kill", worker="w1"), begin(105, 2)) == ["kill of w1, job 1: 4.0 s"]
    assert slow(begin(100, 1), fault(101, "kill", worker="w1"), begin(103, 2)) == []


def test_nobody_is_slow_for_as_long_as_redis_is_away() -> None:
    away = fault(99, "redis_away", seconds=30)
    assert slow(away, begin(100, 1), fault(101, "kill", worker="w1"), begin(140, 2)) == []
    assert slow(away, begin(100, 1), fault(101, "kill", worker="w1"), begin(150, 2)) == ["kill of w1, job 1: 49.0 s"]


def test_an_outage_that_was_over_before_excuses_nothing() -> None:
    away = fault(10, "redis_away", seconds=30)
    assert slow(away, begin(100, 1), fault(101, "kill", worker="w1"), begin(140, 2)) == ["kill of w1, job 1: 39.0 s"]
