"""The settings as people read them: the book, `.env.example`, and what is in force now, without secrets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from app.config.section import Section
from app.config.settings import SECTIONS, Settings

_IN_ADDRESS = re.compile(r"://[^/@]*@")
# Made from other settings when they are not set.
_DERIVED = {
    "DATA_DIR": ".hivesync (in prod /data)",
    "DATABASE_URL": "sqlite:///$DATA_DIR/hivesync.db",
    "HIVESYNC_BASE_URL": "http://127.0.0.1:$PORT",
    "HIVESYNC_DEMO": "true (in prod false)",
    "ALLOW_LOCAL_REPOS": "true (in prod false)",
    "JWT_SECRET": "made in dev, needed in prod",
    "CREDENTIALS_SECRET": "made in dev, needed in prod",
    "PREVIEW_TOKEN_SECRET": "made in dev, needed in prod",
}


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """One setting as the book describes it."""

    section: str
    name: str
    default: str
    limits: str
    description: str


@dataclass(frozen=True, slots=True)
class EffectiveSetting:
    """One setting as it is in force; a secret's value is never shown, only whether there is one."""

    section: str
    name: str
    value: str
    is_secret: bool
    description: str


def catalogue() -> list[SettingInfo]:
    """List every setting there is, by section."""
    return [
        SettingInfo(
            section=section,
            name=name,
            default=_DERIVED.get(name, _plain(field.default)),
            limits=_limits(field),
            description=field.description or "",
        )
        for section, kind in SECTIONS.items()
        for name, field in kind.variables().items()
    ]


def effective(settings: Settings) -> list[EffectiveSetting]:
    """List what is in force, for operators."""
    return [
        EffectiveSetting(
            section=section,
            name=name,
            value=_shown(value),
            is_secret=_is_secret(value) and not name.endswith("_URL"),
            description=field.description or "",
        )
        for section in SECTIONS
        for name, field, value in _values(getattr(settings, section))
    ]


def secret_values(settings: Settings) -> list[str]:
    """Every secret in force, for the redaction of log lines; passwords inside addresses included."""
    values = [value for section in SECTIONS for _, _, value in _values(getattr(settings, section))]
    flat = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
    secrets = [_password_in(one.get_secret_value()) for one in flat if isinstance(one, SecretStr)]
    return [secret for secret in secrets if secret]


def env_example() -> str:
    """The text of `.env.example`: every setting, commented out, with its default."""
    lines = [
        "# Written by `make docs` from backend/app/config; do not edit by hand.",
        "# Every setting with its default. Take the # away from those you change.",
    ]
    section = ""
    for info in catalogue():
        if info.section != section:
            section = info.section
            lines += ["", f"# ---- {section}: {_title(SECTIONS[section])}"]
        lines += [f"# {info.description}", f"#{info.name}={'' if info.name in _DERIVED else info.default}"]
    return "\n".join(lines) + "\n"


def settings_book() -> str:
    """The text of `docs/settings.md`."""
    lines = [
        "# Settings",
        "",
        "Written by `make docs` from `backend/app/config`; do not edit by hand. HiveSync is configured by environment",
        "variables and nothing else. An empty variable counts as not set. Start-up names everything wrong at once.",
    ]
    for section, kind in SECTIONS.items():
        lines += ["", f"## {section.capitalize()}", "", _title(kind), ""]
        lines += ["| variable | default | range | what it does |", "|---|---|---|---|"]
        lines += [
            f"| `{info.name}` | {f'`{info.default}`' if info.default else ''} | {info.limits} | {info.description} |"
            for info in catalogue()
            if info.section == section
        ]
    return "\n".join(lines) + "\n"


def _title(kind: type[Section]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]


def _values(section: Section) -> Iterator[tuple[str, FieldInfo, Any]]:
    for attribute, field in type(section).model_fields.items():
        yield str(field.validation_alias), field, getattr(section, attribute)


def _plain(default: Any) -> str:
    if default is None or default == () or isinstance(default, SecretStr):
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return ",".join(str(part) for part in default)
    return str(default)


def _limits(field: FieldInfo) -> str:
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    found = [
        f"{sign} {getattr(limit, name):,}"
        for limit in field.metadata
        for name, sign in signs.items()
        if getattr(limit, name, None) is not None
    ]
    words = getattr(field.annotation, "__args__", ())
    if not found and words and all(isinstance(word, str) for word in words):
        return ", ".join(f"`{word}`" for word in words)
    return ", ".join(found)


def _is_secret(value: Any) -> bool:
    return isinstance(value, SecretStr) or (isinstance(value, tuple) and any(isinstance(v, SecretStr) for v in value))


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr) and "://" in value.get_secret_value():
        return _IN_ADDRESS.sub("://…@", value.get_secret_value())
    if _is_secret(value):
        return "set"
    return str(value) if isinstance(value, Path) else _plain(value)


def _password_in(secret: str) -> str:
    if "://" not in secret:
        return secret
    user_and_password = secret.partition("://")[2].rpartition("@")[0]
    return user_and_password.partition(":")[2]
