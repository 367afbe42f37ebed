"""Nothing is looked at or deleted outside the folder, also when somebody swaps things between proof and deletion."""

import os
import threading
from pathlib import Path

import pytest

from app.adapters.files.rooted import PathLeaves, Proof, RootedFolder, ThingChanged


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """A file outside that must survive everything."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "precious").write_text("kept")
    return folder / "precious"


@pytest.fixture
def rooted(tmp_path: Path) -> RootedFolder:
    (tmp_path / "root").mkdir()
    return RootedFolder(tmp_path / "root")


def proved(rooted: RootedFolder, path: str) -> Proof:
    proof = rooted.prove(path)
    assert proof is not None
    return proof


def tree(rooted: RootedFolder, name: str = "job") -> Path:
    folder = rooted.root / name
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "file").write_text("12345")
    (folder / "top").write_text("123")
    return folder


@pytest.mark.parametrize("path", ["../outside/precious", "/etc/passwd", "a/../../outside", "a//b", ".", "a/\0"])
def test_paths_with_other_than_plain_segments_are_refused(rooted: RootedFolder, path: str) -> None:
    with pytest.raises(PathLeaves):
        rooted.prove(path)


def test_a_whole_folder_goes_and_its_bytes_are_told(rooted: RootedFolder) -> None:
    folder = tree(rooted)
    proof = proved(rooted, "job")
    assert (proof.kind, proof.size, proof.entries) == ("dir", 8, 4)
    assert rooted.remove("job", proof) == 8
    assert not folder.exists()
    assert rooted.remove("job", proof) == 0, "it is gone already"


def test_links_inside_go_and_what_they_lead_to_stays(rooted: RootedFolder, precious: Path) -> None:
    folder = tree(rooted)
    (folder / "link").symlink_to(precious)
    (folder / "a" / "link").symlink_to(precious.parent)
    rooted.remove("job", proved(rooted, "job"))
    assert not folder.exists()
    assert precious.read_text() == "kept"


def test_a_link_in_place_of_a_thing_or_above_it_is_refused(rooted: RootedFolder, precious: Path) -> None:
    (rooted.root / "link").symlink_to(precious.parent)
    for path in ("link", "link/precious"):
        with pytest.raises(PathLeaves):
            rooted.prove(path)
    assert precious.exists()


def test_a_link_in_place_of_the_root_is_refused_and_one_above_it_is_not(rooted: RootedFolder, precious: Path) -> None:
    (rooted.root / "tmp").symlink_to(precious.parent)
    led_out = RootedFolder(rooted.root / "tmp")
    for look in (led_out.names, lambda: led_out.prove("precious")):
        with pytest.raises(PathLeaves):
            look()
    (precious.parent / "logs").mkdir()
    assert RootedFolder(rooted.root / "tmp" / "logs").names() == []


@pytest.mark.parametrize("change", ["file", "nested", "touch"])
def test_what_changed_after_the_plan_stays(rooted: RootedFolder, change: str) -> None:
    folder = tree(rooted)
    proof = proved(rooted, "job")
    if change == "file":
        (folder / "new").write_text("x")
    elif change == "nested":
        (folder / "a" / "b" / "file").write_text("123456")
    else:
        os.utime(folder / "top", ns=(proof.mtime_ns + 1, proof.mtime_ns + 1))
    with pytest.raises(ThingChanged):
        rooted.remove("job", proof)
    assert (folder / "a" / "b" / "file").exists()


def test_a_folder_swapped_for_a_link_between_proof_and_deletion_is_refused(
    rooted: RootedFolder, precious: Path
) -> None:
    folder = tree(rooted)
    proof = proved(rooted, "job")
    folder.rename(rooted.root / "moved")
    folder.symlink_to(precious.parent)
    with pytest.raises(PathLeaves):
        rooted.remove("job", proof)
    assert precious.exists()
    assert (rooted.root / "moved" / "top").exists()


def test_another_folder_of_that_name_stays(rooted: RootedFolder) -> None:
    folder = tree(rooted)
    proof = proved(rooted, "job")
    folder.rename(rooted.root / "moved")
    tree(rooted)
    with pytest.raises(ThingChanged):
        rooted.remove("job", proof)
    assert (folder / "top").exists()


def test_swapping_all_the_time_while_it_deletes_harms_nothing_outside(rooted: RootedFolder, precious: Path) -> None:
    """A thread exchanges folders for links to the outside as fast as it can, while folders are deleted."""
    over = threading.Event()

    def swap() -> None:
        number = 0
        while not over.is_set():
            for target in (rooted.root / "job" / "a", rooted.root / "job"):
                number += 1
                try:
                    target.rename(rooted.root / f"aside-{number}")
                    target.symlink_to(precious.parent)
                    target.unlink()
                except OSError:
                    continue

    swapper, refused = threading.Thread(target=swap), 0
    swapper.start()
    try:
        for number in range(400):
            made = tree(rooted, f"made-{number}")
            try:
                made.rename(rooted.root / "job")
                proof = rooted.prove("job")
                if proof is not None:
                    rooted.remove("job", proof)
            except (PathLeaves, ThingChanged, OSError):
                refused += 1
    finally:
        over.set()
        swapper.join()
    assert refused, "nothing was ever swapped under it"
    assert precious.read_text() == "kept"
    assert [each.name for each in precious.parent.iterdir()] == ["precious"]


def test_another_file_system_is_refused(rooted: RootedFolder) -> None:
    outer = RootedFolder(Path("/"))
    with pytest.raises(PathLeaves):
        outer.prove("proc/self")


def test_folders_deeper_than_a_descriptor_each_go_too(rooted: RootedFolder) -> None:
    top = rooted.root / "deep"
    top.mkdir()
    descriptor = os.open(top, os.O_RDONLY)
    for _ in range(700):  # Its path is longer than the system lets anybody name.
        os.mkdir("level-of-a-tree", dir_fd=descriptor)
        below = os.open("level-of-a-tree", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(descriptor)
    rooted.remove("deep", proved(rooted, "deep"))
    assert not top.exists()
