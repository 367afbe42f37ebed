"""Folders of jobs: empty at the beginning, gone at the end, and nobody else's."""

import asyncio
import stat
from pathlib import Path

import pytest

from app.adapters.files.scratch import scratch_folder


async def test_a_folder_is_private_and_gone_afterwards_whatever_happened(tmp_path: Path) -> None:
    path = tmp_path / "tmp" / "job"

    async def fail() -> None:
        async with scratch_folder(path) as folder:
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            (folder / "file").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert list(path.parent.iterdir()) == []


async def test_what_a_killed_attempt_left_is_gone_at_the_beginning(tmp_path: Path) -> None:
    (tmp_path / "job" / "deep").mkdir(parents=True)
    async with scratch_folder(tmp_path / "job") as folder:
        assert list(folder.iterdir()) == []
        assert [path.name for path in tmp_path.iterdir()] == ["job"]


async def test_an_attempt_that_was_taken_for_dead_deletes_its_own_folder_and_no_others(tmp_path: Path) -> None:
    path, goes_on = tmp_path / "job", asyncio.Event()

    async def first() -> None:
        async with scratch_folder(path) as folder:
            (folder / "mine").touch()
            await goes_on.wait()

    stopped = asyncio.ensure_future(first())
    while not (path / "mine").exists():
        await asyncio.sleep(0)
    async with scratch_folder(path) as folder:
        (folder / "theirs").touch()
        goes_on.set()
        await stopped
        assert (folder / "theirs").exists()
    assert list(tmp_path.iterdir()) == []


async def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").touch()
    (tmp_path / "job").symlink_to(tmp_path / "elsewhere")
    async with scratch_folder(tmp_path / "job") as folder:
        assert not folder.is_symlink()
    assert (tmp_path / "elsewhere" / "kept").exists()
