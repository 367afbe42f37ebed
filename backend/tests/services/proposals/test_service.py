"""Who decides what, once, and bound to the very bytes that were shown."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import select

from app.adapters.jobs.ledger import Failure
from app.core.actor import Actor, ClientKind
from app.core.errors import Forbidden
from app.core.events import JobEnded
from app.core.jobs import JobStatus
from app.models.event import EventRecord
from app.models.job import Job
from app.models.project import ProjectGrant
from app.services.auth.errors import ClientNotAllowed
from app.services.projects.access import Permission
from app.services.proposals.errors import (
    ApprovalStale,
    DraftRefused,
    HunkRefused,
    NotApproved,
    ProposalConflict,
    ProposalNotFound,
)
from app.services.proposals.messages import ApplyProposal
from app.services.proposals.service import ProposalService

from tests.fixtures.people import People, Person
from tests.services.proposals.conftest import CODE, Ground


async def member(ground: Ground, people: People, name: str, role: str) -> Person:
    person = await people.user(name)
    async with ground.container.scope() as scope:
        grant = ProjectGrant(
            project_id=ground.project.id, user_id=person.id, role=role, created_at=ground.container.clock.now()
        )
        scope.session.add(grant)
    return person


def ended(job: Job, status: JobStatus) -> JobEnded:
    return JobEnded(project_id=job.project_id, user_id=job.user_id, job_id=job.id, kind=job.kind, status=status)


async def test_a_proposal_is_stored_to_the_byte(ground: Ground) -> None:
    odd = b"\xff\x00 caf\xe9\r\nlast"
    stored = await ground.open({"code.py": odd, "new.bin": odd, "other.txt": None})
    assert {file.change.path: b"".join(hunk.new_bytes for hunk in file.hunks) for file in stored.files} == {
        "code.py": odd,
        "new.bin": odd,
        "other.txt": b"",
    }
    assert stored.digest_of_rows == stored.proposal.digest
    assert (stored.proposal.status, [hunk.chosen for hunk in stored.hunks]) == ("open", [False] * 3)


async def test_what_models_write_into_labels_can_be_stored(ground: Ground) -> None:
    draft = await ground.draft({"code.py": CODE + b"x\n"}, title="a\0\nb", summary="c\0", notes=[{"d\0": ["e\0"]}])
    async with ground.container.scope(ground.owner.actor) as scope:
        proposal_id = (await ProposalService(scope).open(draft)).id
    proposal = (await ground.read(proposal_id)).proposal
    assert (proposal.title, proposal.summary) == ("a\ufffd b", "c\ufffd")
    assert proposal.notes == [{"d\ufffd": ["e\ufffd"]}]


async def test_opening_tells_the_project(ground: Ground) -> None:
    stored = await ground.open()
    async with ground.container.scope(read_only=True) as scope:
        query = select(EventRecord).where(EventRecord.name == "proposal.ready")
        (event,) = (await scope.session.execute(query)).scalars()
    assert (event.project_id, event.body["proposal_id"]) == (ground.project.id, str(stored.proposal.id))


async def test_a_draft_that_does_not_fit_is_not_opened(ground: Ground) -> None:
    with pytest.raises(DraftRefused):
        await ground.open({"code.py": CODE})


async def test_approving_all_chooses_every_hunk(ground: Ground) -> None:
    approved = await ground.approve(await ground.open())
    assert (approved.proposal.status, approved.proposal.approved_by) == ("approved", ground.owner.id)
    assert [hunk.chosen for hunk in approved.hunks] == [True, True, True]
    assert [(each.verdict, each.digest) for each in approved.decisions] == [("approve", approved.proposal.digest)]


async def test_approving_some_hunks_chooses_those(ground: Ground) -> None:
    approved = await ground.approve(await ground.open(), 0, 2)
    assert [hunk.chosen for hunk in approved.hunks] == [True, False, True]
    assert approved.decisions[0].hunk_ids == [str(approved.hunks[0].id), str(approved.hunks[2].id)]


async def test_another_digest_is_refused_and_decides_nothing(ground: Ground) -> None:
    stored = await ground.open()
    with pytest.raises(ApprovalStale) as caught:
        await ground.review().approve(stored.proposal.id, digest="0" * 64, hunk_ids=None)
    assert caught.value.details["reason"] == "digest_differs"
    assert (await ground.read(stored.proposal.id)).proposal.status == "open"


@pytest.mark.parametrize("hunk_ids", [[], [UUID(int=5)]])
async def test_unknown_or_no_hunks_are_refused(ground: Ground, hunk_ids: list[UUID]) -> None:
    stored = await ground.open()
    with pytest.raises(HunkRefused):
        await ground.review().approve(stored.proposal.id, digest=stored.proposal.digest, hunk_ids=hunk_ids)


async def test_files_that_run_commands_must_be_approved_by_name(ground: Ground) -> None:
    stored = await ground.open({".github/workflows/ci.yml": b"on: push\n"})
    with pytest.raises(HunkRefused, match="Name the hunks"):
        await ground.approve(stored)
    assert (await ground.approve(stored, 0)).proposal.status == "approved"


async def test_whoever_approved_may_choose_anew_until_it_is_applied(ground: Ground) -> None:
    stored = await ground.open()
    await ground.approve(stored)
    assert [hunk.chosen for hunk in (await ground.approve(stored, 1)).hunks] == [False, True, False]
    await ground.request(stored.proposal.id)
    with pytest.raises(ProposalConflict, match="being applied"):
        await ground.approve(stored)


async def test_a_second_person_cannot_approve_it_again(ground: Ground, people: People) -> None:
    stored = await ground.open()
    await ground.approve(stored, 0)
    reviewer = await member(ground, people, "rea", "reviewer")
    with pytest.raises(ProposalConflict):
        await ground.review(reviewer).approve(stored.proposal.id, digest=stored.proposal.digest, hunk_ids=None)
    assert [hunk.chosen for hunk in (await ground.read(stored.proposal.id)).hunks] == [True, False, False]


async def test_of_two_people_who_approve_at_once_one_decides(ground: Ground, people: People) -> None:
    stored = await ground.open()
    reviewer = await member(ground, people, "rea", "reviewer")
    digest, hunks = stored.proposal.digest, [[stored.hunks[0].id], [stored.hunks[1].id]]
    outcomes = await asyncio.gather(
        *(
            ground.review(person).approve(stored.proposal.id, digest=digest, hunk_ids=chosen)
            for person, chosen in zip((ground.owner, reviewer), hunks, strict=True)
        ),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ProposalConflict", "StoredProposal"]
    present = await ground.read(stored.proposal.id)
    assert (sum(hunk.chosen for hunk in present.hunks), len(present.decisions)) == (1, 1)


async def test_of_many_who_apply_at_once_all_get_one_job(ground: Ground) -> None:
    stored = await ground.open()
    await ground.approve(stored)
    jobs = await asyncio.gather(*(ground.request(stored.proposal.id) for _ in range(5)))
    assert len({job.id for job in jobs}) == 1
    assert [ran.outcome for ran in await ground.run()] == ["success"]


async def test_a_rejected_proposal_stays_rejected(ground: Ground) -> None:
    stored = await ground.open()
    async with ground.container.scope(ground.owner.actor) as scope:
        rejected = await ProposalService(scope).reject(stored.proposal.id, reason="No.")
    assert (rejected.proposal.status, rejected.decisions[0].reason) == ("rejected", "No.")
    with pytest.raises(ProposalConflict, match="rejected"):
        await ground.approve(stored)
    with pytest.raises(ProposalConflict, match="rejected"):
        await ground.request(stored.proposal.id)


async def test_what_nobody_approved_is_not_applied(ground: Ground) -> None:
    stored = await ground.open()
    with pytest.raises(NotApproved):
        await ground.request(stored.proposal.id)
    assert await ground.run() == []


async def test_two_requests_to_apply_share_one_job(ground: Ground) -> None:
    stored = await ground.open()
    await ground.approve(stored)
    first = await ground.request(stored.proposal.id)
    second = await ground.request(stored.proposal.id)
    assert first.id == second.id
    assert (await ground.read(stored.proposal.id)).proposal.apply_job_id == first.id


async def test_strangers_see_no_proposal(ground: Ground, people: People) -> None:
    stored = await ground.open()
    stranger = await people.user("stranger")
    with pytest.raises(ProposalNotFound):
        await ground.review(stranger).patch(stored.proposal.id, hunk_ids=None, chosen=False)
    with pytest.raises(ProposalNotFound):
        await ground.review(stranger).approve(stored.proposal.id, digest=stored.proposal.digest, hunk_ids=None)


async def test_viewers_look_reviewers_approve_maintainers_apply(ground: Ground, people: People) -> None:
    stored = await ground.open()
    viewer = await member(ground, people, "vi", "viewer")
    reviewer = await member(ground, people, "rea", "reviewer")
    assert await ground.review(viewer).patch(stored.proposal.id, hunk_ids=None, chosen=False)
    with pytest.raises(Forbidden):
        await ground.review(viewer).approve(stored.proposal.id, digest=stored.proposal.digest, hunk_ids=None)
    await ground.review(reviewer).approve(stored.proposal.id, digest=stored.proposal.digest, hunk_ids=None)
    with pytest.raises(Forbidden):
        await ground.review(reviewer).apply(stored.proposal.id, push_branch=None, once=lambda _, stage: stage())


async def test_a_phone_shows_and_decides_nothing(ground: Ground) -> None:
    stored = await ground.open()
    phone = Actor(user_id=ground.owner.id, client=ClientKind.PHONE)
    async with ground.container.scope(phone) as scope:
        await ProposalService(scope).read(stored.proposal.id, Permission.READ)
        with pytest.raises(ClientNotAllowed):
            await ProposalService(scope).reject(stored.proposal.id, reason=None)


async def test_a_row_somebody_tampered_with_makes_the_proposal_stale(ground: Ground) -> None:
    stored = await ground.open()
    async with ground.container.scope() as scope:
        hunk = await scope.session.get(type(stored.hunks[0]), stored.hunks[0].id)
        assert hunk is not None
        hunk.new_bytes += b"    import os\n"
    with pytest.raises(ApprovalStale):
        await ground.approve(stored)
    assert (await ground.read(stored.proposal.id)).proposal.status == "stale"


async def test_a_proposal_whose_application_failed_can_be_decided_anew(ground: Ground) -> None:
    stored = await ground.approve(await ground.open())
    job = await ground.request(stored.proposal.id)
    async with ground.container.scope() as scope:
        taken = await scope.ledger.claim(job.id, worker_id="worker")
        assert taken is not None
        failure = Failure("INTERNAL", "It broke.", {})
        assert await scope.ledger.fail(taken, failure, exhausted=True)
        scope.publish(ended(job, JobStatus.FAILED))
    assert (await ground.read(stored.proposal.id)).proposal.apply_job_id is None
    async with ground.container.scope(ground.owner.actor) as scope:
        rejected = await ProposalService(scope).reject(stored.proposal.id, reason="it broke")
    assert rejected.proposal.status == "rejected"


async def test_the_end_of_an_earlier_job_does_not_free_a_proposal(ground: Ground) -> None:
    stored = await ground.approve(await ground.open())
    job = await ground.request(stored.proposal.id)
    async with ground.container.scope() as scope:
        other = await scope.stage(ApplyProposal(proposal_id=scope.ids.new()), project_id=ground.project.id)
        other.payload = job.payload
        scope.publish(ended(other, JobStatus.CANCELLED))
    assert (await ground.read(stored.proposal.id)).proposal.apply_job_id == job.id
