"""Documentation at a shell: asked for, reviewed, approved in part, applied, taken back."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import SHOP, Shell
from tests.fixtures.repos import commit, run_git


@pytest.fixture
async def proposal(shell: Shell, project: Path) -> dict[str, Any]:
    """An open proposal with documentation for `shop.py` and `web/basket.js`."""
    answer = (await shell.good("docs", "shop", "shop.py", "web/basket.js", "--json")).json
    shown: dict[str, Any] = (await shell.good("review", answer["proposal_id"], "--json")).json
    return shown


async def test_docs_end_in_a_proposal_and_say_what_it_rests_on(shell: Shell, project: Path) -> None:
    said = await shell.good("docs", "shop", "shop.py", "README.md", "--receipts")
    assert '+    """' in said.out
    assert "✓" in said.out
    assert "shop.py:1" in said.out
    assert "left alone" in said.out
    assert "README.md" in said.out
    assert "no language model was asked" in said.out
    assert "Nothing was changed." in said.out


async def test_nothing_to_document_is_no_failure_and_says_why(shell: Shell, project: Path) -> None:
    commit(project, {"done.py": '"""Done."""\n\n\ndef f():\n    """Do nothing."""\n'}, "Documented")
    await shell.good("sync", "shop")
    said = await shell.good("docs", "shop", "done.py")
    assert "There was nothing to document" in said.out
    assert "it has documentation already" in said.out
    assert "None" not in said.out


async def test_the_visa_shows_what_would_be_sent_and_sends_nothing(shell: Shell, project: Path) -> None:
    said = await shell.good("docs", "shop", "shop.py", "--visa")
    assert "everything stays on this machine" in said.out
    assert "shop.py" in said.out
    assert "Nothing was sent." in said.out
    assert (await shell.good("jobs", "--kind", "ai.run", "--json")).json == []


async def test_questions_are_answered_with_receipts(shell: Shell, project: Path) -> None:
    said = await shell.good("ask", "summary", "shop", "shop.py")
    assert "✓" in said.out
    assert "found, word for word" in said.out
    said = await shell.good("ask", "comment", "shop", "shop.py", "1-4", "-q", "Why?")
    assert "shop.py:" in said.out
    assert "No better names" in (await shell.good("ask", "names", "shop", "web/basket.js")).out


async def test_a_recorded_answer_can_be_worked_out_again(shell: Shell, project: Path) -> None:
    job = (await shell.good("ask", "summary", "shop", "shop.py", "--json")).json
    assert "Byte-identical." in (await shell.good("ask", "replay", job["job_id"])).out


async def test_chosen_hunks_are_approved_applied_and_taken_back(
    shell: Shell, project: Path, proposal: dict[str, Any], tmp_path: Path
) -> None:
    hunks = [hunk for file in proposal["files"] for hunk in file["hunks"]]
    assert len(hunks) >= 3
    said = await shell.good("review", proposal["id"], "--approve", "--hunk", "1", "--hunk", hunks[1]["id"])
    assert f"approved, 2 of {len(hunks)} hunks approved" in said.out
    said = await shell.good("review", proposal["id"], "--apply")
    assert f"refs/hivesync/changes/{proposal['id']}" in said.out
    assert run_git(project, "status", "--porcelain") == ""
    undo = (await shell.good("review", proposal["id"], "--undo", "--json")).json
    assert (undo["kind"], undo["status"], len(undo["files"][0]["hunks"])) == ("undo", "open", 2)
    await shell.good("review", undo["id"], "--approve", "--apply")
    assert (await shell.good("review", proposal["id"], "--json")).json["status"] == "reverted"


async def test_a_patch_goes_into_git_apply_as_it_is(shell: Shell, project: Path, proposal: dict[str, Any]) -> None:
    patch = (await shell.good("review", proposal["id"], "--patch")).raw
    run_git(project, "apply", "-", data=patch)
    assert run_git(project, "status", "--porcelain").split() == ["M", "shop.py", "M", "web/basket.js"]


async def test_what_moved_is_shown_when_an_approval_is_stale(
    shell: Shell, project: Path, proposal: dict[str, Any]
) -> None:
    commit(project, {"shop.py": SHOP.replace("discount > 1", "discount >= 1")}, "Tighten")
    await shell.good("sync", "shop")
    said = await shell("review", proposal["id"], "--approve")
    assert (said.status, said.err.split(":")[0]) == (1, "APPROVAL_STALE")
    assert "moved: shop.py" in said.err
    assert "-    if discount > 1:" in said.err
    assert "+    if discount >= 1:" in said.err


async def test_rejecting_is_final(shell: Shell, proposal: dict[str, Any]) -> None:
    said = await shell.good("review", proposal["id"], "--reject", "--reason", "Too much.")
    assert "rejected" in said.out
    said = await shell("review", proposal["id"], "--approve")
    assert (said.status, said.err.split(":")[0]) == (1, "PROPOSAL_CONFLICT")


async def test_applying_what_nobody_approved_is_refused(shell: Shell, proposal: dict[str, Any]) -> None:
    said = await shell("review", proposal["id"], "--apply")
    assert (said.status, said.err.split(":")[0]) == (1, "NOT_APPROVED")


async def test_a_hunk_that_is_not_there_is_named(shell: Shell, proposal: dict[str, Any]) -> None:
    said = await shell("review", proposal["id"], "--approve", "--hunk", "99")
    assert said.status == 1
    assert "There is no hunk '99'" in said.err


async def test_proposals_are_listed_newest_first(shell: Shell, proposal: dict[str, Any]) -> None:
    said = await shell.good("review")
    assert proposal["id"] in said.out
    assert "open" in said.out
    assert (await shell.good("review", "--status", "applied", "--json")).json == []
