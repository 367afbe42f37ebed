"""A project with a real repository and its mirror, and what people do with proposals there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.adapters.container import Container
from app.adapters.git.errors import PathNotFound
from app.adapters.git.mirrors import GitMirrors
from app.adapters.git.urls import parse_remote_url
from app.models.job import Job
from app.models.project import Project
from app.models.repo import RepoMirror
from app.services.projects.access import Permission
from app.services.proposals.drafts import Draft, DraftFile
from app.services.proposals.edits import FileEdits
from app.services.proposals.review import Review
from app.services.proposals.rows import StoredProposal
from app.services.proposals.service import ProposalService

from tests.fixtures.jobs import Ran, drain
from tests.fixtures.people import People, Person
from tests.fixtures.repos import commit, local_mirrors, make_repo

CODE = b"def one():\n    return 1\n\n\ndef two():\n    return 2\n\n\ndef three():\n    return 3\n"
DOCUMENTED = (
    b'def one():\n    """One."""\n    return 1\n\n\n'
    b'def two():\n    """Two."""\n    return 2\n\n\n'
    b'def three():\n    """Three."""\n    return 3\n'
)
MAIN = "refs/heads/main"


@dataclass(frozen=True)
class Ground:
    """A project on its feet: a repository with `code.py` and `other.txt`, synced."""

    container: Container
    repo: Path
    project: Project
    owner: Person

    async def change_upstream(self, files: Mapping[str, str | bytes | None]) -> str:
        """Commit to the repository's present branch and sync; answers the commit."""
        made = commit(self.repo, files)
        await self.sync()
        return made

    async def sync(self) -> None:
        """Bring the mirror up to date."""
        await self.container.mirrors.writer().sync(self.project.id, parse_remote_url(str(self.repo), allow_local=True))

    async def draft(self, files: Mapping[str, bytes | None], **fields: Any) -> Draft:
        """Draft a change of these files, from the branch's head to these bytes."""
        reader = self.container.mirrors.reader(self.project.id)
        head = await reader.resolve(MAIN)
        drafts = []
        for path, new in files.items():
            old = await self.file_at(head, path)
            entry = await reader.entry(head, path) if old is not None else None
            change = FileEdits.between(path, old, new, mode=entry.mode if entry else "100644")
            drafts.append(DraftFile.of(change, base_blob=entry.oid if entry else None))
        given = {"kind": "documentation", "title": "Document the code", "manifest_hash": "m" * 64} | fields
        return Draft(
            project_id=self.project.id,
            base_ref=MAIN,
            base_commit=head,
            manifest_id=None,
            files=tuple(drafts),
            **given,
        )

    async def open(self, files: Mapping[str, bytes | None] | None = None, **fields: Any) -> StoredProposal:
        """Open a proposal; by default three docstrings in code.py."""
        draft = await self.draft(files or {"code.py": DOCUMENTED}, **fields)
        async with self.container.scope(self.owner.actor) as scope:
            proposal = await ProposalService(scope).open(draft)
        return await self.read(proposal.id)

    async def read(self, proposal_id: UUID) -> StoredProposal:
        """Read a proposal as it is now."""
        async with self.container.scope(self.owner.actor, read_only=True) as scope:
            return await ProposalService(scope).read(proposal_id, Permission.READ)

    def review(self, person: Person | None = None) -> Review:
        """What somebody may do (the owner, if nobody is named)."""
        return Review(self.container.scopes((person or self.owner).actor), self.container.mirrors)

    async def approve(self, stored: StoredProposal, *numbers: int) -> StoredProposal:
        """Approve all hunks, or those with these numbers (from 0), as the owner."""
        hunks = [stored.hunks[number].id for number in numbers] or None
        return await self.review().approve(stored.proposal.id, digest=stored.proposal.digest, hunk_ids=hunks)

    async def request(self, proposal_id: UUID, *, push_branch: str | None = None) -> Job:
        """Ask for it to be applied, as the owner."""
        return await self.review().apply(proposal_id, push_branch=push_branch, once=lambda _, stage: stage())

    async def run(self) -> list[Ran]:
        """Run what is staged."""
        return await drain(self.container)

    async def apply(self, stored: StoredProposal, *numbers: int) -> StoredProposal:
        """Approve and apply all hunks or some, to the end."""
        await self.approve(stored, *numbers)
        await self.request(stored.proposal.id)
        assert [ran.outcome for ran in await self.run()] == ["success"]
        return await self.read(stored.proposal.id)

    async def file_at(self, ref: str, path: str) -> bytes | None:
        """Read a file's bytes from the mirror; None when it is not there."""
        reader = self.container.mirrors.reader(self.project.id)
        try:
            entry = await reader.entry(await reader.resolve(ref), path)
        except PathNotFound:
            return None
        return await reader.read_blob(entry.oid, max_bytes=1_000_000)


@pytest.fixture
def mirrors(tmp_path: Path) -> GitMirrors:
    """Real mirrors that this process may write."""
    return local_mirrors(tmp_path / "data")


@pytest.fixture
async def ground(container: Container, people: People, tmp_path: Path) -> Ground:
    """A synced project."""
    repo = make_repo(tmp_path / "upstream", {"code.py": CODE, "other.txt": "other\n"})
    owner = await people.user("owner")
    project = await people.project(owner=owner, repo_url=str(repo))
    async with container.scope() as scope:
        scope.session.add(RepoMirror(project_id=project.id, remote_url=str(repo)))
    ground = Ground(container, repo, project, owner)
    await ground.sync()
    return ground
