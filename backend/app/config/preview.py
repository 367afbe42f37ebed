"""Previews: how long their tokens and bundles live, and how large a bundle may be."""

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
