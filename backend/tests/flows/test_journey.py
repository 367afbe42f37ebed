"""The main job, end to end: connect, describe, document, approve some, apply, take the patch, undo."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures.bare import GitRepo
from tests.flows.conftest import Body, Traveller, clone, hunk_ids
from tests.flows.repositories import Start, click, small, typescript

STARTS: list[Callable[[], Start]] = [small, click, typescript]


@pytest.fixture(params=STARTS, ids=lambda start: start.__name__)
def start(request: pytest.FixtureRequest) -> Start:
    """One repository after the other."""
    found: Start = request.param()
    return found


@pytest.fixture
def origin(start: Start, tmp_path: Path) -> GitRepo:
    """The repository that people push to."""
    return start.create(tmp_path / "upstream.git")


@pytest.fixture
async def journey(ann: Traveller, origin: GitRepo) -> Traveller:
    """Ann, with the repository connected, mirrored and described."""
    await ann.connect(origin)
    return ann


async def test_the_whole_journey(journey: Traveller, start: Start, origin: GitRepo, tmp_path: Path) -> None:
    await look_around(journey, start, origin)
    proposal = await documented(journey, start)
    chosen = hunk_ids(proposal)[::2]
    applied = await journey.apply(await journey.approve(proposal, chosen))
    assert applied["status"] == "applied"
    await check_commit(journey, applied, origin, tmp_path)
    undo = await journey.post(f"/proposals/{proposal['id']}/revert")
    assert len(hunk_ids(undo)) == len(chosen)
    undone = await journey.apply(await journey.approve(undo))
    assert journey.mirror.tree(undone["applied"]["commit"]) == origin.tree("main")
    assert (await journey.get(f"/proposals/{proposal['id']}"))["status"] == "reverted"
    assert origin.git("for-each-ref").decode().count("\n") == 1


async def look_around(ann: Traveller, start: Start, origin: GitRepo) -> None:
    """Manifest, tree and files say what is in the repository."""
    manifest = await ann.get(f"/projects/{ann.project_id}/manifest")
    assert manifest["commit"] == origin.head()
    assert manifest["root_tree"] == origin.tree()
    assert manifest["file_count"] == len(start.files)
    assert start.language in manifest["languages"]
    read = await ann.get(f"/projects/{ann.project_id}/files/content", path=start.changes, ref="main")
    expected = start.files[start.changes]
    assert read["content"] == (expected if isinstance(expected, str) else expected.decode())


async def documented(ann: Traveller, start: Start) -> Body:
    """Ask for documentation: a proposal whose statements all cite what is there."""
    answer = await ann.ask("documentation", paths=list(start.documented))
    assert answer["result"]["unsupported"] == 0
    assert answer["result"]["supported"] > 0
    proposal = await ann.get(f"/proposals/{answer['proposal_id']}")
    assert proposal["status"] == "open"
    assert len(hunk_ids(proposal)) >= 3
    return proposal


async def check_commit(ann: Traveller, applied: Body, origin: GitRepo, tmp_path: Path) -> None:
    """The commit stands beside the branches, and the patch makes the same tree of a clean clone."""
    commit, ref = applied["applied"]["commit"], applied["applied"]["ref"]
    assert ref == f"refs/hivesync/changes/{applied['id']}"
    assert ann.mirror.head(ref) == commit
    assert ann.mirror.head(f"{commit}^") == applied["base_commit"] == origin.head()
    assert ann.mirror.head("refs/heads/main") == origin.head()
    patch = await ann.http.get(f"/proposals/{applied['id']}/patch", params={"chosen": "true"})
    work_tree = clone(origin, tmp_path / "clone", applied["base_commit"])
    work_tree.git("apply", "--index", "-", stdin=patch.content)
    assert work_tree.git("write-tree").decode().strip() == ann.mirror.tree(commit)


async def test_a_change_is_synced_and_described_by_itself(journey: Traveller, start: Start, origin: GitRepo) -> None:
    content = start.files[start.changes]
    text = content if isinstance(content, str) else content.decode()
    origin.commit({start.changes: text + "\n\n// end\n" if "ts" in start.changes else text + "\nEND = 1\n"}, keep=True)
    history = await journey.sync()
    assert history["last_success"]["head_after"] == origin.head()
    versions = await journey.get(f"/projects/{journey.project_id}/manifest/versions")
    assert [row["version"] for row in versions["items"]] == [2, 1]
    diff = await journey.get(f"/projects/{journey.project_id}/manifest/diff", **{"from": "1", "to": "2"})
    assert [(each["change"], each["path"]) for each in diff["items"]] == [("modified", start.changes)]


async def test_questions_cite_the_code_and_can_be_replayed(journey: Traveller, start: Start) -> None:
    for kind, body in (
        ("file-summary", {"path": start.changes}),
        ("inline-comment", {"path": start.changes, "start_line": 1, "end_line": 12}),
        ("rename-suggestions", {"path": start.changes}),
    ):
        answer = await journey.ask(kind, **body)
        assert answer["provider"] == "offline"
        assert all(receipt["blob_id"] for receipt in answer["result"]["receipts"] if receipt["status"] == "supported")
        replayed = await journey.post(f"/ai/jobs/{answer['job_id']}/replay")
        assert replayed["identical"] is True, kind
