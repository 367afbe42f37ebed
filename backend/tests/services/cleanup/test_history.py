"""History goes by age; what is young, unread, or needed by something else stays."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.core.clock import FrozenClock
from app.models.cleanup import Warrant
from app.models.folder import FolderSync
from app.models.job import IdempotencyKey, Job
from app.models.notification import Notification
from app.models.preview import PreviewBundle, PreviewSession
from app.services.cleanup import warrants

from tests.fixtures.people import People
from tests.fixtures.sent_folders import Folder
from tests.services.cleanup.conftest import Yard

DAY = 86400


async def test_old_jobs_and_read_notifications_go_and_what_is_needed_stays(
    yard: Yard, people: People, clock: FrozenClock
) -> None:
    person = await people.user("reader")
    old, repeated = await yard.run("expire_sessions"), await yard.run("rotate_logs")
    waiting = await yard.waiting_job()
    then, later = clock.now(), clock.now() + timedelta(days=31)
    async with yard.container.scope() as scope:
        for name, read_at in (("read", then), ("unread", None)):
            scope.session.add(
                Notification(
                    id=scope.ids.new(), user_id=person.id, kind="test", title=name, body=name,
                    dedupe_key=name, created_at=then, read_at=read_at,
                )
            )  # fmt: skip
        scope.session.add(
            IdempotencyKey(
                user_id=person.id, key="k", request_hash="0" * 64, job_id=repeated.execute_job_id, created_at=later
            )
        )
    clock.move(seconds=31 * DAY)
    await yard.run("prune_history")
    async with yard.container.scope(read_only=True) as scope:
        jobs = set((await scope.session.execute(select(Job.id))).scalars())
        told = list((await scope.session.execute(select(Notification.dedupe_key))).scalars())
    assert old.execute_job_id not in jobs
    assert {repeated.execute_job_id, waiting} <= jobs
    assert told == ["unread"]


async def test_what_is_left_of_a_preview_goes_once_nobody_can_see_it(yard: Yard, clock: FrozenClock) -> None:
    over, lives = await yard.session(hours_left=24), await yard.session(hours_left=24 * 40)
    purged, hidden = await yard.bundle("soft_deleted", hours_left=1), await yard.bundle("expired", hours_left=-1)
    clock.move(seconds=DAY)
    for task in ("expire_sessions", "purge_bundles"):
        await yard.run(task)
    clock.move(seconds=29 * DAY)
    await yard.run("prune_history")
    assert await ids_of(yard, PreviewSession) == {over.id, lives.id}
    assert await ids_of(yard, PreviewBundle) == {purged.id, hidden.id}
    clock.move(seconds=2 * DAY)
    await yard.run("prune_history")
    assert await ids_of(yard, PreviewSession) == {lives.id}
    assert await ids_of(yard, PreviewBundle) == {hidden.id}


async def test_a_session_stays_as_long_as_a_bundle_leads_to_it(yard: Yard, clock: FrozenClock) -> None:
    over, bundle = await yard.session(hours_left=1), await yard.bundle("soft_deleted", hours_left=1000)
    async with yard.container.scope() as scope:
        await scope.session.execute(
            update(PreviewBundle).where(PreviewBundle.id == bundle.id).values(session_id=over.id)
        )
    clock.move(seconds=DAY)
    await yard.run("expire_sessions")
    clock.move(seconds=40 * DAY)
    await yard.run("prune_history")
    assert await ids_of(yard, PreviewSession) == {over.id}


async def test_a_warrant_that_a_job_left_half_way_goes_too(yard: Yard, clock: FrozenClock) -> None:
    halves = [await yard.run("expire_sessions", dry_run=True) for _ in range(2)]
    waiting, ended = await yard.waiting_job(), halves[0].plan_job_id
    async with yard.container.scope() as scope:
        for warrant, job_id in zip(halves, (ended, waiting), strict=True):
            assert job_id is not None
            await warrants.take(scope, warrant.id, task="expire_sessions", job_id=job_id)
    clock.move(seconds=91 * DAY)
    await yard.run("prune_history")
    assert await ids_of(yard, Warrant) & {each.id for each in halves} == {halves[1].id}


async def ids_of(yard: Yard, table: type[PreviewSession | PreviewBundle | Warrant | FolderSync]) -> set[UUID]:
    async with yard.container.scope(read_only=True) as scope:
        return set((await scope.session.execute(select(table.id))).scalars())


async def test_a_folder_sync_goes_long_after_it_expired_unless_it_is_being_committed(
    yard: Yard, folder: Folder, clock: FrozenClock
) -> None:
    over = await folder.open({"a": b"1"})
    await folder.run_jobs()
    folder.project_id = (await People(yard.container).project(owner=folder.owner)).id
    at_work = await folder.open({"a": b"1"})
    async with yard.container.scope() as scope:
        await scope.session.execute(
            update(FolderSync).where(FolderSync.id == UUID(at_work)).values(status="committing")
        )
    clock.move(seconds=30 * DAY)
    await yard.run("prune_history")
    assert await ids_of(yard, FolderSync) == {UUID(over), UUID(at_work)}
    clock.move(seconds=2 * DAY)
    await yard.run("prune_history")
    assert await ids_of(yard, FolderSync) == {UUID(at_work)}
