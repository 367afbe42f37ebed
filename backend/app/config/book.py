"""The settings as people read them: the book, `.env.example`, and what is in force now, without secrets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qsl

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from app.config.section import Section
from app.config.settings import SECTIONS, Settings

# Up to the last @, for a password may hold others, slashes and question marks; options may hold one too.
_ADDRESS = re.compile(r"(?P<scheme>.*?://)(?P<who>.*@)?(?P<where>[^?&]*)(?P<options>.*)", re.DOTALL)
# Made from other settings when they are not set.
_DERIVED = {
    "DATA_DIR": ".hivesync (in prod /data)",
    "DATABASE_URL": "sqlite:///$DATA_DIR/hivesync.db",
    "HIVESYNC_BASE_URL": "http://127.0.0.1:$PORT",
    "HIVESYNC_WEB_DIR": "frontend/desktop/dist/web",
    "HIVESYNC_DEMO": "true (in prod false)",
    "ALLOW_LOCAL_REPOS": "true (in prod false)",
    "JWT_SECRET": "made in dev, needed in prod",
    "CREDENTIALS_SECRET": "made in dev, needed in prod",
    "PREVIEW_TOKEN_SECRET": "made in dev, needed in prod",
}


# What an installation should begin with, where the specification's default is too small for real work (C18).
_SUGGESTED = {"PREVIEW_MAX_TIMEOUT_MS": "600000"}


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
            is_secret=_holds_secrets(field) and not name.endswith("_URL"),
            description=field.description or "",
        )
        for section in SECTIONS
        for name, field, value in _values(getattr(settings, section))
    ]


def secret_values(settings: Settings) -> list[str]:
    """Every secret in force, for the redaction of log lines; passwords inside addresses included."""
    values = [value for section in SECTIONS for _, _, value in _values(getattr(settings, section))]
    flat = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
    secrets = [found for one in flat if isinstance(one, SecretStr) for found in _secrets_in(one.get_secret_value())]
    return [secret for secret in secrets if secret]


def env_example() -> str:
    """The text of `.env.example`: every setting, commented out, with its default; a few as they should be set."""
    lines = [
        "# Written by `make docs` from backend/app/config; do not edit by hand.",
        "# Every setting with its default. Take the # away from those you change.",
    ]
    section = ""
    for info in catalogue():
        if info.section != section:
            section = info.section
            lines += ["", f"# ---- {section}: {_title(SECTIONS[section])}"]
        lines.append(f"# {info.description}")
        default = "" if info.name in _DERIVED else info.default
        lines.append(f"{info.name}={_SUGGESTED[info.name]}" if info.name in _SUGGESTED else f"#{info.name}={default}")
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


def _holds_secrets(field: FieldInfo) -> bool:
    """Say whether a field holds secrets, set or not."""
    kinds = [field.annotation]
    for kind in kinds:
        kinds += get_args(kind)
    return SecretStr in kinds


def _is_secret(value: Any) -> bool:
    return isinstance(value, SecretStr) or (isinstance(value, tuple) and any(isinstance(v, SecretStr) for v in value))


def _shown(value: Any) -> str:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if isinstance(text, str) and (address := _ADDRESS.fullmatch(text)):
        who, options = ("…@" if address["who"] else ""), ("?…" if address["options"] else "")
        return f"{address['scheme']}{who}{address['where']}{options}"
    if _is_secret(value):
        return "set"
    return str(value) if isinstance(value, Path) else _plain(value)


def _secrets_in(secret: str) -> list[str]:
    """Give a secret, or of an address its passwords only."""
    address = _ADDRESS.fullmatch(secret)
    if address is None:
        return [secret]
    options = parse_qsl(address["options"].removeprefix("?"))
    return [
        (address["who"] or "").removesuffix("@").partition(":")[2],
        *(value for key, value in options if "pass" in key),
    ]
