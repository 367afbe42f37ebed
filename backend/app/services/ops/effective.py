"""The settings in force, as operators may see them: secrets only as set or not, with a fingerprint."""

import hashlib
from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr

from app.adapters.container import Container
from app.config.book import effective
from app.config.settings import SECTIONS, Settings
from app.services.ops.schemas import SettingOut

# Enough to see that two processes have the same secret, too little to find it by.
_FINGERPRINT = 8


def list_settings(container: Container) -> list[SettingOut]:
    """List every setting with what is in force, and whether that differs from the default."""
    raw = dict(_raw(container.settings))
    listed = []
    for each in effective(container.settings):
        value, default = raw[each.name]
        secrets = [one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, SecretStr)]
        is_set = any(one.get_secret_value() for one in secrets) if each.is_secret else None
        listed.append(
            SettingOut(
                name=each.name,
                section=each.section,
                value=("set" if is_set else "unset") if each.is_secret else each.value,
                is_secret=each.is_secret,
                fingerprint=_fingerprint(secrets) if is_set else None,
                is_default=value == default,
                description=each.description,
            )
        )
    return listed


def _raw(settings: Settings) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for name in SECTIONS:
        section = getattr(settings, name)
        unset = type(section).from_env({})
        for attribute, field in type(section).model_fields.items():
            yield str(field.validation_alias), (getattr(section, attribute), getattr(unset, attribute))


def _fingerprint(secrets: list[SecretStr]) -> str:
    joined = "\0".join(one.get_secret_value() for one in secrets)
    return hashlib.sha256(b"hivesync-setting\0" + joined.encode()).hexdigest()[:_FINGERPRINT]
