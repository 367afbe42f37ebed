"""Guessing learns nothing from the clock, and sessions survive a rotated secret."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest
from httpx import AsyncClient

from app.adapters.container import Container
from app.adapters.security.jwt import AccessTokens
from app.adapters.security.passwords import HashCost, Passwords, Verdict
from app.adapters.security.tokens import digest_refresh_token
from app.core.actor import ClientKind
from app.services.auth.emails import normalise_email
from app.services.auth.errors import InvalidCredentials
from app.services.auth.schemas import LoginIn
from app.services.auth.service import AuthService, Link
from app.services.auth.sessions import Sessions

from tests.fixtures.people import PASSWORD, People


@dataclass
class CountingPasswords(Passwords):
    """Counts the checks that cost something."""

    checks: int = 0

    def __post_init__(self) -> None:
        super().__init__(HashCost(memory_kib=64, passes=1, lanes=1))

    async def verify(self, password: str, stored: str | None) -> Verdict:
        self.checks += 1
        return await super().verify(password, stored)


@pytest.mark.parametrize("email", ["ann@example.com", "nobody@example.com", "off@example.com", "not an address"])
async def test_every_wrong_guess_costs_one_password_check(container: Container, people: People, email: str) -> None:
    await people.user("ann")
    await people.user("off", is_active=False)
    passwords = CountingPasswords()
    sessions = Sessions(replace(container, passwords=passwords))
    with pytest.raises(InvalidCredentials):
        await sessions.log_in(LoginIn.model_validate({"email": email, "password": "wrong words"}), address="a")
    assert passwords.checks == 1


async def test_a_cheap_hash_is_renewed_when_its_owner_logs_in(container: Container, people: People) -> None:
    ann = await people.user("ann")
    dearer = Passwords(HashCost(memory_kib=128, passes=1, lanes=1))
    given = LoginIn.model_validate({"email": ann.email, "password": PASSWORD})
    sessions = Sessions(replace(container, passwords=dearer))
    await sessions.log_in(given, address="a")
    assert (await dearer.verify(PASSWORD, await stored_hash(container, ann.email))).new_hash is None
    await sessions.log_in(given, address="a")


@dataclass
class SlowPasswords(Passwords):
    """Lets something happen while it hashes a new password."""

    meanwhile: Callable[[], Awaitable[None]]

    def __post_init__(self) -> None:
        super().__init__(HashCost(memory_kib=64, passes=1, lanes=1))

    async def hash(self, password: str) -> str:
        await self.meanwhile()
        return await super().hash(password)


async def test_a_password_that_was_changed_meanwhile_changes_nothing_any_more(
    container: Container, people: People
) -> None:
    ann = await people.user("ann")
    sessions = Sessions(container)

    async def owner_changes_it() -> None:
        await sessions.change_password(ann.actor, present=PASSWORD, new="the owner chose this one", address="a")

    thief = Sessions(replace(container, passwords=SlowPasswords(owner_changes_it)))
    with pytest.raises(InvalidCredentials):
        await thief.change_password(ann.actor, present=PASSWORD, new="the thief chose this one", address="b")
    given = {"email": ann.email, "password": "the owner chose this one"}
    await sessions.log_in(LoginIn.model_validate(given), address="a")


async def stored_hash(container: Container, email: str) -> str | None:
    async with container.scope(read_only=True) as scope:
        account = await AuthService(scope).find_account(email)
        return account.password_hash if account else None


async def test_a_token_names_its_session_and_survives_a_rotated_secret(
    client: AsyncClient, container: Container, people: People
) -> None:
    ann = await people.user("ann")
    old = container.settings.security.jwt_secret.get_secret_value()
    rotated = AccessTokens(["n" * 40, old], ttl_seconds=900, clock=container.clock, ids=container.ids)
    body = (await client.post("/auth/login", json={"email": ann.email, "password": PASSWORD, "client": "cli"})).json()
    claims = rotated.check(body["access_token"])
    assert (claims.user_id, claims.client) == (ann.id, ClientKind.CLI)
    assert claims.session_id is not None


async def log_out(container: Container, link: Link) -> None:
    async with container.scope() as scope:
        await AuthService(scope).end_session(link.family_id)


async def log_out_everywhere(container: Container, link: Link) -> None:
    async with container.scope() as scope:
        await AuthService(scope).end_every_session(link.user.id)


@pytest.mark.parametrize("end", [log_out, log_out_everywhere])
async def test_a_session_that_ends_while_it_is_renewed_is_over(
    client: AsyncClient, container: Container, people: People, end: Callable[[Container, Link], Awaitable[None]]
) -> None:
    ann = await people.user("ann")
    body = (await client.post("/auth/login", json={"email": ann.email, "password": PASSWORD})).json()
    async with container.scope() as scope:
        auth = AuthService(scope)
        link = await auth.take_link(digest_refresh_token(body["refresh_token"]) or "")
        assert link is not None
        ending = asyncio.ensure_future(end(container, link))
        # It has to wait for this transaction: give it time to get there.
        assert not (await asyncio.wait({ending}, timeout=0.3))[0]
        renewed = await auth.continue_session(link)
    await ending
    answer = await client.post("/auth/refresh", json={"refresh_token": renewed.refresh_token})
    assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_INVALID")
    assert (await client.get("/users/me", headers=bearer(renewed.access_token))).status_code == 401


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ann@Example.COM", "ann@example.com"),
        ("  ann@example.com ", "ann@example.com"),
        ("ann+tag@example.com", "ann+tag@example.com"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("root@intranet", "root@intranet"),
    ],
)
def test_an_email_has_one_spelling(typed: str, kept: str) -> None:
    assert normalise_email(typed) == kept


@pytest.mark.parametrize("typed", ["", "ann", "@example.com", "ann@", "a b@example.com", "ann@exa mple.com", "x" * 330])
def test_what_is_no_email_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        normalise_email(typed)
