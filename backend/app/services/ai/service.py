"""The rules of AI jobs: who may ask, what is recorded when, and that every step happens once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update

from app.adapters.llm.chain import ChainReply
from app.adapters.llm.port import ModelCard
from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.errors import NotFound
from app.core.paging import Page, encode_cursor
from app.models.ai import AiJob, AiSuggestion
from app.models.job import Job
from app.models.proposal import Proposal
from app.schemas.paging import PageQuery
from app.services.ai.budget import Usage, is_free, usage_today
from app.services.ai.errors import AiJobNotFound
from app.services.ai.gathering import check_paths
from app.services.ai.messages import AiJobFinished, RunAiJob
from app.services.ai.record import Question
from app.services.ai.results import Result
from app.services.ai.suggestions import LONGEST_REPLY
from app.services.auth.capabilities import Capability, require_client
from app.services.jobs.service import JobService, Standing
from app.services.manifest.digest import ManifestRef
from app.services.manifest.service import ManifestService
from app.services.projects.access import Permission, require_project
from app.services.proposals.drafts import Draft
from app.services.proposals.service import ProposalService


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs to know of a job: what is asked, and how far earlier attempts came."""

    ai_job_id: UUID
    project_id: UUID
    question: Question
    manifest: ManifestRef
    context_key: str | None
    context_sha256: str | None
    raw_reply: str | None
    answered_by: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A job with how it stands in the ledger and, if it has one, its proposal."""

    ai_job: AiJob
    standing: Standing
    proposal_id: UUID | None


class AiService:
    """AI jobs inside one scope."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope, for its actor."""
        self._scope = scope
        self._session = scope.session

    async def request(self, question: Question, manifest: ManifestRef, cards: Sequence[ModelCard]) -> Job:
        """Write a question down, its secrets taken out, and stage the work; pinned to the manifest.

        PathNotFound, AiBudgetExceeded, ClientNotAllowed, and what `require_project` raises.
        """
        await self.allow(manifest.project_id, Permission.ASK_AI)
        await check_paths(self._scope, manifest, question.paths)
        await self.check_budget(manifest.project_id, cards)
        ai_job_id = self._scope.ids.new()
        ai = self._scope.settings.ai
        on_gpu = ai.local_needs_gpu and ai.local_enabled and "local" in ai.order
        payload = RunAiJob(ai_job_id=ai_job_id, gpu_required=on_gpu)
        job = await self._scope.stage(payload, project_id=manifest.project_id)
        self._session.add(
            AiJob(
                id=ai_job_id,
                job_id=job.id,
                project_id=manifest.project_id,
                created_by=self._scope.actor.user_id,
                kind=question.kind,
                request=asdict(question.redacted()[0]),
                ref=manifest.ref,
                commit=manifest.commit,
                manifest_id=manifest.id,
                manifest_hash=manifest.hash,
                provider_attempts=[],
                input_tokens=0,
                output_tokens=0,
                created_at=self._scope.clock.now(),
            )
        )
        await self._session.flush()
        self._scope.record(
            Effect(
                "ai.asked",
                "ai_job",
                str(job.id),
                project_id=manifest.project_id,
                after={"kind": question.kind, "commit": manifest.commit, "paths": list(question.paths)},
            )
        )
        return job

    async def allow(self, project_id: UUID, permission: Permission) -> None:
        """Let the actor do that in the project with his client, or raise."""
        if permission is not Permission.READ:
            require_client(self._scope.actor, Capability.ASK_AI)
        await require_project(self._scope, project_id, permission)

    async def usage(self, project_id: UUID, cards: Sequence[ModelCard]) -> Usage:
        """Read what the project has used up today."""
        return await usage_today(self._scope, project_id, cards)

    async def check_budget(self, project_id: UUID, cards: Sequence[ModelCard]) -> Usage:
        """AiBudgetExceeded when the budget is used up and everybody who could be asked costs something."""
        usage = await self.usage(project_id, cards)
        if usage.used_up and cards and not any(is_free(card) for card in cards):
            raise usage.refusal()
        return usage

    async def begin(self, ai_job_id: UUID) -> Work | None:
        """Read a job that is to be worked on; None when it has its result, or is gone with its project."""
        row = await self._find(ai_job_id)
        if row is None or row.result is not None or row.manifest_id is None:
            return None
        # Whoever asked must still be allowed to: nothing is sent for somebody who was shut out meanwhile.
        await require_project(self._scope, row.project_id, Permission.ASK_AI)
        return Work(
            ai_job_id=row.id,
            project_id=row.project_id,
            question=_question(row.request),
            manifest=await ManifestService(self._scope).read_by_id(row.manifest_id),
            context_key=row.context_key,
            context_sha256=row.context_sha256,
            raw_reply=row.raw_reply,
            answered_by=_name_of(row.provider, row.model),
        )

    async def keep_context(self, ai_job_id: UUID, *, key: str, sha256: str, prompt_version: str) -> None:
        """Note where the exact context is kept; from now on it is that one, whatever happens to the settings."""
        row = await self._lock(ai_job_id)
        if row.context_key is None:
            row.context_key, row.context_sha256, row.prompt_version = key, sha256, prompt_version

    async def keep_reply(self, ai_job_id: UUID, answered: ChainReply) -> tuple[str, str]:
        """Record an answer word for word, and what it took; answers the text that counts and who gave it.

        The first recorded answer counts: it was paid for, and nobody is asked again.
        """
        row = await self._lock(ai_job_id)
        if row.raw_reply is None:
            # PostgreSQL stores no NUL; a reply that long is refused anyway.
            row.raw_reply = answered.reply.text.replace("\0", "\ufffd")[: LONGEST_REPLY + 1]
            row.provider, row.model = answered.reply.provider, answered.reply.model[:200]
        self._count(row, [attempt.to_json() for attempt in answered.attempts])
        return row.raw_reply, _name_of(row.provider, row.model)

    async def note_attempts(self, ai_job_id: UUID, attempts: Sequence[Mapping[str, Any]]) -> None:
        """Keep the record of an attempt at which nobody answered, and what it took."""
        self._count(await self._lock(ai_job_id), attempts)

    async def complete(self, ai_job_id: UUID, result: Result, draft: Draft | None) -> UUID | None:
        """Write the result, open its proposal, and say that it is there; a second time changes nothing."""
        row = await self._lock(ai_job_id)
        if row.result is not None:
            return await self._proposal_id(ai_job_id)
        proposal = await ProposalService(self._scope).open(draft) if draft else None
        row.result, row.result_sha256 = result.to_json(), result.sha256
        row.finished_at = self._scope.clock.now()
        self._session.add_all(self._suggestions(ai_job_id, result))
        await self._session.flush()
        self._scope.publish(
            AiJobFinished(
                project_id=row.project_id,
                user_id=row.created_by,
                ai_job_id=row.id,
                job_id=row.job_id,
                kind=row.kind,
                proposal_id=proposal.id if proposal else None,
            )
        )
        return proposal.id if proposal else None

    async def end(self, job_id: UUID) -> None:
        """Note that a ledger job has ended without a result; its code and message are the ledger's."""
        unfinished = update(AiJob).where(AiJob.job_id == job_id, AiJob.finished_at.is_(None))
        await self._session.execute(unfinished.values(finished_at=self._scope.clock.now()))

    async def page(self, project_id: UUID | None, query: PageQuery, *, kind: str | None) -> Page[Recorded]:
        """List questions, newest first: a project's, or the actor's own in all projects."""
        conditions = [AiJob.kind == kind] if kind else []
        if project_id is not None:
            await require_project(self._scope, project_id, Permission.READ)
            conditions.append(AiJob.project_id == project_id)
        else:
            conditions.append(AiJob.created_by == self._scope.actor.user_id)
        if query.after is not None:
            conditions.append(AiJob.id < query.after)
        query_rows = _with_proposal().where(*conditions).order_by(AiJob.id.desc()).limit(query.limit + 1)
        rows = (await self._session.execute(query_rows)).all()
        shown = rows[: query.limit]
        standings = await JobService(self._scope).read_many([row.job_id for row, _ in shown])
        items = [Recorded(row, standings[row.job_id], proposal_id) for row, proposal_id in shown]
        return Page(items, encode_cursor(items[-1].ai_job.id) if len(rows) > query.limit else None)

    async def read(self, job_id: UUID) -> Recorded:
        """Read a question by its ledger job's id; AiJobNotFound also for what is not the actor's to see."""
        found = (await self._session.execute(_with_proposal().where(AiJob.job_id == job_id))).first()
        if found is None:
            raise AiJobNotFound
        row, proposal_id = found
        try:
            await require_project(self._scope, row.project_id, Permission.READ)
            standing = await JobService(self._scope).read(job_id)
        except NotFound:
            raise AiJobNotFound from None
        return Recorded(row, standing, proposal_id)

    async def _find(self, ai_job_id: UUID) -> AiJob | None:
        return (await self._session.execute(select(AiJob).where(AiJob.id == ai_job_id))).scalar_one_or_none()

    async def _lock(self, ai_job_id: UUID) -> AiJob:
        query = select(AiJob).where(AiJob.id == ai_job_id).with_for_update().execution_options(populate_existing=True)
        row = (await self._session.execute(query)).scalar_one_or_none()
        if row is None:
            raise AiJobNotFound
        return row

    async def _proposal_id(self, ai_job_id: UUID) -> UUID | None:
        query = select(Proposal.id).where(Proposal.ai_job_id == ai_job_id)
        return (await self._session.execute(query)).scalar_one_or_none()

    def _count(self, row: AiJob, attempts: Sequence[Mapping[str, Any]]) -> None:
        """Add what every answer cost, those included that could not be used."""
        row.provider_attempts = [*row.provider_attempts, *({**each} for each in attempts)]
        row.input_tokens += sum(each["input_tokens"] for each in attempts)
        row.output_tokens += sum(each["output_tokens"] for each in attempts)
        costs = [Decimal(each["cost_usd"]) for each in attempts if each["cost_usd"] is not None]
        row.cost_usd = sum(costs, row.cost_usd or Decimal(0)) if costs else row.cost_usd

    def _suggestions(self, ai_job_id: UUID, result: Result) -> list[AiSuggestion]:
        return [
            AiSuggestion(
                id=self._scope.ids.new(),
                ai_job_id=ai_job_id,
                position=position,
                kind=one.kind,
                path=one.path,
                symbol=one.symbol,
                start_line=one.start_line,
                end_line=one.end_line,
                text=f"{one.new_name}: {one.text}" if one.new_name else one.text,
                receipts=[asdict(receipt) for receipt in one.receipts],
            )
            for position, one in enumerate(result.suggestions)
        ]


def _with_proposal() -> Select[AiJob, UUID | None]:
    return select(AiJob, Proposal.id).outerjoin(Proposal, Proposal.ai_job_id == AiJob.id)


def _question(stored: Mapping[str, Any]) -> Question:
    return Question(**{**stored, "paths": tuple(stored["paths"])})


def _name_of(provider: str | None, model: str | None) -> str:
    return " ".join(part for part in (provider, model) if part)
