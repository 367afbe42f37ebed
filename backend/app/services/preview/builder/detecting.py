"""Finds out what a commit holds before anything is written or run: Expo or bare React Native, where, from which file.

Only bytes of the mirror are read, and only what every build of such an app reads first.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from app.adapters.git.errors import PathNotFound
from app.adapters.git.port import EntryType, MirrorReader, TreeEntry
from app.core.hashing import canonical_json, sha256_hex
from app.core.paths import PathRefused
from app.services.preview.errors import ProjectUnfit
from app.services.preview.platforms import AppContainer, BuildOptions, Platform

_LARGEST_JSON = 8 * 1024**2
_LARGEST_LOCK = 64 * 1024**2
_MOST_LISTED = 20_000
# The one that npm itself prefers comes first.
_LOCKS = ("npm-shrinkwrap.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock")
_EXTENSIONS = ("tsx", "ts", "jsx", "js", "mjs", "cjs")
_HOW_TO_CHOOSE = "Say which one: hivesync preview build --directory FOLDER."


class Toolkit(StrEnum):
    """What bundles the app."""

    EXPO = "expo"
    REACT_NATIVE = "react-native"


@dataclass(frozen=True, slots=True)
class DetectedApp:
    """An app in a commit. `directory` is "" for the top; `entry` is set for bare React Native, Expo finds its own."""

    directory: str
    toolkit: Toolkit
    entry: str | None
    sdk_version: str | None
    package: dict[str, Any]
    config: dict[str, Any]
    lockfile: str | None
    lockfile_sha256: str | None

    def at(self, path: str) -> str:
        """Name a path of the app within the repository."""
        return f"{self.directory}/{path}" if self.directory else path


async def detect(reader: MirrorReader, commit: str, platform: Platform, options: BuildOptions) -> DetectedApp:
    """Find the app; ProjectUnfit says what is missing, or that it does not fit the container it is for."""
    directory = options.directory if options.directory is not None else await _find_directory(reader, commit)
    within = _Folder(reader, commit, directory)
    package = await within.json("package.json")
    if package is None:
        raise ProjectUnfit(
            f"There is no package.json in {directory or 'the top folder'}.", reason="no_package", directory=directory
        )
    config = await within.json("app.json") or {}
    needs = _dependencies(package)
    is_expo = "expo" in needs or isinstance(config.get("expo"), dict)
    if not is_expo and "react-native" not in needs:
        raise ProjectUnfit(
            "Neither expo nor react-native is a dependency of that package: it is no app for phones.",
            reason="no_react_native", directory=directory,
        )  # fmt: skip
    toolkit = Toolkit.EXPO if is_expo else Toolkit.REACT_NATIVE
    entry = None if is_expo else await _entry(within, package, platform)
    if platform is Platform.WEB and not is_expo:
        raise ProjectUnfit(
            "A bare React Native app has no web build. Build it for ios or android: it can be looked at in a browser.",
            reason="no_web",
        )
    if is_expo:
        await _require_expo_entry(within, package)
    lock = await within.first(_LOCKS)
    data = await within.read(lock, _LARGEST_LOCK) if lock else None
    app = DetectedApp(
        directory, toolkit, entry, _sdk_of(needs, config), package, config, lock, sha256_hex(data) if data else None
    )
    _check_container(app, options)
    return app


@dataclass(frozen=True, slots=True)
class _Folder:
    reader: MirrorReader
    commit: str
    directory: str

    async def read(self, name: str, most: int = _LARGEST_JSON) -> bytes | None:
        entry = await self.file(name)
        return await self.reader.read_blob(entry.oid, max_bytes=most) if entry is not None else None

    async def file(self, name: str) -> TreeEntry | None:
        path = f"{self.directory}/{name}" if self.directory else name
        try:
            entry = await self.reader.entry(self.commit, path)
        except (PathNotFound, PathRefused):
            return None
        return entry if entry.type is EntryType.FILE else None

    async def first(self, names: Sequence[str]) -> str | None:
        try:
            found = {each.name for each in await self.reader.list_tree(self.commit, self.directory, limit=_MOST_LISTED)}
        except (PathNotFound, PathRefused):
            return None
        return next((name for name in names if name in found), None)

    async def json(self, name: str) -> dict[str, Any] | None:
        data = await self.read(name)
        if data is None:
            return None
        try:
            found = json.loads(data)
            # Numbers that JSON has not, and readers take nevertheless, end up in no key.
            canonical_json(found)
        except (ValueError, RecursionError) as error:
            path = f"{self.directory}/{name}" if self.directory else name
            raise ProjectUnfit(f"{path} is no JSON: {error}", reason="json", path=path) from error
        return found if isinstance(found, dict) else {}


async def _find_directory(reader: MirrorReader, commit: str) -> str:
    """Take the top if an app lies there, else the one folder with an app; several are for a person to choose from."""
    if _is_app(await _Folder(reader, commit, "").json("package.json")):
        return ""
    paths = [entry.path for entry in await reader.list_tree(commit, recursive=True, limit=_MOST_LISTED)]
    folders = sorted(
        str(PurePosixPath(path).parent)
        for path in paths
        if PurePosixPath(path).name == "package.json" and "/" in path and "node_modules" not in path.split("/")
    )
    apps = [folder for folder in folders if _is_app(await _Folder(reader, commit, folder).json("package.json"))]
    if len(apps) > 1:
        raise ProjectUnfit(
            f"There are {len(apps)} apps in that repository. {_HOW_TO_CHOOSE}", reason="several_apps", found=apps[:20]
        )
    return apps[0] if apps else ""


def _is_app(package: dict[str, Any] | None) -> bool:
    needs = _dependencies(package or {})
    return "expo" in needs or "react-native" in needs


def _dependencies(package: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in ("devDependencies", "dependencies"):
        needs = package.get(kind)
        if isinstance(needs, dict):
            found |= {str(name): str(wanted) for name, wanted in needs.items()}
    return found


async def _entry(within: _Folder, package: dict[str, Any], platform: Platform) -> str:
    """Find the file that a bare app starts from: what package.json says, index, App (R001-141 calls it App.js)."""
    said = package.get("main")
    names = _as_node_would(said) if isinstance(said, str) and _is_plain(said) else []
    names += [f"{stem}.{ext}" for stem in (f"index.{platform.value}", "index", "App") for ext in _EXTENSIONS]
    for name in names:
        if await within.file(name) is not None:
            return name
    raise ProjectUnfit(
        "No entry file was found: neither what package.json calls main, nor index.js, nor App.js.", reason="no_entry"
    )


def _as_node_would(said: str) -> list[str]:
    """List the files that a package's main may stand for, in the order in which Node looks for them."""
    path = said.removeprefix("./").rstrip("/")
    return [path, *(f"{path}.{ext}" for ext in _EXTENSIONS), *(f"{path}/index.{ext}" for ext in _EXTENSIONS)]


async def _require_expo_entry(within: _Folder, package: dict[str, Any]) -> None:
    said = package.get("main")
    if isinstance(said, str):
        if said.startswith(("expo/", "expo-router/", "@", "node_modules/")) or not _is_plain(said):
            return
        for name in _as_node_would(said):
            if await within.file(name) is not None:
                return
        # It may be a module's: expo finds out. A path that says it is one must be there.
        if not said.startswith("./") and "/" in said:
            return
        raise ProjectUnfit(f"package.json starts the app at {said}, which is not there.", reason="no_entry", path=said)
    names = [f"{stem}.{ext}" for stem in ("index", "App") for ext in _EXTENSIONS]
    if await within.first(names) is None:
        raise ProjectUnfit(
            "No entry file was found: package.json has no main, and there is no App.js.", reason="no_entry"
        )


def _is_plain(path: str) -> bool:
    return path.isprintable() and not path.startswith(("/", "-")) and ".." not in path.split("/")


def _sdk_of(needs: dict[str, str], config: dict[str, Any]) -> str | None:
    """Say the Expo SDK as "57.0.0", from the dependency or the configuration."""
    expo = config.get("expo")
    said = expo.get("sdkVersion") if isinstance(expo, dict) else None
    wanted = str(said) if isinstance(said, str) else needs.get("expo", "")
    major = wanted.lstrip("^~>=v ").partition(".")[0]
    return f"{major}.0.0" if major.isdigit() else None


def _check_container(app: DetectedApp, options: BuildOptions) -> None:
    """Refuse what the container could not open, before it is built."""
    if options.container is not AppContainer.EXPO_GO:
        return
    if app.toolkit is not Toolkit.EXPO:
        raise ProjectUnfit("Expo Go opens Expo apps only; this is a bare React Native app.", reason="container")
    theirs = (options.container_version or "").partition(".")[0]
    ours = (app.sdk_version or "").partition(".")[0]
    if theirs and ours and theirs != ours:
        raise ProjectUnfit(
            f"That Expo Go has SDK {theirs}, the app needs SDK {ours}. Use a development build, or another Expo Go.",
            reason="container", container_sdk=theirs, app_sdk=ours,
        )  # fmt: skip
