"""The client of commands and of the agent, where threads share it."""

import asyncio
from typing import Any

import httpx

from app.adapters.container import Container
from app.cli.client import Client
from app.cli.sessions import MemorySessions, Session
from app.core.clock import FrozenClock

from tests.cli.conftest import Shell
from tests.fixtures.people import PASSWORD, Person


async def test_a_token_that_ended_is_exchanged_once_for_all_threads(
    new_shell: Shell, workers: None, owner: Person, container: Container
) -> None:
    async def token() -> str:
        async with httpx.AsyncClient(base_url=f"{new_shell.address}/api/v1", trust_env=False) as server:
            answer = await server.post("/auth/login", json={"email": owner.email, "password": PASSWORD})
        return str(answer.json()["access_token"])

    sessions = MemorySessions(Session(new_shell.address, await token(), "", owner.email))
    client = Client(new_shell.settings, sessions=sessions)
    assert isinstance(container.clock, FrozenClock)
    container.clock.move(seconds=3600)
    # As the desktop app hands a newer one over, which nobody but the server can renew.
    sessions.keep(Session(new_shell.address, await token(), "", owner.email))

    def asked() -> Any:
        return client.get("/users/me")

    people = await asyncio.gather(*(asyncio.to_thread(asked) for _ in range(8)))
    client.close()
    assert {each["email"] for each in people} == {owner.email}
