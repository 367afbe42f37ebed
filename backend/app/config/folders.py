"""How large a folder may be that is synced without a repository."""

from app.config.section import Section, setting


class FolderSettings(Section):
    """Bounds of folder sync: what one sync may name, send and leave lying."""

    max_files: int = setting(
        "FOLDER_SYNC_MAX_FILES", 100_000, "How many files one folder sync may name.", ge=1, le=1_000_000
    )
    max_file_bytes: int = setting(
        "FOLDER_SYNC_MAX_FILE_BYTES", 100 * 1024**2, "The largest file that a folder sync takes.", ge=1
    )
    max_bytes: int = setting(
        "FOLDER_SYNC_MAX_BYTES", 2 * 1024**3, "What all files of a synced folder may take together.", ge=1
    )
    max_body_bytes: int = setting(
        "FOLDER_SYNC_MAX_BODY_BYTES",
        48 * 1024**2,
        "The largest list of files (JSON) that a folder sync begins with.",
        ge=1024,
        le=1024**3,
    )
    max_open: int = setting(
        "FOLDER_SYNC_MAX_OPEN", 5, "How many folder syncs one person may have open, over all projects.", ge=1, le=1000
    )
    hours: float = setting(
        "FOLDER_SYNC_HOURS", 24.0, "How long a folder sync may be left open before it expires.", gt=0, le=8760
    )
