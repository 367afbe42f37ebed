"""Workers do all their work under a database role that may not touch people, sessions or approvals."""

from datetime import timedelta
from hashlib import sha256

import pytest
from asyncpg import InsufficientPrivilegeError
from httpx import AsyncClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app import wiring
from app.adapters.container import Container
from app.adapters.db.locks import drop_lease, take_lease
from app.core.clock import FrozenClock
from app.core.jobs import JobStatus
from app.models.notification import Notification
from app.models.proposal import Hunk
from app.services.repos.messages import SyncRepo
from app.workers.scheduler import Scheduler

from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import drain, read_job, staged
from tests.flows.conftest import Body, Traveller, hunk_ids

pytestmark = pytest.mark.postgres


@pytest.fixture
async def ann(container: Container, workers: Container, client: AsyncClient) -> Traveller:
    """Somebody whose jobs are run by workers with a role of their own."""
    traveller = Traveller(container, workers, client)
    await traveller.register()
    return traveller


async def proposed(ann: Traveller, repo: GitRepo) -> Body:
    """Connect a repository and have it documented."""
    repo.commit({"shop.py": "def price(net, tax):\n    return net * (1 + tax)\n\n\ndef free():\n    return 0\n"})
    await ann.connect(repo)
    return await ann.document("shop.py")


async def test_the_workers_side_of_the_journey_needs_nothing_else(ann: Traveller, repo: GitRepo) -> None:
    proposal = await proposed(ann, repo)
    applied = await ann.apply(await ann.approve(proposal, hunk_ids(proposal)))
    assert applied["status"] == "applied"
    undo = await ann.post(f"/proposals/{proposal['id']}/revert")
    await ann.apply(await ann.approve(undo))
    assert (await ann.get(f"/proposals/{proposal['id']}"))["status"] == "reverted"
    repo.commit({"new.py": "ONE = 1\n"}, keep=True)
    assert (await ann.sync())["last_success"]["head_after"] == repo.head()
    told = {each["kind"] for each in (await ann.get("/notifications"))["items"]}
    assert told == {"proposal.ready", "proposal.applied"}


async def test_a_rename_needs_nothing_else(ann: Traveller, repo: GitRepo) -> None:
    await proposed(ann, repo)
    place = {"path": "shop.py", "line": 1, "column": 5, "new_name": "total"}
    accepted = await ann.http.post("/refactor/rename", json={"project_id": ann.project_id, **place})
    job = await ann.get(f"/refactor/jobs/{(await ann.done(accepted))['job_id']}")
    assert job["tiers"]["proven"] == 1


async def test_a_folder_needs_nothing_else(ann: Traveller, workers: Container) -> None:
    data = b"# Notes\n"
    project = await ann.post("/projects", {"name": "Notes"})
    path, name = f"/projects/{project['id']}/folder-sync", sha256(data).hexdigest()
    listed = {"README.md": {"sha256": name, "size": len(data), "mode": "100644"}}
    for mode in ("success", "failed"):
        sync = await ann.post(path, {"files": {**listed, f"{mode}.md": listed["README.md"]}})
        await ann.http.put(f"{path}/{sync['sync_id']}/blobs/{name}", content=data)
        job = await ann.post(f"{path}/{sync['sync_id']}/commit")
        if mode == "failed":
            (workers.settings.data_dir / "tmp" / f"folder-sync-{sync['sync_id']}" / "files").unlink()
        await drain(workers)
        assert (await ann.get(f"/jobs/{job['job_id']}"))["status"] == mode


async def test_the_scheduler_a_rescue_and_a_failing_sync_need_nothing_else(
    ann: Traveller, repo: GitRepo, workers: Container, clock: FrozenClock
) -> None:
    await proposed(ann, repo)
    repo.path.rename(repo.path.with_name("gone"))
    clock.move(seconds=10 * workers.settings.git.sync_interval_seconds)
    await lead(workers)
    sync = (await staged(workers, SyncRepo))[-1]
    async with workers.scope() as scope:
        assert await scope.ledger.claim(sync.id, worker_id="dying")
    clock.move(seconds=60)
    await lead(workers)
    while (await read_job(workers, sync.id)).status == JobStatus.QUEUED:
        await drain(workers)
        clock.move(seconds=600)
    assert (await read_job(workers, sync.id)).status == JobStatus.FAILED
    async with ann.container.scope(read_only=True) as scope:
        told = (await scope.session.execute(select(Notification.kind))).scalars().all()
    assert "repo.sync.failed" in told


async def lead(workers: Container) -> None:
    """Do once what the scheduler's leader does, and let nothing that fails pass."""
    async with workers.scope() as scope:
        assert await take_lease(scope.session, workers.database, "leader", holder="me", length=timedelta(seconds=1))
        await drop_lease(scope.session, workers.database, "leader", holder="me")
    for chore in Scheduler(workers, holder="me", schedules=wiring.SCHEDULES).chores():
        await chore.run(workers)


async def test_an_approval_that_turns_out_stale_needs_nothing_else(ann: Traveller, repo: GitRepo) -> None:
    proposal = await proposed(ann, repo)
    await ann.approve(proposal, hunk_ids(proposal))
    job = await ann.post(f"/proposals/{proposal['id']}/apply")
    async with ann.container.scope() as scope:
        await scope.session.execute(update(Hunk).values(new_bytes=b"other"))
    await drain(ann.workers)
    assert (await ann.get(f"/jobs/{job['job_id']}"))["error"]["code"] == "APPROVAL_STALE"
    assert (await ann.get(f"/proposals/{proposal['id']}"))["status"] == "stale"


@pytest.mark.parametrize(
    "statement",
    [
        "update users set is_admin = true",
        "insert into users (id) select null",
        "select email from users",
        "select password_hash from credentials",
        "update credentials set password_hash = ''",
        "select token_hash from refresh_tokens",
        "insert into refresh_tokens (id) select null",
        "update refresh_tokens set revoked_at = null",
        "update memberships set role = 'owner'",
        "insert into project_grants (role) select 'owner'",
        "update projects set team_id = null",
        "update repo_mirrors set remote_url = ''",
        "update proposals set approved_at = now()",
        "update proposals set approved_by = null",
        "update proposals set digest = ''",
        "insert into proposals (id, approved_by) select null, null",
        "update hunks set chosen = true",
        "update hunks set new_bytes = ''",
        "update file_changes set path = ''",
        "insert into decisions (id) select null",
        "update decisions set digest = ''",
        "update applied_changes set applied_by = null",
        "update jobs set user_id = null",
        "update jobs set payload = '{}'",
        "delete from effects",
        "update effects set action = 'x'",
        "delete from effect_heads",
        "delete from proposals",
        "truncate jobs",
    ],
)
async def test_workers_may_not(workers: Container, statement: str) -> None:
    with pytest.raises(DBAPIError) as refused:
        async with workers.scope() as scope:
            await scope.session.execute(text(statement))
    assert getattr(refused.value.orig, "sqlstate", "") == InsufficientPrivilegeError.sqlstate, refused.value.orig
