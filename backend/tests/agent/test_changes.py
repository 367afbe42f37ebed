"""All files of a change or none: whatever dies, fills up or is in the way, and whenever."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.agent.changes import RECORD, carry_out, roll_back
from app.agent.errors import FolderDiffers
from app.agent.tree import NotPlain

from tests.agent.mortal import CREATED, DELETED, change_of, new_content

BACKEND = Path(__file__).parents[2]
FILES = {"a.py": b"one\n", "deep/er/b.py": b"two\r\n", "c.bin": b"\0\xff" * 100, DELETED: b"bye\n"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    for name, data in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "a.py").chmod(0o755)
    return folder


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def run(tmp_path: Path, root: Path, *, dies_at: str | None = None, most: int | None = None) -> int:
    """Carry the change out in another process; its exit status."""
    order = tmp_path / "order"
    if dies_at:
        order.write_text(dies_at)
    given = [str(tmp_path / "records"), str(root), str(order) if dies_at else "-", str(most) if most else "-"]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(BACKEND)}
    command = [sys.executable, "-m", "tests.agent.mortal", *given]
    return subprocess.run(command, cwd=BACKEND, env=env, check=False, capture_output=True).returncode


def expected() -> dict[str, bytes]:
    return {path: new_content(path) for path in [*FILES, CREATED] if path != DELETED}


def test_a_change_is_written_whole_and_permissions_are_kept(tmp_path: Path, root: Path) -> None:
    done = carry_out(tmp_path / "records", root, change_of(root))
    assert contents(root) == expected()
    assert (root / "a.py").stat().st_mode & 0o777 == 0o755
    assert not (root / "old").exists()
    assert (done / RECORD).is_file()


@pytest.mark.parametrize("place", ["agent.staged", "agent.placed.0", "agent.placed.2", "agent.placed.3"])
def test_what_a_killed_process_left_half_way_is_taken_back(tmp_path: Path, root: Path, place: str) -> None:
    assert run(tmp_path, root, dies_at=place) == -signal.SIGKILL
    assert contents(root) != FILES
    assert roll_back(tmp_path / "records", root) == []
    assert contents(root) == FILES
    assert (root / "a.py").stat().st_mode & 0o777 == 0o755
    assert not (root / "made").exists()
    assert list((tmp_path / "records").iterdir()) == []


def test_every_moment_of_a_killed_change_shows_whole_files_only(tmp_path: Path, root: Path) -> None:
    for number in range(5):
        assert run(tmp_path, root, dies_at=f"agent.placed.{number}") == -signal.SIGKILL
        now = {name: data for name, data in contents(root).items() if ".hivesync-" not in name}
        assert {data in (FILES.get(name), new_content(name)) for name, data in now.items()} == {True}
        roll_back(tmp_path / "records", root)


def test_what_is_done_stays_done_when_the_process_is_killed_right_after(tmp_path: Path, root: Path) -> None:
    assert run(tmp_path, root, dies_at="agent.done") == -signal.SIGKILL
    assert roll_back(tmp_path / "records", root) == []
    assert contents(root) == expected()


def test_what_somebody_wrote_after_the_crash_is_left_alone_and_named(tmp_path: Path, root: Path) -> None:
    run(tmp_path, root, dies_at="agent.placed.0")
    (root / "a.py").write_bytes(b"mine\n")
    assert roll_back(tmp_path / "records", root) == ["a.py"]
    assert contents(root) == FILES | {"a.py": b"mine\n"}


def test_taking_back_may_itself_be_done_twice(tmp_path: Path, root: Path) -> None:
    run(tmp_path, root, dies_at="agent.placed.2")
    (pending,) = (tmp_path / "records").iterdir()
    saved = {path.relative_to(pending): path.read_bytes() for path in pending.rglob("*") if path.is_file()}
    roll_back(tmp_path / "records", root)
    for name, data in saved.items():
        (pending / name).parent.mkdir(parents=True, exist_ok=True)
        (pending / name).write_bytes(data)
    assert roll_back(tmp_path / "records", root) == []
    assert contents(root) == FILES


def test_a_file_that_cannot_be_written_whole_leaves_everything_as_it_was(tmp_path: Path, root: Path) -> None:
    """The process may write files of 20 kB only, as if the disk were full."""
    assert run(tmp_path, root, most=20_000) == 1
    assert contents(root) == FILES
    assert list((tmp_path / "records").iterdir()) == []


def test_a_file_that_changed_meanwhile_stops_the_whole_change(tmp_path: Path, root: Path) -> None:
    change = change_of(root)
    (root / "c.bin").write_bytes(b"changed by an editor")
    with pytest.raises(FolderDiffers) as refused:
        carry_out(tmp_path / "records", root, change)
    assert [file["path"] for file in refused.value.details["files"]] == ["c.bin"]
    assert contents(root) == FILES | {"c.bin": b"changed by an editor"}


def test_a_name_that_somebody_took_meanwhile_is_not_written_over(tmp_path: Path, root: Path) -> None:
    change = change_of(root)
    (root / CREATED).parent.mkdir(parents=True)
    (root / CREATED).write_bytes(b"mine")
    with pytest.raises(FolderDiffers):
        carry_out(tmp_path / "records", root, change)
    assert contents(root) == {**FILES, CREATED: b"mine"}


def test_a_folder_that_became_a_link_is_not_followed(tmp_path: Path, root: Path) -> None:
    change = change_of(root)
    outside = tmp_path / "outside"
    (root / "deep").rename(outside)
    (root / "deep").symlink_to(outside)
    with pytest.raises(NotPlain):
        carry_out(tmp_path / "records", root, change)
    assert (outside / "er/b.py").read_bytes() == FILES["deep/er/b.py"]
    assert [path.name for path in (outside / "er").iterdir()] == ["b.py"]
    assert (root / "a.py").read_bytes() == FILES["a.py"]
