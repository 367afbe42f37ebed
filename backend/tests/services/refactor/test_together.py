"""What runs beside something ends with it."""

import asyncio

import pytest

from app.services.refactor.errors import TooManyMentions
from app.services.refactor.together import ending


async def test_a_failure_ends_what_still_runs_and_comes_out_as_it_is() -> None:
    never = asyncio.create_task(asyncio.Event().wait())
    with pytest.raises(TooManyMentions):
        async with ending([never]):
            raise TooManyMentions
    assert never.cancelled()


async def test_tasks_added_on_the_way_are_ended_too() -> None:
    tasks: list[asyncio.Task[object]] = []
    async with ending(tasks):
        tasks.append(asyncio.create_task(asyncio.Event().wait()))
    assert tasks[0].cancelled()
