"""Every door of the API is closed unless it is on the list of open ones. A new route is tested by existing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from app.core.clock import FrozenClock

from tests.fixtures.people import People

# The whole list (CONTRACT: endpoints that need no login).
OPEN = {
    ("post", "/api/v1/auth/register"),
    ("post", "/api/v1/auth/login"),
    ("post", "/api/v1/auth/refresh"),
    ("get", "/api/v1/health"),
    ("get", "/api/v1/health/deep"),
}
# What a request needs besides, where a schema cannot say so.
BESIDES = {"/api/v1/ai/visa": {"path": "main"}}
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def settings_env() -> dict[str, str]:
    return {"RATE_LIMIT_API": "100000/1m", "RATE_LIMIT_AUTH": "100000/1m"}


@pytest.fixture
async def anywhere(app: FastAPI) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app=app), base_url="http://hivesync.test")


def doors(app: FastAPI) -> Iterator[tuple[str, str]]:
    for path, operations in app.openapi()["paths"].items():
        yield from ((method, path) for method in operations if method in METHODS)


def filled(path: str, **ids: object) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: str(ids.get(found[1], uuid4())), path)


@dataclass(frozen=True)
class Sample:
    """A request that is valid as far as its schema says."""

    method: str
    path: str
    body: dict[str, Any] | None
    query: dict[str, Any]


def names_a_project(request: Sample) -> bool:
    return "{project_id}" in request.path or "project_id" in (request.body or {})


class Sampler:
    """Makes the smallest valid request of every operation."""

    def __init__(self, app: FastAPI) -> None:
        self._document = app.openapi()

    def requests(self) -> Iterator[Sample]:
        for path, operations in self._document["paths"].items():
            for method, operation in operations.items():
                schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
                query = {
                    each["name"]: self._value(each["schema"], each["name"])
                    for each in operation.get("parameters", [])
                    if each["in"] == "query" and each.get("required")
                }
                yield Sample(method, path, self._value(schema, "") if schema else None, query)

    def _value(self, schema: dict[str, Any], name: str) -> Any:
        if "$ref" in schema:
            return self._value(self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], name)
        if schema.get("examples"):
            return schema["examples"][0]
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "object":
                properties = schema.get("properties", {})
                return {each: self._value(properties[each], each) for each in schema.get("required", [])}
            case "array":
                return [self._value(schema["items"], name)] * schema.get("minItems", 0)
            case "integer" | "number":
                return max(1, schema.get("minimum", 1))
            case "boolean":
                return False
        if schema.get("format") == "uuid":
            return str(uuid4())
        return ("a" * 64)[: schema.get("maxLength", 64)] if schema.get("minLength", 0) > 5 else "main"


async def test_nobody_gets_in_without_a_token_a_forged_one_or_an_old_one(
    app: FastAPI, anywhere: AsyncClient, people: People, clock: FrozenClock
) -> None:
    old = (await people.user("ann")).headers
    clock.move(seconds=3600)
    forged = {"Authorization": old["Authorization"][:-8] + "AAAAAAAA"}
    closed = [door for door in doors(app) if door not in OPEN]
    assert len(closed) > 40
    let_in = [
        (method, path, answer.status_code)
        for method, path in closed
        for headers in ({}, forged, dict(old))
        if (answer := await anywhere.request(method, filled(path), headers=headers)).status_code != 401
    ]
    assert let_in == []


async def test_the_open_doors_are_those_on_the_list(app: FastAPI, anywhere: AsyncClient) -> None:
    assert set(doors(app)) >= OPEN
    for method, path in OPEN:
        assert (await anywhere.request(method, path)).status_code != 401


async def test_a_stranger_finds_no_project_behind_any_door(app: FastAPI, anywhere: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    project = await people.project(owner=ann)
    requests = [request for request in Sampler(app).requests() if names_a_project(request)]
    assert len(requests) > 10
    seen = []
    for request in requests:
        path = filled(request.path, project_id=project.id)
        body = request.body
        if body and "project_id" in body:
            body = {**body, **BESIDES.get(request.path, {}), "project_id": str(project.id)}
        answer = await anywhere.request(
            request.method, path, params=request.query, json=body, headers=dict(bob.headers)
        )
        if answer.status_code != 404:
            seen.append((request.method, request.path, answer.status_code, answer.text))
    assert seen == []


async def test_what_administrators_do_is_forbidden_to_others(
    app: FastAPI, anywhere: AsyncClient, people: People
) -> None:
    ann = await people.user("ann")
    admin_doors = [(method, path) for method, path in doors(app) if path.startswith("/api/v1/admin/")]
    for method, path in admin_doors:
        answer = await anywhere.request(method, filled(path), headers=dict(ann.headers))
        assert answer.status_code in (403, 422), (method, path)
