"""One directory as a manifest knows it: entries, sums, and a hash over both their content and their children's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import orjson
import zstandard

from app.core.hashing import sha256_hex

# A stored node is decompressed from our own table; the bound keeps a damaged row from filling memory.
_LARGEST_NODE_BYTES = 256 * 1024 * 1024
_LEVEL = 3


class EntryKind(StrEnum):
    """What a name in a directory stands for. Only folders are gone into; nothing is ever followed."""

    FILE = "file"
    FOLDER = "folder"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"
    LFS = "lfs_pointer"


class Entry(NamedTuple):
    """One name in one directory: git's octal mode, object id, bytes (a folder's sum), language, a folder's hash."""

    name: str
    mode: str
    kind: str
    oid: str
    size: int | None
    language: str | None
    node_hash: str | None


class PackageFile(NamedTuple):
    """A file that describes a package: its path below the directory, its blob and its size."""

    path: str
    oid: str
    size: int


@dataclass(frozen=True, slots=True)
class NodeSummary:
    """What a parent needs to know of a directory. `languages` maps a name to (files, bytes)."""

    tree_oid: str
    node_hash: str
    file_count: int
    total_bytes: int
    languages: Mapping[str, tuple[int, int]]
    package_files: tuple[PackageFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A directory described for the first time. `encoded` is the canonical JSON that `node_hash` is taken over."""

    summary: NodeSummary
    entries: tuple[Entry, ...]
    encoded: bytes


def make_node(
    tree_oid: str,
    entries: tuple[Entry, ...],
    *,
    children: Mapping[str, NodeSummary],
    package_files: tuple[PackageFile, ...] = (),
) -> Node:
    """Hash and sum up a directory; `children` holds the summary of every folder in it, by tree id."""
    encoded = encode_entries(entries)
    files = 0
    total = 0
    languages: dict[str, tuple[int, int]] = {}
    for entry in entries:
        if entry.kind == EntryKind.FOLDER:
            child = children[entry.oid]
            files += child.file_count
            total += child.total_bytes
            for name, (count, size) in child.languages.items():
                before = languages.get(name, (0, 0))
                languages[name] = (before[0] + count, before[1] + size)
        else:
            files += 1
            total += entry.size or 0
            if entry.language is not None:
                count, size = languages.get(entry.language, (0, 0))
                languages[entry.language] = (count + 1, size + (entry.size or 0))
    summary = NodeSummary(tree_oid, sha256_hex(encoded), files, total, languages, package_files)
    return Node(summary, entries, encoded)


def encode_entries(entries: Sequence[Entry]) -> bytes:
    """Write entries as canonical JSON: the same bytes as `core.hashing.canonical_json`, many times faster."""
    return orjson.dumps(entries, default=list)


def decode_entries(encoded: bytes) -> tuple[Entry, ...]:
    """Read entries back; ValueError when these are not ours."""
    try:
        return tuple(Entry(*row) for row in orjson.loads(encoded))
    except TypeError as error:
        raise ValueError("not a list of entries") from error


def compress(encoded: bytes) -> bytes:
    """Make the stored form of a node's entries."""
    return zstandard.compress(encoded, _LEVEL)


def decompress(stored: bytes) -> bytes:
    """Read the stored form of a node's entries; ValueError when it is damaged."""
    try:
        return zstandard.decompress(stored, max_output_size=_LARGEST_NODE_BYTES)
    except zstandard.ZstdError as error:
        raise ValueError("the stored entries are damaged") from error


def languages_to_json(languages: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """Turn language sums into what is stored and shown, the largest first."""
    ranked = sorted(languages.items(), key=lambda item: (-item[1][1], item[0]))
    return {name: {"files": files, "bytes": size} for name, (files, size) in ranked}


def languages_from_json(stored: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Read stored language sums."""
    return {name: (sums["files"], sums["bytes"]) for name, sums in stored.items()}
