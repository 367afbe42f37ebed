"""The client's side of a question: ask it, see beforehand what it would send, look at it and replay it afterwards.

Git and storage are read between short scopes.
"""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from app.adapters.container import Container
from app.adapters.git.port import MirrorReader
from app.adapters.http.idempotency import Idempotency
from app.adapters.scope import ScopeFactory
from app.models.job import Job
from app.services.ai.answering import bounds_for, load_record, originals_of
from app.services.ai.budget import Usage
from app.services.ai.errors import ContextNotKept
from app.services.ai.gathering import check_paths, gather
from app.services.ai.record import Question, Record
from app.services.ai.results import Result
from app.services.ai.service import AiService, Recorded
from app.services.ai.visa import Visa, draw_visa
from app.services.ai.working import work_out
from app.services.manifest.reading import find_shown
from app.services.projects.access import Permission


@dataclass(frozen=True, slots=True)
class DrawnVisa:
    """A visa with the state it was drawn from."""

    visa: Visa
    record: Record
    usage: Usage


@dataclass(frozen=True, slots=True)
class Replayed:
    """A recorded answer worked out again."""

    recorded: Recorded
    result: Result

    @property
    def identical(self) -> bool:
        """Say whether every byte of the suggestions is the same."""
        return self.result.sha256 == self.recorded.ai_job.result_sha256


@dataclass(frozen=True, slots=True)
class Desk:
    """Where questions are handed in, on behalf of one actor."""

    scopes: ScopeFactory
    container: Container

    async def ask(self, project_id: UUID, ref: str | None, question: Question, idempotency: Idempotency) -> Job:
        """Write a question down against the manifest that describes the ref; it is answered in the background."""
        shown = await find_shown(self.scopes, self.container.mirrors, project_id, ref)
        cards = self.container.models.cards(question.kind)
        async with self.scopes() as scope:
            service = AiService(scope)
            return await idempotency.once(scope, lambda: service.request(question, shown.manifest, cards))

    async def visa(self, project_id: UUID, ref: str | None, question: Question) -> DrawnVisa:
        """Prepare a question exactly as it would be asked, and ask nobody."""
        shown = await find_shown(self.scopes, self.container.mirrors, project_id, ref)
        cards = self.container.models.cards(question.kind)
        async with self.scopes(read_only=True) as scope:
            service = AiService(scope)
            await service.allow(project_id, Permission.ASK_AI)
            await check_paths(scope, shown.manifest, question.paths)
            usage = await service.usage(project_id, cards)
        bounds = bounds_for(self.container.settings.ai, cards)
        record = await gather(self.scopes, self._reader(project_id), shown.manifest, question=question, bounds=bounds)
        visa = draw_visa(
            question.kind,
            record.context,
            prompt=record.prompt,
            cards=cards,
            max_output_tokens=record.max_output_tokens,
            question_redactions=question.redacted()[1],
        )
        return DrawnVisa(visa, record, usage)

    async def context(self, job_id: UUID) -> tuple[Recorded, Record]:
        """Read the exact context of a job; ContextNotKept while there is none."""
        async with self.scopes(read_only=True) as scope:
            recorded = await AiService(scope).read(job_id)
        row = recorded.ai_job
        if row.context_key is None or row.context_sha256 is None:
            raise ContextNotKept
        return recorded, await load_record(self.container.storage, key=row.context_key, sha256=row.context_sha256)

    async def replay(self, job_id: UUID) -> Replayed:
        """Work a recorded answer out again from the recorded context; nobody is asked and nothing is written."""
        recorded, record = await self.context(job_id)
        row = recorded.ai_job
        if row.raw_reply is None or row.result_sha256 is None:
            raise ContextNotKept("This job has no recorded result yet. Wait until it has ended well.")
        originals = await originals_of(self._reader(row.project_id), record)
        worked = await asyncio.to_thread(work_out, record, row.raw_reply, originals)
        return Replayed(recorded, worked.result)

    def _reader(self, project_id: UUID) -> MirrorReader:
        return self.container.mirrors.reader(project_id)
