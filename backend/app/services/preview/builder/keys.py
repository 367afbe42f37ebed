"""What a build's bytes depend on, as keys: of its result, of Metro's caches, and of files that read the environment.

A key that lacks something ships stale bytes, so where it cannot be known what a configuration reads, its key holds the
whole tree. Equality of incremental and clean builds is tested with random edits (tests/services/preview/builder).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.adapters.git.port import EntryType, MirrorReader, TreeEntry
from app.core.hashing import canonical_json, sha256_hex
from app.services.preview.builder.detecting import DetectedApp
from app.services.preview.platforms import BuildOptions, Platform

# Changes whenever what is done with the same input changes.
BUILDER_VERSION = 1
_LARGEST_CONFIG = 1024**2
_MOST_NAMES = 20_000
# What transforms are configured by, wherever it lies from the top to the app.
_CONFIGS = re.compile(
    r"babel\.config\.\w+|\.babelrc(\.\w+)?|metro\.config\.\w+|postcss\.config\.\w+|tailwind\.config\.\w+|\.postcssrc.*"
    r"|\.browserslistrc|tsconfig.*\.json"
)
# What files that read the environment can see of the project.
_SEEN = re.compile(r"\.env.*|app\.json|app\.config\.\w+|package\.json")
# A configuration that reads more than itself and packages: other files, the machine, or styles made of all sources.
_IMPURE = re.compile(
    r"""require\s*\(\s*['"]\.|from\s+['"]\.|import\s*\(|require\s*\(\s*[^'")]|['"](node:)?(fs|child_process|os)['"]"""
    r"""|nativewind|tailwind|uniwind|postcss|require\.resolve|['"]\./|['"]\.\./|readFile|import\.meta"""
)
_PACKAGE = re.compile(r"""['"]((?:@[\w.-]+/)?[\w.-]+)(?:/[^'"]*)?['"]""")
# What turns sources into code, and what decides how it does.
_TOOLS = (
    "babel-preset-expo",
    "@expo/metro-config",
    "@expo/metro",
    "@expo/cli",
    "expo",
    "expo-router",
    "@react-native/babel-preset",
    "@react-native/metro-config",
    "@react-native/metro-babel-transformer",
    "@react-native-community/cli",
    "metro",
    "metro-config",
    "react-native",
    "react-native-reanimated",
    "react-native-worklets",
    "react-refresh",
    "babel-plugin-react-compiler",
    "@expo/ui",
    "expo-modules-core",
    "hermes-parser",
    "typescript",
    "sass",
)


@dataclass(frozen=True, slots=True)
class Toolchain:
    """The programs that build: versions as they name themselves."""

    node: str
    npm: str


@dataclass(frozen=True, slots=True)
class BuildInputs:
    """All that a build depends on beside the commit's bytes."""

    platform: Platform
    options: BuildOptions
    environment: Mapping[str, str]
    allow_scripts: bool
    toolchain: Toolchain


@dataclass(frozen=True, slots=True)
class MetroKeys:
    """`version` is what Metro's cache keys begin with; `salt` is for files that read the environment."""

    version: str
    salt: str
    # The toolchain's closure alone: apps of other projects with the same one can use the same seed.
    toolchain: str


def input_key(tree: str, app: DetectedApp, inputs: BuildInputs) -> str:
    """Hash everything that a result depends on: equal keys, equal content."""
    told = [
        BUILDER_VERSION,
        tree,
        app.directory,
        inputs.platform.value,
        inputs.options.bytecode,
        dict(inputs.environment),
        inputs.allow_scripts,
        inputs.toolchain.node,
        inputs.toolchain.npm,
    ]
    return sha256_hex(canonical_json(told))


async def metro_keys(reader: MirrorReader, commit: str, tree: str, app: DetectedApp, inputs: BuildInputs) -> MetroKeys:
    """Compute the keys of caches that outlive a build."""
    configs, seen = [], []
    for folder in _from_top(app.directory):
        for entry in await reader.list_tree(commit, folder, limit=_MOST_NAMES):
            if entry.type is not EntryType.FOLDER and _CONFIGS.fullmatch(entry.name):
                configs.append(entry)
            elif entry.type is not EntryType.FOLDER and _SEEN.fullmatch(entry.name):
                seen.append(entry)
    blobs = await reader.read_blobs([entry.oid for entry in configs], max_bytes=_LARGEST_CONFIG)
    texts = [(blob.data or b"").decode("utf-8", "replace") for blob in blobs]
    lock = await _lock_of(reader, commit, app)
    tools = toolchain_key(lock, _packages_in(texts), inputs.toolchain)
    impure = lock is None or any(_IMPURE.search(text) or not text for text in texts)
    fixed = {key: app.package.get(key) for key in ("babel", "browserslist", "type", "name", "sideEffects")}
    version = [tools, _oids(configs), fixed, tree if impure else None]
    salt = [dict(inputs.environment), _oids(seen), tools]
    return MetroKeys(sha256_hex(canonical_json(version)), sha256_hex(canonical_json(salt)), tools)


def toolchain_key(lock: Mapping[str, Any] | None, named: Iterable[str], toolchain: Toolchain) -> str:
    """Hash the versions of whatever transforms sources: the tools, what configurations name, and all these need.

    A dependency that only the app uses is not among them, so that adding one leaves the caches warm. `lock` is
    package-lock.json, version 2 or 3; without one, nothing is known and the versions are not in the key.
    """
    packages = lock.get("packages") if lock else None
    found: dict[str, Any] = {}
    if isinstance(packages, Mapping):
        waiting = [("", name) for name in sorted({*_TOOLS, *named})]
        while waiting:
            place = _resolve(packages, *waiting.pop())
            if place is None or place in found:
                continue
            entry = packages[place]
            found[place] = [entry.get("version"), entry.get("integrity"), entry.get("resolved")]
            waiting += [(place, name) for name in _needs(entry)]
    return sha256_hex(canonical_json([BUILDER_VERSION, toolchain.node, found]))


def _resolve(packages: Mapping[str, Any], place: str, name: str) -> str | None:
    """Find a package from where it is needed, as Node does: in this folder's node_modules, then further up."""
    while True:
        tried = f"{place}/node_modules/{name}" if place else f"node_modules/{name}"
        if isinstance(packages.get(tried), Mapping):
            return tried
        if not place:
            return None
        place = place.rpartition("/node_modules/")[0] if "/node_modules/" in place else ""


def _needs(entry: Mapping[str, Any]) -> list[str]:
    kinds = (entry.get(kind) for kind in ("dependencies", "optionalDependencies", "peerDependencies"))
    return sorted({str(name) for kind in kinds if isinstance(kind, Mapping) for name in kind})


def _packages_in(texts: Iterable[str]) -> set[str]:
    """List all that could be a package's name in configurations, with the long forms of Babel's short ones."""
    names = {match[1] for text in texts for match in _PACKAGE.finditer(text)}
    return names | {f"babel-{kind}-{name}" for name in names for kind in ("plugin", "preset")}


async def _lock_of(reader: MirrorReader, commit: str, app: DetectedApp) -> Mapping[str, Any] | None:
    if app.lockfile is None or not app.lockfile.endswith(".json"):
        return None
    entry = await reader.entry(commit, app.at(app.lockfile))
    try:
        found = json.loads(await reader.read_blob(entry.oid, max_bytes=64 * 1024**2))
    except (ValueError, RecursionError):
        return None
    # Version 1 has no such list, and then nothing is known of what tools need.
    return found if isinstance(found, dict) and isinstance(found.get("packages"), dict) else None


def _from_top(directory: str) -> list[str]:
    parts = directory.split("/") if directory else []
    return ["", *("/".join(parts[: at + 1]) for at in range(len(parts)))]


def _oids(entries: Sequence[TreeEntry]) -> list[list[str]]:
    return sorted([entry.path, entry.oid] for entry in entries)
