"""What a build's bytes depend on, as keys: of its result, of Metro's caches, and of files that read the environment.

A key that lacks something ships stale bytes, so where it cannot be known what a configuration reads, its key holds the
whole tree. Equality of incremental and clean builds is tested with random edits (tests/services/preview/builder).
"""

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.adapters.git.port import MirrorReader, TreeEntry
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
# Babel obeys these in every folder, for what lies below it.
_CONFIGS_ANYWHERE = re.compile(r"\.babelrc(\.\w+)?|\.babelignore")
# What files that read the environment can see of the project.
_SEEN = re.compile(r"\.env.*|app\.json|app\.config\.\w+|package\.json")
# A configuration that reads more than itself and packages: other files, the machine, or styles made of all sources.
_IMPURE = re.compile(
    r"""require\s*\(\s*['"]\.|from\s+['"]\.|import\s*\(|require\s*\(\s*[^'")]|['"](node:)?(fs|child_process|os)['"]"""
    r"""|nativewind|tailwind|uniwind|postcss|require\.resolve|['"]\./|['"]\.\./|readFile|import\.meta"""
)
_PACKAGE = re.compile(r"""['"](?:module:)?((?:@[\w.-]+/)?[\w.-]+)(?:/[^'"]*)?['"]""")
# Plugins of Babel and of Metro that make a file's code of that file alone. Of others nobody knows what they read.
_KNOWN = re.compile(
    r"@babel/.+|@react-native/.+|@react-native-community/cli.*|@expo/.+|expo|expo-router|babel-preset-expo|metro|metro-.+"
    r"|react|react-native|react-native-(reanimated|worklets|worklets-core)|react-refresh|typescript"
    r"|babel-plugin-(react-compiler|syntax-hermes-parser|transform-remove-console)"
)
_FOLDER = "node_modules"
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


@dataclass(frozen=True, slots=True)
class _Configured:
    """What configures transforms, what they see of the project, and whether packages lie in the repository."""

    configs: list[TreeEntry]
    seen: list[TreeEntry]
    brings_packages: bool


async def metro_keys(reader: MirrorReader, commit: str, tree: str, app: DetectedApp, inputs: BuildInputs) -> MetroKeys:
    """Compute the keys of caches that outlive a build."""
    found = await _configured(reader, commit, app)
    blobs = await reader.read_blobs([entry.oid for entry in found.configs], max_bytes=_LARGEST_CONFIG)
    texts = [(blob.data or b"").decode("utf-8", "replace") for blob in blobs]
    lock = await _lock_of(reader, commit, app)
    named = _packages_in(texts)
    tools = toolchain_key(lock, named, inputs.toolchain)
    impure = (
        lock is None
        or found.brings_packages
        or any(_IMPURE.search(text) or not text for text in texts)
        or _reads_who_knows_what(lock, named)
    )
    fixed = {key: app.package.get(key) for key in ("babel", "browserslist", "type", "name", "sideEffects")}
    version = [tools, inputs.allow_scripts, _oids(found.configs), fixed, tree if impure else None]
    salt = [dict(inputs.environment), _oids(found.seen), tools]
    return MetroKeys(sha256_hex(canonical_json(version)), sha256_hex(canonical_json(salt)), tools)


def toolchain_key(lock: Mapping[str, Any] | None, named: Iterable[str], toolchain: Toolchain) -> str:
    """Hash the versions of whatever transforms sources: the tools, what configurations name, and all these need.

    A dependency that only the app uses is not among them, so that adding one leaves the caches warm. `lock` is
    package-lock.json, version 2 or 3; without one, nothing is known and the versions are not in the key.
    """
    used = {
        place: [entry.get("version"), entry.get("integrity"), entry.get("resolved")]
        for place, entry in _closure(lock, named).items()
    }
    return sha256_hex(canonical_json([BUILDER_VERSION, toolchain.node, used]))


async def _configured(reader: MirrorReader, commit: str, app: DetectedApp) -> _Configured:
    above, after = set(_from_top(app.directory)), None
    found = _Configured([], [], brings_packages=False)
    while True:
        entries = await reader.list_tree(commit, recursive=True, limit=_MOST_NAMES, after=after)
        for entry in entries:
            folder, _, name = entry.path.rpartition("/")
            if _FOLDER in folder.split("/"):
                found = dataclasses.replace(found, brings_packages=True)
            elif _CONFIGS_ANYWHERE.fullmatch(name) or (folder in above and _CONFIGS.fullmatch(name)):
                found.configs.append(entry)
            elif folder in above and _SEEN.fullmatch(name):
                found.seen.append(entry)
        if len(entries) < _MOST_NAMES:
            return found
        after = entries[-1].path


def _closure(lock: Mapping[str, Any] | None, named: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """Find the tools, what configurations name, and all these need, by place."""
    packages = lock.get("packages") if lock else None
    found: dict[str, Mapping[str, Any]] = {}
    if isinstance(packages, Mapping):
        waiting = [("", name) for name in sorted({*_TOOLS, *named})]
        while waiting:
            place = _resolve(packages, *waiting.pop())
            if place is None or place in found:
                continue
            found[place] = packages[place]
            waiting += [(place, name) for name in _needs(packages[place])]
    return found


def _reads_who_knows_what(lock: Mapping[str, Any], named: Iterable[str]) -> bool:
    """Say whether a configuration names a package that may read more than it is given, or lies in the repository."""
    packages = lock["packages"]
    if any(_resolve(packages, "", name) and not _KNOWN.fullmatch(name) for name in named):
        return True
    return any(entry.get("link") for entry in _closure(lock, named).values())


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
    # What npm 6 wrote lists no places: as good as none.
    return found if isinstance(found, dict) and isinstance(found.get("packages"), dict) else None


def _from_top(directory: str) -> list[str]:
    parts = directory.split("/") if directory else []
    return ["", *("/".join(parts[: at + 1]) for at in range(len(parts)))]


def _oids(entries: Sequence[TreeEntry]) -> list[list[str]]:
    return sorted([entry.path, entry.oid] for entry in entries)
