"""What the tests of previews share: bundles, sessions, uploads."""

import json
from typing import Any
from uuid import UUID

from httpx import Response
from sqlalchemy import update

from app.adapters.storage.port import Bucket
from app.core.clock import FrozenClock
from app.models.preview import PreviewBundle

from tests.fixtures.jobs import drain
from tests.fixtures.people import PASSWORD
from tests.flows.conftest import Body, Traveller
from tests.flows.previewing import zipped

APP = {"main.jsbundle": b"var app = 1;\n" * 40, "assets/logo.png": b"\x89PNG\r\n\x1a\n", "metadata.json": b"{}"}


async def opened(ann: Traveller, **more: str) -> Body:
    """A session for an upload."""
    body = {"project_id": ann.project_id, "platform": "ios", "source": "upload", **more}
    return await ann.post("/preview/sessions", body)


async def send(ann: Traveller, token: str, data: bytes) -> Body:
    """Send a bundle; nobody looks at it yet."""
    answer = await ann.http.post(f"/preview/sessions/{token}/bundle", content=data)
    assert answer.status_code == 202, answer.text
    accepted: Body = answer.json()
    return accepted


async def uploaded(ann: Traveller, app: dict[str, bytes] | None = None, **more: str) -> Body:
    """Send a bundle in a session of its own, and let the workers work: the job, the grant, the session."""
    session = await opened(ann, **more)
    accepted = await send(ann, session["token"], zipped(app or APP))
    await drain(ann.workers)
    return {**session, **accepted}


def code_of(answer: Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def move(ann: Traveller, **time: float) -> None:
    """Let time pass."""
    clock = ann.container.clock
    assert isinstance(clock, FrozenClock)
    clock.move(**time)


async def log_in_again(ann: Traveller) -> None:
    """Begin a new login, after the old one's time."""
    told = await ann.post("/auth/login", {"email": ann.email, "password": PASSWORD})
    ann.http.headers["Authorization"] = f"Bearer {told['access_token']}"


async def built(
    ann: Traveller,
    commit: str | None,
    *,
    modules: dict[str, int] | None = None,
    picture: bytes | None = None,
    **more: Any,
) -> Body:
    """A preview as the builders leave it: of a commit, with what is beside it for people."""
    accepted = await uploaded(ann)
    evidence = {"boot.json": b"{}"}
    if modules is not None:
        listed = [{"path": path, "bytes": size} for path, size in modules.items()]
        evidence["modules.json"] = json.dumps(listed).encode()
    if picture is not None:
        evidence["boot.png"] = picture
    key = f"previews/{ann.project_id}/{accepted['job_id']}/evidence.zip"
    await ann.container.buckets()[Bucket.PREVIEWS].put(key, zipped(evidence))
    values = {"commit": commit, "source": "worker", "platform": "ios", "evidence_key": key, **more}
    async with ann.container.scope() as scope:
        chosen = update(PreviewBundle).where(PreviewBundle.job_id == UUID(accepted["job_id"]))
        await scope.session.execute(chosen.values(**values))
    return accepted
