"""Who is told what, and that nobody is told twice."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.adapters.container import Container
from app.core.clock import FrozenClock
from app.core.events import Event, JobEnded
from app.models.notification import Notification
from app.models.proposal import Proposal
from app.services.ai.messages import AiJobFinished
from app.services.proposals.messages import ProposalApplied, ProposalReady, ProposalStale

from tests.fixtures.people import People


async def publish(container: Container, *events: Event) -> None:
    async with container.scope() as scope:
        for event in events:
            scope.publish(event)


async def told(container: Container) -> list[tuple[UUID, str, str]]:
    async with container.scope(read_only=True) as scope:
        rows = (await scope.session.execute(select(Notification).order_by(Notification.id))).scalars()
        return [(row.user_id, row.kind, row.title) for row in rows]


def ended(**fields: Any) -> JobEnded:
    defaults: dict[str, Any] = {
        "job_id": uuid4(),
        "kind": "repo.sync",
        "status": "failed",
        "error_code": "REPO_AUTH_FAILED",
        "error_message": "The repository is private.",
    }
    return JobEnded(**{**defaults, **fields})


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("repo.sync", "The sync failed in Docs"),
        ("ai.run", "The AI job failed in Docs"),
        ("proposal.apply", "Applying a proposal failed in Docs"),
    ],
)
async def test_whoever_asked_is_told_that_it_failed(
    container: Container, people: People, kind: str, title: str
) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    project = await people.project(owner=ann, name="Docs", members={"maintainer": bob})
    event = ended(kind=kind, user_id=bob.id, project_id=project.id)
    await publish(container, event, event)
    await publish(container, event)
    assert await told(container) == [(bob.id, f"{kind}.failed", title)]


@pytest.mark.parametrize(
    "fields", [{"status": "success"}, {"status": "cancelled"}, {"kind": "manifest.build"}, {"kind": "repo.remove"}]
)
async def test_successes_cancellations_and_inner_jobs_are_not_told(
    container: Container, people: People, fields: dict[str, str]
) -> None:
    ann = await people.user("ann")
    project = await people.project(owner=ann)
    await publish(container, ended(user_id=ann.id, project_id=project.id, **fields))
    assert await told(container) == []


async def test_a_scheduled_failure_is_told_to_those_who_care_once_a_day(
    container: Container, people: People, clock: FrozenClock
) -> None:
    ann, bob, cat, dan = [await people.user(name) for name in ("ann", "bob", "cat", "dan")]
    team = await people.team(owner=ann, members={"maintainer": bob, "viewer": cat})
    project = await people.project(owner=ann, team=team, members={"reviewer": dan})
    for _ in range(3):
        await publish(container, ended(project_id=project.id))
    assert sorted(user_id for user_id, _, _ in await told(container)) == sorted([ann.id, bob.id])
    clock.move(seconds=86_400)
    await publish(container, ended(project_id=project.id))
    assert len(await told(container)) == 4


async def test_an_answer_is_told_once_and_a_proposal_is_told_as_such(container: Container, people: People) -> None:
    ann = await people.user("ann")
    project = await people.project(owner=ann, name="Docs")
    facts: dict[str, Any] = {"project_id": project.id, "user_id": ann.id, "ai_job_id": uuid4(), "job_id": uuid4()}
    summary = AiJobFinished(kind="file-summary", **facts)
    await publish(container, summary, summary, AiJobFinished(kind="documentation", proposal_id=uuid4(), **facts))
    assert await told(container) == [(ann.id, "ai.finished", "The summary is ready in Docs")]


async def test_a_deleted_project_troubles_nobody(container: Container, people: People) -> None:
    await people.user("ann")
    await publish(container, ended(), ProposalReady(proposal_id=uuid4(), kind="undo", title="x"))
    assert await told(container) == []


async def a_proposal(container: Container, people: People, *, title: str) -> tuple[UUID, UUID, UUID]:
    ann = await people.user("ann")
    project = await people.project(owner=ann, name="Docs")
    now = container.clock.now()
    row = Proposal(
        id=container.ids.new(),
        project_id=project.id,
        created_by=ann.id,
        kind="documentation",
        title=title,
        status="open",
        base_commit="0" * 40,
        base_ref="refs/heads/main",
        digest="0" * 64,
        manifest_hash="0" * 64,
        created_at=now,
        updated_at=now,
    )
    async with container.scope() as scope:
        scope.session.add(row)
    return ann.id, project.id, row.id


async def test_what_becomes_of_a_proposal_is_told_to_whoever_asked_for_it(container: Container, people: People) -> None:
    user_id, project_id, proposal_id = await a_proposal(container, people, title="Document {all}")
    ready = ProposalReady(project_id=project_id, proposal_id=proposal_id, kind="documentation", title="x")
    applied = ProposalApplied(project_id=project_id, proposal_id=proposal_id, commit="a" * 40)
    stale = ProposalStale(project_id=project_id, proposal_id=proposal_id, reason="moved")
    await publish(container, ready, ready, applied, stale)
    assert await told(container) == [
        (user_id, "proposal.ready", "Proposal ready: Document {all}"),
        (user_id, "proposal.applied", "Proposal applied: Document {all}"),
        (user_id, "proposal.stale", "Proposal stale: Document {all}"),
    ]
    async with container.scope(read_only=True) as scope:
        body = (await scope.session.execute(select(Notification.body).order_by(Notification.id))).scalars().first()
    assert body == "'Document {all}' in Docs waits for a decision."
