"""When a cron line would come due, before anything is kept."""

import pytest
from httpx import AsyncClient

from tests.fixtures.people import People

PATH = "/admin/next-runs"


async def test_the_next_times_of_a_line_are_shown_before_it_is_kept(client: AsyncClient, people: People) -> None:
    root = await people.admin()
    answer = await client.get(PATH, params={"cron": " 15   3 * * * "}, headers=dict(root.headers))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["cron"] == "15 3 * * *"
    assert len(found["next_runs"]) == 5
    assert found["next_runs"] == sorted(set(found["next_runs"]))
    assert all(each.endswith("T03:15:00Z") for each in found["next_runs"])


@pytest.mark.parametrize("cron", ["", "every day", "0 0 31 2 *", "* * * * * *"])
async def test_a_line_that_never_comes_due_is_refused(client: AsyncClient, people: People, cron: str) -> None:
    root = await people.admin()
    answer = await client.get(PATH, params={"cron": cron}, headers=dict(root.headers))
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")


async def test_only_administrators_ask(client: AsyncClient, people: People) -> None:
    ann = await people.user()
    answer = await client.get(PATH, params={"cron": "15 3 * * *"}, headers=dict(ann.headers))
    assert answer.status_code == 403
