"""The repository moves while proposals wait, and after they were applied: nothing of anybody's work is lost."""

from pathlib import Path

import pytest

from tests.fixtures.bare import GitRepo
from tests.flows.conftest import Body, Traveller, hunk_ids
from tests.flows.repositories import SMALL, small


@pytest.fixture
def origin(tmp_path: Path) -> GitRepo:
    """The repository that people push to."""
    return small().create(tmp_path / "upstream.git")


@pytest.fixture
async def proposal(ann: Traveller, origin: GitRepo) -> Body:
    """Documentation for `shop/price.py`, waiting for a decision."""
    await ann.connect(origin)
    return await ann.document("shop/price.py")


async def refused(ann: Traveller, path: str, body: Body | None = None) -> Body:
    answer = await ann.http.post(path, json=body)
    assert answer.status_code == 409, answer.text
    told: Body = answer.json()
    return told


async def test_a_touched_file_that_moved_makes_an_approval_stale(
    ann: Traveller, origin: GitRepo, proposal: Body
) -> None:
    origin.commit({"shop/price.py": SMALL["shop/price.py"].replace("> 1", ">= 1")}, keep=True)
    await ann.sync()
    told = await refused(ann, f"/proposals/{proposal['id']}/approve", {"digest": proposal["digest"]})
    assert told["code"] == "APPROVAL_STALE"
    assert told["details"]["paths"] == ["shop/price.py"]
    assert "-    if discount > 1:\n+    if discount >= 1:\n" in told["details"]["diff"]
    assert (await ann.get(f"/proposals/{proposal['id']}"))["status"] == "stale"


async def test_what_was_approved_before_the_file_moved_is_not_applied(
    ann: Traveller, origin: GitRepo, proposal: Body
) -> None:
    await ann.approve(proposal)
    origin.commit({"shop/price.py": "gone = 1\n"}, keep=True)
    await ann.sync()
    told = await refused(ann, f"/proposals/{proposal['id']}/apply")
    assert told["code"] == "APPROVAL_STALE"
    assert ann.mirror.git("for-each-ref", "refs/hivesync/changes") == b""


async def test_changes_elsewhere_do_not_disturb(ann: Traveller, origin: GitRepo, proposal: Body) -> None:
    origin.commit({"README.md": "# Another shop\n"}, keep=True)
    await ann.sync()
    applied = await ann.apply(await ann.approve(proposal))
    assert applied["status"] == "applied"


async def test_rewritten_history_makes_it_stale(ann: Traveller, origin: GitRepo, proposal: Body) -> None:
    origin.git("update-ref", "-d", "refs/heads/main")
    origin.commit(SMALL, message="Another beginning")
    await ann.sync()
    told = await refused(ann, f"/proposals/{proposal['id']}/approve", {"digest": proposal["digest"]})
    assert (told["code"], told["details"]["reason"]) == ("APPROVAL_STALE", "history_rewritten")


async def merged(ann: Traveller, origin: GitRepo, proposal: Body) -> str:
    """Apply, and merge the change upstream; the file's text then."""
    applied = await ann.apply(await ann.approve(proposal))
    origin.git("fetch", "--quiet", str(ann.mirror.path), f"{applied['applied']['ref']}:refs/heads/main")
    return origin.git("show", "main:shop/price.py").decode()


async def test_undo_keeps_what_people_edited_since(ann: Traveller, origin: GitRepo, proposal: Body) -> None:
    text = await merged(ann, origin, proposal)
    edited = text.replace("return round(value, digits)", "return round(value, digits or 2)")
    origin.commit({"shop/price.py": edited}, keep=True)
    await ann.sync()
    undo = await ann.post(f"/proposals/{proposal['id']}/revert")
    assert len(hunk_ids(undo)) == len(hunk_ids(proposal))
    applied = await ann.apply(await ann.approve(undo))
    left = ann.mirror.git("show", f"{applied['applied']['commit']}:shop/price.py").decode()
    assert left == SMALL["shop/price.py"].replace("return round(value, digits)", "return round(value, digits or 2)")


async def test_undo_lists_a_conflict_and_does_not_touch_it(ann: Traveller, origin: GitRepo, proposal: Body) -> None:
    text = await merged(ann, origin, proposal)
    first = proposal["files"][0]["hunks"][0]["new_text"]
    theirs = first.replace("discount", "DISCOUNT", 1)
    origin.commit({"shop/price.py": text.replace(first, theirs, 1)}, keep=True)
    await ann.sync()
    undo = await ann.post(f"/proposals/{proposal['id']}/revert")
    assert [note["path"] for note in undo["notes"] if note["kind"] == "conflict"] == ["shop/price.py"]
    assert len(hunk_ids(undo)) == len(hunk_ids(proposal)) - 1
    applied = await ann.apply(await ann.approve(undo))
    left = ann.mirror.git("show", f"{applied['applied']['commit']}:shop/price.py").decode()
    assert theirs in left
    assert left.replace(theirs, "", 1) == SMALL["shop/price.py"]


async def test_nothing_left_to_undo_is_said(ann: Traveller, origin: GitRepo, proposal: Body) -> None:
    await merged(ann, origin, proposal)
    origin.commit({"shop/price.py": SMALL["shop/price.py"]}, keep=True)
    await ann.sync()
    told = await refused(ann, f"/proposals/{proposal['id']}/revert")
    assert told["code"] == "PROPOSAL_CONFLICT"


async def test_the_same_proposal_gives_the_same_commit_however_often_it_is_applied(
    ann: Traveller, origin: GitRepo, proposal: Body
) -> None:
    await ann.approve(proposal)
    key = {"Idempotency-Key": "once"}
    jobs = [await ann.http.post(f"/proposals/{proposal['id']}/apply", headers=key) for _ in range(3)]
    assert len({job.json()["job_id"] for job in jobs}) == 1
    await ann.done(jobs[0])
    assert ann.mirror.git("for-each-ref", "refs/hivesync/changes").decode().count("\n") == 1
