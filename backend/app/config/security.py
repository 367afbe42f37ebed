"""Secrets, token lifetimes, and whom to believe about addresses and origins."""

from ipaddress import ip_network
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, SecretStr

from app.config.section import CommaList, Section, setting


def _split_secrets(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(SecretStr(part.strip()) for part in value.split(",") if part.strip())
    return value


def _networks(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        try:
            network = ip_network(name, strict=False)
        except ValueError as error:
            raise ValueError(f"{name!r} is not an address or a network") from error
        if network.prefixlen == 0:
            raise ValueError("believing every address lets anyone choose his own")
    return names


def whole_origins(names: tuple[str, ...]) -> tuple[str, ...]:
    """Check a list of origins; ValueError."""
    for name in names:
        if not name.startswith(("http://", "https://")) or set(name) & set("*; \t'\""):
            raise ValueError("list whole origins such as https://hivesync.example.org; `*` is refused")
    return tuple(name.rstrip("/") for name in names)


SecretList = Annotated[tuple[SecretStr, ...], BeforeValidator(_split_secrets)]


class SecuritySettings(Section):
    """Secrets and tokens. In `dev` missing secrets are made and kept; in `prod` they must be given."""

    jwt_secret: SecretStr = setting("JWT_SECRET", SecretStr(""), "Signs access tokens. At least 32 bytes.")
    jwt_previous_secrets: SecretList = setting(
        "JWT_PREVIOUS_SECRETS", (), "Older signing secrets, still accepted, so that rotation logs nobody out."
    )
    credentials_secrets: SecretList = setting(
        "CREDENTIALS_SECRET", (), "Encrypts repository credentials. A list rotates: the first encrypts, all decrypt."
    )
    preview_token_secret: SecretStr = setting("PREVIEW_TOKEN_SECRET", SecretStr(""), "Signs preview tokens.")
    jwt_ttl_seconds: int = setting("JWT_TTL_SECONDS", 900, "How long an access token lives.", ge=60, le=86_400)
    refresh_ttl_seconds: int = setting(
        "REFRESH_TTL_SECONDS", 30 * 86_400, "How long a refresh token lives unused.", ge=300, le=365 * 86_400
    )
    tool_sandbox: Literal["auto", "required", "off"] = setting(
        "TOOL_SANDBOX",
        "auto",
        "How tools that read repositories are shut in: `auto` takes the best sandbox of the worker's machine,"
        " `required` refuses their work without one that holds, `off` uses none.",
    )
    trusted_proxies: Annotated[CommaList, AfterValidator(_networks)] = setting(
        "TRUSTED_PROXIES", (), "Networks of proxies whose `X-Forwarded-For` is believed."
    )
    cors_origins: Annotated[CommaList, AfterValidator(whole_origins)] = setting(
        "CORS_ORIGINS", (), "Other origins whose pages may call the API."
    )
