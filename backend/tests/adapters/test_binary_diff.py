"""Binary differences: they lead to the new bytes, in a child that ends in time."""

from datetime import timedelta
from pathlib import Path

import bsdiff4

from app.adapters.binary_diff import Bsdiff

CODE = b"".join(b"function f%d() { return %d; }\n" % (number, number * 7919) for number in range(4000))


async def test_a_patch_leads_to_the_new_bytes_and_is_small(tmp_path: Path) -> None:
    old, new, patch = tmp_path / "old", tmp_path / "new", tmp_path / "patch"
    old.write_bytes(CODE)
    new.write_bytes(CODE.replace(b"f17()", b"another()"))
    assert await Bsdiff().write_patch(old, new, patch, timeout=timedelta(seconds=60))
    assert patch.read_bytes().startswith(b"BSDIFF40")
    assert patch.stat().st_size < 1000
    assert bsdiff4.patch(old.read_bytes(), patch.read_bytes()) == new.read_bytes()


async def test_bytes_that_take_for_ever_do_not_get_for_ever(tmp_path: Path) -> None:
    old, new, patch = tmp_path / "old", tmp_path / "new", tmp_path / "patch"
    old.write_bytes(bytes(3_000_000))
    new.write_bytes(bytes(2_999_999) + b"1")
    assert not await Bsdiff().write_patch(old, new, patch, timeout=timedelta(seconds=1))
    assert not patch.exists()


async def test_nothing_at_all_is_a_file_too(tmp_path: Path) -> None:
    old, new, patch = tmp_path / "old", tmp_path / "new", tmp_path / "patch"
    old.write_bytes(b"")
    new.write_bytes(b"1")
    assert await Bsdiff().write_patch(old, new, patch, timeout=timedelta(seconds=60))
    assert bsdiff4.patch(b"", patch.read_bytes()) == b"1"
