"""What is no request of ours is told so in a sentence that helps."""

import pytest
from httpx import AsyncClient

from tests.fixtures.people import People

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "headers", "told"),
    [
        (b'{"name": ', JSON, "The body is not valid JSON: Expecting value at character 9."),
        (b'{"name": "\xff"}', JSON, "The body cannot be read. Send JSON in UTF-8."),
        (b'{"name": "Core"}', {"Content-Type": "text/plain"}, "Send the body with Content-Type: application/json."),
        (b'{"name": "Core"}', {}, "Send the body with Content-Type: application/json."),
        (b'["Core"]', JSON, "body: Input should be a valid dictionary or object to extract fields from."),
    ],
)
async def test_a_body_that_cannot_be_read_is_told_why(
    client: AsyncClient, people: People, body: bytes, headers: dict[str, str], told: str
) -> None:
    ann = await people.user("ann")
    answer = await client.post("/teams", content=body, headers={**ann.headers, **headers})
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")
    assert answer.json()["message"] == told


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "email: Field required."),
        ({"email": "ann"}, "email: that is not an e-mail address."),
        (
            {"email": "a@b.example", "password": "x" * 12, "display_name": "\u202e"},
            "display_name: it holds characters that cannot be shown.",
        ),
        ({"email": "ann\0"}, "body: it holds a character or number that cannot be stored."),
    ],
)
async def test_a_field_that_is_not_valid_is_told_in_a_sentence(
    client: AsyncClient, body: dict[str, str], told: str
) -> None:
    answer = await client.post("/auth/register", json=body)
    assert (answer.status_code, answer.json()["message"]) == (422, told)
    first = answer.json()["details"]["problems"][0]
    assert f"{first['field']}: {first['problem']}." == told


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/users/me", "GET, PATCH"),
        ("PUT", "/teams/00000000-0000-7000-8000-000000000001", "DELETE, GET, PATCH"),
        ("GET", "/auth/login", "POST"),
        ("POST", "http://hivesync.test/livez", "GET"),
    ],
)
async def test_another_method_is_told_those_there_are(
    client: AsyncClient, method: str, path: str, allowed: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "VALIDATION_ERROR")
    assert answer.headers["Allow"] == allowed
    assert answer.json()["message"] == f"This address answers {allowed} only."


async def test_an_address_with_a_slash_too_many_is_none(client: AsyncClient) -> None:
    answer = await client.get("/teams/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert "Location" not in answer.headers
