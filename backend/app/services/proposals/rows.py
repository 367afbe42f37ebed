"""Proposals as rows: reading them whole, writing them, and changing their state by compare-and-set."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.ids import IdSource
from app.models.proposal import AppliedChange, Decision, FileChange, Hunk, Proposal
from app.services.proposals.application import PlannedFile
from app.services.proposals.base import Base, BaseFile
from app.services.proposals.digest import FileFacts, proposal_digest
from app.services.proposals.drafts import Draft, DraftFile
from app.services.proposals.edits import Edit


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a proposal with its hunks, in order."""

    change: FileChange
    hunks: tuple[Hunk, ...]

    @property
    def facts(self) -> FileFacts:
        """What the digest covers."""
        change = self.change
        edits = tuple(as_edit(hunk) for hunk in self.hunks)
        return FileFacts(change.path, change.mode, change.base_blob, change.base_sha256, change.new_sha256, edits)

    def planned(self, pick: Callable[[Hunk], bool]) -> PlannedFile:
        """Plan to apply the hunks that `pick` says yes to."""
        picked = [hunk for hunk in self.hunks if pick(hunk)]
        selectable = sum(hunk.selectable for hunk in self.hunks)
        return PlannedFile(
            path=self.change.path,
            mode=self.change.mode,
            creates=self.change.base_blob is None,
            deletes=self.change.new_sha256 is None,
            edits=tuple(map(as_edit, picked)),
            is_whole=len(picked) == selectable,
            new_sha256=self.change.new_sha256,
            units=tuple(str(hunk.details.get("together", "")) for hunk in picked),
        )


@dataclass(frozen=True, slots=True)
class StoredProposal:
    """A proposal with everything that belongs to it."""

    proposal: Proposal
    files: tuple[StoredFile, ...]
    decisions: tuple[Decision, ...]
    applied: AppliedChange | None

    @property
    def hunks(self) -> list[Hunk]:
        """Every hunk, in order."""
        return [hunk for file in self.files for hunk in file.hunks]

    @property
    def base(self) -> Base:
        """What the proposal stands on."""
        return Base(
            self.proposal.base_ref,
            self.proposal.base_commit,
            tuple(
                BaseFile(file.change.path, file.change.mode, file.change.base_blob, file.change.base_sha256)
                for file in self.files
            ),
        )

    @property
    def digest_of_rows(self) -> str:
        """The digest of what is stored now; it differs from the stored one if somebody has changed a row."""
        facts = [file.facts for file in self.files]
        return proposal_digest(self.proposal.base_commit, self.proposal.manifest_hash, facts)

    @property
    def is_as_decided(self) -> bool:
        """Say whether whoever approved decided exactly on what is chosen now, and nobody rejected it."""
        chosen = {str(hunk.id) for hunk in self.hunks if hunk.chosen}
        return any(
            decision.verdict == "approve"
            and decision.actor_id == self.proposal.approved_by
            and decision.digest == self.proposal.digest
            and set(decision.hunk_ids) == chosen
            for decision in self.decisions
        ) and all(decision.verdict != "reject" for decision in self.decisions)


def as_edit(hunk: Hunk) -> Edit:
    """Give a stored hunk as an edit."""
    return Edit(hunk.old_start, hunk.old_bytes, hunk.new_bytes)


class ProposalRows:
    """The tables of proposals inside one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in the given transaction."""
        self._session = session

    async def find(self, proposal_id: UUID) -> Proposal | None:
        """Find a proposal as it is in the database now."""
        query = select(Proposal).where(Proposal.id == proposal_id).execution_options(populate_existing=True)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def load(self, proposal: Proposal) -> StoredProposal:
        """Read everything that belongs to a proposal."""
        changes = await self._all(FileChange, FileChange.proposal_id == proposal.id, FileChange.position)
        hunks = await self._all(Hunk, Hunk.proposal_id == proposal.id, Hunk.position)
        of_file: dict[UUID, list[Hunk]] = {change.id: [] for change in changes}
        for hunk in hunks:
            of_file[hunk.file_change_id].append(hunk)
        files = tuple(StoredFile(change, tuple(of_file[change.id])) for change in changes)
        decisions = await self._all(Decision, Decision.proposal_id == proposal.id, Decision.id)
        query = select(AppliedChange).where(AppliedChange.proposal_id == proposal.id)
        applied = (await self._session.execute(query)).scalar_one_or_none()
        return StoredProposal(proposal, files, tuple(decisions), applied)

    async def page(
        self, project_id: UUID, *, limit: int, after: UUID | None, status: str | None
    ) -> tuple[list[Proposal], bool]:
        """List a project's proposals, newest first, and say whether there are more."""
        query = select(Proposal).where(Proposal.project_id == project_id)
        if after is not None:
            query = query.where(Proposal.id < after)
        if status is not None:
            query = query.where(Proposal.status == status)
        rows = list((await self._session.execute(query.order_by(Proposal.id.desc()).limit(limit + 1))).scalars())
        return rows[:limit], len(rows) > limit

    async def of_ai_job(self, ai_job_id: UUID) -> Proposal | None:
        """Find the proposal that an AI job has made."""
        query = select(Proposal).where(Proposal.ai_job_id == ai_job_id)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def undecided_undo(self, reverts_id: UUID, digest: str) -> Proposal | None:
        """Find an undo with the same contents that still waits."""
        query = select(Proposal).where(
            Proposal.reverts_id == reverts_id, Proposal.digest == digest, Proposal.status.in_(("open", "approved"))
        )
        return (await self._session.execute(query.order_by(Proposal.id).limit(1))).scalar_one_or_none()

    async def lock(self, proposal_id: UUID) -> Proposal | None:
        """Find a proposal and keep others from changing it until this transaction ends."""
        query = select(Proposal).where(Proposal.id == proposal_id).with_for_update()
        found = await self._session.execute(query.execution_options(populate_existing=True))
        return found.scalar_one_or_none()

    async def add(self, draft: Draft, *, ids: IdSource, now: datetime, created_by: UUID | None) -> Proposal:
        """Write a checked draft as rows."""
        # Only what a draft knows: workers' database role may not name the columns of an approval, not even as empty.
        written = insert(Proposal).values(
            id=draft.id or ids.new(),
            project_id=draft.project_id,
            kind=draft.kind,
            title=" ".join(_storable(draft.title).split())[:300],
            summary=_storable(draft.summary),
            status="open",
            base_ref=draft.base_ref,
            base_commit=draft.base_commit,
            manifest_id=draft.manifest_id,
            manifest_hash=draft.manifest_hash,
            digest=draft.digest,
            created_by=created_by,
            ai_job_id=draft.ai_job_id,
            reverts_id=draft.reverts_id,
            notes=_storable(list(draft.notes)),
            created_at=now,
            updated_at=now,
        )
        proposal = (await self._session.execute(written.returning(Proposal))).scalar_one()
        for position, file in enumerate(draft.files):
            await self._add_file(proposal.id, position, file, ids)
        return proposal

    async def change_status(
        self, proposal_id: UUID, *, allowed: Collection[str], idle: bool = False, **values: Any
    ) -> bool:
        """Change a proposal if its status is still one of those allowed; `idle`: and nobody has asked to apply it."""
        query = update(Proposal).where(Proposal.id == proposal_id, Proposal.status.in_(allowed))
        if idle:
            query = query.where(Proposal.apply_job_id.is_(None))
        done = await self._session.execute(query.values(**values).returning(Proposal.id))
        return done.first() is not None

    async def release(self, proposal_id: UUID, *, job_id: UUID) -> None:
        """Forget who was to apply an approved proposal, if it is that job."""
        await self._session.execute(
            update(Proposal)
            .where(Proposal.id == proposal_id, Proposal.apply_job_id == job_id, Proposal.status == "approved")
            .values(apply_job_id=None)
        )

    async def approve(self, proposal_id: UUID, *, by: UUID, now: datetime) -> bool:
        """Approve a proposal if it is open, or if the same person approved it and nobody has asked to apply it."""
        again = and_(Proposal.status == "approved", Proposal.approved_by == by, Proposal.apply_job_id.is_(None))
        done = await self._session.execute(
            update(Proposal)
            .where(Proposal.id == proposal_id, or_(Proposal.status == "open", again))
            .values(status="approved", approved_by=by, approved_at=now, updated_at=now)
            .returning(Proposal.id)
        )
        return done.first() is not None

    async def choose(self, proposal_id: UUID, chosen: Collection[UUID]) -> None:
        """Mark these hunks as chosen and no others."""
        rows = await self._all(Hunk, Hunk.proposal_id == proposal_id, Hunk.position)
        for hunk in rows:
            hunk.chosen = hunk.id in chosen
        await self._session.flush()

    async def _add_file(self, proposal_id: UUID, position: int, file: DraftFile, ids: IdSource) -> None:
        facts = file.facts
        change = FileChange(
            id=ids.new(),
            proposal_id=proposal_id,
            position=position,
            path=file.path,
            mode=file.mode,
            base_blob=file.base_blob,
            base_sha256=facts.base_sha256,
            new_sha256=facts.new_sha256,
        )
        self._session.add(change)
        await self._session.flush()
        self._session.add_all(
            Hunk(
                id=ids.new(),
                proposal_id=proposal_id,
                file_change_id=change.id,
                position=place,
                tier=hunk.tier,
                label=_storable(hunk.label)[:300],
                old_start=hunk.edit.old_start,
                old_bytes=hunk.edit.old,
                new_bytes=hunk.edit.new,
                selectable=hunk.selectable,
                receipts=_storable(list(hunk.receipts)),
                details=_storable(hunk.details),
            )
            for place, hunk in enumerate(file.hunks)
        )
        await self._session.flush()

    async def _all(self, table: Any, condition: Any, order: Any) -> Sequence[Any]:
        query = select(table).where(condition).order_by(order).execution_options(populate_existing=True)
        return (await self._session.execute(query)).scalars().all()


def _storable(value: Any) -> Any:
    """Replace NUL in every text of a value: models may write it, and PostgreSQL refuses it in text and JSON."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, Mapping):
        return {_storable(key): _storable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(each) for each in value]
    return value
