"""A project whose symbols can be asked about over HTTP."""

from dataclasses import dataclass
from typing import Any

import pytest
from httpx import AsyncClient, Response

from app.adapters.git.mirrors import GitMirrors
from app.config import Settings

from tests.fixtures.synced import Mirrored, real_mirrors


@pytest.fixture
def mirrors(settings: Settings) -> GitMirrors:
    """Writable mirrors in the test's own folder."""
    return real_mirrors(settings)


@dataclass(slots=True)
class Asker:
    """Whoever asks about the project's symbols."""

    client: AsyncClient
    mirrored: Mirrored

    async def get(self, path: str, headers: dict[str, str] | None = None, /, **query: Any) -> Response:
        """Ask once."""
        url = f"/projects/{self.mirrored.project_id}{path}"
        return await self.client.get(url, params=query, headers={**self.mirrored.owner.headers, **(headers or {})})

    async def read(self, path: str, /, **query: Any) -> Any:
        """Ask, and again when the workers have read what is needed."""
        answer = await self.get(path, **query)
        if answer.status_code == 409 and answer.json()["code"] == "SYMBOLS_NOT_READY":
            await self.mirrored.run_jobs()
            answer = await self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def commit(self, files: dict[str, str], *, keep: bool = False) -> str:
        """Bring files into the project, and have them described."""
        head = self.mirrored.repo.commit(files, keep=keep)
        await self.mirrored.sync()
        return head

    async def places(self, path: str, line: int, column: int, *, certain: bool | None = True) -> list[str]:
        """Every place that means what stands there, as `path:line:column role`."""
        answer = await self.read("/references", path=path, line=line, column=column, limit=200)
        return [
            f"{each['path']}:{each['line']}:{each['column']} {each['role']}"
            for each in answer["items"]
            if certain is None or each["certain"] is certain
        ]


@pytest.fixture
def asker(client: AsyncClient, mirrored: Mirrored) -> Asker:
    """The owner, at the API."""
    return Asker(client, mirrored)
