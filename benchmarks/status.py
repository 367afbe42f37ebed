"""Polling a job over HTTP: answers per second, against a bare Starlette route with the same query."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from app.adapters.container import Container
from app.adapters.opening import open_container
from app.core.actor import Actor, ClientKind
from app.models.project import Project, ProjectGrant
from app.services.auth.service import AuthService

from benchmarks.harness import Goal, Options, Result, compare, interleave, main
from benchmarks.machinery import (
    Place,
    Side,
    databases,
    environment_for,
    free_port,
    private_redis,
    serving,
    settings_for,
    silent_logs,
    start_side,
    workplace,
)
from benchmarks.sides.noop import NoOp, registry

DESCRIPTION = """`GET /api/v1/jobs/{id}` of a running job, by somebody who was granted its project; real uvicorn,
keep-alive connections, a load generator in a process of its own.

ours          the API process: request id, log, metrics, token, session, access rule, limit, sentence, ETag
without lane  the same process and answer by the ordinary FastAPI route
bare route    Starlette with one route: the same query on the same database, the row as JSON, nothing else"""

CONNECTIONS = 16
BARE = "bare Starlette"
_LANE = "with the lane"
_ROUTE = "without lane"
# Every request is counted, none is refused.
_NO_LIMIT = {"RATE_LIMIT_API": "9000000/1m", "JWT_TTL_SECONDS": "3600"}
_MODULES = {_LANE: "lane_api", _ROUTE: "plain_api", BARE: "bare_status"}
_NOT_USED = "none"


@dataclass(frozen=True, slots=True)
class Asked:
    """A job and somebody who may see it."""

    job_id: UUID
    user_id: UUID
    token: str

    @property
    def request(self) -> str:
        """One poll, as it goes over the wire."""
        return (
            f"GET /api/v1/jobs/{self.job_id} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self.token}\r\n"
            "Accept: application/json\r\n\r\n"
        )


async def measure(options: Options, result: Result) -> None:
    """Fill in the figures."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(workplace())
        stack.enter_context(silent_logs())
        redis_url = await stack.enter_async_context(private_redis(folder))
        places = await stack.enter_async_context(databases(folder, options, result.skipped))
        for place in places:
            async with _servers(folder, place, redis_url) as (asked, loads):
                await _compare(options, result, place, asked, loads)


@asynccontextmanager
async def _servers(folder: Path, place: Place, redis_url: str) -> AsyncIterator[tuple[Asked, dict[str, Side]]]:
    """Serve one database in the three ways, each with a load generator that waits."""
    services = {"database_url": place.url, "redis_url": redis_url, **_NO_LIMIT}
    async with AsyncExitStack() as stack:
        settings = settings_for(folder, **services)
        async with open_container(settings, registry=registry(), subscriptions={}) as container:
            asked = await _seed(container)
        loads = {}
        for name, module in _MODULES.items():
            port = free_port()
            env = {**environment_for(folder, **services), "PORT": str(port), "BENCH_USER_ID": str(asked.user_id)}
            await stack.enter_async_context(serving(f"benchmarks.sides.{module}", env, port))
            loads[name] = await stack.enter_async_context(start_side("load", {}, str(port), str(CONNECTIONS)))
        yield asked, loads


async def _seed(container: Container) -> Asked:
    """Make a project of one person, another one who was granted it, and a job that runs."""
    now = container.clock.now()
    async with container.scope() as scope:
        auth = AuthService(scope)
        owner = await auth.create_user("owner@example.org", "Owner", password_hash=_NOT_USED)
        user = await auth.create_user("user@example.org", "User", password_hash=_NOT_USED)
        project = Project(id=scope.ids.new(), name="Bench", created_by=owner.id, created_at=now, updated_at=now)
        scope.session.add(project)
        await scope.session.flush()
        scope.session.add(ProjectGrant(project_id=project.id, user_id=user.id, role="viewer", created_at=now))
        token = (await auth.start_session(user, ClientKind.WEB)).access_token
    async with container.scope(Actor(owner.id)) as scope:
        job = await scope.stage(NoOp(number=1), project_id=project.id)
    async with container.scope() as scope:
        await scope.ledger.claim(job.id, worker_id="bench")
    return Asked(job.id, user.id, token)


async def _compare(options: Options, result: Result, place: Place, asked: Asked, loads: dict[str, Side]) -> None:
    seconds = 0.2 if options.quick else 2.0

    def side(name: str) -> Callable[[], Awaitable[float]]:
        async def polls() -> float:
            told = await loads[name].ask(request=asked.request, seconds=seconds)
            if told["status"] != [200]:
                raise RuntimeError(f"{name} answered {told['status']}")
            return float(told["answers"] / told["seconds"])

        return polls

    sides = {name: side(name) for name in loads}
    for warm in sides.values():
        await warm()
    rates = await interleave(options.rounds, sides, say=f"{place.name},")
    what = f"polls/s, {place.name}"
    result.figures += [
        compare(what, "/s", "more", ours=rates[_LANE], peer=rates[BARE], peer_name=BARE, goal=Goal(0.5)),
        compare(f"{what}, {_ROUTE}", "/s", "more", ours=rates[_ROUTE], peer=rates[BARE], peer_name=BARE),
    ]


if __name__ == "__main__":
    main("status", measure, description=DESCRIPTION)
