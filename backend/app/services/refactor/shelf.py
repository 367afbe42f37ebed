"""What a worker read last stays at hand: the next rename of a project reads what is new, and nothing else."""

from dataclasses import dataclass
from uuid import UUID

from app.adapters.git.port import TreeEntry
from app.core.keeping import Kept

# Beside what one rename holds while it works (tree.py): bytes of contents, and entries of listings.
MOST_BYTES = 128 * 1024**2
_MOST_ENTRIES = 300_000


@dataclass(frozen=True, slots=True)
class Checked:
    """A blob that was read: its bytes where the mirror holds it, and what speaks against using it."""

    data: bytes | None
    problem: str | None


class Shelf:
    """Contents and listings by their ids, each project's for itself."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.blobs: Kept[tuple[UUID, str], Checked] = Kept(most_bytes)
        self.listings: Kept[tuple[UUID, str], list[TreeEntry]] = Kept(_MOST_ENTRIES)

    def of(self, project_id: UUID) -> "ProjectShelf":
        """What belongs to a project: an id alone gives nobody another project's contents."""
        return ProjectShelf(self, project_id)


@dataclass(frozen=True, slots=True)
class ProjectShelf:
    """One project's part of a shelf."""

    shelf: Shelf
    project_id: UUID

    def get(self, oid: str) -> Checked | None:
        """Give a blob that is kept."""
        return self.shelf.blobs.get((self.project_id, oid))

    def put(self, oid: str, checked: Checked) -> None:
        """Keep a blob, unless the mirror did not hold it: it may come yet."""
        if checked.data is not None:
            self.shelf.blobs.put((self.project_id, oid), checked, len(checked.data))

    def listing(self, commit: str) -> list[TreeEntry] | None:
        """Give the entries of a commit that are kept."""
        return self.shelf.listings.get((self.project_id, commit))

    def put_listing(self, commit: str, entries: list[TreeEntry]) -> None:
        """Keep the entries of a commit."""
        self.shelf.listings.put((self.project_id, commit), entries, len(entries))
