"""When the autoscaler would start or stop workers, and whether it may."""

from typing import Literal

from app.config.section import Section, setting


class AutoscalerSettings(Section):
    """Off by default; even then it records what it would do, and why."""

    enabled: bool = setting("AUTOSCALER_ENABLED", False, "Let the autoscaler act; otherwise it only records.")
    driver: Literal["none", "manual", "kubernetes", "webhook", "process"] = setting(
        "AUTOSCALER_DRIVER", "none", "Who starts and stops workers: none, manual, kubernetes, webhook or process."
    )
    min_workers: int = setting("AUTOSCALER_MIN_WORKERS", 1, "The fewest workers of a queue.", ge=0, le=1000)
    max_workers: int = setting("AUTOSCALER_MAX_WORKERS", 4, "The most workers of a queue.", ge=1, le=1000)
    scale_out_threshold: int = setting(
        "AUTOSCALER_SCALE_OUT_THRESHOLD", 20, "With more jobs waiting than this, one more worker.", ge=1
    )
    scale_in_threshold: int = setting(
        "AUTOSCALER_SCALE_IN_THRESHOLD", 5, "With fewer jobs waiting than this, one worker less.", ge=0
    )
    poll_interval_seconds: float = setting(
        "AUTOSCALER_POLL_INTERVAL_SECONDS", 30.0, "How often it looks.", ge=1, le=3600
    )
