"""How often things may be asked for."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator

from app.config.section import Section, setting

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_PATTERN = re.compile(r"([1-9][0-9]{0,6})/([1-9][0-9]{0,4})?([smhd])")


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many requests in so many seconds."""

    count: int
    per_seconds: int

    def __str__(self) -> str:
        for unit in ("d", "h", "m"):
            if self.per_seconds % _UNITS[unit] == 0:
                return f"{self.count}/{self.per_seconds // _UNITS[unit]}{unit}"
        return f"{self.count}/{self.per_seconds}s"


def _parse(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match = _PATTERN.fullmatch(value)
    if match is None:
        raise ValueError("it must look like 10/5m: a count, a slash, a time in s, m, h or d")
    count, times, unit = match.groups()
    return RateLimit(int(count), int(times or 1) * _UNITS[unit])


Limit = Annotated[RateLimit, BeforeValidator(_parse)]


class LimitSettings(Section):
    """Rate-limit buckets: one a user, or an address before login. And the largest request."""

    login_account: Limit = setting("RATE_LIMIT_LOGIN_ACCOUNT", "10/5m", "Attempts to log in to one account.")
    login_address: Limit = setting("RATE_LIMIT_LOGIN_ADDRESS", "10/5m", "Failed log-ins from one address.")
    login_global: Limit = setting("RATE_LIMIT_LOGIN_GLOBAL", "1000/5m", "Failed log-ins from everywhere.")
    auth: Limit = setting(
        "RATE_LIMIT_AUTH", "60/1m", "Registrations, log-ins, refreshes and log-outs from one address."
    )
    repos: Limit = setting("RATE_LIMIT_REPOS", "30/1m", "Syncs a user may ask for.")
    ai: Limit = setting("RATE_LIMIT_AI", "60/1m", "AI jobs a user may ask for.")
    proposals: Limit = setting("RATE_LIMIT_PROPOSALS", "120/1m", "Decisions on proposals a user may make.")
    uploads: Limit = setting("RATE_LIMIT_UPLOADS", "30000/1m", "Files of folder syncs that a user may send.")
    api: Limit = setting("RATE_LIMIT_API", "1200/1m", "All other requests of a user.")
    max_body_bytes: int = setting(
        "HTTP_MAX_BODY_BYTES", 2 * 1024**2, "The largest request body, uploads aside.", ge=1024, le=1024**3
    )
