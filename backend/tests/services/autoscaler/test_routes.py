"""What administrators read of the autoscaler, page by page."""

import pytest
from httpx import AsyncClient

from app.adapters.container import Container
from app.core.clock import FrozenClock
from app.services.autoscaler.service import look

from tests.fixtures.people import People


@pytest.fixture
def settings_env() -> dict[str, str]:
    return {"AUTOSCALER_QUEUES": "ai_jobs:min=2,max=8;mirror:max=2"}


async def test_the_status_is_there_when_disabled(client: AsyncClient, container: Container, people: People) -> None:
    root = await people.admin()
    empty = (await client.get("/admin/autoscaler", headers=dict(root.headers))).json()
    assert (empty["enabled"], empty["driver"], empty["recent_actions"]) == (False, "none", [])
    assert {each["queue"]: each["last"] for each in empty["queues"]}["ai_jobs"] is None
    await look(container)
    found = (await client.get("/admin/autoscaler", headers=dict(root.headers))).json()
    queues = {each["queue"]: each for each in found["queues"]}
    assert queues["ai_jobs"]["limits"]["min_workers"] == 2
    assert queues["mirror"]["limits"] | {"max_workers": 2} == queues["mirror"]["limits"]
    assert queues["ai_jobs"]["last"]["desired"] == 2
    assert "fewer than the minimum of 2" in queues["ai_jobs"]["last"]["reason"]
    assert {each["queue"] for each in found["recent_actions"]} == {"ai_jobs", "mirror"}
    assert "cleanup" not in queues


async def test_samples_come_in_pages_newest_first(
    client: AsyncClient, container: Container, people: People, clock: FrozenClock
) -> None:
    root = await people.admin()
    began = clock.now()
    for _ in range(5):
        await look(container)
        clock.move(seconds=30)
    seen: list[str] = []
    query: dict[str, str] = {"queue": "ai_jobs", "limit": "2"}
    while True:
        page = (await client.get("/admin/autoscaler/samples", params=query, headers=dict(root.headers))).json()
        seen += [each["at"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)
    named = {"from": began.isoformat(), "queue": "ai_docs"}
    some = await client.get("/admin/autoscaler/samples", params=named, headers=dict(root.headers))
    assert {each["queue"] for each in some.json()["items"]} == {"ai_jobs"}
    later = {"from": began.replace(minute=1).isoformat(), "to": began.replace(minute=2).isoformat()}
    some = await client.get("/admin/autoscaler/samples", params=later, headers=dict(root.headers))
    assert {each["queue"] for each in some.json()["items"]} == {"ai_jobs", "mirror"}
    assert len(some.json()["items"]) == 4


@pytest.mark.parametrize(
    "query", [{"queue": "none"}, {"from": "yesterday"}, {"cursor": "eA"}, {"to": "9999-12-31T23:59:59-10:00"}]
)
async def test_nonsense_is_refused(client: AsyncClient, people: People, query: dict[str, str]) -> None:
    root = await people.admin()
    answer = await client.get("/admin/autoscaler/samples", params=query, headers=dict(root.headers))
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")


@pytest.mark.parametrize("path", ["/admin/autoscaler", "/admin/autoscaler/samples"])
async def test_only_administrators_look(client: AsyncClient, people: People, path: str) -> None:
    ann = await people.user()
    assert (await client.get(path, headers=dict(ann.headers))).status_code == 403
    assert (await client.get(path)).status_code == 401
