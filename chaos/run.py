"""One run: make the place, start everybody, break things until the work is done, let it settle, judge."""

import asyncio
import os
import random
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select, text

from app.adapters.container import Container
from app.adapters.db.migrate import upgrade
from app.adapters.opening import open_container
from app.adapters.telemetry.logging import LogOptions, write_logs
from app.config import load_settings
from app.core.jobs import JobStatus
from app.models.job import Job
from app.models.user import User

from chaos.crew import Crew
from chaos.faults import SKEW, Nemesis
from chaos.jobs import EFFECTS, MOVES, PUSHES, STORED_PREFIX, TABLES, Bench, registry
from chaos.judge import Ended, Evidence, Verdict, judge
from chaos.machinery import Redis, own_postgres, small_disk, workplace
from chaos.notes import Notes
from chaos.plan import USERS, Mix
from chaos.store import Store

MUTANTS = ("", "no_sweep", "no_fence", "no_idempotence", "rescue_tail", "redis_only")
_SAYS_EVERY_SECONDS = 5.0
_LOOKS_EVERY_SECONDS = 0.25
# Faults stop here: what is left has to end by itself.
_BROKEN_SHARE = 0.95
_KEPT = ("PATH", "HOME", "PYTHONPATH", "LC_ALL", "VIRTUAL_ENV")

_MOVED = """insert into chaos_moves (job_id, old, new, old_epoch, new_epoch, attempt, max_attempts)
  values (new.id, old.status, new.status, old.epoch, new.epoch, new.attempt, new.max_attempts);"""
_FIRST_PUSHES = select(PUSHES.c.job_id, func.min(PUSHES.c.moment)).group_by(PUSHES.c.job_id)
_SQLITE_TRIGGERS = (
    f"create trigger chaos_moved after update of status, epoch, attempt on jobs begin {_MOVED} end",
    """create trigger chaos_pushed after update of pushed_at on jobs
when old.pushed_at is null and new.pushed_at is not null
begin insert into chaos_pushes (job_id, moment) values (new.id, (julianday('now') - 2440587.5) * 86400); end""",
)
_POSTGRES_TRIGGERS = (
    f"create function chaos_moved() returns trigger language plpgsql as $$ begin {_MOVED} return new; end $$",
    "create trigger chaos_moved after update of status, epoch, attempt on jobs"
    " for each row execute function chaos_moved()",
    """create function chaos_pushed() returns trigger language plpgsql as $$ begin
  insert into chaos_pushes (job_id, moment) values (new.id, extract(epoch from clock_timestamp()));
  return new; end $$""",
    "create trigger chaos_pushed after update of pushed_at on jobs for each row"
    " when (old.pushed_at is null and new.pushed_at is not null) execute function chaos_pushed()",
)


@dataclass(frozen=True, slots=True)
class Options:
    """What to run."""

    jobs: int
    seed: int
    workers: int
    minutes: float
    faults: tuple[str, ...]
    database: Literal["sqlite", "postgres"]
    mutant: str = ""
    mix: Mix = "mixed"
    every: float = 1.5
    # Faults stop after so long without any job that ends, and so does the run after as long again.
    calm_seconds: float = 30.0

    @property
    def away_seconds(self) -> float:
        """How long Redis may be away: half a minute in a run of 10,000."""
        return max(3.0, min(30.0, self.jobs * 0.003))


async def run(options: Options) -> Verdict:
    """Run once and judge."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(workplace())
        redis, postgres = Redis(folder), None
        url = f"sqlite:///{folder / 'data' / 'hivesync.db'}"
        if options.database == "postgres":
            postgres = await stack.enter_async_context(own_postgres(folder, os.environ.get("TEST_DATABASE_URL")))
            url = postgres.url
        await redis.start()
        stack.push_async_callback(redis.kill)
        has_disk = stack.enter_context(small_disk(folder / "tmp"))
        store = Store(random.Random(f"{options.seed} store"))
        store.start()
        stack.callback(store.stop)
        env = {**_environment(options, folder, url, redis.url), **store.settings}
        notes = Notes(folder / "notes")
        container = await stack.enter_async_context(_opened(env, notes, folder))
        await prepare(container)
        crew = Crew(container, notes, env, folder, options.mutant)
        nemesis = Nemesis(
            crew, container, notes, redis, postgres, folder / "tmp" if has_disk else None, store,
            dice=random.Random(f"{options.seed} faults"), faults=options.faults,
            away_seconds=options.away_seconds, every=(options.every * 0.4, options.every * 1.6),
        )  # fmt: skip
        _say(f"seed {options.seed}, {options.database}, {options.jobs} jobs, faults: {', '.join(nemesis.possible())}")
        crew.hire(options.workers, skewed=SKEW in options.faults)
        try:
            await _drive(options, container, crew, nemesis)
        finally:
            await crew.dismiss()
        evidence = await _evidence(options, container, crew, folder)
        kept = os.environ.get("CHAOS_KEEP")
        if kept:
            await asyncio.to_thread(_keep, folder, Path(kept))
        return judge(evidence)


def _keep(folder: Path, kept: Path) -> None:
    kept.mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / "notes", kept / "notes")
    shutil.copytree(folder / "logs", kept / "logs", dirs_exist_ok=True)


def _environment(options: Options, folder: Path, database_url: str, redis_url: str) -> dict[str, str]:
    (folder / "data").mkdir()
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "WORKER_GRACE_SECONDS": "0.3",
        "CHAOS_NOTES": str(folder / "notes"),
        "CHAOS_TMP": str(folder / "tmp"),
        "CHAOS_MUTANT": options.mutant,
        "CHAOS_JOBS": str(options.jobs),
        "CHAOS_SEED": str(options.seed),
        "CHAOS_MIX": options.mix,
        "CHAOS_PACE": "0" if options.mix == "backlog" else "0.05",
    }


@asynccontextmanager
async def _opened(env: dict[str, str], notes: Notes, folder: Path) -> AsyncIterator[Container]:
    with (folder / "driver.log").open("w", encoding="utf-8") as log:
        write_logs(LogOptions(service="chaos"), stream=log)
        bench = Bench(notes, "driver", folder / "tmp")
        async with open_container(load_settings(env), registry=registry(bench), subscriptions={}) as container:
            yield container


async def prepare(container: Container) -> None:
    """Make the tables, the witnesses' triggers and the users of a run."""
    database = container.database
    await upgrade(database)
    async with database.engine.begin() as connection:
        await connection.run_sync(TABLES.create_all)
        for statement in _POSTGRES_TRIGGERS if database.is_postgres else _SQLITE_TRIGGERS:
            await connection.execute(text(statement))
    async with container.scope() as scope:
        for number in range(USERS):
            scope.session.add(
                User(
                    id=container.ids.new(), email=f"user{number}@example.org", display_name=f"User {number}",
                    created_at=container.clock.now(),
                )
            )  # fmt: skip


async def _drive(options: Options, container: Container, crew: Crew, nemesis: Nemesis) -> None:
    began = time.monotonic()
    breaking: asyncio.Task[None] | None = asyncio.create_task(nemesis.run())
    told, done, moved_at = 0.0, -1, began
    try:
        while time.monotonic() - began < options.minutes * 60:
            await asyncio.sleep(_LOOKS_EVERY_SECONDS)
            counts = await _counts(container)
            if counts is None:
                continue
            over = sum(count for status, count in counts.items() if JobStatus(status).is_final)
            # Whoever has not begun yet is not calm: the processes are still starting.
            if over != done or not over:
                done, moved_at = over, time.monotonic()
            if time.monotonic() - told > _SAYS_EVERY_SECONDS:
                told = time.monotonic()
                faults = sum(nemesis.counts.values())
                _say(f"{told - began:5.0f} s  {dict(sorted(counts.items()))}  faults {faults}")
            asked = sum(counts.values())
            all_asked = crew.members[-1].daemon is not None and crew.members[-1].daemon.returncode == 0
            is_calm = time.monotonic() - moved_at > options.calm_seconds
            enough = over >= options.jobs * _BROKEN_SHARE or (all_asked and over >= asked * _BROKEN_SHARE)
            if breaking and (enough or is_calm):
                breaking.cancel()
                await asyncio.gather(breaking, return_exceptions=True)
                breaking, moved_at = None, time.monotonic()
            stuck = breaking is None and time.monotonic() - moved_at > options.calm_seconds
            if (all_asked and over == asked) or stuck:
                return
    finally:
        if breaking:
            breaking.cancel()
            await asyncio.gather(breaking, return_exceptions=True)


async def _counts(container: Container) -> dict[str, int] | None:
    """Count the jobs by state; None while the database is away."""
    try:
        async with container.scope(read_only=True) as scope:
            rows = await scope.session.execute(select(Job.status, func.count()).group_by(Job.status))
            return {row[0]: row[1] for row in rows}
    except Exception:
        return None


async def _evidence(options: Options, container: Container, crew: Crew, folder: Path) -> Evidence:
    async with container.scope(read_only=True) as scope:
        rows = await scope.session.execute(select(Job.id, Job.payload, Job.kind, Job.status, Job.error_message))
        jobs = {
            str(row[0]): Ended(str(row[0]), row[1]["number"], row[2].removeprefix("chaos."), row[3], row[4] or "")
            for row in rows
        }
        effects = list((await scope.session.execute(select(EFFECTS.c.key))).scalars())
        moves = (await scope.session.execute(select(MOVES).order_by(MOVES.c.id))).mappings().all()
        pushes = {str(UUID(row[0])): row[1] for row in await scope.session.execute(_FIRST_PUSHES)}
        running = select(func.count()).select_from(Job).where(Job.status == "running")
        leased = select(func.count()).select_from(Job).where(Job.status != "running", Job.lease_until.is_not(None))
        orphans = {
            "running rows": await scope.session.scalar(running) or 0,
            "leases": await scope.session.scalar(leased) or 0,
        }
        if not container.database.is_postgres:
            sound = await scope.session.scalar(text("pragma integrity_check"))
            orphans["unsound pages"] = int(sound != "ok")
    kept = {job.number for job in jobs.values() if job.kind == "stored" and job.number % 2 == 0}
    orphans["objects too many or missing"] = len(kept ^ await _stored(container))
    orphans["temporary files"] = sum(path.name != "ballast" for path in (folder / "tmp").iterdir())
    orphans["processes"] = len(list(crew.left_over()))
    return Evidence(
        lines=sorted(crew.notes.read(), key=lambda line: line["at"]), jobs=jobs, effects=effects,
        moves=[dict(move) for move in moves], pushes=pushes, orphans=orphans, asked=options.jobs,
    )  # fmt: skip


async def _stored(container: Container) -> set[int]:
    """Give the numbers of the jobs whose object is there."""
    return {int(found.key.removeprefix(STORED_PREFIX)) async for found in container.storage.list(STORED_PREFIX)}


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
