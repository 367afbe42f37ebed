"""What happens to every request: bodies that are too large, whoever says how large they are."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.fixtures.people import People

PIECE = b"x" * 65_536


async def pieces(count: int) -> AsyncIterator[bytes]:
    """A body that comes without a Content-Length."""
    for _ in range(count):
        yield PIECE


@pytest.mark.parametrize("path", ["/teams", "/ai/file-summary"])
async def test_a_body_of_unknown_length_that_is_too_large_is_refused(
    client: AsyncClient, people: People, path: str
) -> None:
    ann = await people.user("ann")
    answer = await client.post(path, content=pieces(40), headers={**ann.headers, "Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


async def test_a_body_of_unknown_length_that_is_not_json_is_no_larger_for_it(
    client: AsyncClient, people: People
) -> None:
    ann = await people.user("ann")
    answer = await client.post("/teams", content=pieces(1), headers={**ann.headers, "Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")
