"""What a worker that works says in its log, once a minute."""

from structlog.testing import capture_logs

from app.adapters.container import Container
from app.core.clock import FrozenClock
from app.core.jobs import Done, Outcome
from app.workers.heartbeat import Heartbeat
from app.workers.leases import LeaseKeeper
from app.workers.roles import ROLES
from app.workers.runner import Runner

from tests.workers.errands import Errand, stage, with_handler


async def test_a_worker_tells_rates_and_queues_once_a_minute_while_it_works(
    container: Container, clock: FrozenClock
) -> None:
    async def work(_payload: Errand, _ctx: object) -> Outcome:
        return Done()

    working = with_handler(container, work)
    keeper = LeaseKeeper(working)
    heart = Heartbeat(working, ROLES["ai_worker"], "w1", 4, keeper)
    told = []
    for pause, jobs in ((0, 0), (30, 3), (30, 0), (60, 0)):
        clock.move(seconds=pause)
        for _ in range(jobs):
            await Runner(working, keeper, "w1").run_one(await stage(working))
        with capture_logs() as lines:
            await heart.beat()
        told.append([line for line in lines if line["event"] == "worker.working"])
    assert [len(lines) for lines in told] == [0, 0, 1, 0]
    (line,) = told[2]
    assert (line["log_level"], line["attempts"], line["per_minute"], line["active"]) == ("info", 3, 3.0, 0)
    assert "ai_jobs" in line["waiting"]
