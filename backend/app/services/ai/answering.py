"""The worker's side of a question, step by step; what an earlier attempt has recorded is used, never made again."""

import asyncio
from collections.abc import Mapping, Sequence

from app.adapters.git.port import MirrorReader
from app.adapters.llm.chain import ChainReply
from app.adapters.llm.port import AiProviderUnavailable, ModelCard, ModelReply, ModelRequest
from app.adapters.storage.port import ObjectMissing, ObjectStorage
from app.config.ai import AiSettings
from app.core.failpoints import failpoint
from app.core.jobs import WAITS_FOR_A_CALL, JobContext
from app.schemas.replies import REPLY_TYPES
from app.services.ai.context import LARGEST_FILE
from app.services.ai.drafting import draft_of
from app.services.ai.errors import ContextNotKept
from app.services.ai.gathering import Bounds, gather
from app.services.ai.record import LARGEST_STORED, Record, pack, storage_key, unpack
from app.services.ai.service import AiService, Work
from app.services.ai.suggestions import parse_reply
from app.services.ai.working import work_out

# The offline engine has no window to fit into; this is what one process may hold at once.
_OFFLINE_BUDGET_TOKENS = 8_000_000
_ASKING = 0.3


async def answer(ctx: JobContext, work: Work) -> None:
    """Bring a job from wherever it stands to its result."""
    reader = ctx.container.mirrors.reader(work.project_id)
    await ctx.progress(0.1, "reading files")
    record = await _kept_record(ctx, work, reader)
    raw_reply, answered_by = work.raw_reply, work.answered_by
    if raw_reply is None:
        await ctx.progress(_ASKING, "asking")
        raw_reply, answered_by = await _ask(ctx, work, record)
    await ctx.progress(0.8, "checking")
    originals = await originals_of(reader, record)
    worked = await asyncio.to_thread(work_out, record, raw_reply, originals)
    draft = draft_of(worked, work.manifest, ai_job_id=work.ai_job_id, answered_by=answered_by)
    async with ctx.scope() as scope:
        await AiService(scope).complete(work.ai_job_id, worked.result, draft)


def bounds_for(settings: AiSettings, cards: Sequence[ModelCard]) -> Bounds:
    """Bound a question: what the settings say, or everything when only the offline engine would read it."""
    offline_alone = all(card.provider == "offline" for card in cards)
    budget = _OFFLINE_BUDGET_TOKENS if offline_alone else settings.context_tokens
    return Bounds(max_files=settings.max_files, budget_tokens=budget)


async def load_record(storage: ObjectStorage, *, key: str, sha256: str) -> Record:
    """Read a kept context; ContextNotKept when it is gone or damaged."""
    try:
        data = await storage.get(key, max_bytes=LARGEST_STORED)
    except ObjectMissing as error:
        raise ContextNotKept("The kept context of this job was removed.") from error
    return unpack(data, sha256=sha256)


async def originals_of(reader: MirrorReader, record: Record) -> Mapping[str, bytes]:
    """Give the bytes of the files that documentation may change; nothing for other kinds.

    They are in the record, whatever became of the mirror; only what was not sent as it is must be read again.
    """
    if record.question.kind != "documentation":
        return {}
    found = await asyncio.to_thread(lambda: {file.path: record.original(file) for file in record.asked})
    others = [file for file in record.asked if found[file.path] is None]
    if others:
        blobs = await reader.read_blobs([file.blob_id for file in others], max_bytes=LARGEST_FILE)
        found |= {file.path: blob.data for file, blob in zip(others, blobs, strict=True)}
    return {path: data for path, data in found.items() if data is not None}


async def _kept_record(ctx: JobContext, work: Work, reader: MirrorReader) -> Record:
    """Load the context that was kept, or gather it and keep it before anybody is asked."""
    storage: ObjectStorage = ctx.container.storage
    if work.context_key is not None and work.context_sha256 is not None:
        return await load_record(storage, key=work.context_key, sha256=work.context_sha256)
    bounds = bounds_for(ctx.container.settings.ai, ctx.container.models.cards(work.question.kind))
    record = await gather(ctx.scope, reader, work.manifest, question=work.question, bounds=bounds)
    packed = await asyncio.to_thread(pack, record)
    key = storage_key(work.project_id, work.ai_job_id)
    await storage.put(key, packed.data, content_type="application/zstd")
    failpoint("ai.run:context stored")
    async with ctx.scope() as scope:
        await AiService(scope).keep_context(
            work.ai_job_id, key=key, sha256=packed.sha256, prompt_version=record.prompt.version
        )
    return record


async def _ask(ctx: JobContext, work: Work, record: Record) -> tuple[str, str]:
    """Ask the models in order and record what came back before anything is done with it."""
    kind = record.question.kind
    cards = ctx.container.models.cards(kind)
    async with ctx.scope(read_only=True) as scope:
        usage = await AiService(scope).check_budget(work.project_id, cards)

    async def waits(is_waiting: bool) -> None:
        await ctx.progress(_ASKING, WAITS_FOR_A_CALL if is_waiting else "asking")

    request = ModelRequest(
        kind=kind,
        instructions=record.prompt.instructions,
        prompt=record.prompt.text,
        files=record.context.files,
        asked=record.asked_paths,
        reply_type=REPLY_TYPES[kind],
        focus=record.question.focus,
        question=record.question.text,
        max_output_tokens=record.max_output_tokens,
        waits=waits,
    )

    def check(reply: ModelReply) -> None:
        parse_reply(kind, reply.text)

    try:
        answered: ChainReply = await ctx.container.models.ask(request, check=check, refuse=usage.refusal_of)
    except AiProviderUnavailable as error:
        async with ctx.scope() as scope:
            await AiService(scope).note_attempts(work.ai_job_id, error.details.get("attempts", []))
        raise
    failpoint("ai.run:answered")
    async with ctx.scope() as scope:
        return await AiService(scope).keep_reply(work.ai_job_id, answered)
