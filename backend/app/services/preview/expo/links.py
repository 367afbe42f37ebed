"""All ways to open a preview: links that apps and browsers take. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote
from uuid import UUID

from app.services.preview.expo.bundles import Facts

_API = "/api/v1"
# What expo-dev-client leaves of a slug when it makes a scheme of it.
_NOT_IN_SCHEMES = re.compile(r"[^A-Za-z0-9+.-]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,99}")
_SDK = re.compile(r"(\d{1,3})\.")


class WayKind(StrEnum):
    """What opens a link."""

    DEVELOPMENT_BUILD = "development_build"
    EXPO_GO = "expo_go"
    BROWSER = "browser"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to open a preview."""

    kind: WayKind
    url: str


@dataclass(frozen=True, slots=True)
class Openable:
    """A finished preview: its job, its platform, a grant to it, and the app's public config (empty: not known)."""

    job_id: UUID
    platform: str
    grant: str
    config: Facts
    sdk_version: str | None = None


def manifest_url(base_url: str, job_id: UUID, grant: str) -> str:
    """Give the address that Expo's clients read."""
    return f"{base_url}{_API}/preview/{job_id}/expo/manifest?grant={quote(grant)}"


def asset_url(base_url: str, job_id: UUID, key: str, grant: str) -> str:
    """Give the address of one file of an update; the key is quoted already."""
    return f"{base_url}{_API}/preview/{job_id}/expo/assets/{key}?grant={quote(grant)}"


def ways_to_open(
    preview: Openable, *, base_url: str, expo_go_sdk: int | None = None, browser_url: str | None = None
) -> list[Way]:
    """List the ways to open a preview, the one that is most like the real app first.

    `expo_go_sdk` is the SDK of the Expo Go that people can get (PREVIEW_EXPO_GO_SDK): a bundle of another one is not
    offered there, because Expo Go would refuse it. `browser_url` comes from `PreviewOrigins.open_url`.
    """
    ways: list[Way] = []
    if preview.platform in ("ios", "android"):
        manifest = manifest_url(base_url, preview.job_id, preview.grant)
        ways += [
            Way(WayKind.DEVELOPMENT_BUILD, f"{scheme}://expo-development-client/?url={quote(manifest, safe='')}")
            for scheme in _schemes(preview.config)
        ]
        if expo_go_sdk is not None and _sdk(preview) == expo_go_sdk:
            ways.append(Way(WayKind.EXPO_GO, re.sub(r"^http", "exp", manifest, count=1)))
    if browser_url is not None:
        ways.append(Way(WayKind.BROWSER, browser_url))
    return ways


def _schemes(config: Facts) -> Iterator[str]:
    """Name the schemes that a development build of the app listens to."""
    slug = config.get("slug")
    if isinstance(slug, str) and (name := _NOT_IN_SCHEMES.sub("", slug)[:100]):
        yield f"exp+{name}"
        return
    own = config.get("scheme")
    for each in own if isinstance(own, list) else [own]:
        if isinstance(each, str) and _SCHEME.fullmatch(each):
            yield each.lower()
            return


def _sdk(preview: Openable) -> int | None:
    told = preview.sdk_version or preview.config.get("sdkVersion")
    found = _SDK.match(told) if isinstance(told, str) else None
    return int(found[1]) if found else None
