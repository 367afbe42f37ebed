"""How long things are kept before the cleanup worker may take them away."""

from app.config.section import Section, setting


class CleanupSettings(Section):
    """Ages after which something is no longer needed. Nothing goes without a warrant that proves it."""

    restorable_days: float = setting(
        "CLEANUP_RESTORABLE_DAYS", 7.0, "How long a soft-deleted bundle can be restored.", gt=0, le=3650
    )
    tmp_hours: float = setting(
        "CLEANUP_TMP_HOURS", 24.0, "How old an abandoned directory below $DATA_DIR/tmp must be.", gt=0, le=8760
    )
    orphan_hours: float = setting(
        "CLEANUP_ORPHAN_HOURS", 24.0, "How old a stored object without a row must be.", gt=0, le=8760
    )
    warrant_hours: float = setting(
        "CLEANUP_WARRANT_HOURS", 24.0, "How long a plan of a dry run may be executed.", gt=0, le=8760
    )
    batch: int = setting("CLEANUP_BATCH", 2000, "How many things one run takes away at most.", ge=1, le=100_000)
    log_megabytes: float = setting(
        "CLEANUP_LOG_MB", 50.0, "How large a file of `$DATA_DIR/logs` may grow before it is rotated.", gt=0
    )
    log_keep: int = setting("CLEANUP_LOG_KEEP", 5, "How many rotated files are kept of each log.", ge=0, le=1000)
    log_days: float = setting("CLEANUP_LOG_DAYS", 30.0, "How long a log that nobody writes to is kept.", gt=0)
    job_days: float = setting("CLEANUP_JOB_DAYS", 30.0, "How long jobs that ended are kept.", gt=0)
    event_days: float = setting(
        "CLEANUP_EVENT_DAYS", 7.0, "How long a live client may be away and still resume where it was.", gt=0
    )
    notification_days: float = setting(
        "CLEANUP_NOTIFICATION_DAYS", 30.0, "How long a notification is kept after it was read.", gt=0
    )
    idempotency_hours: float = setting(
        "CLEANUP_IDEMPOTENCY_HOURS", 48.0, "How long a repeated request is known by its Idempotency-Key.", gt=0
    )
    token_days: float = setting(
        "CLEANUP_TOKEN_DAYS", 7.0, "How long a refresh token is kept after it expired, to notice that it is used.", gt=0
    )
    sample_days: float = setting("CLEANUP_SAMPLE_DAYS", 14.0, "How long the autoscaler's samples are kept.", gt=0)
    rollup_days: float = setting("CLEANUP_ROLLUP_DAYS", 90.0, "How long the throughput of each minute is kept.", gt=0)
    preview_days: float = setting(
        "CLEANUP_PREVIEW_DAYS", 30.0, "How long the rows of ended preview sessions and purged bundles are kept.", gt=0
    )
    warrant_days: float = setting("CLEANUP_WARRANT_DAYS", 90.0, "How long it can be read what a cleanup deleted.", gt=0)
