"""Somebody on a journey: he speaks HTTP only, and the real runner works whenever he waits."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from app.adapters.container import Container
from app.adapters.git.layout import MirrorFolder
from app.adapters.llm.offline import OfflineModel

from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import drain
from tests.fixtures.people import PASSWORD

Body = dict[str, Any]


@dataclass(slots=True)
class Traveller:
    """A user, from his registration on."""

    container: Container
    workers: Container
    http: AsyncClient
    email: str = "ann@example.org"
    project_id: str = ""

    async def register(self) -> None:
        """Make an account, and log in with it."""
        account = {"email": self.email, "password": PASSWORD}
        await self.post("/auth/register", {**account, "display_name": "Ann"})
        session = await self.post("/auth/login", account)
        self.http.headers["Authorization"] = f"Bearer {session['access_token']}"

    async def connect(self, repo: GitRepo) -> None:
        """Make a project of a repository and wait for its manifest."""
        made = await self.post("/projects", {"name": "Shop", "repo_url": str(repo.path)})
        self.project_id = made["id"]
        await drain(self.workers)

    async def sync(self) -> Body:
        """Bring the mirror up to date; how it went."""
        await self.done(await self.http.post(f"/repos/{self.project_id}/sync"))
        return await self.get(f"/repos/{self.project_id}/sync")

    async def ask(self, kind: str, **body: Any) -> Body:
        """Put a question and wait for the answer."""
        accepted = await self.http.post(f"/ai/{kind}", json={"project_id": self.project_id, **body})
        job = await self.done(accepted)
        return await self.get(f"/ai/result/{job['job_id']}")

    async def document(self, *paths: str) -> Body:
        """Ask for documentation; the proposal it ends in."""
        answer = await self.ask("documentation", paths=list(paths))
        return await self.get(f"/proposals/{answer['proposal_id']}")

    async def approve(self, proposal: Body, hunks: list[str] | None = None) -> Body:
        """Approve all hunks or some."""
        body = {"digest": proposal["digest"], **({"hunks": hunks} if hunks is not None else {})}
        return await self.post(f"/proposals/{proposal['id']}/approve", body)

    async def apply(self, proposal: Body) -> Body:
        """Apply what was approved; the proposal afterwards."""
        await self.done(await self.http.post(f"/proposals/{proposal['id']}/apply"))
        return await self.get(f"/proposals/{proposal['id']}")

    async def get(self, path: str, /, **query: Any) -> Body:
        """Read JSON."""
        return _good(await self.http.get(path, params=query))

    async def post(self, path: str, body: Body | None = None) -> Body:
        """Send JSON."""
        return _good(await self.http.post(path, json=body))

    async def done(self, accepted: Response) -> Body:
        """Let the workers work; the job must have succeeded."""
        job_id = _good(accepted)["job_id"]
        await drain(self.workers)
        job = await self.get(f"/jobs/{job_id}")
        assert job["status"] == "success", job["why"]
        return job

    @property
    def mirror(self) -> GitRepo:
        """The project's mirror, to look into."""
        folder = MirrorFolder.of(self.container.settings.data_dir / "repos", UUID(self.project_id)).current()
        assert folder is not None
        return GitRepo(folder)


def hunk_ids(proposal: Body) -> list[str]:
    """Every hunk of a proposal that can be chosen, in order."""
    return [hunk["id"] for file in proposal["files"] for hunk in file["hunks"] if hunk["selectable"]]


def clone(repo: GitRepo, path: Path, commit: str) -> GitRepo:
    """A clean work tree at a commit."""
    repo.git("clone", "--quiet", "--no-checkout", "--shared", ".", str(path))
    cloned = GitRepo(path)
    cloned.git("checkout", "--quiet", "--detach", commit)
    return cloned


def _good(answer: Response) -> Body:
    assert answer.is_success, answer.text
    body: Body = answer.json()
    return body


@pytest.fixture
def settings_env() -> dict[str, str]:
    """The clock stands still, so that no limit ever refills."""
    return {f"RATE_LIMIT_{name}": "100000/1m" for name in ("API", "AUTH", "REPOS", "AI", "PROPOSALS")}


@pytest.fixture
def model() -> OfflineModel:
    """Syntax trees answer, as they do without a key."""
    return OfflineModel()


@pytest.fixture
async def ann(container: Container, client: AsyncClient) -> Traveller:
    """Somebody who has just made an account."""
    traveller = Traveller(container, container, client)
    await traveller.register()
    return traveller


@pytest.fixture
async def project(ann: Traveller, tmp_path: Path) -> str:
    """A project of Ann's that holds next to nothing."""
    repo = GitRepo.create(tmp_path / "upstream.git")
    repo.commit({"app.json": "{}"})
    await ann.connect(repo)
    return ann.project_id
