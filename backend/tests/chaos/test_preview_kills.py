"""`kill -9` of the builder in every phase of a build: it ends once, with one bundle, and nothing else is left of it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.chaos.previews import BUILDS_HERE, Builds, HoldingRegistry, a_registry, extra_settings
from tests.chaos.stack import Stack, a_database, running
from tests.waiting import until

pytestmark = [
    *BUILDS_HERE,
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest.fixture(scope="module")
def npm() -> Iterator[HoldingRegistry]:
    """The registry that builds install from."""
    with a_registry() as registry:
        yield registry


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory, npm: HoldingRegistry) -> AsyncIterator[Stack]:
    """One running product for all these tests."""
    folder = tmp_path_factory.mktemp("product")
    async with a_database() as extra, running(folder, **extra, **extra_settings(npm)) as stack:
        yield stack


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def builds(product: Stack, npm: HoldingRegistry, tmp_path_factory: pytest.TempPathFactory) -> Builds:
    """One project, whose caches and dependencies must stay whole whatever happens to its builds."""
    folder = tmp_path_factory.mktemp("upstream") / "app"
    return await Builds.begin(product, npm, folder, marker=f"86400.{os.getpid()}")


PLACES = (
    "preview.build:claimed",
    "preview.checkout",
    "preview.dependencies",
    "preview.bundle",
    "preview.start",
    "preview.package",
    "preview.upload",
    "preview.build:commit 2",
    "preview.stored",
    "preview.build:commit 3",
    "preview.build:before finish",
)


@pytest.mark.parametrize("place", PLACES)
async def test_a_build_killed_anywhere_ends_once_with_one_bundle(builds: Builds, place: str) -> None:
    await builds.change()
    builds.stack.order.write_text(place)
    asked = await builds.ask()
    await builds.stack.struck()
    await builds.is_whole(asked["job_id"])


async def test_a_builder_killed_while_the_bundler_runs_leaves_no_process_and_no_damaged_cache(builds: Builds) -> None:
    builds.hold()
    source = await builds.change(slow=True)
    asked = await builds.ask()
    await builds.bundling(asked["job_id"])
    assert builds.stack.signal("preview_builder", signal.SIGKILL) == 1
    builds.go_on()
    await builds.is_whole(asked["job_id"])
    told = await builds.told(asked["job_id"])
    assert told == {"app": source, "lib": "lib one", "damaged": 0}


async def test_a_builder_killed_while_it_installs_leaves_a_store_that_is_whole(builds: Builds) -> None:
    await builds.change(lib="2.0.0")
    tarball = "lib/-/lib-2.0.0.tgz"
    with builds.npm.holding(tarball):
        asked = await builds.ask()
        await until(lambda: tarball in builds.npm.seen, seconds=60)
        assert builds.stack.signal("preview_builder", signal.SIGKILL) == 1
    await builds.is_whole(asked["job_id"])
    assert (await builds.told(asked["job_id"]))["lib"] == "lib two"


async def test_sigterm_hands_a_build_back_and_another_attempt_ends_it(builds: Builds) -> None:
    builds.hold()
    source = await builds.change(slow=True)
    asked = await builds.ask()
    await builds.bundling(asked["job_id"])
    assert builds.stack.signal("preview_builder", signal.SIGTERM) == 1
    builds.go_on()
    await builds.is_whole(asked["job_id"])
    assert (await builds.told(asked["job_id"]))["app"] == source


async def test_a_build_that_its_user_cancels_ends_at_once_and_leaves_nothing(builds: Builds) -> None:
    builds.hold()
    await builds.change(slow=True)
    asked = await builds.ask()
    await builds.bundling(asked["job_id"])
    await builds.stack.post(f"/jobs/{asked['job_id']}/cancel")
    assert (await builds.ended(asked["job_id"]))["status"] == "cancelled"
    await builds.is_tidy()
    builds.go_on()


async def test_a_session_that_is_ended_during_its_build_stops_it_and_opens_nothing_afterwards(builds: Builds) -> None:
    builds.hold()
    await builds.change(slow=True)
    asked = await builds.ask()
    await builds.bundling(asked["job_id"])
    await builds.stack.post(f"/preview/sessions/{asked['session_id']}/revoke")
    job = await builds.stack.ended(asked["job_id"])
    builds.go_on()
    assert job["status"] == "cancelled"
    for held in (asked["grant"], asked["token"]):
        answer = await builds.as_bearer(f"/preview/download/{asked['job_id']}", held)
        assert answer.status_code == 403, answer.text
    await builds.is_tidy()


async def test_an_upload_whose_connection_breaks_keeps_nothing(builds: Builds) -> None:
    asked = {"project_id": builds.project_id, "platform": "ios", "source": "upload"}
    session = await builds.stack.post("/preview/sessions", asked)
    _, writer = await asyncio.open_connection("127.0.0.1", builds.stack.port)
    path = f"/api/v1/preview/sessions/{session['token']}/bundle"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n"
    writer.write(head.encode() + b"x" * 2_000_000)
    await writer.drain()
    await until(lambda: any(path.stat().st_size for path in builds.unfinished()), seconds=20)
    writer.transport.abort()
    await until(lambda: not builds.unfinished(), seconds=20)
    assert not [key for key in await builds.stored() if "upload-" in key]
    assert (await builds.stack.get(f"/preview/sessions/{session['token']}"))["job_id"] is None


async def test_after_all_that_the_next_build_equals_a_clean_one(builds: Builds) -> None:
    await builds.change()
    ours, theirs = await builds.built(), await (await builds.beside()).built()
    assert (ours["status"], theirs["status"]) == ("success", "success")
    assert ours["bundle"]["content_sha256"] == theirs["bundle"]["content_sha256"]
