"""Edits: runs of whole lines, as exact bytes, that replace others in a file. Pure.

Positions are those of the old file, so any selection of edits can be applied. Bytes are never decoded.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from app.services.anchors.lines import changed_runs, split_lines


class EditMismatch(ValueError):
    """The file does not hold, at an edit's place, the bytes that the edit replaces."""

    def __init__(self, index: int, *, expected: bytes, found: bytes) -> None:
        """Say which edit (from 0), what it expected and what is there."""
        super().__init__(f"edit {index} does not fit: other bytes stand at its place")
        self.index = index
        self.expected = expected
        self.found = found


class UnsoundEdits(ValueError):
    """These edits overlap, stand in the wrong order, or would glue two lines together."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `new` in place of `old` at 1-based line `old_start`; an insertion goes before that line."""

    old_start: int
    old: bytes
    new: bytes

    @property
    def old_end(self) -> int:
        """The 1-based line after the last one replaced; `old_start` for an insertion."""
        return self.old_start + count_lines(self.old)


@dataclass(frozen=True, slots=True)
class FileEdits:
    """What happens to one file. `old` is None when it is created, `new` when it is deleted.

    A created or deleted file has exactly one edit, even an empty one, so that it can be chosen.
    """

    path: str
    mode: str
    old: bytes | None
    new: bytes | None
    edits: tuple[Edit, ...]

    @classmethod
    def between(cls, path: str, old: bytes | None, new: bytes | None, *, mode: str = "100644") -> "FileEdits":
        """Find the edits that lead from one version to the other."""
        if old is None or new is None:
            edits: tuple[Edit, ...] = () if old is new else (Edit(1, old or b"", new or b""),)
        else:
            edits = diff_hunks(old, new)
        return cls(path, mode, old, new, edits)

    def only(self, chosen: Collection[int]) -> "FileEdits":
        """Keep the edits with these indexes; what results may change nothing."""
        edits = tuple(edit for index, edit in enumerate(self.edits) if index in chosen)
        if self.old is None or self.new is None:
            return self if edits else replace(self, new=self.old, edits=())
        return replace(self, new=apply_edits(self.old, edits), edits=edits)

    def reversed(self) -> "FileEdits":
        """Give the change that takes this one back."""
        return replace(self, old=self.new, new=self.old, edits=reverse(self.edits))


def count_lines(data: bytes) -> int:
    """Count lines; a last one without a line end counts."""
    return data.count(b"\n") + (not data.endswith(b"\n") and data != b"")


def as_text(data: bytes) -> str:
    """Show bytes to people; what is not UTF-8, and NUL, which databases refuse in text, becomes U+FFFD."""
    return data.decode(errors="replace").replace("\0", "\ufffd")


def diff_hunks(old: bytes, new: bytes) -> tuple[Edit, ...]:
    """Find the edits between two versions: in order, no context, unchanged lines between any two."""
    old_lines, new_lines = split_lines(old), split_lines(new)
    return tuple(
        Edit(
            run.old_start + 1,
            b"".join(old_lines[run.old_start : run.old_end]),
            b"".join(new_lines[run.new_start : run.new_end]),
        )
        for run in changed_runs(old_lines, new_lines)
    )


def apply_edits(old: bytes, edits: Iterable[Edit]) -> bytes:
    """Apply edits, given in order; EditMismatch when a replaced byte differs, UnsoundEdits when they make no sense."""
    lines = split_lines(old)
    parts: list[bytes] = []
    done = 0
    started_before = 0
    for index, edit in enumerate(edits):
        start, end = edit.old_start - 1, edit.old_end - 1
        if edit.old_start <= started_before or start < done:
            raise UnsoundEdits(f"edit {index} does not come after the one before it")
        found = b"".join(lines[start:end])
        if found != edit.old or start > len(lines):
            raise EditMismatch(index, expected=edit.old, found=found)
        parts += [*lines[done:start], edit.new]
        done, started_before = end, edit.old_start
    parts += lines[done:]
    _refuse_glued_lines(parts)
    return b"".join(parts)


def reverse(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Give the edits that take these back, at their places in the new file."""
    result = []
    moved = 0
    for edit in edits:
        result.append(Edit(edit.old_start + moved, edit.new, edit.old))
        moved += count_lines(edit.new) - count_lines(edit.old)
    return tuple(result)


def _refuse_glued_lines(parts: Iterable[bytes]) -> None:
    filled = [part for part in parts if part]
    if not all(part.endswith(b"\n") for part in filled[:-1]):
        raise UnsoundEdits("a line without a line end would no longer be the last one")
