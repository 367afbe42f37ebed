"""Syncs, run by the real runner against real repositories."""

import asyncio
from dataclasses import dataclass, replace
from shutil import rmtree
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.git.port import SyncResult
from app.core.clock import FrozenClock
from app.core.jobs import JobStatus
from app.models.repo import RepoMirror, SyncRun
from app.services.manifest.messages import BuildManifest
from app.services.projects.service import ProjectService
from app.services.repos.messages import RemoveMirror, SyncRepo
from app.services.repos.overview import read_overview
from app.services.repos.schedule import stage_due_syncs
from app.services.repos.schemas import SyncHistoryOut
from app.services.repos.service import RepoService
from app.workers.leases import LeaseKeeper
from app.workers.runner import Runner

from tests.fixtures.jobs import assert_staged, drain, read_job, staged
from tests.fixtures.repos import impatient_mirrors, taken_mirror
from tests.fixtures.synced import Crash, FaultyStore, Mirrored


class Hang:
    """Never comes back."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.was_cancelled = False

    async def after(self) -> None:
        self.started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise


@dataclass
class ForestalledStore(FaultyStore):
    """Real mirrors whose project is deleted, with all that follows, just before git starts."""

    mirrored: Mirrored

    async def sync(self, *arguments: Any, **named: Any) -> SyncResult:
        async with self.mirrored.container.scope(self.mirrored.owner.actor) as scope:
            await ProjectService(scope).delete(self.mirrored.project_id)
        await self.mirrored.run_jobs()
        return await self.real.writer().sync(*arguments, **named)

    async def remove(self, project_id: UUID) -> None:
        await self.real.writer().remove(project_id)


async def run(container: Container) -> list[str]:
    return [f"{ran.kind} {ran.outcome}" for ran in await drain(container)]


async def overview(mirrored: Mirrored) -> SyncHistoryOut:
    async with mirrored.container.scope(read_only=True) as scope:
        return await read_overview(scope, mirrored.project_id, limit=50, after=None)


async def mirror_row(mirrored: Mirrored) -> RepoMirror:
    async with mirrored.container.scope(read_only=True) as scope:
        return (await scope.session.execute(select(RepoMirror))).scalar_one()


async def test_a_new_project_is_synced_and_described(mirrored: Mirrored) -> None:
    head = mirrored.repo.commit({"a.py": "1\n"})
    assert await mirrored.run_jobs() == ["repo.sync success", "manifest.build success"]
    seen = await overview(mirrored)
    assert (seen.head, seen.default_branch, seen.generation, seen.branches) == (head, "main", 1, 1)
    assert [(run.trigger, run.status, run.head_after) for run in seen.items] == [("initial", "success", head)]
    assert seen.last_success == seen.last_attempt == seen.items[0]
    assert seen.next_sync_at is not None


async def test_a_second_request_joins_the_first(mirrored: Mirrored) -> None:
    mirrored.repo.commit({"a.py": "1\n"})
    async with mirrored.container.scope(mirrored.owner.actor) as scope:
        first = await RepoService(scope).request_sync(mirrored.project_id, trigger="manual")
        second = await RepoService(scope).request_sync(mirrored.project_id, trigger="manual")
    assert first.id == second.id == (await assert_staged(mirrored.container, SyncRepo)).id
    assert len((await overview(mirrored)).items) == 1


async def test_after_a_sync_ends_the_next_request_is_a_new_one(mirrored: Mirrored) -> None:
    mirrored.repo.commit({"a.py": "1\n"})
    await mirrored.run_jobs()
    second = mirrored.repo.commit({"a.py": "2\n"})
    assert await mirrored.sync() == ["repo.sync success", "manifest.build success"]
    seen = await overview(mirrored)
    assert seen.items[0].head_after == second
    assert seen.generation == 2


async def test_delivered_twice_it_is_recorded_once(mirrored: Mirrored) -> None:
    mirrored.repo.commit({"a.py": "1\n"})
    await mirrored.run_jobs()
    run_id = (await overview(mirrored)).items[0].id
    async with mirrored.container.scope() as scope:
        assert await RepoService(scope).begin(run_id) is None
    assert (await mirror_row(mirrored)).generation == 1


async def test_a_rewritten_history_a_deleted_branch_and_a_new_default_are_remarked(mirrored: Mirrored) -> None:
    repo = mirrored.repo
    repo.commit({"a.py": "1\n"})
    repo.commit({"b.py": "1\n"}, branch="old")
    await mirrored.run_jobs()
    repo.git("update-ref", "-d", "refs/heads/old")
    repo.git("update-ref", "-d", "refs/heads/main")
    repo.commit({"a.py": "other\n"})
    repo.git("branch", "trunk", "main")
    repo.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    await mirrored.sync()
    run = (await overview(mirrored)).items[0]
    assert run.notes == [
        "History was rewritten on main.",
        "Deleted: old.",
        "The default branch changed from main to trunk.",
    ]
    assert run.ref_counts == {"added": 1, "updated": 0, "forced": 1, "deleted": 1}


async def test_a_branch_whose_name_is_no_text_is_shown_escaped(mirrored: Mirrored) -> None:
    mirrored.repo.commit({"a.py": "1\n"})
    mirrored.repo.git("branch", "lat-\udce9", "main")
    mirrored.repo.git("symbolic-ref", "HEAD", "refs/heads/lat-\udce9")
    assert await mirrored.run_jobs() == ["repo.sync success", "manifest.build success"]
    seen = await overview(mirrored)
    assert (seen.default_branch, seen.branches) == (r"lat-\xe9", 2)
    assert r"refs/heads/lat-\xe9" in [change.name for change in seen.items[0].ref_changes]


async def test_an_empty_repository_syncs_and_says_so(mirrored: Mirrored) -> None:
    assert await mirrored.run_jobs() == ["repo.sync success"]
    seen = await overview(mirrored)
    assert seen.items[0].notes == ["The repository has no commits yet."]
    assert (seen.head, seen.items[0].status) == (None, "success")


async def test_a_damaged_mirror_is_healed_and_the_history_says_so(mirrored: Mirrored, container: Container) -> None:
    mirrored.repo.commit({"a.py": "1\n"})
    await mirrored.run_jobs()
    (generation,) = (container.settings.data_dir / "repos" / str(mirrored.project_id)).glob("g-*.git")
    next(generation.glob("objects/pack/*.pack")).unlink()
    mirrored.repo.commit({"a.py": "2\n"})
    await mirrored.sync()
    run = (await overview(mirrored)).items[0]
    assert (run.healed, run.notes) == (True, ["The mirror was damaged and was built anew."])


async def test_a_repository_that_vanishes_leaves_the_last_success_standing(
    mirrored: Mirrored, clock: FrozenClock
) -> None:
    head = mirrored.repo.commit({"a.py": "1\n"})
    await mirrored.run_jobs()
    mirrored.repo.path.rename(mirrored.repo.path.with_suffix(".gone"))
    outcomes = await mirrored.sync()
    while outcomes[-1] == "repo.sync retry":
        clock.move(seconds=600)
        outcomes += await mirrored.run_jobs()
    assert outcomes[-1] == "repo.sync failed"
    seen = await overview(mirrored)
    assert seen.last_success is not None
    assert seen.last_attempt is not None
    assert (seen.head, seen.last_success.head_after) == (head, head)
    assert (seen.last_attempt.status, seen.last_attempt.error_code) == ("failed", "REPO_UNREACHABLE")
    assert seen.last_error is not None


async def test_between_attempts_the_failure_can_be_read(mirrored: Mirrored) -> None:
    mirrored.repo.path.rename(mirrored.repo.path.with_suffix(".gone"))
    assert await mirrored.run_jobs() == ["repo.sync retry"]
    row = await mirror_row(mirrored)
    assert (row.last_attempt_status, row.last_error_code) == ("failed", "REPO_UNREACHABLE")


async def test_a_worker_that_dies_between_begin_and_record_leaves_nothing_behind(
    mirrored: Mirrored, container: Container
) -> None:
    head = mirrored.repo.commit({"a.py": "1\n"})
    job = await assert_staged(container, SyncRepo)
    run_id = SyncRepo.model_validate(job.payload).sync_run_id
    async with container.scope() as scope:
        await RepoService(scope).begin(run_id)
    assert await mirrored.run_jobs() == ["repo.sync success", "manifest.build success"]
    seen = await overview(mirrored)
    assert [(run.status, run.head_after) for run in seen.items] == [("success", head)]


async def test_a_crash_between_the_fetch_and_its_record_repeats_the_sync(
    mirrored: Mirrored, container: Container, clock: FrozenClock
) -> None:
    head = mirrored.repo.commit({"a.py": "1\n"})
    store = FaultyStore(container.mirrors, Crash())
    assert await run(replace(container, mirrors=store)) == ["repo.sync retry"]
    clock.move(seconds=600)
    assert await run(replace(container, mirrors=store)) == ["repo.sync success", "manifest.build success"]
    seen = await overview(mirrored)
    assert [(run.status, run.head_after) for run in seen.items] == [("success", head)]
    assert seen.generation == 1


async def test_what_an_unrecorded_sync_moved_is_remarked_by_the_next(
    mirrored: Mirrored, container: Container, clock: FrozenClock
) -> None:
    repo = mirrored.repo
    repo.commit({"a.py": "1\n"})
    repo.commit({"b.py": "1\n"}, branch="old")
    await mirrored.run_jobs()
    repo.git("update-ref", "-d", "refs/heads/old")
    repo.git("update-ref", "-d", "refs/heads/main")
    repo.commit({"a.py": "other\n"})
    await mirrored.request()
    store = FaultyStore(container.mirrors, Crash())
    assert await run(replace(container, mirrors=store)) == ["repo.sync retry"]
    clock.move(seconds=600)
    assert await run(replace(container, mirrors=store)) == ["repo.sync success", "manifest.build success"]
    recorded = (await overview(mirrored)).items[0]
    assert recorded.notes == ["History was rewritten on main.", "Deleted: old."]
    assert recorded.ref_counts == {"added": 0, "updated": 0, "forced": 1, "deleted": 1}


async def test_what_nobody_can_compare_with_is_said_to_be_incomplete(mirrored: Mirrored, container: Container) -> None:
    mirrored.repo.commit({"a.py": "1\n"})
    await mirrored.run_jobs()
    rmtree(container.settings.data_dir / "repos" / str(mirrored.project_id))
    mirrored.repo.commit({"a.py": "2\n"})
    await mirrored.sync()
    assert (await overview(mirrored)).items[0].notes == [
        "What the sync before left is not known any more: more may have moved than is listed."
    ]


async def test_cancelling_stops_git_and_ends_the_sync(mirrored: Mirrored, container: Container) -> None:
    hang = Hang()
    faulty = replace(container, mirrors=FaultyStore(container.mirrors, hang))
    job = await assert_staged(container, SyncRepo)
    keeper = LeaseKeeper(faulty)
    running = asyncio.create_task(Runner(faulty, keeper, "test").run_one(job.id))
    await hang.started.wait()
    async with container.scope() as scope:
        await scope.ledger.request_cancel(job.id)
    await keeper.renew()
    assert await running == "cancelled"
    assert hang.was_cancelled
    assert [run.status for run in (await overview(mirrored)).items] == ["cancelled"]


async def test_a_cancelled_job_ends_its_sync(mirrored: Mirrored, container: Container) -> None:
    mirrored.repo.commit({"a.py": "1\n"})
    job = await assert_staged(container, SyncRepo)
    async with container.scope() as scope:
        run = (await scope.session.execute(select(SyncRun))).scalar_one()
        await RepoService(scope).end(job.id, status=JobStatus.CANCELLED, code=None, message="Not wanted.")
        assert run.status == "cancelled"
    assert (await overview(mirrored)).last_attempt is None


async def test_due_syncs_are_staged_once(mirrored: Mirrored, container: Container, clock: FrozenClock) -> None:
    mirrored.repo.commit({"a.py": "1\n"})
    await mirrored.run_jobs()
    assert await stage_due_syncs(container) == 0
    clock.move(seconds=1000)
    assert await stage_due_syncs(container) == 1
    assert await stage_due_syncs(container) == 0
    assert await mirrored.run_jobs() == ["repo.sync success"]
    assert (await overview(mirrored)).items[0].trigger == "scheduled"


async def test_a_deleted_project_loses_its_mirror(mirrored: Mirrored, container: Container) -> None:
    mirrored.repo.commit({"a.py": "1\n"})
    await mirrored.run_jobs()
    async with container.scope(mirrored.owner.actor) as scope:
        await RepoService(scope).disconnect(mirrored.project_id)
    assert await mirrored.run_jobs() == ["repo.remove success"]
    assert not (container.settings.data_dir / "repos" / str(mirrored.project_id)).exists()


async def test_a_job_that_finds_the_mirror_taken_waits_at_no_cost(
    mirrored: Mirrored, container: Container, clock: FrozenClock
) -> None:
    head = mirrored.repo.commit({"a.py": "1\n"})
    await mirrored.run_jobs()
    hasty = replace(container, mirrors=impatient_mirrors(container.settings.data_dir))
    async with container.scope(mirrored.owner.actor) as scope:
        await RepoService(scope).request_sync(mirrored.project_id, trigger="manual")
        await scope.stage(RemoveMirror(project_id=mirrored.project_id), project_id=mirrored.project_id)
    async with taken_mirror(container.settings.data_dir, mirrored.project_id):
        for _ in range(6):
            assert await run(hasty) == ["repo.sync snoozed", "repo.remove snoozed"]
            clock.move(seconds=5)
    assert (await overview(mirrored)).last_error is None
    assert await run(hasty) == ["repo.sync success", "repo.remove success"]
    assert [run.head_after for run in (await overview(mirrored)).items] == [head, head]


async def test_a_mirror_that_is_made_after_its_project_was_deleted_is_deleted_too(
    mirrored: Mirrored, container: Container
) -> None:
    mirrored.repo.commit({"a.py": "1\n"})
    store = ForestalledStore(container.mirrors, Crash(), mirrored)
    assert await run(replace(container, mirrors=store)) == ["repo.sync cancelled", "repo.remove success"]
    assert not (container.settings.data_dir / "repos" / str(mirrored.project_id)).exists()
    assert [run.status for run in (await overview(mirrored)).items] == ["cancelled"]


async def test_a_sync_of_a_deleted_project_is_dropped(mirrored: Mirrored, container: Container) -> None:
    job = await assert_staged(container, SyncRepo)
    async with container.scope(mirrored.owner.actor) as scope:
        await ProjectService(scope).delete(mirrored.project_id)
    assert "repo.sync cancelled" in [f"{ran.kind} {ran.outcome}" for ran in await drain(container)]
    assert (await read_job(container, job.id)).status == "cancelled"


async def test_a_sync_that_moves_nothing_builds_nothing(mirrored: Mirrored, container: Container) -> None:
    mirrored.repo.commit({"a.py": "1\n"})
    await mirrored.run_jobs()
    assert await mirrored.sync() == ["repo.sync success"]
    assert len(await staged(container, BuildManifest, project_id=mirrored.project_id)) == 1
