"""Hashes are those of git and of the bytes; what did not change is not read again, and what did always is."""

import hashlib
import os
import subprocess
import threading
from pathlib import Path

import pytest

from app.agent.hashing import HashCache, Hashed
from app.agent.walk import walk
from app.core.clock import FrozenClock, SystemClock


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that is an hour ahead of the files' times."""
    later = FrozenClock(SystemClock().now())
    later.move(seconds=3600)
    return later


def look(folder: Path, cache: HashCache) -> Hashed:
    stopped = threading.Event()
    return cache.hashes(folder, walk(folder, None, stopped), lambda _done, _total: None, stopped)


def test_hashes_are_those_of_git_and_of_the_bytes(tmp_path: Path, clock: FrozenClock) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    data = b"line\r\n\xff\0" * 300_000
    (folder / "a.bin").write_bytes(data)
    (folder / "link").symlink_to("a.bin")
    found = look(folder, HashCache(tmp_path / "kept.json", clock)).files
    told = subprocess.run(
        ["git", "hash-object", "--no-filters", str(folder / "a.bin")], capture_output=True, text=True, check=True
    )
    assert found["a.bin"] == (told.stdout.strip(), hashlib.sha256(data).hexdigest(), len(data))
    assert found["link"].sha256 == hashlib.sha256(b"a.bin").hexdigest()


def test_the_second_look_reads_only_what_changed(tmp_path: Path, clock: FrozenClock) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number}.py").write_text("same")
    cache = HashCache(tmp_path / "kept.json", clock)
    assert look(folder, cache).read == 20
    assert look(folder, cache).read == 0
    (folder / "3.py").write_text("else")
    (folder / "4.py").unlink()
    again = look(folder, cache)
    assert (again.read, len(again.files)) == (1, 19)
    assert again.files["3.py"].sha256 == hashlib.sha256(b"else").hexdigest()


def test_a_change_that_hides_its_time_is_seen(tmp_path: Path, clock: FrozenClock) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "a.py"
    path.write_text("1234")
    cache = HashCache(tmp_path / "kept.json", clock)
    look(folder, cache)
    before = path.stat()
    with path.open("r+") as file:
        file.write("4321")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert look(folder, cache).files["a.py"].sha256 == hashlib.sha256(b"4321").hexdigest()


def test_a_file_that_was_just_written_is_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.py").write_text("1")
    cache = HashCache(tmp_path / "kept.json", FrozenClock(SystemClock().now()))
    assert (look(folder, cache).read, look(folder, cache).read) == (1, 1)


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"format":1,"files":{"a.py":[1,2]}}', b'{"format":1,"files":5}']
)
def test_a_damaged_memory_costs_time_only(tmp_path: Path, clock: FrozenClock, damage: bytes) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.py").write_text("1")
    (tmp_path / "kept.json").write_bytes(damage)
    assert look(folder, HashCache(tmp_path / "kept.json", clock)).read == 1
