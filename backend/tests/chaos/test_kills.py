"""`kill -9` in every phase of every kind of job: after the restart each job ends once, with one effect."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from app.adapters.queue.embedded import url_for

from tests.chaos.stack import Stack, a_database, running
from tests.fixtures.repos import commit, make_repo, run_git
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

SOURCE = '''"""Sums."""


def add(left: int, right: int) -> int:
    if right < 0:
        raise ValueError("no negatives")
    return left + right


def mean(values: list[float]) -> float:
    return sum(values) / len(values)
'''


class Journey:
    """A connected project, ready to be worked on while its workers are killed."""

    def __init__(self, stack: Stack, source: Path, project_id: str) -> None:
        self.stack = stack
        self.source = source
        self.project_id = project_id
        self._count = 0

    def change(self) -> str:
        """Commit something new upstream; return the commit."""
        self._count += 1
        return commit(self.source, {f"module_{self._count}.py": SOURCE})

    async def sync(self) -> dict[str, Any]:
        """Sync and wait for it and for the manifest that follows."""
        accepted = await self.stack.post(f"/repos/{self.project_id}/sync")
        job = await self.stack.ended(accepted["job_id"])
        await self.described(run_git(self.source, "rev-parse", "HEAD"))
        return job

    async def described(self, head: str) -> None:
        """Wait until the manifest of the project's default branch is at this commit."""

        async def is_at_head() -> bool:
            answer = await self.stack.http.get(f"/projects/{self.project_id}/manifest")
            return answer.is_success and answer.json()["commit"] == head

        await until(is_at_head, seconds=60)

    async def runs_of(self, job_id: str) -> list[dict[str, Any]]:
        """Read what the history keeps of a job."""
        history = await self.stack.get(f"/repos/{self.project_id}/sync")
        return [run for run in history["items"] if run["job_id"] == job_id]

    async def proposals(self) -> list[dict[str, Any]]:
        """List the project's proposals."""
        answer = await self.stack.get(f"/projects/{self.project_id}/proposals", limit=200)
        items: list[dict[str, Any]] = answer["items"]
        return items


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """One running product for all these tests: it must stay whole whatever they do to it.

    On PostgreSQL where the suite is; its Redis is always its own, because a test empties it.
    """
    async with a_database() as extra, running(tmp_path_factory.mktemp("product"), **extra) as stack:
        yield stack


@pytest_asyncio.fixture(loop_scope="module")
async def journey(product: Stack, tmp_path: Path) -> Journey:
    """A project of the test's own."""
    source = make_repo(tmp_path / "upstream", {"module_0.py": SOURCE})
    project = await product.post("/projects", {"name": tmp_path.name, "repo_url": str(source)})
    made = Journey(product, source, project["id"])
    await made.sync()
    return made


SYNC_PLACES = ("claimed", "commit 1", "after begin", "connecting", "before record", "commit 2", "before finish")


@pytest.mark.parametrize("place", SYNC_PLACES)
async def test_a_sync_killed_anywhere_ends_once(journey: Journey, place: str) -> None:
    before, head = run_git(journey.source, "rev-parse", "HEAD"), journey.change()
    journey.stack.order.write_text(f"repo.sync:{place}")
    job = await journey.sync()
    assert not journey.stack.order.exists(), "nobody died"
    assert job["status"] == "success", job
    (run,) = await journey.runs_of(job["job_id"])
    assert (run["status"], run["head_before"], run["head_after"]) == ("success", before, head)
    moved = {"name": "refs/heads/main", "action": "updated", "before": before, "after": head}
    assert (run["ref_changes"], run["notes"]) == ([moved], [])


async def test_a_branch_people_chose_is_described_although_its_sync_was_killed_before_its_record(
    journey: Journey,
) -> None:
    source = journey.source
    run_git(source, "branch", "dev")
    await journey.sync()
    answer = await journey.stack.http.patch(f"/projects/{journey.project_id}", json={"default_branch": "dev"})
    assert answer.is_success, answer.text
    run_git(source, "checkout", "-q", "dev")
    head = journey.change()
    run_git(source, "checkout", "-q", "main")
    journey.stack.order.write_text("repo.sync:before record")
    accepted = await journey.stack.post(f"/repos/{journey.project_id}/sync")
    await journey.stack.struck()
    await journey.described(head)
    (run,) = await journey.runs_of(accepted["job_id"])
    assert [(change["name"], change["after"]) for change in run["ref_changes"]] == [("refs/heads/dev", head)]


@pytest.mark.parametrize("place", ["claimed", "reading the tree", "commit 1", "before finish"])
async def test_a_manifest_killed_anywhere_is_built_once(journey: Journey, place: str) -> None:
    head = journey.change()
    journey.stack.order.write_text(f"manifest.build:{place}")
    await journey.sync()
    await journey.stack.struck()
    versions = (await journey.stack.get(f"/projects/{journey.project_id}/manifest/versions"))["items"]
    assert [version["commit"] for version in versions].count(head) == 1


@pytest.mark.parametrize("place", ["claimed", "commit 1", "commit 2", "before finish"])
async def test_documentation_killed_anywhere_is_proposed_once(journey: Journey, place: str) -> None:
    journey.stack.order.write_text(f"ai.run:{place}")
    body = {"project_id": journey.project_id, "paths": ["module_0.py"]}
    accepted = await journey.stack.post("/ai/documentation", body)
    await journey.stack.struck()
    job = await journey.stack.ended(accepted["job_id"])
    assert job["status"] == "success", job
    answer = await journey.stack.get(f"/ai/result/{accepted['job_id']}")
    assert [proposal["id"] for proposal in await journey.proposals()] == [answer["proposal_id"]]


@pytest.mark.parametrize("place", ["claimed", "commit 1", "before finish"])
async def test_an_application_killed_anywhere_makes_one_commit(journey: Journey, place: str) -> None:
    stack = journey.stack
    accepted = await stack.post("/ai/documentation", {"project_id": journey.project_id, "paths": ["module_0.py"]})
    await stack.ended(accepted["job_id"])
    proposal = (await journey.proposals())[0]
    await stack.post(f"/proposals/{proposal['id']}/approve", {"digest": proposal["digest"]})
    stack.order.write_text(f"proposal.apply:{place}")
    job = await stack.ended((await stack.post(f"/proposals/{proposal['id']}/apply", {}))["job_id"])
    assert not stack.order.exists(), "nobody died"
    assert job["status"] == "success", job
    ref = f"refs/hivesync/changes/{proposal['id']}"
    read = await stack.get(f"/projects/{journey.project_id}/files/content", path="module_0.py", ref=ref)
    assert '"""' in read["content"].split("def add")[1]
    assert run_git(journey.source, "rev-list", "--count", "HEAD").strip() == "1", "upstream is untouched"


@pytest.mark.parametrize("place", ["claimed", "pushed"])
async def test_a_push_killed_on_either_side_pushes_one_commit(journey: Journey, place: str) -> None:
    stack = journey.stack
    accepted = await stack.post("/ai/documentation", {"project_id": journey.project_id, "paths": ["module_0.py"]})
    await stack.ended(accepted["job_id"])
    proposal = (await journey.proposals())[0]
    await stack.post(f"/proposals/{proposal['id']}/approve", {"digest": proposal["digest"]})
    stack.order.write_text(f"proposal.apply:{place}")
    asked = await stack.post(f"/proposals/{proposal['id']}/apply", {"push_branch": "docs"})
    job = await stack.ended(asked["job_id"])
    assert not stack.order.exists(), "nobody died"
    assert job["status"] == "success", job
    assert run_git(journey.source, "rev-list", "--count", "HEAD..docs").strip() == "1"


@pytest.mark.parametrize("place", ["claimed", "before finish"])
@pytest.mark.parametrize("kind", ["file-summary", "inline-comment", "rename-suggestions"])
async def test_an_answer_killed_anywhere_is_given_once(journey: Journey, kind: str, place: str) -> None:
    journey.stack.order.write_text(f"ai.run:{place}")
    lines = {"start_line": 4, "end_line": 7} if kind == "inline-comment" else {}
    body = {"project_id": journey.project_id, "path": "module_0.py", **lines}
    accepted = await journey.stack.post(f"/ai/{kind}", body)
    await journey.stack.struck()
    job = await journey.stack.ended(accepted["job_id"])
    assert job["status"] == "success", job
    answer = await journey.stack.get(f"/ai/result/{accepted['job_id']}")
    assert [each["outcome"] for each in answer["provider_attempts"]] == ["answered"]


@pytest.mark.parametrize("place", ["claimed", "before finish"])
async def test_a_removal_killed_anywhere_leaves_no_mirror(journey: Journey, place: str) -> None:
    stack, mirror = journey.stack, journey.stack.data_dir / "repos" / journey.project_id
    assert mirror.exists()
    stack.order.write_text(f"repo.remove:{place}")
    assert (await stack.http.delete(f"/projects/{journey.project_id}")).is_success
    await stack.struck()
    await until(lambda: not mirror.exists(), seconds=60)


@pytest.mark.parametrize("place", ["before_push", "after_push"])
async def test_an_api_killed_on_either_side_of_a_push_loses_and_doubles_nothing(journey: Journey, place: str) -> None:
    stack, head = journey.stack, journey.change()
    stack.order.write_text(f"dispatcher.{place}")
    with pytest.raises(httpx.HTTPError):
        await stack.http.post(f"/repos/{journey.project_id}/sync", headers={"Idempotency-Key": place})
    await until(stack.answers, seconds=60)
    again = await stack.http.post(f"/repos/{journey.project_id}/sync", headers={"Idempotency-Key": place})
    job = await stack.ended(again.json()["job_id"])
    assert job["status"] == "success"
    history = await stack.get(f"/repos/{journey.project_id}/sync")
    assert [run["head_after"] for run in history["items"]].count(head) == 1
    await journey.described(head)


async def test_a_flushed_redis_loses_nothing(journey: Journey) -> None:
    stack = journey.stack
    body = {"project_id": journey.project_id, "path": "module_0.py"}
    async with stack.nobody_works():
        accepted = [await stack.post("/ai/file-summary", body | {"ref": None}) for _ in range(5)]
        client = Redis.from_url(url_for(stack.data_dir))
        await client.flushall()
        await client.aclose()
    ended = [await stack.ended(each["job_id"]) for each in accepted]
    assert {job["status"] for job in ended} == {"success"}


async def test_a_worker_killed_from_outside_is_replaced_and_its_job_goes_on(journey: Journey) -> None:
    stack, head = journey.stack, journey.change()
    accepted = await stack.post(f"/repos/{journey.project_id}/sync")
    assert stack.signal("worker", signal.SIGKILL) >= 2
    assert (await stack.ended(accepted["job_id"]))["status"] == "success"
    assert (await stack.get(f"/repos/{journey.project_id}/sync"))["items"][0]["head_after"] == head
