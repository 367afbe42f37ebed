"""Wire shapes of the autoscaler."""

from pydantic import Field

from app.schemas.base import In, Moment, MomentIn, Out
from app.schemas.jobs import QueueIn


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


class ThresholdsIn(In):
    """Thresholds to try; what is left out is as it is set now."""

    min_workers: int | None = Field(default=None, ge=0, le=1000, examples=[1])
    max_workers: int | None = Field(default=None, ge=1, le=1000, examples=[8])
    scale_out_threshold: int | None = Field(default=None, ge=1, le=1_000_000, examples=[50])
    scale_in_threshold: int | None = Field(default=None, ge=0, le=1_000_000, examples=[5])
    longest_wait_seconds: float | None = Field(default=None, ge=0, le=86_400, examples=[60])
    cooldown_seconds: float | None = Field(default=None, ge=0, le=86_400, examples=[120])


class ScalingReplayIn(In):
    """Which recorded time of which queue is run once more, with which thresholds."""

    queue: QueueIn = Field(examples=["ai_jobs"])
    since: MomentIn | None = Field(default=None, alias="from", description="From this moment; a day before the end.")
    until: MomentIn | None = Field(default=None, alias="to", description="Up to this moment; now.")
    thresholds: ThresholdsIn = Field(default_factory=ThresholdsIn)


class ReplayPointOut(Out):
    """The simulated queue at one moment."""

    at: Moment
    depth: int
    workers: int
    oldest_seconds: float


class ReplayVariantOut(Out):
    """One set of thresholds and what would have been; `limits` null: as many workers as there were.

    Waits are seconds from arrival to start; `flaps` are changes of direction within 15 minutes, `left` jobs that never
    started.
    """

    name: str
    limits: LimitsOut | None
    jobs: int
    average_wait_seconds: float
    p95_wait_seconds: float
    longest_wait_seconds: float
    worker_hours: float
    changes: int
    flaps: int
    left: int
    points: list[ReplayPointOut]


class ScalingReplayOut(Out):
    """Recorded time under several sets of thresholds: as it was, as set now, and yours where they differ."""

    queue: str
    since: Moment
    until: Moment
    looks: int
    slots: int
    measured_wait_seconds: float | None
    variants: list[ReplayVariantOut]
