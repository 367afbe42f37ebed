"""The list of files that a folder sync begins with: read, held against the limits, and written down (pure)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.adapters.git.errors import FolderRefused
from app.adapters.git.port import FolderFile
from app.config.folders import FolderSettings
from app.core.errors import Invalid
from app.services.folders.errors import FolderTooLarge
from app.services.folders.paths import PathCheck

MODES = ("100644", "100755")
# A person reads some and mends the cause; a list of a hundred thousand helps nobody.
MOST_PROBLEMS = 100
_HEX = frozenset("0123456789abcdef")
_FIELDS = frozenset({"sha256", "size", "mode"})
_LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder as it was announced: its files in the order of their paths, and the commit it was compared with."""

    files: tuple[FolderFile, ...]
    base_commit: str | None
    total_bytes: int

    @property
    def sizes(self) -> dict[bytes, int]:
        """The size of each content, by its SHA-256."""
        return {bytes.fromhex(file.sha256): file.size for file in self.files}

    def encode(self) -> bytes:
        """Write it down."""
        return orjson.dumps(self.files, default=list)


def decode_files(encoded: bytes) -> tuple[FolderFile, ...]:
    """Read files back that `encode` wrote."""
    return tuple([FolderFile(*row) for row in orjson.loads(encoded)])


def parse_listing(body: bytes, limits: FolderSettings) -> Listing:
    """Read `{files: {path: {sha256, size, mode}}, base_commit?}`; FolderRefused names what cannot be kept.

    Invalid when it has another shape, FolderTooLarge when it is beyond a limit.
    """
    try:
        asked = orjson.loads(body)
    except ValueError as error:
        raise Invalid("The body is not JSON.") from error
    if not isinstance(asked, dict) or not isinstance(asked.get("files"), dict) or asked.keys() - _KNOWN:
        raise Invalid("Send {files: {path: {sha256, size, mode}}, base_commit?} and nothing else.")
    base = asked.get("base_commit")
    if base is not None and not (isinstance(base, str) and len(base) == _COMMIT_DIGITS and _HEX.issuperset(base)):
        raise Invalid("base_commit is a commit's 40 hexadecimal digits (40 zeros: there was none), or null.")
    named: dict[str, Any] = asked["files"]
    if not named:
        raise FolderRefused("There is no file in that folder. Syncing it would delete everything.")
    if len(named) > limits.max_files:
        raise FolderTooLarge(files=len(named), most_files=limits.max_files)
    files = tuple(_Reading(limits).files(sorted(named.items())))
    total = sum(file.size for file in files)
    if total > limits.max_bytes:
        raise FolderTooLarge(bytes=total, most_bytes=limits.max_bytes)
    return Listing(files, base, total)


_KNOWN = frozenset({"files", "base_commit"})
_COMMIT_DIGITS = 40


@dataclass(slots=True)
class _Reading:
    """Goes through what was named, and gathers what is wrong."""

    limits: FolderSettings
    problems: list[dict[str, str]] = field(default_factory=list)
    count: int = 0
    _sizes: dict[str, int] = field(default_factory=dict)

    def files(self, named: Iterable[tuple[str, Any]]) -> Iterator[FolderFile]:
        """Give each file; FolderRefused at the end when any of them cannot be kept."""
        check = PathCheck()
        for path, told in named:
            problem = check.problem(path) or self._problem(told)
            if problem is None:
                yield FolderFile(path, told["mode"], told["sha256"], told["size"])
                continue
            self.count += 1
            if len(self.problems) < MOST_PROBLEMS:
                self.problems.append({"path": path[:_LONGEST_SHOWN], "problem": problem})
        if self.problems:
            first = self.problems[0]
            more = f" {self.count - 1:,} more are listed in details.problems." if self.count > 1 else ""
            raise FolderRefused(
                f"'{first['path']}' cannot be kept: {first['problem']}.{more}", problems=self.problems, count=self.count
            )

    def _problem(self, told: Any) -> str | None:
        if not isinstance(told, Mapping) or told.keys() != _FIELDS:
            return "it is told by sha256, size and mode"
        sha256, size, mode = told["sha256"], told["size"], told["mode"]
        if not (isinstance(sha256, str) and len(sha256) == 64 and _HEX.issuperset(sha256)):
            return "its sha256 is not 64 hexadecimal digits in lower case"
        if mode not in MODES:
            return _mode_problem(mode)
        if type(size) is not int or size < 0:
            return "its size is not a count of bytes"
        if size > self.limits.max_file_bytes:
            return f"it has {size:,} bytes, and {self.limits.max_file_bytes:,} are accepted"
        if self._sizes.setdefault(sha256, size) != size:
            return "another file has the same sha256 and another size"
        return None


def _mode_problem(mode: Any) -> str:
    if mode == "120000":
        return "it is a symbolic link, which could lead out of the folder; leave it out, or send a copy of the file"
    return "its mode is neither '100644' nor '100755'"
