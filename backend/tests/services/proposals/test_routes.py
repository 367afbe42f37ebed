"""The whole journey over HTTP: look, choose, apply, undo; and what is refused, with its code."""

from typing import Any

import pytest
from httpx import AsyncClient

from app.services.proposals.rows import StoredProposal

from tests.fixtures.people import People
from tests.fixtures.repos import run_git
from tests.services.proposals.conftest import CODE, DOCUMENTED, Ground


async def get(client: AsyncClient, ground: Ground, path: str, **query: Any) -> Any:
    answer = await client.get(path, params=query, headers=ground.owner.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def post(client: AsyncClient, ground: Ground, path: str, body: object = None, status: int = 200) -> Any:
    answer = await client.post(path, json=body, headers=ground.owner.headers)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_from_a_proposal_to_a_commit_and_back(client: AsyncClient, ground: Ground) -> None:
    stored = await ground.open()
    at = f"/proposals/{stored.proposal.id}"
    shown = await get(client, ground, at)
    chosen = [hunk["id"] for hunk in shown["files"][0]["hunks"][:2]]
    approved = await post(client, ground, f"{at}/approve", {"digest": shown["digest"], "hunks": chosen})
    assert approved["status"] == "approved"
    accepted = await post(client, ground, f"{at}/apply", {}, status=202)
    assert accepted["status_url"].endswith(f"/jobs/{accepted['job_id']}")
    await ground.run()
    applied = (await get(client, ground, at))["applied"]
    assert applied["ref"] == f"refs/hivesync/changes/{stored.proposal.id}"
    undo = await post(client, ground, f"{at}/revert", status=201)
    assert (undo["kind"], undo["reverts_proposal_id"]) == ("undo", str(stored.proposal.id))
    await post(client, ground, f"/proposals/{undo['id']}/approve", {"digest": undo["digest"]})
    await post(client, ground, f"/proposals/{undo['id']}/apply", status=202)
    await ground.run()
    assert (await get(client, ground, at))["status"] == "reverted"


async def test_a_proposal_shows_its_hunks(client: AsyncClient, ground: Ground) -> None:
    stored = await ground.open({"code.py": DOCUMENTED, "new.bin": b"\xff\n", "other.txt": None})
    shown = await get(client, ground, f"/proposals/{stored.proposal.id}")
    assert [(file["path"], file["change"], file["confirm"]) for file in shown["files"]] == [
        ("code.py", "modify", False),
        ("new.bin", "create", False),
        ("other.txt", "delete", False),
    ]
    first = shown["files"][0]["hunks"][0]
    assert (first["old_start"], first["old_lines"], first["new_lines"]) == (2, 0, 1)
    assert (first["new_text"], first["is_utf8"]) == ('    """One."""\n', True)
    binary = shown["files"][1]["hunks"][0]
    assert (binary["new_text"], binary["is_utf8"]) == ("\ufffd\n", False)


async def test_text_that_is_not_what_it_seems_is_marked(client: AsyncClient, ground: Ground) -> None:
    stored = await ground.open({"code.py": CODE + "# \u202etxet\u202c\n".encode()})
    shown = await get(client, ground, f"/proposals/{stored.proposal.id}")
    assert [hunk["is_deceptive"] for hunk in shown["files"][0]["hunks"]] == [True]


async def test_an_unchanged_proposal_is_not_sent_twice(client: AsyncClient, ground: Ground) -> None:
    stored = await ground.open()
    at = f"/proposals/{stored.proposal.id}"
    first = await client.get(at, headers=ground.owner.headers)
    again = await client.get(at, headers={**ground.owner.headers, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await ground.approve(stored)
    assert (await client.get(at, headers={**ground.owner.headers, "If-None-Match": first.headers["etag"]})).is_success


async def test_proposals_are_listed_newest_first_in_pages(client: AsyncClient, ground: Ground) -> None:
    ids = [str((await ground.open(title=f"Number {number}")).proposal.id) for number in range(3)]
    at = f"/projects/{ground.project.id}/proposals"
    first = await get(client, ground, at, limit=2)
    second = await get(client, ground, at, limit=2, cursor=first["next_cursor"])
    assert [item["id"] for item in first["items"] + second["items"]] == ids[::-1]
    assert second["next_cursor"] is None
    assert (await get(client, ground, at, status="applied"))["items"] == []


async def patch_of(client: AsyncClient, ground: Ground, stored: StoredProposal, query: str = "") -> bytes:
    answer = await client.get(f"/proposals/{stored.proposal.id}/patch{query}", headers=ground.owner.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/x-diff")
    return answer.content


async def test_the_patch_is_one_that_git_takes(client: AsyncClient, ground: Ground) -> None:
    stored = await ground.open({"code.py": DOCUMENTED, "new.bin": b"\xff\x00", "other.txt": None})
    run_git(ground.repo, "apply", "-", data=await patch_of(client, ground, stored))
    assert (ground.repo / "code.py").read_bytes() == DOCUMENTED
    assert (ground.repo / "new.bin").read_bytes() == b"\xff\x00"
    assert not (ground.repo / "other.txt").exists()


async def test_the_patch_of_some_hunks_holds_those(client: AsyncClient, ground: Ground) -> None:
    stored = await ground.open()
    query = f"?hunks={stored.hunks[0].id}&hunks={stored.hunks[2].id}"
    run_git(ground.repo, "apply", "-", data=await patch_of(client, ground, stored, query))
    assert (ground.repo / "code.py").read_bytes() == DOCUMENTED.replace(b'    """Two."""\n', b"")


async def test_the_patch_of_what_was_chosen_is_the_same_before_and_after_applying(
    client: AsyncClient, ground: Ground
) -> None:
    stored = await ground.open()
    assert await patch_of(client, ground, stored, "?chosen=1") == b""
    await ground.approve(stored, 1)
    before = await patch_of(client, ground, stored, "?chosen=1")
    assert before.count(b"@@ -") == 1
    await ground.request(stored.proposal.id)
    await ground.run()
    assert await patch_of(client, ground, stored, "?chosen=1") == before


async def refused(client: AsyncClient, ground: Ground, path: str, body: object = None) -> tuple[int, str, Any]:
    answer = await client.post(path, json=body, headers=ground.owner.headers)
    return answer.status_code, answer.json()["code"], answer.json()["details"]


async def test_a_moved_base_is_answered_with_what_moved(client: AsyncClient, ground: Ground) -> None:
    stored = await ground.open()
    await ground.change_upstream({"code.py": CODE + b"# more\n"})
    at = f"/proposals/{stored.proposal.id}"
    status, code, details = await refused(client, ground, f"{at}/approve", {"digest": stored.proposal.digest})
    assert (status, code, details["reason"]) == (409, "APPROVAL_STALE", "files_changed")
    assert "+# more" in details["diff"]
    shown = await get(client, ground, at)
    assert (shown["status"], shown["stale"]["paths"]) == ("stale", ["code.py"])


async def test_what_is_not_approved_is_not_applied(client: AsyncClient, ground: Ground) -> None:
    stored = await ground.open()
    status, code, _ = await refused(client, ground, f"/proposals/{stored.proposal.id}/apply")
    assert (status, code) == (409, "NOT_APPROVED")


async def test_what_was_rejected_is_not_approved(client: AsyncClient, ground: Ground) -> None:
    stored = await ground.open()
    at = f"/proposals/{stored.proposal.id}"
    assert (await post(client, ground, f"{at}/reject", {"reason": "No."}))["status"] == "rejected"
    status, code, details = await refused(client, ground, f"{at}/approve", {"digest": stored.proposal.digest})
    assert (status, code, details["status"]) == (409, "PROPOSAL_CONFLICT", "rejected")


@pytest.mark.parametrize(
    "branch", ["", "-x", "a b", "a..b", "/a", "a/", "a//b", ".a", "a.lock", "a~1", "HEAD", "@", "x" * 256, False]
)
async def test_odd_branch_names_are_refused(client: AsyncClient, ground: Ground, branch: object) -> None:
    stored = await ground.open()
    status, code, _ = await refused(client, ground, f"/proposals/{stored.proposal.id}/apply", {"push_branch": branch})
    assert (status, code) == (422, "VALIDATION_ERROR")


async def test_a_branch_named_by_us_carries_the_proposals_id(client: AsyncClient, ground: Ground) -> None:
    stored = await ground.open()
    await ground.approve(stored)
    await post(client, ground, f"/proposals/{stored.proposal.id}/apply", {"push_branch": True}, status=202)
    await ground.run()
    applied = (await get(client, ground, f"/proposals/{stored.proposal.id}"))["applied"]
    assert applied["pushed_branch"] == f"hivesync/{stored.proposal.id.hex[-12:]}"
    assert run_git(ground.repo, "rev-parse", applied["pushed_branch"]) == applied["commit"]


async def test_the_same_idempotency_key_gives_the_same_job(client: AsyncClient, ground: Ground) -> None:
    stored = await ground.open()
    await ground.approve(stored)
    headers = {**ground.owner.headers, "Idempotency-Key": "once"}
    at = f"/proposals/{stored.proposal.id}/apply"
    first = await client.post(at, headers=headers)
    await ground.run()
    second = await client.post(at, headers=headers)
    assert first.json()["job_id"] == second.json()["job_id"]


@pytest.mark.parametrize(
    "body", [{}, {"digest": "x"}, {"digest": "0" * 64, "more": 1}, {"digest": "0" * 64, "hunks": ["x"]}]
)
async def test_malformed_approvals_are_refused(client: AsyncClient, ground: Ground, body: object) -> None:
    stored = await ground.open()
    status, code, _ = await refused(client, ground, f"/proposals/{stored.proposal.id}/approve", body)
    assert (status, code) == (422, "VALIDATION_ERROR")


async def test_others_get_404_and_nobody_gets_401(client: AsyncClient, ground: Ground, people: People) -> None:
    stored = await ground.open()
    stranger = await people.user("stranger")
    at = f"/proposals/{stored.proposal.id}"
    bodies = {"approve": {"digest": stored.proposal.digest}, "reject": {}, "apply": {}, "revert": None}
    for headers, status in ((stranger.headers, 404), ({}, 401)):
        for path in (at, f"{at}/patch", f"/projects/{ground.project.id}/proposals"):
            assert (await client.get(path, headers=headers)).status_code == status
        for action, body in bodies.items():
            assert (await client.post(f"{at}/{action}", json=body, headers=headers)).status_code == status
