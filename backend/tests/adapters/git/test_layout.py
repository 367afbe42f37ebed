"""Generations on disk, killed at any step: readers see a whole one, the next writer cleans up."""

from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.git.layout import MirrorFolder, copy_generation, make_repository


@pytest.fixture
def folder(tmp_path: Path) -> MirrorFolder:
    return MirrorFolder.of(tmp_path, UUID(int=1))


def publish(folder: MirrorFolder, token: str) -> Path:
    incoming = folder.incoming(token)
    make_repository(incoming)
    return folder.publish(incoming)


def names(folder: MirrorFolder) -> list[str]:
    return sorted(path.name for path in folder.root.iterdir())


def test_generations_are_numbered_and_one_is_current(folder: MirrorFolder) -> None:
    assert folder.current() is None
    assert publish(folder, "a").name == "g-000001.git"
    second = publish(folder, "b")
    assert folder.current() == second
    assert names(folder) == ["CURRENT", "g-000001.git", "g-000002.git"]


def test_killed_before_the_pointer_moved_the_old_generation_stays(folder: MirrorFolder) -> None:
    first = publish(folder, "a")
    make_repository(folder.root / "g-000002.git")
    make_repository(folder.incoming("b"))
    (folder.root / "CURRENT.new").write_text("g-0000")
    assert folder.current() == first
    folder.sweep()
    assert names(folder) == ["CURRENT", "CURRENT.new", "g-000001.git"]
    assert publish(folder, "c").name == "g-000002.git"
    assert names(folder) == ["CURRENT", "g-000001.git", "g-000002.git"]


def test_only_the_generation_before_is_kept(folder: MirrorFolder) -> None:
    for token in "abcd":
        publish(folder, token)
    folder.sweep()
    assert names(folder) == ["CURRENT", "g-000003.git", "g-000004.git"]


@pytest.mark.parametrize(
    "text", ["", "../../etc", "g-1.git/../x", "g-000001.git/objects", "/etc", "caf\xe9", "g-000009.git"]
)
def test_a_garbled_pointer_leads_to_the_newest_generation_and_nowhere_else(folder: MirrorFolder, text: str) -> None:
    publish(folder, "a")
    newest = publish(folder, "b")
    (folder.root / "CURRENT").write_text(text, encoding="latin-1")
    assert folder.current() == newest
    folder.sweep()
    assert folder.current() == newest


def test_a_copy_shares_objects_and_nothing_that_changes(folder: MirrorFolder, tmp_path: Path) -> None:
    source = publish(folder, "a")
    (source / "objects" / "pack" / "pack-1.pack").write_bytes(b"pack")
    (source / "objects" / "pack" / "tmp_pack_x").write_bytes(b"half")
    (source / "objects" / "ab").mkdir()
    (source / "objects" / "ab" / "cd").write_bytes(b"loose")
    (source / "refs" / "heads" / "main").write_text("1\n")
    (source / "packed-refs.lock").write_text("left over")
    copy = tmp_path / "copy.git"
    copy_generation(source, copy)
    assert (copy / "objects" / "pack" / "pack-1.pack").samefile(source / "objects" / "pack" / "pack-1.pack")
    assert (copy / "objects" / "ab" / "cd").samefile(source / "objects" / "ab" / "cd")
    for name in ("HEAD", "config", "refs/heads/main"):
        assert not (copy / name).samefile(source / name)
        assert (copy / name).read_bytes() == (source / name).read_bytes()
    assert not (copy / "packed-refs.lock").exists()
    assert not (copy / "objects" / "pack" / "tmp_pack_x").exists()


def test_deleting_leaves_nothing_even_after_a_half_deletion(folder: MirrorFolder, tmp_path: Path) -> None:
    (tmp_path / f".deleted-{folder.root.name}" / "rest").mkdir(parents=True)
    publish(folder, "a")
    folder.delete()
    assert list(tmp_path.iterdir()) == []
