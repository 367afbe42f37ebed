"""What the flows of renames share: a connected repository, asking for a rename, and reading its hunks."""

import subprocess
import sys
from pathlib import Path

from tests.fixtures.bare import Files, GitRepo
from tests.fixtures.jobs import drain
from tests.flows.conftest import Body, Traveller, clone


async def connected(ann: Traveller, folder: Path, files: Files) -> GitRepo:
    """A repository of these files, mirrored and described."""
    repo = GitRepo.create(folder / "upstream.git")
    repo.commit(files)
    await ann.connect(repo)
    return repo


async def rename(ann: Traveller, path: str, line: int | None, column: int | None, new_name: str) -> Body:
    """Ask for a rename and let the workers work; the job afterwards. Without a line it is of the file or folder."""
    body = {"project_id": ann.project_id, "path": path, "line": line, "column": column, "new_name": new_name}
    accepted = await ann.post("/refactor/rename", body)
    await drain(ann.workers)
    return await ann.get(f"/refactor/jobs/{accepted['job_id']}")


def hunks_of(proposal: Body, tier: str) -> list[str]:
    """The new text of every hunk of a tier."""
    return [hunk["new_text"] for file in proposal["files"] for hunk in file["hunks"] if hunk["tier"] == tier]


def ids_of(proposal: Body, tier: str) -> list[str]:
    """The hunks of a tier."""
    return [hunk["id"] for file in proposal["files"] for hunk in file["hunks"] if hunk["tier"] == tier]


def changes_of(proposal: Body) -> list[tuple[str, str]]:
    """Every file of a proposal, and what happens to it."""
    return [(file["path"], file["change"]) for file in proposal["files"]]


def output_of(repo: GitRepo, folder: Path, commit: str) -> str:
    """What the program prints at a commit."""
    work_tree = clone(repo, folder, commit)
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=work_tree.path, env={}, check=True, capture_output=True, text=True
    )
    return done.stdout
