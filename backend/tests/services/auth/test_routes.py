"""Registering, logging in, renewing and logging out, over HTTP."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import update

from app.adapters.container import Container
from app.core.actor import ClientKind
from app.core.clock import FrozenClock
from app.models.user import User

from tests.fixtures.people import PASSWORD, People

GOOD = "three tall pines and a lake"


async def register(http: AsyncClient, name: str = "ann", **fields: Any) -> Response:
    body = {"email": f"{name}@example.com", "password": GOOD, "display_name": name.capitalize(), **fields}
    return await http.post("/auth/register", json=body)


async def log_in(client: AsyncClient, email: str = "ann@example.com", password: str = GOOD) -> Response:
    return await client.post("/auth/login", json={"email": email, "password": password})


async def test_registering_answers_with_a_session(client: AsyncClient) -> None:
    answer = await register(client)
    assert answer.status_code == 201
    body = answer.json()
    assert body["user"]["email"] == "ann@example.com"
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 900
    assert GOOD not in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_the_first_user_is_the_administrator_and_no_other(client: AsyncClient) -> None:
    first, second = await register(client, "ann"), await register(client, "bob")
    assert first.json()["user"]["is_admin"] is True
    assert second.json()["user"]["is_admin"] is False


async def test_of_several_that_register_at_once_one_is_the_administrator(client: AsyncClient) -> None:
    answers = await asyncio.gather(*(register(client, f"user{number}") for number in range(6)))
    assert [answer.status_code for answer in answers] == [201] * 6
    assert sum(answer.json()["user"]["is_admin"] for answer in answers) == 1


async def test_one_email_is_one_account_however_it_is_spelled(client: AsyncClient) -> None:
    await register(client)
    again = await register(client, email="ANN@Example.COM")
    assert (again.status_code, again.json()["code"]) == (409, "CONFLICT")


async def test_of_two_that_register_one_email_at_once_one_is_told_so(client: AsyncClient) -> None:
    answers = await asyncio.gather(register(client), register(client))
    assert sorted(answer.status_code for answer in answers) == [201, 409]


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "no address"},
        {"email": "añn@example.com"},
        {"password": "short"},
        {"password": "password123"},
        {"password": "Ann@Example.com"},
        {"password": "zzzzzzzzzz"},
        {"password": "x" * 257},
        {"display_name": "  "},
        {"display_name": "a\u202eb"},
        {"is_admin": True},
        {"client": "toaster"},
    ],
)
async def test_a_bad_registration_is_refused(client: AsyncClient, fields: dict[str, Any]) -> None:
    answer = await register(client, **fields)
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")


async def test_blanks_around_a_password_belong_to_it(client: AsyncClient) -> None:
    await register(client, password=f" {GOOD} ")
    assert (await log_in(client)).status_code == 401
    assert (await log_in(client, password=f" {GOOD} ")).status_code == 200


async def test_logging_in_ignores_the_case_of_the_email(client: AsyncClient) -> None:
    await register(client)
    assert (await log_in(client, "Ann@EXAMPLE.com")).status_code == 200


async def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(client: AsyncClient) -> None:
    await register(client)
    wrong, unknown = await log_in(client, password="not this one"), await log_in(client, "bob@example.com")
    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}


async def test_a_deactivated_user_cannot_log_in_and_is_not_told_why(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann", is_active=False)
    answer = await log_in(client, ann.email, PASSWORD)
    assert answer.json()["message"] == "E-mail or password is wrong. Check both and try again."


async def test_the_client_kind_travels_in_the_token(client: AsyncClient, container: Container) -> None:
    token = (await register(client, client="phone")).json()["access_token"]
    assert container.access_tokens.check(token).client is ClientKind.PHONE


async def test_a_refresh_token_works_once_and_its_reuse_ends_the_session(client: AsyncClient) -> None:
    first = (await register(client)).json()
    second = (await client.post("/auth/refresh", json={"refresh_token": first["refresh_token"]})).json()
    reused = await client.post("/auth/refresh", json={"refresh_token": first["refresh_token"]})
    assert (reused.status_code, reused.json()["code"]) == (401, "TOKEN_INVALID")
    successor = await client.post("/auth/refresh", json={"refresh_token": second["refresh_token"]})
    assert successor.json()["code"] == "TOKEN_INVALID"


async def test_of_two_that_present_one_refresh_token_at_once_one_gets_a_session(client: AsyncClient) -> None:
    token = (await register(client)).json()["refresh_token"]
    answers = await asyncio.gather(*(client.post("/auth/refresh", json={"refresh_token": token}) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 401]


async def test_an_old_refresh_token_is_expired(client: AsyncClient, clock: FrozenClock) -> None:
    token = (await register(client)).json()["refresh_token"]
    clock.move(seconds=31 * 86_400)
    answer = await client.post("/auth/refresh", json={"refresh_token": token})
    assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_EXPIRED")


@pytest.mark.parametrize("token", ["", "nonsense", "hsr_unknown", "x" * 200])
async def test_a_token_that_was_never_issued_is_invalid(client: AsyncClient, token: str) -> None:
    answer = await client.post("/auth/refresh", json={"refresh_token": token})
    assert answer.json()["code"] == "TOKEN_INVALID"


async def test_reuse_makes_the_access_token_of_that_session_worthless_too(client: AsyncClient) -> None:
    first = (await register(client)).json()
    second = (await client.post("/auth/refresh", json={"refresh_token": first["refresh_token"]})).json()
    await client.post("/auth/refresh", json={"refresh_token": first["refresh_token"]})
    answer = await client.get("/users/me", headers={"Authorization": f"Bearer {second['access_token']}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_INVALID")


async def test_logging_out_ends_this_session_and_leaves_the_others(client: AsyncClient) -> None:
    here, there = (await register(client)).json(), (await log_in(client)).json()
    headers = {"Authorization": f"Bearer {here['access_token']}"}
    assert (await client.post("/auth/logout", headers=headers)).status_code == 204
    assert (await client.get("/users/me", headers=headers)).json()["code"] == "TOKEN_INVALID"
    assert (await client.post("/auth/refresh", json={"refresh_token": here["refresh_token"]})).status_code == 401
    others = {"Authorization": f"Bearer {there['access_token']}"}
    assert (await client.get("/users/me", headers=others)).status_code == 200


async def test_no_token_an_expired_one_and_a_forged_one_are_told_apart(
    client: AsyncClient, people: People, clock: FrozenClock
) -> None:
    ann = await people.user("ann")
    forged = ann.headers["Authorization"][:-4] + "AAAA"
    answers = [
        await client.get("/users/me"),
        await client.get("/users/me", headers={"Authorization": "Basic YTpi"}),
        await client.get("/users/me", headers={"Authorization": forged}),
    ]
    clock.move(seconds=1000)
    answers.append(await client.get("/users/me", headers=ann.headers))
    assert [answer.status_code for answer in answers] == [401] * 4
    codes = [answer.json()["code"] for answer in answers]
    assert codes == ["UNAUTHENTICATED", "UNAUTHENTICATED", "TOKEN_INVALID", "TOKEN_EXPIRED"]


@pytest.mark.parametrize(
    ("change", "code"), [({"is_active": False}, "UNAUTHENTICATED"), ({"token_epoch": 1}, "TOKEN_INVALID")]
)
async def test_deactivation_and_a_new_epoch_count_at_once(
    client: AsyncClient, container: Container, people: People, change: dict[str, Any], code: str
) -> None:
    ann = await people.user("ann")
    async with container.scope() as scope:
        await scope.session.execute(update(User).where(User.id == ann.id).values(**change))
    answer = await client.get("/users/me", headers=ann.headers)
    assert (answer.status_code, answer.json()["code"]) == (401, code)


async def test_a_password_is_never_in_a_validation_error(client: AsyncClient) -> None:
    answer = await client.post("/auth/login", json={"email": "ann@example.com", "password": ["secret words"]})
    assert answer.status_code == 422
    assert "secret words" not in answer.text
