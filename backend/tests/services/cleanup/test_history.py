"""History goes by age; what is young, unread, or needed by something else stays."""

from datetime import timedelta

from sqlalchemy import select

from app.core.clock import FrozenClock
from app.models.job import IdempotencyKey, Job
from app.models.notification import Notification

from tests.fixtures.people import People
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
