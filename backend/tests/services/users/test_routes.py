"""Profile and preferences, over HTTP."""

from httpx import AsyncClient

from tests.fixtures.people import PASSWORD, People

NEW = "another tall pine by the lake"


async def test_i_can_read_and_change_my_name(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    changed = await client.patch("/users/me", json={"display_name": " Anna "}, headers=ann.headers)
    assert changed.json()["display_name"] == "Anna"
    read = await client.get("/users/me", headers=ann.headers)
    assert read.json() == changed.json()


async def test_i_cannot_make_myself_an_administrator(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    assert (await client.patch("/users/me", json={"is_admin": True}, headers=ann.headers)).status_code == 422


async def test_a_new_password_ends_every_session_and_works(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    login = {"email": ann.email, "password": PASSWORD}
    refresh_token = (await client.post("/auth/login", json=login)).json()["refresh_token"]
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert (await client.patch("/users/me", json=body, headers=ann.headers)).status_code == 200
    assert (await client.get("/users/me", headers=ann.headers)).json()["code"] == "TOKEN_INVALID"
    assert (await client.post("/auth/refresh", json={"refresh_token": refresh_token})).status_code == 401
    assert (await client.post("/auth/login", json=login)).status_code == 401
    assert (await client.post("/auth/login", json={**login, "password": NEW})).status_code == 200


async def test_a_password_changes_only_with_the_present_one(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    wrong = {"current_password": "not this one", "new_password": NEW}
    assert (await client.patch("/users/me", json=wrong, headers=ann.headers)).status_code == 401
    half = await client.patch("/users/me", json={"new_password": NEW}, headers=ann.headers)
    assert (half.status_code, half.json()["code"]) == (422, "VALIDATION_ERROR")
    weak = {"current_password": PASSWORD, "new_password": "password1"}
    assert (await client.patch("/users/me", json=weak, headers=ann.headers)).status_code == 422


async def test_the_present_password_is_guessed_no_faster_than_at_the_login(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    wrong = {"current_password": "not this one", "new_password": NEW}
    answers = [await client.patch("/users/me", json=wrong, headers=ann.headers) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert "Retry-After" in answers[-1].headers
    right = {"current_password": PASSWORD, "new_password": NEW}
    assert (await client.patch("/users/me", json=right, headers=ann.headers)).json()["code"] == "RATE_LIMITED"


async def test_whoever_knows_his_password_is_no_guesser(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    wrong = {"current_password": "not this one", "new_password": NEW}
    for _ in range(9):
        await client.patch("/users/me", json=wrong, headers=ann.headers)
    right = {"current_password": PASSWORD, "new_password": NEW}
    assert (await client.patch("/users/me", json=right, headers=ann.headers)).status_code == 200
    login = {"email": ann.email, "password": "not this one"}
    assert (await client.post("/auth/login", json=login)).status_code == 401


async def test_preferences_are_replaced_as_a_whole(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    assert (await client.get("/users/me/preferences", headers=ann.headers)).json() == {}
    for values in ({"theme": "dark"}, {"language": "en", "nested": {"a": [1]}}):
        answer = await client.put("/users/me/preferences", json=values, headers=ann.headers)
        assert answer.status_code == 200
    read = await client.get("/users/me/preferences", headers=ann.headers)
    assert read.json() == {"language": "en", "nested": {"a": [1]}}


async def test_preferences_are_mine_alone(client: AsyncClient, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    await client.put("/users/me/preferences", json={"theme": "dark"}, headers=ann.headers)
    assert (await client.get("/users/me/preferences", headers=bob.headers)).json() == {}


async def test_preferences_have_a_size(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    answer = await client.put("/users/me/preferences", json={"a": "x" * 20_000}, headers=ann.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")


async def test_preferences_are_one_object(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    answer = await client.put("/users/me/preferences", json=["dark"], headers=ann.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")
