"""Whatever is sent, the product answers as its own document says: strangers and administrators, with real objects."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, InvalidURL, Response
from schemathesis import Case
from schemathesis.specs.openapi import checks as openapi_checks

from tests.api.examples import fit
from tests.api.generator import aim, generate, load, sent
from tests.api.journey import Journey, meant_at
from tests.fixtures.client import open_stream
from tests.fixtures.people import People

# How many requests of each sort an operation gets.
COUNT = int(os.environ.get("TEST_SCHEMA_EXAMPLES", "3"))
CHECKS = [
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
    openapi_checks.unsupported_method,
]
# It never ends; asked by itself below.
ENDLESS = "stream_events"
# What takes away the objects that others are asked about comes last.
LAST = ("remove_project_member", "remove_team_member", "delete_project", "delete_team", "log_out")


@pytest.fixture
def settings_env() -> dict[str, str]:
    """Limits that so many requests do not reach."""
    groups = ("LOGIN_ACCOUNT", "LOGIN_ADDRESS", "LOGIN_GLOBAL", "AUTH", "REPOS", "AI", "PROPOSALS", "API")
    return {f"RATE_LIMIT_{group}": "1000000/1s" for group in groups}


class Battery:
    """Sends generated requests and gathers what was answered wrongly."""

    def __init__(self, app: FastAPI, client: AsyncClient, headers: Mapping[str, str]) -> None:
        self.document = app.openapi()
        self.client = client
        self.headers = dict(headers)
        self.statuses: dict[str, set[int]] = defaultdict(set)
        self.faults: dict[str, str] = {}

    async def run(self, known: Mapping[str, str], *, count: int) -> None:
        """Ask every operation; requests are made in a thread of their own and sent from this loop."""
        loop = asyncio.get_running_loop()

        def work() -> None:
            for operation in _in_order(load(self.document)):
                ids = {**known, **{name: known.get(meant, "") for name, meant in meant_at(operation.path).items()}}
                for case in generate(operation, count=count):
                    aim(case, ids)
                    asyncio.run_coroutine_threadsafe(self.ask(case), loop).result()

        await asyncio.to_thread(work)

    async def ask(self, case: Case[Any]) -> None:
        """Send one request and hold its answer against the document."""
        told = sent(case)
        told["headers"] = {**dict(told.get("headers") or {}), **self.headers}
        try:
            answer = await self.client.request(**told)
        except InvalidURL:
            # Longer than any client or server takes.
            return
        path = answer.request.url.raw_path.partition(b"?")[0]
        if path.count(b"/") != case.operation.path.count("/") or path.endswith(b"/") or b"//" in path:
            # The client has taken dots out of the address, or an id was empty: it is about something else.
            return
        name = case.operation.definition.raw["operationId"]
        if answer.request.method == case.operation.method.upper():
            self.statuses[name].add(answer.status_code)
        self.check(name, case, answer)

    def check(self, name: str, case: Case[Any], answer: Response) -> None:
        """Keep one fault of each sort."""
        if answer.status_code >= 500:
            self.faults.setdefault(f"{name} {answer.status_code}", answer.text)
            return
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as group:
            for fault in group.exceptions:
                self.faults.setdefault(f"{name} {answer.status_code} {type(fault).__name__}", f"{fault}\n{group}")


def is_good(status: int) -> bool:
    """Whether an operation did what it is for; a form answers with the way to a page that says so."""
    return status < 300 or status == 303


def _in_order(schema: Any) -> Iterable[Any]:
    found = [result.ok() for result in schema.get_all_operations()]
    named = {each.definition.raw["operationId"]: each for each in found}
    named.pop(ENDLESS)
    return [*(named[name] for name in named if name not in LAST), *(named[name] for name in LAST)]


async def test_strangers_are_answered_as_the_document_says(app: FastAPI, client: AsyncClient, journey: Journey) -> None:
    await journey.worker()
    battery = Battery(app, client, {})
    await battery.run({}, count=1)
    assert battery.faults == {}
    protected = {name for name, told in told_operations(app).items() if told.get("security")} - {ENDLESS}
    assert {name for name in protected if any(status < 300 for status in battery.statuses[name])} == set()


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_whatever_an_administrator_sends_is_answered_as_the_document_says(journey: Journey) -> None:
    world = await journey.go()
    visitor = journey.visitor
    # The team of the world has projects by the time it is to be dissolved.
    await visitor.call("delete_team", team_id=(await visitor.call("create_team", body={"name": "Empty"}))["id"])
    battery = Battery(visitor.app, visitor.client, visitor.headers)
    await battery.run({**asdict(world), "path": "sums/app.py"}, count=COUNT)
    assert battery.faults == {}
    known = told_operations(visitor.app)
    assert {name for name in known if not battery.statuses[name]} == {ENDLESS}
    good = {name for name in known if any(map(is_good, battery.statuses[name] | visitor.statuses[name]))}
    assert known.keys() - good == {ENDLESS}


async def test_the_endless_answer_is_what_the_document_says(app: FastAPI, people: People) -> None:
    person = await people.user()
    async with open_stream(app, "/events", headers=person.headers) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
    assert list(told_operations(app)[ENDLESS]["responses"]["200"]["content"]) == ["text/event-stream"]


async def test_a_failed_examination_is_described_as_it_is_answered(app: FastAPI, client: AsyncClient) -> None:
    answer = await client.get("/health/deep")
    assert answer.status_code == 503
    fit(app.openapi(), told_operations(app)["read_deep_health"]["responses"]["503"], answer.json())


async def test_a_body_that_is_not_text_is_invalid_as_any_other(client: AsyncClient) -> None:
    answer = await client.post("/auth/login", content=b"\xff\xfe", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")


async def test_a_body_that_is_too_large_is_described(app: FastAPI, client: AsyncClient) -> None:
    answer = await client.post("/auth/login", content=b" " * (3 * 1024**2))
    assert answer.status_code == 413
    fit(app.openapi(), told_operations(app)["log_in"]["responses"]["413"], answer.json())


def told_operations(app: FastAPI) -> dict[str, Any]:
    """The document's operations, by name."""
    return {told["operationId"]: told for methods in app.openapi()["paths"].values() for told in methods.values()}


async def test_a_cursor_of_any_characters_is_invalid_and_no_bug(client: AsyncClient, people: People) -> None:
    person = await people.user()
    answer = await client.get("/ai/jobs", params={"cursor": "\0\U0001f313"}, headers=dict(person.headers))
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")
