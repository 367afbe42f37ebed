"""Bundlers that wait for the next build: what they save, what they never mix up, and that they go with their worker."""

import signal
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.chaos.previews import BUILDS_HERE, Builds, HoldingRegistry, a_registry, extra_settings
from tests.chaos.stack import a_database, running
from tests.fixtures.repos import run_git
from tests.waiting import until

pytestmark = [
    *BUILDS_HERE,
    pytest.mark.asyncio(loop_scope="module"),
]
NEW, WAITED = "bundler: a new one", "bundler: one that waited"


@pytest.fixture(scope="module")
def npm() -> Iterator[HoldingRegistry]:
    """The registry that builds install from."""
    with a_registry() as registry:
        yield registry


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def first(tmp_path_factory: pytest.TempPathFactory, npm: HoldingRegistry) -> AsyncIterator[Builds]:
    """A project of a running product."""
    async with (
        a_database() as extra,
        running(tmp_path_factory.mktemp("product"), **extra, **extra_settings(npm)) as stack,
    ):
        yield await Builds.begin(stack, npm, tmp_path_factory.mktemp("upstream") / "app", marker="")


@pytest_asyncio.fixture(loop_scope="module")
async def builds(first: Builds) -> Builds:
    """A project that nothing was built of, whose bundler leaves nobody behind, and so may wait."""
    return await first.beside()


async def test_the_next_build_is_made_by_the_bundler_that_waited_from_the_new_sources(builds: Builds) -> None:
    await builds.change()
    assert NEW in (await builds.built())["log"]
    source = await builds.change()
    second = await builds.built()
    assert WAITED in second["log"]
    assert second["told"]["app"] == source


async def test_the_other_platform_and_other_packages_have_bundlers_of_their_own(builds: Builds) -> None:
    await builds.change()
    await builds.built()
    assert NEW in (await builds.built("android"))["log"]
    await builds.change(lib="2.0.0")
    other = await builds.built()
    assert NEW in other["log"]
    assert other["told"]["lib"] == "lib two"


async def test_a_branch_is_built_by_no_bundler_of_another(builds: Builds) -> None:
    await builds.change()
    await builds.built()
    branch = run_git(builds.source, "branch", "--show-current")
    run_git(builds.source, "checkout", "-q", "-b", "side")
    try:
        source = await builds.change()
    finally:
        run_git(builds.source, "checkout", "-q", branch)
    aside = await builds.built(git_ref="side")
    assert NEW in aside["log"]
    assert aside["told"]["app"] == source


async def test_a_new_value_of_the_environment_reaches_a_bundler_that_never_knew_the_old_one(builds: Builds) -> None:
    await builds.change()
    await builds.built()
    path = f"/projects/{builds.project_id}/preview-settings"
    for value in ("1", "2"):
        answer = await builds.stack.http.put(path, json={"environment": {"EXPO_PUBLIC_SAYS": value}})
        assert answer.is_success, answer.text
        await builds.change()
        made = await builds.built()
        assert (made["told"]["says"], NEW in made["log"]) == (value, True)


async def test_a_bundler_that_waits_goes_with_its_worker(builds: Builds) -> None:
    await builds.change()
    await builds.built()
    pids = builds.waiting()
    assert pids
    assert builds.stack.signal("preview_builder", signal.SIGKILL) == 1
    await until(lambda: not set(pids) & set(builds.waiting()), seconds=20)
    source = await builds.change()
    next_one = await builds.built()
    assert NEW in next_one["log"]
    assert next_one["told"]["app"] == source
    await builds.is_tidy()
