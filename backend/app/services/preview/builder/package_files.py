"""What a project says it depends on: package.json, its lock file and .npmrc, cleaned of what is not about that.

Everything is read without following links, and bounded. What an install is given is what its key is made of.
"""

import errno
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from app.adapters.files.rooted import PathLeaves, RootedFolder
from app.core.hashing import canonical_json, sha256_hex
from app.services.preview.errors import BundleIncomplete, MissingDependencies

MOST_MANIFEST_BYTES = 1024**2
MOST_LOCK_BYTES = 64 * 1024**2
# Packages that lie in the repository and are packed.
_MOST_PACKED_BYTES = 64 * 1024**2
_MOST_OWN_PACKAGES = 500

_LOCKS = ("npm-shrinkwrap.json", "package-lock.json")
_FOREIGN_LOCKS = ("yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb")
_KINDS = ("dependencies", "devDependencies", "optionalDependencies")
# Scripts of the project itself are not among them: they would run without the project.
_FIELDS = (
    *("name", "version", *_KINDS, "peerDependencies", "peerDependenciesMeta", "overrides", "workspaces"),
    *("bundleDependencies", "bundledDependencies", "engines"),
)
# Settings of npm that change which packages are installed, and nothing else.
_HARMLESS = frozenset(
    ("legacy-peer-deps", "strict-peer-deps", "omit", "include", "engine-strict", "prefer-dedupe", "install-strategy")
)
_SETTING = re.compile(r"([a-z-]+)(?:\[\])?\s*=\s*([A-Za-z0-9._-]*)")
_FROM_ELSEWHERE = re.compile(r"^(?:git[+:@]|github:|gitlab:|bitbucket:|gist:|ssh:|https?:|[\w.-]+/[\w.-]+(?:#|$))")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an install is given, by path below the project; `packages` is the lock file's own list, by place."""

    files: Mapping[str, bytes]
    packages: Mapping[str, Mapping[str, Any]] | None
    lockfile_sha256: str | None
    notes: tuple[str, ...]
    # Whether the lock file is of this package.json, so that it alone says what is installed.
    lock_fits: bool = False

    @property
    def beside(self) -> str:
        """Name what an install is given beside package.json and its lock file."""
        others = {path: sha256_hex(data) for path, data in self.files.items() if path not in ("package.json", *_LOCKS)}
        return sha256_hex(canonical_json(others))

    @property
    def is_empty(self) -> bool:
        """Say whether it depends on nothing."""
        manifest = json.loads(self.files["package.json"])
        return self.packages is None and not any(manifest.get(kind) for kind in (*_KINDS, "workspaces"))

    def key(self, **facts: str | bool) -> str:
        """Name what an install gives: SHA-256 of all it is given, and of the facts that it depends on besides."""
        contents = {path: sha256_hex(data) for path, data in self.files.items()}
        return sha256_hex(canonical_json({"files": contents, "facts": facts}))


def read_wanted(project: Path) -> Wanted:
    """Read what a checked out project depends on; BundleIncomplete, MissingDependencies say what is wrong with it."""
    tree = RootedFolder(project)
    manifest = _json(_read(tree, "package.json", MOST_MANIFEST_BYTES), "package.json")
    if manifest is None:
        raise BundleIncomplete("There is no package.json where the app should be.", missing="package.json")
    reduced = {name: manifest[name] for name in _FIELDS if name in manifest}
    files, notes = {"package.json": canonical_json(reduced)}, list(_about_elsewhere(reduced))
    lock_name, lock = next(((name, data) for name in _LOCKS if (data := _read(tree, name, MOST_LOCK_BYTES))), ("", b""))
    if lock:
        files[lock_name] = lock
    else:
        notes.append("There is no package-lock.json: versions are not pinned, and builds may differ from yours.")
    foreign = [name for name in _FOREIGN_LOCKS if not lock and (project / name).is_file()]
    notes += [f"{name} is not read: only npm's lock file is." for name in foreign]
    kept, dropped = sanitised(_read(tree, ".npmrc", MOST_MANIFEST_BYTES) or b"")
    if kept:
        files[".npmrc"] = kept
    notes += [f".npmrc: {name} is ignored." for name in dropped]
    files |= dict(_own_packages(tree, reduced, _json(lock, lock_name) if lock else None))
    parsed = _json(lock, lock_name) if lock else None
    packages = _packages(parsed)
    return Wanted(files, packages, sha256_hex(lock) if lock else None, tuple(notes), _fits(parsed, reduced))


def _fits(lock: Mapping[str, Any] | None, manifest: Mapping[str, Any]) -> bool:
    """Say whether a lock file was made of what a package.json asks for, and of nothing that may differ besides."""
    places = (lock or {}).get("packages")
    root = places.get("") if isinstance(places, dict) else None
    if not isinstance(root, dict) or any(manifest.get(name) for name in ("overrides", "workspaces")):
        return False
    asked = (*_KINDS, "peerDependencies", "bundleDependencies", "bundledDependencies")
    return all((root.get(name) or {}) == (manifest.get(name) or {}) for name in asked)


def sanitised(text: bytes) -> tuple[bytes, list[str]]:
    """Keep the lines of an .npmrc that are known to be harmless; the names of the others, without their values."""
    kept, dropped = [], []
    for line in map(str.strip, text.decode("utf-8", "replace").splitlines()):
        if not line or line[0] in "#;[":
            continue
        found = _SETTING.fullmatch(line)
        if found and found[1] in _HARMLESS:
            kept.append(line)
        else:
            name = line.partition("=")[0].strip()
            dropped.append("".join(char for char in name if char.isprintable())[:80])
    return "".join(f"{line}\n" for line in kept).encode(), dropped


def _packages(lock: Mapping[str, Any] | None) -> Mapping[str, Mapping[str, Any]] | None:
    """The list of a lock file of version 2 or 3; older ones have none."""
    found = (lock or {}).get("packages")
    if not isinstance(found, dict):
        return None
    return {place: about for place, about in found.items() if place and isinstance(about, dict)}


def _about_elsewhere(manifest: Mapping[str, Any]) -> Iterator[str]:
    for kind in _KINDS:
        for name, wanted in _strings(manifest.get(kind)):
            if _FROM_ELSEWHERE.match(wanted):
                yield f"{name} comes from {wanted[:200]}, not from the registry: builds reach the registry only."


def _own_packages(
    tree: RootedFolder, manifest: Mapping[str, Any], lock: Mapping[str, Any] | None
) -> Iterator[tuple[str, bytes]]:
    """Give what lies in the repository itself: packed packages whole, of folders what they depend on."""
    places = [wanted[5:] for kind in _KINDS for _, wanted in _strings(manifest.get(kind)) if wanted.startswith("file:")]
    listed = (lock or {}).get("packages")
    for place, about in listed.items() if isinstance(listed, dict) else ():
        if place and "node_modules" not in place.split("/"):
            places.append(place)
        if isinstance(about, dict) and str(about.get("resolved", "")).startswith("file:"):
            places.append(about["resolved"][5:])
    places += _workspaces(tree, manifest.get("workspaces"))
    for place in sorted({str(PurePosixPath(place)) for place in places})[:_MOST_OWN_PACKAGES]:
        is_packed = place.endswith((".tgz", ".tar.gz", ".tar"))
        name = place if is_packed else f"{place}/package.json"
        data = _read(tree, name, _MOST_PACKED_BYTES if is_packed else MOST_MANIFEST_BYTES)
        if data is None:
            continue  # npm says better what it misses.
        if not is_packed:
            about = _json(data, name) or {}
            data = canonical_json({field: about[field] for field in (*_FIELDS, "bin") if field in about})
        yield name, data


def _workspaces(tree: RootedFolder, patterns: Any) -> list[str]:
    """Find folders by patterns such as `packages/*`."""
    if isinstance(patterns, dict):
        patterns = patterns.get("packages")
    found = []
    for pattern in (each for each in patterns if isinstance(each, str)) if isinstance(patterns, list) else ():
        place = pattern.removeprefix("./").rstrip("/")
        if not place.endswith("/*"):
            found.append(place)
            continue
        try:
            found += [f"{place[:-2]}/{name}" for name in tree.names(place[:-2])]
        except (PathLeaves, OSError):
            continue
    return found


def _strings(found: Any) -> list[tuple[str, str]]:
    return [(name, text) for name, text in found.items() if isinstance(text, str)] if isinstance(found, dict) else []


def _read(tree: RootedFolder, path: str, most: int) -> bytes | None:
    """Read a plain file; None where there is none, MissingDependencies where it is a link, or too large."""
    try:
        with tree.file(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
            data = file.read(most + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        if problem.errno != errno.ENAMETOOLONG:
            raise
        return None
    except PathLeaves as leaves:
        raise MissingDependencies(f"{path[:200]} is a link, or leads out of the project.", path=path[:200]) from leaves
    if len(data) > most:
        raise MissingDependencies(f"{path[:200]} is larger than {most} bytes.", path=path[:200])
    return data


def _json(data: bytes | None, name: str) -> dict[str, Any] | None:
    if data is None:
        return None
    try:
        found = json.loads(data, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError) as problem:
        raise MissingDependencies(f"{name} is not JSON.", path=name) from problem
    if not isinstance(found, dict):
        raise MissingDependencies(f"{name} is not a JSON object.", path=name)
    return found


def _finite(text: str) -> float:
    """Read a number; ValueError for those that JSON has not, though Python would read them."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number
