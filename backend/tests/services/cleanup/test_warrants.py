"""A real run executes its plan and nothing else; one that is spent, old, another task's or changed is refused."""

from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import update

from app.core.clock import FrozenClock
from app.core.errors import Invalid
from app.models.cleanup import WarrantItem
from app.services.cleanup import warrants
from app.services.cleanup.absent import Absent
from app.services.cleanup.errors import UnknownTask, WarrantNotFound, WarrantUnfit
from app.services.cleanup.tasks import TASKS

from tests.fixtures.jobs import drain, read_job
from tests.fixtures.people import People, auth_headers
from tests.services.cleanup.conftest import Yard

NAMED = [
    "expire_sessions",
    "soft_delete_bundles",
    "purge_bundles",
    "sweep_tmp",
    "prune_orphan_blobs",
    "rotate_logs",
    "canvas_media_gc",
    "canvas_snapshots",
    "signup_cache_refresh",
    "mirror_pending",
]


async def test_a_dry_run_changes_nothing_and_its_warrant_takes_exactly_what_it_names(yard: Yard) -> None:
    planned = await yard.bundle("expired")
    plan = await yard.run("soft_delete_bundles", dry_run=True)
    assert (plan.status, plan.items, len(plan.digest)) == ("planned", 1, 64)
    assert (await yard.read(planned)).status == "expired"
    later = await yard.bundle("expired")
    done = await yard.run("soft_delete_bundles", warrant_id=plan.id)
    assert (done.id, done.status, done.deleted) == (plan.id, "executed", 1)
    assert (await yard.read(planned)).status == "soft_deleted"
    assert (await yard.read(later)).status == "expired", "it was not in the plan"


async def test_an_executed_and_another_tasks_and_an_unknown_warrant_are_refused(yard: Yard) -> None:
    done = await yard.run("expire_sessions")
    with pytest.raises(WarrantUnfit, match="executed"):
        await yard.request("expire_sessions", warrant_id=done.id)
    plan = await yard.run("expire_sessions", dry_run=True)
    with pytest.raises(WarrantUnfit, match="expire_sessions"):
        await yard.request("purge_bundles", warrant_id=plan.id)
    with pytest.raises(WarrantNotFound):
        await yard.request("purge_bundles", warrant_id=UUID(int=7))
    with pytest.raises(Invalid):
        await yard.request("expire_sessions", warrant_id=plan.id, dry_run=True)


async def test_an_expired_warrant_is_refused_at_the_door_and_by_the_worker(yard: Yard, clock: FrozenClock) -> None:
    plan = await yard.run("expire_sessions", dry_run=True)
    clock.move(seconds=23 * 3600)
    job = await yard.request("expire_sessions", warrant_id=plan.id)
    clock.move(seconds=2 * 3600)
    await drain(yard.container)
    assert (await read_job(yard.container, job.id)).error_code == "WARRANT_UNFIT"
    with pytest.raises(WarrantUnfit, match="expired"):
        await yard.request("expire_sessions", warrant_id=plan.id)


async def test_a_plan_that_somebody_changed_is_refused(yard: Yard) -> None:
    await yard.bundle("expired")
    precious = await yard.bundle("expired")
    plan = await yard.run("soft_delete_bundles", dry_run=True)
    async with yard.container.scope() as scope:
        change = update(WarrantItem).where(WarrantItem.position == 0)
        await scope.session.execute(change.values(target=f"preview_bundles/{precious.id}"))
    job = await yard.request("soft_delete_bundles", warrant_id=plan.id)
    await drain(yard.container)
    failed = await read_job(yard.container, job.id)
    assert (failed.status, failed.error_code) == ("failed", "WARRANT_UNFIT")
    assert (await yard.read(precious)).status == "expired"


async def test_a_warrant_is_taken_by_one_job_only(yard: Yard) -> None:
    plan = await yard.run("expire_sessions", dry_run=True)
    first, other = await yard.request("sweep_tmp"), await yard.request("rotate_logs")
    async with yard.container.scope() as scope:
        await warrants.take(scope, plan.id, task="expire_sessions", job_id=first.id)
    with pytest.raises(WarrantUnfit, match="another job"):
        async with yard.container.scope() as scope:
            await warrants.take(scope, plan.id, task="expire_sessions", job_id=other.id)


async def test_a_warrant_that_was_left_half_way_expires_like_any_other(yard: Yard, clock: FrozenClock) -> None:
    plan = await yard.run("expire_sessions", dry_run=True)
    ended, other = plan.plan_job_id, await yard.request("sweep_tmp")
    assert ended is not None
    async with yard.container.scope() as scope:
        await warrants.take(scope, plan.id, task="expire_sessions", job_id=ended)
    clock.move(seconds=25 * 3600)
    with pytest.raises(WarrantUnfit, match="expired"):
        async with yard.container.scope() as scope:
            await warrants.take(scope, plan.id, task="expire_sessions", job_id=other.id)


async def test_every_named_task_runs_and_those_without_a_subject_say_so(yard: Yard) -> None:
    assert set(NAMED) <= set(TASKS)
    for name, task in TASKS.items():
        done = await yard.run(name)
        assert (done.task, done.status, done.items) == (name, "executed", 0)
        if issubclass(task, Absent):
            assert "in this version" in (done.note or "")
        else:
            assert done.note is None


async def test_an_unknown_task_is_answered_with_the_list(yard: Yard) -> None:
    with pytest.raises(UnknownTask) as caught:
        await yard.request("make_coffee")
    assert set(caught.value.details["tasks"]) == set(TASKS)


async def test_administrators_plan_look_and_execute_over_http(client: AsyncClient, people: People, yard: Yard) -> None:
    headers = auth_headers(await people.admin("chief"))
    await yard.bundle("expired")
    answer = await client.post(
        "/admin/tasks/soft_delete_bundles/run",
        json={"dry_run": True},
        headers={**headers, "Idempotency-Key": "once"},
    )
    assert answer.status_code == 202
    again = await client.post(
        "/admin/tasks/soft_delete_bundles/run",
        json={"dry_run": True},
        headers={**headers, "Idempotency-Key": "once"},
    )
    assert again.json()["job_id"] == answer.json()["job_id"]
    await drain(yard.container)
    listed = (await client.get("/admin/warrants", params={"job_id": answer.json()["job_id"]}, headers=headers)).json()
    warrant_id = listed["items"][0]["warrant_id"]
    read = (await client.get(f"/admin/warrants/{warrant_id}", headers=headers)).json()
    assert [item["outcome"] for item in read["page"]] == ["pending"]
    run = await client.post("/admin/tasks/soft_delete_bundles/run", json={"warrant_id": warrant_id}, headers=headers)
    assert run.status_code == 202
    await drain(yard.container)
    read = (await client.get(f"/admin/warrants/{warrant_id}", params={"outcome": "deleted"}, headers=headers)).json()
    assert (read["status"], len(read["page"])) == ("executed", 1)
    tasks = (await client.get("/admin/tasks", headers=headers)).json()["items"]
    told = {task["name"]: task for task in tasks}
    assert told["soft_delete_bundles"]["last"]["warrant_id"] == warrant_id
    assert told["soft_delete_bundles"]["last_run_at"] is not None
    assert (told["purge_bundles"]["destructive"], told["purge_bundles"]["last"]) == (True, None)


@pytest.mark.parametrize("path", ["/admin/tasks", "/admin/warrants", "/admin/schedules"])
async def test_others_than_administrators_see_nothing(client: AsyncClient, people: People, path: str) -> None:
    headers = auth_headers(await people.user())
    assert (await client.get(path, headers=headers)).status_code == 403


async def test_others_than_administrators_run_nothing(client: AsyncClient, people: People) -> None:
    headers = auth_headers(await people.user())
    assert (await client.post("/admin/tasks/sweep_tmp/run", json={}, headers=headers)).status_code == 403
    assert (await client.post("/admin/tasks/sweep_tmp/run", json={})).status_code == 401
