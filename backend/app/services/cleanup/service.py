"""What administrators ask of cleanup: run a task, look at tasks and warrants, restore a bundle."""

from uuid import UUID

from sqlalchemy import func, select

from app.adapters.scope import Scope
from app.core.errors import Invalid
from app.core.paging import Page, decode_place, encode_cursor, encode_place
from app.models.cleanup import Warrant, WarrantItem
from app.models.job import Job
from app.schemas.paging import PageQuery
from app.services.cleanup import warrants
from app.services.cleanup.errors import WarrantNotFound, WarrantUnfit
from app.services.cleanup.messages import RunCleanupTask
from app.services.cleanup.schemas import BundleOut, RunTaskIn, TaskOut, WarrantItemOut, WarrantOut, WarrantPageOut
from app.services.cleanup.tasks import TASKS, task_named
from app.services.preview.restoring import restore_bundle


class CleanupService:
    """The rules of cleanup inside one scope. Who may is settled at the door."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._session = scope.session

    async def request_run(self, name: str, asked: RunTaskIn) -> Job:
        """Stage a run; UnknownTask, WarrantNotFound or WarrantUnfit at once where that can be known."""
        task = task_named(name)
        if asked.warrant_id is not None:
            if asked.dry_run:
                raise Invalid("A dry run plans anew: leave out warrant_id, or dry_run.")
            warrant = await self._warrant(asked.warrant_id)
            status = warrants.status_at(warrant, self._scope.clock.now())
            if warrant.task != task.name or status in ("executed", "expired"):
                raise WarrantUnfit(
                    f"This warrant is for {warrant.task} and {status}. Plan {task.name} again with a dry run.",
                    task=warrant.task,
                    status=status,
                )
        return await self._scope.stage(
            RunCleanupTask(task=task.name, dry_run=asked.dry_run, warrant_id=asked.warrant_id)
        )

    async def list_tasks(self) -> list[TaskOut]:
        """List every task with its newest warrant."""
        newest = await warrants.latest_by_task(self._scope)
        runs = await self._session.execute(select(Warrant.task, func.max(Warrant.executed_at)).group_by(Warrant.task))
        ended = {row[0]: row[1] for row in runs}
        return [
            TaskOut(
                name=task.name,
                description=task.description,
                destructive=task.destructive,
                last_run_at=ended.get(task.name),
                last=self._shown(newest[task.name]) if task.name in newest else None,
            )
            for task in TASKS.values()
        ]

    async def list_warrants(self, query: PageQuery, *, task: str | None, job_id: UUID | None) -> Page[WarrantOut]:
        """List warrants, newest first; of one task, or of the job that planned or executed them."""
        rows = select(Warrant).order_by(Warrant.id.desc()).limit(query.limit + 1)
        if query.after:
            rows = rows.where(Warrant.id < query.after)
        if task:
            rows = rows.where(Warrant.task == task_named(task).name)
        if job_id:
            rows = rows.where((Warrant.plan_job_id == job_id) | (Warrant.execute_job_id == job_id))
        found = list((await self._session.execute(rows)).scalars())
        shown = found[: query.limit]
        next_cursor = encode_cursor(shown[-1].id) if len(found) > query.limit else None
        return Page([self._shown(each) for each in shown], next_cursor)

    async def read_warrant(
        self, warrant_id: UUID, *, limit: int, cursor: str | None, outcome: str | None = None
    ) -> WarrantPageOut:
        """Read a warrant and a page of its items; only those with one outcome when asked."""
        warrant = await self._warrant(warrant_id)
        rows = select(WarrantItem).where(WarrantItem.warrant_id == warrant_id).order_by(WarrantItem.position)
        if cursor:
            rows = rows.where(WarrantItem.position > _position(cursor))
        if outcome:
            rows = rows.where(WarrantItem.outcome == outcome)
        found = list((await self._session.execute(rows.limit(limit + 1))).scalars())
        page = [WarrantItemOut.model_validate(each) for each in found[:limit]]
        next_cursor = encode_place(str(page[-1].position)) if len(found) > limit else None
        return WarrantPageOut(**self._shown(warrant).model_dump(), page=page, next_cursor=next_cursor)

    async def restore_bundle(self, bundle_id: UUID) -> BundleOut:
        """Bring a bundle back that is not yet purged."""
        bundle = await restore_bundle(self._scope, bundle_id)
        return BundleOut(bundle_id=bundle.id, status=bundle.status, expires_at=bundle.expires_at)

    async def _warrant(self, warrant_id: UUID) -> Warrant:
        found = (await self._session.execute(select(Warrant).where(Warrant.id == warrant_id))).scalar_one_or_none()
        if found is None:
            raise WarrantNotFound
        return found

    def _shown(self, warrant: Warrant) -> WarrantOut:
        facts = {
            name: getattr(warrant, name) for name in WarrantOut.model_fields if name not in ("warrant_id", "status")
        }
        status = warrants.status_at(warrant, self._scope.clock.now())
        return WarrantOut(warrant_id=warrant.id, status=status, **facts)


def _position(cursor: str) -> int:
    place = decode_place(cursor)
    if not (place.isascii() and place.isdigit() and len(place) < 10):
        raise Invalid("That cursor is not valid. Start again without one.", cursor=cursor[:100])
    return int(place)
