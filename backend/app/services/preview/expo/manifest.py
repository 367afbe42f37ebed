"""The manifest of a bundle: what a client downloads and checks, under an id that follows from the content. Pure."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from app.core.hashing import canonical_json
from app.services.preview.errors import BundleIncomplete
from app.services.preview.expo.bundles import Facts, OpenedBundle
from app.services.preview.expo.errors import FileNotInBundle
from app.services.preview.media_types import SCRIPT, media_type
from app.services.preview.runtimes import runtime_version, word

_EXTENSION = re.compile(r"[A-Za-z0-9]{1,12}")
_METRO_NAME = re.compile(r"[0-9a-f]{32}")
_SDK = re.compile(r"(\d{1,3})\.\d{1,3}\.\d{1,3}")
# What a client is told where neither the bundle nor the client itself knows.
UNKNOWN_RUNTIME = "unknown"

Address = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that an app needs: the name of it in the app's code, the file in the bundle, SHA-256, and what it is."""

    key: str
    name: str
    sha256: str
    content_type: str
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """A bundle as one update. `runtime_version` is None where the bundle does not say which one it needs."""

    platform: str
    launch: Asset
    assets: Sequence[Asset]
    runtime_version: str | None
    sdk_version: str | None
    config: Facts

    @property
    def sdk(self) -> int | None:
        """The number of its SDK, where it is known."""
        found = _SDK.fullmatch(self.sdk_version or "")
        return int(found[1]) if found else None

    def find(self, key: str) -> Asset:
        """Look an asset up by its key; FileNotInBundle."""
        found = next((each for each in (self.launch, *self.assets) if each.key == key), None)
        if found is None:
            raise FileNotInBundle(key=key[:100])
        return found

    def id_for(self, runtime_version: str) -> UUID:
        """Name the update: equal content has an equal id, whoever built it and when (RFC 9562, version 8)."""
        told = {
            "platform": self.platform,
            "runtimeVersion": runtime_version,
            "launch": self.launch.sha256,
            "assets": sorted([each.key, each.sha256] for each in self.assets),
            "config": self.config,
        }
        digest = bytearray(hashlib.sha256(canonical_json(told)).digest()[:16])
        digest[6], digest[8] = digest[6] & 0x0F | 0x80, digest[8] & 0x3F | 0x80
        return UUID(bytes=bytes(digest))


def update_of(opened: OpenedBundle) -> Update:
    """Read a native bundle as an update; BundleIncomplete when a file that it names is not there."""
    digests = opened.digests.sha256
    if opened.entry not in digests:
        raise BundleIncomplete(f"There is no {opened.entry} in the bundle.", reason="no_entry", missing=opened.entry)
    entry = digests[opened.entry]
    config = opened.expo_config
    return Update(
        platform=opened.platform,
        launch=Asset(entry, opened.entry, entry, SCRIPT),
        assets=tuple(_distinct(_assets(opened))),
        runtime_version=_runtime_version(opened),
        sdk_version=word(opened.metadata.get("sdk_version")) or word(config.get("sdkVersion")),
        config=config,
    )


@dataclass(frozen=True, slots=True)
class Release:
    """What a manifest says besides its content: runtime, when it was made, whose it is, where its files are had."""

    runtime_version: str
    created_at: datetime
    project_id: UUID | None
    job_id: UUID
    address: Address


def manifest_of(update: Update, release: Release) -> dict[str, Any]:
    """Write the manifest's body."""
    return {
        "id": str(update.id_for(release.runtime_version)),
        "createdAt": _iso(release.created_at),
        "runtimeVersion": release.runtime_version,
        "launchAsset": _shown(update.launch, release.address),
        "assets": [_shown(each, release.address) for each in update.assets],
        "metadata": {"jobId": str(release.job_id), "platform": update.platform},
        "extra": _extra(update, release),
    }


def base64url(hexadecimal: str) -> str:
    """Write a hash the way manifests do (RFC 4648, section 5), without padding."""
    return base64.urlsafe_b64encode(bytes.fromhex(hexadecimal)).decode().rstrip("=")


def _extra(update: Update, release: Release) -> dict[str, Any]:
    # Expo Go sandboxes what an app stores by this key.
    extra: dict[str, Any] = {"scopeKey": f"@hivesync/{release.project_id or release.job_id}", "expoGo": {}}
    client: dict[str, Any] = {"name": "preview", "slug": "preview", **update.config}
    if update.sdk_version:
        client["sdkVersion"] = update.sdk_version
    extra["expoClient"] = client
    of_app = update.config.get("extra")
    eas = of_app.get("eas") if isinstance(of_app, dict) else None
    if isinstance(eas, dict):
        extra["eas"] = eas
    return extra


def _assets(opened: OpenedBundle) -> Iterator[Asset]:
    """List what the app needs beside its code: as Expo's metadata says, or else all files below `assets/`."""
    listed = _listed(opened)
    if listed is None:
        for known in sorted(opened.digests.asset_md5):
            yield _asset(opened, known, PurePosixPath(known).suffix.removeprefix("."))
        return
    for each in listed:
        told: Mapping[str, Any] = each if isinstance(each, dict) else {}
        name, extension = told.get("path"), told.get("ext")
        if not isinstance(name, str) or name not in opened.digests.sha256:
            raise BundleIncomplete(
                "Expo's metadata names an asset that is not in the bundle. Build it again.",
                reason="no_asset", missing=str(name)[:200],
            )  # fmt: skip
        yield _asset(opened, name, extension if isinstance(extension, str) else "")


def _listed(opened: OpenedBundle) -> Sequence[Any] | None:
    platforms = opened.expo_metadata.get("fileMetadata")
    own = platforms.get(opened.platform) if isinstance(platforms, dict) else None
    assets = own.get("assets") if isinstance(own, dict) else None
    return assets if isinstance(assets, list) else None


def _asset(opened: OpenedBundle, name: str, extension: str) -> Asset:
    # `expo export` calls a file what Metro calls the asset in the code; other bundlers leave that to be found out.
    base = PurePosixPath(name).name
    key = base if _METRO_NAME.fullmatch(base) else opened.digests.asset_md5.get(name) or opened.digests.sha256[name]
    told = f".{extension}" if _EXTENSION.fullmatch(extension) else ""
    return Asset(key, name, opened.digests.sha256[name], media_type(f"a{told}"), told)


def _distinct(assets: Iterator[Asset]) -> Iterator[Asset]:
    seen: set[str] = set()
    for each in assets:
        if each.key not in seen:
            seen.add(each.key)
            yield each


def _runtime_version(opened: OpenedBundle) -> str | None:
    """Find the runtime that a bundle needs: as the build wrote it down, or as the app's config says it."""
    config = opened.expo_config
    written = word(opened.metadata.get("runtime_version"))
    return written or runtime_version(config, opened.platform, word(config.get("sdkVersion")), unsaid=None)


def _shown(asset: Asset, address: Address) -> Mapping[str, str]:
    shown = {
        "hash": base64url(asset.sha256),
        "key": asset.key,
        "contentType": asset.content_type,
        "url": address(asset.key),
    }
    # Android's client needs the field of all but the launch asset, and ignores it there.
    return shown if asset.extension is None else {**shown, "fileExtension": asset.extension}


def _iso(moment: datetime) -> str:
    # Both clients' parsers want milliseconds and a Z.
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
