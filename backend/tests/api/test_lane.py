"""The fast lane and the ordinary route give the same answers, to everybody, in every case."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import update

from app import endpoints
from app.adapters.container import Container
from app.adapters.events.memory import MemoryHub
from app.adapters.jobs.ledger import Failure
from app.adapters.kv.memory import MemoryKeyValue
from app.adapters.queue.memory import MemoryQueue
from app.adapters.telemetry.metrics import Metrics
from app.api.application import PREFIX, build_app
from app.core.actor import ClientKind
from app.core.clock import FrozenClock
from app.core.jobs import JobPayload, Queue
from app.models.project import Project
from app.models.user import RefreshToken, User

from tests.fixtures.container import Signals
from tests.fixtures.people import People, Person


class Walk(JobPayload):
    """Only ever waits."""

    kind: ClassVar[str] = "test.walk"
    queue: ClassVar[Queue] = Queue.AI


@dataclass(frozen=True)
class World:
    """A project of Ann's that Bob may see, a job in it, a job of Ann's alone; Cat is nobody here."""

    container: Container
    people: People
    clock: FrozenClock
    kv: MemoryKeyValue
    ann: Person
    bob: Person
    cat: Person
    root: Person
    project: Project
    job: UUID
    private: UUID

    async def change(self, table: type, **values: object) -> None:
        """Write the same values into every row."""
        async with self.container.scope() as scope:
            await scope.session.execute(update(table).values(**values))

    def token(self, person: Person, *, session_id: UUID | None = None) -> dict[str, str]:
        issued = self.container.access_tokens.issue(person.id, epoch=0, client=ClientKind.WEB, session_id=session_id)
        return {"Authorization": f"Bearer {issued.token}"}

    async def in_session(self, person: Person, *, ended: bool) -> dict[str, str]:
        """Log somebody in, in a session that stands or was ended."""
        ids, now = self.container.ids, self.clock.now()
        family = ids.new()
        async with self.container.scope() as scope:
            scope.session.add(
                RefreshToken(
                    id=ids.new(),
                    family_id=family,
                    user_id=person.id,
                    token_hash=ids.secret(),
                    client="web",
                    created_at=now,
                    expires_at=now + timedelta(days=1),
                    revoked_at=now if ended else None,
                )
            )
        return self.token(person, session_id=family)


Asked = tuple[object, Mapping[str, str]]
Case = Callable[[World], Awaitable[Asked]]
CASES: dict[str, tuple[int, Case]] = {}


def case(status: int) -> Callable[[Case], Case]:
    """Add a case and the status that both ways must answer."""

    def add(made: Case) -> Case:
        CASES[made.__name__.replace("_", " ")] = (status, made)
        return made

    return add


@case(200)
async def whoever_asked_for_it(world: World) -> Asked:
    return world.private, world.ann.headers


@case(404)
async def another_ones_job_without_a_project(world: World) -> Asked:
    return world.private, world.bob.headers


@case(200)
async def a_member_of_the_project(world: World) -> Asked:
    return world.job, world.bob.headers


@case(200)
async def a_member_of_the_team(world: World) -> Asked:
    team = await world.people.team(owner=world.cat)
    await world.change(Project, team_id=team.id)
    return world.job, world.cat.headers


@case(404)
async def a_stranger(world: World) -> Asked:
    return world.job, world.cat.headers


@case(404)
async def a_stranger_with_a_project_of_his_own(world: World) -> Asked:
    await world.people.project(owner=world.cat, name="Elsewhere")
    return world.job, world.cat.headers


@case(200)
async def an_administrator(world: World) -> Asked:
    return world.job, world.root.headers


@case(404)
async def a_job_that_is_not_there(world: World) -> Asked:
    return world.container.ids.new(), world.ann.headers


@case(404)
async def a_member_of_a_deleted_project(world: World) -> Asked:
    await world.change(Project, deleted_at=world.clock.now())
    return world.job, world.bob.headers


@case(200)
async def whoever_asked_in_a_deleted_project(world: World) -> Asked:
    await world.change(Project, deleted_at=world.clock.now())
    return world.job, world.ann.headers


@case(401)
async def an_expired_token(world: World) -> Asked:
    headers = world.token(world.ann)
    world.clock.move(seconds=3600)
    return world.job, headers


@case(401)
async def a_forged_token(world: World) -> Asked:
    header, _, rest = world.ann.headers["Authorization"].partition(".")
    return world.job, {"Authorization": f"{header}.{rest[::-1]}"}


@case(401)
async def no_token(world: World) -> Asked:
    return world.job, {}


@case(401)
async def another_scheme(world: World) -> Asked:
    return world.job, {"Authorization": "Basic YW5uOmFubg=="}


@case(200)
async def a_scheme_in_capitals(world: World) -> Asked:
    return world.job, {"Authorization": world.ann.headers["Authorization"].replace("Bearer", "BEARER")}


@case(200)
async def a_session_that_stands(world: World) -> Asked:
    return world.job, await world.in_session(world.ann, ended=False)


@case(401)
async def a_session_that_was_ended(world: World) -> Asked:
    return world.job, await world.in_session(world.ann, ended=True)


@case(401)
async def a_token_of_before_the_password_changed(world: World) -> Asked:
    await world.change(User, token_epoch=1)
    return world.job, world.ann.headers


@case(401)
async def a_deactivated_user(world: World) -> Asked:
    await world.change(User, is_active=False)
    return world.job, world.ann.headers


@case(401)
async def a_user_who_is_gone(world: World) -> Asked:
    return world.job, world.token(replace(world.ann, id=world.container.ids.new()))


@case(422)
async def a_malformed_id(world: World) -> Asked:
    return "not-an-id", world.ann.headers


@case(200)
async def an_id_in_capitals(world: World) -> Asked:
    return str(world.job).upper(), world.ann.headers


@case(200)
async def a_running_job(world: World) -> Asked:
    async with world.container.scope() as scope:
        await scope.ledger.claim(world.job, worker_id="w1")
    return world.job, world.bob.headers


@case(200)
async def a_failed_job(world: World) -> Asked:
    async with world.container.scope() as scope:
        claim = await scope.ledger.claim(world.job, worker_id="w1")
        assert claim is not None
        await scope.ledger.fail(claim, Failure("REPO_UNREACHABLE", "No route.", {"host": "example.org"}))
    return world.job, world.ann.headers


@case(304)
async def a_client_that_knows(world: World) -> Asked:
    known = await get(world.container, world.job, world.ann.headers, lanes=False)
    return world.job, {**world.ann.headers, "If-None-Match": known.headers["etag"]}


@case(200)
async def a_client_that_knows_something_older(world: World) -> Asked:
    return world.job, {**world.ann.headers, "If-None-Match": '"older"'}


@case(200)
async def nobody_counts_without_redis(world: World) -> Asked:
    world.kv.available = False
    return world.job, world.ann.headers


@pytest.fixture
def kv(clock: FrozenClock) -> MemoryKeyValue:
    return MemoryKeyValue(clock)


@pytest.fixture
def signals(kv: MemoryKeyValue) -> Signals:
    """In memory always: the windows move with the test's clock."""
    return Signals(MemoryQueue(), kv, MemoryHub())


@pytest.fixture
async def world(container: Container, people: People, clock: FrozenClock, kv: MemoryKeyValue) -> World:
    ann, bob, cat = [await people.user(name) for name in ("ann", "bob", "cat")]
    root = await people.admin()
    project = await people.project(owner=ann, members={"viewer": bob})
    async with container.scope(ann.actor) as scope:
        job, private = await scope.stage(Walk(), project_id=project.id), await scope.stage(Walk())
    return World(container, people, clock, kv, ann, bob, cat, root, project, job.id, private.id)


async def get(container: Container, asked: object, headers: Mapping[str, str], *, lanes: bool) -> Response:
    chosen = endpoints.LANES if lanes else None
    app = build_app(container, endpoints.ROUTERS, endpoints.ROOT_ROUTERS, metrics=Metrics(), lanes=chosen)
    async with AsyncClient(transport=ASGITransport(app=app), base_url=f"http://hivesync.test{PREFIX}") as client:
        return await client.get(f"/jobs/{asked}", headers={"X-Request-Id": "same", **headers})


@pytest.mark.parametrize("name", sorted(CASES))
async def test_both_ways_answer_the_same(world: World, name: str) -> None:
    status, prepare = CASES[name]
    asked, headers = await prepare(world)
    fast = await get(world.container, asked, headers, lanes=True)
    ordinary = await get(world.container, asked, headers, lanes=False)
    assert (fast.status_code, fast.content) == (ordinary.status_code, ordinary.content)
    assert fast.headers == ordinary.headers
    assert ordinary.status_code == status


async def test_the_lane_answers_without_any_route(world: World) -> None:
    metrics = Metrics()
    app = build_app(world.container, (), metrics=metrics, lanes=endpoints.LANES)
    async with AsyncClient(transport=ASGITransport(app=app), base_url=f"http://hivesync.test{PREFIX}") as client:
        answered = await client.get(f"/jobs/{world.job}", headers=world.bob.headers)
        refused = await client.get(f"/jobs/{world.job}", headers=world.cat.headers)
    assert (answered.status_code, refused.status_code) == (200, 404)
    assert b'route="/api/v1/jobs/{job_id}",status="200"' in await metrics.render()


@pytest.mark.parametrize("settings_env", [{"RATE_LIMIT_API": "3/1m"}])
@pytest.mark.parametrize("lanes", [True, False])
async def test_both_ways_keep_the_same_limit(world: World, lanes: bool) -> None:
    answers = [await get(world.container, world.job, world.ann.headers, lanes=lanes) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
