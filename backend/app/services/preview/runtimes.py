"""Which native builds an app fits: the runtime version that its configuration says, as Expo reads it. Pure."""

import re
from collections.abc import Mapping
from typing import Any

_WORD = re.compile(r"[\x21-\x7e]{1,100}")


def runtime_version(config: Mapping[str, Any], platform: str, sdk: str | None, *, unsaid: str | None) -> str | None:
    """Find the runtime version for a platform; None where only a native build could tell, or for what is no version.

    `unsaid` is the policy of a configuration that says nothing: "sdkVersion" for what runs in Expo Go, or None.
    """
    own = config.get(platform)
    said = own.get("runtimeVersion") if isinstance(own, dict) else None
    said = config.get("runtimeVersion") if said is None else said
    if said is None:
        return _by_policy(unsaid, config, sdk)
    return _by_policy(said.get("policy"), config, sdk) if isinstance(said, dict) else word(said)


def word(value: object) -> str | None:
    """Take a version as it is written, if it is one: printable, without spaces, 100 characters at most."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None


def _by_policy(policy: object, config: Mapping[str, Any], sdk: str | None) -> str | None:
    if policy == "appVersion":
        return word(config.get("version")) or "1.0.0"
    if policy == "sdkVersion" and word(sdk):
        return f"exposdk:{sdk}"
    # Fingerprints and build numbers follow from native projects, which a bundle does not hold.
    return None
