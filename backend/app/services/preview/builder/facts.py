"""What a bundle was made of, as its metadata and "what am I running?" tell it."""

import json
from pathlib import Path
from typing import Any

from app.adapters.files.rooted import PathLeaves, RootedFolder
from app.services.preview.builder.dependencies import Installed
from app.services.preview.builder.detecting import DetectedApp
from app.services.preview.builder.packages import Packages
from app.services.preview.messages import BuildPreview
from app.services.preview.packaging import EXPO_CONFIG
from app.services.preview.runtimes import runtime_version, word

_LARGEST = 4 * 1024**2
_TOOLS = {"expo": "expo", "metro": "metro", "react_native": "react-native", "react": "react"}


def facts_of(payload: BuildPreview, app: DetectedApp, installed: Installed, out: Path) -> dict[str, Any]:
    """Gather what is known after the bundler ended. Blocks."""
    config = _json(out, EXPO_CONFIG)
    tools = {"node": installed.node, "npm": installed.npm} | _tool_versions(installed.packages)
    sdk = word(config.get("sdkVersion") or app.sdk_version)
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
        "sdk_version": sdk,
        "runtime_version": runtime_version(config, payload.platform.value, sdk, unsaid="sdkVersion"),
        "bytecode": payload.options.bytecode,
    }


def _tool_versions(packages: Packages | None) -> dict[str, str]:
    if packages is None:
        return {}
    found = {
        name: _json(*packages.within(f"{package}/package.json")).get("version") for name, package in _TOOLS.items()
    }
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
