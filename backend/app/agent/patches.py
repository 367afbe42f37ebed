"""Reads a patch as git writes it, to the byte, and applies it to bytes. Pure; what does not fit is refused.

A file's result is believed only when its blob id is the one that the patch names.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.agent.errors import PatchRefused
from app.core.hashing import git_blob_id
from app.services.anchors.lines import split_lines

_INDEX = re.compile(rb"index ([0-9a-f]{40})\.\.([0-9a-f]{40})(?: ([0-7]{6}))?\n")
_MODE = re.compile(rb"(new|deleted) file mode ([0-7]{6})\n")
_RANGE = re.compile(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@.*\n")
_NO_LINE_END = b"\\ No newline at end of file\n"
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPES = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}
_NO_BLOB = "0" * 40
_PLAIN_MODES = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class PatchHunk:
    """Lines that stand at a place, 0-based, and those that come there."""

    start: int
    old: tuple[bytes, ...]
    new: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class FilePatch:
    """What happens to one file. A blob is None where there is no file before, or after."""

    path: str
    mode: str
    old_blob: str | None
    new_blob: str | None
    hunks: tuple[PatchHunk, ...]

    def applied(self, old: bytes | None) -> bytes | None:
        """Give the file afterwards, None for none; PatchRefused when `old` is not its base or the result another."""
        if (None if old is None else git_blob_id(old)) != self.old_blob:
            raise PatchRefused(path=self.path, reason="base")
        lines = split_lines(old or b"")
        parts: list[bytes] = []
        done = 0
        for hunk in self.hunks:
            end = hunk.start + len(hunk.old)
            if hunk.start < done or tuple(lines[hunk.start : end]) != hunk.old:
                raise PatchRefused(path=self.path, reason="hunk")
            parts += [*lines[done : hunk.start], *hunk.new]
            done = end
        new = b"".join([*parts, *lines[done:]])
        if self.new_blob is None:
            if new:
                raise PatchRefused(path=self.path, reason="result")
            return None
        if git_blob_id(new) != self.new_blob:
            raise PatchRefused(path=self.path, reason="result")
        return new


def read_patch(data: bytes) -> list[FilePatch]:
    """Read a whole patch; PatchRefused for what git would not have written, links and submodules among it."""
    found = list(_files(_Lines(split_lines(data))))
    paths = [each.path for each in found]
    if len(set(paths)) != len(paths):
        raise PatchRefused(reason="twice")
    return found


class _Lines:
    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines, self._at = lines, 0

    @property
    def now(self) -> bytes:
        return self._lines[self._at] if self._at < len(self._lines) else b""

    def take(self) -> bytes:
        line = self.now
        if not line:
            raise PatchRefused(reason="cut_short")
        self._at += 1
        return line


def _files(lines: _Lines) -> Iterator[FilePatch]:
    while lines.now:
        path = _path_in(lines.take())
        mode, before, after = "", True, True
        if found := _MODE.fullmatch(lines.now):
            before, after = found[1] != b"new", found[1] != b"deleted"
            mode = found[2].decode()
            lines.take()
        index = _INDEX.fullmatch(lines.take())
        if index is None:
            raise PatchRefused(path=path, reason="form")
        mode = mode or (index[3] or b"").decode()
        old, new = index[1].decode(), index[2].decode()
        if mode not in _PLAIN_MODES or (old == _NO_BLOB) is before or (new == _NO_BLOB) is after:
            raise PatchRefused(path=path, reason="mode")
        hunks = tuple(_hunks(lines, path))
        yield FilePatch(path, mode, old if before else None, new if after else None, hunks)


def _hunks(lines: _Lines, path: str) -> Iterator[PatchHunk]:
    if not lines.now.startswith(b"--- "):
        return
    lines.take()
    if not lines.take().startswith(b"+++ "):
        raise PatchRefused(path=path, reason="form")
    while lines.now.startswith(b"@@ "):
        found = _RANGE.fullmatch(lines.take())
        if found is None:
            raise PatchRefused(path=path, reason="form")
        old_size, new_size = int(found[2] or 1), int(found[4] or 1)
        if old_size > 10_000_000 or new_size > 10_000_000:
            raise PatchRefused(path=path, reason="form")
        # An empty range is named by the line before it.
        start = int(found[1]) - (1 if old_size else 0)
        if start < 0:
            raise PatchRefused(path=path, reason="form")
        yield _body(lines, path, start, (old_size, new_size))


def _body(lines: _Lines, path: str, start: int, sizes: tuple[int, int]) -> PatchHunk:
    old: list[bytes] = []
    new: list[bytes] = []
    while (len(old), len(new)) != sizes:
        line = lines.take()
        mark, text = line[:1], line[1:]
        if lines.now == _NO_LINE_END:
            lines.take()
            text = text.removesuffix(b"\n")
        if mark not in (b" ", b"-", b"+") or len(old) > sizes[0] or len(new) > sizes[1]:
            raise PatchRefused(path=path, reason="form")
        if mark != b"+":
            old.append(text)
        if mark != b"-":
            new.append(text)
    return PatchHunk(start, tuple(old), tuple(new))


def _path_in(line: bytes) -> str:
    """Read `diff --git a/PATH b/PATH`: both halves are of one length, whatever is in them."""
    text = line.removeprefix(b"diff --git ").removesuffix(b"\n")
    half = (len(text) - 1) // 2
    before, after = text[:half], text[half + 1 :]
    if line == text or text[half : half + 1] != b" ":
        raise PatchRefused(reason="form")
    old, new = _unquoted(before), _unquoted(after)
    if not old.startswith(b"a/") or not new.startswith(b"b/") or old[2:] != new[2:]:
        raise PatchRefused(reason="form")
    try:
        return old[2:].decode()
    except UnicodeDecodeError:
        raise PatchRefused(reason="name") from None


def _unquoted(text: bytes) -> bytes:
    if not (text.startswith(b'"') and text.endswith(b'"') and len(text) > 1):
        return text
    return _ESCAPE.sub(_unescaped, text[1:-1])


def _unescaped(found: re.Match[bytes]) -> bytes:
    what = found[1]
    return bytes([int(what, 8) & 255]) if len(what) == 3 else _ESCAPES.get(what, what)
