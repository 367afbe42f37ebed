"""What administrators read of the autoscaler, page by page."""

import pytest
from httpx import AsyncClient
from sqlalchemy import update

from app.adapters.container import Container
from app.core.clock import FrozenClock
from app.models.autoscaler import AutoscalerSample
from app.services.autoscaler.service import look
from app.services.autoscaler.trying import MOST_JOBS

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


async def _recorded(container: Container, clock: FrozenClock, looks: int) -> None:
    for _ in range(looks):
        await look(container)
        clock.move(seconds=30)


async def test_other_thresholds_are_tried_on_what_was_recorded(
    client: AsyncClient, container: Container, people: People, clock: FrozenClock
) -> None:
    root = await people.admin()
    await _recorded(container, clock, 4)
    asked = {"queue": "ai_docs", "thresholds": {"min_workers": 3}}
    answer = await client.post("/admin/autoscaler/replay", json=asked, headers=dict(root.headers))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["queue"], found["looks"]) == ("ai_jobs", 4)
    variants = {each["name"]: each for each in found["variants"]}
    assert list(variants) == ["as recorded", "as set now", "yours"]
    assert variants["as recorded"]["limits"] is None
    assert (variants["as set now"]["limits"]["min_workers"], variants["yours"]["limits"]["min_workers"]) == (2, 3)
    # The policy itself ran: nobody was there, and up to the minimum it goes.
    assert variants["yours"]["points"][-1]["workers"] == 3
    assert variants["yours"]["worker_hours"] > variants["as set now"]["worker_hours"]
    assert [each["at"] for each in variants["yours"]["points"]] == [
        each["at"] for each in variants["as recorded"]["points"]
    ]


async def test_the_present_thresholds_are_not_drawn_twice(
    client: AsyncClient, container: Container, people: People, clock: FrozenClock
) -> None:
    root = await people.admin()
    await _recorded(container, clock, 3)
    answer = await client.post("/admin/autoscaler/replay", json={"queue": "ai_jobs"}, headers=dict(root.headers))
    assert [each["name"] for each in answer.json()["variants"]] == ["as recorded", "as set now"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"queue": "ai_jobs"}, 404, "NO_SAMPLES"),
        ({"queue": "ai_jobs", "thresholds": {"min_workers": 9, "max_workers": 2}}, 422, "THRESHOLDS_REFUSED"),
        ({"queue": "none"}, 422, "VALIDATION_ERROR"),
        ({"queue": "ai_jobs", "thresholds": {"max_workers": 1001}}, 422, "VALIDATION_ERROR"),
        ({"queue": "ai_jobs", "from": "2026-05-02T00:00:00Z", "to": "2026-05-01T00:00:00Z"}, 422, "VALIDATION_ERROR"),
    ],
)
async def test_a_replay_says_what_is_wrong(
    client: AsyncClient, people: People, body: dict[str, object], status: int, code: str
) -> None:
    root = await people.admin()
    answer = await client.post("/admin/autoscaler/replay", json=body, headers=dict(root.headers))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_replay_that_would_take_long_is_refused(
    client: AsyncClient, container: Container, people: People, clock: FrozenClock
) -> None:
    root = await people.admin()
    await _recorded(container, clock, 3)
    async with container.scope() as scope:
        await scope.session.execute(update(AutoscalerSample).values(arrivals=MOST_JOBS))
    answer = await client.post("/admin/autoscaler/replay", json={"queue": "ai_jobs"}, headers=dict(root.headers))
    assert (answer.status_code, answer.json()["code"]) == (422, "REPLAY_TOO_LARGE")


async def test_only_administrators_replay(client: AsyncClient, people: People) -> None:
    ann = await people.user()
    answer = await client.post("/admin/autoscaler/replay", json={"queue": "ai_jobs"}, headers=dict(ann.headers))
    assert answer.status_code == 403
