"""A log is rotated under the process that writes it, which goes on; what may be lost is what the module says."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from app.adapters.files.rooted import PathLeaves, RootedFolder, ThingChanged
from app.adapters.files.rotation import rotate

from tests.adapters.files import logging_process
from tests.waiting import until

BACKEND = Path(__file__).parents[3]
ROTATIONS = 8


def inode(path: Path) -> int:
    return path.stat().st_ino


def start_writing(log: Path, stop: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", logging_process.__name__, str(stop)]
    with log.open("ab") as output:
        return subprocess.Popen(command, cwd=BACKEND, stdout=output, stderr=subprocess.PIPE)


async def test_a_process_that_writes_all_the_while_loses_nothing_or_what_is_said(tmp_path: Path) -> None:
    log, stop = tmp_path / "writer.log", tmp_path / "stop"
    folder = RootedFolder(tmp_path)
    writer = start_writing(log, stop)
    kept = b""
    for number in range(ROTATIONS):
        await until(lambda: log.stat().st_size > 64 * 1024, seconds=30)
        rotate(folder, "writer.log", to=f"writer.log.{number}.gz", inode=inode(log))
    stop.touch()
    _, told = writer.communicate(timeout=30)
    for number in range(ROTATIONS):
        kept += gzip.decompress((tmp_path / f"writer.log.{number}.gz").read_bytes())
    kept += log.read_bytes()
    lines = kept.decode().splitlines()
    numbers = [int(line.split()[1]) for line in lines]
    assert all(len(line) == 94 for line in lines), "no line is torn"
    assert numbers == sorted(set(numbers)), "none twice, all in order"
    assert numbers[-1] == int(told) - 1, "the process went on writing"
    # Two a rotation where the front cannot be cut off; the writer does nothing but write.
    assert int(told) - len(numbers) <= 20 * ROTATIONS


def test_all_of_a_quiet_log_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "quiet.log"
    log.write_bytes(bytes(range(256)) * 1000)
    rotate(RootedFolder(tmp_path), "quiet.log", to="quiet.log.gz", inode=inode(log))
    assert gzip.decompress((tmp_path / "quiet.log.gz").read_bytes()) + log.read_bytes() == bytes(range(256)) * 1000
    assert log.stat().st_size < 8192


def test_whoever_goes_on_after_a_killed_rotation_takes_nothing_of_it_away(tmp_path: Path) -> None:
    log, folder = tmp_path / "api.log", RootedFolder(tmp_path)
    log.write_bytes(b"first\n" * 5000)
    rotate(folder, "api.log", to="api.log.gz", inode=inode(log))
    with log.open("ab") as more:
        more.write(b"second\n")
    assert rotate(folder, "api.log", to="api.log.gz", inode=inode(log)) == 0
    assert gzip.decompress((tmp_path / "api.log.gz").read_bytes()) + log.read_bytes() == b"first\n" * 5000 + b"second\n"


def test_a_link_or_another_file_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    outside, folder = tmp_path / "outside", RootedFolder(tmp_path / "logs")
    outside.write_text("kept")
    (tmp_path / "logs" / "a.log").symlink_to(outside)
    with pytest.raises(PathLeaves):
        rotate(folder, "a.log", to="a.log.gz", inode=inode(outside))
    (tmp_path / "logs" / "b.log").write_text("another")
    with pytest.raises(ThingChanged):
        rotate(folder, "b.log", to="b.log.gz", inode=1)
    assert outside.read_text() == "kept"
    assert not list((tmp_path / "logs").glob("*.gz"))
