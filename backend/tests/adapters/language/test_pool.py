"""Servers that are lent again: with what they know, and never in a state that nobody knows."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.ids import SystemIds
from app.adapters.language.pool import PooledLanguageServers
from app.adapters.language.port import LanguageSession, Spot
from app.adapters.language.servers import SystemLanguageServers
from app.core.errors import Conflict

from tests.waiting import until

FILES = {"a.py": b"import b\nb.x\n", "b.py": b"x = 1\n"}


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[PooledLanguageServers]:
    """Up to two idle servers."""
    pool = PooledLanguageServers(SystemLanguageServers(tmp_path, SystemIds()))
    yield pool
    await pool.close()
    assert [*tmp_path.iterdir()] == []


def workspaces(folder: Path) -> set[str]:
    """What lies below the pool's folder."""
    return {each.name for each in folder.iterdir()}


async def target_of(session: LanguageSession) -> str | None:
    """Where `x` in a.py leads."""
    found = (await session.definitions("a.py", [Spot(1, 2)]))[0]
    return found[0].path if found else None


async def test_the_next_work_of_a_project_gets_the_same_server(pool: PooledLanguageServers, tmp_path: Path) -> None:
    async with pool.open("python", key="one") as first:
        await first.sync(FILES)
    before = workspaces(tmp_path)
    async with pool.open("python", key="one") as second:
        assert second is first
        assert await target_of(second) == "b.py"
        await second.sync({"a.py": FILES["a.py"], "c.py": b""})
        assert await target_of(second) is None
    assert workspaces(tmp_path) == before


async def test_other_projects_and_other_roots_get_others(pool: PooledLanguageServers, tmp_path: Path) -> None:
    async with pool.open("python", key="one") as first:
        await first.sync(FILES)
    async with pool.open("python", key="two") as other, pool.open("python", ["src"], key="one") as rooted:
        assert len({id(each) for each in (first, other, rooted)}) == 3
        assert await target_of(other) is None
    assert len(workspaces(tmp_path)) == 2


async def test_two_at_once_never_share_a_server(pool: PooledLanguageServers) -> None:
    async with pool.open("python", key="one") as first, pool.open("python", key="one") as second:
        assert first is not second


async def test_after_a_failure_it_is_not_lent_again(pool: PooledLanguageServers, tmp_path: Path) -> None:
    await fail(pool, ValueError("half-way"))
    assert workspaces(tmp_path) == set()


async def test_a_declined_rename_is_no_failure_of_the_server(pool: PooledLanguageServers, tmp_path: Path) -> None:
    await fail(pool, Conflict("that name is taken"))
    assert len(workspaces(tmp_path)) == 1


async def fail(pool: PooledLanguageServers, failure: Exception) -> None:
    """Work with a server until something goes wrong."""
    with contextlib.suppress(type(failure)):
        async with pool.open("python", key="one") as session:
            await session.sync(FILES)
            raise failure


async def test_one_that_waits_too_long_is_ended(tmp_path: Path) -> None:
    servers = SystemLanguageServers(tmp_path, SystemIds())
    pool = PooledLanguageServers(servers, idle_for=timedelta(milliseconds=1))
    async with pool.open("python", key="one") as session:
        await session.sync(FILES)
    await until(lambda: not workspaces(tmp_path))
    async with pool.open("python", key="one") as session:
        assert await target_of(session) is None
    await pool.close()
