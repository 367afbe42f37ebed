"""The job of a rename: once is enough, twice changes nothing, and a server that dies is tried again."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.language.port import LanguageServerLost, LanguageServers, LanguageSession
from app.core.clock import FrozenClock
from app.models.notification import Notification
from app.services.refactor.messages import ProposeRename

from tests.fixtures.jobs import assert_staged, drain, read_job
from tests.services.refactor.conftest import Ground


class DyingServers:
    """Servers of which the first ones are lost as soon as they are asked for."""

    def __init__(self, real: LanguageServers, deaths: int) -> None:
        self.real = real
        self.deaths = deaths

    def open(
        self, language: str, roots: Sequence[str] = (), *, key: str = ""
    ) -> AbstractAsyncContextManager[LanguageSession]:
        """Lose one, or open a real one."""
        if self.deaths:
            self.deaths -= 1
            return Lost()
        return self.real.open(language, roots, key=key)


class Lost(AbstractAsyncContextManager[LanguageSession]):
    """A server that does not come up."""

    async def __aenter__(self) -> LanguageSession:
        raise LanguageServerLost

    async def __aexit__(self, *failure: object) -> None:
        """Never entered, never left."""


def with_deaths(container: Container, deaths: int) -> Container:
    """The same container with servers that die."""
    return replace(container, languages=DyingServers(container.languages, deaths))


async def test_a_job_delivered_twice_opens_one_proposal(ground: Ground) -> None:
    await ground.ask()
    await drain(ground.container)
    job = await assert_staged(ground.container, ProposeRename)
    listed = f"/projects/{ground.project_id}/proposals"
    before = (await ground.client.get(listed, headers=dict(ground.owner.headers))).json()
    async with ground.container.scope(ground.owner.actor) as scope:
        await scope.stage(ProposeRename.model_validate(job.payload), project_id=job.project_id)
    assert [ran.outcome for ran in await drain(ground.container)] == ["success"]
    assert (await ground.client.get(listed, headers=dict(ground.owner.headers))).json() == before


async def test_a_lost_server_is_tried_again(ground: Ground, clock: FrozenClock) -> None:
    job_id = (await ground.ask()).json()["job_id"]
    dying = with_deaths(ground.container, 1)
    assert [ran.outcome for ran in await drain(dying)] == ["retry"]
    clock.move(seconds=600)
    assert "success" in [ran.outcome for ran in await drain(dying)]
    assert (await ground.read(job_id)).json()["proposal_id"]


async def test_servers_that_always_die_end_it_with_a_code(ground: Ground, clock: FrozenClock) -> None:
    job_id = (await ground.ask()).json()["job_id"]
    dying = with_deaths(ground.container, 99)
    for _ in range(ProposeRename.retry.attempts):
        await drain(dying)
        clock.move(seconds=600)
    job = await read_job(ground.container, UUID(job_id))
    assert (job.status, job.error_code, job.attempt) == ("failed", "UNAVAILABLE", ProposeRename.retry.attempts)
    async with ground.container.scope(read_only=True) as scope:
        told = (await scope.session.execute(select(Notification.kind))).scalars().all()
    assert "refactor.rename.failed" in told
