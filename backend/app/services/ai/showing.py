"""Rows and values of AI jobs in their wire form."""

from collections.abc import Sequence
from typing import Any

from app.adapters.container import Container
from app.services.ai.asking import DrawnVisa, Replayed
from app.services.ai.record import Record
from app.services.ai.schemas import AiJobOut, AiResultOut, AttemptOut, ContextOut, ReplayOut, VisaOut
from app.services.ai.service import Recorded
from app.services.jobs.states import describe_all


async def as_jobs(container: Container, found: Sequence[Recorded]) -> list[AiJobOut]:
    """Show questions without their results. Asks Redis about workers, so call it outside a scope."""
    states = await describe_all(container, [each.standing for each in found])
    return [
        AiJobOut(**(state.model_dump() | {"kind": each.ai_job.kind}), **_facts(each))
        for state, each in zip(states, found, strict=True)
    ]


async def as_result(container: Container, recorded: Recorded) -> AiResultOut:
    """Show a question with its result, if it has one."""
    (shown,) = await as_jobs(container, [recorded])
    return AiResultOut(**shown.model_dump(), result=recorded.ai_job.result)


def as_visa(drawn: DrawnVisa) -> VisaOut:
    """Show what would be sent."""
    visa = drawn.visa
    facts = {name: getattr(visa, name) for name in visa.__dataclass_fields__}
    return VisaOut.model_validate(
        {
            **facts,
            "commit": drawn.record.commit,
            "manifest_hash": drawn.record.manifest_hash,
            "tokens_left_today": drawn.usage.tokens_left,
        },
        from_attributes=True,
    )


def as_context(recorded: Recorded, record: Record) -> ContextOut:
    """Show the exact context and the answer as it came."""
    row = recorded.ai_job
    return ContextOut(
        job_id=row.job_id,
        context_sha256=row.context_sha256 or "",
        record=record.to_json(),
        raw_reply=row.raw_reply,
    )


def as_replay(replayed: Replayed) -> ReplayOut:
    """Show a replay beside what was recorded."""
    row = replayed.recorded.ai_job
    return ReplayOut(
        job_id=row.job_id,
        identical=replayed.identical,
        recorded_sha256=row.result_sha256 or "",
        replayed_sha256=replayed.result.sha256,
        result=replayed.result.to_json(),
    )


def _facts(recorded: Recorded) -> dict[str, Any]:
    """What a question has beside the state of its job."""
    row = recorded.ai_job
    return {
        "created_by": row.created_by,
        "paths": list(row.request.get("paths", [])),
        "start_line": row.request.get("start_line"),
        "end_line": row.request.get("end_line"),
        "question": row.request.get("text"),
        "ref": row.ref,
        "commit": row.commit,
        "manifest_hash": row.manifest_hash,
        "provider": row.provider,
        "model": row.model,
        "provider_attempts": [AttemptOut.model_validate(each) for each in row.provider_attempts],
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "cost_usd": row.cost_usd,
        "result_sha256": row.result_sha256,
        "proposal_id": recorded.proposal_id,
    }
