"""Wire shapes of the autoscaler."""

from app.schemas.base import Moment, Out


class SampleOut(Out):
    """One queue at one look: what was seen (seconds, percent), what was decided and why, what became of it."""

    at: Moment
    queue: str
    role: str
    depth: int
    running: int
    arrivals: int
    oldest_seconds: float
    wait_seconds: float | None
    run_seconds: float | None
    cpu: float | None
    alive: int
    unresponsive: int
    slots: int
    workers: int
    desired: int
    action: str
    reason: str
    is_enabled: bool
    driver: str
    is_applied: bool
    error: str | None


class LimitsOut(Out):
    """The thresholds in force for a queue; seconds where it says so."""

    min_workers: int
    max_workers: int
    scale_out_threshold: int
    scale_in_threshold: int
    longest_wait_seconds: float
    cooldown_seconds: float


class ScaledQueueOut(Out):
    """One queue: its thresholds, and the last look at it; none yet when `last` is null."""

    queue: str
    role: str
    limits: LimitsOut
    last: SampleOut | None


class AutoscalerOut(Out):
    """Whether the autoscaler may act, through whom, and what it last decided. It decides even when it may not act."""

    enabled: bool
    driver: str
    poll_interval_seconds: float
    queues: list[ScaledQueueOut]
    recent_actions: list[SampleOut]
