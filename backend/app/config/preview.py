"""Previews: how long their tokens and bundles live, and how large a bundle may be."""

import re
from typing import Annotated

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
