"""What a bundle can be for, where it comes from, and what somebody asks for."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Platform(StrEnum):
    """A device's kind, in its wire form."""

    IOS = "ios"
    ANDROID = "android"
    WEB = "web"


class Source(StrEnum):
    """Where a session's bundle comes from (C02): built here, built by a desktop, or a running development server."""

    WORKER = "worker"
    UPLOAD = "upload"
    DEV_URL = "dev_url"


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """What somebody wants to see on which device."""

    project_id: UUID
    platform: Platform
    source: Source
    git_ref: str | None = None
    dev_url: str | None = None
