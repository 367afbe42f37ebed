"""A project with a program of two files, connected, mirrored and described."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from app.adapters.container import Container
from app.models.project import ProjectGrant

from tests.fixtures.jobs import drain
from tests.fixtures.people import People, Person
from tests.fixtures.repos import make_repo

FILES = {
    "lib.py": "def total(items: list[int]) -> int:\n    return sum(items)\n",
    "main.py": "from lib import total\n\nprint(total([1, 2]))\n",
    "README.md": "# Sums\n",
}
PLACE = {"path": "lib.py", "line": 1, "column": 5, "new_name": "add_up"}


@dataclass(slots=True)
class Ground:
    """The project, and how to ask for renames in it."""

    container: Container
    client: AsyncClient
    owner: Person
    project_id: str
    people: People

    async def ask(self, by: Person | None = None, key: str | None = None, **place: Any) -> Response:
        """Ask for a rename."""
        headers = {**(by or self.owner).headers, **({"Idempotency-Key": key} if key else {})}
        return await self.client.post(
            "/refactor/rename", json={"project_id": self.project_id, **PLACE, **place}, headers=headers
        )

    async def read(self, job_id: str, by: Person | None = None) -> Response:
        """See how a rename stands."""
        return await self.client.get(f"/refactor/jobs/{job_id}", headers=dict((by or self.owner).headers))

    async def somebody(self, role: str | None = None, **facts: Any) -> Person:
        """Somebody else, with a role in the project or with none."""
        person = await self.people.user(f"somebody-{role}", **facts)
        if role:
            async with self.container.scope() as scope:
                grant = {"user_id": person.id, "role": role, "created_at": scope.clock.now()}
                scope.session.add(ProjectGrant(project_id=self.project_id_as_uuid, **grant))
        return person

    @property
    def project_id_as_uuid(self) -> Any:
        """The id as rows hold it."""
        return UUID(self.project_id)


@pytest.fixture
def settings_env() -> dict[str, str]:
    """The clock stands still, so that no limit ever refills."""
    return {"RATE_LIMIT_PROPOSALS": "100000/1m"}


@pytest.fixture
async def ground(container: Container, client: AsyncClient, people: People, tmp_path: Path) -> Ground:
    """The project, synced and described."""
    owner = await people.user("owner")
    repo = make_repo(tmp_path / "upstream", FILES)
    made = await client.post("/projects", json={"name": "Sums", "repo_url": str(repo)}, headers=dict(owner.headers))
    await drain(container)
    return Ground(container, client, owner, made.json()["id"], people)
