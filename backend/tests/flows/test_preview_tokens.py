"""Tokens are checked without the database and Redis, refused at once when revoked, and written down nowhere."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from httpx import AsyncClient
from sqlalchemy import select
from structlog.testing import capture_logs

from app.adapters.container import Container
from app.adapters.db.engine import open_database
from app.adapters.kv.redis import RedisKeyValue
from app.adapters.telemetry.tracing import Attributes, Kind, Span
from app.models import Base
from app.services.preview.deps import admit, check_token
from app.services.preview.errors import SessionOver
from app.services.preview.revocation import announce_revoked
from app.services.preview.tokens import PREFIX

from tests.fixtures.jobs import drain
from tests.flows.conftest import Body, Traveller
from tests.flows.previewing import zipped
from tests.flows.previews import APP, code_of, opened, send, uploaded


@pytest.fixture
async def no_redis(container: Container) -> AsyncIterator[Container]:
    """The same container, but nobody listens where its Redis should be."""
    nobody = RedisKeyValue("redis://127.0.0.1:9/0")
    yield replace(container, kv=nobody)
    await nobody.close()


@pytest.fixture
async def no_database(container: Container, tmp_path: Path) -> AsyncIterator[Container]:
    """The same container, but its database cannot be opened."""
    nothing = open_database(f"sqlite:///{tmp_path}/no/such/folder.db", clock=container.clock, server_time=False)
    yield replace(container, database=nothing)
    await nothing.close()


async def test_a_token_is_checked_with_the_database_and_redis_away(
    ann: Traveller, project: str, no_database: Container, no_redis: Container
) -> None:
    session = await opened(ann)
    nothing_there = replace(no_database, kv=no_redis.kv)
    assert str(check_token(nothing_there, session["token"]).session_id) == session["session_id"]
    assert str((await admit(nothing_there, session["token"])).session_id) == session["session_id"]


async def test_a_revoked_token_is_refused_before_the_database_is_asked(
    ann: Traveller, project: str, no_database: Container
) -> None:
    accepted = await uploaded(ann)
    await ann.post(f"/preview/sessions/{accepted['session_id']}/revoke")
    for token in (accepted["token"], accepted["grant"]):
        with pytest.raises(SessionOver):
            await admit(no_database, token)


async def test_without_redis_the_row_refuses(ann: Traveller, project: str) -> None:
    accepted = await uploaded(ann)
    await ann.post(f"/preview/sessions/{accepted['session_id']}/revoke")
    await ann.container.kv.delete(f"preview:revoked:{accepted['session_id']}")
    del ann.http.headers["Authorization"]
    status = f"/preview/status/{accepted['job_id']}?grant={accepted['grant']}"
    for path in (f"/preview/sessions/{accepted['token']}", status):
        assert code_of(await ann.http.get(path)) == (403, "FORBIDDEN")


async def test_revoking_without_redis_is_written_down(ann: Traveller, project: str, no_redis: Container) -> None:
    session = await opened(ann)
    claims = check_token(no_redis, session["token"])
    await announce_revoked(no_redis, claims.session_id)
    assert (await admit(no_redis, session["token"])) == claims, "nothing is known, so the row is asked"


async def test_what_redis_knows_ends_when_everything_it_refuses_has_expired(ann: Traveller, project: str) -> None:
    accepted = await uploaded(ann)
    await ann.post(f"/preview/sessions/{accepted['session_id']}/revoke")
    key = f"preview:revoked:{accepted['session_id']}"
    assert await ann.container.kv.get(key) is not None
    lives = ann.container.settings.preview.bundle_ttl_seconds
    grant_ends = check_token(ann.container, accepted["grant"]).expires_at
    assert (grant_ends - ann.container.clock.now()).total_seconds() <= lives


@dataclass
class Notes:
    """A tracer that keeps what it was told, and its own span."""

    told: list[str] = field(default_factory=list)

    def span(
        self, name: str, *, kind: Kind = "internal", parent: str | None = None, attributes: Attributes | None = None
    ) -> AbstractContextManager[Span]:
        self.told.append(f"{name} {dict(attributes or {})}")
        return nullcontext(self)

    def set(self, attributes: Attributes) -> None:
        self.told.append(str(dict(attributes)))

    def failed(self, why: str) -> None:
        self.told.append(why)

    async def close(self) -> None:
        """Keep it."""


class TestAWholeJourney:
    """Everything that is done with a token, well and badly; then all that was written is searched for it."""

    @pytest.fixture
    def tracer(self) -> Notes:
        return Notes()

    @pytest.fixture
    def container(self, container: Container, tracer: Notes) -> Container:
        return replace(container, tracer=tracer)

    async def journey(self, ann: Traveller) -> list[str]:
        """Do it all; the tokens that were given out."""
        made = await ann.post("/preview/token", {"project_id": ann.project_id, "platform": "web"})
        accepted = await uploaded(ann)
        broken = await opened(ann)
        failed = await send(ann, broken["token"], zipped({"nothing.js": b"1"}))
        await drain(ann.workers)
        await self.knock(ann.http, accepted)
        await ann.post(f"/preview/sessions/{accepted['session_id']}/revoke")
        await self.knock(ann.http, accepted)
        return [made["token"], accepted["token"], accepted["grant"], broken["token"], failed["grant"]]

    async def knock(self, http: AsyncClient, accepted: Body) -> None:
        """Knock at every door with a token, in its path, its query and its header."""
        login = http.headers.pop("Authorization")
        token, grant, job = accepted["token"], accepted["grant"], accepted["job_id"]
        for method, path in (
            ("GET", f"/preview/sessions/{token}"),
            ("GET", f"/preview/sessions/{token}/nothing/here"),
            ("GET", f"/preview/sessions/{token}x"),
            ("DELETE", f"/preview/sessions/{token}"),
            ("POST", f"/preview/sessions/{grant}/bundle"),
            ("POST", f"/preview/sessions/{token}/bundle"),
            ("POST", f"/preview/sessions/{token}/revoke"),
            ("GET", f"/preview/status/{job}?grant={grant}"),
            ("GET", f"/preview/logs/{job}?grant={token}"),
            ("GET", f"/preview/download/{job}?grant={grant}"),
            ("GET", f"/preview/download/{token}?grant={grant}"),
            ("GET", f"/jobs/{grant}?grant={grant}"),
            ("GET", f"/{token}"),
        ):
            await http.request(method, path, content=zipped(APP) if method == "POST" else None)
            await http.request(method, path.partition("?")[0], headers={"Authorization": f"Bearer {grant}"})
        http.headers["Authorization"] = login

    async def test_no_row_of_any_table_holds_a_token(self, ann: Traveller, project: str) -> None:
        tokens = await self.journey(ann)
        rows: list[str] = []
        async with ann.container.scope(read_only=True) as scope:
            for table in Base.metadata.sorted_tables:
                rows += [f"{table.name}: {tuple(row)!r}" for row in await scope.session.execute(select(table))]
        assert any("preview_sessions" in row for row in rows)
        assert found_in(tokens, rows) == []

    async def test_no_log_line_and_no_span_holds_a_token(
        self, ann: Traveller, project: str, tracer: Notes, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with capture_logs() as lines:
            tokens = await self.journey(ann)
        # What is captured here has not been redacted yet.
        written = [json.dumps(line, default=repr) for line in lines]
        written += [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
        assert len([line for line in written if "http.request" in line]) > 30
        assert len(tracer.told) > 30
        assert found_in(tokens, written) == []
        assert found_in(tokens, tracer.told) == []


def found_in(tokens: list[str], texts: list[str]) -> list[str]:
    """List the texts that hold a token, or the better part of one."""
    parts = [token.removeprefix(PREFIX)[:40] for token in tokens]
    return [text for text in texts if PREFIX in text or any(part in text for part in parts)]
