"""Stored schedules: which there are from the start, what administrators see of them, and what they may change."""

from collections.abc import Callable, Sequence

from sqlalchemy import select

from app.adapters.jobs.cron import check_cron, next_run, next_runs
from app.adapters.jobs.schedule import CronSchedule, database_now
from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.jobs import JobPayload
from app.models.job import Job, StoredSchedule
from app.services.cleanup.errors import UnknownSchedule
from app.services.cleanup.messages import RunCleanupTask
from app.services.cleanup.schemas import NextRunsOut, ScheduleIn, ScheduleOut
from app.services.cleanup.tasks import TASKS

# In the order of the stages, so that what one leaves the next one finds; the slow ones when most people sleep.
_CRONS = {
    "expire_sessions": "*/5 * * * *",
    "soft_delete_bundles": "10 * * * *",
    "purge_bundles": "20 * * * *",
    "rotate_logs": "25 * * * *",
    "sweep_tmp": "40 * * * *",
    "prune_history": "50 2 * * *",
    "prune_orphan_blobs": "20 3 * * *",
}
# So many next times are shown of a line that somebody thinks about.
_PREVIEWED = 5


def _payload(task: str) -> Callable[[], JobPayload]:
    return lambda: RunCleanupTask(task=task)


SCHEDULES: Sequence[CronSchedule] = [
    CronSchedule(name, cron, TASKS[name].description, _payload(name)) for name, cron in _CRONS.items()
]


async def list_schedules(scope: Scope) -> list[ScheduleOut]:
    """List every stored schedule with the state of its last job."""
    rows = await scope.session.execute(
        select(StoredSchedule, Job.status).outerjoin(Job, Job.id == StoredSchedule.last_job_id)
    )
    return [_shown(stored, status) for stored, status in rows]


async def change_schedule(scope: Scope, name: str, change: ScheduleIn) -> ScheduleOut:
    """Change when a schedule runs, or whether; it next runs at its next time from now. Locks: its row."""
    query = select(StoredSchedule).where(StoredSchedule.name == name).with_for_update()
    stored = (await scope.session.execute(query)).scalar_one_or_none()
    if stored is None:
        known = await scope.session.execute(select(StoredSchedule.name).order_by(StoredSchedule.name))
        raise UnknownSchedule(schedules=list(known.scalars()))
    before = {"cron": stored.cron, "enabled": stored.is_enabled}
    if change.cron is not None:
        stored.cron = check_cron(change.cron)
    if change.enabled is not None:
        stored.is_enabled = change.enabled
    now = await database_now(scope)
    after = {"cron": stored.cron, "enabled": stored.is_enabled}
    if after != before:
        stored.next_run_at, stored.updated_at = next_run(stored.cron, now), now
        inverse = {"method": "PATCH", "path": f"/admin/schedules/{name}", "body": before}
        scope.record(Effect("schedule.changed", "schedule", name, before=before, after=after, inverse=inverse))
    await scope.session.flush()
    row = await scope.session.execute(
        select(StoredSchedule, Job.status)
        .outerjoin(Job, Job.id == StoredSchedule.last_job_id)
        .where(StoredSchedule.name == name)
    )
    return _shown(*row.one())


async def preview(scope: Scope, line: str) -> NextRunsOut:
    """Say when a cron line would come due, before anything is kept; CronRefused."""
    cron = check_cron(line)
    return NextRunsOut(cron=cron, next_runs=next_runs(cron, await database_now(scope), _PREVIEWED))


def _shown(stored: StoredSchedule, status: str | None) -> ScheduleOut:
    return ScheduleOut(
        name=stored.name,
        cron=stored.cron,
        description=stored.description,
        enabled=stored.is_enabled,
        next_run_at=stored.next_run_at if stored.is_enabled else None,
        last_run_at=stored.last_run_at,
        last_job_id=stored.last_job_id,
        last_status=status,
    )
