"""What a bundle was made of, as its metadata and "what am I running?" tell it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from app.adapters.files.rooted import PathLeaves, RootedFolder
from app.services.preview.builder.detecting import DetectedApp
from app.services.preview.messages import BuildPreview
from app.services.preview.packaging import EXPO_CONFIG

_LARGEST = 4 * 1024**2
_TOOLS = {"expo": "expo", "metro": "metro", "react_native": "react-native", "react": "react"}


class InstalledPackages(Protocol):
    """The dependencies that a build was given."""

    @property
    def node_modules(self) -> Path | None:
        """Where they lie."""
        ...

    @property
    def key(self) -> str:
        """What they are known by."""
        ...

    @property
    def node(self) -> str:
        """Node's version."""
        ...

    @property
    def npm(self) -> str:
        """Npm's version."""
        ...

    @property
    def lockfile_sha256(self) -> str | None:
        """SHA-256 of the lock file; None without one."""
        ...


def facts_of(payload: BuildPreview, app: DetectedApp, installed: InstalledPackages, out: Path) -> dict[str, Any]:
    """Gather what is known after the bundler ended. Blocks."""
    config = _json(out, EXPO_CONFIG)
    tools = {"node": installed.node, "npm": installed.npm} | _tool_versions(installed.node_modules)
    sdk = config.get("sdkVersion") or app.sdk_version
    return {
        "source": "worker",
        "toolkit": app.toolkit.value,
        "directory": app.directory,
        "ref": payload.ref,
        "commit": payload.commit,
        "manifest_hash": payload.manifest_hash,
        "lockfile_sha256": app.lockfile_sha256,
        "dependencies": installed.key,
        "tools": tools,
        "sdk_version": sdk if isinstance(sdk, str) else None,
        "runtime_version": runtime_version(config, payload.platform.value, sdk if isinstance(sdk, str) else None),
        "bytecode": payload.options.bytecode,
    }


def runtime_version(config: Mapping[str, Any], platform: str, sdk: str | None) -> str | None:
    """Say which native builds the app fits, as Expo's configuration does; None where only a native build could tell."""
    of_platform = config.get(platform)
    said = of_platform.get("runtimeVersion") if isinstance(of_platform, dict) else None
    said = said if said is not None else config.get("runtimeVersion")
    if isinstance(said, str):
        return said
    policy = said.get("policy") if isinstance(said, dict) else None
    if policy == "appVersion":
        return str(config.get("version") or "1.0.0")
    if policy in (None, "sdkVersion") and sdk:
        return f"exposdk:{sdk}"
    return None


def _tool_versions(node_modules: Path | None) -> dict[str, str]:
    if node_modules is None:
        return {}
    found = {name: _json(node_modules, f"{package}/package.json").get("version") for name, package in _TOOLS.items()}
    return {name: version for name, version in found.items() if isinstance(version, str)}


def _json(folder: Path, name: str) -> dict[str, Any]:
    """Read what a stranger's program may have put there: no link is followed, and nobody waits for a pipe."""
    try:
        with RootedFolder(folder).file(name) as descriptor, open(descriptor, "rb", closefd=False) as file:
            data = file.read(_LARGEST + 1)
        found = json.loads(data) if len(data) <= _LARGEST else None
    except (OSError, PathLeaves, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
