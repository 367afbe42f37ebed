"""The demo project: this very checkout, connected and documented once through the front door. No model is asked for."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import structlog
from sqlalchemy import select

from app.adapters.container import Container
from app.core.actor import ClientKind
from app.models.ai import AiJob
from app.models.project import Project
from app.models.user import User
from app.services.auth.service import AuthService

log = structlog.get_logger(__name__)

NAME = "HiveSync (demo)"
# Files of this product about which there is something to say: undocumented functions in two languages …
DOCUMENTED = (
    "backend/app/services/ops/routes.py",
    "backend/tests/adapters/queue/conftest.py",
    "backend/app/api/static/reference.js",
)
# … and two that explain themselves.
SUMMARISED = ("backend/app/core/paths.py", "backend/app/services/proposals/undo.py")

_PATIENCE_SECONDS = 600
_LOOKS_EVERY_SECONDS = 0.5
# A start that was killed half-way is completed by the next one, unless that comes so late that it would surprise.
_COMPLETED_WITHIN = timedelta(hours=1)
_ENDED = ("success", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is still to be done, on whose behalf."""

    token: str
    project_id: UUID | None
    asked: frozenset[tuple[str, ...]]


async def make_demo(container: Container, address: str, checkout: Path | None) -> bool:
    """Make the demo project on the first start, or complete what a killed first start left; else do nothing.

    `address` is the API's, `checkout` the Git work tree to show, if there is one. True when something was made.
    """
    if checkout is None or not container.settings.git.allow_local_repos:
        return False
    plan = await _plan(container)
    if plan is None:
        return False
    async with httpx.AsyncClient(
        base_url=f"{address}/api/v1",
        headers={"Authorization": f"Bearer {plan.token}"},
        timeout=30,
        trust_env=False,
    ) as client:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await seed(client, checkout, plan.project_id, asked=plan.asked)
        except (httpx.HTTPError, TimeoutError) as error:
            log.warning("demo.not_made", error=str(error) or type(error).__name__)
            return False


def find_checkout(start: Path | None = None) -> Path | None:
    """Find the Git work tree this code lies in; None for an installed package."""
    for folder in (start or Path(__file__).resolve()).parents:
        if (folder / ".git").exists():
            return folder
    return None


async def seed(
    client: httpx.AsyncClient, checkout: Path, project_id: UUID | None, *, asked: frozenset[tuple[str, ...]]
) -> bool:
    """Connect the checkout unless that was done, wait for its manifest, ask what was not asked yet; say if it did."""
    if project_id is None:
        made = await _answer(client.post("/projects", json={"name": NAME, "repo_url": str(checkout)}))
        project_id = UUID(made["id"])
    if not await _described(client, project_id):
        log.warning(
            "demo.not_made",
            error="the checkout has no branch with a commit, or could not be mirrored; hivesync jobs says which",
        )
        return False
    questions: list[tuple[str, str, tuple[str, ...]]] = [("documentation", "paths", DOCUMENTED)]
    questions += [("file-summary", "path", (path,)) for path in SUMMARISED]
    missing = [(kind, field, paths) for kind, field, paths in questions if paths not in asked]
    for kind, field, paths in missing:
        known = [path for path in paths if await _exists(client, project_id, path)]
        if known:
            body = {"project_id": str(project_id), field: known if field == "paths" else known[0]}
            await _answer(client.post(f"/ai/{kind}", json=body, headers={"Idempotency-Key": f"demo-{kind}-{paths[0]}"}))
    if missing:
        log.info("demo.made", project_id=str(project_id))
    return bool(missing)


async def _plan(container: Container) -> _Plan | None:
    async with container.scope() as scope:
        session = scope.session
        # Deleted projects count: somebody who has thrown the demo away does not want it back.
        projects = (await session.execute(select(Project).order_by(Project.id).limit(2))).scalars().all()
        admin = await session.scalar(select(User).where(User.is_admin).order_by(User.id).limit(1))
        if admin is None or len(projects) > 1:
            return None
        project = projects[0] if projects else None
        if project and not _is_unfinished(project, container):
            return None
        rows = (await session.execute(select(AiJob.request))).scalars() if project else ()
        asked = frozenset(tuple(request.get("paths", ())) for request in rows)
        token = (await AuthService(scope).start_session(admin, ClientKind.CLI)).access_token
        return _Plan(token, project.id if project else None, asked)


def _is_unfinished(project: Project, container: Container) -> bool:
    is_young = container.clock.now() - project.created_at < _COMPLETED_WITHIN
    return project.name == NAME and project.deleted_at is None and is_young


async def _described(client: httpx.AsyncClient, project_id: UUID) -> bool:
    """Wait for the manifest; False when the sync has ended without one, as for a repository without commits."""
    ticks = asyncio.Event()
    while True:
        if (await client.get(f"/projects/{project_id}/manifest")).is_success:
            return True
        jobs = (await _answer(client.get("/jobs", params={"project_id": str(project_id)})))["items"]
        if jobs and all(job["status"] in _ENDED for job in jobs):
            # A sync stages what describes it in the transaction that ends it: nothing can come any more.
            return (await client.get(f"/projects/{project_id}/manifest")).is_success
        try:
            await asyncio.wait_for(ticks.wait(), timeout=_LOOKS_EVERY_SECONDS)
        except TimeoutError:
            continue


async def _answer(request: Any) -> dict[str, Any]:
    answer = await request
    answer.raise_for_status()
    body: dict[str, Any] = answer.json()
    return body


async def _exists(client: httpx.AsyncClient, project_id: UUID, path: str) -> bool:
    return (await client.get(f"/projects/{project_id}/files/content", params={"path": path})).is_success
