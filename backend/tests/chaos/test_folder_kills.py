"""`kill -9` while a folder is committed: the mirror is at the old commit or the new one, and the retry ends it."""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from app.adapters.git.layout import MirrorFolder

from tests.chaos.stack import Stack, a_database, running
from tests.fixtures.repos import run_git
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

PLACES = ("claimed", "commit 1", "after begin", "looking at the mirror", "before record", "commit 2", "before finish")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """One running product for all these tests."""
    async with a_database() as extra, running(tmp_path_factory.mktemp("product"), **extra) as stack:
        yield stack


async def send(stack: Stack, project_id: str, files: dict[str, bytes]) -> str:
    """Send a folder; where its commit is asked for."""
    listed = {
        path: {"sha256": sha256(data).hexdigest(), "size": len(data), "mode": "100644"} for path, data in files.items()
    }
    path = f"/projects/{project_id}/folder-sync"
    opened = await stack.post(path, {"files": listed})
    contents = {sha256(data).hexdigest(): data for data in files.values()}
    for name in opened["missing"]:
        answer = await stack.http.put(f"{path}/{opened['sync_id']}/blobs/{name}", content=contents[name])
        assert answer.status_code == 204, answer.text
    return f"{path}/{opened['sync_id']}/commit"


def mirror(stack: Stack, project_id: str) -> Path:
    """The present generation."""
    found = MirrorFolder.of(stack.data_dir / "repos", UUID(project_id)).current()
    assert found is not None
    return found


async def newest(stack: Stack, project_id: str) -> dict[str, Any]:
    """The last of the project's syncs."""
    history = await stack.get(f"/repos/{project_id}/sync")
    run: dict[str, Any] = history["items"][0]
    return run


@pytest.mark.parametrize("place", PLACES)
async def test_a_commit_killed_anywhere_is_made_once(product: Stack, tmp_path: Path, place: str) -> None:
    stack = product
    project_id = (await stack.post("/projects", {"name": tmp_path.name}))["id"]
    first = await stack.post(await send(stack, project_id, {"a.txt": b"one\n", "b/c.txt": b"two\n"}))
    assert (await stack.ended(first["job_id"]))["status"] == "success"
    before = (await newest(stack, project_id))["head_after"]
    commit = await send(stack, project_id, {"a.txt": b"other\n", "b/c.txt": b"two\n"})
    stack.order.write_text(f"folder.commit:{place}")
    accepted = await stack.post(commit)
    await stack.struck()
    # Whatever moment this is, a reader sees one of the two, whole.
    seen = run_git(mirror(stack, project_id), "show", "main:a.txt")
    assert seen in ("one", "other")
    job = await stack.ended(accepted["job_id"])
    assert job["status"] == "success", job
    run = await newest(stack, project_id)
    after = run_git(mirror(stack, project_id), "rev-parse", "main")
    assert (run["job_id"], run["status"], run["head_before"], run["head_after"]) == (
        accepted["job_id"], "success", before, after,
    )  # fmt: skip
    moved = {"name": "refs/heads/main", "action": "updated", "before": before, "after": after}
    assert (run["ref_changes"], run["notes"]) == ([moved], ["Folder sync: 0 added, 1 changed, 0 removed."])
    assert run_git(mirror(stack, project_id), "rev-list", "main").split() == [after, before]
    assert run_git(mirror(stack, project_id), "show", "main:a.txt") == "other"
    assert (await stack.post(commit))["job_id"] == accepted["job_id"]
    await described(stack, project_id, after)
    assert list((stack.data_dir / "tmp").glob("folder-sync-*")) == []


async def described(stack: Stack, project_id: str, head: str) -> None:
    """Wait until the manifest is at this commit."""

    async def is_at_head() -> bool:
        answer = await stack.http.get(f"/projects/{project_id}/manifest")
        return answer.is_success and answer.json()["commit"] == head

    await until(is_at_head, seconds=60)
