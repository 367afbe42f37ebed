"""Which files of a commit have names that can be read: by path and by contents. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

import orjson
import zstandard

from app.adapters.syntax.symbols.extract import LANGUAGES
from app.services.manifest.diff import Change, ChangeStatus
from app.services.manifest.nodes import Entry, EntryKind

# Many times the largest projects that were looked at; more files are left out, and counted.
MOST_FILES = 100_000
_LARGEST_LISTING = 64 * 1024**2
_LONGEST_PATH = 4096


class Key(NamedTuple):
    """What is read once: a blob, as a language."""

    blob: str
    language: str


class Listing:
    """The files of one state of a mirror. `skipped`: how many files in these languages were left out."""

    def __init__(self, files: Mapping[str, Key], skipped: int = 0) -> None:
        self.files = dict(sorted(files.items()))
        self.skipped = skipped

    @cached_property
    def paths(self) -> dict[Key, list[str]]:
        """The paths of each thing to read: the same contents may stand in several places."""
        found: defaultdict[Key, list[str]] = defaultdict(list)
        for path, key in self.files.items():
            found[key].append(path)
        return dict(found)

    @property
    def keys(self) -> set[Key]:
        """Everything there is to read."""
        return set(self.files.values())

    def below(self, prefix: str) -> Iterator[str]:
        """The paths of a folder, or of one file; all for ""."""
        folder = f"{prefix.rstrip('/')}/"
        return (path for path in self.files if not prefix or path == prefix or path.startswith(folder))

    def encode(self) -> bytes:
        """Write the stored form."""
        rows = [[path, *key] for path, key in self.files.items()]
        return zstandard.ZstdCompressor(level=3).compress(orjson.dumps([self.skipped, rows]))

    @classmethod
    def decode(cls, stored: bytes) -> "Listing":
        """Read it back; ValueError when it is not ours."""
        try:
            read = zstandard.ZstdDecompressor().decompress(stored, max_output_size=_LARGEST_LISTING)
            skipped, rows = orjson.loads(read)
            return cls({path: Key(blob, language) for path, blob, language in rows}, skipped)
        except (zstandard.ZstdError, TypeError, ValueError) as error:
            raise ValueError("not a listing") from error

    @classmethod
    def of(cls, entries: Iterable[tuple[str, Entry]]) -> "Listing":
        """List the entries that can be read, those with the shortest paths first where there are too many."""
        files = {path: Key(entry.oid, entry.language or "") for path, entry in entries if _is_read(path, entry)}
        if len(files) <= MOST_FILES:
            return cls(files)
        kept = sorted(files, key=lambda path: (path.count("/"), path))[:MOST_FILES]
        return cls({path: files[path] for path in kept}, len(files) - MOST_FILES)

    def changed(self, changes: Iterable[Change]) -> "Listing":
        """Give the listing after some changes."""
        files = dict(self.files)
        for change in changes:
            files.pop(change.old_path or change.path, None)
            if change.status is not ChangeStatus.REMOVED and change.after and _is_read(change.path, change.after):
                files[change.path] = Key(change.after.oid, change.after.language or "")
        return Listing(files, self.skipped)


def _is_read(path: str, entry: Entry) -> bool:
    is_file = entry.kind == EntryKind.FILE and entry.language in LANGUAGES
    # Names that are not plain text are shown escaped, and cannot be asked for.
    return is_file and len(path) <= _LONGEST_PATH and path.isprintable() and "\\" not in path
