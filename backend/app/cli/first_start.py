"""What happens once: the first administrator, and a demo project made from the checkout HiveSync runs in."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import structlog
from sqlalchemy import exists, select

from app.adapters.container import Container
from app.core.actor import ClientKind
from app.models.project import Project
from app.models.user import User
from app.services.auth.service import AuthService

log = structlog.get_logger(__name__)

_DEFAULT_EMAIL = "admin@hivesync.example"
_DEMO_NAME = "HiveSync (demo)"
# Small files of this very product, chosen because they have something to say.
_DEMO_FILES = ("backend/app/core/paths.py", "backend/app/core/paging.py", "backend/app/api/static/app.js")
_DEMO_PATIENCE_SECONDS = 600
_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Login:
    """An administrator's login, to be shown once."""

    email: str
    password: str


async def make_admin(container: Container) -> Login | None:
    """Create the first administrator; None when there is somebody already, or the operator chose the password."""
    async with container.scope(read_only=True) as scope:
        if await scope.session.scalar(select(exists(select(User.id)))):
            return None
    core = container.settings.core
    chosen = core.admin_password.get_secret_value() if core.admin_password else None
    login = Login(core.admin_email or _DEFAULT_EMAIL, chosen or container.ids.secret(nbytes=12))
    password_hash = await container.passwords.hash(login.password)
    async with container.scope() as scope:
        await AuthService(scope).create_user(
            login.email.lower(), "Administrator", password_hash=password_hash, is_admin=True
        )
    return None if chosen else login


async def make_demo(container: Container) -> None:
    """Connect this checkout as a project and document a few of its files, through the front door."""
    checkout = find_checkout()
    if checkout is None or not container.settings.git.allow_local_repos:
        return
    async with container.scope() as scope:
        if await scope.session.scalar(select(exists(select(Project.id)))):
            return
        admin = await scope.session.scalar(select(User).where(User.is_admin).order_by(User.id).limit(1))
        if admin is None:
            return
        token = (await AuthService(scope).start_session(admin, ClientKind.CLI)).access_token
    core = container.settings.core
    async with httpx.AsyncClient(
        base_url=f"http://{core.host}:{core.port}/api/v1",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
        trust_env=False,
    ) as client:
        try:
            async with asyncio.timeout(_DEMO_PATIENCE_SECONDS):
                await _seed(client, checkout)
        except (httpx.HTTPError, TimeoutError) as error:
            log.warning("demo.not_made", error=str(error) or type(error).__name__)


def find_checkout(start: Path | None = None) -> Path | None:
    """Find the Git work tree this code lies in; None for an installed package."""
    for folder in (start or Path(__file__).resolve()).parents:
        if (folder / ".git").exists():
            return folder
    return None


async def _seed(client: httpx.AsyncClient, checkout: Path) -> None:
    made = await _answer(client.post("/projects", json={"name": _DEMO_NAME, "repo_url": str(checkout)}))
    project_id = made["id"]
    manifest = await _until(client, f"/projects/{project_id}/manifest")
    if manifest is None:
        return
    known = [path for path in _DEMO_FILES if await _exists(client, project_id, path)]
    body: dict[str, Any] = {"project_id": project_id}
    if known:
        body["paths"] = known
    job = await _answer(client.post("/ai/documentation", json=body))
    await _until(client, f"/ai/result/{job['job_id']}", field="finished_at")
    log.info("demo.made", project_id=project_id, job_id=job["job_id"])


async def _answer(request: Any) -> dict[str, Any]:
    answer = await request
    answer.raise_for_status()
    body: dict[str, Any] = answer.json()
    return body


async def _exists(client: httpx.AsyncClient, project_id: str, path: str) -> bool:
    answer = await client.get(f"/projects/{project_id}/files/content", params={"path": path})
    return answer.is_success


async def _until(client: httpx.AsyncClient, path: str, *, field: str | None = None) -> dict[str, Any] | None:
    """Poll until it is there; None when the project's sync failed for good."""
    ticks = asyncio.Event()
    while True:
        answer = await client.get(path)
        if answer.is_success and (field is None or answer.json().get(field)):
            body: dict[str, Any] = answer.json()
            return body
        if answer.status_code in (401, 403):
            return None
        try:
            await asyncio.wait_for(ticks.wait(), timeout=_POLL_SECONDS)
        except TimeoutError:
            continue
