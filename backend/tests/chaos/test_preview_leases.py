"""Builders that stand still, share caches, or wait for Redis: several real ones beside a product that has none."""

import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio
from chaos.machinery import Redis

from app.adapters.process.daemon import Daemon

from tests.chaos.previews import BUILDS_HERE, Builds, HoldingRegistry, a_registry, extra_settings
from tests.chaos.rig import a_redis, strike
from tests.chaos.stack import Stack, a_database, running
from tests.chaos.standstill import stand_still
from tests.waiting import until

pytestmark = BUILDS_HERE


@pytest.fixture
def npm() -> Iterator[HoldingRegistry]:
    """The registry that builds install from."""
    with a_registry() as registry:
        yield registry


@pytest_asyncio.fixture
async def redis() -> AsyncIterator[Redis]:
    """A Redis that the test may kill."""
    async with a_redis() as started:
        yield started


@pytest_asyncio.fixture
async def builds(npm: HoldingRegistry, redis: Redis, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Builds]:
    """A project of a product whose builders the test starts itself."""
    settings = {**extra_settings(npm), "UP_ROLES": "repo_sync_worker,cleanup_worker"}
    folder = tmp_path_factory.mktemp("product")
    async with (
        a_database() as extra,
        running(folder, ready="/health", REDIS_URL=redis.url, **extra, **settings) as stack,
    ):
        source = tmp_path_factory.mktemp("upstream") / "app"
        made = await Builds.begin(stack, npm, source, marker=f"86401.{os.getpid()}")
        yield made


@asynccontextmanager
async def builder(stack: Stack, name: str, **env: str) -> AsyncIterator[Daemon]:
    """A worker that builds, until the block ends."""
    argv = (sys.executable, "-m", "app", "worker", "--role", "preview_builder", "--worker-id", name)
    daemon = Daemon(
        replace(
            stack.daemon.spec,
            name=name,
            argv=argv,
            env={**stack.daemon.spec.env, **env},
            output=stack.data_dir / f"{name}.log",
        )
    )
    daemon.start()
    try:
        yield daemon
    finally:
        if daemon.is_alive():
            strike(daemon, signal.SIGCONT)
            await daemon.stop(timedelta(seconds=30))


async def test_a_builder_that_stood_still_past_its_lease_spoils_nothing_of_who_took_over(builds: Builds) -> None:
    source = await builds.change(slow=True)
    stack = builds.stack
    database = stack.extra.get("DATABASE_URL", f"sqlite:///{stack.data_dir / 'hivesync.db'}")
    async with builder(stack, "hung") as hung:
        asked = await builds.ask()
        await builds.bundling(asked["job_id"])
        await stand_still(
            lambda: strike(hung, signal.SIGSTOP), lambda: strike(hung, signal.SIGCONT), database_url=database
        )
        async with builder(stack, "other"):
            await until(lambda: len(builds.sleepers()) == 2, seconds=90)
            strike(hung, signal.SIGCONT)
            await until(lambda: len(builds.sleepers()) == 1, seconds=30)
            builds.go_on()
            await builds.is_whole(asked["job_id"])
    assert (await builds.told(asked["job_id"]))["app"] == source


async def test_a_build_goes_on_and_ends_while_redis_is_away(builds: Builds, redis: Redis) -> None:
    await builds.change(slow=True)
    async with builder(builds.stack, "builder"):
        asked = await builds.ask()
        await builds.bundling(asked["job_id"])
        await redis.kill()
        builds.go_on()

        async def is_kept() -> bool:
            return await builds.count("select count(*) from preview_bundles") == 1

        await until(is_kept, seconds=60)
        await redis.start()
        await builds.is_whole(asked["job_id"])


async def test_both_platforms_are_built_at_once_from_the_same_caches(builds: Builds) -> None:
    await builds.change(slow=True)
    async with builder(builds.stack, "builder", PREVIEW_BUILDER_CONCURRENCY="2"):
        asked = [await builds.ask(platform) for platform in ("ios", "android")]
        await until(lambda: len(builds.sleepers()) == 2, seconds=90)
        builds.go_on()
        for each in asked:
            await builds.ended(each["job_id"])
        for each in asked:
            await builds.is_whole(each["job_id"])
            assert (await builds.told(each["job_id"]))["damaged"] == 0
    assert builds.npm.seen.count("lib/-/lib-1.0.0.tgz") == 1, "what both depend on was installed once"


async def test_no_more_is_built_at_once_than_was_allowed(builds: Builds) -> None:
    await builds.change(slow=True)
    async with builder(builds.stack, "builder", PREVIEW_BUILDER_CONCURRENCY="1"):
        first, second = [await builds.ask(platform) for platform in ("ios", "android")]
        await builds.bundling(first["job_id"])
        most = 0

        async def second_runs() -> bool:
            nonlocal most
            most = max(most, len(builds.sleepers()))
            return "the bundler runs" in await builds.log(second["job_id"])

        builds.go_on()
        await until(second_runs, seconds=60)
        for each in (first, second):
            await builds.ended(each["job_id"])
        for each in (first, second):
            await builds.is_whole(each["job_id"])
        assert most == 1
