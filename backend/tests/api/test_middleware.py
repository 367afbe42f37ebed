"""What happens to every request: bodies that are too large, pages from elsewhere, what is counted."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.fixtures.people import People

PIECE = b"x" * 65_536
PAGE = "https://app.example.org"


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


@pytest.mark.parametrize("path", ["/api/v1/health", "/api/v1/nowhere", "/api/v1/teams", "/metrics", "/robots.txt"])
async def test_an_answer_that_is_no_page_loads_nothing_and_is_framed_by_nobody(client: AsyncClient, path: str) -> None:
    answer = await client.get(f"http://hivesync.test{path}")
    assert answer.headers.get_list("content-security-policy") == ["default-src 'none'; frame-ancestors 'none'"]


@pytest.mark.parametrize("settings_env", [{"CORS_ORIGINS": PAGE}])
@pytest.mark.parametrize(
    "header", ["Authorization", "Idempotency-Key", "If-None-Match", "Last-Event-ID", "X-Request-Id"]
)
async def test_a_page_that_was_named_may_send_every_header_we_read(client: AsyncClient, header: str) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": header}
    answer = await client.options("/events", headers={"Origin": PAGE, **asked})
    assert answer.status_code == 200
    refused = await client.options("/events", headers={"Origin": "https://evil.example", **asked})
    assert "Access-Control-Allow-Origin" not in refused.headers


@pytest.mark.parametrize("settings_env", [{"CORS_ORIGINS": PAGE}])
async def test_a_page_that_was_named_can_read_that_its_body_is_too_large(client: AsyncClient) -> None:
    answer = await client.post("/auth/login", content=PIECE * 40, headers={"Origin": PAGE})
    assert answer.status_code == 413
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE


async def test_requests_are_counted_under_their_whole_address(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    await client.get("/users/me", headers=ann.headers)
    await client.get("/nowhere")
    counted = (await client.get("http://hivesync.test/metrics")).text
    assert 'hivesync_http_requests_total{method="GET",route="/api/v1/users/me",status="200"} 1.0' in counted
    assert 'hivesync_http_requests_total{method="GET",route="unmatched",status="404"} 1.0' in counted
