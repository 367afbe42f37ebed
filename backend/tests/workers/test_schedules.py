"""Stored schedules: once across all instances, one catch-up, an administrator's change survives, clocks may jump."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.jobs.cron import CronRefused, check_cron, next_run
from app.adapters.jobs.schedule import CronChore, CronSchedule
from app.core.clock import FrozenClock
from app.models.job import StoredSchedule
from app.services.cleanup.messages import RunCleanupTask

from tests.fixtures.jobs import drain, staged
from tests.fixtures.people import People, auth_headers

HOUR = 3600


def hourly(cron: str = "0 * * * *") -> CronSchedule:
    return CronSchedule("mornings", cron, "For tests.", lambda: RunCleanupTask(task="expire_sessions", dry_run=True))


async def stored(container: Container) -> StoredSchedule:
    async with container.scope(read_only=True) as scope:
        return (await scope.session.execute(select(StoredSchedule))).scalar_one()


async def runs(container: Container) -> int:
    return len(await staged(container, RunCleanupTask))


async def test_it_runs_when_it_is_due_and_not_before(container: Container, clock: FrozenClock) -> None:
    chore = CronChore([hourly()])
    assert await chore(container) == 0
    clock.move(seconds=HOUR - 1)
    assert await chore(container) == 0
    clock.move(seconds=1)
    assert [await chore(container), await chore(container)] == [1, 0]
    row = await stored(container)
    assert (row.last_run_at, row.next_run_at) == (clock.now(), clock.now() + timedelta(hours=1))
    assert [row.last_job_id] == [job.id for job in await staged(container, RunCleanupTask)]


async def test_of_many_instances_one_stages_it(container: Container, clock: FrozenClock) -> None:
    chores = [CronChore([hourly()]) for _ in range(6)]
    await asyncio.gather(*(chore(container) for chore in chores))
    for _ in range(5):
        clock.move(seconds=HOUR)
        assert sum(await asyncio.gather(*(chore(container) for chore in chores))) == 1
    assert await runs(container) == 5


async def test_of_many_missed_runs_one_is_made_up_for(container: Container, clock: FrozenClock) -> None:
    await CronChore([hourly()])(container)
    clock.move(seconds=100 * HOUR)
    again = CronChore([hourly()])
    assert [await again(container), await again(container)] == [1, 0]
    assert (await stored(container)).next_run_at == clock.now() + timedelta(hours=1)


async def test_a_clock_that_jumps_back_runs_nothing_twice(container: Container, clock: FrozenClock) -> None:
    chore = CronChore([hourly()])
    await chore(container)
    clock.move(seconds=HOUR)
    assert await chore(container) == 1
    clock.move(seconds=-HOUR / 2)
    assert await chore(container) == 0
    clock.move(seconds=HOUR / 2)
    assert await chore(container) == 0, "that hour has had its run"
    clock.move(seconds=HOUR)
    assert await chore(container) == 1


async def test_a_clock_that_was_years_ahead_does_not_stop_it_for_years(
    container: Container, clock: FrozenClock
) -> None:
    chore = CronChore([hourly()])
    await chore(container)
    clock.move(seconds=20_000 * HOUR)
    assert await chore(container) == 1
    clock.move(seconds=-20_000 * HOUR)
    assert await chore(container) == 0
    clock.move(seconds=HOUR)
    assert await chore(container) == 1


async def test_a_line_that_somebody_broke_stops_no_other(container: Container, clock: FrozenClock) -> None:
    fine = CronSchedule("fine", "0 * * * *", "For tests.", lambda: RunCleanupTask(task="sweep_tmp", dry_run=True))
    chore = CronChore([hourly(), fine])
    await chore(container)
    async with container.scope() as scope:
        row = (
            await scope.session.execute(select(StoredSchedule).where(StoredSchedule.name == "mornings"))
        ).scalar_one()
        row.cron = "every now and then"
    clock.move(seconds=HOUR)
    assert await chore(container) == 1


async def test_what_an_administrator_changed_survives_a_restart(
    container: Container, clock: FrozenClock, client: AsyncClient, people: People
) -> None:
    headers = auth_headers(await people.admin())
    await CronChore([hourly()])(container)
    answer = await client.patch("/admin/schedules/mornings", json={"cron": "30  3 * * mon"}, headers=headers)
    assert answer.json()["cron"] == "30 3 * * mon"
    await CronChore([hourly("0 0 * * *")])(container)
    row = await stored(container)
    assert (row.cron, row.next_run_at) == ("30 3 * * mon", datetime(2026, 1, 5, 3, 30, tzinfo=UTC))
    off = (await client.patch("/admin/schedules/mornings", json={"enabled": False}, headers=headers)).json()
    assert (off["enabled"], off["next_run_at"]) == (False, None)
    clock.move(seconds=1000 * HOUR)
    headers = people.fresh_headers(await people.admin("other"))
    chore = CronChore([hourly()])
    assert await chore(container) == 0
    on = (await client.patch("/admin/schedules/mornings", json={"enabled": True}, headers=headers)).json()
    assert on["next_run_at"] > clock.now().isoformat(), "nothing is made up for that was not wanted"
    assert await chore(container) == 0


async def test_administrators_see_how_the_last_run_went(
    container: Container, clock: FrozenClock, client: AsyncClient, people: People
) -> None:
    chore = CronChore([hourly()])
    await chore(container)
    clock.move(seconds=HOUR)
    await chore(container)
    await drain(container)
    headers = auth_headers(await people.admin())
    shown = (await client.get("/admin/schedules", headers=headers)).json()["items"]
    assert [(each["name"], each["last_status"]) for each in shown] == [("mornings", "success")]
    nonsense = await client.patch("/admin/schedules/a%00b", json={"enabled": True}, headers=headers)
    assert nonsense.status_code == 422
    missing = await client.patch("/admin/schedules/evenings", json={"enabled": True}, headers=headers)
    assert (missing.status_code, missing.json()["details"]["schedules"]) == (404, ["mornings"])


@pytest.mark.parametrize(
    "line",
    ["", "* * * *", "* * * * * *", "61 * * * *", "0 0 30 2 *", "@daily", "* * * * *; drop", "a b c d e", "* " * 200],
)
def test_what_is_no_cron_line_or_never_comes_is_refused(line: str) -> None:
    with pytest.raises(CronRefused):
        check_cron(line)


def test_times_are_utc_and_strictly_later() -> None:
    at = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert next_run("30 0 * * *", at) == at + timedelta(days=1)
    assert next_run("*/15 * * * *", at + timedelta(seconds=1)) == at + timedelta(minutes=15)
