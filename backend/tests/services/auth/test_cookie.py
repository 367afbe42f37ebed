"""A browser's refresh token: in a cookie that scripts and other sites cannot use."""

import pytest
from httpx import AsyncClient, Response

from app.core.clock import FrozenClock

from tests.services.auth.test_routes import GOOD, register

OWN = "http://hivesync.test"


async def test_the_token_comes_in_a_cookie_that_scripts_cannot_read_and_other_sites_do_not_send(
    client: AsyncClient,
) -> None:
    answer = await register(client, refresh_in="cookie")
    (cookie,) = answer.headers.get_list("set-cookie")
    assert answer.json()["refresh_token"] is None
    assert "hsr_" not in answer.text
    assert {"HttpOnly", "SameSite=strict", "Path=/api/v1/auth", "Max-Age=2592000"} <= set(cookie.split("; "))


async def test_who_asks_for_nothing_gets_the_token_in_the_body_and_no_cookie(client: AsyncClient) -> None:
    answer = await register(client)
    assert answer.json()["refresh_token"].startswith("hsr_")
    assert "set-cookie" not in answer.headers


async def test_a_browser_renews_with_the_cookie_alone_and_gets_the_next_one(client: AsyncClient) -> None:
    await register(client, refresh_in="cookie")
    first = client.cookies["hivesync_refresh"]
    answer = await client.post("/auth/refresh", json={}, headers={"Sec-Fetch-Site": "same-origin", "Origin": OWN})
    assert answer.status_code == 200
    assert answer.json()["user"]["email"] == "ann@example.com"
    assert client.cookies["hivesync_refresh"] not in {first, ""}


async def test_a_browser_whose_answer_was_lost_asks_again_and_stays_logged_in(
    client: AsyncClient, clock: FrozenClock
) -> None:
    await register(client, refresh_in="cookie")
    before = client.cookies["hivesync_refresh"]
    assert (await renewed_with(client, before)).status_code == 200
    clock.move(seconds=29)
    assert (await renewed_with(client, before)).status_code == 200
    assert (await renewed_with(client, client.cookies["hivesync_refresh"])).status_code == 200


async def test_a_request_that_was_overtaken_by_the_next_one_takes_nothing_away(client: AsyncClient) -> None:
    await register(client, refresh_in="cookie")
    before = client.cookies["hivesync_refresh"]
    await renewed_with(client, before)
    kept = client.cookies["hivesync_refresh"]
    # The first page's request, of which that page waits for nothing any more, comes to its turn after the second's.
    assert (await renewed_with(client, before)).status_code == 200
    assert (await renewed_with(client, kept)).status_code == 200
    assert (await renewed_with(client, client.cookies["hivesync_refresh"])).status_code == 200


async def test_of_two_answers_one_is_worth_something_and_the_use_of_both_ends_the_session(client: AsyncClient) -> None:
    await register(client, refresh_in="cookie")
    before = client.cookies["hivesync_refresh"]
    await renewed_with(client, before)
    lost = client.cookies["hivesync_refresh"]
    await renewed_with(client, before)
    assert (await renewed_with(client, client.cookies["hivesync_refresh"])).status_code == 200
    newest = client.cookies["hivesync_refresh"]
    assert (await renewed_with(client, lost)).status_code == 401
    assert (await renewed_with(client, newest)).status_code == 401


async def test_a_token_whose_answer_was_used_is_a_thief_s(client: AsyncClient) -> None:
    await register(client, refresh_in="cookie")
    before = client.cookies["hivesync_refresh"]
    await renewed_with(client, before)
    await renewed_with(client, client.cookies["hivesync_refresh"])
    newest = client.cookies["hivesync_refresh"]
    assert (await renewed_with(client, before)).status_code == 401
    assert (await renewed_with(client, newest)).status_code == 401


async def test_a_token_is_taken_again_for_half_a_minute_only(client: AsyncClient, clock: FrozenClock) -> None:
    await register(client, refresh_in="cookie")
    before = client.cookies["hivesync_refresh"]
    await renewed_with(client, before)
    newest = client.cookies["hivesync_refresh"]
    clock.move(seconds=31)
    assert (await renewed_with(client, before)).status_code == 401
    assert (await renewed_with(client, newest)).status_code == 401


async def renewed_with(client: AsyncClient, token: str) -> Response:
    """Renew as a browser does that has this cookie."""
    client.cookies.clear()
    client.cookies.set("hivesync_refresh", token)
    answer = await client.post("/auth/refresh", json={}, headers={"Sec-Fetch-Site": "same-origin"})
    if cookie := answer.cookies.get("hivesync_refresh"):
        client.cookies.clear()
        client.cookies.set("hivesync_refresh", cookie)
    return answer


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://hivesync.test:9000"},
        {"Origin": "null"},
    ],
)
async def test_another_site_renews_nothing_and_the_session_lives_on(
    client: AsyncClient, headers: dict[str, str]
) -> None:
    await register(client, refresh_in="cookie")
    refused = await client.post("/auth/refresh", json={}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "CROSS_SITE_REFUSED")
    assert (await client.post("/auth/refresh", json={})).status_code == 200


async def test_without_cookie_and_body_nobody_is_logged_in(client: AsyncClient) -> None:
    answer = await client.post("/auth/refresh", json={})
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")


async def test_logging_out_takes_the_cookie_away(client: AsyncClient) -> None:
    session = (await register(client, refresh_in="cookie")).json()
    answer = await client.post("/auth/logout", headers={"Authorization": f"Bearer {session['access_token']}"})
    assert answer.status_code == 204
    assert "hivesync_refresh" not in client.cookies
    assert (await client.post("/auth/refresh", json={})).status_code == 401


async def test_two_installations_on_one_host_keep_their_cookies_apart(client: AsyncClient) -> None:
    await register(client)
    for port in (8000, 8001):
        await client.post(
            f"http://hivesync.test:{port}/api/v1/auth/login",
            json={"email": "ann@example.com", "password": GOOD, "refresh_in": "cookie"},
        )
    assert {"hivesync_refresh_8000", "hivesync_refresh_8001"} <= set(client.cookies)
