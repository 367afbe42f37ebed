"""Previews: how long their tokens and bundles live, how large they may be, and how many a project may have."""

from app.config.section import Section, setting


class PreviewSettings(Section):
    """Previews of apps on devices."""

    token_ttl_seconds: int = setting(
        "PREVIEW_TOKEN_TTL_SECONDS", 300, "How long a session and its token live.", ge=30, le=86_400
    )
    bundle_ttl_seconds: int = setting(
        "PREVIEW_BUNDLE_TTL_SECONDS",
        86_400,
        "How long a bundle, and the grant to read it, live.",
        ge=60,
        le=365 * 86_400,
    )
    max_upload_bytes: int = setting(
        "PREVIEW_MAX_UPLOAD_BYTES",
        200 * 1024**2,
        "The largest bundle that may be uploaded, in bytes.",
        ge=1024,
        le=4 * 1024**3 - 2,
    )
    quota_bytes: int = setting(
        "PREVIEW_QUOTA_BYTES",
        5 * 1024**3,
        "What the bundles of one project may take, in bytes, those that wait to be purged included.",
        ge=1024**2,
    )
    quota_jobs: int = setting(
        "PREVIEW_QUOTA_JOBS", 10, "How many previews of one project may wait or be at work.", ge=1, le=10_000
    )
    quota_sessions: int = setting(
        "PREVIEW_QUOTA_SESSIONS", 240, "How many preview sessions may be opened in one project in an hour.", ge=1
    )
    direct_downloads: bool = setting(
        "PREVIEW_DIRECT_DOWNLOADS",
        False,
        "Send downloads on to the object storage, by an address that works for minutes, where the storage can sign.",
    )
