"""What a worker keeps of what it read: nothing is read twice, nothing is kept for ever."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from app.adapters.git.port import Blob, EntryType, MirrorReader, TreeEntry
from app.services.refactor.shelf import Checked, Shelf
from app.services.refactor.tree import read_tree

ONE, OTHER = UUID(int=1), UUID(int=2)


class Mirror:
    """A mirror of commits given as files, which notes what is read of it."""

    def __init__(self, **commits: dict[str, bytes]) -> None:
        self.commits = commits
        self.read: list[str] = []

    async def list_tree(self, commit: str, **_options: Any) -> list[TreeEntry]:
        """The files of a commit; their ids are their contents."""
        files = self.commits[commit]
        return [TreeEntry(path, path, "100644", EntryType.FILE, data.hex(), len(data)) for path, data in files.items()]

    async def read_blobs(self, oids: Sequence[str], *, max_bytes: int) -> list[Blob]:
        """The contents, for everybody who knows the ids."""
        self.read += oids
        return [Blob(oid, len(oid) // 2, bytes.fromhex(oid)) for oid in oids]

    @property
    def reader(self) -> MirrorReader:
        """It can do no more than what is needed here."""
        return cast("MirrorReader", self)


async def test_a_commit_later_only_what_is_new_is_read() -> None:
    mirror = Mirror(first={"a.py": b"a = 1\n", "b.py": b"b = 1\n"}, second={"a.py": b"a = 1\n", "b.py": b"b = 2\n"})
    shelf = Shelf().of(ONE)
    await read_tree(mirror.reader, "first", "python", shelf)
    mirror.read.clear()
    tree = await read_tree(mirror.reader, "second", "python", shelf)
    assert mirror.read == [b"b = 2\n".hex()]
    assert tree.code == mirror.commits["second"]


async def test_what_is_wrong_with_a_file_is_told_each_time() -> None:
    mirror = Mirror(only={"a.py": b"\xff\xfe"})
    shelf = Shelf().of(ONE)
    first, again = [await read_tree(mirror.reader, "only", "python", shelf) for _ in range(2)]
    assert first.notes == again.notes
    assert again.unread == {"a.py": b"\xff\xfe"}


def test_no_project_gets_what_another_read() -> None:
    shelf = Shelf()
    shelf.of(ONE).put("id", Checked(b"secret", None))
    assert shelf.of(OTHER).get("id") is None


def test_what_was_used_longest_ago_goes_when_there_is_no_room() -> None:
    shelf = Shelf(most_bytes=10)
    mine = shelf.of(ONE)
    for oid in ("a", "b"):
        mine.put(oid, Checked(b"12345", None))
    mine.get("a")
    mine.put("c", Checked(b"12345", None))
    assert [oid for oid in ("a", "b", "c") if mine.get(oid)] == ["a", "c"]
    assert shelf.blobs.weight == 10


def test_what_is_missing_in_the_mirror_is_asked_for_again() -> None:
    mine = Shelf().of(ONE)
    mine.put("id", Checked(None, "the mirror does not hold it"))
    assert mine.get("id") is None


def test_what_is_larger_than_the_room_for_all_is_not_kept() -> None:
    shelf = Shelf(most_bytes=10)
    shelf.of(ONE).put("small", Checked(b"12345", None))
    shelf.of(ONE).put("large", Checked(b"12345678901", None))
    assert shelf.of(ONE).get("large") is None
    assert shelf.of(ONE).get("small") is not None


def test_what_comes_twice_counts_once() -> None:
    shelf = Shelf(most_bytes=10)
    for _ in range(3):
        shelf.of(ONE).put("a", Checked(b"12345", None))
    assert shelf.blobs.weight == 5
