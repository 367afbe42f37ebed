"""Single files out of a stored zip: the bytes that were put in, no other bytes read, and damage is told."""

import gzip
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.adapters.storage.memory import MemoryStorage
from app.adapters.storage.port import ByteRange, ObjectMissing
from app.core.clock import FrozenClock
from app.services.preview.archives import write_anew
from app.services.preview.expo.errors import BundleDamaged, FileNotInBundle
from app.services.preview.expo.stored_zip import StoredZip, open_zip

KEY = "previews/project/job/bundle.zip"
FILES = {
    "main.jsbundle": b"var app = 1;\n" * 60_000,
    "assets/picture.png": os.urandom(700_000),
    "assets/caf\u00e9.txt": b"pain au chocolat",
    "empty.json": b"",
}


class Counting(MemoryStorage):
    """Counts the bytes that are read, and gives them in small pieces."""

    def __init__(self, clock: FrozenClock, piece: int = 4096) -> None:
        super().__init__(clock)
        self.read = 0
        self.piece = piece

    async def stream(self, key: str, byte_range: ByteRange | None = None) -> AsyncIterator[bytes]:
        async for whole in super().stream(key, byte_range):
            self.read += len(whole)
            for at in range(0, len(whole), self.piece):
                yield whole[at : at + self.piece]


def bundle(folder: Path, files: dict[str, bytes]) -> Path:
    """The canonical zip of files."""
    target = folder / "bundle.zip"
    write_anew({**files, "metadata.json": b'{"platform":"ios"}'}, target)
    return target


async def stored(storage: MemoryStorage, path: Path) -> StoredZip:
    """That zip in a storage, opened."""
    put = await storage.put(KEY, path)
    return await open_zip(storage, KEY, put.size)


@pytest.mark.parametrize("piece", [1000, 256 * 1024, 10**8])
async def test_every_file_is_what_was_put_in(tmp_path: Path, clock: FrozenClock, piece: int) -> None:
    opened = await stored(Counting(clock, piece), bundle(tmp_path, FILES))
    for name, data in FILES.items():
        file = opened.find(name)
        assert await opened.read(name, most=10**9) == data
        packed = b"".join([each async for each in opened.stream_gzip(file)])
        assert (gzip.decompress(packed), len(packed)) == (data, file.gzip_size)
    assert opened.files.keys() == {*FILES, "metadata.json"}


async def test_a_directory_of_thousands_of_files_is_read(tmp_path: Path, clock: FrozenClock) -> None:
    files = {f"assets/{number:06d}-with-a-name-that-takes-room.json": b"%d" % number for number in range(5000)}
    opened = await stored(MemoryStorage(clock), bundle(tmp_path, files))
    assert await opened.read("assets/004999-with-a-name-that-takes-room.json", most=100) == b"4999"


async def test_no_other_bytes_are_read_than_a_files_own(tmp_path: Path, clock: FrozenClock) -> None:
    storage = Counting(clock)
    opened = await stored(storage, bundle(tmp_path, FILES))
    before, name = storage.read, "assets/caf\u00e9.txt"
    await opened.read(name, most=100)
    assert storage.read - before == 30 + len(name.encode()) + opened.find(name).packed_size


async def test_what_is_not_there_is_not_found(tmp_path: Path, clock: FrozenClock) -> None:
    opened = await stored(MemoryStorage(clock), bundle(tmp_path, FILES))
    for name in ("other.js", "../main.jsbundle", "/main.jsbundle", "main.jsbundle/", ""):
        with pytest.raises(FileNotInBundle):
            opened.find(name)
    await opened.storage.delete(KEY)
    with pytest.raises(ObjectMissing):
        await opened.read("empty.json", most=10)


async def test_a_file_that_is_larger_than_may_be_read_is_not_read(tmp_path: Path, clock: FrozenClock) -> None:
    opened = await stored(MemoryStorage(clock), bundle(tmp_path, FILES))
    with pytest.raises(BundleDamaged):
        await opened.read("main.jsbundle", most=1000)


async def test_a_changed_byte_is_told_or_changes_nothing(tmp_path: Path, clock: FrozenClock) -> None:
    files = {"main.jsbundle": b"var a = 1;" * 20, "b.json": b"{}"}
    whole = bundle(tmp_path, files).read_bytes()
    told = 0
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 0x55
        storage = MemoryStorage(clock)
        await storage.put(KEY, bytes(changed))
        try:
            opened = await open_zip(storage, KEY, len(whole))
            got = {name: await opened.read(name, most=10**6) for name in files if name in opened.files}
        except BundleDamaged:
            told += 1
            continue
        assert all(got[name] == files[name] for name in got), place
    # Dates and rights of files mean nothing here, nor does what only metadata.json says.
    assert told > 100


@pytest.mark.parametrize("size", [0, 10, 21, 22, 300])
async def test_an_object_that_is_no_bundle_is_told(clock: FrozenClock, size: int) -> None:
    storage = MemoryStorage(clock)
    await storage.put(KEY, b"\x50" * size)
    with pytest.raises(BundleDamaged):
        await open_zip(storage, KEY, size)


async def test_an_object_that_was_cut_short_is_told(tmp_path: Path, clock: FrozenClock) -> None:
    opened = await stored(MemoryStorage(clock), bundle(tmp_path, {"main.jsbundle": os.urandom(50_000)}))
    data = await opened.storage.get(KEY, max_bytes=10**9)
    await opened.storage.put(KEY, data[:20_000])
    with pytest.raises(BundleDamaged):
        await opened.read("main.jsbundle", most=10**9)
