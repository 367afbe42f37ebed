"""What administrators ask over 1,000,000 job rows on PostgreSQL: the median and the slowest of each question."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.adapters.container import Container
from app.adapters.opening import open_container
from app.core.actor import Actor
from app.models.job import Job
from app.models.project import Project
from app.schemas.paging import PageQuery
from app.services.auth.service import AuthService
from app.services.ops import admin, health, history, queues
from app.services.ops.sampling import InstallationMetrics

from benchmarks.harness import Goal, Options, Result, compare, main, percentile, progress
from benchmarks.machinery import databases, private_redis, settings_for, silent_logs, workplace
from benchmarks.sides.noop import registry

DESCRIPTION = """1,000,000 jobs of thirty days, of eight queues and twenty kinds: most succeeded, 4 % failed, 2 % were
cancelled, 500 wait, 20 run. Each question is asked 30 times through the services, or as the query that a page of 50 of
`GET /admin/jobs` makes with that filter. PostgreSQL only; `--quick` loads 20,000 rows."""

_GOAL_MS = 50.0
_PAGE = 51
# Rows are dated every 2.592 s, so that a million of them make thirty days; the newest wait or run.
_LOAD = """
insert into jobs (id, kind, queue, payload, payload_version, status, phase, progress, attempt, max_attempts, epoch,
  priority, turn, gpu_required, worker_id, run_at, pushed_at, rescued, correlation_id, project_id, user_id, error_code,
  error_message, exhausted, created_at, started_at, finished_at)
select
  (lpad(to_hex((extract(epoch from made) * 1000)::bigint), 12, '0') || '7' || substr(mix, 1, 3) || '8'
    || substr(mix, 4, 15))::uuid,
  'bench.kind_' || n % 20,
  (array['ai_jobs', 'ai_jobs', 'ai_jobs', 'repo_sync', 'repo_sync', 'refactor', 'preview_build', 'mirror',
    'system_events', 'cleanup'])[1 + n % 10],
  jsonb_build_object('number', n, 'path', 'src/' || mix), 1, state,
  case state when 'success' then 'done' when 'running' then 'working' end, case state when 'success' then 1 else 0 end,
  case when state = 'queued' then 0 when spoiled then 5 when n % 37 = 0 then 2 else 1 end, 5, 1,
  0, n, false, case when state <> 'queued' then 'ai_worker-host' || n % 40 || '-1' end, made, made, false, mix,
  (select array_agg(id) from projects)[1 + n % 20], (select array_agg(id) from users)[1 + n % 10],
  case when state = 'failed' then (array['INTERNAL', 'UNAVAILABLE', 'REPO_UNREACHABLE', 'RARE'])
    [case when n % 5000 = 0 then 4 else 1 + n % 3 end] end,
  case when state = 'failed' then 'It did not work, and this says why and what to do next.' end,
  spoiled and state = 'failed', made,
  case when state <> 'queued' then made + interval '200 ms' end,
  case when state in ('success', 'failed', 'cancelled')
    then made + interval '200 ms' + (n % 9000) * interval '1 ms' end
from (
  select n, now() - (:rows - n) * interval '2.592 s' - interval '10 s' as made, md5(n::text) as mix,
    n % 125 = 0 as spoiled,
    case when n > :rows - 500 then 'queued' when n > :rows - 520 then 'running' when n % 25 = 0 then 'failed'
      when n % 50 = 1 then 'cancelled' else 'success' end as state
  from generate_series(1, :rows) n
) as rows
"""

Ask = Callable[[], Awaitable[object]]


async def measure(options: Options, result: Result) -> None:
    """Fill in the figures."""
    rows, times = options.size(1_000_000, quick=20_000), options.size(30, quick=3)
    async with _loaded(rows, result.skipped) as container:
        if container is None:
            return
        for what, ask in (await _questions(container)).items():
            await ask()
            spent = []
            for _ in range(times):
                started = time.perf_counter()
                await ask()
                spent.append((time.perf_counter() - started) * 1000)
            slowest = f"p95 {percentile(spent, 0.95):.1f} ms, slowest {max(spent):.1f} ms"
            goal = Goal(_GOAL_MS, on="value")
            result.figures.append(compare(what, "ms", "less", ours=spent, goal=goal, note=slowest))


@asynccontextmanager
async def _loaded(rows: int, skipped: list[str]) -> AsyncIterator[Container | None]:
    async with AsyncExitStack() as stack:
        folder: Path = stack.enter_context(workplace())
        stack.enter_context(silent_logs())
        redis_url = await stack.enter_async_context(private_redis(folder))
        places = await stack.enter_async_context(databases(folder, Options(), skipped))
        place = next((each for each in places if each.name == "PostgreSQL"), None)
        if place is None:
            yield None
            return
        settings = settings_for(folder, database_url=place.url, redis_url=redis_url)
        container = await stack.enter_async_context(open_container(settings, registry=registry(), subscriptions={}))
        await _people(container)
        progress(f"loading {rows:,} jobs")
        # Straight on the engine: loading takes longer than a statement of the product may.
        engine = create_async_engine(place.url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
            # The state machine's trigger is for updates; rows are inserted as they ended.
            await connection.execute(text(_LOAD.replace(":rows", str(rows))))
            await connection.execute(text("vacuum analyze jobs"))
        await engine.dispose()
        yield container


async def _people(container: Container) -> None:
    now = container.clock.now()
    async with container.scope() as scope:
        auth = AuthService(scope)
        users = [await auth.create_user(f"u{n}@example.org", f"User {n}", password_hash=f"none-{n}") for n in range(10)]
        for n in range(20):
            owner = users[n % 10].id
            scope.session.add(
                Project(id=scope.ids.new(), name=f"Bench {n}", created_by=owner, created_at=now, updated_at=now)
            )


async def _questions(container: Container) -> dict[str, Ask]:
    async with container.scope(read_only=True) as scope:
        failed = (await scope.session.execute(select(Job).where(Job.status == "failed").limit(1))).scalar_one()
    day_ago = container.clock.now() - timedelta(days=10)
    filters: dict[str, list[ColumnElement[bool]]] = {
        "no filter": [],
        "queue and status": [Job.queue == "repo_sync", Job.status == "failed"],
        "queue": [Job.queue == "mirror"],
        "kind": [Job.kind == "bench.kind_7"],
        "kind and status": [Job.kind == "bench.kind_5", Job.status == "failed"],
        "status": [Job.status == "cancelled"],
        "exhausted": [Job.exhausted.is_(True)],
        "worker": [Job.worker_id == "ai_worker-host7-1"],
        "project": [Job.project_id == failed.project_id],
        "user": [Job.user_id == failed.user_id],
        "error code, common": [Job.error_code == "INTERNAL"],
        "error code, rare": [Job.error_code == "RARE"],
        "error code, none such": [Job.error_code == "NOWHERE"],
        "correlation id": [Job.correlation_id == failed.correlation_id],
        "two attempts or more": [Job.attempt >= 2],
        "five attempts or more": [Job.attempt >= 5],
    }
    questions: dict[str, Ask] = {f"jobs by {name}": _page(container, *which) for name, which in filters.items()}
    finished = (Job.finished_at >= day_ago, Job.finished_at < day_ago + timedelta(hours=6))
    questions["jobs finished in six hours"] = _page(container, *finished, order=Job.finished_at)
    metrics = InstallationMetrics(container)
    scopes = container.scopes(Actor(failed.user_id))
    questions["jobs of kinds that fail"] = lambda: history.read_page(
        container, scopes, history.HistoryFilter(min_failure_rate=0.01), PageQuery(limit=_PAGE - 1)
    )
    questions["queues"] = lambda: queues.list_queues(container, scopes)
    questions["workers"] = lambda: admin.list_workers(container, scopes, admin.WorkerFilter())
    questions["causes"] = lambda: history.count_causes(container, scopes)
    questions["scrape of /metrics"] = metrics.sample
    questions["health, every check"] = lambda: health.examine(container)
    return questions


def _page(container: Container, *which: ColumnElement[bool], order: Any = Job.id) -> Ask:
    async def ask() -> list[UUID]:
        async with container.scope(read_only=True) as scope:
            found = await scope.session.execute(select(Job).where(*which).order_by(order.desc()).limit(_PAGE))
            return [job.id for job in found.scalars()]

    return ask


if __name__ == "__main__":
    main("history", measure, description=DESCRIPTION)
