"""What the process is, where it listens and where it keeps its files."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, EmailStr, SecretStr

from app.config.section import Section, setting

_WEB_DIR = Path(__file__).parents[3] / "frontend" / "desktop" / "dist" / "web"


def _plain_origin(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("it must begin with http:// or https://")
    return value.rstrip("/")


class CoreSettings(Section):
    """The process itself."""

    app_env: Literal["dev", "prod"] = setting(
        "APP_ENV", "dev", "`prod` refuses unsafe values; `dev` makes its own secrets and may read local repositories."
    )
    data_dir: Path = setting(
        "DATA_DIR", Path(".hivesync"), "Mirrors, bundles, the embedded database. `/data` in `prod`."
    )
    host: str = setting("HIVESYNC_HOST", "127.0.0.1", "The address the API listens on.")
    port: int = setting("PORT", 8000, "The port the API listens on.", ge=1, le=65535)
    base_url: Annotated[str, AfterValidator(_plain_origin)] = setting(
        "HIVESYNC_BASE_URL", "http://127.0.0.1:8000", "The address people use; links are made with it."
    )
    web_dir: Path = setting(
        "HIVESYNC_WEB_DIR", _WEB_DIR, "Where the built workbench lies; `make web` builds it into this default."
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        "LOG_LEVEL", "info", "The least important line that is written."
    )
    log_files: bool = setting("LOG_FILES", False, "Also write log lines to `$DATA_DIR/logs/`, one file a process.")
    demo: bool = setting("HIVESYNC_DEMO", True, "Create a demo project on the first start. Off in `prod`.")
    admin_email: EmailStr | None = setting(
        "HIVESYNC_ADMIN_EMAIL", None, "The first administrator; made on the first start."
    )
    admin_password: SecretStr | None = setting(
        "HIVESYNC_ADMIN_PASSWORD", None, "His password; without it one is generated and printed once."
    )
    failpoint: Path | None = setting(
        "HIVESYNC_FAILPOINT", None, "A file naming the place where a process kills itself, for fault tests only."
    )

    @property
    def is_loopback(self) -> bool:
        """Say whether only this machine can reach the API."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def is_prod(self) -> bool:
        """Say whether unsafe values are refused."""
        return self.app_env == "prod"
