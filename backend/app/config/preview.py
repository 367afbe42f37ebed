"""Previews: how long their tokens and bundles live, how large a bundle may be, and what builds may use."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator

from app.config.section import Section, setting


def _registry(text: str) -> str:
    """Check the address of a registry; it always ends in a slash."""
    url = urlsplit(text)
    if url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment:
        raise ValueError("must be an http or https address")
    if url.username is not None or url.password is not None:
        raise ValueError("must not hold a login")
    return text if text.endswith("/") else f"{text}/"


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
    max_timeout_ms: int = setting(
        "PREVIEW_MAX_TIMEOUT_MS",
        8000,
        "How long a build may take in all, in milliseconds. A first build installs the app's packages, which takes"
        " minutes: 600000 is a good value, and what `hivesync up` gives its workers where nothing is set.",
        ge=1000,
        le=3_600_000,
    )
    build_memory_mb: int = setting(
        "PREVIEW_BUILD_MEMORY_MB", 4096, "How much memory a build may use, in MiB.", ge=256, le=1024 * 1024
    )
    sandbox: Literal["required", "off"] = setting(
        "PREVIEW_SANDBOX",
        "required",
        "How builds of previews are shut in: `required` refuses them on a machine without a sandbox that holds,"
        " `off` runs strangers' code as the worker itself (for development; refused in prod).",
    )
    npm_registry_url: Annotated[str, AfterValidator(_registry)] = setting(
        "NPM_REGISTRY_URL",
        "https://registry.npmjs.org/",
        "The npm registry that builds install from: the only host they can reach. A private address may be named.",
    )
    deps_max_bytes: int = setting(
        "PREVIEW_DEPS_MAX_BYTES",
        20 * 1024**3,
        "How large the store of installed dependencies may grow before what was not used for longest is deleted.",
        ge=0,
    )
    max_upload_bytes: int = setting(
        "PREVIEW_MAX_UPLOAD_BYTES",
        200 * 1024**2,
        "The largest bundle that may be uploaded, in bytes.",
        ge=1024,
        le=4 * 1024**3 - 2,
    )
