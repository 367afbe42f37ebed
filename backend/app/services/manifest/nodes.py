"""One directory as a manifest knows it: entries, sums, and a hash over both their content and their children's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
import zstandard

from app.core.hashing import sha256_hex

# A stored node is decompressed from our own table; the bound keeps a damaged row from filling memory.
_LARGEST_NODE_BYTES = 256 * 1024 * 1024
# Half of an entry is an object's id, which no level makes smaller.
_LEVEL = 1
_name = itemgetter(0)


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


_FIELDS = len(Entry._fields)
# What `Entry._make` does, without its call: nodes have many entries, and all of them are read.
_as_entry: Callable[[list[Any]], Entry] = partial(tuple.__new__, Entry)


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


class Sums:
    """Files, bytes and languages below a directory, while its entries are counted."""

    __slots__ = ("files", "languages", "total")

    def __init__(self, start: NodeSummary | None = None) -> None:
        """Begin at nothing, or at what an earlier state of the directory held."""
        self.files = start.file_count if start else 0
        self.total = start.total_bytes if start else 0
        self.languages = dict(start.languages) if start else {}

    def count(self, entry: Entry, children: Mapping[str, NodeSummary], *, times: int = 1) -> None:
        """Add an entry, or with -1 take it away; `children` holds the summaries of folders by tree id."""
        if entry.kind == "folder":
            child = children[entry.oid]
            self.files += times * child.file_count
            self.total += times * child.total_bytes
            for name, (files, size) in child.languages.items():
                self._language(name, times * files, times * size)
            return
        size = entry.size or 0
        self.files += times
        self.total += times * size
        if entry.language is not None:
            self._language(entry.language, times, times * size)

    def _language(self, name: str, files: int, size: int) -> None:
        before = self.languages.get(name, (0, 0))
        after = (before[0] + files, before[1] + size)
        if after[0]:
            self.languages[name] = after
        else:
            self.languages.pop(name, None)


def make_node(tree_oid: str, entries: tuple[Entry, ...], sums: Sums, packages: tuple[PackageFile, ...]) -> Node:
    """Hash a directory whose entries have been counted."""
    encoded = encode_entries(entries)
    summary = NodeSummary(tree_oid, sha256_hex(encoded), sums.files, sums.total, sums.languages, packages)
    return Node(summary, entries, encoded)


def in_order(entries: list[Entry]) -> tuple[Entry, ...]:
    """Put entries into the order in which they are hashed: by name."""
    entries.sort(key=_name)
    return tuple(entries)


def encode_entries(entries: Sequence[Entry]) -> bytes:
    """Write entries as canonical JSON: the same bytes as `core.hashing.canonical_json`, many times faster."""
    return orjson.dumps(entries, default=list)


def decode_entries(encoded: bytes) -> tuple[Entry, ...]:
    """Read entries back; ValueError when these are not ours."""
    rows = orjson.loads(encoded)
    try:
        if any(len(row) != _FIELDS for row in rows):
            raise ValueError("not a list of entries")
        return tuple(map(_as_entry, rows))
    except TypeError as error:
        raise ValueError("not a list of entries") from error


def compressor() -> Callable[[bytes], bytes]:
    """Make a function that gives the stored form of nodes' entries. It is for one thread; making one is not cheap."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress


def decompressor() -> Callable[[bytes], bytes]:
    """Make a function that reads the stored form back, for one thread; ValueError when it is damaged."""
    read = zstandard.ZstdDecompressor().decompress

    def decompress(stored: bytes) -> bytes:
        try:
            return read(stored, max_output_size=_LARGEST_NODE_BYTES)
        except zstandard.ZstdError as error:
            raise ValueError("the stored entries are damaged") from error

    return decompress


def encode_sums(summary: NodeSummary) -> bytes:
    """Make the stored form of a directory's languages and package files."""
    return orjson.dumps([summary.languages, summary.package_files], default=list)


def decode_sums(stored: bytes) -> tuple[dict[str, tuple[int, int]], tuple[PackageFile, ...]]:
    """Read languages and package files back; ValueError when these are not ours."""
    try:
        languages, packages = orjson.loads(stored)
        sums = {name: (files, size) for name, (files, size) in languages.items()}
        return sums, tuple([PackageFile(*each) for each in packages])
    except (TypeError, AttributeError) as error:
        raise ValueError("not a directory's sums") from error


def languages_to_json(languages: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """Turn language sums into what people see, the largest first."""
    ranked = sorted(languages.items(), key=lambda item: (-item[1][1], item[0]))
    return {name: {"files": files, "bytes": size} for name, (files, size) in ranked}
