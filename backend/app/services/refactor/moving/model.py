"""A move while it is worked out, and what comes of it. Pure values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from app.services.refactor.edits import WordEdit, apply_words, by_path
from app.services.refactor.plan import Note
from app.services.refactor.tiers import Tier


@dataclass(frozen=True, slots=True)
class MoveRequest:
    """Which place, and the file it is to go to: line and column from 1, the column in UTF-16 units."""

    path: str
    line: int
    column: int
    to_path: str


@dataclass(frozen=True, slots=True)
class Block:
    """What is cut: the bytes [start, end) of a file, whole lines; `name_at` is where the name stands last."""

    path: str
    start: int
    end: int
    kind: str  # function, class, value, type


@dataclass(slots=True)
class MovePlan:
    """A move worked out. Its code makes sense only as a whole; with a doubt all of it is likely.

    `edits` change code. `pasted_at` is the offset of the block in the new file, once everything is put in.
    """

    name: str
    block: Block
    to_path: str
    edits: list[WordEdit] = field(default_factory=list)
    texts: list[WordEdit] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    created: bytes | None = None
    # The block as it is put in, where it lies in the new file, and what changed inside of it (offsets of the block).
    text: bytes = b""
    pasted_at: int = 0
    inner: list[WordEdit] = field(default_factory=list)

    @property
    def doubts(self) -> list[Note]:
        """What keeps it from being certain."""
        return [note for note in self.notes if note.kind == "doubt"]

    @property
    def tier(self) -> Tier:
        """How certain the code's edits are, all of them together."""
        return Tier.LIKELY if self.doubts else Tier.PROVEN

    def changed(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Give the files that change, with the edits of code put in."""
        found = {path: apply_words(files[path], edits) for path, edits in by_path(self.edits).items()}
        return found if self.created is None else {**found, self.to_path: self.created}

    def place_of(self, path: str, offset: int) -> tuple[str, int] | None:
        """Say in which file an offset of the old files lies now, and where; None for what is gone."""
        if path == self.block.path and self.block.start <= offset < self.block.end:
            inside = _moved(self.inner, offset - self.block.start)
            return None if inside is None else (self.to_path, self.pasted_at + inside)
        moved = _moved([edit for edit in self.edits if edit.path == path], offset)
        return None if moved is None else (path, moved)

    def settle(self, files: Mapping[str, bytes]) -> None:
        """Make line ends those of every file, and find where the block lies once everything is put in."""
        for path in {self.block.path, self.to_path} & files.keys():
            self._close_up(path, files[path])
        self.edits = [replace(edit, new=with_ends_of(files[edit.path], edit.new)) for edit in self.edits]
        if self.created is not None:
            self.pasted_at = len(self.created) - len(self.text)
            return
        self.text = with_ends_of(files[self.to_path], self.text)
        self.pasted_at = self.changed(files)[self.to_path].index(self.text)

    def _close_up(self, path: str, data: bytes) -> None:
        """Leave no blank lines at the head of a module whose first lines went."""
        own = sorted((each for each in self.edits if each.path == path), key=lambda each: (each.start, each.end))
        at = 0
        for each, following in zip_longest(own, own[1:]):
            if each.new or each.start != at:
                break
            rest = data[each.end : following.start if following else len(data)]
            at = each.end + len(rest) - len(rest.lstrip(b"\r\n"))
            self.edits[self.edits.index(each)] = replace(each, end=at)

    def doubt(self, path: str, line: int, reason: str, text: str = "") -> None:
        """Tell what is not certain; the line counts from 1, 0 is the whole file."""
        self.notes.append(Note("doubt", path, line, reason, text.strip()[:200]))


def _moved(edits: Sequence[WordEdit], offset: int) -> int | None:
    moved = offset
    for edit in edits:
        if edit.start <= offset < edit.end:
            return None
        if edit.end <= offset:
            moved += len(edit.new) - (edit.end - edit.start)
    return moved


def with_ends_of(data: bytes, new: bytes) -> bytes:
    """Give lines the ends that those of a file have."""
    plain = new.replace(b"\r\n", b"\n")
    return plain.replace(b"\n", b"\r\n") if b"\r\n" in data else plain
