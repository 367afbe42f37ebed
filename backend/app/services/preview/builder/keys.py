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
# What configures transforms, wherever it lies from the top to the app.
_CONFIGS = re.compile(
    r"babel\.config\.\w+|\.babelrc(\.\w+)?|metro\.config\.\w+|postcss\.config\.\w+|tailwind\.config\.\w+|\.postcssrc.*"
    r"|\.browserslistrc|\.svgrrc.*|\.?svgo\.config\.\w+"
)
# What plugins look into, and what a bundler without any only resolves names by.
_HINTS = re.compile(r"tsconfig.*\.json|jsconfig\.json")
# What files that read the environment can see of the project.
_SEEN = re.compile(r"\.env.*|app\.json|app\.config\.\w+")
# What a configuration that is a program may read, and of package.json what every other one does.
_PROGRAM, _PACKAGE_FILE = re.compile(r"app\.config\.\w+"), re.compile(r"package\.json")
_SHOWN_FIELDS = ("name", "version")
# Of files of the environment: a line that sets more than what is named for the app's own code.
_SETS = re.compile(r"^\s*(?:export\s+)?(?!EXPO_PUBLIC_)\w+\s*[=:]", re.MULTILINE)
_APPS_OWN = "EXPO_PUBLIC_"
# A configuration that reads more than itself and packages: other files, the machine, or styles made of all sources.
_IMPURE = re.compile(
    r"""require\s*\(\s*[^'")\s]|require\s*\(\s*['"]\.|from\s+['"]\.|import\s*\(|import\.meta|createRequire"""
    r"""|['"](node:)?(fs|fs/promises|child_process|os|vm|module|worker_threads)['"]|nativewind|tailwind|uniwind|postcss"""
    r"""|\bfs\b|['"`]\.\.?/|\breadFile|\bDate\b|\brandom\b|\beval\b|\bFunction\b|binding"""
)
# A configuration that may say something else with another environment; Node's own mode is always the same.
_ASKS = re.compile(r"\benv\b(?!\s*\.\s*NODE_ENV\b)|\bargv\b|\bprocess\s*\[")
_PACKAGE = re.compile(r"""['"`](?:module:)?((?:@[\w.-]+/)?[\w.-]+)(?:/[^'"`]*)?['"`]""")
# Packages that are known to make of a file what follows from it, its path and their options alone.
_PURE = re.compile(
    r"@babel/.*|@react-native/.*|@expo/metro(-config)?|babel-preset-expo|expo|expo-router|metro(-.*)?|react-native"
    r"|react-native-reanimated|react-native-worklets|react-native-paper|babel-plugin-react-compiler|react|react-dom"
    r"|babel-plugin-transform-remove-console|babel-plugin-styled-components|babel-plugin-react-native-web|path|url"
    r"|react-native-svg-transformer|react-native-web|react-native-svg|typescript|svg"
)
# These look for which files there are, and not into them.
_LOOKING = re.compile(r"babel-plugin-module-resolver|module-resolver")
# What turns sources into code, with all it needs.
_TOOLS = (
    *("babel-preset-expo", "@expo/metro-config", "@expo/metro", "@expo/cli", "@babel/core", "@babel/runtime"),
    *("@react-native/babel-preset", "@react-native/metro-config", "@react-native/metro-babel-transformer"),
    *("@react-native-community/cli", "metro", "metro-config", "metro-transform-worker", "metro-babel-transformer"),
    *(
        "metro-react-native-babel-preset",
        "react-refresh",
        "babel-plugin-react-compiler",
        "hermes-parser",
        "hermes-compiler",
    ),
    *("sass", "lightningcss", "browserslist", "caniuse-lite", "postcss"),
)
# What those look for, and which version it is; their own needs are the app's.
_NOTICED = (
    *("expo", "expo-router", "expo-widgets", "@expo/ui", "@expo/dom-webview", "expo-modules-core", "react-native"),
    *("react-native-reanimated", "react-native-worklets", "react-native-web", "react", "typescript"),
)
# What holds for one folder and those in it, for a transformer that looks there.
_NESTED = re.compile(r"\.babelrc(\.\w+)?|\.babelignore|babel\.config\.\w+|package\.json|\.browserslistrc|\.svgrrc.*")
# Neither a configuration nor read as one: what a bundler reads anew in each build.
_SOURCE = re.compile(r"(?!\.)(?!.*\.(?:config|setup)\.)[^.]+(?:\.(?:ios|android|native|web))?\.[jt]sx?")
_PACKAGES_FOLDER = "node_modules"
_AT_ONCE = 1000


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
    # Of files that a program which goes on running may have read and kept: those up to the top that are no sources.
    standing: str


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


async def metro_keys(
    reader: MirrorReader, commit: str, app: DetectedApp, inputs: BuildInputs, packages: Mapping[str, Mapping[str, Any]]
) -> MetroKeys:
    """Compute the keys of caches that outlive a build; `packages` is npm's list of what was installed, by place."""
    found = await _files_that_matter(reader, commit, app)
    tree = await reader.tree_of(commit)
    settings = [[name, value] for name, value in sorted(inputs.environment.items())]
    everyones = [each for each in settings if not each[0].startswith(_APPS_OWN)]
    text = "\n".join(found.configs.values())
    named = _packages_in([text])
    tools = toolchain_key(packages, named, inputs)
    fixed = {key: app.package.get(key) for key in ("babel", "browserslist", "type", "sideEffects")}
    top = app.at("package.json")
    nested = [entry for entry in found.nested if entry.path != top]
    version: list[Any] = [tools, found.oids(_CONFIGS), _oids(nested), _oids(found.brought), fixed, everyones]
    if any(_SETS.search(each) for each in found.environments.values()):
        version.append(found.oids(re.compile(r"\.env.*")))
    if text or app.package.get("babel"):
        version.append(found.oids(_HINTS))
        text += json.dumps(app.package.get("babel"))
        if _ASKS.search(text):
            version += [settings, found.oids(_SEEN), found.oids(_PACKAGE_FILE)]
        version.append(await _rest_that_is_read(reader, commit, tree, text, named & _names_in(packages)))
    # A tool that is a folder of the repository keeps its version when its files change.
    if not packages or any(packages[place].get("link") for place in _closure(packages, named)):
        version.append(tree)
    shown: list[Any] = [app.package.get(name) for name in _SHOWN_FIELDS]
    if found.oids(_PROGRAM):
        # It may read any file, and say of it what it likes.
        shown = [tree]
    salt = [dict(inputs.environment), found.oids(_SEEN), shown, tools]
    standing = _oids([*(each for each in found.entries if not _SOURCE.fullmatch(each.name)), *found.nested])
    hashed = {"version": version, "salt": salt, "standing": standing}
    return MetroKeys(toolchain=tools, **{name: sha256_hex(canonical_json(of)) for name, of in hashed.items()})


@dataclass(frozen=True, slots=True)
class _Found:
    """Files between the top and the app that configure something: all of them, and the texts of some by path."""

    entries: Sequence[TreeEntry]
    brought: Sequence[TreeEntry]
    nested: Sequence[TreeEntry]
    configs: Mapping[str, str]
    environments: Mapping[str, str]

    def oids(self, names: re.Pattern[str]) -> list[list[str]]:
        """Say what those with such names hold."""
        return _oids([entry for entry in self.entries if names.fullmatch(entry.name)])


async def _files_that_matter(reader: MirrorReader, commit: str, app: DetectedApp) -> _Found:
    listed = [
        entry
        for folder in _from_top(app.directory)
        for entry in await reader.list_tree(commit, folder, limit=_MOST_NAMES)
    ]
    files = [entry for entry in listed if entry.type is not EntryType.FOLDER]

    async def texts(names: str | re.Pattern[str]) -> dict[str, str]:
        wanted = [entry for entry in files if re.fullmatch(names, entry.name)]
        blobs = await reader.read_blobs([entry.oid for entry in wanted], max_bytes=_LARGEST_CONFIG)
        # What is too large to be looked through may say anything.
        said = [(blob.data if blob.data is not None else b"ANY=import(").decode("utf-8", "replace") for blob in blobs]
        return {entry.path: text for entry, text in zip(wanted, said, strict=True)}

    brought = [entry for entry in listed if entry.name == _PACKAGES_FOLDER]
    return _Found(files, brought, await _nested(reader, commit), await texts(_CONFIGS), await texts(r"\.env.*"))


async def _nested(reader: MirrorReader, commit: str) -> list[TreeEntry]:
    """Find what configures Babel for a folder of its own, wherever that lies."""
    found: list[TreeEntry] = []
    after = None
    while some := await reader.list_tree(commit, recursive=True, limit=_AT_ONCE, after=after):
        found += [entry for entry in some if _NESTED.fullmatch(entry.name) and not _is_packages_own(entry.path)]
        after = some[-1].path
    return found


def _is_packages_own(path: str) -> bool:
    return _PACKAGES_FOLDER in path.split("/")


async def _rest_that_is_read(
    reader: MirrorReader, commit: str, tree: str, configs: str, packages: frozenset[str]
) -> str | None:
    """Say what else a configuration's results follow from: nothing, which files there are, or all of them."""
    others = [name for name in packages if not _PURE.fullmatch(name)]
    if _IMPURE.search(configs) or not all(_LOOKING.fullmatch(name) for name in others):
        return tree
    if not others:
        return None
    paths: list[str] = []
    while some := await reader.list_tree(commit, recursive=True, limit=_AT_ONCE, after=paths[-1] if paths else None):
        paths += [entry.path for entry in some]
    return sha256_hex(canonical_json(paths))


def toolchain_key(packages: Mapping[str, Mapping[str, Any]], named: Iterable[str], inputs: BuildInputs) -> str:
    """Hash the versions of whatever transforms sources: the tools, what configurations name, and all these need.

    A dependency that only the app uses is not among them, so that adding one leaves the caches warm, and apps of other
    projects have the same key. `packages` are as in package-lock.json, version 2 or 3; without them nothing is known.
    """
    found = {place: _told(packages[place]) for place in _closure(packages, named)}
    scripts = ["scripts"] if inputs.allow_scripts else []
    return sha256_hex(canonical_json([BUILDER_VERSION, inputs.toolchain.node, found, *scripts]))


def _closure(packages: Mapping[str, Mapping[str, Any]], named: Iterable[str]) -> set[str]:
    """Find the places of what toolchain_key speaks of."""
    noticed = [place for name in _NOTICED if (place := _resolve(packages, "", name))]
    waiting = [(place, name) for place in ("", *noticed) for name in sorted({*_TOOLS, *named} - {*_NOTICED})]
    found: set[str] = set()
    while waiting:
        place = _resolve(packages, *waiting.pop())
        if place is None or place in found or _name_of(place) in _NOTICED:
            continue
        found.add(place)
        waiting += [(place, name) for name in _needs(packages[place])]
    return found | {*noticed}


def _told(entry: Mapping[str, Any]) -> list[Any]:
    return [entry.get("version"), entry.get("integrity"), entry.get("resolved")]


def _name_of(place: str) -> str:
    return place.rpartition(f"{_PACKAGES_FOLDER}/")[2]


def _names_in(packages: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(_name_of(place) for place in packages)


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
    kinds = (entry.get(kind) for kind in ("dependencies", "optionalDependencies"))
    return sorted({str(name) for kind in kinds if isinstance(kind, Mapping) for name in kind})


def _packages_in(texts: Iterable[str]) -> frozenset[str]:
    """List all that could be a package's name in configurations, with the long forms of Babel's short ones."""
    names = {match[1] for text in texts for match in _PACKAGE.finditer(text)}
    long = {f"babel-{kind}-{name}" for name in names for kind in ("plugin", "preset")}
    scoped = {name.replace("/", f"/babel-{kind}-", 1) for name in names for kind in ("plugin", "preset")}
    return frozenset(
        names | long | scoped | {f"@babel/{kind}-{name}" for name in names for kind in ("plugin", "preset")}
    )


def _from_top(directory: str) -> list[str]:
    parts = directory.split("/") if directory else []
    return ["", *("/".join(parts[: at + 1]) for at in range(len(parts)))]


def _oids(entries: Iterable[TreeEntry]) -> list[list[str]]:
    return sorted([entry.path, entry.oid] for entry in entries)
