"""Event → notification, one function each. Hearing an event twice tells nobody twice."""

from uuid import UUID

from app.adapters.scope import Scope
from app.core.events import JobEnded
from app.core.jobs import JobStatus
from app.services.ai.messages import AiJobFinished
from app.services.notifications.service import NotificationService, Told
from app.services.proposals.messages import ProposalApplied, ProposalReady, ProposalStale

# What people asked for and wait for; successes are told by the events that say what came of them.
_WHAT_FAILED = {
    "ai.run": "The AI job",
    "refactor.rename": "The rename",
    "refactor.replace": "The replacement",
    "refactor.move": "The move",
    "repo.sync": "The sync",
    "folder.commit": "The folder sync",
    "proposal.apply": "Applying a proposal",
    "preview.build": "The preview",
    "preview.receive": "The preview",
}
_ANSWERS = {
    "file-summary": "The summary",
    "inline-comment": "The comment",
    "rename-suggestions": "The list of better names",
    "documentation": "The documentation",
}


async def on_job_ended(scope: Scope, event: JobEnded) -> None:
    """Tell whoever asked that his job failed; a scheduled one concerns the project's maintainers, once a day."""
    what = _WHAT_FAILED.get(event.kind)
    if what is None or event.status != JobStatus.FAILED.value:
        return
    notifications = NotificationService(scope)
    name = await notifications.project_name(event.project_id)
    told = Told(
        kind=f"{event.kind}.failed",
        topic=f"job:{event.job_id}" if event.user_id else _daily(scope, event),
        title=f"{what} failed" + (f" in {name}" if name else ""),
        body=event.error_message or "The reason was not recorded.",
        project_id=event.project_id,
        link={"job_id": str(event.job_id), "code": event.error_code or "INTERNAL"},
    )
    if event.user_id:
        await notifications.tell(event.user_id, told)
    elif event.project_id and name:
        await notifications.tell_those_who_care(event.project_id, told)


async def on_ai_job_finished(scope: Scope, event: AiJobFinished) -> None:
    """Tell whoever asked that there is an answer; one that is a proposal is told of as such."""
    if event.user_id is None or event.proposal_id is not None:
        return
    notifications = NotificationService(scope)
    name = await notifications.project_name(event.project_id)
    if name is None:
        return
    told = Told(
        kind="ai.finished",
        topic=f"ai:{event.ai_job_id}",
        title=f"{_ANSWERS.get(event.kind, 'The answer')} is ready in {name}",
        body="Every claim of it is listed with the lines it rests on.",
        project_id=event.project_id,
        link={"job_id": str(event.job_id)},
    )
    await notifications.tell(event.user_id, told)


async def on_proposal_ready(scope: Scope, event: ProposalReady) -> None:
    """Tell whoever asked for a proposal that it waits for a decision."""
    await _tell_of_proposal(scope, event.proposal_id, "ready", "waits for a decision.")


async def on_proposal_applied(scope: Scope, event: ProposalApplied) -> None:
    """Tell whoever asked for a proposal that it is a commit now."""
    await _tell_of_proposal(scope, event.proposal_id, "applied", f"was recorded as commit {event.commit[:12]}.")


async def on_proposal_stale(scope: Scope, event: ProposalStale) -> None:
    """Tell whoever asked for a proposal that it does not fit any more."""
    await _tell_of_proposal(scope, event.proposal_id, "stale", "no longer fits the repository. Make a new one.")


async def _tell_of_proposal(scope: Scope, proposal_id: UUID, what: str, happened: str) -> None:
    notifications = NotificationService(scope)
    facts = await notifications.proposal(proposal_id)
    if facts is None:
        return
    told = Told(
        kind=f"proposal.{what}",
        topic=f"proposal.{what}:{proposal_id}",
        title=f"Proposal {what}: {facts.title}",
        body=f"'{facts.title}' in {facts.project_name} {happened}",
        project_id=facts.project_id,
        link={"proposal_id": str(proposal_id)},
    )
    if facts.created_by:
        await notifications.tell(facts.created_by, told)
    else:
        await notifications.tell_those_who_care(facts.project_id, told)


def _daily(scope: Scope, event: JobEnded) -> str:
    return f"{event.kind}:{event.project_id}:{event.error_code}:{scope.clock.now():%Y-%m-%d}"
