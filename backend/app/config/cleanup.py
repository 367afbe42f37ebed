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
