"""What a bundle can be for, where it comes from, and what somebody asks for."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict


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


class AppContainer(StrEnum):
    """What opens a native bundle: Expo Go, which has one SDK, or a build of the app itself."""

    EXPO_GO = "expo-go"
    DEVELOPMENT_BUILD = "development-build"


class BuildOptions(BaseModel):
    """How a bundle is to be built, and for which container. Part of what its bytes depend on."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    # Where the app lies in the repository; "" is its top, None is wherever one app is found.
    directory: str | None = None
    # Hermes bytecode in place of JavaScript.
    bytecode: bool = False
    container: AppContainer | None = None
    # The container's: "54" or "54.0.0" of Expo Go, a runtime version of a development build.
    container_version: str | None = None


_PLAIN = BuildOptions()


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """What somebody wants to see on which device."""

    project_id: UUID
    platform: Platform
    source: Source
    git_ref: str | None = None
    dev_url: str | None = None
    options: BuildOptions = _PLAIN
