"""What happens once: the first administrator, and a demo project made from the checkout HiveSync runs in."""

from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)

_DEMO_FILES = ("backend/app/core/paths.py", "backend/app/core/hashing.py", "backend/app/core/jobs.py")
_PATIENCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Login:
    """An administrator's login, to be shown once."""

    email: str
    password: str
