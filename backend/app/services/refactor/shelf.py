"""What a worker read last stays at hand: the next rename of a project reads what is new, and nothing else."""

from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from app.adapters.git.port import TreeEntry

# Beside what one rename holds while it works (tree.py).
MOST_BYTES = 128 * 1024**2
_MOST_LISTINGS = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """A blob that was read: its bytes where the mirror holds it, and what speaks against using it."""

    data: bytes | None
    problem: str | None


class Shelf:
    """Contents by their ids, each project's for itself; what was used longest ago goes first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._blobs: OrderedDict[tuple[UUID, str], Checked] = OrderedDict()
        self._listings: OrderedDict[tuple[UUID, str], list[TreeEntry]] = OrderedDict()
        self.held_bytes = 0

    def of(self, project_id: UUID) -> "ProjectShelf":
        """What belongs to a project: an id alone gives nobody another project's contents."""
        return ProjectShelf(self, project_id)

    def get(self, key: tuple[UUID, str]) -> Checked | None:
        """Give what is kept."""
        found = self._blobs.get(key)
        if found is not None:
            self._blobs.move_to_end(key)
        return found

    def put(self, key: tuple[UUID, str], checked: Checked) -> None:
        """Keep what was read, unless the mirror did not hold it: it may come yet."""
        if checked.data is None or key in self._blobs:
            return
        self._blobs[key] = checked
        self.held_bytes += len(checked.data)
        while self.held_bytes > self._most_bytes:
            _, oldest = self._blobs.popitem(last=False)
            self.held_bytes -= len(oldest.data or b"")

    def listing(self, key: tuple[UUID, str]) -> list[TreeEntry] | None:
        """Give the entries of a commit."""
        return self._listings.get(key)

    def put_listing(self, key: tuple[UUID, str], entries: list[TreeEntry]) -> None:
        """Keep the entries of a commit."""
        self._listings[key] = entries
        while len(self._listings) > _MOST_LISTINGS:
            self._listings.popitem(last=False)


@dataclass(frozen=True, slots=True)
class ProjectShelf:
    """One project's part of a shelf."""

    shelf: Shelf
    project_id: UUID

    def get(self, oid: str) -> Checked | None:
        """Give a blob that is kept."""
        return self.shelf.get((self.project_id, oid))

    def put(self, oid: str, checked: Checked) -> None:
        """Keep a blob."""
        self.shelf.put((self.project_id, oid), checked)

    def listing(self, commit: str) -> list[TreeEntry] | None:
        """Give the entries of a commit that are kept."""
        return self.shelf.listing((self.project_id, commit))

    def put_listing(self, commit: str, entries: list[TreeEntry]) -> None:
        """Keep the entries of a commit."""
        self.shelf.put_listing((self.project_id, commit), entries)
