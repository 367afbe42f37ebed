"""A project with a real repository, its mirror and its manifest, and a scripted model that can be asked about it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.git.mirrors import GitMirrors
from app.adapters.git.urls import parse_remote_url
from app.adapters.llm.chain import ModelChain
from app.adapters.llm.port import LanguageModel
from app.adapters.llm.scripted import ScriptedModel
from app.models.ai import AiJob
from app.models.event import EventRecord
from app.models.project import Project
from app.models.proposal import Proposal
from app.models.repo import RepoMirror
from app.schemas.replies import (
    Claim,
    DocumentationReply,
    FileSummaryReply,
    SymbolDocumentation,
)
from app.services.manifest.build import build_manifest
from app.services.manifest.digest import ManifestRef

from tests.fixtures.jobs import Ran, drain
from tests.fixtures.people import People, Person
from tests.fixtures.repos import commit, local_mirrors, make_repo, run_git

SECRET = "hunter2" + "-x9"
CODE = f'''"""Sums."""

from helper import twice

PASSWORD = "{SECRET}"


def add(a, b):
    return a + b


class Counter:
    def step(self, by):
        return twice(by)
'''
HELPER = "def twice(x):\n    return 2 * x\n"
FILES: dict[str, str | bytes] = {
    "app.py": CODE,
    "helper.py": HELPER,
    "README.md": "# Sums\n",
    ".env": f"TOKEN={SECRET}\n",
    "logo.bin": b"\0\1\2",
    "docs/notes.md": "Notes\n",
}

ADD = Claim(text="It adds two values.", path="app.py", quote="    return a + b")
INVENTED = Claim(text="It multiplies.", path="app.py", quote="    return a * b")
SUMMARY = FileSummaryReply(summary="Adds things.", claims=[ADD, INVENTED])
DOCUMENTS = DocumentationReply(
    documents=[
        SymbolDocumentation(
            path="app.py", symbol="add", quote="def add(a, b):", documentation="Add two values.", claims=[ADD]
        ),
        SymbolDocumentation(
            path="app.py", symbol="Counter.step", quote="    def step(self, by):", documentation="Take a step."
        ),
    ]
)


@dataclass(frozen=True)
class Ground:
    """A project on its feet, and what people do with AI there."""

    container: Container
    client: AsyncClient
    repo: Path
    project: Project
    owner: Person
    manifest: ManifestRef
    model: ScriptedModel

    def body(self, **fields: Any) -> dict[str, Any]:
        """A request's body about this project."""
        return {"project_id": str(self.project.id), **fields}

    async def post(self, door: str, /, *, by: Person | None = None, **fields: Any) -> dict[str, Any]:
        """Ask below /ai as the owner (or somebody else); the answer's JSON with its status."""
        headers = dict((by or self.owner).headers)
        answer = await self.client.post(f"/ai/{door}", json=self.body(**fields), headers=headers)
        return {**answer.json(), "http": answer.status_code}

    async def get(self, door: str, /, *, by: Person | None = None) -> dict[str, Any]:
        """Read below /ai."""
        answer = await self.client.get(f"/ai/{door}", headers=dict((by or self.owner).headers))
        return {**answer.json(), "http": answer.status_code}

    async def ask(self, kind: str, /, *answers: Any, **fields: Any) -> dict[str, Any]:
        """Ask with these answers in the model's script, run the job, and read the result."""
        self.model.then(*answers)
        accepted = await self.post(kind, **fields)
        assert accepted["http"] == 202, accepted
        await self.run()
        return await self.get(f"result/{accepted['job_id']}")

    async def run(self) -> list[Ran]:
        """Run what is due."""
        return await drain(self.container)

    async def row(self, job_id: str | UUID) -> AiJob:
        """Read a question's row as it is now."""
        async with self.container.scope(read_only=True) as scope:
            return (await scope.session.execute(select(AiJob).where(AiJob.job_id == UUID(str(job_id))))).scalar_one()

    async def proposals(self) -> list[Proposal]:
        """Every proposal of the project."""
        async with self.container.scope(read_only=True) as scope:
            return list((await scope.session.execute(select(Proposal))).scalars())

    async def hunks(self, proposal_id: UUID) -> list[dict[str, Any]]:
        """A proposal's hunks as its readers get them."""
        answer = await self.client.get(f"/proposals/{proposal_id}", headers=dict(self.owner.headers))
        return [hunk for file in answer.json()["files"] for hunk in file["hunks"]]

    async def events(self) -> list[str]:
        """The names of all events, in order."""
        async with self.container.scope(read_only=True) as scope:
            return list((await scope.session.execute(select(EventRecord.name).order_by(EventRecord.seq))).scalars())

    async def change_upstream(self, files: dict[str, str | bytes | None]) -> None:
        """Commit to the repository and sync the mirror; the manifest stays what it was."""
        commit(self.repo, files)
        await sync(self.container, self.project.id, self.repo)

    async def build_mirror_anew(self, files: dict[str, str | bytes | None]) -> None:
        """Rewrite the repository's history, lose the mirror, and mirror what is there now."""
        run_git(self.repo, "checkout", "-q", "--orphan", "rewritten")
        commit(self.repo, files)
        run_git(self.repo, "branch", "-M", "rewritten", "main")
        run_git(self.repo, "reflog", "expire", "--expire=now", "--all")
        run_git(self.repo, "gc", "-q", "--prune=now")
        await self.container.mirrors.writer().remove(self.project.id)
        await sync(self.container, self.project.id, self.repo)


async def sync(container: Container, project_id: UUID, repo: Path) -> None:
    """Bring the mirror up to date."""
    await container.mirrors.writer().sync(project_id, parse_remote_url(str(repo), allow_local=True))


def with_models(container: Container, *models: LanguageModel) -> Container:
    """The same container with other language models."""
    values = {name: getattr(container, name) for name in container.__dataclass_fields__}
    return Container(**{**values, "models": ModelChain(models, container.clock)})


@pytest.fixture
def mirrors(tmp_path: Path) -> GitMirrors:
    """Real mirrors that this process may write."""
    return local_mirrors(tmp_path / "data")


@pytest.fixture
def files() -> dict[str, str | bytes]:
    """The repository's files: override this fixture for others."""
    return FILES


@pytest.fixture
async def ground(
    container: Container,
    client: AsyncClient,
    people: People,
    model: ScriptedModel,
    files: dict[str, str | bytes],
    tmp_path: Path,
) -> Ground:
    """A synced and described project."""
    repo = make_repo(tmp_path / "upstream", files)
    owner = await people.user("owner")
    project = await people.project(owner=owner, repo_url=str(repo))
    async with container.scope() as scope:
        scope.session.add(RepoMirror(project_id=project.id, remote_url=str(repo)))
    await sync(container, project.id, repo)
    reader = container.mirrors.reader(project.id)
    manifest = await build_manifest(reader, container.scopes(), project.id, None)
    return Ground(container, client, repo, project, owner, manifest, model)
