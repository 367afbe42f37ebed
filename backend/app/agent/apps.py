"""Finds the Expo app in a folder, and the bundler that the app itself brings. Blocks a little."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.agent.errors import NoApp, PackagesMissing

_DEEPEST = 3
_MOST_FOLDERS = 2000
_LARGEST = 1024**2
_PASSED_OVER = ("node_modules", "ios", "android", "dist", "build")
_CLI = Path("node_modules/expo/bin/cli")
_INSTALLS = {
    "package-lock.json": "npm ci",
    "npm-shrinkwrap.json": "npm ci",
    "yarn.lock": "yarn install",
    "pnpm-lock.yaml": "pnpm install",
    "bun.lock": "bun install",
    "bun.lockb": "bun install",
}


@dataclass(frozen=True, slots=True)
class LocalApp:
    """An Expo app of this machine, and the command line of Expo's that it brings."""

    folder: Path
    cli: Path


def find_app(root: Path, inside: str = "") -> LocalApp:
    """Find the app that a path of a folder belongs to, else the one there is; NoApp, PackagesMissing."""
    near = next((each for each in _above(root, inside) if _is_app(each)), None)
    if near is None:
        found = list(_apps_below(root))
        if len(found) > 1:
            names = [each.relative_to(root).as_posix() for each in found]
            raise NoApp(f"There are {len(found)} apps in that folder. Map the one you mean.", found=names[:20])
        near = found[0] if found else None
    if near is None:
        raise NoApp("No package.json in that folder names expo as a dependency.", path=str(root))
    for folder in (near, *near.parents):
        if (folder / _CLI).is_file():
            return LocalApp(near, folder / _CLI)
        if folder == root:
            break
    message = f"The app's packages are not installed. Run, in {near}: {_install(near, root)}"
    raise PackagesMissing(message, missing="expo", path=str(near))


def _above(root: Path, inside: str) -> Iterator[Path]:
    """From the folder of a path upwards to the root."""
    folder = root / inside if inside else root
    while folder != root:
        yield folder
        folder = folder.parent
    yield root


def _apps_below(root: Path) -> Iterator[Path]:
    for looked, (place, folders, names) in enumerate(os.walk(root, followlinks=False)):
        depth = len(Path(place).relative_to(root).parts)
        folders[:] = sorted(each for each in folders if each not in _PASSED_OVER and not each.startswith("."))
        if depth >= _DEEPEST or looked > _MOST_FOLDERS:
            folders.clear()
        if "package.json" in names and _is_app(Path(place)):
            yield Path(place)


def _is_app(folder: Path) -> bool:
    package = _json(folder / "package.json")
    needs = (package.get(key) for key in ("dependencies", "devDependencies"))
    return any("expo" in each for each in needs if isinstance(each, dict))


def _json(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            return {}
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _install(app: Path, root: Path) -> str:
    for folder in (app, root):
        for lock, command in _INSTALLS.items():
            if (folder / lock).is_file():
                return command
    return "npm install"
