"""A rename in TypeScript where its server is not installed: declined, with how to get it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

from app.adapters.language.port import LanguageSession
from app.adapters.process.port import ProgramMissing

from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import drain
from tests.flows.conftest import Traveller


class NoServers:
    """A machine without any language server."""

    def open(
        self, language: str, roots: Sequence[str] = (), *, key: str = ""
    ) -> AbstractAsyncContextManager[LanguageSession]:
        """Find no program."""
        raise ProgramMissing(f"The server for {language} cannot be started on this machine.")


async def test_what_is_missing_is_named(ann: Traveller, tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "upstream.git")
    repo.commit({"main.ts": "export const total = 1;\n"})
    await ann.connect(repo)
    body = {"project_id": ann.project_id, "path": "main.ts", "line": 1, "column": 14, "new_name": "sum"}
    accepted = await ann.post("/refactor/rename", body)
    await drain(replace(ann.workers, languages=NoServers()))
    job = await ann.get(f"/refactor/jobs/{accepted['job_id']}")
    assert (job["status"], job["error"]["code"]) == ("failed", "LANGUAGE_UNSUPPORTED")
    assert job["error"]["details"] == {"language": "typescript", "missing": "typescript"}
    assert "make setup" in job["error"]["message"]
