"""The leader's chores: one that breaks stops neither the others nor the process."""

from datetime import timedelta

from app.adapters.container import Container
from app.adapters.jobs.schedule import Schedule
from app.workers.scheduler import Scheduler


async def test_a_chore_with_a_bug_does_not_stop_the_others(container: Container) -> None:
    done: list[str] = []

    async def broken(_container: Container) -> None:
        raise KeyError("a bug")

    async def sound(_container: Container) -> None:
        done.append("sound")

    chores = [Schedule("broken", timedelta(seconds=1), broken), Schedule("sound", timedelta(seconds=1), sound)]
    await Scheduler(container, holder="me", schedules=chores).tick()
    assert done == ["sound"]
