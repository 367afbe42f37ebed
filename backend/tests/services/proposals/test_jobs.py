"""Applying makes one commit of its own from exactly what was approved, or none at all."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Update, update

from app.adapters.git.errors import RefNotFound
from app.adapters.git.port import ChangedFile, Signature
from app.core.clock import FrozenClock
from app.core.errors import AppError
from app.models.proposal import Hunk, Proposal
from app.services.proposals.application import change_ref, changed_files
from app.services.proposals.applying import plan_of
from app.services.proposals.base import read_files
from app.services.proposals.errors import ApprovalStale
from app.services.proposals.service import ProposalService
from app.workers.context import RunningContext
from app.workers.rescue import rescue

from tests.fixtures.jobs import drain, read_job
from tests.fixtures.people import People
from tests.fixtures.repos import commit, impatient_mirrors, run_git, taken_mirror
from tests.services.proposals.conftest import CODE, DOCUMENTED, Ground


async def test_an_approved_proposal_becomes_a_commit_on_its_base(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    assert stored.applied is not None
    reader = ground.container.mirrors.reader(ground.project.id)
    info = await reader.commit_info(stored.applied.commit)
    assert info.parents == (stored.proposal.base_commit,)
    assert (info.subject, info.author.at) == ("Document the code", stored.proposal.approved_at)
    assert await reader.resolve(f"refs/hivesync/changes/{stored.proposal.id}") == stored.applied.commit
    assert await ground.file_at(stored.applied.ref, "code.py") == DOCUMENTED
    assert (stored.proposal.status, stored.applied.applied_by) == ("applied", ground.owner.id)


async def test_upstream_refs_are_not_touched(ground: Ground) -> None:
    reader = ground.container.mirrors.reader(ground.project.id)
    before = {ref.name: ref.commit for ref in await reader.refs()}
    stored = await ground.apply(await ground.open())
    after = {ref.name: ref.commit for ref in await ground.container.mirrors.reader(ground.project.id).refs()}
    assert stored.applied is not None
    assert after == before | {stored.applied.ref: stored.applied.commit}
    assert run_git(ground.repo, "for-each-ref", "--format=%(refname)") == "refs/heads/main"


async def test_only_chosen_hunks_are_applied(ground: Ground) -> None:
    stored = await ground.apply(await ground.open(), 1)
    assert stored.applied is not None
    documented = CODE.replace(b"two():\n", b'two():\n    """Two."""\n')
    assert await ground.file_at(stored.applied.commit, "code.py") == documented


async def test_files_are_created_deleted_and_kept_to_the_byte(ground: Ground) -> None:
    odd = b"\xff\x00\r\nlast"
    stored = await ground.apply(await ground.open({"deep/new.bin": odd, "other.txt": None, "code.py": odd}))
    assert stored.applied is not None
    assert await ground.file_at(stored.applied.commit, "deep/new.bin") == odd
    assert await ground.file_at(stored.applied.commit, "code.py") == odd
    assert await ground.file_at(stored.applied.commit, "other.txt") is None


async def test_an_executable_file_stays_one(ground: Ground) -> None:
    (ground.repo / "run.sh").write_text("echo\n")
    (ground.repo / "run.sh").chmod(0o755)
    await ground.change_upstream({})
    stored = await ground.apply(await ground.open({"run.sh": b"# runs\necho\n"}))
    assert stored.applied is not None
    reader = ground.container.mirrors.reader(ground.project.id)
    assert (await reader.entry(stored.applied.commit, "run.sh")).mode == "100755"


async def test_the_patch_and_its_inverse_are_kept_and_git_takes_them(ground: Ground) -> None:
    stored = await ground.apply(await ground.open(), 0, 2)
    assert stored.applied is not None
    run_git(ground.repo, "apply", "-", data=stored.applied.patch)
    assert (ground.repo / "code.py").read_bytes() == await ground.file_at(stored.applied.commit, "code.py")
    run_git(ground.repo, "apply", "-", data=stored.applied.inverse_patch)
    assert (ground.repo / "code.py").read_bytes() == CODE


async def test_unrelated_commits_do_not_make_it_stale(ground: Ground) -> None:
    stored = await ground.open()
    await ground.change_upstream({"other.txt": "changed\n", "code2.py": "x\n"})
    assert (await ground.apply(stored)).proposal.status == "applied"


async def test_a_touched_file_that_changed_makes_it_stale_and_shows_what_moved(ground: Ground) -> None:
    stored = await ground.open()
    await ground.change_upstream({"code.py": CODE.replace(b"return 1", b"return 100")})
    with pytest.raises(ApprovalStale) as caught:
        await ground.approve(stored)
    details = caught.value.details
    assert (details["reason"], details["paths"]) == ("files_changed", ["code.py"])
    assert "-    return 1\n+    return 100\n" in details["diff"]
    present = await ground.read(stored.proposal.id)
    assert (present.proposal.status, present.proposal.stale_details) == ("stale", dict(details))


async def test_the_base_is_checked_again_when_it_is_applied(ground: Ground) -> None:
    stored = await ground.open()
    await ground.approve(stored)
    job = await ground.request(stored.proposal.id)
    await ground.change_upstream({"code.py": "gone\n"})
    assert [ran.outcome for ran in await ground.run()] == ["failed"]
    assert (await read_job(ground.container, job.id)).error_code == "APPROVAL_STALE"
    present = await ground.read(stored.proposal.id)
    assert (present.proposal.status, present.applied) == ("stale", None)
    names = [ref.name for ref in await ground.container.mirrors.reader(ground.project.id).refs()]
    assert names == ["refs/heads/main"]


async def test_rewritten_history_makes_it_stale(ground: Ground) -> None:
    stored = await ground.open()
    run_git(ground.repo, "commit", "-q", "--amend", "-m", "Rewritten", at=1_700_000_999)
    await ground.sync()
    with pytest.raises(ApprovalStale) as caught:
        await ground.approve(stored)
    assert caught.value.details["reason"] == "history_rewritten"


async def test_a_deleted_branch_makes_it_stale(ground: Ground) -> None:
    stored = await ground.open()
    run_git(ground.repo, "branch", "-m", "main", "trunk")
    await ground.sync()
    with pytest.raises(ApprovalStale) as caught:
        await ground.approve(stored)
    assert caught.value.details["reason"] == "branch_gone"


async def test_a_path_that_was_taken_meanwhile_makes_it_stale(ground: Ground) -> None:
    stored = await ground.open({"new.py": b"ours\n"})
    await ground.change_upstream({"new.py": "theirs\n"})
    with pytest.raises(ApprovalStale) as caught:
        await ground.approve(stored)
    assert caught.value.details["paths"] == ["new.py"]


async def test_a_movement_of_bytes_that_are_no_text_is_shown_as_well_as_it_can_be(ground: Ground) -> None:
    stored = await ground.open()
    await ground.change_upstream({"code.py": b"\x00\xff\n"})
    with pytest.raises(ApprovalStale) as caught:
        await ground.approve(stored)
    assert "+\ufffd\ufffd\n" in caught.value.details["diff"]
    assert (await ground.read(stored.proposal.id)).proposal.status == "stale"


async def test_a_huge_movement_is_shown_in_part(ground: Ground) -> None:
    stored = await ground.open()
    await ground.change_upstream({"code.py": "".join(f"line {number}\n" for number in range(50_000))})
    with pytest.raises(ApprovalStale) as caught:
        await ground.approve(stored)
    assert len(caught.value.details["diff"]) == 32 * 1024
    assert caught.value.details["diff_truncated"] is True


async def test_a_hunk_that_was_tampered_with_after_approval_is_not_applied(ground: Ground) -> None:
    stored = await ground.approve(await ground.open())
    await ground.request(stored.proposal.id)
    async with ground.container.scope() as scope:
        await scope.session.execute(update(Hunk).where(Hunk.id == stored.hunks[0].id).values(new_bytes=b"evil\n"))
    assert [ran.outcome for ran in await ground.run()] == ["failed"]
    assert (await ground.read(stored.proposal.id)).proposal.status == "stale"


async def commit_as_the_worker_does(ground: Ground, proposal_id: UUID) -> str:
    """Do what the worker does before its record is committed, and die."""
    stored = await ground.read(proposal_id)
    plan = plan_of(stored)
    contents = await read_files(ground.container.mirrors.reader(plan.project_id), plan.base)
    return await ground.container.mirrors.writer().record_change(
        plan.project_id,
        plan.ref_name,
        base_commit=plan.base.commit,
        files=changed_files(plan.changes(contents)),
        message=plan.message,
        author=plan.author,
    )


async def test_a_worker_that_died_after_the_commit_is_finished_by_the_next(ground: Ground) -> None:
    stored = await ground.approve(await ground.open())
    await ground.request(stored.proposal.id)
    made = await commit_as_the_worker_does(ground, stored.proposal.id)
    await ground.change_upstream({"code.py": "moved since\n"})
    assert [ran.outcome for ran in await ground.run()] == ["success"]
    present = await ground.read(stored.proposal.id)
    assert present.applied is not None
    assert (present.proposal.status, present.applied.commit) == ("applied", made)


async def test_a_commit_of_an_earlier_approval_that_was_never_recorded_is_replaced(
    ground: Ground, clock: FrozenClock
) -> None:
    stored = await ground.approve(await ground.open())
    left = await commit_as_the_worker_does(ground, stored.proposal.id)
    clock.move(seconds=60)
    present = await ground.apply(stored, 0)
    assert present.applied is not None
    assert present.applied.commit != left
    one = CODE.replace(b"    return 1\n", b'    """One."""\n    return 1\n')
    assert await ground.file_at(present.applied.ref, "code.py") == one


async def test_a_foreign_commit_under_the_name_of_a_proposal_is_never_replaced(ground: Ground) -> None:
    stored = await ground.approve(await ground.open())
    author = Signature("Eve", "eve@example.org", datetime(2026, 1, 1, tzinfo=UTC))
    ref, file = change_ref(stored.proposal.id), ChangedFile("code.py", b"evil\n")
    foreign = await ground.container.mirrors.writer().record_change(
        ground.project.id, ref, base_commit=stored.proposal.base_commit, files=[file], message="Evil\n", author=author
    )
    await ground.request(stored.proposal.id)
    assert [ran.outcome for ran in await ground.run()] == ["failed"]
    assert await ground.container.mirrors.reader(ground.project.id).resolve(ref) == foreign


async def test_a_rejected_proposal_whose_status_was_set_back_is_not_applied(ground: Ground) -> None:
    stored = await ground.approve(await ground.open())
    async with ground.container.scope(ground.owner.actor) as scope:
        await ProposalService(scope).reject(stored.proposal.id, reason=None)
    await forge(ground, update(Proposal).values(status="approved"))
    await refuse_to_apply(ground, stored.proposal.id)


async def test_hunks_that_were_chosen_after_the_decision_are_not_applied(ground: Ground) -> None:
    stored = await ground.approve(await ground.open(), 1)
    await forge(ground, update(Hunk).values(chosen=True))
    await refuse_to_apply(ground, stored.proposal.id)


async def test_an_approval_in_the_name_of_somebody_who_decided_nothing_is_not_applied(
    ground: Ground, people: People
) -> None:
    stored = await ground.approve(await ground.open())
    other = await people.user("other")
    await forge(ground, update(Proposal).values(approved_by=other.id))
    await refuse_to_apply(ground, stored.proposal.id)


async def forge(ground: Ground, statement: Update) -> None:
    """Write past the rules, as somebody who has taken a worker over might."""
    async with ground.container.scope() as scope:
        await scope.session.execute(statement)


async def refuse_to_apply(ground: Ground, proposal_id: UUID) -> None:
    """Have the proposal applied: the job fails for good and no commit is made."""
    job = await ground.request(proposal_id)
    assert [ran.outcome for ran in await ground.run()] == ["failed"]
    assert (await read_job(ground.container, job.id)).error_code == "NOT_APPROVED"
    assert (await ground.read(proposal_id)).applied is None
    with pytest.raises(RefNotFound):
        await ground.container.mirrors.reader(ground.project.id).resolve(change_ref(proposal_id))


async def test_a_job_that_runs_again_after_its_record_changes_nothing(ground: Ground) -> None:
    stored = await ground.approve(await ground.open())
    job = await ground.request(stored.proposal.id)
    async with ground.container.scope() as scope:
        claim = await scope.ledger.claim(job.id, worker_id="dying")
    found = ground.container.registry.find(job.kind)
    assert claim is not None
    assert found is not None
    payload_type, handler = found
    await handler(payload_type.model_validate(claim.payload), RunningContext(ground.container, claim))
    first = await ground.read(stored.proposal.id)
    await rescue(ground.container, worker_id="dying")
    assert [ran.outcome for ran in await ground.run()] == ["success"]
    present = await ground.read(stored.proposal.id)
    assert present.applied is not None
    assert first.applied is not None
    assert (present.applied.commit, present.applied.applied_at) == (first.applied.commit, first.applied.applied_at)


async def test_a_change_is_pushed_as_a_branch_when_asked(ground: Ground) -> None:
    stored = await ground.approve(await ground.open())
    await ground.request(stored.proposal.id, push_branch="hivesync/docs")
    assert [ran.outcome for ran in await ground.run()] == ["success"]
    present = await ground.read(stored.proposal.id)
    assert present.applied is not None
    assert run_git(ground.repo, "rev-parse", "refs/heads/hivesync/docs") == present.applied.commit
    assert present.applied.pushed_branch == "hivesync/docs"


async def test_a_mirror_that_is_taken_is_waited_for_at_no_cost(ground: Ground, clock: FrozenClock) -> None:
    stored = await ground.approve(await ground.open())
    await ground.request(stored.proposal.id, push_branch="hivesync/docs")
    data_dir = ground.container.settings.data_dir
    hasty = replace(ground.container, mirrors=impatient_mirrors(data_dir))
    async with taken_mirror(data_dir, ground.project.id):
        for _ in range(6):
            assert [ran.outcome for ran in await drain(hasty)] == ["snoozed"]
            clock.move(seconds=5)
    assert [ran.outcome for ran in await ground.run()] == ["success"]
    assert run_git(ground.repo, "rev-parse", "refs/heads/hivesync/docs")


async def test_a_taken_branch_fails_the_push_but_not_the_change(ground: Ground) -> None:
    stored = await ground.approve(await ground.open())
    job = await ground.request(stored.proposal.id, push_branch="main")
    before = run_git(ground.repo, "rev-parse", "main")
    assert [ran.outcome for ran in await ground.run()] == ["failed"]
    assert (await read_job(ground.container, job.id)).error_code == "CONFLICT"
    assert run_git(ground.repo, "rev-parse", "main") == before
    assert (await ground.read(stored.proposal.id)).proposal.status == "applied"
    await ground.request(stored.proposal.id, push_branch="other-name")
    assert [ran.outcome for ran in await ground.run()] == ["success"]
    assert run_git(ground.repo, "rev-parse", "other-name")


async def test_an_applied_proposal_is_not_applied_again(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    with pytest.raises(AppError, match="applied"):
        await ground.request(stored.proposal.id)


async def test_the_mirror_keeps_the_change_when_upstream_moves_on(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    commit(ground.repo, {"other.txt": "later\n"})
    await ground.sync()
    assert await ground.file_at(f"refs/hivesync/changes/{stored.proposal.id}", "code.py") == DOCUMENTED
