"""The settings of one process, read from the environment once; unsafe production values are refused."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from app.config.ai import AiSettings
from app.config.autoscaler import AutoscalerSettings
from app.config.cleanup import CleanupSettings
from app.config.core import CoreSettings
from app.config.database import DatabaseSettings
from app.config.folders import FolderSettings
from app.config.git import GitSettings
from app.config.limits import LimitSettings
from app.config.preview import PreviewSettings
from app.config.redis import RedisSettings
from app.config.secrets import HOW_TO_MAKE_ONE, SECRET_NAMES, kept_secrets, weakness
from app.config.section import Section, SettingsRefused
from app.config.security import SecuritySettings
from app.config.storage import StorageSettings
from app.config.telemetry import TelemetrySettings
from app.config.workers import WorkerSettings
from app.core.errors import problem_of

SECTIONS: Mapping[str, type[Section]] = {
    "core": CoreSettings,
    "database": DatabaseSettings,
    "redis": RedisSettings,
    "security": SecuritySettings,
    "storage": StorageSettings,
    "ai": AiSettings,
    "preview": PreviewSettings,
    "workers": WorkerSettings,
    "autoscaler": AutoscalerSettings,
    "cleanup": CleanupSettings,
    "telemetry": TelemetrySettings,
    "limits": LimitSettings,
    "git": GitSettings,
    "folders": FolderSettings,
}


_REACHABLE = (
    "HIVESYNC_HOST lets other machines in, and whoever registers could read this machine's repositories. "
    "Set ALLOW_LOCAL_REPOS=false, or HIVESYNC_HOST=127.0.0.1."
)


_CAPTURED = (
    "PREVIEW_WEB_HOST: HIVESYNC_BASE_URL lies below it, so that nobody would reach the API. Give previews another host,"
    " such as previews.example.net."
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set from outside, by section."""

    core: CoreSettings
    database: DatabaseSettings
    redis: RedisSettings
    security: SecuritySettings
    storage: StorageSettings
    ai: AiSettings
    preview: PreviewSettings
    workers: WorkerSettings
    autoscaler: AutoscalerSettings
    cleanup: CleanupSettings
    telemetry: TelemetrySettings
    limits: LimitSettings
    git: GitSettings
    folders: FolderSettings

    @property
    def is_prod(self) -> bool:
        """Say whether this is production."""
        return self.core.is_prod

    @property
    def data_dir(self) -> Path:
        """Where files are kept: absolute."""
        return self.core.data_dir


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from a mapping, or from the process's environment; SettingsRefused names all that is wrong.

    In development, secrets that are not set are made once and kept in `$DATA_DIR/secrets.json`.
    """
    given = {name: value for name, value in (os.environ if env is None else env).items() if value.strip()}
    is_prod = given.get("APP_ENV") == "prod"
    problems = list(_production_problems(given)) if is_prod else []
    effective = _with_defaults(given, is_prod=is_prod)
    sections: dict[str, Any] = {}
    for name, kind in SECTIONS.items():
        try:
            sections[name] = kind.from_env(effective)
        except ValidationError as error:
            problems += _sentences(error)
    problems += _weak_secrets(given, is_prod=is_prod)
    if problems:
        raise SettingsRefused(problems)
    settings = Settings(**sections)
    if settings.git.allow_local_repos and not settings.core.is_loopback:
        raise SettingsRefused([_REACHABLE])
    if _is_captured(settings):
        raise SettingsRefused([_CAPTURED])
    if not is_prod and any(name not in given for name in SECRET_NAMES):
        secrets = {**kept_secrets(settings.data_dir), **given}
        sections["security"] = SecuritySettings.from_env(
            {**effective, **{name: secrets[name] for name in SECRET_NAMES}}
        )
        settings = Settings(**sections)
    return settings


def _is_captured(settings: Settings) -> bool:
    host, previews = urlsplit(settings.core.base_url).hostname or "", settings.preview.web_host.partition(":")[0]
    return bool(previews) and host.endswith(f".{previews}")


def missing_data_dir(env: Mapping[str, str] | None = None) -> Path | None:
    """Name the data directory when it is not there although the database would lie in it; loading would make it."""
    given = {name: value for name, value in (os.environ if env is None else env).items() if value.strip()}
    folder = Path(_with_defaults(given, is_prod=given.get("APP_ENV") == "prod")["DATA_DIR"])
    return None if "DATABASE_URL" in given or folder.is_dir() else folder


def _with_defaults(given: Mapping[str, str], *, is_prod: bool) -> dict[str, str]:
    """Fill in what depends on other settings."""
    data_dir = Path(given.get("DATA_DIR", "/data" if is_prod else ".hivesync")).expanduser().absolute()
    return {
        "DATABASE_URL": f"sqlite:///{data_dir / 'hivesync.db'}",
        "ALLOW_LOCAL_REPOS": "false" if is_prod else "true",
        "HIVESYNC_DEMO": "false" if is_prod else "true",
        "PREVIEW_WEB_HOST": "" if is_prod else "localhost",
        "HIVESYNC_BASE_URL": f"http://127.0.0.1:{given.get('PORT', '8000')}",
        **given,
        "DATA_DIR": str(data_dir),
    }


def _production_problems(given: Mapping[str, str]) -> Iterator[str]:
    for name in SECRET_NAMES:
        if name not in given:
            yield f"{name} is not set. Make one: {HOW_TO_MAKE_ONE}"
    if given.get("ALLOW_LOCAL_REPOS", "false").strip().lower() in ("1", "true", "yes", "on", "t", "y"):
        yield "ALLOW_LOCAL_REPOS is true: a user could read this server's files. Leave it out in prod."
    if given.get("PREVIEW_SANDBOX", "").strip().lower() == "off":
        yield "PREVIEW_SANDBOX is off: builds would run strangers' code as this server. Leave it out in prod."
    if "HIVESYNC_FAILPOINT" in given:
        yield "HIVESYNC_FAILPOINT is set: it kills the process on purpose. Leave it out in prod."


def _weak_secrets(given: Mapping[str, str], *, is_prod: bool) -> Iterator[str]:
    """Name weak secrets; a development machine may have any that is long enough."""
    seen: dict[str, str] = {}
    for name in (*SECRET_NAMES, "JWT_PREVIOUS_SECRETS"):
        several = name in ("CREDENTIALS_SECRET", "JWT_PREVIOUS_SECRETS")
        text = given.get(name, "")
        for secret in text.split(",") if several else [text]:
            found = weakness(secret.strip()) if secret.strip() else None
            if found and (is_prod or "shorter" in found):
                yield f"{name} {found}. Make a better one: {HOW_TO_MAKE_ONE}"
            elif secret.strip() in seen:
                yield f"{name} is equal to {seen[secret.strip()]}. Every secret needs its own: {HOW_TO_MAKE_ONE}"
            if secret.strip():
                seen[secret.strip()] = name
    password = given.get("HIVESYNC_ADMIN_PASSWORD")
    if is_prod and password is not None and len(password) < 12:
        yield "HIVESYNC_ADMIN_PASSWORD is shorter than 12 characters."


def _sentences(error: ValidationError) -> Iterator[str]:
    for item in error.errors(include_input=False, include_url=False):
        name = ".".join(str(part) for part in item["loc"])
        what = problem_of(item)
        yield f"{name}: {what}." if name else f"{what}."
