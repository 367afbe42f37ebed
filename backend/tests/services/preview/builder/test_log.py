"""A build's log: bounded, dated, and to be read while it grows."""

from pathlib import Path

import pytest

from app.adapters.storage.memory import MemoryStorage
from app.adapters.storage.port import Body, StorageUnavailable, StoredObject
from app.core.clock import FrozenClock
from app.services.preview.builder.log import BuildLog, published

KEY = "previews/p/j/build.log"


@pytest.fixture
def log(tmp_path: Path, clock: FrozenClock) -> BuildLog:
    return BuildLog(tmp_path / "build.log", clock)


def lines(log: BuildLog) -> list[str]:
    return log.read().decode().splitlines()


def test_every_line_has_its_moment_and_those_of_tools_are_kept_for_their_errors(log: BuildLog) -> None:
    log.note("step: bundle")
    log.tool("Error: no luck")
    assert [line.partition(" ")[2] for line in lines(log)] == ["step: bundle", "  Error: no luck"]
    assert log.said == ["Error: no luck"]


def test_long_lines_and_many_of_them_are_cut(log: BuildLog) -> None:
    log.tool("x" * 100_000)
    for _ in range(25_000):
        log.tool("y" * 1000)
    assert max(map(len, lines(log))) == 4000
    assert len(log.read()) <= 16 * 1024**2
    assert (len(log.said), len(log.said[0])) == (20_000, 4000)


def test_what_is_no_text_is_written_all_the_same(log: BuildLog) -> None:
    log.tool("a\ud800b")
    assert rb"a\u{d800}b" in log.read()


async def test_all_of_it_is_stored_in_the_end_whatever_happens(log: BuildLog, clock: FrozenClock) -> None:
    storage = MemoryStorage(clock)

    async def fail() -> None:
        async with published(log, storage, KEY):
            log.note("the last words")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert b"the last words" in await storage.get(KEY, max_bytes=1000)


class Away(MemoryStorage):
    """A storage that is away."""

    async def put(
        self,
        key: str,
        data: Body,
        *,
        content_type: str = "application/octet-stream",
        sha256: str | None = None,
        file_name: str | None = None,
    ) -> StoredObject:
        raise StorageUnavailable


async def test_a_storage_that_is_away_fails_no_build(log: BuildLog, clock: FrozenClock) -> None:
    async with published(log, Away(clock), KEY):
        log.note("still here")
    assert "still here" in lines(log)[-1]
