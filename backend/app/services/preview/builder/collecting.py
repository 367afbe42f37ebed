"""Gathers what a bundler put out, in the one layout that all bundles have (C23, C24). What it wrote is not believed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.adapters.files.strangers import NotPlain, plain_files
from app.core.hashing import canonical_json, sha256_hex
from app.services.preview.builder.detecting import DetectedApp, Toolkit
from app.services.preview.errors import BuildFailed
from app.services.preview.packaging import ENTRY, EXPO_CONFIG, EXPO_METADATA, METADATA, bytecode_version
from app.services.preview.platforms import Platform

SOURCE_MAP, MODULES = "main.jsbundle.map", "modules.json"
_LARGEST_JSON = 16 * 1024**2
_LARGEST_MAP = 256 * 1024**2
MOST_FILES = 20_000
# Where bundlers are told to write, below what they may write.
_DIST = "dist/"
_PROJECT_PREFIX = "/build/project/"


@dataclass(frozen=True, slots=True)
class Collected:
    """The files of a bundle by name, the source map if there is one, and the bytecode's version if it is bytecode."""

    files: Mapping[str, Path | bytes]
    source_map: Path | None
    hermes: int | None


def collect(out: Path, app: DetectedApp, platform: Platform) -> Collected:
    """Find the bundle and its assets below `out`; BuildFailed when it is not what such a bundler makes. Blocks."""
    try:
        return _collect(out, app, platform)
    except NotPlain as error:
        raise BuildFailed("The bundler put out something that no bundle may hold.", **error.details) from error


def _collect(out: Path, app: DetectedApp, platform: Platform) -> Collected:
    written = dict(plain_files(out, most=MOST_FILES))
    found = {name.removeprefix(_DIST): path for name, path in written.items() if name.startswith(_DIST)}
    files: dict[str, Path | bytes] = {}
    source_map = None
    if platform is Platform.WEB:
        files = {name: path for name, path in found.items() if name != METADATA and not name.endswith(".map")}
    elif app.toolkit is Toolkit.EXPO:
        bundle = _bundle_named(found, platform)
        files = {name: path for name, path in found.items() if name.startswith("assets/")}
        files[ENTRY[platform]] = found[bundle]
        source_map = _map_of(found, bundle)
    else:
        files = {name: path for name, path in found.items() if not name.endswith(".map")}
        source_map = found.get(SOURCE_MAP)
    if app.toolkit is Toolkit.EXPO:
        if METADATA in found:
            files[EXPO_METADATA] = found[METADATA]
        config = written.get(EXPO_CONFIG)
        if config is not None:
            # Written anew: keys in order, and nothing but JSON.
            files[EXPO_CONFIG] = _anew(config)
    entry = files.get(ENTRY[platform])
    if not isinstance(entry, Path) or not entry.stat().st_size:
        raise BuildFailed(f"The bundler ended well, but made no {ENTRY[platform]}.", reason="no_output")
    return Collected(files, source_map, bytecode_version(entry))


def modules_of(source_map: Path) -> bytes:
    """List the modules of a source map as JSON: path, bytes of its source, SHA-256. Blocks.

    The app is as good without: of a map that is too large, or is none, there is an empty list.
    """
    try:
        told = _json(source_map, _LARGEST_MAP)
    except BuildFailed:
        return canonical_json([])
    sources, contents = told.get("sources"), told.get("sourcesContent")
    if not isinstance(sources, list) or not isinstance(contents, list):
        return canonical_json([])
    modules = []
    for name, content in zip(sources, contents, strict=False):
        if isinstance(name, str) and isinstance(content, str):
            data = content.encode("utf-8", "surrogatepass")
            modules.append({"path": _relative(name), "bytes": len(data), "sha256": sha256_hex(data)})
    return canonical_json(sorted(modules, key=lambda module: str(module["path"])))


def _relative(name: str) -> str:
    return name.removeprefix(_PROJECT_PREFIX).lstrip("/")


def _bundle_named(found: Mapping[str, Path], platform: Platform) -> str:
    told = _json(found[METADATA]) if METADATA in found else {}
    platforms = told.get("fileMetadata")
    of_platform = platforms.get(platform.value) if isinstance(platforms, dict) else None
    name = of_platform.get("bundle") if isinstance(of_platform, dict) else None
    if not isinstance(name, str) or name not in found:
        raise BuildFailed("The bundler ended well, but its metadata.json names no bundle.", reason="no_output")
    return name


def _map_of(found: Mapping[str, Path], bundle: str) -> Path | None:
    stem = bundle.rpartition(".")[0]
    return next((found[name] for name in (f"{bundle}.map", f"{stem}.map", f"{stem}.js.map") if name in found), None)


def _anew(path: Path) -> bytes:
    try:
        return canonical_json(_json(path))
    except (ValueError, RecursionError) as error:
        # Numbers that JSON has not, which readers take nevertheless.
        raise BuildFailed(f"{path.name}, which the bundler wrote, is no JSON.", reason="output") from error


def _json(path: Path, most: int = _LARGEST_JSON) -> dict[str, Any]:
    if path.stat().st_size > most:
        raise BuildFailed(f"{path.name} is too large.", reason="output")
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BuildFailed(f"{path.name}, which the bundler wrote, is no JSON.", reason="output") from error
    return found if isinstance(found, dict) else {}
