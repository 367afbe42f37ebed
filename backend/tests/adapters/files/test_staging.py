"""Folders that are sent file by file: looked up without being read, kept only when right, gone when over."""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.files.staging import ContentMismatch, Staged, StagingGone

ONE, TWO = b"one", b"two!"


def name(data: bytes) -> str:
    return sha256(data).hexdigest()


async def pieces(*data: bytes) -> AsyncIterator[bytes]:
    for each in data:
        yield each


async def begun(root: Path, *contents: bytes, number: int = 1) -> Staged:
    staged = Staged.of(root, UUID(int=number))
    await staged.begin(b"list", {sha256(data).digest(): len(data) for data in contents})
    return staged


async def test_the_size_of_each_content_is_found_among_many(tmp_path: Path) -> None:
    many = [str(number).encode() for number in range(1001)]
    staged = await begun(tmp_path, *many)
    assert [await staged.size_of(name(data)) for data in many] == [len(data) for data in many]
    for absent in (b"absent", b"neither"):
        assert await staged.size_of(name(absent)) is None
    assert [await staged.size_of(edge) for edge in ("00" * 32, "ff" * 32)] == [None, None]


async def test_a_content_comes_in_pieces_and_is_not_missing_any_more(tmp_path: Path) -> None:
    staged = await begun(tmp_path, ONE, TWO)
    assert await staged.missing() == sorted([name(ONE), name(TWO)])
    await staged.receive(name(ONE), 3, pieces(b"o", b"", b"ne"), token="1")
    assert await staged.has(name(ONE))
    assert await staged.missing() == [name(TWO)]
    assert await staged.missing({sha256(TWO).digest(): b""}) == []


@pytest.mark.parametrize("sent", [b"onE", b"on", b"ones", b""])
async def test_what_is_something_else_is_not_kept(tmp_path: Path, sent: bytes) -> None:
    staged = await begun(tmp_path, ONE)
    with pytest.raises(ContentMismatch):
        await staged.receive(name(ONE), 3, pieces(sent), token="1")
    assert {path.name for path in staged.root.rglob("*") if path.is_file()} == {"files", "wanted"}


async def test_whoever_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    staged = await begun(tmp_path, ONE)

    async def broken() -> AsyncIterator[bytes]:
        yield b"o"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await staged.receive(name(ONE), 3, broken(), token="1")
    assert list((staged.root / "incoming").iterdir()) == []


async def test_what_came_before_is_taken_over_where_it_is_needed(tmp_path: Path) -> None:
    earlier, staged = await begun(tmp_path, ONE, TWO), await begun(tmp_path, TWO, number=2)
    for data in (ONE, TWO):
        await earlier.receive(name(data), len(data), pieces(data), token="1")
    await staged.take_over(earlier)
    await earlier.remove()
    assert await staged.missing() == []
    assert not await staged.has(name(ONE))


async def test_a_place_that_is_gone_says_so(tmp_path: Path) -> None:
    staged = await begun(tmp_path, ONE)
    await staged.remove()
    await staged.remove()
    with pytest.raises(StagingGone):
        await staged.receive(name(ONE), 3, pieces(ONE), token="1")
    assert (await staged.listing(), await staged.size_of(name(ONE)), await staged.missing()) == (None, None, [])
