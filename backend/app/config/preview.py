"""Previews: how long tokens and bundles live, how large and how many they may be, and what builds may use."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from app.config.section import CommaList, Section, setting
from app.config.security import whole_origins

_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*(:[0-9]{1,5})?")


def _plain_host(value: str) -> str:
    if value and not _HOST.fullmatch(value):
        raise ValueError("give a host in small letters, and a port if need be, such as previews.example.net")
    return value


def _pem(value: SecretStr) -> SecretStr:
    # Many ways of setting variables allow one line only.
    text = value.get_secret_value().replace("\\n", "\n")
    if text and "-----BEGIN " not in text:
        raise ValueError("it must be PEM: -----BEGIN ...; `hivesync preview signing-key` makes one")
    return SecretStr(text)


Pem = Annotated[SecretStr, AfterValidator(_pem)]


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
    warm_memory_mb: int = setting(
        "PREVIEW_WARM_MEMORY_MB",
        1024,
        "How much memory, in MiB, bundlers may hold that wait in their sandboxes for the next build of the same app:"
        " those of all projects that one worker builds, together. 0: none waits.",
        ge=0,
        le=1024 * 1024,
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
    web_host: Annotated[str, AfterValidator(_plain_host)] = setting(
        "PREVIEW_WEB_HOST",
        "",
        "Previews in browsers get origins of their own below this host: give one that nothing else uses, with its"
        " wildcard in DNS and in the certificate. Empty: no previews in browsers. `localhost` in `dev`.",
    )
    web_frame_ancestors: Annotated[CommaList, AfterValidator(whole_origins)] = setting(
        "PREVIEW_WEB_FRAME_ANCESTORS", (), "Origins, beside HIVESYNC_BASE_URL, whose pages may frame a preview."
    )
    expo_go_sdk: int | None = setting(
        "PREVIEW_EXPO_GO_SDK", None, "The SDK of the Expo Go that people have: it is offered for bundles of this SDK."
    )
    signing_key: Pem = setting(
        "PREVIEW_SIGNING_KEY",
        SecretStr(""),
        "Signs what Expo's clients are told (RSA, PEM; line ends may be written as \\n). Empty: nothing is signed.",
    )
    signing_key_id: str = setting("PREVIEW_SIGNING_KEY_ID", "main", "What apps call it.", pattern=r"[a-z0-9_.-]{1,64}")
    signing_certificates: Pem = setting(
        "PREVIEW_SIGNING_CERTIFICATES",
        SecretStr(""),
        "Certificates sent along, for apps that hold a root's certificate instead of the key's own: the key's first.",
    )
    patch_max_bytes: int = setting(
        "PREVIEW_PATCH_MAX_BYTES",
        8 * 1024**2,
        "Binary diffs are made between bundles up to this size; making one takes 17 times as much memory. 0: never.",
        ge=0,
        le=64 * 1024**2,
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

    @property
    def is_unconfined(self) -> bool:
        """Say whether nothing shuts in what builds run here; every page says so then."""
        return self.sandbox == "off"
